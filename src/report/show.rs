//! Pieces of the report for a conversation.

use super::counted;
use super::diff::{stat, write_diff};
use super::finding::{Detail, write_item};
use super::paint::{Ink, Paint};
use super::text;
use crate::document::Value;
use crate::plan::{Fate, Item, Plan};

/// One fix with its diff, under a heading such as `(2/7)`.
pub(crate) fn fix(item: &Item, heading: &str, paint: &Paint<'_>) -> String {
    let mut text = format!("{} ", paint.ink(Ink::Place, heading));
    write_item(&mut text, item, Detail::Asked, paint);
    let (head, rest) = text.split_once('\n').unwrap_or((&text, ""));
    format!("\n{}\n{rest}", text::wrap(head, paint.style.width - 2).join("\n  "))
}

/// The lines of a longer text: only those that are too wide are broken, so that tables and examples keep their shape.
pub(crate) fn lines(text: &str, paint: &Paint<'_>) -> Vec<String> {
    let width = paint.style.width;
    let fit = |line: &str| match paint.text(line) {
        line if console::measure_text_width(&line) > width => text::wrap(&line, width),
        line => vec![line],
    };
    text.lines().flat_map(fit).collect()
}

/// A sentence, wrapped.
pub(crate) fn sentence(text: &str, paint: &Paint<'_>) -> String {
    text::wrap(&paint.text(text), paint.style.width)
        .into_iter()
        .filter(|line| !line.is_empty())
        .map(|line| line + "\n")
        .collect()
}

/// A value as one would type it.
pub(crate) fn value(value: &Value) -> String {
    super::finding::shown_value(value)
}

/// What would be written: the fixes, the files, and the combined diff if it fits into `rows`.
pub(crate) fn summary(plan: &Plan, ignored: usize, rows: usize, paint: &Paint<'_>) -> String {
    let taken = plan.items.iter().filter(|item| item.fate == Fate::Applied).count();
    let files = counted(plan.changes.len(), "file", "files");
    let ignored = if ignored == 0 { String::new() } else { format!(", {ignored} ignored for good") };
    let head = format!("{} taken{ignored}, {files} to write", counted(taken, "fix", "fixes"));
    let mut out = format!("\n{}\n", paint.ink(Ink::Strong, &head));
    for item in plan.items.iter().filter(|item| matches!(item.fate, Fate::Failed(_))) {
        write_item(&mut out, item, Detail::Told, paint);
    }
    let mut diffs = String::new();
    for change in &plan.changes {
        let (gone, come) = stat(change);
        let numbers = format!("+{come} -{gone}");
        out.push_str(&format!("  {}  {}\n", paint.text(&change.shown), paint.ink(Ink::Faint, &numbers)));
        write_diff(&mut diffs, change, true, "", paint);
    }
    out.push('\n');
    if diffs.lines().count() + out.lines().count() < rows {
        out.push_str(&diffs);
        out.push('\n');
    }
    out
}
