//! New entries and items.

use crate::edit::flow;
use crate::edit::plan::{New, Plan, Result, refusal, writer};
use crate::edit::room::{Room, room};
use crate::model::refusal::RefusalKind;
use crate::model::tree::{Kind, NONE, NodeData, Style};
use crate::model::value::Value;
use crate::source::inner::Inner;
use crate::write::{Strings, Writer};

/// Puts something at the end of a collection, into a null, or (`NONE`) into a document without content.
pub(crate) fn insert(inner: &Inner, doc: usize, id: u32, new: &New<'_>, plan: &mut Plan) -> Result<()> {
    if id == NONE {
        return into_document(inner, doc, new, plan);
    }
    let node = *inner.tree.node(id);
    match (node.kind, node.style) {
        (Kind::Scalar, _) if node.parent == NONE && node.style == Style::Empty => {
            into_document(inner, doc, new, plan)
        }
        (Kind::Scalar, _) => fill(inner, id, &new.alone(), plan),
        (_, Style::Flow) => {
            let empty = inner.tree.is_childless(id);
            let commented = inner.has_comments(node.start as usize, node.end as usize);
            if empty && !commented && !inner.is_in_flow(id) {
                fill(inner, id, &new.alone(), plan)
            } else {
                flow::insert(inner, id, new, plan)
            }
        }
        _ => into_block(inner, id, new, plan),
    }
}

/// Whether a value takes more than one line in block style.
pub(crate) fn is_collection(value: &Value) -> bool {
    match value {
        Value::Seq(items) => !items.is_empty(),
        Value::Map(entries) => !entries.is_empty(),
        _ => false,
    }
}

fn into_block(inner: &Inner, id: u32, new: &New<'_>, plan: &mut Plan) -> Result<()> {
    let column = inner.collection_column(id);
    let section = matches!(new, New::Entry(_, value) if is_collection(value));
    let Room { place, gap } = room(inner, id, new.name(), section);
    let mut writer = writer(inner, place);
    let mut text = String::new();
    writer.new_line(column, &mut text);
    match new {
        New::Entry(key, value) => {
            writer.lists = flow::lists(inner, id);
            writer.entry(key, value, column, &mut text)?;
        }
        New::Item(value) => {
            let last = inner.last_child(id);
            let gap = last.map_or(1, |last| dash_gap(inner, last));
            if let Some(last) = last {
                like_sibling(&mut writer, inner.tree.node(last));
            }
            text.push('-');
            text.extend(std::iter::repeat_n(' ', gap));
            writer.item(value, column + 1 + gap, &mut text)?;
        }
    }
    close_block_scalar(inner, place, plan);
    let gap = if gap { writer.newline } else { "" };
    plan.insert(place, format!("{gap}{text}"));
    Ok(())
}

/// A string item is quoted as the last one.
fn like_sibling(writer: &mut Writer, last: &NodeData) {
    let quote = match last.style {
        Style::SingleQuoted => crate::model::habits::Quote::Single,
        Style::DoubleQuoted => crate::model::habits::Quote::Double,
        _ => return,
    };
    writer.habits.quote = quote;
    writer.strings = Strings::Quoted;
}

/// The blanks between the dash of an item and its content.
fn dash_gap(inner: &Inner, item: u32) -> usize {
    let from = inner.tree.indicator(item) + 1;
    let gap = inner.slice(from, inner.tree.outer_start(item).max(from));
    if !gap.is_empty() && gap.bytes().all(|byte| byte == b' ') { gap.len() } else { 1 }
}

/// If the text ends, without a line break, in a block scalar that keeps the break it does not have yet, a line below
/// would give it one: `-` in its header prevents that.
pub(crate) fn close_block_scalar(inner: &Inner, place: usize, plan: &mut Plan) {
    if place < inner.text.len() {
        return;
    }
    let ends = |node: &&NodeData| {
        matches!(node.style, Style::Literal | Style::Folded) && node.end as usize == inner.text.len()
    };
    let Some(node) = inner.tree.nodes.iter().rev().find(ends) else { return };
    let source = inner.slice(node.start, node.end);
    let marks = source.find(|c: char| !"|>+-0123456789".contains(c)).unwrap_or(source.len());
    let (start, header) = (node.start as usize, &source[..marks]);
    if marks == source.len() || header.contains('-') {
        return;
    }
    match header.find('+') {
        Some(at) => plan.replace(start + at, start + at + 1, "-"),
        None => plan.insert(start + marks, "-"),
    }
}

