//! Which values a place takes, and what every other value does there.

use crate::document::Value;

use super::{Setting, Shape, Versions, names, otherwise};
use crate::project::settings::version::{Running, Version};

/// The form in which a value reaches LiteLLM: what decides whether a place takes it, apart from the names in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// No value.
    Null,
    /// The empty text.
    Empty,
    /// Any other text that is none of those below.
    Text,
    /// A text that is a number.
    QuotedNumber,
    /// A text such as `30s`.
    Duration,
    /// A text that is `true` or `false`, in any case.
    QuotedBool,
    /// A whole number.
    Number,
    /// Another number.
    Fraction,
    /// The boolean true.
    Bool,
    /// The boolean false.
    False,
    /// A list.
    List,
    /// A list without items.
    EmptyList,
    /// A mapping.
    Map,
}

impl Form {
    /// The form of a value; `None` for what has no counterpart (a date), and for a reference to a variable.
    pub fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(true) => Self::Bool,
            Value::Bool(false) => Self::False,
            Value::Int(_) => Self::Number,
            Value::Float(_) => Self::Fraction,
            Value::Seq(items) if items.is_empty() => Self::EmptyList,
            Value::Seq(_) => Self::List,
            Value::Map(_) => Self::Map,
            Value::Other(_) => return None,
            Value::Str(text) if is_filled_in(text) => return None,
            Value::Str(text) if text.is_empty() => Self::Empty,
            Value::Str(text) if boolean(text).is_some() => Self::QuotedBool,
            Value::Str(text) if text.trim().parse::<f64>().is_ok() => Self::QuotedNumber,
            Value::Str(text) if seconds(text).is_some() => Self::Duration,
            Value::Str(_) => Self::Text,
        })
    }
}

/// Whether something else is put there before LiteLLM reads it: a reference, a template, a variable of `envsubst`.
fn is_filled_in(text: &str) -> bool {
    text.starts_with("os.environ/") || text.contains("{{") || text.contains("${")
}

/// What a value does that its place does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The load of the configuration fails: LiteLLM does not start.
    StopsLoad,
    /// The configuration loads, and the start fails.
    StopsStart,
    /// The start fails where there is a database.
    StopsWithDatabase,
    /// Every request fails.
    FailsRequests,
    /// Every request for a stream fails.
    FailsStreams,
    /// A request that a provider refuses ends in an internal error instead of a retry or a fallback.
    FailsRefused,
    /// As if it were not set, without a word.
    Nothing,
    /// It counts as something else.
    As(&'static str),
    /// It does what it looks like.
    Taken,
}

/// What values of these forms do at these places, in these releases.
#[derive(Debug)]
pub struct Otherwise {
    /// The section.
    pub section: &'static str,
    /// The keys, or paths of keys with dots.
    pub keys: &'static [&'static str],
    /// The forms.
    pub forms: &'static [Form],
    /// What they do.
    pub effect: Effect,
    /// The releases in which they do.
    pub versions: Versions,
}

/// What is known of a value at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// LiteLLM takes it, as far as its form tells.
    Fits,
    /// It does something else than it looks like, in these releases; all of them run where they are [`Versions::ALL`].
    Wrong(Effect, Versions),
    /// It is not what the place takes; what it does is not known.
    Unfit,
    /// Nothing is known: a reference, a template.
    Unseen,
}

impl Verdict {
    /// Whether a fix may put the value there.
    pub fn fits(self) -> bool {
        matches!(self, Self::Fits | Self::Unseen)
    }
}

