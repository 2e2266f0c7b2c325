//! What all edits share: the plan, and where a path leads.

use crate::model::path::{Path, Step};
use crate::model::refusal::{Refusal, RefusalKind};
use crate::model::tree::{Kind, NONE};
use crate::model::value::Value;
use crate::prove::claim::Announced;
use crate::source::inner::Inner;
use crate::text::edits::TextEdit;
use crate::write::Writer;

/// What an operation does to the text, and what it announces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub edits: Vec<TextEdit>,
    pub announced: Announced,
    /// Whether other uses of what changes may change too.
    pub everywhere: bool,
}

impl Plan {
    pub(crate) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.edits.push(TextEdit::new(at..at, text));
    }

    pub(crate) fn replace(&mut self, from: usize, to: usize, text: impl Into<String>) {
        self.edits.push(TextEdit::new(from..to, text));
    }
}

pub(crate) type Result<T> = std::result::Result<T, Refusal>;

/// What is put in.
pub(crate) enum New<'a> {
    Entry(&'a str, &'a Value),
    Item(&'a Value),
}

impl New<'_> {
    /// A collection of nothing but this.
    pub fn alone(&self) -> Value {
        match self {
            Self::Entry(key, value) => Value::Map(vec![((*key).to_owned(), (*value).clone())]),
            Self::Item(value) => Value::Seq(vec![(*value).clone()]),
        }
    }

    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Entry(key, _) => Some(key),
            Self::Item(value) => value.as_str().map(|text| text.split('=').next().unwrap_or(text)),
        }
    }
}

pub(crate) fn refusal(inner: &Inner, id: u32, kind: RefusalKind, reason: impl Into<String>) -> Refusal {
    let Some(node) = inner.tree.nodes.get(id as usize) else { return Refusal::new(kind, reason) };
    let (line, column) = inner.outer_line_column(node.start as usize);
    let span = inner.to_outer(node.start as usize)..inner.to_outer(node.end as usize);
    Refusal::at(kind, reason, line, column).over(span)
}

/// Where a path leads.
pub(crate) enum Found {
    Node(u32),
    /// The deepest node on the way (`NONE` in a document without content), and how many steps lead to it.
    Missing(u32, usize),
}

pub(crate) fn locate(inner: &Inner, doc: usize, path: &Path) -> Result<Found> {
    let root = inner.tree.docs.get(doc).map_or(NONE, |data| data.root);
    if root == NONE {
        return Ok(Found::Missing(NONE, 0));
    }
    let mut at = root;
    for (depth, step) in path.steps().iter().enumerate() {
        if inner.tree.node(at).kind == Kind::Alias {
            let reason = format!(
                "{} is an alias: an edit through it would change another place",
                inner.shown(&inner.path(at))
            );
            return Err(refusal(inner, at, RefusalKind::Alias, reason));
        }
        match inner.child(at, step) {
            Some(child) => at = child,
            None => return Ok(Found::Missing(at, depth)),
        }
    }
    Ok(Found::Node(at))
}

/// What a merge key brings for the first step of a path that is missing.
pub(crate) fn brought(inner: &Inner, id: u32, path: &Path, depth: usize) -> Option<u32> {
    let Some(Step::Key(key)) = path.steps().get(depth).filter(|_| id != NONE) else { return None };
    crate::source::data::merged(inner, id, key)
}

/// Refuses a mapping made on the way to a place, if it would hide all of one that a merge key brings: YAML merges no deeper.
pub(crate) fn hides_nothing(inner: &Inner, id: u32, path: &Path, depth: usize) -> Result<()> {
    let Some(hidden) = brought(inner, id, path, depth) else { return Ok(()) };
    let shown = inner.shown(&Path(path.steps()[..=depth].to_vec()));
    let reason = format!("a merge key (<<) brings {shown}: a new one would hide all of it");
    Err(refusal(inner, hidden, RefusalKind::Alias, reason))
}

/// The node at a path, which must exist and not be an alias.
pub(crate) fn existing(inner: &Inner, doc: usize, path: &Path) -> Result<u32> {
    match locate(inner, doc, path)? {
        Found::Node(id) => Ok(id),
        Found::Missing(id, depth) => {
            if brought(inner, id, path, depth).is_some() {
                let reason = format!("{} comes from a merge (<<): it stands elsewhere", inner.shown(path));
                return Err(refusal(inner, id, RefusalKind::Alias, reason));
            }
            Err(refusal(inner, id, RefusalKind::Place, format!("there is no {}", inner.shown(path))))
        }
    }
}

pub(crate) fn no_alias(inner: &Inner, id: u32) -> Result<()> {
    if inner.tree.node(id).kind == Kind::Alias {
        let reason = format!(
            "{} is an alias: an edit through it would change another place",
            inner.shown(&inner.path(id))
        );
        return Err(refusal(inner, id, RefusalKind::Alias, reason));
    }
    Ok(())
}

/// The first of the entries that the one of this value overrides: its key, and its value.
pub(crate) fn overridden(inner: &Inner, value: u32) -> Option<(u32, u32)> {
    let key = inner.key_before(value)?;
    let name = inner.key_text(key);
    let (first, of_it) =
        inner.tree.entries(inner.tree.node(value).parent).find(|(other, _)| inner.key_is(*other, &name))?;
    (first != key).then_some((first, of_it))
}

/// Refuses where another entry of the same key would be left, and count.
pub(crate) fn no_duplicate(inner: &Inner, value: u32) -> Result<()> {
    match overridden(inner, value) {
        Some((other, _)) => {
            let reason = format!(
                "{} stands more than once: this entry would be left, and count",
                inner.shown(&inner.path(value))
            );
            Err(refusal(inner, other, RefusalKind::Duplicate, reason))
        }
        None => Ok(()),
    }
}

pub(crate) fn lost(path: &Path) -> Refusal {
    Refusal::new(RefusalKind::Place, format!("there is no {path}"))
}

/// A writer for lines below `place`.
pub(crate) fn writer(inner: &Inner, place: usize) -> Writer {
    let mut writer = Writer::new(inner.habits(), inner.line_break(place));
    writer.literals = place < inner.text.len();
    writer
}
