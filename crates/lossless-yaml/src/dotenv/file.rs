//! An env file as it was read.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::comments::words::{is_entry, names};
use crate::dotenv::lines::{Entry, EnvQuote, EnvReader, Item, Kind};
use crate::dotenv::{quoted, scan};
use crate::model::limits::Limits;
use crate::model::refusal::{Refusal, RefusalKind};

/// An env file: its text, and what its lines are. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Dotenv {
    pub(crate) inner: Arc<Inner>,
    pub(crate) reader: EnvReader,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub text: Arc<str>,
    pub items: Vec<Item>,
    pub limits: Limits,
    /// See `Dotenv::about`; empty where there is none.
    pub subject: Arc<str>,
}

/// One assignment of an env file, or a name alone.
#[derive(Clone, Debug)]
pub struct EnvEntry<'a> {
    /// The name.
    pub name: &'a str,
    /// The value as python-dotenv and compose read it, before any `${…}` in it is resolved; empty for a name alone.
    pub value: Cow<'a, str>,
    /// What `docker run --env-file` takes for the value: everything after `=` on that line, quotes, blanks and
    /// comment included.
    pub literal: &'a str,
    /// The quotes around the value.
    pub quote: EnvQuote,
    /// Whether `export` stands before the name.
    pub export: bool,
    /// Whether there is a `=`. A name alone passes the variable of the calling process on, where a reader does that.
    pub has_equals: bool,
    /// The line of the name, counted from 1.
    pub line: usize,
    /// The column of the name in characters, counted from 1.
    pub column: usize,
    /// Whether a later entry of the same name wins over this one.
    pub dead: bool,
    /// The comment at the end of the line, with its `#`. (Of `NAME= # text`, older releases of python-dotenv make a
    /// value.)
    pub inline_comment: Option<&'a str>,
    /// The lines of the entry, without the line break that ends them.
    pub span: Range<usize>,
}

/// One comment of an env file. A commented-out assignment is a comment too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvComment<'a> {
    /// The comment with its `#`, to the end of the line.
    pub text: &'a str,
    /// The line, counted from 1.
    pub line: usize,
    /// Whether it has a line of its own, as opposed to standing after an assignment.
    pub own_line: bool,
    /// The name of the entry it belongs to: the one on its line, else the next one, if any follows.
    pub next: Option<&'a str>,
    /// Whether it stands before the first entry.
    pub before_first: bool,
    /// Where the comment stands, from its `#`.
    pub span: Range<usize>,
}

