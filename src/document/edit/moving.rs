//! Entries that move, with their comments; and comments that come in.

use super::super::intent::{Intent, Want, WantKey};
use super::super::tree::{Kind, NONE, Style};
use super::super::yaml::Inner;
use super::super::{Path, RefusalKind, Step};
use super::insert::{close_block_scalar, writer};
use super::remove::{Comments, ends_in_block_scalar, entry_end, remove};
use super::{Found, Plan, Result, existing, locate, lost, no_alias, refusal};

/// Moves an entry to the end of another mapping.
pub(crate) fn move_entry(
    inner: &Inner,
    doc: usize,
    from: &Path,
    to: &Path,
    intent: &mut Intent<'_>,
    plan: &mut Plan,
) -> Result<()> {
    let value = existing(inner, doc, from)?;
    let parent = inner.tree.node(value).parent;
    let Some(key) = inner.key_before(value).filter(|_| inner.tree.node(parent).kind == Kind::Mapping) else {
        return Err(refusal(inner, value, RefusalKind::Place, format!("{from} is no entry of a mapping")));
    };
    let name = inner.key_text(key);
    if from.contains(to) {
        return Err(refusal(inner, value, RefusalKind::Place, format!("{from} cannot move into itself")));
    }
    if from.split_last().is_some_and(|(parent, _)| parent == *to) {
        return Ok(());
    }
    if inner.tree.node(parent).style == Style::Flow {
        return Err(refusal(inner, key, RefusalKind::Form, "an entry in brackets is not moved"));
    }
    let target = destination(inner, doc, to, &name)?;
    remove(inner, value, Comments::All, plan)?;
    plan.announced.moved = std::mem::take(&mut plan.announced.gone);
    plan.announced.left = Some(key);
    let place = outside_removal(inner, target.place, plan);
    let writer = writer(inner, place);
    let mut text = String::new();
    let mut indent = target.column;
    for key in &target.keys {
        writer.new_line(indent, &mut text);
        text.push_str(&writer.key(key)?);
        text.push(':');
        indent += writer.habits.step;
    }
    reindented(inner, parent, key, indent, writer.newline, &mut text);
    let ends_text = entry_end(inner, parent, key) == inner.text.len();
    if !ends_text {
        close_block_scalar(inner, place, plan);
    } else if place < inner.text.len() && ends_in_block_scalar(inner, inner.text.len()) {
        let reason = "the text ends, without a line break, in a block scalar of this entry";
        return Err(refusal(inner, key, RefusalKind::Form, reason));
    }
    if let Some((from, to)) = target.empties {
        plan.replace(from, to, "");
    }
    plan.insert(place, text);
    in_tree(from, to, &target.keys, intent).ok_or_else(|| lost(from))
}

/// Where an entry goes.
struct Destination {
    /// The end of the line below which it goes.
    place: usize,
    /// The column of what goes there.
    column: usize,
    /// The keys to be made around it.
    keys: Vec<String>,
    /// A null or `{}` that makes room.
    empties: Option<(usize, usize)>,
}

fn destination(inner: &Inner, doc: usize, to: &Path, name: &str) -> Result<Destination> {
    let (id, depth) = match locate(inner, doc, to)? {
        Found::Node(id) => (id, to.steps().len()),
        Found::Missing(NONE, _) => return Err(lost(to)),
        Found::Missing(id, depth) => (id, depth),
    };
    no_alias(inner, id)?;
    let keys: Option<Vec<String>> = to.steps()[depth..]
        .iter()
        .map(|step| if let Step::Key(key) = step { Some(key.clone()) } else { None })
        .collect();
    let keys = keys.ok_or_else(|| lost(to))?;
    if let (Some((other, _)), true) = (inner.entry(id, name), keys.is_empty()) {
        return Err(refusal(inner, other, RefusalKind::Place, format!("{} exists already", to.child(name))));
    }
    let node = inner.tree.node(id);
    let end = node.end as usize;
    let is_mapping = node.kind == Kind::Mapping;
    if is_mapping && node.style == Style::Block {
        let column = inner.collection_column(id);
        return Ok(Destination { place: inner.place_below(end, column), column, keys, empties: None });
    }
    let empty = (is_mapping && inner.tree.is_childless(id) && !inner.has_comments(node.start as usize, end))
        || inner.is_null(id);
    let under_key = node.parent != NONE && inner.tree.node(node.parent).kind == Kind::Mapping;
    if !empty || inner.is_in_flow(id) || !under_key || !node.has_indicator() {
        let reason = format!("nothing can be moved to {to} as it is written");
        return Err(refusal(inner, id, RefusalKind::Form, reason));
    }
    let from = inner.value_slot(id);
    let column = inner.collection_column(node.parent) + inner.habits().step;
    Ok(Destination { place: inner.line_end(end), column, keys, empties: (end > from).then_some((from, end)) })
}

