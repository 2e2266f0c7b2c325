//! Why a text is not read, or an edit is not made.

use std::fmt;
use std::ops::Range;

/// The class of a [`Refusal`]. It decides what a caller makes of it: a failure of the proof is an error of this
/// program, the foreseen ones are advice for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The text is not UTF-8, holds a NUL, or is UTF-16.
    Encoding,
    /// The text is larger or deeper than the limits allow.
    Limit,
    /// The text is not valid YAML (or not a valid env file).
    Syntax,
    /// A `{{ template }}` expression stands at or beside the place.
    Template,
    /// The place is reached through an alias or a merge: an edit would change another place too.
    Alias,
    /// An anchor inside what would go is in use elsewhere.
    Anchor,
    /// The key stands twice, and the operation would take one of them away and leave the other, which then counts. The place is that of
    /// the other one.
    Duplicate,
    /// There is no such place, or it is not of the kind that the operation needs, or the name exists already.
    Place,
    /// The form of the text at the place does not allow the operation (folded scalar as a document, comments that would move into brackets, …).
    Form,
    /// The edit was computed, but a check of the proof rejected it. The name of the check.
    Proof(&'static str),
}

impl RefusalKind {
    /// Whether the refusal was foreseen by a rule (advice), as opposed to an unreadable file or a failed proof.
    pub fn is_foreseen(self) -> bool {
        matches!(
            self,
            Self::Template | Self::Alias | Self::Anchor | Self::Duplicate | Self::Place | Self::Form
        )
    }
}

/// A refusal with its reason and place. Refusing is a result, a wrong file is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The class.
    pub kind: RefusalKind,
    /// What is wrong and, where it helps, what to do; a sentence without a final stop. Quotes no value of the file.
    pub reason: String,
    /// Line and column, both counted from 1, columns in characters; `None` where the whole text is meant.
    pub position: Option<(usize, usize)>,
    /// The bytes that are meant, of the text that was read or was to be edited; empty where a place between bytes is meant. `None` where
    /// the whole text is meant, or the place is one of a result that was not let out ([`RefusalKind::Proof`]).
    pub span: Option<Range<usize>>,
    /// Of several operations the one that is refused, counted from 0; its place is one of the text after those before it. `None` where
    /// one alone was asked for.
    pub operation: Option<usize>,
}

impl Refusal {
    /// A refusal of the whole text.
    pub fn new(kind: RefusalKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), position: None, span: None, operation: None }
    }

    /// A refusal at a line and column, both counted from 1.
    pub fn at(kind: RefusalKind, reason: impl Into<String>, line: usize, column: usize) -> Self {
        Self { kind, reason: reason.into(), position: Some((line, column)), span: None, operation: None }
    }

    /// The same with the bytes that are meant.
    #[must_use]
    pub fn over(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// The same, as that of one of several operations.
    pub(crate) fn of_operation(self, index: usize) -> Self {
        Self { operation: Some(index), ..self }
    }

    /// The same with the byte offset of its position in the text that is meant, where nothing says the bytes yet.
    pub(crate) fn located(self, text: &str) -> Self {
        match self.position {
            Some((line, column)) if self.span.is_none() && !matches!(self.kind, RefusalKind::Proof(_)) => {
                let at = offset(text, line, column);
                self.over(at..at)
            }
            _ => self,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(index) = self.operation {
            write!(f, "operations[{index}]: ")?;
        }
        if let RefusalKind::Proof(check) = self.kind {
            write!(f, "the proof refused the edit (check: {check}): ")?;
        }
        f.write_str(&self.reason)?;
        if let Some((line, column)) = self.position {
            write!(f, " (line {line}, column {column})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// The byte offset of a line and column, both counted from 1; a BOM is no character, and a lone `\r` ends a line too.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for _ in 1..line {
        let Some(found) = text[at..].find(['\n', '\r']) else { return text.len() };
        at += found + if text[at + found..].starts_with("\r\n") { 2 } else { 1 };
    }
    at + text[at..].chars().take(column - 1).map(char::len_utf8).sum::<usize>()
}
