//! From operations to text edits: where an edit goes and how it looks there.
//!
//! Nothing here has to be trusted: each plan is proven afterwards.

pub(crate) mod anchors;
mod extend;
mod flow;
mod folded;
mod insert;
mod moving;
pub(crate) mod plan;
mod relocate;
mod remove;
mod replace;
mod room;
mod template;

use crate::edit::plan::{
    Found, New, Plan, Result, brought, existing, hides_nothing, locate, lost, no_alias, no_duplicate,
    overridden, refusal,
};
use crate::model::path::{Path, Step};
use crate::model::refusal::RefusalKind;
use crate::model::tree::{Kind, NONE};
use crate::model::value::Value;
use crate::operation::intent::{Expected, ExpectedKey, Intent};
use crate::operation::op::Op;
use crate::source::inner::Inner;
use crate::source::yaml::Yaml;

/// Plans an operation and does it to the intended tree.
pub(crate) fn plan(inner: &Inner, doc: usize, op: &Op, intent: &mut Intent<'_>) -> Result<Plan> {
    let (op, everywhere) = bare(op);
    crate::edit::template::refuse(inner, doc, op)?;
    let mut plan = Plan { everywhere, ..Plan::default() };
    match op {
        Op::Add { at, key, value } => {
            let target = match locate(inner, doc, at)? {
                Found::Missing(NONE, _) if at.steps().is_empty() => NONE,
                _ => existing(inner, doc, at)?,
            };
            add(inner, doc, target, at, key, value, intent, &mut plan)?;
        }
        Op::Set { at, key, value } => set(inner, doc, at, key, value, intent, &mut plan)?,
        Op::Extend { at, key, value } => {
            let alias = existing(inner, doc, at)?;
            extend::extend(inner, alias, key, value, &mut plan)?;
            plan.keep_uses(inner, inner.tree.node(alias).parent)?;
            intent.extend(at, key, value.clone()).ok_or_else(|| lost(at))?;
        }
        Op::Append { at, value } => {
            let target = existing(inner, doc, at)?;
            no_alias(inner, target)?;
            if inner.tree.node(target).kind != Kind::Sequence && !inner.is_null(target) {
                return Err(refusal(
                    inner,
                    target,
                    RefusalKind::Place,
                    format!("{} is not a list", named(&inner.shown(at))),
                ));
            }
            insert::insert(inner, doc, target, &New::Item(value), &mut plan)?;
            plan.keep_uses(inner, target)?;
            let items = intent.items(at).ok_or_else(|| lost(at))?;
            items.push(Expected::New(None, value.clone()));
        }
        Op::Replace { at, value } => {
            let target = existing(inner, doc, at)?;
            replace::replace(inner, doc, target, value, &mut plan)?;
            if !plan.edits.is_empty() {
                plan.keep_uses(inner, target)?;
                intent.replace(at, value.clone()).ok_or_else(|| lost(at))?;
            }
        }
        Op::Rename { at, to } => replace::rename(inner, doc, at, to, intent, &mut plan)?,
        Op::RemoveOverridden { at, comments } => {
            let Some((key, value)) = overridden(inner, existing(inner, doc, at)?) else { return Ok(plan) };
            let which = if *comments { remove::Comments::Own } else { remove::Comments::None };
            remove::remove(inner, value, which, &mut plan)?;
            plan.keep_uses(inner, inner.tree.node(value).parent)?;
            intent.remove_entry(at, key).ok_or_else(|| lost(at))?;
        }
        Op::Remove { at, comments } => {
            let target = existing(inner, doc, at)?;
            no_duplicate(inner, target)?;
            let which = if *comments { remove::Comments::Own } else { remove::Comments::None };
            remove::remove(inner, target, which, &mut plan)?;
            plan.keep_uses(inner, inner.tree.node(target).parent)?;
            intent.remove(at).ok_or_else(|| lost(at))?;
        }
        Op::Move { from, to } => moving::move_entry(inner, doc, from, to, intent, &mut plan)?,
        Op::Comment { at, text } => moving::annotate(inner, doc, at, text, &mut plan)?,
        Op::Ensure { .. } | Op::Everywhere(_) => {}
    }
    Ok(plan)
}

/// A path in a sentence.
fn named(path: &Path) -> String {
    if path.steps().is_empty() { "the root".to_owned() } else { path.to_string() }
}

/// An operation, and whether it is meant for all uses of what changes.
pub(crate) fn bare(mut op: &Op) -> (&Op, bool) {
    let mut everywhere = false;
    while let Op::Everywhere(inner) = op {
        (op, everywhere) = (inner, true);
    }
    (op, everywhere)
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
            return Err(refusal(
                inner,
                target,
                RefusalKind::Place,
                format!("{} is not a mapping", named(&inner.shown(at))),
            ));
        }
        if let Some((key_node, _)) = inner.entry(target, key) {
            return Err(refusal(
                inner,
                key_node,
                RefusalKind::Place,
                format!("{} exists already", inner.shown(&at.child(key))),
            ));
        }
        plan.keep_uses(inner, target)?;
    }
    insert::insert(inner, doc, target, &New::Entry(key, value), plan)?;
    let entries = intent.entries(at).ok_or_else(|| lost(at))?;
    entries.push((ExpectedKey::New(key.to_owned()), Expected::New(None, value.clone())));
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
                plan.keep_uses(inner, id)?;
                intent.replace(&whole, value.clone()).ok_or_else(|| lost(&whole))?;
            }
            Ok(())
        }
        Found::Missing(id, depth) => {
            if depth < at.steps().len() {
                hides_nothing(inner, id, at, depth)?;
            }
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

/// Whether what stands there is a mapping, and what is wanted too.
fn is_mapping(inner: &Inner, id: u32, value: &Value) -> bool {
    matches!(value, Value::Map(_))
        && inner.tree.node(inner.tree.target(id).unwrap_or(id)).kind == Kind::Mapping
}

/// The operations that add what is missing of a value. What a merge key brings is there.
pub(crate) fn missing(
    yaml: &Yaml,
    doc: usize,
    at: &Path,
    key: &str,
    value: &Value,
    ops: &mut Vec<(usize, Op)>,
) -> Result<()> {
    let path = at.child(key);
    let inner = &yaml.inner;
    let absent = match locate(inner, doc, &path)? {
        Found::Missing(id, depth) => match brought(inner, id, &path, depth) {
            None => true,
            Some(known) if depth == at.steps().len() && !is_mapping(inner, known, value) => false,
            Some(_) => return hides_nothing(inner, id, &path, depth),
        },
        Found::Node(id) => match value {
            Value::Map(entries) if inner.tree.node(id).kind == Kind::Mapping => {
                return entries
                    .iter()
                    .try_for_each(|(key, value)| missing(yaml, doc, &path, key, value, ops));
            }
            Value::Map(_) if inner.tree.node(id).kind == Kind::Alias => {
                return no_alias(inner, id);
            }
            Value::Map(entries) => inner.is_null(id) && !entries.is_empty(),
            _ => false,
        },
    };
    if absent {
        ops.push((doc, Op::Set { at: at.clone(), key: key.to_owned(), value: value.clone() }));
    }
    Ok(())
}
