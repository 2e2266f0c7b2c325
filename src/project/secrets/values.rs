//! Which values can be secrets, and what another spelling of them means.

use std::ops::Range;

use percent_encoding::percent_decode_str;

/// Whether a value that stands in a secret place is one: not a reference, a template, a plain number or a boolean.
pub(super) fn can_be_secret(value: &str, quoted: bool) -> bool {
    let value = value.trim();
    if value.is_empty() || is_reference(value) || is_placeholder(value) {
        return false;
    }
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let number = value.parse::<f64>().is_ok();
    if number && !(quoted && digits >= 6 && digits == value.len()) {
        return false;
    }
    let word = value.to_ascii_lowercase();
    !matches!(word.as_str(), "true" | "false" | "null" | "none" | "~" | "yes" | "no" | "on" | "off")
        && value.chars().any(|c| !c.is_ascii_punctuation())
}

/// Whether the value only says where the secret is: `os.environ/NAME`, `${NAME}`, `$NAME`, `{{ … }}`, `!Ref`, …
pub(super) fn is_reference(value: &str) -> bool {
    const BEGINNINGS: [&str; 13] = [
        "os.environ/",
        "os.environ[",
        "os.getenv",
        "process.env",
        "ref+",
        "vault:",
        "op://",
        "arn:aws:",
        "ENC[",
        "<path:",
        "secretref:",
        "file:",
        "/run/secrets/",
    ];
    BEGINNINGS.iter().any(|beginning| value.starts_with(beginning)) || only_expansions(value)
}

/// `${A}`, `$A`, `$(A)`, `{{ a }}`, `%(a)s`, several of them in a row, and nothing else. A default inside (`${A:-b}`) is
/// looked at on its own.
fn only_expansions(value: &str) -> bool {
    let mut rest = value;
    while !rest.is_empty() {
        match after_expansion(rest) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// What follows the expansion at the start of the text, if there is one.
fn after_expansion(text: &str) -> Option<&str> {
    if text.starts_with("{{") || text.starts_with("${{") {
        return text.split_once("}}").map(|(_, after)| after);
    }
    // Compose writes `$$` for a dollar sign that it leaves to the shell.
    let text = if text.starts_with("$$") { &text[1..] } else { text };
    if text.starts_with("${") || text.starts_with("$(") || text.starts_with("%(") {
        let end = closing(text)?;
        let after = &text[end + 1..];
        return Some(if text.starts_with('%') { after.strip_prefix('s').unwrap_or(after) } else { after });
    }
    let inner = text.strip_prefix('$')?;
    let name = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
    (name > 0 && !inner.starts_with(|c: char| c.is_ascii_digit())).then(|| &inner[name..])
}

/// Where the bracket that opens first closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, b) in text.bytes().enumerate() {
        match b {
            b'{' | b'(' => depth += 1,
            b'}' | b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The position of the first of these characters outside `${…}` and `{{…}}`; the length of the text if there is none.
pub(super) fn find_outside(text: &str, stops: &[char]) -> usize {
    let mut depth = 0usize;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '{' | '(' if depth > 0 || previous == '$' || previous == '{' || text[at..].starts_with("{{") => {
                depth += 1
            }
            '}' | ')' if depth > 0 => depth -= 1,
            c if depth == 0 && stops.contains(&c) => return at,
            _ => {}
        }
        previous = c;
    }
    text.len()
}

/// What stands in for a value that is not given: `${X:-secret}`, `${X=secret}`, `{{ x | default("secret") }}`, `os.getenv("X", "secret")`.
pub(super) fn defaults(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("${").take(MOST_EXPANSIONS) {
        let rest = &text[at + 2..];
        let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let operator = [":-", ":=", ":+", "-", "=", "+"].into_iter().find(|op| rest[name..].starts_with(op));
        let (Some(operator), Some(end)) = (operator.filter(|_| name > 0), closing(&text[at..])) else {
            continue;
        };
        let from = at + 2 + name + operator.len();
        let inner = text.get(from..at + end).unwrap_or_default();
        let bare = inner.trim_matches(['"', '\'']);
        let from = from + inner.find(bare).unwrap_or(0);
        if can_be_secret(bare, true) {
            found.push(from..from + bare.len());
        }
    }
    let called = ["default", "getenv", "environ.get", "lookup"].iter().any(|name| text.contains(name));
    if called && (text.contains("{{") || text.contains('(')) {
        found.extend(
            quoted(text)
                .skip(usize::from(text.contains("env")))
                .filter(|range| can_be_secret(&text[range.clone()], true)),
        );
    }
    found
}

/// More than anybody writes into one value.
const MOST_EXPANSIONS: usize = 32;

/// What stands in quotes.
fn quoted(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let open = from + text[from..].find(['"', '\''])?;
        let quote = char::from(text.as_bytes()[open]);
        let end = open + 1 + text[open + 1..].find(quote)?;
        from = end + 1;
        Some(open + 1..end)
    })
}

