//! Anchors and aliases that an edit must not part.

use std::collections::HashMap;
use std::ops::Range;

use crate::edit::plan::{Plan, Result, refusal};
use crate::model::refusal::RefusalKind;
use crate::model::tree::{Kind, NONE};
use crate::source::inner::Inner;

impl Plan {
    /// Refuses where something that changes is used elsewhere through an anchor, unless that is meant.
    pub(crate) fn keep_uses(&self, inner: &Inner, id: u32) -> Result<()> {
        if self.everywhere { Ok(()) } else { keep_uses(inner, id) }
    }
}

fn is_inside(inner: &Inner, id: u32, ancestor: u32) -> bool {
    let mut at = id;
    while at != NONE && at != ancestor {
        at = inner.tree.node(at).parent;
    }
    at == ancestor
}

/// Refuses where an alias elsewhere stands for something in a node that goes; with `whole`, for the node itself too.
pub(crate) fn keep_anchors(inner: &Inner, id: u32, whole: bool) -> Result<()> {
    for (alias, target) in &inner.tree.aliases {
        if (whole || *target != id) && is_inside(inner, *target, id) && !is_inside(inner, *alias, id) {
            let (line, _) = inner.outer_line_column(inner.tree.node(*alias).start as usize);
            let name = inner.properties(*target).0.unwrap_or_default();
            let reason = format!("the anchor &{name} in it is used at line {line}");
            return Err(refusal(inner, *target, RefusalKind::Anchor, reason));
        }
    }
    Ok(())
}

/// Refuses where something that changes is used elsewhere through an anchor, its own or one around it: that place would change too.
pub(crate) fn keep_uses(inner: &Inner, id: u32) -> Result<()> {
    let mut at = id;
    while at != NONE {
        let users = inner.tree.aliases.iter().filter(|(_, target)| *target == at);
        let lines: Vec<String> = users
            .map(|(alias, _)| inner.outer_line_column(inner.tree.node(*alias).start as usize).0.to_string())
            .collect();
        if !lines.is_empty() {
            let name = inner.properties(at).0.unwrap_or_default();
            let stands = if at == id { "it is anchored as" } else { "it stands in the anchored" };
            let s = if lines.len() == 1 { "" } else { "s" };
            let reason = format!(
                "{stands} &{name}, which is used at line{s} {} too and would change there",
                lines.join(", ")
            );
            return Err(refusal(inner, at, RefusalKind::Anchor, reason));
        }
        at = inner.tree.node(at).parent;
    }
    Ok(())
}

/// Refuses to move the text `entry` to `place` where an alias would then stand for something else, or for nothing:
/// one stands for the last anchor of its name above it.
pub(crate) fn keep_order(inner: &Inner, doc: usize, entry: &Range<usize>, place: usize) -> Result<()> {
    if inner.tree.aliases.is_empty() {
        return Ok(());
    }
    let Some(data) = inner.tree.docs.get(doc) else { return Ok(()) };
    let in_doc = |id: &u32| (data.start..data.end).contains(&inner.tree.node(*id).start);
    let anchors = inner.tree.props.iter().map(|props| props.0);
    let aliases = inner.tree.aliases.iter().map(|alias| alias.0);
    let mut marks: Vec<u32> = anchors.chain(aliases).filter(in_doc).collect();
    marks.sort_by_key(|id| {
        let offset = inner.tree.outer_start(*id) as usize;
        if entry.contains(&offset) { (place, 0, offset) } else { (offset, 1, 0) }
    });
    let mut known = HashMap::new();
    for id in marks {
        if inner.tree.node(id).kind != Kind::Alias {
            known.extend(inner.properties(id).0.map(|name| (name, id)));
            continue;
        }
        let name = inner.source(id).trim_start_matches('*');
        let (bound, target) = (known.get(name).copied(), inner.tree.target(id));
        if bound != target {
            let start = inner.tree.node(id).start as usize;
            let (line, _) = inner.outer_line_column(start);
            let reason = match target {
                _ if bound.is_some() => {
                    format!("the alias *{name} at line {line} would stand for another anchor")
                }
                _ if entry.contains(&start) => {
                    format!("the alias *{name} in it would come to stand above its anchor")
                }
                _ => format!("the anchor &{name} in it would come to stand below its use at line {line}"),
            };
            return Err(refusal(inner, target.unwrap_or(id), RefusalKind::Anchor, reason));
        }
    }
    Ok(())
}