/// What `value` does at `key` of `section`. A place without a row takes anything.
pub fn judge(setting: &Setting, section: &str, key: &str, value: &Value, running: &Running) -> Verdict {
    let reference = value.as_str().is_some_and(|text| text.starts_with("os.environ/"));
    if reference {
        return referred(setting, section, key, running);
    }
    let Some(form) = Form::of(value) else { return Verdict::Unseen };
    if let Some(verdict) = of_content(setting, value, running) {
        return verdict;
    }
    let on = value.as_str().and_then(boolean) == Some(true);
    match otherwise::find(section, key, form, running) {
        Some((Effect::Taken, _)) => Verdict::Fits,
        // It counts as what it says.
        Some((Effect::As(_), _)) if setting.shape == Shape::Bool && on => Verdict::Fits,
        Some((effect, versions)) if !setting.shape.has_names() || !setting.shape.takes(form) => {
            Verdict::Wrong(effect, versions)
        }
        _ if form == Form::Null || setting.shape.takes(form) => Verdict::Fits,
        _ => Verdict::Unfit,
    }
}

/// A reference gives a text, or a boolean; where neither text nor number in quotes is taken, no reference is.
fn referred(setting: &Setting, section: &str, key: &str, running: &Running) -> Verdict {
    if !matches!(setting.shape, Shape::Int | Shape::Number | Shape::Seconds) {
        return Verdict::Unseen;
    }
    match otherwise::find(section, key, Form::QuotedNumber, running) {
        Some((Effect::Taken, _)) => Verdict::Unseen,
        Some((effect, versions)) => Verdict::Wrong(effect, versions),
        None => Verdict::Unfit,
    }
}

/// Names that a list does not have, and shapes of fallbacks; `None` where nothing is wrong with what it holds.
fn of_content(setting: &Setting, value: &Value, running: &Running) -> Option<Verdict> {
    match (setting.shape, value) {
        // A path of code of the user's own is imported as a whole; where a list is walked over, its dot is looked for as a module.
        (Shape::Names("callbacks", _), Value::Str(path)) if is_path(path) => Some(Verdict::Fits),
        (Shape::Names("logging_callbacks", _), Value::Str(path)) if is_path(path) => {
            Some(Verdict::Wrong(Effect::StopsLoad, Versions::ALL))
        }
        // It is as good as none.
        (Shape::Fallbacks, Value::Map(entries)) if entries.is_empty() => Some(Verdict::Fits),
        (Shape::OneOf(list, effect), Value::Str(name)) if !name.is_empty() => {
            names::unknown(list, name, running).then_some(Verdict::Wrong(effect, Versions::ALL))
        }
        (Shape::Address(schemes, effect), Value::Str(address)) if !address.is_empty() => {
            let scheme = address.split_once("://").map(|(scheme, _)| scheme);
            let known = scheme.is_some_and(|scheme| schemes.contains(&scheme));
            (!known).then_some(Verdict::Wrong(effect, Versions::ALL))
        }
        // What is no text cannot be looked for, and cannot be imported.
        (Shape::Names(list, _), Value::Seq(items)) if items.iter().any(|item| is_no_callback(list, item)) => {
            Some(Verdict::Wrong(Effect::StopsLoad, Versions::ALL))
        }
        (Shape::Names(list, effect), Value::Seq(items)) => items
            .iter()
            .filter_map(Value::as_str)
            .any(|name| names::unknown(list, name, running))
            .then_some(Verdict::Wrong(effect, Versions::ALL)),
        // Those for the context window are not looked at.
        (Shape::Fallbacks, Value::Seq(items)) if setting.name == "context_window_fallbacks" => {
            let pairs = items.iter().all(|item| item.as_map().is_some());
            (!pairs).then_some(Verdict::Unfit)
        }
        (Shape::Fallbacks, Value::Seq(items)) => fallbacks(items, running),
        _ => None,
    }
}

/// Each item has one model, and a list of models for it.
fn fallbacks(items: &[Value], running: &Running) -> Option<Verdict> {
    let pairs = items.iter().all(|item| item.as_map().is_some_and(|map| map.len() == 1));
    if !pairs {
        return Some(Verdict::Wrong(Effect::StopsLoad, Versions::ALL));
    }
    let mut targets = items.iter().filter_map(Value::as_map).flatten().map(|(_, target)| target);
    let text = targets.any(|target| target.as_str().is_some());
    let versions = narrowed(from(1, 109, 0), running).filter(|_| text)?;
    Some(Verdict::Wrong(Effect::StopsLoad, versions))
}