/// `<your key>`, `<secret-1>`, `…`, `****`: what a person or this program puts in place of a secret.
fn is_placeholder(value: &str) -> bool {
    if value.chars().all(|c| matches!(c, '.' | '…' | '*')) {
        return true;
    }
    let Some(inner) = value.strip_prefix('<').and_then(|value| value.strip_suffix('>')) else { return false };
    let number = inner.strip_prefix("secret-").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    number || inner.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '_' | '\''))
}

/// Whether the value of `secretKey` or `credentials` is the name of a key, or a path, rather than a secret.
pub(super) fn names_something(value: &str) -> bool {
    let value = value.trim();
    let path = value.starts_with(['/', '.', '~']) || value.ends_with(".json") || value.ends_with(".yaml");
    let upper = value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let kebab = value.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_' | b'.'));
    let camel = value.bytes().all(|b| b.is_ascii_alphabetic()) && value.len() <= 24;
    path || (upper && value.contains('_'))
        || (upper && value.bytes().all(|b| !b.is_ascii_digit()))
        || kebab
        || camel
}

/// Whether a value looks random: long, of one piece, with letters and digits mixed.
pub(super) fn looks_random(value: &str) -> bool {
    value.len() >= 20
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'_' | b'-'))
        && value.bytes().filter(u8::is_ascii_digit).count() >= 3
        && value.bytes().filter(u8::is_ascii_alphabetic).count() >= 3
}

/// The other spellings that mean the same: YAML and dotenv escapes undone, doubled and inner quotes undone, percent
/// signs undone, and the forms in which a program would quote it. The first one is what the value means.
pub(super) fn spellings(value: &str) -> Vec<String> {
    let unescaped = unescaped(value);
    let meaning = percent_decode_str(&unescaped).decode_utf8().map_or_else(|_| unescaped.clone(), Into::into);
    let mut all = vec![meaning.clone(), value.to_owned(), unescaped];
    all.push(meaning.replace('\'', "''"));
    all.push(value.chars().filter(|c| !matches!(c, '"' | '\'')).collect());
    all.push(meaning.escape_debug().to_string());
    all.push(meaning.replace('\\', "\\\\").replace('"', "\\\""));
    let mut seen = std::collections::HashSet::new();
    all.retain(|spelling| !spelling.trim().is_empty() && seen.insert(spelling.clone()));
    all
}

fn unescaped(value: &str) -> String {
    let value = if value.contains("''") { value.replace("''", "'") } else { value.to_owned() };
    if !value.contains('\\') {
        return value;
    }
    let mut plain = String::with_capacity(value.len());
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('x') => push_code(&mut plain, &mut rest, 2),
            Some('u') => push_code(&mut plain, &mut rest, 4),
            Some('U') => push_code(&mut plain, &mut rest, 8),
            Some(other) => plain.push(other),
            None => plain.push('\\'),
        }
    }
    plain
}

fn push_code(plain: &mut String, rest: &mut std::str::Chars<'_>, digits: usize) {
    let code: String = rest.clone().take(digits).collect();
    if let Some(c) = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32) {
        plain.push(c);
        for _ in 0..digits {
            rest.next();
        }
    }
}
