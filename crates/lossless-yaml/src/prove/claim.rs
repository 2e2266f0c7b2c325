//! What is to be proven.

use crate::model::refusal::{Refusal, RefusalKind};
use crate::operation::intent::Expected;
use crate::source::inner::Inner;
use crate::text::edits::TextEdit;
use crate::text::lines;

/// What an operation announces about comments.
#[derive(Clone, Debug, Default)]
pub(crate) struct Announced {
    /// Comments of the text before that go, by index.
    pub gone: Vec<usize>,
    /// Comments that go from their place and come back elsewhere, in this order.
    pub moved: Vec<usize>,
    /// New comments, in text order.
    pub added: Vec<String>,
    /// The entry that comments go or move with: its key, or the item.
    pub entry: Option<u32>,
    /// The key that leaves its place: comments that stood before it without moving come to stand before another.
    pub left: Option<u32>,
}

impl Announced {
    /// Whether nothing is announced.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.moved.is_empty() && self.added.is_empty()
    }
}

/// What is to be proven.
pub(crate) struct Claim<'a> {
    pub before: &'a Inner,
    pub after: &'a Inner,
    pub edits: &'a [TextEdit],
    /// The intended roots, one for each document.
    pub roots: &'a [Option<Expected>],
    pub announced: &'a Announced,
}

pub(crate) fn failed(check: &'static str, reason: &str, inner: &Inner, offset: usize) -> Refusal {
    let (line, column) = lines::line_column(&inner.text, inner.lines(), offset);
    Refusal::at(RefusalKind::Proof(check), reason, line, column)
}
