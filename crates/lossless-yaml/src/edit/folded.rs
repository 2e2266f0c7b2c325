//! A text over several lines of which a part changes, in the lines that it has.

use std::ops::Range;

use crate::edit::plan::Plan;
use crate::model::tree::{NodeData, Style};
use crate::source::inner::Inner;

/// The lines of a folded or plain scalar: where the text of each begins as it is read, and where it stands.
struct Lines(Vec<(usize, Range<usize>)>);

/// Changes what is different in the new text and nothing else; does nothing where the lines are not simply joined by spaces.
pub(crate) fn in_lines(inner: &Inner, id: u32, node: &NodeData, text: &str, plan: &mut Plan) -> bool {
    let old = inner.text_of(id);
    let (before, after) = (old.trim_end_matches('\n'), text.trim_end_matches('\n'));
    if old.len() - before.len() != text.len() - after.len() || after.contains('\n') {
        return false;
    }
    let Some(lines) = lines(inner, id, node, before) else { return false };
    let start = common(before.chars(), after.chars());
    let end = common(before[start..].chars().rev(), after[start..].chars().rev());
    let new = &after[start..after.len() - end];
    let plain = |c: char| c.is_ascii_alphanumeric() || " -_=./".contains(c);
    let gone = start..before.len() - end;
    let (Some(from), Some(to)) = (lines.place(gone.start, false), lines.place(gone.end, !gone.is_empty()))
    else {
        return false;
    };
    // A line that would begin or end with a space is read otherwise.
    let fits = new.chars().all(plain) && !after.starts_with(' ') && !after.ends_with(' ');
    if fits {
        plan.replace(from, to.max(from), new);
    }
    fits
}

/// How many bytes two texts have in common from where they are read.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

fn lines(inner: &Inner, id: u32, node: &NodeData, read: &str) -> Option<Lines> {
    let (start, end) = (node.start as usize, node.end as usize);
    let (from, indentation) = match node.style {
        Style::Folded => (inner.next_line(start), Some(inner.tree.indentation(id))),
        Style::Plain => (start, None),
        _ => return None,
    };
    let mut all = Vec::new();
    let (mut at, mut offset) = (from, 0);
    for line in inner.text.get(from..end)?.split('\n') {
        let content = line.trim();
        let before = line.len() - line.trim_start().len();
        if content.is_empty() && at + line.len() >= end {
            break;
        }
        if content.is_empty() || indentation.is_some_and(|column| column != before) {
            return None;
        }
        all.push((offset, at + before..at + before + content.len()));
        offset += content.len() + 1;
        at += line.len() + 1;
    }
    let texts = all.iter().filter_map(|(_, span)| inner.text.get(span.clone()));
    (all.len() > 1 && texts.collect::<Vec<_>>().join(" ") == read).then_some(Lines(all))
}

impl Lines {
    /// Where a part of the text begins that starts at this offset; with `ends`, where one ends.
    fn place(&self, offset: usize, ends: bool) -> Option<usize> {
        let mut inside = self.0.iter().filter_map(|(start, span)| {
            let within = offset.checked_sub(*start).filter(|within| *within <= span.len())?;
            Some(span.start + within)
        });
        // Between two lines is the end of the one and the start of the other.
        let found = inside.next()?;
        Some(if ends { inside.next().unwrap_or(found) } else { found })
    }
}
