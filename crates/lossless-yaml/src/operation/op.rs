//! What can be done to a document, and what comes out.

use crate::model::path::Path;
use crate::model::value::Value;
use crate::source::yaml::Yaml;
use crate::text::edits::TextEdit;

/// One operation. Paths that lead through [`Step::Inside`](crate::model::path::Step::Inside) edit the embedded text inside its parent.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Puts an entry at the end of the mapping at `at`; refused if the key exists.
    Add {
        /// The mapping.
        at: Path,
        /// The new key.
        key: String,
        /// Its value.
        value: Value,
    },
    /// Adds or replaces an entry, making the mappings on the way.
    Set {
        /// The mapping.
        at: Path,
        /// The key.
        key: String,
        /// Its value.
        value: Value,
    },
    /// Adds what is missing (of a mapping each missing key, recursively) and never touches what exists.
    Ensure {
        /// The mapping.
        at: Path,
        /// The key.
        key: String,
        /// Its value.
        value: Value,
    },
    /// Makes a mapping of its own of an alias of a mapping: `{<<: *alias, key: value}`, in block style. What it stood for stays as it is,
    /// for all others that use it.
    Extend {
        /// The alias, the value of a key in block style.
        at: Path,
        /// The key, which wins over one of the same name in what the alias stands for.
        key: String,
        /// Its value.
        value: Value,
    },
    /// Adds a last item to the sequence at `at`.
    Append {
        /// The sequence.
        at: Path,
        /// The new item.
        value: Value,
    },
    /// Replaces the value at `at`, which may be the root. A scalar keeps its quotes, anchor and comments.
    Replace {
        /// The value.
        at: Path,
        /// What comes in its place.
        value: Value,
    },
    /// Renames the key at `at`; refused if the name exists, or if the key stands twice.
    Rename {
        /// The entry.
        at: Path,
        /// The new name of its key.
        to: String,
    },
    /// Removes the entries of a duplicated key that the last one overrides; what counts stays.
    RemoveOverridden {
        /// The entry, or the one that counts of several.
        at: Path,
        /// As for [`Op::Remove`].
        comments: bool,
    },
    /// Removes the entry or item at `at`; refused if its key stands twice ([`Op::RemoveOverridden`] first, where both are to go). A
    /// collection that loses its last one becomes `{}` or `[]`, never null.
    Remove {
        /// The entry or item.
        at: Path,
        /// Whether the comment lines directly above, at its column, go too, if they are about it and nothing else: they name it and no entry
        /// beside it, or nothing follows it directly, and they hold no entry that is commented out. The comment on its line goes in any case.
        comments: bool,
    },
    /// Moves an entry to the end of another mapping, with the comment lines directly above at its column; those that the text begins
    /// with stay, unless they name it. An entry moves into brackets only without comments, and only if its key does not stand twice.
    Move {
        /// The entry.
        from: Path,
        /// The mapping, made if absent.
        to: Path,
    },
    /// Does the operation also where what changes is used elsewhere through an anchor, its own or one around it, which is refused
    /// otherwise: each alias of it then stands for the new value.
    Everywhere(Box<Op>),
    /// Puts `# text` on a line of its own directly above the entry at `at`, or above the first key of a document.
    Comment {
        /// The entry, or the root.
        at: Path,
        /// The text behind `# `.
        text: String,
    },
}

/// A proven result.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The document after the edits, with the same embedded texts registered.
    pub yaml: Yaml,
    /// The edits against the original text, sorted, not overlapping.
    pub edits: Vec<TextEdit>,
}

/// The path that decides where an operation works.
pub(crate) fn path_of(op: &Op) -> &Path {
    match op {
        Op::Everywhere(op) => path_of(op),
        Op::Add { at, .. }
        | Op::Set { at, .. }
        | Op::Ensure { at, .. }
        | Op::Extend { at, .. }
        | Op::Append { at, .. }
        | Op::Replace { at, .. }
        | Op::Rename { at, .. }
        | Op::RemoveOverridden { at, .. }
        | Op::Remove { at, .. }
        | Op::Comment { at, .. }
        | Op::Move { from: at, .. } => at,
    }
}

/// The same operation at other paths.
pub(crate) fn with_paths(op: &Op, map: &dyn Fn(&Path) -> Option<Path>) -> Option<Op> {
    let mut op = op.clone();
    match &mut op {
        Op::Everywhere(op) => **op = with_paths(op, map)?,
        Op::Move { from, to } => {
            *from = map(from)?;
            *to = map(to)?;
        }
        Op::Add { at, .. }
        | Op::Set { at, .. }
        | Op::Ensure { at, .. }
        | Op::Extend { at, .. }
        | Op::Append { at, .. }
        | Op::Replace { at, .. }
        | Op::Rename { at, .. }
        | Op::RemoveOverridden { at, .. }
        | Op::Remove { at, .. }
        | Op::Comment { at, .. } => *at = map(at)?,
    }
    Some(op)
}
