//! Entries and items that go.

use super::super::RefusalKind;
use super::super::tree::{Kind, NONE, Style};
use super::super::yaml::Inner;
use super::flow::{comma_after, entries};
use super::{Plan, Result, refusal};

/// Refuses where an alias elsewhere stands for something in a node that goes; with `whole`, for the node itself too.
pub(crate) fn keep_anchors(inner: &Inner, id: u32, whole: bool) -> Result<()> {
    let inside = |at: u32| {
        let mut at = at;
        while at != NONE {
            if at == id {
                return true;
            }
            at = inner.tree.node(at).parent;
        }
        false
    };
    for (alias, target) in &inner.tree.aliases {
        if (whole || *target != id) && inside(*target) && !inside(*alias) {
            let (line, _) = inner.outer_line_column(inner.tree.node(*alias).start as usize);
            let name = inner.properties(*target).0.unwrap_or_default();
            let reason = format!("the anchor &{name} in it is used at line {line}");
            return Err(refusal(inner, *target, RefusalKind::Anchor, reason));
        }
    }
    Ok(())
}

/// Which own-line comments go with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comments {
    None,
    /// Those directly above, at its column.
    Above,
    /// Those too that stand below it and are deeper than its column.
    All,
}

/// Takes out the entry of a value, or an item.
pub(crate) fn remove(inner: &Inner, id: u32, comments: Comments, plan: &mut Plan) -> Result<()> {
    let parent = inner.tree.node(id).parent;
    if parent == NONE {
        return Err(refusal(inner, id, RefusalKind::Form, "a whole document is not removed"));
    }
    let entry =
        if inner.tree.node(parent).kind == Kind::Mapping { inner.key_before(id).unwrap_or(id) } else { id };
    keep_anchors(inner, id, true)?;
    keep_anchors(inner, entry, true)?;
    let before = plan.edits.len();
    if inner.tree.node(parent).style == Style::Flow {
        from_flow(inner, parent, entry, plan)?;
    } else {
        from_block(inner, parent, entry, comments, plan);
    }
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
/// above it, so that there is still none.
pub(crate) fn take_lines(inner: &Inner, from: usize, end: usize, plan: &mut Plan) {
    let to = inner.next_line(end);
    let ends_text = to == inner.text.len() && inner.break_at(inner.line_end(end)).is_empty();
    let kept = inner.text.get(..from).unwrap_or_default().trim_end_matches([' ', '\t', '\n', '\r']).len();
    let kept = inner.line_end(kept);
    if ends_text && kept < from && kept > 0 && !ends_in_block_scalar(inner, kept) {
        plan.replace(kept, to, "");
    } else {
        plan.replace(from, to, "");
    }
}

/// Whether the content of a block scalar that keeps a line break behind it (no `-`) ends at an offset.
pub(crate) fn ends_in_block_scalar(inner: &Inner, offset: usize) -> bool {
    let keeps = |id: u32| {
        !inner.source(id).lines().next().unwrap_or_default().split('#').next().unwrap_or("").contains('-')
    };
    let literal = |style| matches!(style, Style::Literal | Style::Folded);
    (0..inner.tree.nodes.len() as u32).any(|id| {
        let node = inner.tree.node(id);
        node.end as usize == offset && literal(node.style) && keeps(id)
    })
}

fn from_block(inner: &Inner, parent: u32, entry: u32, comments: Comments, plan: &mut Plan) {
    let siblings = entries(inner, parent);
    let start = inner.entry_start(entry);
    let end = entry_end(inner, parent, entry);
    if siblings.len() == 1 {
        return empty_out(inner, parent, start, end, comments, plan);
    }
    if inner.starts_line(start) {
        let column = inner.column(start);
        let end = if comments == Comments::All { inner.place_below(end, column) } else { end };
        let from = if comments != Comments::None {
            inner.comments_above(start, column)
        } else {
            inner.line_start(start)
        };
        return take_lines(inner, from, end, plan);
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

/// The only entry goes: `{}` or `[]` takes its place.
fn empty_out(inner: &Inner, parent: u32, start: usize, end: usize, comments: Comments, plan: &mut Plan) {
    let node = inner.tree.node(parent);
    let brackets = if node.kind == Kind::Mapping { "{}" } else { "[]" };
    if !inner.starts_line(start) || node.parent == NONE {
        let moves = comments == Comments::All;
        let to = if moves { inner.place_below(end, inner.column(start)) } else { inner.line_end(end) };
        let keep = !moves && inner.trailing_comment(end).is_some();
        plan.replace(start, if keep { end } else { to }, brackets);
        return;
    }
    let column = inner.column(start);
    let end = if comments == Comments::All { inner.place_below(end, column) } else { end };
    let from = if comments != Comments::None {
        inner.comments_above(start, column)
    } else {
        inner.line_start(start)
    };
    let place = inner.value_slot(parent);
    plan.insert(place, format!(" {brackets}"));
    take_lines(inner, from, end, plan);
}

fn from_flow(inner: &Inner, parent: u32, entry: u32, plan: &mut Plan) -> Result<()> {
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
        take_lines(inner, inner.line_start(start), after, plan);
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
