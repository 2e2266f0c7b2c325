//! Template expressions (`{{ … }}`, `{% … %}`) that are filled in before YAML is read.
//!
//! Inside quotes, block scalars and behind a `$` they are plain data to YAML. Where they stand bare, an edit
//! at or beside them is a guess.

use crate::model::path::Path;
use crate::model::refusal::{Refusal, RefusalKind};
use crate::model::tree::{Kind, NONE, Style};
use crate::operation::op::Op;
use crate::source::inner::Inner;
use crate::source::yaml::Yaml;

impl Yaml {
    /// Whether the node at `path` (or, if there is none, the closest one above it) is or holds a template expression,
    /// `{{ … }}` or `{% … %}`, that is filled in before YAML is read, or stands directly beside one.
    pub fn has_template_at(&self, doc: usize, path: &Path) -> bool {
        crate::edit::template::has_template_at(self, doc, path)
    }
}

/// Whether a text holds the start of a template expression.
fn holds_expression(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// Whether a node is what YAML makes of a bare `{{ … }}`: braces in braces.
fn is_bare_expression(inner: &Inner, id: u32) -> bool {
    let node = inner.tree.node(id);
    node.style == Style::Flow && node.kind == Kind::Mapping && inner.source(id).starts_with("{{")
}

/// Whether the place is, holds or stands beside an expression.
pub(crate) fn has_template_at(yaml: &Yaml, doc: usize, path: &Path) -> bool {
    let Some((_, node)) = yaml.closest(doc, path) else { return false };
    let data = node.inner.tree.node(node.id);
    holds_expression(node.source())
        || is_beside(node.inner, data.start as usize)
        || is_beside(node.inner, data.end as usize)
}

/// Whether the line of an offset, or a comment line directly beside it, is a control line of a template.
fn is_beside(inner: &Inner, offset: usize) -> bool {
    let start = inner.line_start(offset);
    let above = inner.line_start(start.saturating_sub(inner.break_before(start)));
    let below = inner.next_line(offset);
    [above, below]
        .into_iter()
        .any(|line| is_control(inner.text.get(line..inner.line_end(line)).unwrap_or_default()))
}

/// Whether a line is a comment that holds a template's control statement.
fn is_control(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix('#') else { return false };
    let comment = comment.trim_start();
    let Some(statement) = comment.strip_prefix("{{").or_else(|| comment.strip_prefix("{%")) else {
        return false;
    };
    let word = statement.trim_start_matches(['-', ' ']);
    ["if ", "else", "end", "range ", "with ", "define ", "block ", "for "]
        .iter()
        .any(|start| word.starts_with(start))
}

/// Refuses an operation inside a bare expression. An entry whose value is one can go as a whole, and its key can be
/// renamed: whatever the value becomes, it stays or goes undivided.
pub(crate) fn refuse(inner: &Inner, doc: usize, op: &Op) -> Result<(), Refusal> {
    let whole = matches!(op, Op::Rename { .. } | Op::Remove { .. } | Op::RemoveOverridden { .. });
    refuse_at(inner, doc, crate::operation::op::path_of(op), whole)?;
    match op {
        Op::Move { to, .. } => refuse_at(inner, doc, to, false),
        _ => Ok(()),
    }
}

/// Refuses a way that leads into a bare expression; to one, unless it is taken as a `whole`.
fn refuse_at(inner: &Inner, doc: usize, path: &Path, whole: bool) -> Result<(), Refusal> {
    let mut at = inner.tree.docs.get(doc).map_or(NONE, |data| data.root);
    let mut steps = path.steps().iter();
    while at != NONE {
        if is_bare_expression(inner, at) && !(whole && steps.len() == 0) {
            let reason = "there is a template expression here: what it renders to is not known";
            return Err(crate::edit::plan::refusal(inner, at, RefusalKind::Template, reason));
        }
        at = steps.next().and_then(|step| inner.child(at, step)).unwrap_or(NONE);
    }
    Ok(())
}
