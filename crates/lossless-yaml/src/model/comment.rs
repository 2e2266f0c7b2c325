//! Comments and what they belong to.

use crate::model::path::Path;

/// How a comment stands to its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// On its own line above the owner.
    Before,
    /// On its own line behind the last entry of the owner, a closing remark.
    After,
    /// Inside an otherwise empty owner, or in the header line of a block scalar.
    Inside,
    /// Behind something on the same line.
    Trailing,
}

/// The place that a comment belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The document, from 0.
    pub doc: usize,
    /// The entry or item.
    pub path: Path,
    /// Where the comment stands to it.
    pub side: Side,
}

/// A comment of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment<'a> {
    /// The text with its `#`.
    pub text: &'a str,
    /// The byte offset of the `#` in the (outer) file.
    pub offset: usize,
    /// The line in the (outer) file, from 1.
    pub line: usize,
    /// The column in the (outer) file, from 1.
    pub column: usize,
    /// Whether nothing but blanks stands before it on its line.
    pub own_line: bool,
    /// What it belongs to.
    pub owner: Owner,
    /// The first key or item that follows it in its text.
    pub next_key: Option<(usize, Path)>,
    /// Whether no key or item of its document stands before it.
    pub before_first_key: bool,
    /// Whether it stands in an embedded text.
    pub embedded: bool,
}

/// A comment on a line of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommentLine<'y> {
    /// The comment, from its `#` on.
    pub text: &'y str,
    /// The line of the file, counted from 1.
    pub line: usize,
    /// The document of the file.
    pub doc: usize,
    /// The block scalar of that document in whose text it stands, if it stands in one.
    pub inside: Option<&'y Path>,
}

/// The owner of a comment as a node of the tree; `NONE` in a document without content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnerNode {
    pub doc: u32,
    pub node: u32,
    pub side: Side,
    /// The first key or item behind the comment in its document.
    pub next: u32,
    /// Whether no key or item of the document stands before it.
    pub first: bool,
}
