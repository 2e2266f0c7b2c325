//! The result of one repository as a line of JSON, which `docs/fleet.md` describes, and what totals are made of.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value as Json, json};

use crate::exit::Exit;
use crate::plan::Severity;
use crate::report::JSON_VERSION;

/// The result of a repository.
#[derive(Clone, Debug)]
pub(crate) struct Line(Json);

/// What totals and rows are made of.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) exit: u64,
    /// Why it could not be judged, or not all of it.
    pub(super) error: Option<String>,
    /// Open findings, as [`Severity::ALL`] orders them.
    pub(super) open: [usize; 4],
    /// Fixes that were applied, or would be.
    pub(super) applied: usize,
    pub(super) files: usize,
    /// How it stands now, after a write.
    pub(super) score: Option<f64>,
}

impl Line {
    /// `report` is the report of `--format json`, or null where there is none.
    pub(crate) fn new(
        name: &str,
        paths: &[String],
        date: &str,
        exit: Exit,
        error: Option<&str>,
        report: Json,
    ) -> Self {
        Self(json!({
            "version": JSON_VERSION,
            "tool": { "name": "litellm-fix", "version": env!("CARGO_PKG_VERSION") },
            "repository": name,
            "paths": paths,
            "date": date,
            "exit": exit.code(),
            "error": error,
            "report": report,
        }))
    }

    /// A line of a file of results; nothing of one that is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let line: Json = serde_json::from_str(text).ok()?;
        let ours = line["tool"]["name"] == "litellm-fix" && line["version"] == JSON_VERSION;
        (ours && line["repository"].is_string() && line["exit"].is_u64()).then_some(Self(line))
    }

    /// The line with its end.
    pub(super) fn text(&self) -> String {
        format!("{}\n", self.0)
    }

    pub(super) fn date(&self) -> &str {
        self.0["date"].as_str().unwrap_or_default()
    }

    pub(super) fn mode(&self) -> Option<&str> {
        self.0["report"]["mode"].as_str()
    }

    /// Whether it has the whole report.
    pub(super) fn is_whole(&self) -> bool {
        self.0["report"].is_null() || self.0["report"]["findings"].is_array()
    }

    /// Whether there is nothing of LiteLLM.
    pub(super) fn is_nothing(&self) -> bool {
        self.0["exit"] == Exit::Nothing.code()
    }

    /// Without what no total is made of.
    pub(super) fn in_short(&self) -> Self {
        let mut line = self.0.clone();
        let report = &self.0["report"];
        if report.is_object() {
            let names = ["mode", "summary", "score", "problems"];
            line["report"] = names.into_iter().map(|name| (name.to_owned(), report[name].clone())).collect();
        }
        Self(line)
    }

    pub(super) fn row(&self) -> Row {
        let (line, report) = (&self.0, &self.0["report"]);
        let count = |value: &Json| value.as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
        let fatal = report["problems"].as_array().into_iter().flatten().find(|one| one["fatal"] == true);
        let fatal = fatal.map(|one| {
            let parts = [&one["file"], &one["reason"]].map(|part| part.as_str().unwrap_or_default());
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
        });
        let stands = if report["mode"] == "preview" { "today" } else { "after_plan" };
        Row {
            name: line["repository"].as_str().unwrap_or_default().to_owned(),
            exit: line["exit"].as_u64().unwrap_or_default(),
            error: line["error"].as_str().map(str::to_owned).or(fatal),
            open: Severity::ALL.map(|severity| count(&report["summary"]["open"][severity.name()])),
            applied: report["summary"]["applied"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(_, n)| count(n))
                .sum(),
            files: count(&report["summary"]["files_changed"]),
            score: report["score"]["areas"]["overall"][stands].as_f64(),
        }
    }
}

impl Row {
    /// The worst open finding.
    pub(super) fn worst(&self) -> Option<Severity> {
        Severity::ALL.into_iter().zip(self.open).find(|(_, count)| *count > 0).map(|(severity, _)| severity)
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.exit == u64::from(Exit::Nothing.code())
    }

    /// Whether it could not be judged, or not all of it.
    pub(super) fn is_failed(&self) -> bool {
        [Exit::Usage, Exit::Failed].iter().any(|exit| u64::from(exit.code()) == self.exit)
    }
}

/// The moment that results carry: that of `SOURCE_DATE_EPOCH`, else now. In UTC.
pub(crate) fn now() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.trim().parse::<u64>().ok());
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    written(fixed.unwrap_or_else(clock))
}

/// Seconds since 1970 as RFC 3339 has them: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn written(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, date) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_767_225_600, "2026-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(written(seconds), date);
        }
    }

    #[test]
    fn a_line_is_read_again() {
        let report = json!({
            "mode": "preview", "findings": [], "problems": [],
            "summary": { "open": { "high": 2, "low": 1 }, "applied": { "safe": 1, "review": 2 }, "files_changed": 3 },
            "score": { "areas": { "overall": { "today": 4.5, "after_plan": 6.0 } } },
        });
        let line = Line::new("a\nb", &["a".into()], "2026-01-01T00:00:00Z", Exit::Findings, None, report);
        assert_eq!(line.text().lines().count(), 1);
        let line = Line::read(&line.text()).unwrap();
        let short = Line::read(&line.in_short().text()).unwrap();
        assert!(line.is_whole() && !short.is_whole());
        for line in [line, short] {
            let row = line.row();
            assert_eq!(
                (row.name.as_str(), row.worst(), row.open),
                ("a\nb", Some(Severity::High), [0, 2, 0, 1])
            );
            assert_eq!((row.applied, row.files, row.score), (3, 3, Some(4.5)));
        }
        assert!(Line::read("{}").is_none() && Line::read("{\"versio").is_none());
    }
}
