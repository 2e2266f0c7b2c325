//! The values that compose takes at the keys of a service which are read here. It refuses the file for any other, whatever service has it.
//!
//! Each was shown to compose 2.40 and 5.6; `tests/real_tools/refused.rs` does it again.

use crate::document::{Kind, Node, Path, Reader, Value};

use super::nodes::get;

/// What compose takes at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A text such as `1m30s`, always with a unit.
    Duration,
    /// A whole number.
    Whole,
    /// A text.
    Text,
    /// A number of bytes as a text, such as `4G`.
    Bytes,
    /// A number of processors.
    Cores,
    /// A list.
    List,
}

const LIMITS: &str = "limits";
const RESERVED: &str = "reservations";

const KEYS: [(&[&str], Takes); 16] = [
    (&["stop_grace_period"], Takes::Duration),
    (&["healthcheck", "interval"], Takes::Duration),
    (&["healthcheck", "timeout"], Takes::Duration),
    (&["healthcheck", "start_period"], Takes::Duration),
    (&["healthcheck", "start_interval"], Takes::Duration),
    (&["healthcheck", "retries"], Takes::Whole),
    (&["deploy", "replicas"], Takes::Whole),
    (&["scale"], Takes::Whole),
    (&["restart"], Takes::Text),
    (&["deploy", "restart_policy", "condition"], Takes::Text),
    (&["deploy", "resources", LIMITS, "memory"], Takes::Bytes),
    (&["deploy", "resources", RESERVED, "memory"], Takes::Bytes),
    (&["deploy", "resources", LIMITS, "cpus"], Takes::Cores),
    (&["deploy", "resources", RESERVED, "cpus"], Takes::Cores),
    (&["ports"], Takes::List),
    (&["volumes"], Takes::List),
];

/// What compose refuses of a service: where it stands, what belongs there, and the value.
pub fn refused(service: Node<'_>) -> Vec<(Path, Takes, Value)> {
    let of_keys = KEYS.iter().filter_map(|(keys, takes)| {
        let node = keys.iter().try_fold(service, |node, key| get(node, key))?.resolve();
        Some((node.path(), *takes, value(node)))
    });
    let commands = ["command", "entrypoint"].into_iter().filter_map(|key| get(service, key));
    let words = commands.map(Node::resolve).filter(|node| node.kind() == Kind::Sequence);
    let words = words.flat_map(|list| list.items().collect::<Vec<_>>());
    let of_words = words.map(|word| (word.path(), Takes::Text, value(word.resolve())));
    of_keys.chain(of_words).filter(|(_, takes, value)| !takes.takes(value)).collect()
}

/// The value as compose sees it; of lists and mappings only that they are one.
fn value(node: Node<'_>) -> Value {
    match node.kind() {
        Kind::Sequence => Value::Seq(Vec::new()),
        Kind::Mapping => Value::Map(Vec::new()),
        _ => match node.value(Reader::Go) {
            // Only these words are booleans for compose: `no` and `off` are texts.
            Value::Bool(_) if !["true", "false"].contains(&&*node.text().to_ascii_lowercase()) => {
                Value::Str(node.text().into_owned())
            }
            value => value,
        },
    }
}

