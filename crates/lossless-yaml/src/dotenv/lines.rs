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

/// Who reads an env file. It decides in which form a value is written, and whether one that stands there is the wanted one already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnvReader {
    /// Nobody in particular. A value is written bare, as every reader takes it alike, and a comment on its line goes to a line of its own.
    #[default]
    Any,
    /// `docker run --env-file`: all behind the `=` is the value, quotes and comments too. Written as for [`EnvReader::Any`], also where
    /// quotes or a comment have to go so that the value is the wanted one.
    Docker,
    /// Compose (`env_file:` and `.env`) and python-dotenv: quotes are no part of the value, nor is a `#` behind a blank. The quotes, the
    /// blanks around `=` and the comment on the line stay, and a value that needs quotes gets them.
    Dotenv,
    /// systemd (`EnvironmentFile=`): quotes are no part of the value, but a `#` behind it is. Quotes stay, and a comment goes to a line of
    /// its own. A line with `export` gives it nothing.
    Systemd,
}

impl EnvReader {
    /// Whether quotes are no part of the value.
    pub(crate) fn takes_quotes(self) -> bool {
        matches!(self, Self::Dotenv | Self::Systemd)
    }

    /// Whether a comment may stand behind a value.
    pub(crate) fn takes_comments(self) -> bool {
        self == Self::Dotenv
    }
}
