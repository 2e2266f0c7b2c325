//! What readers make of scalars: PyYAML (YAML 1.1), Go's sigs.k8s.io/yaml, and a YAML 1.2 core reader.

use std::borrow::Cow;

use crate::model::reader::Reader;
use crate::model::tree::Style;
use crate::model::value::Value;

const INFINITE: [&str; 3] = [".inf", ".Inf", ".INF"];
const NOT_A_NUMBER: [&str; 3] = [".nan", ".NaN", ".NAN"];

/// What a reader makes of a scalar with this style, tag and decoded text.
pub(crate) fn scalar(style: Style, tag: Option<&str>, text: Cow<'_, str>, reader: Reader) -> Value {
    let resolve = |text: &str| match reader {
        Reader::PyYaml => pyyaml(text),
        Reader::Go => go(text),
    };
    let plain = matches!(style, Style::Plain | Style::Empty);
    match tag {
        None if plain => resolve(&text),
        None => Value::Str(text.into_owned()),
        Some("!") if plain && reader == Reader::PyYaml => resolve(&text),
        Some("!" | "!!str" | "!<tag:yaml.org,2002:str>") => Value::Str(text.into_owned()),
        Some("!!int" | "!!bool" | "!!null" | "!!float") => match (tag, resolve(&text)) {
            (Some("!!int"), value @ Value::Int(_)) => value,
            (Some("!!bool"), value @ Value::Bool(_)) => value,
            (Some("!!null"), value @ Value::Null) => value,
            (Some("!!float"), value @ Value::Float(_)) => value,
            (Some("!!float"), Value::Int(int)) => Value::Float(int as f64),
            _ => Value::Other(text.into_owned()),
        },
        Some(_) => Value::Other(text.into_owned()),
    }
}

/// Whether all three readers take this text, written without quotes, for the string that it is.
pub(crate) fn is_string_to_all(text: &str) -> bool {
    [pyyaml(text), go(text), core(text)].iter().all(|value| matches!(value, Value::Str(_)))
}

