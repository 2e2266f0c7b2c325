//! How long rows are kept: periods that LiteLLM does not understand, and those that are far shorter than they look.

use super::{META, SECTION};
use crate::document::Value;
use crate::plan::build::{goes_in, shown, yaml_lines};
use crate::plan::{Finding, Lines, Remedy, Safety, Severity};
use crate::project::settings::Versions;
use crate::project::{Installation, Place, Sign, Version};

/// What is deleted after each period, and how often LiteLLM looks for such rows.
const PERIODS: [(&str, &str); 5] = [
    ("maximum_spend_logs_retention_period", "the rows of the spend logs"),
    ("maximum_autorouter_session_retention_period", "the auto router's sessions"),
    ("maximum_health_check_retention_period", "the results of health checks"),
    ("maximum_daily_tag_spend_retention_period", "the daily spend by tag"),
    (INTERVAL, "rows of any kind"),
];
/// It wants a text: how often rows are deleted.
const INTERVAL: &str = "maximum_spend_logs_retention_interval";
/// The releases that take a number for days, and words such as `monthly`: `proxy/db/db_transaction_queue/spend_log_cleanup.py` and
/// `litellm_core_utils/duration_parser.py`, compared in the wheels of 1.80.15 and 1.106.2.
const SURELY_DAYS: Versions = Versions::since(Version(1, 106, 2));
const SURELY_NOT_DAYS: Version = Version(1, 80, 15);
const WORDS: [(&str, &str); 4] = [("hourly", "1h"), ("daily", "24h"), ("weekly", "7d"), ("monthly", "30d")];

/// What LiteLLM makes of a text: its regular expression, `(\d+)(mo|[smhdw]?)` at the beginning.
#[derive(Debug, PartialEq, Eq)]
enum Duration<'a> {
    Of(&'a str, Unit),
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Seconds,
    Minutes,
    Longer,
}

fn read(text: &str) -> Duration<'_> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.as_bytes() {
        _ if number.is_empty() => return Duration::None,
        [b'm', b'o', ..] | [b'h' | b'd' | b'w', ..] => Unit::Longer,
        [b'm', ..] => Unit::Minutes,
        [b's', ..] => Unit::Seconds,
        _ => return Duration::None,
    };
    Duration::Of(number, unit)
}

/// What is wrong with the periods that are effective.
pub fn periods(installation: &Installation<'_>, database: &Sign) -> Vec<Finding> {
    let written = |(key, rows): (&'static str, &'static str)| {
        let (value, place) = installation.in_layers(SECTION, key).pop()?;
        judged(installation, key, rows, &value, place)
    };
    let findings = PERIODS.into_iter().filter_map(written);
    findings.map(|finding| super::with_sign(finding, database)).collect()
}

/// A move or rename that puts a period in force: rows begin to be deleted.
pub fn moved(mut finding: Finding, value: Option<&Value>) -> Finding {
    let counts = value.and_then(Value::as_str).is_some_and(|text| read(text) != Duration::None);
    if !counts {
        let text = "remove it here, or set it there as a number and a unit, such as 30d: older rows are then deleted for good";
        return finding.advice(text);
    }
    if let Remedy::Fix(fix) = &mut finding.remedy {
        fix.safety = Safety::Hazardous;
        fix.assumptions.push("older rows of the spend logs are then deleted for good".into());
    }
    finding
}

fn judged(
    installation: &Installation<'_>,
    key: &'static str,
    rows: &str,
    value: &Value,
    place: Place,
) -> Option<Finding> {
    let expected = meant(value);
    let text = match value {
        Value::Str(text) if text.starts_with("os.environ/") => return None,
        Value::Str(text) => text.as_str(),
        Value::Int(_) if key != INTERVAL => return number(installation, key, rows, value, place),
        Value::Null => return None,
        _ => return Some(ineffective(installation, key, rows, value, place, expected)),
    };
    match read(text) {
        Duration::Of(number, Unit::Minutes) if key != INTERVAL => {
            Some(minutes(installation, key, rows, number, place))
        }
        Duration::Of(..) => None,
        Duration::None => {
            let word = WORDS.iter().find(|(word, _)| text.trim().eq_ignore_ascii_case(word));
            if word.is_some() && SURELY_DAYS.read_by(installation.running()) == Some(true) {
                return None;
            }
            let expected = word.map(|(_, period)| (*period).to_owned()).or(expected);
            Some(ineffective(installation, key, rows, value, place, expected))
        }
    }
}

