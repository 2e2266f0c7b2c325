//! An alias that becomes a mapping of its own.

use crate::edit::plan::{Plan, Result, refusal, writer};
use crate::model::refusal::RefusalKind;
use crate::model::tree::{Kind, Style};
use crate::model::value::Value;
use crate::source::inner::Inner;

/// Puts `<<: *alias` and an entry below the key whose value is the alias. The alias itself stays as it is, with a
/// comment behind it.
pub(crate) fn extend(inner: &Inner, alias: u32, key: &str, value: &Value, plan: &mut Plan) -> Result<()> {
    let node = *inner.tree.node(alias);
    let refuse = |kind, reason: &str| Err(refusal(inner, alias, kind, reason));
    let target = inner.tree.target(alias).filter(|_| node.kind == Kind::Alias);
    match target.map(|target| inner.tree.node(target).kind) {
        Some(Kind::Mapping) => {}
        Some(Kind::Sequence) => {
            return refuse(RefusalKind::Alias, "a list that an alias stands for cannot be extended");
        }
        Some(_) => return refuse(RefusalKind::Place, "the alias does not stand for a mapping"),
        None => return refuse(RefusalKind::Place, "there is no alias here"),
    }
    let is_value = inner.tree.nodes.get(node.parent as usize).is_some_and(|parent| {
        (parent.kind, parent.style) == (Kind::Mapping, Style::Block) && node.has_indicator()
    });
    if !is_value || inner.is_in_flow(alias) {
        return refuse(
            RefusalKind::Form,
            "only an alias that is the value of a key in block style is extended",
        );
    }
    let (from, end) = (inner.value_slot(alias), node.end as usize);
    if inner.has_comments(from, end) {
        return refuse(RefusalKind::Form, "a comment stands before the value");
    }
    let place = inner.line_end(end);
    let writer = writer(inner, place);
    let column = inner.collection_column(node.parent) + writer.habits.step;
    let mut opening = String::new();
    writer.new_line(column, &mut opening);
    opening.push_str("<<: ");
    let mut entry = String::new();
    writer.new_line(column, &mut entry);
    writer.entry(key, value, column, &mut entry)?;
    plan.replace(from, node.start as usize, opening);
    plan.insert(place, entry);
    Ok(())
}