impl Takes {
    /// Whether compose takes a value. What it fills in is not known, and what is empty is no mistake that is meant here.
    pub fn takes(self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Null | Value::Other(_)) => true,
            (_, Value::Str(text)) if text.contains('$') || text.contains("{{") => true,
            (Self::List, value) => matches!(value, Value::Seq(_)),
            (_, Value::Seq(_) | Value::Map(_)) => false,
            (Self::Text, value) => matches!(value, Value::Str(_)),
            (Self::Duration, Value::Str(text)) => is_duration(text),
            (Self::Bytes, Value::Str(text)) => is_size(text),
            (Self::Cores, Value::Str(text)) => text.parse::<f64>().is_ok(),
            (Self::Cores, value) => matches!(value, Value::Int(_) | Value::Float(_)),
            (Self::Whole, Value::Str(text)) => text.parse::<u64>().is_ok(),
            (Self::Whole, Value::Int(number)) => *number >= 0,
            (Self::Whole, Value::Float(number)) => *number >= 0.0 && number.fract() == 0.0,
            (Self::Whole | Self::Duration | Self::Bytes, _) => false,
        }
    }

    /// What the value surely means, as compose takes it.
    pub fn repaired(self, value: &Value) -> Option<Value> {
        let text = match value {
            Value::Str(text) => text.trim().to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Bool(on) => on.to_string(),
            _ => return None,
        };
        let number = text.parse::<f64>().is_ok();
        let repaired = match self {
            Self::Duration if number => format!("{text}s"),
            Self::Duration => text.replace(' ', ""),
            Self::Bytes if number => text,
            Self::Bytes => format!("{text}B"),
            Self::Cores => {
                let thousandths: f64 = text.strip_suffix('m')?.parse().ok()?;
                (thousandths / 1000.0).to_string()
            }
            // Which policy a `true` stands for is not known.
            Self::Text if number => text,
            Self::Text | Self::Whole | Self::List => return None,
        };
        let repaired = Value::Str(repaired);
        self.takes(&repaired).then_some(repaired)
    }

    /// What belongs there, for humans.
    pub fn words(self) -> &'static str {
        match self {
            Self::Duration => "a duration with a unit, such as 30s",
            Self::Whole => "a whole number",
            Self::Text => "a text (in quotes, where it looks otherwise)",
            Self::Bytes => "a text such as 4G",
            Self::Cores => "a number of processors, such as 0.5",
            Self::List => "a list",
        }
    }
}

/// Numbers with units, as Go has them, and days and weeks: <https://github.com/xhit/go-str2duration>.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let mut parts = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let unit = rest[end..].find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len() - end);
        let (number, unit) = (&rest[..end], &rest[end..end + unit]);
        if number.parse::<f64>().is_err()
            || !["ns", "us", "µs", "ms", "s", "m", "h", "d", "w"].contains(&unit)
        {
            return false;
        }
        rest = &rest[number.len() + unit.len()..];
        parts += 1;
    }
    parts > 0
}

/// A number of bytes: <https://github.com/docker/go-units>.
fn is_size(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (&text[..end], text[end..].trim_start().to_lowercase());
    let bare = unit.strip_suffix("ib").or_else(|| unit.strip_suffix('b')).unwrap_or(&unit);
    let known = unit.is_empty() || unit == "b" || ["k", "m", "g", "t", "p"].contains(&bare);
    number.parse::<f64>().is_ok() && known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_compose_takes() {
        let text = |text: &str| Value::Str(text.into());
        for right in ["620s", "1m30s", "1.5h", "0", "1d", "-5s", "${GRACE}"] {
            assert!(Takes::Duration.takes(&text(right)), "{right}");
        }
        for (wrong, repaired) in
            [("620", Some("620s")), ("10m 20s", Some("10m20s")), ("ten", None), ("5min", None)]
        {
            assert!(!Takes::Duration.takes(&text(wrong)), "{wrong}");
            assert_eq!(Takes::Duration.repaired(&text(wrong)), repaired.map(text), "{wrong}");
        }
        for right in ["4G", "4g", "4GiB", "4gb", "1.5G", "4096", "4 G", "4b"] {
            assert!(Takes::Bytes.takes(&text(right)), "{right}");
        }
        assert_eq!(Takes::Bytes.repaired(&text("4Gi")), Some(text("4GiB")));
        assert_eq!(Takes::Bytes.repaired(&text("4Q")), None);
        assert_eq!(Takes::Cores.repaired(&text("500m")), Some(text("0.5")));
        assert_eq!(Takes::Text.repaired(&Value::Int(4000)), Some(text("4000")));
        assert!(Takes::Whole.takes(&text("2")) && !Takes::Whole.takes(&text("two")));
    }
}
