//! What the lines of an env file are.

use std::ops::Range;

/// One line, or the lines of one assignment. All items together cover the text after the byte order mark.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub kind: Kind,
    /// The lines, without the break that ends the last one.
    pub span: Range<usize>,
    /// Where the next item begins: after the break.
    pub end: usize,
    /// The first line, counted from 1.
    pub line: usize,
    /// The last line, counted from 1.
    pub last_line: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Nothing but blanks.
    Blank,
    /// A comment on a line of its own, from its `#`.
    Comment(Range<usize>),
    /// An assignment or a name alone.
    Entry(Entry),
    /// A line that python-dotenv skips. The name, where it looks like an assignment; whether it is a template's.
    Opaque { name: Option<Range<usize>>, template: bool },
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub name: Range<usize>,
    /// After the name and its closing quote, if it has one.
    pub name_end: usize,
    /// The value as written, without its quotes.
    pub value: Range<usize>,
    pub literal: Range<usize>,
    pub quote: EnvQuote,
    pub export: bool,
    pub has_equals: bool,
    pub column: usize,
    pub dead: bool,
    pub comment: Option<Range<usize>>,
}

impl Item {
    pub fn entry(&self) -> Option<&Entry> {
        match &self.kind {
            Kind::Entry(entry) => Some(entry),
            _ => None,
        }
    }
}

/// How a value is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvQuote {
    /// Not at all.
    None,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// `` `…` ``, which python-dotenv and compose take as part of the value.
    Backtick,
}
