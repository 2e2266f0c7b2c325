//! From an operation to a proven text.

use std::sync::Arc;

use crate::apply::embed::{self, unknown};
use crate::edit::anchors::keep_uses;
use crate::edit::plan::Plan;
use crate::model::path::{Path, Step};
use crate::model::refusal::{Refusal, RefusalKind};
use crate::model::tree::NONE;
use crate::model::value::Value;
use crate::operation::intent::{Expected, Intent};
use crate::operation::op::{Applied, Op, path_of, with_paths};
use crate::prove::claim::Claim;
use crate::prove::prove;
use crate::source::inner::Inner;
use crate::source::yaml::Yaml;
use crate::text::edits::{TextEdit, apply_edits, compose_edits};
use crate::text::lines;
use crate::{edit, read};

impl Yaml {
    /// Does one operation, and proves it.
    ///
    /// # Errors
    /// What is foreseen (see [`RefusalKind::is_foreseen`]), or [`RefusalKind::Proof`] with the name of the check that
    /// rejected the result.
    pub fn apply(&self, doc: usize, op: &Op) -> Result<Applied, Refusal> {
        crate::apply::run::apply(self, doc, op)
    }

    /// Does the operations one after the other, each proven on the result of the one before; all or nothing. The
    /// edits are those that lead from this text to the result.
    ///
    /// # Errors
    /// The first refusal; its [`operation`](Refusal::operation) is the index of the operation that is refused.
    pub fn apply_all(&self, ops: &[(usize, Op)]) -> Result<Applied, Refusal> {
        crate::apply::run::apply_all(self, ops).map_err(|(index, refusal)| refusal.of_operation(index))
    }
}

/// Does one operation.
pub(crate) fn apply(yaml: &Yaml, doc: usize, op: &Op) -> Result<Applied, Refusal> {
    if path_of(op).steps().contains(&Step::Inside) {
        return apply_inside(yaml, doc, op);
    }
    if let (Op::Ensure { at, key, value }, everywhere) = edit::bare(op) {
        let mut ops = Vec::new();
        edit::missing(yaml, doc, at, key, value, &mut ops)?;
        if everywhere {
            ops = ops.into_iter().map(|(doc, op)| (doc, Op::Everywhere(Box::new(op)))).collect();
        }
        return apply_all(yaml, &ops).map_err(|(_, refusal)| refusal);
    }
    if matches!(edit::bare(op).0, Op::RemoveOverridden { .. }) {
        return repeated(yaml, doc, op);
    }
    planned(yaml, doc, op)
}

/// Does an operation until it finds nothing more to do.
fn repeated(yaml: &Yaml, doc: usize, op: &Op) -> Result<Applied, Refusal> {
    let mut applied = planned(yaml, doc, op)?;
    loop {
        let next = planned(&applied.yaml, doc, op)?;
        if next.edits.is_empty() {
            return Ok(applied);
        }
        applied = Applied { edits: compose(&applied.edits, &next.edits), yaml: next.yaml };
    }
}

/// Does an operation that is one plan.
fn planned(yaml: &Yaml, doc: usize, op: &Op) -> Result<Applied, Refusal> {
    let inner = &yaml.inner;
    let root = match inner.tree.docs.get(doc) {
        Some(data) => data.root,
        None => return Err(Refusal::new(RefusalKind::Place, format!("there is no document {doc}"))),
    };
    let mut intent = Intent::new(inner, root);
    let plan = edit::plan(inner, doc, op, &mut intent)?;
    finish(yaml, doc, plan, intent)
}

/// Makes the text of a plan, proves it and reads the embedded texts again.
pub(crate) fn finish(
    yaml: &Yaml,
    doc: usize,
    mut plan: Plan,
    intent: Intent<'_>,
) -> Result<Applied, Refusal> {
    plan.edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    plan.edits.retain(|edit| !edit.span.is_empty() || !edit.replacement.is_empty());
    if plan.edits.is_empty() {
        // An operation may find that all is as it should be, but not forget what it was about.
        let untouched = matches!(intent.root, None | Some(Expected::Same(_))) && plan.announced.is_empty();
        return match untouched {
            true => Ok(Applied { yaml: yaml.clone(), edits: Vec::new() }),
            false => Err(Refusal::new(RefusalKind::Proof("tree"), "nothing would change in the text")),
        };
    }
    let before = &yaml.inner;
    let after = proven(before, doc, &plan, intent)?;
    let mut result = Yaml { inner: Arc::new(after), embedded: Arc::default() };
    crate::apply::embed::register_again(yaml, &mut result);
    Ok(Applied { yaml: result, edits: plan.edits })
}