fn finding(key: &'static str, state: &'static str, place: Place) -> Finding {
    Finding::new(&META, key, state, place)
}

/// A period that is none.
fn ineffective(
    installation: &Installation<'_>,
    key: &'static str,
    rows: &str,
    value: &Value,
    place: Place,
    expected: Option<String>,
) -> Finding {
    let text = if expected.is_some() {
        "write it as a number and a unit (s, m, h, d, w, mo) without a space; older rows are then deleted for good"
    } else {
        "write how long they are needed as a number and a unit (s, m, h, d, w, mo) without a space; older rows are then deleted for good"
    };
    let default = if key == INTERVAL { "1d" } else { "30d" };
    let lines = yaml_lines(SECTION, &[(key.into(), expected.unwrap_or_else(|| default.into()).into())]);
    finding(key, "not_understood", place)
        .severity(Severity::High)
        .title(format!("{rows} are kept forever: LiteLLM does not understand `{key}: {}`", shown(value)))
        .why("LiteLLM reads a number with one of the units s, m, h, d, w and mo; on anything else it writes a line to the log and deletes nothing")
        .advice(text).lines(Lines::new(lines, goes_in(installation, SECTION)))
}

/// A bare number: days in newer releases, nothing in older ones.
fn number(
    installation: &Installation<'_>,
    key: &'static str,
    rows: &str,
    value: &Value,
    place: Place,
) -> Option<Finding> {
    if SURELY_DAYS.read_by(installation.running()) == Some(true) {
        return None;
    }
    let expected = meant(value);
    if !installation.running().maybe_since(Version(SURELY_NOT_DAYS.0, SURELY_NOT_DAYS.1 + 1, 0)) {
        return Some(ineffective(installation, key, rows, value, place, expected));
    }
    let lines = yaml_lines(SECTION, &[(key.into(), expected.unwrap_or_else(|| "30d".into()).into())]);
    Some(
        finding(key, "number", place)
            .severity(Severity::Medium)
            .title(format!("`{key}` is the number {}: older releases keep {rows} forever", shown(value)))
            .why(format!("LiteLLM {SURELY_NOT_DAYS} does not understand a number without a unit, 1.106.2 reads it as days"))
            .advice("write it with its unit, which every release reads the same way").lines(Lines::new(lines, goes_in(installation, SECTION))),
    )
}

/// `6m` means six minutes.
fn minutes(
    installation: &Installation<'_>,
    key: &'static str,
    rows: &str,
    number: &str,
    place: Place,
) -> Finding {
    let lines = yaml_lines(SECTION, &[(key.into(), format!("{number}mo").into())]);
    finding(key, "minutes", place)
        .severity(Severity::High)
        .title(format!("`{key}: {number}m` means {number} minutes: {rows} are deleted after that"))
        .why("m means minutes, mo means months; deleted rows are lost")
        .advice(format!("if you mean {number} months, write mo"))
        .lines(Lines::new(lines, goes_in(installation, SECTION)))
}

/// The period that a value is likely to mean, as LiteLLM reads it.
fn meant(value: &Value) -> Option<String> {
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
            assert!(matches!(read(text), Duration::Of(_, Unit::Longer)), "{text}");
        }
        assert_eq!(read("6m"), Duration::Of("6", Unit::Minutes));
        assert_eq!(read("90s"), Duration::Of("90", Unit::Seconds));
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
