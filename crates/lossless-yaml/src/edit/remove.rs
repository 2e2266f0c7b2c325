//! Entries and items that go.

use crate::comments::heads::{is_about, may_leave};
use crate::edit::anchors::keep_anchors;
use crate::edit::flow::{comma_after, entries};
use crate::edit::plan::{Plan, Result, refusal};
use crate::model::refusal::RefusalKind;
use crate::model::tree::{Kind, NONE, Style};
use crate::source::inner::Inner;
use crate::source::layout::{ends_in_block_scalar, header};

/// Which own-line comments go with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comments {
    None,
    /// Those directly above, at its column, that are about it and nothing else.
    Own,
    /// All directly above but those of the file, and those below it that are deeper than its column.
    All,
}

/// Takes out the entry of a value, or an item.
pub(crate) fn remove(inner: &Inner, id: u32, comments: Comments, plan: &mut Plan) -> Result<()> {
    keep_anchors(inner, id, true)?;
    keep_anchors(inner, inner.key_before(id).unwrap_or(id), true)?;
    take_out(inner, id, comments, plan)
}

/// The same without a look at anchors.
pub(crate) fn take_out(inner: &Inner, id: u32, comments: Comments, plan: &mut Plan) -> Result<()> {
    let parent = inner.tree.node(id).parent;
    if parent == NONE {
        return Err(refusal(inner, id, RefusalKind::Form, "a whole document is not removed"));
    }
    let entry = inner.key_before(id).unwrap_or(id);
    let before = plan.edits.len();
    if inner.tree.node(parent).style == Style::Flow {
        from_flow(inner, parent, entry, comments, plan)?;
    } else {
        from_block(inner, parent, entry, comments, plan);
    }
    plan.announced.entry = Some(entry);
    let spans: Vec<_> = plan.edits[before..].iter().map(|edit| edit.span.clone()).collect();
    for span in spans {
        plan.announced.gone.extend(inner.comments_in(span.start, span.end));
    }
    Ok(())
}

/// The end of an entry: of its value, or of the item.
pub(crate) fn entry_end(inner: &Inner, parent: u32, entry: u32) -> usize {
    let last = if inner.tree.node(parent).kind == Kind::Mapping { inner.value_of_key(entry) } else { entry };
    inner.tree.node(last).end as usize
}

/// Takes whole lines out. Where they end the text without a line break, the break before them goes, with blank lines
/// above it, so that there is still none. Of the blank lines above and below only the more numerous stay, and none at
/// either end of the text, nor below where the lines `open` their collection.
fn take_lines(inner: &Inner, from: usize, end: usize, open: bool, plan: &mut Plan) {
    let to = inner.next_line(end);
    let ends_text = to == inner.text.len() && inner.break_at(inner.line_end(end)).is_empty();
    let above = inner.text.get(..from).unwrap_or_default().trim_end_matches([' ', '\t', '\n', '\r']).len();
    let kept = inner.line_end(above);
    if ends_text && kept < from && kept > 0 && !ends_in_block_scalar(inner, kept) {
        return plan.replace(kept, to, "");
    }
    let first_blank = if above <= inner.line_start(0) { inner.line_start(0) } else { inner.next_line(kept) };
    let blanks_above = blank_lines(inner, first_blank, from);
    let blanks_below = blank_lines(inner, to, inner.text.len());
    let last_blank = blanks_below.last().copied().unwrap_or(to);
    if open || keeps_breaks(inner, from) || first_blank == inner.line_start(0) {
        plan.replace(from, last_blank, "");
    } else if last_blank == inner.text.len() {
        plan.replace(first_blank.min(from), to, "");
    } else {
        let doubled = blanks_above.len().min(blanks_below.len());
        plan.replace(from, doubled.checked_sub(1).map_or(to, |last| blanks_below[last]), "");
    }
}

/// The ends of the blank lines from the start of a line on, breaks included.
fn blank_lines(inner: &Inner, from: usize, to: usize) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = from;
    while at < to && inner.text.get(at..inner.line_end(at)).is_some_and(|line| line.trim().is_empty()) {
        at = inner.next_line(at);
        ends.push(at);
    }
    ends
}

/// Whether a block scalar that keeps the blank lines behind it (`+`) ends at an offset, or has only those before it.
pub(crate) fn keeps_breaks(inner: &Inner, offset: usize) -> bool {
    let content =
        inner.text.get(..offset).unwrap_or_default().trim_end_matches([' ', '\t', '\n', '\r']).len();
    (0..inner.tree.nodes.len() as u32).any(|id| {
        let node = inner.tree.node(id);
        matches!(node.style, Style::Literal | Style::Folded)
            && (content..=offset).contains(&(node.end as usize))
            && header(inner, id).contains('+')
    })
}

