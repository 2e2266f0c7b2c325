//! Entries that move, with their comments; and comments that come in.

use crate::edit::anchors::keep_order;
use crate::edit::insert::close_block_scalar;
use crate::edit::plan::{
    Found, Plan, Result, existing, hides_nothing, locate, lost, no_alias, no_duplicate, refusal, writer,
};
use crate::edit::remove::{Comments, entry_end, take_out};
use crate::edit::room::{Room as Below, room};
use crate::edit::{flow, relocate};
use crate::model::path::{Path, Step};
use crate::model::refusal::RefusalKind;
use crate::model::tree::{Kind, NONE, Style};
use crate::operation::intent::{Expected, ExpectedKey, Intent};
use crate::source::inner::Inner;
use crate::source::layout::ends_in_block_scalar;
use crate::write::Writer;

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
        return Err(refusal(
            inner,
            value,
            RefusalKind::Place,
            format!("{} is no entry of a mapping", inner.shown(from)),
        ));
    };
    if from.contains(to) {
        return Err(refusal(
            inner,
            value,
            RefusalKind::Place,
            format!("{} cannot move into itself", inner.shown(from)),
        ));
    }
    if from.split_last().is_some_and(|(parent, _)| parent == *to) {
        return Ok(());
    }
    no_duplicate(inner, value)?;
    let target = destination(inner, doc, to, key)?;
    plan.keep_uses(inner, parent)?;
    plan.keep_uses(inner, target.id)?;
    let place = match &target.room {
        Room::Lines(lines) => lines.place,
        Room::Brackets(id, _) => inner.tree.node(*id).end as usize - 1,
    };
    keep_order(inner, doc, &(inner.entry_start(key)..entry_end(inner, parent, key)), place)?;
    take_out(inner, value, Comments::All, plan)?;
    plan.announced.moved = std::mem::take(&mut plan.announced.gone);
    plan.announced.left = Some(key);
    match &target.room {
        Room::Lines(lines) => as_lines(inner, key, &target.keys, lines, plan)?,
        Room::Brackets(id, writer) => into_brackets(inner, key, *id, &target.keys, writer, plan)?,
    }
    let (same_key, same_value) = intent.remove(from).ok_or_else(|| lost(from))?;
    let entry = match target.room {
        Room::Lines(_) => (same_key.ok_or_else(|| lost(from))?, same_value),
        Room::Brackets(_, writer) => relocate::expected(inner, key, &writer)?,
    };
    in_tree(entry, to, &target.keys, intent).ok_or_else(|| lost(to))
}

/// Where an entry goes.
struct Destination {
    /// The deepest node on the way that is there.
    id: u32,
    room: Room,
    /// The keys to be made around it.
    keys: Vec<String>,
}

enum Room {
    Lines(Lines),
    /// Among the entries of a mapping in brackets, with its habits.
    Brackets(u32, Writer),
}

/// Room for lines of their own.
struct Lines {
    /// The end of the line below which they go.
    place: usize,
    column: usize,
    /// A null or `{}` that makes room.
    empties: Option<(usize, usize)>,
    /// Whether the first line can go where that stood, behind its dash.
    behind_dash: bool,
    /// Whether a blank line comes before them.
    gap: bool,
}

