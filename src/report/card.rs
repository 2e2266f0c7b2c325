//! The score card for people.

use super::paint::{Ink, Paint};
use super::text::wrap;
use crate::plan::{Card, Score};

/// The card: a line for each area, one for all of them, and the findings by severity.
pub(crate) fn write_card(out: &mut String, card: &Card, paint: &Paint<'_>) {
    let head = format!("  {:<14}{:>7}{:>12}{:>11}", "score 0-10", "today", "after safe", "after all");
    out.push_str(&paint.ink(Ink::Faint, &head));
    out.push('\n');
    for (area, score) in &card.areas {
        out.push_str(&line(area.name(), score));
    }
    out.push_str(&paint.ink(Ink::Strong, line("overall", &card.overall).trim_end()));
    out.push('\n');
    let counts: Vec<String> = card
        .severities
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {}", severity.name()))
        .collect();
    if !counts.is_empty() {
        for text in wrap(&format!("findings: {}", counts.join(", ")), paint.style.width - 2) {
            out.push_str(&format!("  {text}\n"));
        }
    }
    if !card.unseen.is_empty() {
        let text = format!("not visible, so not counted as good: {}", card.unseen.join(", "));
        for text in wrap(&text, paint.style.width - 2) {
            out.push_str(&format!("  {text}\n"));
        }
    }
    out.push('\n');
}

fn line(name: &str, score: &Score) -> String {
    let Score { today, after_safe, after_all } = score;
    format!("  {name:<14}{today:>7.1}{after_safe:>12.1}{after_all:>11.1}\n")
}