impl Dotenv {
    /// Reads an env file.
    ///
    /// # Errors
    ///
    /// [`RefusalKind::Encoding`] where the bytes are no UTF-8 or hold a NUL; else as [`Dotenv::read`].
    pub fn from_bytes(bytes: &[u8], limits: &Limits) -> Result<Self, Refusal> {
        check_size(bytes.len(), limits)?;
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(Refusal::new(RefusalKind::Encoding, "the file is UTF-16; save it as UTF-8"));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::read(text, limits),
            Err(error) => {
                let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let (line, column) = position(&good, good.len());
                Err(Refusal::at(RefusalKind::Encoding, "the file is not valid UTF-8", line, column)
                    .over(good.len()..good.len() + 1))
            }
        }
    }

    /// Reads the text of an env file.
    ///
    /// # Errors
    ///
    /// [`RefusalKind::Limit`] where the text is too large or has too many lines, [`RefusalKind::Encoding`] where it
    /// holds a NUL, and [`RefusalKind::Syntax`] where a quote is not closed, so that it is unclear which of the lines
    /// below still belong to it. Other lines that no reader understands are kept, see [`Dotenv::unread_lines`].
    pub fn read(text: &str, limits: &Limits) -> Result<Self, Refusal> {
        check_size(text.len(), limits)?;
        if let Some(at) = text.find('\0') {
            let (line, column) = position(text, at);
            return Err(Refusal::at(RefusalKind::Encoding, "the file holds a NUL byte", line, column)
                .over(at..at + 1));
        }
        let items = scan::scan(text, limits).map_err(|refusal| refusal.located(text))?;
        let inner = Inner { text: text.into(), items, limits: *limits, subject: "".into() };
        Ok(Self { inner: Arc::new(inner), reader: EnvReader::default() })
    }

    /// Tells the word that the whole file is about, such as the name of the program that it configures. Variables that
    /// begin with it are what a new one joins that has no relatives of its own, and a heading that has this word and no
    /// other says nothing in particular.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.subject = subject.to_lowercase().into();
        }
        self
    }

    /// Tells who reads the file, so that quotes and comments can stay where that reader knows them.
    #[must_use]
    pub fn for_reader(mut self, reader: EnvReader) -> Self {
        self.reader = reader;
        self
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The original text, shared: it stays in memory once however many hold it.
    pub fn shared_text(&self) -> Arc<str> {
        self.inner.text.clone()
    }

    /// All entries in order, duplicates included.
    pub fn entries(&self) -> impl Iterator<Item = EnvEntry<'_>> {
        self.inner.items.iter().filter_map(|item| Some(self.entry(item, item.entry()?)))
    }

    /// The entry of this name that wins: the last one.
    pub fn get(&self, name: &str) -> Option<EnvEntry<'_>> {
        self.inner.items.iter().rev().find_map(|item| {
            let entry = item.entry()?;
            (self.slice(&entry.name) == name).then(|| self.entry(item, entry))
        })
    }

    /// All comments in order.
    pub fn comments(&self) -> impl Iterator<Item = EnvComment<'_>> {
        let mut found = Vec::new();
        let mut next = None;
        for item in self.inner.items.iter().rev() {
            let (range, own_line) = match &item.kind {
                Kind::Comment(range) => (Some(range), true),
                Kind::Entry(entry) => {
                    next = Some(self.slice(&entry.name));
                    (entry.comment.as_ref(), false)
                }
                _ => (None, true),
            };
            let Some(span) = range.cloned() else { continue };
            let line = if own_line { item.line } else { item.last_line };
            let text = self.slice(&span);
            found.push(EnvComment { text, line, own_line, next, before_first: false, span });
        }
        found.reverse();
        let first = self.inner.items.iter().find(|item| item.entry().is_some());
        let first = first.map_or(usize::MAX, |item| item.span.start);
        found
            .into_iter()
            .map(move |comment| EnvComment { before_first: comment.span.start < first, ..comment })
    }

    /// The lines (counted from 1) that are neither blank, comment nor assignment. Python-dotenv skips them with a
    /// warning; other readers may stop there.
    pub fn unread_lines(&self) -> impl Iterator<Item = usize> {
        self.inner.items.iter().filter(|item| matches!(item.kind, Kind::Opaque { .. })).map(|item| item.line)
    }

    pub(crate) fn slice(&self, range: &Range<usize>) -> &str {
        self.inner.text.get(range.clone()).unwrap_or_default()
    }

    /// The value of an entry as python-dotenv and compose read it.
    pub(crate) fn value(&self, entry: &Entry) -> Cow<'_, str> {
        quoted::decode(self.slice(&entry.value), entry.quote)
    }

    pub(crate) fn entry<'a>(&'a self, item: &Item, entry: &Entry) -> EnvEntry<'a> {
        EnvEntry {
            name: self.slice(&entry.name),
            value: self.value(entry),
            literal: self.slice(&entry.literal),
            quote: entry.quote,
            export: entry.export,
            has_equals: entry.has_equals,
            line: item.line,
            column: entry.column,
            dead: entry.dead,
            inline_comment: entry.comment.as_ref().map(|range| self.slice(range)),
            span: item.span.clone(),
        }
    }
}

/// Whether the comment lines directly above an entry are about it and nothing else: they name it and no other, or nothing follows it
/// directly, and they hold no assignment that is commented out. Those that the file begins with must name it.
pub(crate) fn is_about<'a>(
    text: &str,
    name: &str,
    mut others: impl Iterator<Item = &'a str>,
    of_file: bool,
    heads_more: bool,
) -> bool {
    let alone = !of_file && !heads_more && !text.lines().any(is_entry);
    !others.any(|other| names(text, other)) && (alone || names(text, name))
}

fn check_size(bytes: usize, limits: &Limits) -> Result<(), Refusal> {
    if bytes > limits.max_bytes {
        let reason = format!("the file has {bytes} bytes, more than the limit of {}", limits.max_bytes);
        return Err(Refusal::new(RefusalKind::Limit, reason));
    }
    Ok(())
}

/// Line and column of a byte offset.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
