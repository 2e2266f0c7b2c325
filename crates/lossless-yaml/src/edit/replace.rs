//! Other values and other names in the place of old ones.

use crate::edit::insert::{fill, fill_root, is_collection};
use crate::edit::plan::{Plan, Result, existing, no_alias, no_duplicate, refusal, writer};
use crate::edit::{flow, folded};
use crate::model::habits::Quote;
use crate::model::path::Path;
use crate::model::reader::Reader;
use crate::model::refusal::RefusalKind;
use crate::model::tree::{Kind, NONE, NodeData, Style};
use crate::model::value::{Value, same_value};
use crate::operation::intent::Intent;
use crate::source::inner::Inner;
use crate::source::node::Node;
use crate::write::{Writer, fits_literal, is_literal, literal_lines, quote_in};

/// Replaces a value. Nothing happens if it means the same already.
pub(crate) fn replace(inner: &Inner, _doc: usize, id: u32, value: &Value, plan: &mut Plan) -> Result<()> {
    no_alias(inner, id)?;
    let node = *inner.tree.node(id);
    let means = |reader| same_value(&Node { inner, id }.value(reader), value);
    if means(Reader::PyYaml) && means(Reader::Go) {
        return Ok(());
    }
    if let (_, Some(tag)) = inner.properties(id)
        && !(tag == "!!str" && matches!(value, Value::Str(_)) && node.kind == Kind::Scalar)
    {
        return Err(refusal(
            inner,
            id,
            RefusalKind::Form,
            "the value has a tag, which may not fit the new one",
        ));
    }
    crate::edit::anchors::keep_anchors(inner, id, false)?;
    let scalar = node.kind == Kind::Scalar;
    let empty = matches!(value, Value::Seq(_) | Value::Map(_)) && !is_collection(value);
    if inner.is_in_flow(id) || (scalar && empty) {
        return in_line(inner, id, &node, value, plan);
    }
    if is_collection(value)
        && (inner.is_null(id) || (node.style == Style::Flow && inner.tree.is_childless(id)))
    {
        return fill(inner, id, value, plan);
    }
    if !scalar || is_collection(value) {
        return rebuild(inner, id, &node, value, plan);
    }
    if let Value::Str(text) = value
        && folded::in_lines(inner, id, &node, text, plan)
    {
        return Ok(());
    }
    match (node.style, value) {
        (Style::Literal | Style::Folded, _) => block_scalar(inner, id, &node, value, plan),
        (Style::Plain | Style::Empty, Value::Str(text)) if is_literal(text) && node.parent != NONE => {
            literal(inner, id, &node, text, plan)
        }
        _ => in_line(inner, id, &node, value, plan),
    }
}

/// The writer for a place, with the quotes of the scalar that stands there.
fn writer_at(inner: &Inner, node: &NodeData, flow_parent: bool) -> Writer {
    let mut writer = if flow_parent && node.parent != NONE {
        let mut writer = flow::like(inner, node.parent);
        writer.strings = crate::write::Strings::Bare;
        writer
    } else {
        writer(inner, node.end as usize)
    };
    match node.style {
        Style::SingleQuoted => writer.habits.quote = Quote::Single,
        Style::DoubleQuoted => writer.habits.quote = Quote::Double,
        _ => {}
    }
    writer
}

/// Writes a value on one line in the place of a scalar, or of anything inside brackets.
fn in_line(inner: &Inner, id: u32, node: &NodeData, value: &Value, plan: &mut Plan) -> Result<()> {
    let in_flow = inner.is_in_flow(id);
    let writer = writer_at(inner, node, in_flow);
    let quote = match node.style {
        Style::SingleQuoted => Some(Quote::Single),
        Style::DoubleQuoted => Some(Quote::Double),
        _ => None,
    };
    let mut text = String::new();
    match (value, quote) {
        (Value::Str(string), Some(quote)) => text = quote_in(string, quote),
        (Value::Seq(_) | Value::Map(_), _) => writer.flow(value, &mut text)?,
        _ => writer.scalar(value, in_flow, &mut text)?,
    }
    let (start, end) = (node.start as usize, node.end as usize);
    if inner.has_comments(start, end) {
        return Err(refusal(inner, id, RefusalKind::Form, "comments inside the value would be lost"));
    }
    if node.style != Style::Empty {
        plan.replace(start, end, text);
        return Ok(());
    }
    if node.has_indicator() {
        plan.insert(end, format!(" {text}"));
    } else if node.parent == NONE || inner.tree.node(node.parent).style == Style::Flow {
        let colon = if node.parent == NONE { " " } else { ": " };
        plan.insert(end, format!("{colon}{text}"));
    } else {
        return Err(refusal(inner, id, RefusalKind::Form, "this key has no colon to put a value behind"));
    }
    Ok(())
}