fn bool_of(text: &str, letters: bool) -> Option<bool> {
    match text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        "y" | "Y" if letters => Some(true),
        "n" | "N" if letters => Some(false),
        _ => None,
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn string(text: &str) -> Value {
    Value::Str(text.to_owned())
}

/// PyYAML's implicit resolvers, in its order.
pub(crate) fn pyyaml(text: &str) -> Value {
    if is_null(text) {
        return Value::Null;
    }
    if let Some(bool) = bool_of(text, false) {
        return Value::Bool(bool);
    }
    if !text.starts_with(['-', '+', '.', '=', '<']) && !text.starts_with(|c: char| c.is_ascii_digit()) {
        return string(text);
    }
    if let Some(float) = py_float(text) {
        return Value::Float(float);
    }
    if let Some(int) = py_int(text) {
        return int.map_or_else(|| Value::Other(text.to_owned()), Value::Int);
    }
    if matches!(text, "=" | "<<") || is_timestamp(text) {
        return Value::Other(text.to_owned());
    }
    string(text)
}

fn unsigned(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

fn all(text: &str, test: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(test)
}

fn starts_with_digit(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

fn digit_or_line(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'_'
}

fn py_float(text: &str) -> Option<f64> {
    let (negative, rest) = unsigned(text);
    if INFINITE.contains(&rest) {
        return Some(if negative { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    if NOT_A_NUMBER.contains(&text) {
        return Some(f64::NAN);
    }
    let (whole, fraction) = rest.split_once('.')?;
    if let Some(value) = sexagesimal(whole) {
        let valid = fraction.bytes().all(digit_or_line);
        let part: f64 = format!("0.{}", fraction.replace('_', "")).parse().ok()?;
        return valid.then_some((value as f64 + part) * if negative { -1.0 } else { 1.0 });
    }
    let (digits, exponent) = match fraction.find(['e', 'E']) {
        Some(at) => (&fraction[..at], Some(&fraction[at + 1..])),
        None => (fraction, None),
    };
    let signed = |e: &str| e.starts_with(['-', '+']) && all(&e[1..], |b| b.is_ascii_digit());
    if !exponent.is_none_or(signed) || !digits.bytes().all(digit_or_line) {
        return None;
    }
    let valid = if whole.is_empty() {
        rest.len() == text.len() && starts_with_digit(digits)
    } else {
        starts_with_digit(whole) && all(whole, digit_or_line)
    };
    if !valid {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// `1:30` and the like: a digit, digits or `_`, groups of base 60.
fn sexagesimal(text: &str) -> Option<i128> {
    let (first, groups) = text.split_once(':')?;
    if !starts_with_digit(first) || !all(first, digit_or_line) {
        return None;
    }
    let mut value: i128 = first.replace('_', "").parse().ok()?;
    for group in groups.split(':') {
        let valid = matches!(group.len(), 1 | 2) && all(group, |b| b.is_ascii_digit());
        let digits: i128 = group.parse().ok().filter(|digits| valid && *digits < 60)?;
        value = value.checked_mul(60)?.checked_add(digits)?;
    }
    Some(value)
}

/// `Some(None)` is an integer that cannot be represented here, or that PyYAML fails on.
fn py_int(text: &str) -> Option<Option<i128>> {
    let (negative, rest) = unsigned(text);
    let number = |digits: &str, base| {
        let digits = digits.replace('_', "");
        i128::from_str_radix(&digits, base).ok().map(|int| if negative { -int } else { int })
    };
    if let Some(binary) = rest.strip_prefix("0b") {
        return all(binary, |b| matches!(b, b'0' | b'1' | b'_')).then(|| number(binary, 2));
    }
    if let Some(hex) = rest.strip_prefix("0x") {
        return all(hex, |b| b.is_ascii_hexdigit() || b == b'_').then(|| number(hex, 16));
    }
    if rest == "0" {
        return Some(Some(0));
    }
    if let Some(octal) = rest.strip_prefix('0') {
        return all(octal, |b| matches!(b, b'0'..=b'7' | b'_')).then(|| number(octal, 8));
    }
    if !starts_with_digit(rest) {
        return None;
    }
    if let Some(value) = sexagesimal(rest) {
        return Some(Some(if negative { -value } else { value }));
    }
    all(rest, digit_or_line).then(|| number(rest, 10))
}

/// `2024-01-02`, or the long form with a time.
fn is_timestamp(text: &str) -> bool {
    let digits = |text: &str, least, most| {
        let count = text.bytes().take_while(u8::is_ascii_digit).count();
        (least..=most).contains(&count).then_some(count)
    };
    let part = |rest: &mut &str, least, most, end: &str| {
        let Some(count) = digits(rest, least, most) else { return false };
        let Some(after) = rest[count..].strip_prefix(end) else { return false };
        *rest = after;
        true
    };
    let mut rest = text;
    if !(part(&mut rest, 4, 4, "-") && part(&mut rest, 1, 2, "-") && part(&mut rest, 1, 2, "")) {
        return false;
    }
    if rest.is_empty() {
        return text.len() == 10;
    }
    let time = rest.strip_prefix(['T', 't']).unwrap_or_else(|| rest.trim_start_matches([' ', '\t']));
    if time.len() == rest.len() {
        return false;
    }
    rest = time;
    if !(part(&mut rest, 1, 2, ":") && part(&mut rest, 2, 2, ":") && part(&mut rest, 2, 2, "")) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    rest = rest.trim_start_matches([' ', '\t']);
    if rest.is_empty() || rest == "Z" {
        return true;
    }
    let Some(mut zone) = rest.strip_prefix(['-', '+']) else { return false };
    part(&mut zone, 1, 2, "")
        && (zone.is_empty() || zone.strip_prefix(':').is_some_and(|m| digits(m, 2, 2).is_some()))
}

/// sigs.k8s.io/yaml on yaml.v2: it looks at the first character, then into a table, then tries numbers.
pub(crate) fn go(text: &str) -> Value {
    if is_null(text) {
        return Value::Null;
    }
    if let Some(bool) = bool_of(text, true) {
        return Value::Bool(bool);
    }
    let (negative, rest) = unsigned(text);
    if INFINITE.contains(&rest) {
        return Value::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    if NOT_A_NUMBER.contains(&text) {
        return Value::Float(f64::NAN);
    }
    if text.starts_with('.') {
        return style_float(text).map_or_else(|| string(text), Value::Float);
    }
    if !text.starts_with(['-', '+']) && !starts_with_digit(text) {
        return string(text);
    }
    let plain = text.replace('_', "");
    let (negative, digits) = unsigned(&plain);
    if let Some(int) = go_int(digits, negative) {
        return int;
    }
    style_float(&plain).map_or_else(|| string(text), Value::Float)
}

fn go_int(digits: &str, negative: bool) -> Option<Value> {
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = if let Some(hex) = lower.strip_prefix("0x") {
        (16, hex)
    } else if let Some(octal) = lower.strip_prefix("0o") {
        (8, octal)
    } else if let Some(binary) = lower.strip_prefix("0b") {
        (2, binary)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    if !all(digits, |b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let value = i128::from_str_radix(digits, base).ok()?;
    let value = if negative { -value } else { value };
    (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&value).then_some(Value::Int(value))
}

/// Optional sign, digits with an optional dot somewhere, an optional exponent.
fn style_float(text: &str) -> Option<f64> {
    let (_, rest) = unsigned(text);
    let (number, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(unsigned(&rest[at + 1..]).1)),
        None => (rest, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let valid = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|e| !e.is_empty() && digits(e));
    if valid { text.parse().ok() } else { None }
}

/// The core schema of YAML 1.2.
pub(crate) fn core(text: &str) -> Value {
    if is_null(text) {
        return Value::Null;
    }
    match text {
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let (negative, rest) = unsigned(text);
    if INFINITE.contains(&rest) {
        return Value::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    if NOT_A_NUMBER.contains(&text) {
        return Value::Float(f64::NAN);
    }
    let radix = |digits: &str, base| i128::from_str_radix(digits, base).ok();
    let int = if all(rest, |b| b.is_ascii_digit()) {
        radix(rest, 10).map(|int| if negative { -int } else { int })
    } else if let Some(octal) = text.strip_prefix("0o") {
        radix(octal, 8)
    } else if let Some(hex) = text.strip_prefix("0x") {
        radix(hex, 16)
    } else {
        None
    };
    match int {
        Some(int) => Value::Int(int),
        None => style_float(text).map_or_else(|| string(text), Value::Float),
    }
}
