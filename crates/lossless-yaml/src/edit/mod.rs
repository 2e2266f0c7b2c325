//! From operations to text edits: where an edit goes and how it looks there.
//!
//! Nothing here has to be trusted: each plan is proven afterwards.

mod anchors;
mod carry;
mod flow;
mod insert;
mod moving;
mod remove;
mod replace;
mod room;

use super::intent::{Intent, Want, WantKey};
use super::prove::Announced;
use super::tree::{Kind, NONE};
use super::yaml::Inner;
use super::{Op, Path, Refusal, RefusalKind, Step, TextEdit, Value, Yaml};

pub(crate) use anchors::keep_uses;
use insert::New;
pub(crate) use remove::ends_in_block_scalar;

/// What an operation does to the text, and what it announces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub edits: Vec<TextEdit>,
    pub announced: Announced,
}

impl Plan {
    fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.edits.push(TextEdit::new(at..at, text));
    }

    fn replace(&mut self, from: usize, to: usize, text: impl Into<String>) {
        self.edits.push(TextEdit::new(from..to, text));
    }
}

type Result<T> = std::result::Result<T, Refusal>;

/// The path that decides where an operation works.
pub(crate) fn path_of(op: &Op) -> &Path {
    match op {
        Op::Add { at, .. }
        | Op::Set { at, .. }
        | Op::Ensure { at, .. }
        | Op::Append { at, .. }
        | Op::Replace { at, .. }
        | Op::Rename { at, .. }
        | Op::Remove { at, .. }
        | Op::Comment { at, .. }
        | Op::Move { from: at, .. } => at,
    }
}

/// The same operation at other paths.
pub(crate) fn with_paths(op: &Op, map: impl Fn(&Path) -> Option<Path>) -> Option<Op> {
    let mut op = op.clone();
    match &mut op {
        Op::Move { from, to } => {
            *from = map(from)?;
            *to = map(to)?;
        }
        Op::Add { at, .. }
        | Op::Set { at, .. }
        | Op::Ensure { at, .. }
        | Op::Append { at, .. }
        | Op::Replace { at, .. }
        | Op::Rename { at, .. }
        | Op::Remove { at, .. }
        | Op::Comment { at, .. } => *at = map(at)?,
    }
    Some(op)
}

pub(crate) fn refusal(inner: &Inner, id: u32, kind: RefusalKind, reason: impl Into<String>) -> Refusal {
    let Some(node) = inner.tree.nodes.get(id as usize) else { return Refusal::new(kind, reason) };
    let (line, column) = inner.outer_line_column(node.start as usize);
    Refusal::at(kind, reason, line, column)
}

/// Where a path leads.
enum Found {
    Node(u32),
    /// The deepest node on the way (`NONE` in a document without content), and how many steps lead to it.
    Missing(u32, usize),
}

fn locate(inner: &Inner, doc: usize, path: &Path) -> Result<Found> {
    let root = inner.tree.docs.get(doc).map_or(NONE, |data| data.root);
    if root == NONE {
        return Ok(Found::Missing(NONE, 0));
    }
    let mut at = root;
    for (depth, step) in path.steps().iter().enumerate() {
        if inner.tree.node(at).kind == Kind::Alias {
            let reason =
                format!("{} is an alias: an edit through it would change another place", inner.path(at));
            return Err(refusal(inner, at, RefusalKind::Alias, reason));
        }
        match inner.child(at, step) {
            Some(child) => at = child,
            None => return Ok(Found::Missing(at, depth)),
        }
    }
    Ok(Found::Node(at))
}

/// The node at a path, which must exist and not be an alias.
fn existing(inner: &Inner, doc: usize, path: &Path) -> Result<u32> {
    match locate(inner, doc, path)? {
        Found::Node(id) => Ok(id),
        Found::Missing(id, depth) => {
            if let Some(Step::Key(key)) = path.steps().get(depth)
                && id != NONE
                && super::data::merged(inner, id, key).is_some()
            {
                let reason = format!("{path} comes from a merge (<<): it stands elsewhere");
                return Err(refusal(inner, id, RefusalKind::Alias, reason));
            }
            Err(refusal(inner, id, RefusalKind::Place, format!("there is no {path}")))
        }
    }
}

fn no_alias(inner: &Inner, id: u32) -> Result<()> {
    if inner.tree.node(id).kind == Kind::Alias {
        let reason = format!("{} is an alias: an edit through it would change another place", inner.path(id));
        return Err(refusal(inner, id, RefusalKind::Alias, reason));
    }
    Ok(())
}

