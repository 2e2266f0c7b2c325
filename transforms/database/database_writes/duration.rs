//! A period as LiteLLM reads it, and what somebody is likely to mean who writes it otherwise.

use crate::document::Value;

/// What LiteLLM makes of a text: its regular expression, `(\d+)(mo|[smhdw]?)` at the beginning.
#[derive(Debug, PartialEq, Eq)]
pub enum Duration<'a> {
    Of(&'a str, PeriodUnit),
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodUnit {
    Seconds,
    Minutes,
    Longer,
}

/// A text as LiteLLM reads it.
pub fn read(text: &str) -> Duration<'_> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.as_bytes() {
        _ if number.is_empty() => return Duration::None,
        [b'm', b'o', ..] | [b'h' | b'd' | b'w', ..] => PeriodUnit::Longer,
        [b'm', ..] => PeriodUnit::Minutes,
        [b's', ..] => PeriodUnit::Seconds,
        _ => return Duration::None,
    };
    Duration::Of(number, unit)
}

/// The period that a value is likely to mean, as LiteLLM reads it.
pub fn meant(value: &Value) -> Option<String> {
    let text = match value {
        Value::Int(days) => return (*days > 0).then(|| format!("{days}d")),
        Value::Str(text) => text.trim(),
        _ => return None,
    };
    let number: String = text.chars().take_while(char::is_ascii_digit).collect();
    let count: u32 = number.parse().ok()?;
    let unit = text[number.len()..].trim().to_ascii_lowercase();
    let unit = match unit.strip_suffix('s').unwrap_or(&unit) {
        "" | "d" | "day" => "d",
        "s" | "sec" | "second" => "s",
        "min" | "minute" => "m",
        "h" | "hr" | "hour" => "h",
        "w" | "week" => "w",
        "mo" | "mon" | "month" => "mo",
        "y" | "yr" | "year" => return Some(format!("{}d", count.checked_mul(365)?)),
        _ => return None,
    };
    Some(format!("{count}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `duration_in_seconds` of 1.72.6, 1.80.15 and 1.106.2 answers.
    #[test]
    fn durations_as_litellm_reads_them() {
        for text in
            ["30", "30 days", "2y", "30 d", "30D", "d30", "1.5d", "-1d", "1M", "P30D", " 30d", "", "daily"]
        {
            assert_eq!(read(text), Duration::None, "{text}");
        }
        for text in ["30d", "1mo", "4w", "30days", "30d12h", "12h", "30months"] {
            assert!(matches!(read(text), Duration::Of(_, PeriodUnit::Longer)), "{text}");
        }
        assert_eq!(read("6m"), Duration::Of("6", PeriodUnit::Minutes));
        assert_eq!(read("90s"), Duration::Of("90", PeriodUnit::Seconds));
    }

    #[test]
    fn periods_that_are_meant() {
        for (text, period) in
            [("30", "30d"), ("30 days", "30d"), ("2y", "730d"), ("1 Month", "1mo"), ("90 min", "90m")]
        {
            assert_eq!(meant(&text.into()).as_deref(), Some(period), "{text}");
        }
        assert_eq!(meant(&"for ever".into()), None);
    }
}