fn destination(inner: &Inner, doc: usize, to: &Path, key: u32) -> Result<Destination> {
    let (id, depth) = match locate(inner, doc, to)? {
        Found::Node(id) => (id, to.steps().len()),
        Found::Missing(NONE, _) => return Err(lost(&inner.shown(to))),
        Found::Missing(id, depth) => (id, depth),
    };
    no_alias(inner, id)?;
    hides_nothing(inner, id, to, depth)?;
    let keys: Option<Vec<String>> = to.steps()[depth..]
        .iter()
        .map(|step| if let Step::Key(key) = step { Some(key.clone()) } else { None })
        .collect();
    let keys = keys.ok_or_else(|| lost(to))?;
    let name = inner.key_text(key);
    if let (Some((other, _)), true) = (inner.entry(id, &name), keys.is_empty()) {
        return Err(refusal(
            inner,
            other,
            RefusalKind::Place,
            format!("{} exists already", inner.shown(&to.child(&*name))),
        ));
    }
    let node = inner.tree.node(id);
    let end = node.end as usize;
    let is_mapping = node.kind == Kind::Mapping;
    if is_mapping && node.style == Style::Block {
        let column = inner.collection_column(id);
        let section = !keys.is_empty() || is_section(inner, key);
        let name = keys.first().map_or(&*name, String::as_str);
        let Below { place, gap } = room(inner, id, Some(name), section);
        let lines = Lines { place, column, empties: None, behind_dash: false, gap };
        return Ok(Destination { id, room: Room::Lines(lines), keys });
    }
    let empty = is_mapping && inner.tree.is_childless(id) && !inner.has_comments(node.start as usize, end);
    let fills = (empty || inner.is_null(id)) && !inner.is_in_flow(id) && node.has_indicator();
    if is_mapping && !node.is_pair() && !fills {
        return Ok(Destination { id, room: Room::Brackets(id, flow::like(inner, id)), keys });
    }
    if !fills {
        let reason = format!("nothing can be moved to {} as it is written", inner.shown(to));
        return Err(refusal(inner, id, RefusalKind::Form, reason));
    }
    let from = inner.value_slot(id);
    let is_item = inner.tree.node(node.parent).kind == Kind::Sequence;
    let step = if is_item { 2 } else { inner.habits().step };
    let lines = Lines {
        place: inner.line_end(end),
        column: inner.collection_column(node.parent) + step,
        empties: (end > from).then_some((from, end)),
        behind_dash: is_item && !node.has_props() && inner.trailing_comment(end).is_none(),
        gap: false,
    };
    Ok(Destination { id, room: Room::Lines(lines), keys })
}

/// Whether the value of a key is written below it.
fn is_section(inner: &Inner, key: u32) -> bool {
    let node = inner.tree.node(inner.value_of_key(key));
    node.style == Style::Block
}

/// Puts an entry, and the keys made around it, on lines of their own.
fn as_lines(inner: &Inner, key: u32, keys: &[String], target: &Lines, plan: &mut Plan) -> Result<()> {
    let parent = inner.tree.node(key).parent;
    let place = outside_removal(inner, target.place, plan);
    let writer = writer(inner, place);
    let mut text = String::new();
    let mut indent = target.column;
    for key in keys {
        writer.new_line(indent, &mut text);
        text.push_str(&writer.key(key)?);
        text.push(':');
        indent += writer.habits.step;
    }
    if inner.tree.node(parent).style == Style::Flow {
        relocate::out_of_brackets(inner, key, &plan.announced.moved, indent, &writer, &mut text)?;
        close_block_scalar(inner, place, plan);
    } else {
        relocate::lines(inner, parent, key, indent, writer.newline, &mut text);
        if entry_end(inner, parent, key) != inner.text.len() {
            close_block_scalar(inner, place, plan);
        } else if place < inner.text.len() && ends_in_block_scalar(inner, inner.text.len()) {
            let reason = "the text ends, without a line break, in a block scalar of this entry";
            return Err(refusal(inner, key, RefusalKind::Form, reason));
        }
    }
    let first = text.trim_start_matches(['\n', '\r', ' ']);
    if target.behind_dash && !first.starts_with('#') {
        let (from, to) = target.empties.unwrap_or((place, place));
        plan.replace(from, to, format!(" {first}"));
        return Ok(());
    }
    if let Some((from, to)) = target.empties {
        plan.replace(from, to, "");
    }
    let gap = if target.gap { writer.newline } else { "" };
    plan.insert(place, format!("{gap}{text}"));
    Ok(())
}

/// Puts an entry, and the keys made around it, at the end of a mapping in brackets.
fn into_brackets(
    inner: &Inner,
    key: u32,
    id: u32,
    keys: &[String],
    writer: &Writer,
    plan: &mut Plan,
) -> Result<()> {
    if !plan.announced.moved.is_empty() {
        return Err(refusal(inner, key, RefusalKind::Form, "its comments have no place inside brackets"));
    }
    let mut text = String::new();
    for key in keys {
        writer.flow_key(key, &mut text);
        text.push('{');
    }
    relocate::into_brackets(inner, key, writer, &mut text)?;
    text.extend(std::iter::repeat_n('}', keys.len()));
    flow::put(inner, id, writer, &text, plan);
    Ok(())
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

/// The same in the intended tree.
fn in_tree(
    entry: (ExpectedKey, Expected),
    to: &Path,
    keys: &[String],
    intent: &mut Intent<'_>,
) -> Option<()> {
    let mut entry = entry;
    for key in keys.iter().rev() {
        entry = (ExpectedKey::New(key.clone()), Expected::Mapping(None, vec![entry]));
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
    plan.announced.entry = (parent != NONE).then(|| inner.key_before(value).unwrap_or(value));
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