/// Whether the first of some entries starts at an offset, with no comments of the collection above it.
fn opens(inner: &Inner, parent: u32, entry: u32, from: usize) -> bool {
    let first = inner.tree.children(parent).next() == Some(entry) && inner.tree.node(parent).parent != NONE;
    first && !inner.has_comments(inner.line_end(inner.value_slot(parent)), from)
}

fn from_block(inner: &Inner, parent: u32, entry: u32, comments: Comments, plan: &mut Plan) {
    let siblings = entries(inner, parent);
    let start = inner.entry_start(entry);
    let end = entry_end(inner, parent, entry);
    if siblings.len() == 1 {
        return empty_out(inner, parent, entry, end, comments, plan);
    }
    if inner.starts_line(start) {
        let from = first_line(inner, entry, end, comments);
        let open = opens(inner, parent, entry, from);
        return take_lines(inner, from, last_place(inner, start, end, comments), open, plan);
    }
    // The first entry stands behind a dash: the next one comes up there, unless comments stand between.
    let next = siblings.get(1).map_or(end, |next| inner.entry_start(*next));
    let line_end = inner.line_end(end);
    if inner.has_comments(line_end, next) {
        let blanks = inner.text.get(..start).map_or(0, |text| text.len() - text.trim_end_matches(' ').len());
        plan.replace(start - blanks, line_end, "");
    } else {
        plan.replace(start, next, "");
    }
}

/// The only entry goes: `{}` or `[]` takes its place. A program takes an empty section written either way, but null would
/// change the type of the value for other readers, and in Helm values it deletes the chart's default.
fn empty_out(inner: &Inner, parent: u32, entry: u32, end: usize, comments: Comments, plan: &mut Plan) {
    let start = inner.entry_start(entry);
    let node = inner.tree.node(parent);
    let brackets = if node.kind == Kind::Mapping { "{}" } else { "[]" };
    if !inner.starts_line(start) || node.parent == NONE {
        let moves = comments == Comments::All;
        let to = inner.line_end(last_place(inner, start, end, comments));
        let keep = !moves && inner.trailing_comment(end).is_some();
        plan.replace(start, if keep { end } else { to }, brackets);
        return;
    }
    plan.insert(inner.value_slot(parent), format!(" {brackets}"));
    take_lines(
        inner,
        first_line(inner, entry, end, comments),
        last_place(inner, start, end, comments),
        false,
        plan,
    );
}

/// Where the lines start that go with an entry that ends at an offset.
pub(crate) fn first_line(inner: &Inner, entry: u32, end: usize, comments: Comments) -> usize {
    let start = inner.entry_start(entry);
    let line = inner.line_start(start);
    let above = inner.comments_above(start, inner.column(start))..line;
    let go = match comments {
        Comments::None => false,
        Comments::Own => is_about(inner, &above, entry, end),
        Comments::All => may_leave(inner, &above, entry),
    };
    if go { above.start } else { line }
}

/// A place in the last line that goes with an entry of a block collection.
fn last_place(inner: &Inner, start: usize, end: usize, comments: Comments) -> usize {
    if comments == Comments::All { inner.place_below(end, inner.column(start)) } else { end }
}

fn from_flow(inner: &Inner, parent: u32, entry: u32, comments: Comments, plan: &mut Plan) -> Result<()> {
    let node = inner.tree.node(parent);
    if node.is_pair() {
        return Err(refusal(inner, parent, RefusalKind::Form, "a lone pair in a list is not taken apart"));
    }
    let siblings = entries(inner, parent);
    let index = siblings.iter().position(|sibling| *sibling == entry).unwrap_or(0);
    let close = node.end as usize - 1;
    let start = inner.entry_start(entry);
    let end = entry_end(inner, parent, entry);
    let comma = comma_after(inner, end, close);
    let previous_end = index.checked_sub(1).map(|at| entry_end(inner, parent, siblings[at]));
    let next = siblings.get(index + 1).map(|next| inner.entry_start(*next));
    let after = comma.map_or(end, |comma| comma + 1);
    let line_end = inner.line_end(after);
    let own_lines = inner.starts_line(start)
        && inner.line_start(start) > node.start as usize
        && next.unwrap_or(close) > line_end
        && (line_end < close);
    if own_lines {
        take_lines(inner, first_line(inner, entry, after, comments), after, false, plan);
        if let (None, None, Some(previous)) = (next, comma, previous_end)
            && let Some(comma) = comma_after(inner, previous, close)
        {
            plan.replace(comma, comma + 1, "");
        }
        return Ok(());
    }
    match (next, previous_end) {
        (Some(next), _) => plan.replace(start, next, ""),
        (None, Some(previous)) if comma.is_none() => plan.replace(previous, end, ""),
        (None, Some(previous)) => {
            let from = comma_after(inner, previous, close).map_or(previous, |comma| comma + 1);
            plan.replace(from, after, "");
        }
        (None, None) if inner.has_comments(node.start as usize, close) => plan.replace(start, after, ""),
        (None, None) => plan.replace(node.start as usize + 1, close, ""),
    }
    Ok(())
}
