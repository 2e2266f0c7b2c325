//! A fleet for people: a row for each repository, and the totals.

use console::{measure_text_width, truncate_str};

use super::line::Row;
use super::total::{TOLD, Total};
use super::units::Unit;
use crate::plan::Severity;
use crate::report::{Ink, Paint, Style, counted, one_line};

/// How rows look.
pub(super) struct Rows {
    style: Style,
    writes: bool,
    width: usize,
}

/// More of a reason is in the lines of JSON.
const MOST_OF_A_REASON: usize = 240;

/// The columns before the name.
const BEFORE: usize = 9 + 6 + 9 + 7 + 2;

impl Rows {
    /// For these repositories: the longest name decides how wide a table is that need not be cut.
    pub(super) fn new(style: Style, units: &[Unit], writes: bool) -> Self {
        let longest = units.iter().map(|unit| measure_text_width(&one_line(&unit.name))).max().unwrap_or(0);
        Self { style, writes, width: longest.min(style.width.clamp(60, 400) - BEFORE) }
    }

    fn paint(&self) -> Paint<'_> {
        Paint::of_masked(&self.style)
    }

    pub(super) fn head(&self) -> String {
        let head = format!(
            "{:<9}{:>6}{:>9}{:>7}  repository",
            "worst",
            "open",
            if self.writes { "applied" } else { "--write" },
            "score"
        );
        format!("{}\n", self.paint().ink(Ink::Faint, &head))
    }

    /// `text` is the whole report of the repository, where that is wanted.
    pub(super) fn row(&self, row: &Row, text: Option<&str>) -> String {
        let paint = self.paint();
        let pad = |shown: String, width: usize| {
            format!("{shown}{}", " ".repeat(width.saturating_sub(measure_text_width(&shown))))
        };
        let worst = match row.worst() {
            _ if row.is_failed() => paint.ink(Ink::Bad, "failed"),
            _ if row.is_nothing() => paint.ink(Ink::Faint, "no LiteLLM"),
            Some(severity) => paint.severity(severity),
            None => paint.ink(Ink::Good, "clean"),
        };
        let told = !row.is_nothing() && (!row.is_failed() || row.score.is_some());
        let number = |count: usize| if told { count.to_string() } else { "-".to_owned() };
        let score = row.score.map_or_else(|| "-".to_owned(), |score| format!("{score:.1}"));
        let open = number(row.open.iter().sum());
        let name = self.name(&row.name);
        // The widest word of the first column takes a part of the second.
        let worst = pad(worst, 9);
        let open_width = 15_usize.saturating_sub(measure_text_width(&worst));
        let line = format!("{worst}{open:>open_width$}{:>9}{score:>7}  {name}\n", number(row.applied));
        match text {
            Some(text) => format!("{line}\n{text}\n"),
            None => line,
        }
    }

    /// A name that fits: of a long path the end says more.
    fn name(&self, name: &str) -> String {
        let name = one_line(name);
        if measure_text_width(&name) <= self.width {
            return name;
        }
        let turned: String = name.chars().rev().collect();
        truncate_str(&turned, self.width, "…").chars().rev().collect()
    }

    pub(super) fn totals(&self, total: &Total) -> String {
        let paint = self.paint();
        let mut out = String::new();
        let by_severity = |counts: &[usize; 4]| -> Vec<String> {
            let counts = Severity::ALL.iter().zip(counts).filter(|(_, count)| **count > 0);
            counts.map(|(severity, count)| format!("{count} {}", severity.name())).collect()
        };
        let mut kinds = by_severity(&total.worst);
        for (count, what) in
            [(total.clean, "clean"), (total.nothing, "without LiteLLM"), (total.failed, "failed")]
        {
            if count > 0 {
                kinds.push(format!("{count} {what}"));
            }
        }
        let all = counted(total.repositories, "repository", "repositories");
        let kinds = if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) };
        paint.paragraph(&mut out, "", &format!("{all}{kinds}"), Ink::Strong);
        let open: usize = total.open.iter().sum();
        if open > 0 {
            let parts = by_severity(&total.open).join(", ");
            let text = format!("{}: {parts}", counted(open, "open finding", "open findings"));
            paint.paragraph(&mut out, "", &text, Ink::Plain);
        }
        if total.fixes > 0 {
            let verb = if self.writes { "applied" } else { "--write applies" };
            let text = format!(
                "{verb} {} in {} of {}",
                counted(total.fixes, "fix", "fixes"),
                counted(total.files, "file", "files"),
                counted(total.changed, "repository", "repositories")
            );
            paint.paragraph(&mut out, "", &text, Ink::Plain);
        }
        if let (Some(score), Some((lowest, name))) = (total.score(), &total.lowest) {
            let text = format!("score: {score:.1} on average, {lowest:.1} the lowest ({})", one_line(name));
            paint.paragraph(&mut out, "", &text, Ink::Plain);
        }
        for (name, why) in &total.failures {
            let why = one_line(why);
            let text = format!("{}: {}", one_line(name), truncate_str(&why, MOST_OF_A_REASON, "…"));
            paint.paragraph(&mut out, "failed ", &text, Ink::Bad);
        }
        if total.failed > TOLD {
            out.push_str(&format!("failed {} more (--format jsonl tells all)\n", total.failed - TOLD));
        }
        out
    }
}
