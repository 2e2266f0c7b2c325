//! New entries and items inside brackets.

use crate::edit::plan::{New, Plan, Result, refusal, writer};
use crate::model::habits::Quote;
use crate::model::refusal::RefusalKind;
use crate::model::tree::{Kind, NONE, Style};
use crate::model::value::Value;
use crate::source::inner::Inner;
use crate::write::{Strings, Writer};

/// Puts something at the end of a flow collection.
pub(crate) fn insert(inner: &Inner, id: u32, new: &New<'_>, plan: &mut Plan) -> Result<()> {
    if inner.tree.node(id).is_pair() {
        let reason = "a lone pair in a list has no braces to add to: write it as [{key: value}] first";
        return Err(refusal(inner, id, RefusalKind::Form, reason));
    }
    let writer = like(inner, id);
    let mut text = String::new();
    match new {
        New::Entry(key, value) => writer.flow_entry(key, value, &mut text)?,
        New::Item(value) => writer.flow(value, &mut text)?,
    }
    put(inner, id, &writer, &text, plan);
    Ok(())
}

/// Puts what is written already at the end of a flow collection.
pub(crate) fn put(inner: &Inner, id: u32, writer: &Writer, text: &str, plan: &mut Plan) {
    let node = inner.tree.node(id);
    let Some(last) = inner.last_child(id) else { return into_empty(inner, id, writer, text, plan) };
    let close = node.end as usize - 1;
    let end = inner.tree.node(last).end as usize;
    let entry = entries(inner, id).last().copied().unwrap_or(last);
    let start = inner.entry_start(entry);
    let comma = comma_after(inner, end, close);
    let one_a_line = inner.starts_line(start) && inner.line_start(start) > node.start as usize;
    if !one_a_line {
        let gap = if writer.comma_gap { " " } else { "" };
        match comma {
            Some(comma) => plan.insert(comma + 1, format!("{gap}{text},")),
            None => plan.insert(end, format!(",{gap}{text}")),
        }
        return;
    }
    let mut line = String::new();
    writer.new_line(inner.column(start), &mut line);
    line.push_str(text);
    let last_line_end = inner.line_end(comma.unwrap_or(end));
    let closes = last_line_end > close;
    match comma {
        Some(comma) => plan.insert(if closes { comma + 1 } else { last_line_end }, format!("{line},")),
        None if closes => plan.insert(end, format!(",{line}")),
        None => {
            plan.insert(end, ",");
            plan.insert(last_line_end, line);
        }
    }
}

fn into_empty(inner: &Inner, id: u32, writer: &Writer, text: &str, plan: &mut Plan) {
    let node = inner.tree.node(id);
    let (start, close) = (node.start as usize, node.end as usize - 1);
    let comments = inner.comments_in(start, close);
    let Some(last) = comments.clone().last() else { return plan.replace(start + 1, close, text) };
    let own = comments.rev().map(|at| inner.tree.comments[at]).find(|comment| comment.own_line);
    let column = match own {
        Some(comment) => inner.column(comment.start as usize),
        None => {
            let line = inner.line_start(start);
            let blanks =
                inner.text.get(line..).map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
            blanks + writer.habits.step
        }
    };
    let mut line = String::new();
    writer.new_line(column, &mut line);
    plan.insert(inner.tree.comments[last].end as usize, line + text);
}

/// The keys of a mapping, the items of a sequence.
pub(crate) fn entries(inner: &Inner, id: u32) -> Vec<u32> {
    match inner.tree.node(id).kind {
        Kind::Mapping => inner.tree.entries(id).map(|(key, _)| key).collect(),
        _ => inner.tree.children(id).collect(),
    }
}

/// The comma behind an entry that ends at `from`, past blanks, line breaks and comments.
pub(crate) fn comma_after(inner: &Inner, from: usize, close: usize) -> Option<usize> {
    let bytes = inner.text.as_bytes();
    let mut at = from;
    while at < close {
        match bytes.get(at)? {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'#' => at = inner.line_end(at),
            b',' => return Some(at),
            _ => return None,
        }
    }
    None
}

/// How lists of scalars are written, if in brackets: as most of those beside, else as most of those of the text.
pub(crate) fn lists(inner: &Inner, mapping: u32) -> Option<Box<Writer>> {
    let tree = &inner.tree;
    let is_list = |id: &u32| {
        let (node, mut items) = (tree.node(*id), tree.children(*id));
        node.kind == Kind::Sequence
            && !tree.is_childless(*id)
            && items.all(|item| tree.node(item).kind == Kind::Scalar)
            && !inner.is_in_flow(*id)
    };
    let mut lists: Vec<u32> = tree.entries(mapping).map(|(_, value)| value).filter(is_list).collect();
    if lists.is_empty() {
        lists = (0..tree.nodes.len() as u32).filter(is_list).collect();
    }
    let in_brackets: Vec<u32> =
        lists.iter().copied().filter(|id| tree.node(*id).style == Style::Flow).collect();
    let model = in_brackets.last().filter(|_| 2 * in_brackets.len() > lists.len())?;
    Some(Box::new(like(inner, *model)))
}

/// A writer with the habits of the entries that are there.
pub(crate) fn like(inner: &Inner, id: u32) -> Writer {
    let node = inner.tree.node(id);
    let mut writer = writer(inner, node.start as usize);
    let children: Vec<_> = inner.tree.children(id).collect();
    let is_quoted =
        |id: &&u32| matches!(inner.tree.node(**id).style, Style::SingleQuoted | Style::DoubleQuoted);
    let keys: Vec<u32> = inner.tree.entries(id).map(|(key, _)| key).collect();
    writer.quoted_keys = !keys.is_empty() && keys.iter().all(|key| is_quoted(&key));
    if let Some(quoted) = children.iter().rev().find(is_quoted) {
        let single = inner.tree.node(*quoted).style == Style::SingleQuoted;
        writer.habits.quote = if single { Quote::Single } else { Quote::Double };
    }
    let values = children.iter().filter(|id| !keys.contains(id) || keys.is_empty());
    let mut strings = values.filter(|id| {
        inner.tree.node(**id).kind == Kind::Scalar
            && matches!(inner.scalar(**id, crate::model::reader::Reader::PyYaml), Value::Str(_))
    });
    let mut any = false;
    let all_quoted = strings.all(|id| {
        any = true;
        is_quoted(&id)
    });
    if (any && all_quoted) || (!any && writer.quoted_keys) {
        writer.strings = Strings::Quoted;
    }
    let bytes = inner.text.as_bytes();
    let blank = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    let colons = children.iter().map(|id| inner.tree.indicator(*id)).filter(|at| *at != NONE);
    let tight = |at: &u32| !blank(*at as usize + 1) && bytes.get(*at as usize) == Some(&b':');
    writer.colon_gap = !colons.clone().any(|at| tight(&at)) || colons.clone().count() == 0;
    let ends = entries(inner, id);
    let commas: Vec<usize> = ends
        .windows(2)
        .filter_map(|pair| {
            let from = inner.tree.node(match node.kind {
                Kind::Mapping => inner.value_of_key(pair[0]),
                _ => pair[0],
            });
            comma_after(inner, from.end as usize, node.end as usize)
        })
        .collect();
    writer.comma_gap = match commas.last() {
        Some(comma) => blank(comma + 1),
        None => writer.colon_gap,
    };
    writer.padding = bytes.get(node.start as usize + 1) == Some(&b' ');
    writer
}
