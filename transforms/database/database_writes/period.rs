//! A period that LiteLLM does not understand, or that is far shorter than it looks.

use super::duration::{Duration, PeriodUnit, meant, read};
use super::{META, SECTION};
use crate::document::Value;
use crate::plan::build::{section_lines, shown};
use crate::plan::{Finding, Severity};
use crate::project::settings::Versions;
use crate::project::{Installation, Place, Version};

/// It wants a text: how often rows are deleted.
pub const INTERVAL: &str = "maximum_spend_logs_retention_interval";
/// The releases that take a number for days, and words such as `monthly`: `proxy/db/db_transaction_queue/spend_log_cleanup.py` and
/// `litellm_core_utils/duration_parser.py`, compared in the wheels of 1.80.15 and 1.106.2.
const SURELY_DAYS: Versions = Versions::since(Version(1, 106, 2));
const SURELY_NOT_DAYS: Version = Version(1, 80, 15);
const WORDS: [(&str, &str); 4] = [("hourly", "1h"), ("daily", "24h"), ("weekly", "7d"), ("monthly", "30d")];

/// A period that is effective: its key, the rows that it is for, and where its value stands.
pub struct Period<'a> {
    pub installation: &'a Installation<'a>,
    pub key: &'static str,
    pub rows: &'static str,
    pub value: Value,
    pub place: Place,
}

impl Period<'_> {
    /// What is wrong with it.
    pub fn judged(&self) -> Option<Finding> {
        let text = match &self.value {
            Value::Str(text) if text.starts_with("os.environ/") => return None,
            Value::Str(text) => text,
            Value::Int(_) if self.key != INTERVAL => return self.number(),
            Value::Null => return None,
            _ => return Some(self.not_understood(meant(&self.value))),
        };
        match read(text) {
            Duration::Of(number, PeriodUnit::Minutes) if self.key != INTERVAL => Some(self.minutes(number)),
            Duration::Of(..) => None,
            Duration::None => {
                let word = WORDS.iter().find(|(word, _)| text.trim().eq_ignore_ascii_case(word));
                if word.is_some() && SURELY_DAYS.read_by(self.installation.running()) == Some(true) {
                    return None;
                }
                let expected = word.map(|(_, period)| (*period).to_owned());
                Some(self.not_understood(expected.or_else(|| meant(&self.value))))
            }
        }
    }

    /// The finding with the advice to write this period.
    fn finding(&self, state: &'static str, advice: impl Into<String>, expected: String) -> Finding {
        let lines = section_lines(self.installation, SECTION, &[(self.key.to_owned(), expected.into())]);
        Finding::new(&META, self.key, state, self.place.clone())
            .severity(Severity::High)
            .advice(advice)
            .lines(lines)
    }

    /// A period that is none.
    fn not_understood(&self, expected: Option<String>) -> Finding {
        let what = if expected.is_some() { "it" } else { "how long they are needed" };
        let text = format!(
            "write {what} as a number and a unit (s, m, h, d, w, mo) without a space; older rows are then deleted for good"
        );
        let default = if self.key == INTERVAL { "1d" } else { "30d" };
        self.finding("not_understood", text, expected.unwrap_or_else(|| default.into()))
            .title(format!(
                "{} are kept forever: LiteLLM does not understand `{}: {}`",
                self.rows,
                self.key,
                shown(&self.value)
            ))
            .why("LiteLLM reads a number with one of the units s, m, h, d, w and mo; on anything else it writes a line to the log and deletes nothing")
    }

    /// A bare number: days in newer releases, nothing in older ones.
    fn number(&self) -> Option<Finding> {
        let running = self.installation.running();
        if SURELY_DAYS.read_by(running) == Some(true) {
            return None;
        }
        let expected = meant(&self.value);
        if !running.maybe_since(Version(SURELY_NOT_DAYS.0, SURELY_NOT_DAYS.1 + 1, 0)) {
            return Some(self.not_understood(expected));
        }
        let text = "write it with its unit, which every release reads the same way";
        let (key, number) = (self.key, shown(&self.value));
        Some(
            self.finding("number", text, expected.unwrap_or_else(|| "30d".into()))
                .severity(Severity::Medium)
                .title(format!("`{key}` is the number {number}: older releases keep {} forever", self.rows))
                .why(format!("LiteLLM {SURELY_NOT_DAYS} does not understand a number without a unit, 1.106.2 reads it as days")),
        )
    }

    /// `6m` means six minutes.
    fn minutes(&self, number: &str) -> Finding {
        let text = format!("if you mean {number} months, write mo");
        let (key, rows) = (self.key, self.rows);
        self.finding("minutes", text, format!("{number}mo"))
            .title(format!("`{key}: {number}m` means {number} minutes: {rows} are deleted after that"))
            .why("m means minutes, mo means months; deleted rows are lost")
    }
}
