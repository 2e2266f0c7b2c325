//! From an operation to a proven text.

use std::sync::Arc;

use super::edit::{self, Plan};
use super::intent::{Intent, Want};
use super::prove::{Claim, prove};
use super::yaml::Inner;
use super::{Applied, Op, Refusal, RefusalKind, Step, TextEdit, Yaml, apply_edits, compose_edits, read};

/// Does one operation.
pub(crate) fn apply(yaml: &Yaml, doc: usize, op: &Op) -> Result<Applied, Refusal> {
    if edit::path_of(op).steps().contains(&Step::Inside) {
        return super::embed::apply(yaml, doc, op);
    }
    if let Op::Ensure { at, key, value } = op {
        let mut ops = Vec::new();
        edit::missing(yaml, doc, at, key, value, &mut ops)?;
        return apply_all(yaml, &ops);
    }
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
        let untouched = matches!(intent.root, None | Some(Want::Same(_))) && plan.announced.is_empty();
        return match untouched {
            true => Ok(Applied { yaml: yaml.clone(), edits: Vec::new() }),
            false => Err(Refusal::new(RefusalKind::Proof("tree"), "nothing would change in the text")),
        };
    }
    let before = &yaml.inner;
    let after = proven(before, doc, &plan, intent)?;
    let mut result = Yaml { inner: Arc::new(after), embedded: Arc::default() };
    super::embed::register_again(yaml, &mut result);
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
    Ok(after)
}

/// Does several operations, all or none.
pub(crate) fn apply_all(yaml: &Yaml, ops: &[(usize, Op)]) -> Result<Applied, Refusal> {
    let mut applied = Applied { yaml: yaml.clone(), edits: Vec::new() };
    for (doc, op) in ops {
        let next = apply(&applied.yaml, *doc, op)?;
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
