//! The text of an entry that moves, in the form of the place where it goes.

use crate::edit::plan::{Result, refusal};
use crate::edit::remove::{Comments, entry_end, first_line};
use crate::model::reader::Reader;
use crate::model::refusal::RefusalKind;
use crate::model::tree::{Kind, Style};
use crate::model::value::Value;
use crate::operation::intent::{Expected, ExpectedKey};
use crate::source::inner::Inner;
use crate::source::node::Node;
use crate::write::{Strings, Writer, is_bare, quote};

/// The lines of an entry of a block mapping and of the comments above it at its column, moved to another column, each
/// with a break before.
pub(crate) fn lines(inner: &Inner, parent: u32, key: u32, column: usize, newline: &str, out: &mut String) {
    let start = inner.entry_start(key);
    let old = inner.column(start);
    let end = inner.place_below(entry_end(inner, parent, key), old);
    let mut at = if inner.starts_line(start) { first_line(inner, key, end, Comments::All) } else { start };
    while at <= end {
        let line = inner.text.get(at..inner.line_end(at).min(end)).unwrap_or_default();
        let rest = line.trim_start_matches(' ');
        let spaces = if at == start { old } else { line.len() - rest.len() };
        out.push_str(newline);
        // Blanks beyond the indentation of a block scalar are part of it.
        if !rest.is_empty() || spaces > old {
            out.extend(std::iter::repeat_n(' ', (spaces + column).saturating_sub(old)));
        }
        out.push_str(rest);
        let next = inner.next_line(at);
        if next > end || inner.break_at(inner.line_end(at)).is_empty() {
            break;
        }
        at = next;
    }
}

/// An entry of a mapping in brackets as lines of a block mapping at `column`, each with a break before; with the
/// `comments` that go along, by index.
pub(crate) fn out_of_brackets(
    inner: &Inner,
    key: u32,
    comments: &[usize],
    column: usize,
    writer: &Writer,
    out: &mut String,
) -> Result<()> {
    let value = inner.value_of_key(key);
    let (start, end) = (inner.entry_start(key), inner.tree.node(value).end as usize);
    let name = simple_key(inner, key, value)?;
    let comments = comments.iter().map(|at| inner.tree.comments[*at]);
    for comment in comments.clone().filter(|comment| (comment.start as usize) < start) {
        writer.new_line(column, out);
        out.push_str(inner.slice(comment.start, comment.end));
    }
    writer.new_line(column, out);
    out.push_str(name);
    out.push(':');
    let (from, to) = (inner.tree.outer_start(value), inner.tree.node(value).end);
    if from < to {
        out.push(' ');
        shifted(inner, from, to, column, writer, out);
    }
    let line_end = inner.line_end(end);
    for comment in comments.filter(|comment| comment.start as usize >= end) {
        if comment.start as usize > line_end {
            return Err(refusal(inner, key, RefusalKind::Form, "a comment stands before its comma"));
        }
        out.push_str("  ");
        out.push_str(inner.slice(comment.start, comment.end));
    }
    Ok(())
}

/// A key that can stand before a colon in any context, as it is written.
fn simple_key(inner: &Inner, key: u32, value: u32) -> Result<&str> {
    let node = inner.tree.node(key);
    let (start, end) = (inner.tree.outer_start(key), node.end);
    let text = inner.slice(start, end);
    let simple = matches!(node.kind, Kind::Scalar)
        && !matches!(node.style, Style::Empty | Style::Literal | Style::Folded)
        && !node.has_indicator()
        && !text.contains(['\n', '\r'])
        && !inner.has_comments(end as usize, inner.tree.outer_start(value) as usize);
    if simple {
        Ok(text)
    } else {
        Err(refusal(inner, key, RefusalKind::Form, "this key is not a plain name"))
    }
}

/// A value in brackets or quotes, its further lines indented as for a block mapping at `column`.
fn shifted(inner: &Inner, from: u32, to: u32, column: usize, writer: &Writer, out: &mut String) {
    let first = inner.text.get(inner.line_start(from as usize)..from as usize).unwrap_or_default();
    let base = first.len() - first.trim_start_matches(' ').len();
    let mut at = from as usize;
    let to = to as usize;
    loop {
        let line_end = inner.line_end(at).min(to);
        let line = inner.text.get(at..line_end).unwrap_or_default();
        if at == from as usize {
            out.push_str(line);
        } else {
            let rest = line.trim_start_matches(' ');
            let least = column + if rest.starts_with([']', '}']) { 0 } else { writer.habits.step };
            let spaces = (line.len() - rest.len() + column).saturating_sub(base).max(least);
            writer.new_line(if rest.is_empty() { 0 } else { spaces }, out);
            out.push_str(rest);
        }
        if line_end == to {
            return;
        }
        at = inner.next_line(at);
    }
}