/// Puts a collection in the place of a null, `{}` or `[]` in block context.
pub(crate) fn fill(inner: &Inner, id: u32, value: &Value, plan: &mut Plan) -> Result<()> {
    let node = *inner.tree.node(id);
    if inner.properties(id).1.is_some() && node.kind == Kind::Scalar {
        return Err(refusal(inner, id, RefusalKind::Form, "the value has a tag"));
    }
    if inner.is_in_flow(id) {
        return Err(refusal(inner, id, RefusalKind::Form, "an empty value in brackets is not filled"));
    }
    if node.parent == NONE {
        return fill_root(inner, &node, value, plan);
    }
    let parent = inner.tree.node(node.parent);
    if !node.has_indicator() {
        return Err(refusal(inner, id, RefusalKind::Form, "this key has no colon to put a value behind"));
    }
    let from = inner.value_slot(id);
    let end = node.end as usize;
    if inner.has_comments(from, end) {
        return Err(refusal(inner, id, RefusalKind::Form, "a comment stands before the value"));
    }
    let column = inner.collection_column(node.parent);
    let place = inner.line_end(end);
    let mut writer = writer(inner, place);
    writer.lists = flow::lists(inner, node.parent);
    let mut text = String::new();
    if let Some(list) = writer.list(value, column)?.filter(|_| parent.kind == Kind::Mapping) {
        plan.replace(from, end, format!(" {list}"));
        return Ok(());
    }
    if parent.kind == Kind::Sequence && !node.has_props() && inner.trailing_comment(end).is_none() {
        text.push(' ');
        writer.item(value, column + 2, &mut text)?;
        plan.replace(from, end, text);
        return Ok(());
    }
    let deeper = match (parent.kind, value) {
        (Kind::Sequence, _) => 2,
        (_, Value::Seq(_)) => writer.habits.sequence,
        _ => writer.habits.step,
    };
    let below = comment_column(inner, place).filter(|below| *below > column + deeper);
    writer.lines(value, below.unwrap_or(column + deeper), &mut text)?;
    if end > from {
        plan.replace(from, end, "");
    }
    plan.insert(place, text);
    Ok(())
}

/// The column of an own-line comment on the line below.
fn comment_column(inner: &Inner, place: usize) -> Option<usize> {
    let next = inner.next_line(place);
    let line = inner.text.get(next..inner.line_end(next)).unwrap_or_default();
    let rest = line.trim_start_matches(' ');
    rest.starts_with('#').then_some(line.len() - rest.len())
}

/// Puts a collection in the place of a root.
pub(crate) fn fill_root(inner: &Inner, node: &NodeData, value: &Value, plan: &mut Plan) -> Result<()> {
    let (start, end) = (node.start as usize, node.end as usize);
    let writer = writer(inner, end);
    let mut text = String::new();
    let own_line = inner.starts_line(start);
    let column = if own_line { inner.column(start) } else { 0 };
    writer.lines(value, column, &mut text)?;
    if inner.trailing_comment(end).is_some() {
        plan.replace(start, end, "");
        plan.insert(inner.line_end(end), text);
    } else if own_line {
        plan.replace(start, end, text.get(writer.newline.len() + column..).unwrap_or_default());
    } else {
        let blanks =
            inner.text.get(..start).map_or(0, |before| before.len() - before.trim_end_matches(' ').len());
        plan.replace(start - blanks, end, text);
    }
    Ok(())
}

/// At the end of a document that has no content, or only comments.
fn into_document(inner: &Inner, doc: usize, new: &New<'_>, plan: &mut Plan) -> Result<()> {
    let Some(data) = inner.tree.docs.get(doc) else { return Ok(()) };
    let from = if data.marker == NONE { data.start } else { data.marker } as usize;
    let comments = inner.comments_in(from, data.end as usize);
    let last = comments.last().map(|at| inner.tree.comments[at].end as usize);
    let place = match last {
        Some(end) => end,
        None if data.marker != NONE => inner.line_end(data.marker as usize),
        None => from,
    };
    let writer = writer(inner, place);
    let mut text = String::new();
    writer.lines(&new.alone(), 0, &mut text)?;
    if last.is_some() || data.marker != NONE {
        plan.insert(place, text);
        return Ok(());
    }
    let rest = inner.text.get(place..).unwrap_or_default();
    let line = text.get(writer.newline.len()..).unwrap_or_default();
    if rest.starts_with(['\n', '\r']) {
        plan.insert(place, line);
    } else {
        plan.replace(place, inner.text.len(), format!("{line}{}", writer.newline));
    }
    Ok(())
}