fn is_path(text: &str) -> bool {
    text.contains('.') && text.trim().parse::<f64>().is_err()
}

fn is_no_callback(list: &str, item: &Value) -> bool {
    match item {
        Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Null => list.contains("callbacks"),
        Value::Seq(_) | Value::Map(_) => list == "callbacks",
        Value::Str(_) | Value::Other(_) => false,
    }
}

/// The names in a value that its list does not have.
pub fn unknown_names<'v>(setting: &Setting, value: &'v Value, running: &Running) -> Vec<&'v str> {
    let (Shape::OneOf(list, _) | Shape::Names(list, _)) = setting.shape else { return Vec::new() };
    let one = value.as_str().into_iter();
    let all = one.chain(value.as_seq().into_iter().flatten().filter_map(Value::as_str));
    all.filter(|name| names::unknown(list, name, running)).collect()
}

/// What a value plainly means at a place that does not take it as it is written: `"600s"` is 600, `"true"` is true.
pub fn repaired(setting: &Setting, value: &Value) -> Option<Value> {
    let number = |text: &str| {
        let text = text.trim();
        let int = text.parse().ok().map(Value::Int);
        int.or_else(|| text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float))
    };
    match (setting.shape, value) {
        (Shape::Bool, Value::Str(text)) => boolean(text).map(Value::Bool),
        (Shape::Int, Value::Str(text)) => number(text).filter(|value| matches!(value, Value::Int(_))),
        (Shape::Number, Value::Str(text)) => number(text),
        (Shape::Seconds, Value::Str(text)) => number(text).or_else(|| seconds(text).map(Value::Int)),
        (Shape::Int | Shape::Seconds, Value::Float(number))
            if number.fract() == 0.0 && number.abs() < 1e9 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number below 1e9")]
            Some(Value::Int(*number as i128))
        }
        (Shape::List | Shape::Names(..), Value::Str(text)) if is_name(text) => {
            Some(Value::Seq(vec![value.clone()]))
        }
        _ => None,
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The seconds of `30s`, `10m`, `2h`, `1d`.
fn seconds(text: &str) -> Option<i128> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: i128 = text.get(..digits)?.parse().ok()?;
    let unit = match text[digits..].trim() {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 86_400,
        _ => return None,
    };
    number.checked_mul(unit)
}

impl Shape {
    /// Whether a value of this form may be what the place takes.
    pub fn takes(self, form: Form) -> bool {
        match self {
            Self::Bool => matches!(form, Form::Bool | Form::False),
            Self::Int => form == Form::Number,
            Self::Number | Self::Seconds => matches!(form, Form::Number | Form::Fraction),
            Self::Text | Self::Address(..) => {
                matches!(
                    form,
                    Form::Empty | Form::Text | Form::QuotedNumber | Form::Duration | Form::QuotedBool
                )
            }
            Self::OneOf(..) => form == Form::Text,
            Self::List | Self::Names(..) | Self::Fallbacks => matches!(form, Form::List | Form::EmptyList),
            Self::Map => form == Form::Map,
        }
    }

    fn has_names(self) -> bool {
        matches!(self, Self::OneOf(..) | Self::Names(..) | Self::Fallbacks)
    }

    /// What the place takes, as the object of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Bool => "the boolean true or false",
            Self::Int => "a whole number",
            Self::Number => "a number",
            Self::Seconds => "a number of seconds",
            Self::Text => "a text",
            Self::Address(..) => "an address with a scheme that it knows",
            Self::OneOf(..) => "one of the names that this version knows",
            Self::List | Self::Names(..) => "a list",
            Self::Fallbacks => "a list of mappings, each from one model to a list of models",
            Self::Map => "a mapping",
        }
    }
}