/// What a scalar is written as where it comes to stand in brackets; `None` if it can stand there as it is. Strings that
/// may be taken for more than themselves there get quotes, and all do where the neighbours are `quoted`.
fn anew(inner: &Inner, id: u32, quoted: bool) -> Result<Option<Value>> {
    let (node, source) = (inner.tree.node(id), inner.source(id));
    let read = |reader| Node { inner, id }.value(reader);
    let (python, go) = (read(Reader::PyYaml), read(Reader::Go));
    let text = match (&python, &go) {
        (Value::Str(python), Value::Str(go)) => (python == go).then_some(python),
        _ => None,
    };
    let as_it_is = match node.style {
        Style::SingleQuoted | Style::DoubleQuoted => !source.contains(['\n', '\r']),
        Style::Plain if inner.is_in_flow(id) => !(quoted && text.is_some()),
        Style::Plain if text.is_some() => !quoted && is_bare(source, true),
        Style::Plain => !source.contains([',', '[', ']', '{', '}', ':', '?', '\n', '\r']),
        _ => false,
    };
    match (as_it_is, text) {
        (true, _) => Ok(None),
        (_, Some(text)) => Ok(Some(Value::Str(text.clone()))),
        _ if node.style == Style::Empty => Ok(Some(Value::Null)),
        _ => Err(refusal(inner, id, RefusalKind::Form, "this value cannot be written in brackets as it is")),
    }
}

/// What an entry is to be read as in brackets; from the tree, not from what is written there.
pub(crate) fn expected(inner: &Inner, key: u32, writer: &Writer) -> Result<(ExpectedKey, Expected)> {
    let name = match anew(inner, key, writer.quoted_keys)? {
        Some(Value::Str(name)) => ExpectedKey::Renamed(key, name),
        _ => ExpectedKey::Same(key),
    };
    Ok((name, wanted_value(inner, inner.value_of_key(key), writer)?))
}

fn wanted_value(inner: &Inner, id: u32, writer: &Writer) -> Result<Expected> {
    let node = inner.tree.node(id);
    Ok(match node.kind {
        Kind::Scalar => match anew(inner, id, writer.strings == Strings::Quoted)? {
            Some(value) => Expected::New(Some(id), value),
            None => Expected::Same(id),
        },
        _ if node.kind == Kind::Alias || node.style == Style::Flow => Expected::Same(id),
        Kind::Mapping => {
            let entries = inner.tree.entries(id).map(|(key, _)| expected(inner, key, writer));
            Expected::Mapping(Some(id), entries.collect::<Result<_>>()?)
        }
        _ => {
            let items = inner.tree.children(id).map(|item| wanted_value(inner, item, writer));
            Expected::Sequence(Some(id), items.collect::<Result<_>>()?)
        }
    })
}

/// An entry as it is written in brackets.
pub(crate) fn into_brackets(inner: &Inner, key: u32, writer: &Writer, out: &mut String) -> Result<()> {
    let value = inner.value_of_key(key);
    let name = simple_key(inner, key, value)?;
    let quoted = writer.quoted_keys;
    match anew(inner, key, quoted)? {
        None => out.push_str(name),
        Some(text) => {
            properties(inner, key, out)?;
            Writer { strings: Strings::Quoted, ..writer.clone() }.scalar(&text, true, out)?;
        }
    }
    let tight = !writer.colon_gap && out.ends_with(['"', '\'']);
    out.push_str(if tight { ":" } else { ": " });
    in_brackets(inner, value, writer, out)
}

fn properties(inner: &Inner, id: u32, out: &mut String) -> Result<()> {
    let Some((start, end)) = inner.tree.props(id) else { return Ok(()) };
    let text = inner.slice(start, end);
    if text.contains(['\n', '\r']) {
        return Err(refusal(inner, id, RefusalKind::Form, "its anchor and tag stand on lines of their own"));
    }
    out.push_str(text);
    out.push(' ');
    Ok(())
}

fn in_brackets(inner: &Inner, id: u32, writer: &Writer, out: &mut String) -> Result<()> {
    let node = inner.tree.node(id);
    properties(inner, id, out)?;
    let (open, close) = match node.kind {
        Kind::Scalar => {
            match anew(inner, id, writer.strings == Strings::Quoted)? {
                None => out.push_str(inner.source(id)),
                Some(Value::Str(text)) => {
                    out.push_str(&quote(&text, writer.habits.quote));
                }
                Some(value) => writer.scalar(&value, true, out)?,
            }
            return Ok(());
        }
        _ if node.kind == Kind::Alias || node.style == Style::Flow => {
            out.push_str(inner.source(id));
            return Ok(());
        }
        Kind::Mapping => ('{', '}'),
        _ => ('[', ']'),
    };
    let padding = writer.padding && open == '{';
    out.push(open);
    out.extend(padding.then_some(' '));
    for (at, entry) in crate::edit::flow::entries(inner, id).into_iter().enumerate() {
        writer.comma(at, out);
        match node.kind {
            Kind::Mapping => into_brackets(inner, entry, writer, out)?,
            _ => in_brackets(inner, entry, writer, out)?,
        }
    }
    out.extend(padding.then_some(' '));
    out.push(close);
    Ok(())
}