/// Plans an operation and does it to the intended tree.
pub(crate) fn plan(inner: &Inner, doc: usize, op: &Op, intent: &mut Intent<'_>) -> Result<Plan> {
    super::template::refuse(inner, doc, op)?;
    let mut plan = Plan::default();
    match op {
        Op::Add { at, key, value } => {
            let target = match locate(inner, doc, at)? {
                Found::Missing(NONE, _) if at.steps().is_empty() => NONE,
                _ => existing(inner, doc, at)?,
            };
            add(inner, doc, target, at, key, value, intent, &mut plan)?;
        }
        Op::Set { at, key, value } => set(inner, doc, at, key, value, intent, &mut plan)?,
        Op::Append { at, value } => {
            let target = existing(inner, doc, at)?;
            no_alias(inner, target)?;
            if inner.tree.node(target).kind != Kind::Sequence && !inner.is_null(target) {
                return Err(refusal(inner, target, RefusalKind::Place, format!("{at} is not a list")));
            }
            insert::insert(inner, doc, target, &New::Item(value), &mut plan)?;
            keep_uses(inner, target)?;
            let items = intent.items(at).ok_or_else(|| lost(at))?;
            items.push(Want::New(None, value.clone()));
        }
        Op::Replace { at, value } => {
            let target = existing(inner, doc, at)?;
            replace::replace(inner, doc, target, value, &mut plan)?;
            if !plan.edits.is_empty() {
                keep_uses(inner, target)?;
                intent.replace(at, value.clone()).ok_or_else(|| lost(at))?;
            }
        }
        Op::Rename { at, to } => replace::rename(inner, doc, at, to, intent, &mut plan)?,
        Op::Remove { at, comments } => {
            let target = existing(inner, doc, at)?;
            let which = if *comments { remove::Comments::Own } else { remove::Comments::None };
            remove::remove(inner, target, which, &mut plan)?;
            keep_uses(inner, inner.tree.node(target).parent)?;
            intent.remove(at).ok_or_else(|| lost(at))?;
        }
        Op::Move { from, to } => moving::move_entry(inner, doc, from, to, intent, &mut plan)?,
        Op::Comment { at, text } => moving::annotate(inner, doc, at, text, &mut plan)?,
        Op::Ensure { .. } => {}
    }
    Ok(plan)
}

fn lost(path: &Path) -> Refusal {
    Refusal::new(RefusalKind::Place, format!("there is no {path}"))
}

#[allow(clippy::too_many_arguments)]
fn add(
    inner: &Inner,
    doc: usize,
    target: u32,
    at: &Path,
    key: &str,
    value: &Value,
    intent: &mut Intent<'_>,
    plan: &mut Plan,
) -> Result<()> {
    if target != NONE {
        no_alias(inner, target)?;
        if inner.tree.node(target).kind != Kind::Mapping && !inner.is_null(target) {
            return Err(refusal(inner, target, RefusalKind::Place, format!("{at} is not a mapping")));
        }
        if let Some((key_node, _)) = inner.entry(target, key) {
            return Err(refusal(
                inner,
                key_node,
                RefusalKind::Place,
                format!("{} exists already", at.child(key)),
            ));
        }
        keep_uses(inner, target)?;
    }
    insert::insert(inner, doc, target, &New::Entry(key, value), plan)?;
    let entries = intent.entries(at).ok_or_else(|| lost(at))?;
    entries.push((WantKey::New(key.to_owned()), Want::New(None, value.clone())));
    Ok(())
}

fn set(
    inner: &Inner,
    doc: usize,
    at: &Path,
    key: &str,
    value: &Value,
    intent: &mut Intent<'_>,
    plan: &mut Plan,
) -> Result<()> {
    let whole = at.child(key);
    match locate(inner, doc, &whole)? {
        Found::Node(id) => {
            replace::replace(inner, doc, id, value, plan)?;
            if !plan.edits.is_empty() {
                keep_uses(inner, id)?;
                intent.replace(&whole, value.clone()).ok_or_else(|| lost(&whole))?;
            }
            Ok(())
        }
        Found::Missing(id, depth) => {
            let (existing, missing) = whole.steps().split_at(depth);
            let (key, value) = nest(missing, value).ok_or_else(|| lost(&whole))?;
            add(inner, doc, id, &Path(existing.to_vec()), &key, &value, intent, plan)
        }
    }
}

/// The first of some keys, and the value that the others lead to.
fn nest(missing: &[Step], value: &Value) -> Option<(String, Value)> {
    let (first, rest) = missing.split_first()?;
    let mut value = value.clone();
    for step in rest.iter().rev() {
        let Step::Key(key) = step else { return None };
        value = Value::Map(vec![(key.clone(), value)]);
    }
    match first {
        Step::Key(key) => Some((key.clone(), value)),
        _ => None,
    }
}

/// The operations that add what is missing of a value.
pub(crate) fn missing(
    yaml: &Yaml,
    doc: usize,
    at: &Path,
    key: &str,
    value: &Value,
    ops: &mut Vec<(usize, Op)>,
) -> Result<()> {
    let path = at.child(key);
    let absent = match locate(&yaml.inner, doc, &path)? {
        Found::Missing(..) => true,
        Found::Node(id) => match value {
            Value::Map(entries) if yaml.inner.tree.node(id).kind == Kind::Mapping => {
                return entries
                    .iter()
                    .try_for_each(|(key, value)| missing(yaml, doc, &path, key, value, ops));
            }
            Value::Map(_) if yaml.inner.tree.node(id).kind == Kind::Alias => {
                return no_alias(&yaml.inner, id);
            }
            Value::Map(entries) => yaml.inner.is_null(id) && !entries.is_empty(),
            _ => false,
        },
    };
    if absent {
        ops.push((doc, Op::Set { at: at.clone(), key: key.to_owned(), value: value.clone() }));
    }
    Ok(())
}