/// A plain scalar or null becomes a literal block scalar.
fn literal(inner: &Inner, id: u32, node: &NodeData, text: &str, plan: &mut Plan) -> Result<()> {
    let end = node.end as usize;
    let place = inner.line_end(end);
    let writer = writer(inner, place);
    // A comment in the header of a block scalar is easily taken for text of it.
    if !writer.literals || inner.trailing_comment(end).is_some() {
        return in_line(inner, id, node, &Value::Str(text.to_owned()), plan);
    }
    let parent = inner.tree.node(node.parent);
    let step = if parent.kind == Kind::Sequence { 2 } else { writer.habits.step };
    let header = crate::write::literal_header(text, step);
    let mut lines = String::new();
    literal_lines(text, inner.collection_column(node.parent) + step, writer.newline, &mut lines);
    if node.style == Style::Empty {
        plan.insert(end, format!(" {header}"));
    } else {
        plan.replace(node.start as usize, end, header);
    }
    plan.insert(place, lines);
    Ok(())
}

/// The content of a block scalar changes; its header's comment, its indentation and the blank lines below stay.
fn block_scalar(inner: &Inner, id: u32, node: &NodeData, value: &Value, plan: &mut Plan) -> Result<()> {
    let (start, end) = (node.start as usize, node.end as usize);
    let source = inner.slice(node.start, node.end);
    let marks = source.find(|c: char| !"|>+-0123456789".contains(c)).unwrap_or(source.len());
    let body = inner.line_end(start).min(end);
    let text = match value {
        Value::Str(text) if fits_literal(text) && fits_here(inner, node, text) => text,
        _ => {
            let mut line = String::new();
            let mut writer = writer(inner, end);
            writer.literals = false;
            writer.scalar(value, false, &mut line)?;
            plan.replace(start, start + marks, line);
            plan.replace(body, end, "");
            return Ok(());
        }
    };
    let breaks = text.len() - text.trim_end_matches('\n').len();
    let has_break = end < inner.text.len();
    let chomp = match (breaks, has_break) {
        (0, true) => "-",
        (0, false) if source[..marks].contains('-') => "-",
        (0, false) | (1, true) => "",
        _ => return Err(refusal(inner, id, RefusalKind::Form, "the new text ends in blank lines")),
    };
    let folds = node.style == Style::Folded
        && !text.trim_end_matches('\n').contains('\n')
        && !text.starts_with([' ', '\t']);
    let parent_column = if node.parent == NONE { 0 } else { inner.collection_column(node.parent) };
    let had_digit = source[..marks].contains(|c: char| c.is_ascii_digit());
    let column = inner.tree.indentation(id);
    let digit = if had_digit || text.trim_start_matches('\n').starts_with(' ') {
        column.saturating_sub(parent_column).to_string()
    } else {
        String::new()
    };
    let column = if source.len() == marks || body == end { column.max(parent_column + 2) } else { column };
    let header = format!("{}{digit}{chomp}", if folds { '>' } else { '|' });
    if header != source[..marks] {
        plan.replace(start, start + marks, header);
    }
    let mut lines = String::new();
    literal_lines(text, column, inner.line_break(start), &mut lines);
    plan.replace(body, end, lines);
    Ok(())
}

/// Whether a text can be the content of this block scalar.
fn fits_here(inner: &Inner, node: &NodeData, text: &str) -> bool {
    let has_break = (node.end as usize) < inner.text.len();
    match text.len() - text.trim_end_matches('\n').len() {
        0 => true,
        1 => has_break,
        _ => false,
    }
}

/// A collection in the place of a scalar or another collection, or a scalar in the place of a collection.
fn rebuild(inner: &Inner, id: u32, node: &NodeData, value: &Value, plan: &mut Plan) -> Result<()> {
    let (start, end) = (node.start as usize, node.end as usize);
    if node.parent == NONE {
        return rebuild_root(inner, id, node, value, plan);
    }
    if !node.has_indicator() {
        return Err(refusal(inner, id, RefusalKind::Form, "this key has no colon to put a value behind"));
    }
    let from = inner.value_slot(id);
    let line_end = inner.line_end(from);
    let below = start > line_end;
    if inner.has_comments(if below { line_end } else { from }, end) {
        return Err(refusal(inner, id, RefusalKind::Form, "comments inside the value would be lost"));
    }
    let one_line = node.style == Style::Flow && !inner.tree.is_childless(id) && inner.line_end(start) >= end;
    if one_line && is_collection(value) && inner.line_end(start) - inner.line_start(start) < 100 {
        let mut text = String::new();
        flow::like(inner, id).flow(value, &mut text)?;
        plan.replace(start, end, text);
        return Ok(());
    }
    if !is_collection(value) {
        let writer = writer(inner, end);
        let mut text = " ".to_owned();
        match value {
            Value::Seq(_) | Value::Map(_) => writer.flow(value, &mut text)?,
            _ => writer.scalar(value, false, &mut text)?,
        }
        if below {
            plan.insert(from, text);
            plan.replace(line_end, end, "");
        } else {
            plan.replace(from, end, text);
        }
        return Ok(());
    }
    rebuild_lines(inner, id, value, from, plan)
}

