//! Pieces of the report for a conversation.

use super::counted;
use super::details::{Detail, head, write_body, write_entry};
use super::diff::Diff;
use super::mask::Masker;
use super::model::Entry;
use super::paint::{Ink, Paint, Style};
use super::rows::{at_most, cut, rows};
use super::text;
use crate::plan::{Fate, Item, Plan};

/// A title that takes more rows of a head is cut there, and stands whole in the body.
const MOST_TITLE_ROWS: usize = 3;
/// More findings than these are told by their ids.
const MOST_LINES: usize = 15;

/// What a fix is asked about with.
#[derive(Clone, Debug)]
pub(crate) struct ShownCard {
    /// Position, severity, id, title and place, which are always seen with the question.
    pub head: Vec<String>,
    /// Why, what the fix does, and its diff.
    pub body: Vec<String>,
}

/// A fix with its diff, under a position such as `(2/7)`, as rows of a terminal of so many columns.
pub(crate) fn card(item: &Item, position: &str, columns: usize, masker: &Masker, style: &Style) -> ShownCard {
    let entry = Entry::new(item, masker, true);
    let (item, paint) = (&entry.item, &Paint::of_masked(style));
    let width = paint.style.width.min(columns);
    let title = format!("{} {}", paint.ink(Ink::Place, position), head(item, paint));
    let title = rows(&text::wrap(&title, width.saturating_sub(2)).join("\n  "), columns);
    let place = format!("  {} {}", paint.ink(Ink::Place, "-->"), paint.text(&item.spot.to_string()));
    let named = format!("{place}  {}", paint.text(&item.spot.name));
    let named = Some(named)
        .filter(|named| !item.spot.name.is_empty() && console::measure_text_width(named) <= columns);
    let mut body = String::new();
    if title.len() > MOST_TITLE_ROWS {
        paint.labelled(&mut body, "what", &item.finding.title);
    }
    write_body(&mut body, &entry, Detail::Asked, &[], paint);
    let mut head = at_most(title, MOST_TITLE_ROWS, columns);
    head.extend(at_most(rows(&named.unwrap_or(place), columns), 2, columns));
    ShownCard { head, body: rows(&body, columns) }
}

/// The lines of a longer text: only those that are too wide are broken, so that tables and examples keep their shape.
pub(crate) fn lines(text: &str, columns: usize, paint: &Paint<'_>) -> Vec<String> {
    let width = paint.style.width.min(columns);
    let fit = |line: &str| match paint.text(line) {
        line if console::measure_text_width(&line) > width => text::wrap(&line, width),
        line => vec![line],
    };
    let lines: Vec<String> = text.lines().flat_map(fit).collect();
    rows(&lines.join("\n"), columns)
}

/// A sentence, wrapped.
pub(crate) fn sentence(text: &str, paint: &Paint<'_>) -> String {
    text::wrap(&paint.text(text), paint.style.width)
        .into_iter()
        .filter(|line| !line.is_empty())
        .map(|line| line + "\n")
        .collect()
}

/// What would be written, as rows: the fixes, the files, and the combined diff if all that fits into `most`.
pub(crate) fn summary(
    plan: &Plan,
    ignored: usize,
    (columns, most): (usize, usize),
    masker: &Masker,
    style: &Style,
) -> Vec<String> {
    let paint = &Paint::of_masked(style);
    let taken: Vec<&Item> = plan.items.iter().filter(|item| item.fate == Fate::Applied).collect();
    let files = counted(plan.changes.len(), "file", "files");
    let ignored = if ignored == 0 { String::new() } else { format!(", {ignored} ignored for good") };
    let head = format!("{} taken{ignored}, {files} to write", counted(taken.len(), "fix", "fixes"));
    let mut out = format!("{}\n", paint.ink(Ink::Strong, &head));
    write_lines(&mut out, &taken, columns, &Paint::new(style, masker));
    for item in plan.items.iter().filter(|item| matches!(item.fate, Fate::Failed(_))) {
        write_entry(&mut out, &Entry::new(item, masker, false), Detail::Told, None, &[], paint);
    }
    let mut diffs = String::from("\n");
    for diff in plan.changes.iter().map(|change| Diff::new(change, masker)) {
        let numbers = format!("+{} -{}", diff.added, diff.removed);
        out.push_str(&format!("  {}  {}\n", paint.text(&diff.file), paint.ink(Ink::Faint, &numbers)));
        diff.write(&mut diffs, "", paint);
    }
    let (mut all, diffs) = (rows(&out, columns), rows(&diffs, columns));
    if all.len() + diffs.len() < most {
        all.extend(diffs);
        all.push(String::new());
    }
    all
}

/// A heading, and below it one line for each finding: severity, id, place and title.
pub(crate) fn findings(heading: &str, items: &[&Item], columns: usize, paint: &Paint<'_>) -> String {
    let mut out = format!("{}\n", paint.ink(Ink::Strong, heading));
    write_lines(&mut out, items, columns, paint);
    out
}

fn write_lines(out: &mut String, items: &[&Item], columns: usize, paint: &Paint<'_>) {
    let mut kinds: Vec<(&Item, usize)> = Vec::new();
    for item in items {
        let same = |kind: &&mut (&Item, usize)| {
            items.len() > MOST_LINES
                && (kind.0.id, kind.0.finding.severity) == (item.id, item.finding.severity)
        };
        match kinds.iter_mut().find(same) {
            Some((_, count)) => *count += 1,
            None => kinds.push((item, 1)),
        }
    }
    for (item, count) in kinds {
        let severity = item.finding.severity;
        let blank = " ".repeat(8usize.saturating_sub(severity.name().len()));
        let id = paint.ink(Ink::Strong, item.id);
        let place = paint.text(&format!("{}:{}", item.spot.file, item.spot.line));
        let place = paint.ink(Ink::Place, &shortened(&place, columns / 3));
        let more = if count == 1 { String::new() } else { format!(" and {} more", count - 1) };
        let title = paint.text(&item.finding.title);
        let line = format!("  {}{blank} {id} {place}{more}  {title}", paint.severity(severity));
        out.push_str(&cut(&line, columns));
        out.push('\n');
    }
}

/// The end of a place, which tells most of it.
fn shortened(place: &str, columns: usize) -> String {
    let chars: Vec<char> = place.chars().collect();
    let from = chars.len().saturating_sub(columns.saturating_sub(1));
    if chars.len() <= columns { place.to_owned() } else { ['…'].iter().chain(&chars[from..]).collect() }
}