/// A place among the lines that are taken out is as good as the end of the line before them.
fn outside_removal(inner: &Inner, place: usize, plan: &Plan) -> usize {
    let around = plan.edits.iter().find(|edit| edit.span.start <= place && place < edit.span.end);
    match around {
        Some(edit) if inner.line_start(edit.span.start) == edit.span.start => {
            edit.span.start - inner.break_before(edit.span.start)
        }
        Some(edit) => edit.span.start,
        None => place,
    }
}

/// The lines of an entry and of the comments above it at its column, moved to another column, each with a break before.
fn reindented(inner: &Inner, parent: u32, key: u32, column: usize, newline: &str, out: &mut String) {
    let start = inner.entry_start(key);
    let old = inner.column(start);
    let end = inner.place_below(entry_end(inner, parent, key), old);
    let mut at = if inner.starts_line(start) { inner.comments_above(start, old) } else { start };
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

/// The same in the intended tree.
fn in_tree(from: &Path, to: &Path, keys: &[String], intent: &mut Intent<'_>) -> Option<()> {
    let (key, value) = intent.remove(from)?;
    let mut entry = (key?, value);
    for key in keys.iter().rev() {
        entry = (WantKey::New(key.clone()), Want::Mapping(None, vec![entry]));
    }
    let existing = Path(to.steps()[..to.steps().len() - keys.len()].to_vec());
    intent.entries(&existing)?.push(entry);
    Some(())
}

/// Puts a comment above an entry.
pub(crate) fn annotate(inner: &Inner, doc: usize, at: &Path, text: &str, plan: &mut Plan) -> Result<()> {
    plan.announced.added = text.lines().map(|line| format!("# {line}").trim_end().to_owned()).collect();
    let root = inner.tree.docs.get(doc).map_or(NONE, |data| data.root);
    let bare = root == NONE || (inner.tree.node(root).style == Style::Empty && at.steps().is_empty());
    if bare && at.steps().is_empty() {
        return below_all(inner, doc, plan);
    }
    let value = existing(inner, doc, at)?;
    if inner.is_in_flow(value) {
        return Err(refusal(
            inner,
            value,
            RefusalKind::Form,
            "no comment of its own line can stand inside brackets",
        ));
    }
    let parent = inner.tree.node(value).parent;
    let start = match (inner.key_before(value), parent) {
        (_, NONE) => inner.tree.outer_start(value) as usize,
        (Some(key), _) => inner.entry_start(key),
        (None, _) => inner.entry_start(value),
    };
    let line = inner.line_start(start);
    let before = inner.text.get(line..start).unwrap_or_default();
    if !before.bytes().all(|byte| matches!(byte, b' ' | b'-')) || before.starts_with("---") {
        return Err(refusal(
            inner,
            value,
            RefusalKind::Form,
            "no comment of its own line can stand directly above",
        ));
    }
    let blanks = before.len() - before.trim_start_matches(' ').len();
    let lines: String = plan
        .announced
        .added
        .iter()
        .map(|comment| format!("{}{comment}{}", " ".repeat(blanks), inner.line_break(start)))
        .collect();
    plan.insert(line, lines);
    Ok(())
}

/// A comment in a document without content.
fn below_all(inner: &Inner, doc: usize, plan: &mut Plan) -> Result<()> {
    let Some(data) = inner.tree.docs.get(doc) else { return Err(lost(&Path::root())) };
    let newline = inner.line_break(data.start as usize);
    let comments = plan.announced.added.join(newline);
    let start = data.start as usize;
    if data.marker != NONE {
        plan.insert(inner.line_end(data.marker as usize), format!("{newline}{comments}"));
    } else {
        plan.insert(start, format!("{comments}{newline}"));
    }
    Ok(())
}