/// Another root. One in brackets stays in brackets, one line behind `---` stays one line.
fn rebuild_root(inner: &Inner, id: u32, node: &NodeData, value: &Value, plan: &mut Plan) -> Result<()> {
    let (start, end) = (node.start as usize, node.end as usize);
    let in_block = is_collection(value) && node.style != Style::Flow;
    let behind = in_block && inner.trailing_comment(end).is_some();
    if behind || inner.has_comments(start, end) {
        return Err(refusal(inner, id, RefusalKind::Form, "comments inside the value would be lost"));
    }
    if in_block {
        return fill_root(inner, node, value, plan);
    }
    let mut text = String::new();
    flow::like(inner, id).flow(value, &mut text)?;
    plan.replace(start, end, text);
    Ok(())
}

/// A collection, each entry on a line of its own, in the place of what stands from `from` to the end of a node.
fn rebuild_lines(inner: &Inner, id: u32, value: &Value, from: usize, plan: &mut Plan) -> Result<()> {
    let node = inner.tree.node(id);
    let (start, end) = (node.start as usize, node.end as usize);
    let line_end = inner.line_end(from);
    let below = start > line_end;
    let writer = writer(inner, end);
    let parent_column = inner.collection_column(node.parent);
    let in_sequence = inner.tree.node(node.parent).kind == Kind::Sequence;
    let mut text = String::new();
    if in_sequence
        && !below
        && from == inner.tree.indicator(id) as usize + 1
        && inner.trailing_comment(end).is_none()
    {
        text.push(' ');
        writer.item(value, parent_column + 2, &mut text)?;
        plan.replace(from, end, text);
        return Ok(());
    }
    let column = match (node.kind, value) {
        (Kind::Mapping, Value::Map(_)) | (Kind::Sequence, Value::Seq(_))
            if below && node.style == Style::Block =>
        {
            inner.column(start)
        }
        _ if in_sequence => parent_column + 2,
        (_, Value::Seq(_)) => parent_column + writer.habits.sequence,
        _ => parent_column + writer.habits.step,
    };
    writer.lines(value, column, &mut text)?;
    if below {
        plan.replace(line_end, end, text);
    } else {
        plan.replace(from, end, "");
        plan.insert(inner.line_end(end), text);
    }
    Ok(())
}

/// Gives a key another name, in its own quotes.
pub(crate) fn rename(
    inner: &Inner,
    doc: usize,
    at: &Path,
    to: &str,
    intent: &mut Intent<'_>,
    plan: &mut Plan,
) -> Result<()> {
    let value = existing(inner, doc, at)?;
    let parent = inner.tree.node(value).parent;
    let key = inner.key_before(value).filter(|key| inner.tree.node(*key).kind == Kind::Scalar);
    let Some(key) = key else {
        return Err(refusal(
            inner,
            value,
            RefusalKind::Place,
            format!("{} has no key to rename", inner.shown(at)),
        ));
    };
    if inner.text_of(key) == to {
        return Ok(());
    }
    no_duplicate(inner, value)?;
    if let Some((other, _)) = inner.entry(parent, to) {
        return Err(refusal(inner, other, RefusalKind::Place, format!("there is a {to} already")));
    }
    let node = inner.tree.node(key);
    let mut writer = writer(inner, node.end as usize);
    let in_flow = inner.tree.node(parent).style == Style::Flow;
    let text = match node.style {
        _ if node.kind != Kind::Scalar || inner.properties(key).1.is_some() => {
            return Err(refusal(inner, key, RefusalKind::Form, "this key is not a plain name"));
        }
        Style::SingleQuoted => quote_in(to, Quote::Single),
        Style::DoubleQuoted => quote_in(to, Quote::Double),
        Style::Plain => {
            writer.key(to)?;
            writer.literals = false;
            writer.one_line(to, in_flow)
        }
        _ => return Err(refusal(inner, key, RefusalKind::Form, "this key is not written on one line")),
    };
    plan.keep_uses(inner, key)?;
    plan.replace(node.start as usize, node.end as usize, text);
    intent.rename(at, to);
    Ok(())
}