fn proven(before: &Inner, doc: usize, plan: &Plan, intent: Intent<'_>) -> Result<Inner, Refusal> {
    let failed = |check, reason: &str| Refusal::new(RefusalKind::Proof(check), reason);
    let Some(text) = apply_edits(&before.text, &plan.edits) else {
        return Err(failed("tokens-outside", "the edits overlap"));
    };
    let again = |refusal: Refusal| Refusal {
        kind: match refusal.kind {
            RefusalKind::Limit => RefusalKind::Limit,
            _ => RefusalKind::Proof("reads-again"),
        },
        ..refusal
    };
    let mut after = read::read_alone(text.into(), &before.limits).map_err(again)?;
    let mut roots: Vec<_> = before.tree.docs.iter().map(|data| Intent::new(before, data.root).root).collect();
    if let Some(slot) = roots.get_mut(doc) {
        *slot = intent.root;
    }
    let claim =
        Claim { before, after: &after, edits: &plan.edits, roots: &roots, announced: &plan.announced };
    prove(&claim)?;
    read::confirm_after(before, &after, &plan.edits).map_err(again)?;
    // One edit does not change habits; and the style must not drift over several.
    after.habits.clone_from(&before.habits);
    after.subject.clone_from(&before.subject);
    Ok(after)
}

/// Does several operations, all or none; else the index of the first that is refused, and why.
fn apply_all(yaml: &Yaml, ops: &[(usize, Op)]) -> Result<Applied, (usize, Refusal)> {
    let mut applied = Applied { yaml: yaml.clone(), edits: Vec::new() };
    for (index, (doc, op)) in ops.iter().enumerate() {
        let next = apply(&applied.yaml, *doc, op).map_err(|refusal| (index, refusal))?;
        applied.edits = compose(&applied.edits, &next.edits);
        applied.yaml = next.yaml;
    }
    Ok(applied)
}

fn compose(first: &[TextEdit], then: &[TextEdit]) -> Vec<TextEdit> {
    match (first.is_empty(), then.is_empty()) {
        (true, _) => then.to_vec(),
        (_, true) => first.to_vec(),
        _ => compose_edits(first, then),
    }
}

/// Does an operation on an embedded text: proven there, then proven as another value of the scalar.
fn apply_inside(yaml: &Yaml, doc: usize, op: &Op) -> Result<Applied, Refusal> {
    let Some((path, _)) = path_of(op).split_inside() else { return Err(unknown(&Path::root())) };
    let within = |full: &Path| full.split_inside().filter(|(outer, _)| *outer == path).map(|(_, rest)| rest);
    let Some(inner_op) = with_paths(op, &within) else {
        return Err(Refusal::new(RefusalKind::Form, "nothing is moved out of an embedded text or into it"));
    };
    let inside = match yaml.inside(doc, &path) {
        Some(inside) => inside.clone(),
        None => embed::read(yaml, doc, &path)?,
    };
    let applied = crate::apply::run::apply(&inside, 0, &inner_op)?;
    if applied.edits.is_empty() {
        return Ok(Applied { yaml: yaml.clone(), edits: Vec::new() });
    }
    let Some(node) = yaml.get(doc, &path) else { return Err(unknown(&path)) };
    if !edit::bare(op).1 {
        keep_uses(&yaml.inner, node.id)?;
    }
    let plan = mapped(yaml, node.id, &inside, &applied)?;
    let mut intent = Intent::new(&yaml.inner, yaml.inner.tree.docs.get(doc).map_or(NONE, |data| data.root));
    let value = Value::Str(applied.yaml.text().to_owned());
    intent.replace(&path, value).ok_or_else(|| unknown(&path))?;
    finish(yaml, doc, plan, intent)
}

/// The edits of an embedded text as edits of the text around it.
fn mapped(yaml: &Yaml, scalar: u32, inside: &Yaml, applied: &Applied) -> Result<Plan, Refusal> {
    let outer = &yaml.inner;
    let data = outer.tree.node(scalar);
    let indent = " ".repeat(outer.tree.indentation(scalar));
    let newline = outer.line_break(data.start as usize);
    let starts = lines::starts(inside.text());
    let mut line_starts = Vec::with_capacity(starts.len());
    let mut at = outer.next_line(data.start as usize);
    for _ in &starts {
        line_starts.push(at);
        at = outer.next_line(at);
    }
    let place = |offset: usize| {
        let line = starts.partition_point(|start| *start as usize <= offset) - 1;
        let column = offset - starts[line] as usize;
        let start = line_starts[line];
        let spaces =
            outer.text.get(start..).map_or(0, |rest| rest.bytes().take_while(|b| *b == b' ').count());
        let fresh = column == 0;
        (start, if start > data.end as usize { 0 } else { spaces.min(indent.len()) }, column, fresh)
    };
    let mut plan = Plan::default();
    for edit in &applied.edits {
        let (start, spaces, column, fresh) = place(edit.span.start);
        let (end_start, end_spaces, end_column, end_fresh) = place(edit.span.end);
        // Whole lines are replaced from the start of their indentation on, parts of lines behind it.
        let whole = fresh && end_fresh && (edit.replacement.is_empty() || edit.replacement.ends_with('\n'));
        let from = if whole { start } else { start + spaces + column };
        let to = if whole { end_start } else { end_start + end_spaces + end_column };
        let text = indented(&edit.replacement, &indent, newline, whole);
        plan.edits.push(TextEdit::new(from..to.max(from), text));
    }
    Ok(plan)
}

fn indented(text: &str, indent: &str, newline: &str, whole: bool) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push_str(newline);
        }
        if !line.is_empty() && (at > 0 || whole) {
            out.push_str(indent);
        }
        out.push_str(line);
    }
    out
}
