//! The result of one repository as a line of JSON, which `docs/fleet.md` describes, and what totals are made of.

use serde_json::{Value as Json, json};

use crate::day;
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
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let line: Json = serde_json::from_slice(text).ok()?;
        let ours = line["tool"]["name"] == "litellm-fix" && line["version"] == JSON_VERSION;
        (ours && line["repository"].is_string() && line["exit"].is_u64()).then_some(Self(line))
    }

    /// Whether this is one of any release, or the beginning of one.
    pub(super) fn is_begun(text: &[u8]) -> bool {
        text.starts_with(b"{") && String::from_utf8_lossy(text).contains(r#""tool":{"name":"litellm-fix","#)
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

    /// Whether something was written.
    pub(super) fn has_written(&self) -> bool {
        self.mode() == Some("write")
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
    day::moment(fixed.unwrap_or_else(day::now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_again() {
        let report = json!({
            "mode": "preview", "findings": [], "problems": [],
            "summary": { "open": { "high": 2, "low": 1 }, "applied": { "safe": 1, "review": 2 }, "files_changed": 3 },
            "score": { "areas": { "overall": { "today": 4.5, "after_plan": 6.0 } } },
        });
        let line = Line::new("a\nb", &["a".into()], "2026-01-01T00:00:00Z", Exit::Findings, None, report);
        assert_eq!(line.text().lines().count(), 1);
        let line = Line::read(line.text().as_bytes()).unwrap();
        let short = Line::read(line.in_short().text().as_bytes()).unwrap();
        assert!(line.is_whole() && !short.is_whole());
        for line in [line, short] {
            let row = line.row();
            assert_eq!(
                (row.name.as_str(), row.worst(), row.open),
                ("a\nb", Some(Severity::High), [0, 2, 0, 1])
            );
            assert_eq!((row.applied, row.files, row.score), (3, 3, Some(4.5)));
        }
        assert!(Line::read(b"{}").is_none() && Line::read(b"{\"versio").is_none());
    }
}