impl Effect {
    /// What happens, as a clause.
    pub fn words(self) -> String {
        match self {
            Self::StopsLoad => "LiteLLM does not start".into(),
            Self::StopsStart => "LiteLLM does not start, although the configuration loads".into(),
            Self::StopsWithDatabase => "LiteLLM does not start where there is a database".into(),
            Self::FailsRequests => "every request fails".into(),
            Self::FailsStreams => "every streaming request fails".into(),
            Self::FailsRefused => {
                "a request that a provider refuses then ends in an internal error, without a retry or a fallback"
                    .into()
            }
            Self::Nothing => "it silently has no effect".into(),
            Self::As(what) => format!("LiteLLM reads it as {what}"),
            Self::Taken => "it is taken".into(),
        }
    }
}

/// The versions of a rule, as far as they may run: all of them where the one that runs is known, `None` where none may.
pub(super) fn narrowed(versions: Versions, running: &Running) -> Option<Versions> {
    match running {
        Running::Known(version, ..) => versions.hold(*version).then_some(Versions::ALL),
        Running::Unknown(..) => Some(versions),
    }
}

/// The release from which on `versions` begins, for the rules that changed there.
pub(super) const fn from(major: u16, minor: u16, patch: u16) -> Versions {
    Versions::since(Version(major, minor, patch))
}

/// The releases before this one.
pub(super) const fn before(major: u16, minor: u16, patch: u16) -> Versions {
    Versions::until(Version(major, minor, patch))
}

#[cfg(test)]
mod tests {
    use super::super::at;
    use super::*;
    use crate::project::settings::version::KnownBy;

    fn verdict(section: &str, key: &str, value: Value, version: Version) -> Verdict {
        let running = Running::Known(version, KnownBy::ImageTag, None);
        judge(at(section, key).expect("a row"), section, key, &value, &running)
    }

    fn text(text: &str) -> Value {
        Value::Str(text.into())
    }

    #[test]
    fn forms_of_texts() {
        for (value, form) in [
            ("", Form::Empty),
            ("True", Form::QuotedBool),
            ("7", Form::QuotedNumber),
            ("2.5", Form::QuotedNumber),
            ("30s", Form::Duration),
            ("simple-shuffle", Form::Text),
        ] {
            assert_eq!(Form::of(&text(value)), Some(form), "{value}");
        }
        assert_eq!(Form::of(&text("os.environ/X")), None);
    }

    #[test]
    fn what_is_plain_is_repaired() {
        let row = |section, key| at(section, key).expect("a row");
        let timeout = row("router_settings", "timeout");
        assert_eq!(repaired(timeout, &text("10m")), Some(Value::Int(600)));
        assert_eq!(repaired(timeout, &text("30")), Some(Value::Int(30)));
        assert_eq!(repaired(timeout, &text("soon")), None);
        let retries = row("router_settings", "num_retries");
        assert_eq!(repaired(retries, &text("30s")), None);
        assert_eq!(repaired(retries, &text("3")), Some(Value::Int(3)));
        assert_eq!(repaired(row("litellm_settings", "json_logs"), &text("True")), Some(Value::Bool(true)));
    }

    #[test]
    fn a_wrong_value_does_what_its_release_does() {
        let old = Version(1, 106, 2);
        let strategy = |name, version| verdict("router_settings", "routing_strategy", text(name), version);
        assert_eq!(strategy("usage-based", old), Verdict::Wrong(Effect::StopsLoad, Versions::ALL));
        assert_eq!(strategy("least-busy", old), Verdict::Fits);
        let timeout = verdict("router_settings", "timeout", text("30s"), old);
        assert_eq!(timeout, Verdict::Wrong(Effect::FailsRequests, Versions::ALL));
        let retries = |version| verdict("router_settings", "num_retries", text("4"), version);
        assert_eq!(retries(old), Verdict::Wrong(Effect::FailsRefused, Versions::ALL));
        assert_eq!(retries(Version(1, 110, 2)), Verdict::Fits);
    }
}
