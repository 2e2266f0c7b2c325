//! Turns an operation on an env file into text edits.

use std::ops::Range;

use crate::comments::words::{are_parts, is_commented_out, nearest_is_foreign};
use crate::dotenv::file::Dotenv;
use crate::dotenv::lines::{Entry, EnvQuote, EnvReader, Item, Kind};
use crate::dotenv::op::EnvOp;
use crate::dotenv::safe;
use crate::model::refusal::{Refusal, RefusalKind};
use crate::text::edits::TextEdit;

/// The edits that do the operation, in order; none where there is nothing to do.
pub(crate) fn edits(env: &Dotenv, op: &EnvOp) -> Result<Vec<TextEdit>, Refusal> {
    let editor = Editor { env, text: env.text(), items: &env.inner.items };
    editor.check_lines(op)?;
    match op {
        EnvOp::Set { name, value } => match editor.winner(name) {
            Some((at, entry)) => editor.set(at, entry, value),
            None => editor.add(name, value),
        },
        EnvOp::Ensure { name, value } => match editor.winner(name) {
            Some(_) => Ok(Vec::new()),
            None => editor.add(name, value),
        },
        EnvOp::Rename { name, to } => editor.rename(name, to),
        EnvOp::Remove { name, comments } => editor.remove(name, *comments),
        EnvOp::Comment { name, text } => editor.comment(name.as_deref(), text),
    }
}

struct Editor<'a> {
    env: &'a Dotenv,
    text: &'a str,
    items: &'a [Item],
}

impl Editor<'_> {
    /// Refuses what would be unclear in any operation: lines that readers disagree about.
    fn check_lines(&self, op: &EnvOp) -> Result<(), Refusal> {
        let name = match op {
            EnvOp::Set { name, .. } | EnvOp::Ensure { name, .. } | EnvOp::Remove { name, .. } => Some(name),
            EnvOp::Rename { name, .. } => Some(name),
            EnvOp::Comment { name, .. } => name.as_ref(),
        };
        let gives = matches!(op, EnvOp::Set { .. } | EnvOp::Ensure { .. });
        for item in self.items {
            if let Some(entry) = item.entry().filter(|entry| gives && self.is_passed_over(entry))
                && Some(self.env.slice(&entry.name)) == name.map(String::as_str)
            {
                let reason = "systemd passes over a line that begins with `export`";
                return Err(self.about(item, entry, Refusal::new(RefusalKind::Form, reason)));
            }
            if self.text[item.span.end..item.end] == *"\r" {
                let reason = "the line ends in a lone carriage return, which readers disagree about";
                return Err(Refusal::at(RefusalKind::Form, reason, item.line, 1));
            }
            let Kind::Opaque { name: opaque, template } = &item.kind else { continue };
            if *template {
                let reason = "a template decides which lines this file has";
                return Err(Refusal::at(RefusalKind::Template, reason, item.line, 1));
            }
            let Some(range) = opaque else { continue };
            if Some(self.env.slice(range)) == name.map(String::as_str) {
                let column = self.text[item.span.start..range.start].chars().count() + 1;
                let reason =
                    format!("{}: readers disagree about what this line gives it", self.env.slice(range));
                return Err(Refusal::at(RefusalKind::Form, reason, item.line, column).over(range.clone()));
            }
        }
        Ok(())
    }

    fn is_passed_over(&self, entry: &Entry) -> bool {
        entry.export && self.env.reader == EnvReader::Systemd
    }

    fn winner<'a>(&'a self, name: &'a str) -> Option<(usize, &'a Entry)> {
        self.named(name).last()
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a Entry)> {
        let entries = self.items.iter().enumerate().filter_map(|(at, item)| Some((at, item.entry()?)));
        entries.filter(move |(_, entry)| self.env.slice(&entry.name) == name)
    }

    fn set(&self, at: usize, entry: &Entry, value: &str) -> Result<Vec<TextEdit>, Refusal> {
        let item = &self.items[at];
        if self.env.gives(entry, value) {
            return Ok(Vec::new());
        }
        self.check_template(item, entry)?;
        let written = self.env.written(Some(entry), value);
        let written = written.map_err(|refusal| self.about(item, entry, refusal))?;
        let start = if entry.has_equals { entry.literal.start } else { entry.name_end };
        let equals = if entry.has_equals { "" } else { "=" };
        let reader = self.env.reader;
        if !reader.takes_quotes() {
            let mut edits = Vec::new();
            edits.extend(entry.comment.as_ref().map(|_| self.own_line_comment(at, entry)));
            // Blanks before the `=` are no part of the name for every reader.
            edits.push(TextEdit::new(entry.name_end..item.span.end, format!("={written}")));
            return Ok(edits);
        }
        let span = match self.env.slice(&entry.value) {
            "" if entry.quote == EnvQuote::None => start..start,
            _ => Dotenv::quoted(entry),
        };
        if entry.comment.is_none() || reader.takes_comments() {
            return Ok(vec![TextEdit::new(span, format!("{equals}{written}"))]);
        }
        let line = TextEdit::new(span.start..item.span.end, format!("{equals}{written}"));
        Ok(vec![self.own_line_comment(at, entry), line])
    }

    /// Puts the comment at the end of an entry on a line of its own above.
    fn own_line_comment(&self, at: usize, entry: &Entry) -> TextEdit {
        let start = self.items[at].span.start;
        let comment = entry.comment.clone().map_or("", |range| &self.text[range]);
        TextEdit::new(start..start, format!("{}{comment}{}", self.indent(at), self.line_break(at)))
    }

    fn add(&self, name: &str, value: &str) -> Result<Vec<TextEdit>, Refusal> {
        let named = |refusal: Refusal| Refusal { reason: format!("{name}: {}", refusal.reason), ..refusal };
        safe::check_name(name).map_err(named)?;
        let value = self.env.written(None, value).map_err(named)?;
        let Some((above, gap)) = self.room(name) else {
            let end = self.text.len();
            return Ok(vec![TextEdit::new(end..end, format!("{name}={value}\n"))]);
        };
        let (item, brk) = (&self.items[above], self.line_break(above));
        let unended = item.end == item.span.end;
        let entry = format!("{}{name}={value}", self.export(name));
        let line = if unended { format!("{brk}{entry}") } else { format!("{entry}{brk}") };
        let gap = if gap { brk } else { "" };
        Ok(vec![TextEdit::new(item.end..item.end, format!("{gap}{line}"))])
    }

    /// `export` for a new variable whose relatives have it, or, where it has none, all that are there.
    fn export(&self, name: &str) -> &'static str {
        if self.env.reader == EnvReader::Systemd {
            return "";
        }
        let mut entries = self.items.iter().filter_map(Item::entry);
        let exported = match self.relative(name) {
            Some(at) => self.items[at].entry().is_some_and(|entry| entry.export),
            None => entries.clone().next().is_some() && entries.all(|entry| entry.export),
        };
        if exported { "export " } else { "" }
    }

    /// The last entry that begins with a text.
    fn last_with(&self, prefix: &str) -> Option<usize> {
        self.items.iter().rposition(|item| {
            item.entry().is_some_and(|entry| self.env.slice(&entry.name).starts_with(prefix))
        })
    }

    /// The last of the entries that begin with the same word, else of those with the subject of the file.
    fn relative(&self, name: &str) -> Option<usize> {
        let subject = &self.env.inner.subject;
        let own = name.find('_').and_then(|at| self.last_with(&name[..=at]));
        own.or_else(|| {
            self.last_with(&format!("{}_", subject.to_uppercase())).filter(|_| !subject.is_empty())
        })
    }

    /// Below which item a new variable goes, and whether a blank line comes before it: below its relatives (those that begin with the same
    /// word, else with the subject of the file), else at the end. Where those stand under a heading about something else, it gets a paragraph of its own.
    fn room(&self, name: &str) -> Option<(usize, bool)> {
        let above = self.relative(name).or(self.items.len().checked_sub(1))?;
        let is_prose = |item: &Item| matches!(&item.kind, Kind::Comment(range) if !is_commented_out(self.env.slice(range)));
        let closing = self.items.iter().rposition(|item| item.entry().is_some());
        // As in YAML: whose words mean something else can be told only where it is known what the file is about.
        if self.env.inner.subject.is_empty()
            && !self.items.iter().any(|item| matches!(item.kind, Kind::Blank))
        {
            let above = if is_prose(&self.items[above]) { closing.unwrap_or(above) } else { above };
            return Some((above, closing.is_none() && is_prose(&self.items[above])));
        }
        if !is_prose(&self.items[above]) && !self.is_headed(above, name) {
            return Some((above, false));
        }
        let rest = self.items[above..].iter();
        let end = above + rest.take_while(|item| !matches!(item.kind, Kind::Blank)).count() - 1;
        Some((end, true))
    }

    /// Whether the nearest comment above an item, up to a blank line, is about something else than a variable of this name.
    fn is_headed(&self, at: usize, name: &str) -> bool {
        let entry = self.items[at].entry();
        if entry.is_some_and(|entry| are_parts(self.env.slice(&entry.name), name)) {
            return false;
        }
        let paragraph = self.items[..=at].iter().rev().take_while(|item| !matches!(item.kind, Kind::Blank));
        let comments = paragraph.map(|item| match &item.kind {
            Kind::Comment(range) => Some(self.env.slice(range)),
            _ => None,
        });
        nearest_is_foreign(comments, &[name], &self.env.inner.subject)
    }

    fn rename(&self, name: &str, to: &str) -> Result<Vec<TextEdit>, Refusal> {
        self.check_known(name)?;
        if name == to {
            return Ok(Vec::new());
        }
        safe::check_name(to)
            .map_err(|refusal| Refusal { reason: format!("{to}: {}", refusal.reason), ..refusal })?;
        let unread = self.items.iter().find(|item| match &item.kind {
            Kind::Opaque { name: Some(range), .. } => self.env.slice(range) == to,
            _ => false,
        });
        let reason = format!("{to} is there already");
        if let Some((at, entry)) = self.winner(to) {
            let (line, column) = (self.items[at].line, entry.column);
            return Err(Refusal::at(RefusalKind::Place, reason, line, column).over(entry.name.clone()));
        }
        if let Some(item) = unread {
            return Err(Refusal::at(RefusalKind::Place, reason, item.line, 1));
        }
        self.check_unreferenced(name, true)?;
        for (at, entry) in self.named(name) {
            self.check_template(&self.items[at], entry)?;
        }
        Ok(self.named(name).map(|(_, entry)| TextEdit::new(entry.name.clone(), to)).collect())
    }

    fn remove(&self, name: &str, comments: bool) -> Result<Vec<TextEdit>, Refusal> {
        self.check_known(name)?;
        self.check_unreferenced(name, false)?;
        let mut edits: Vec<TextEdit> = Vec::new();
        for (at, entry) in self.named(name) {
            self.check_template(&self.items[at], entry)?;
            edits.push(self.removal(at, entry, comments));
        }
        self.end_without_break(&mut edits);
        Ok(edits)
    }

    fn removal(&self, at: usize, entry: &Entry, comments: bool) -> TextEdit {
        let item = &self.items[at];
        if comments {
            let block =
                self.items[..at].iter().rev().take_while(|item| matches!(item.kind, Kind::Comment(_)));
            let first = at - block.count();
            let start = if self.is_about(first..at, at, entry) {
                self.items[first].span.start
            } else {
                item.span.start
            };
            return TextEdit::new(start..item.end, "");
        }
        match &entry.comment {
            Some(range) => {
                let comment = format!("{}{}", self.indent(at), &self.text[range.clone()]);
                TextEdit::new(item.span.clone(), comment)
            }
            None => TextEdit::new(item.span.start..item.end, ""),
        }
    }

    /// Whether the comment lines above an entry are about it and nothing else.
    fn is_about(&self, comments: Range<usize>, at: usize, entry: &Entry) -> bool {
        let name = self.env.slice(&entry.name);
        let text: String =
            self.items[comments.clone()].iter().map(|item| &self.text[item.span.start..item.end]).collect();
        let others = |item: &Item| {
            item.entry().map(|other| self.env.slice(&other.name)).filter(|other| *other != name)
        };
        let next = self.items[at + 1..].iter().find(|item| item.entry().is_none() || others(item).is_some());
        let heads_more = next.is_some_and(|item| item.entry().is_some());
        crate::dotenv::file::is_about(
            &text,
            name,
            self.items.iter().filter_map(others),
            comments.start == 0,
            heads_more,
        )
    }

    /// Where the removed lines are the last ones and no line break ended the text, the one above goes as well (but
    /// not that of a blank line, which would be lost with it).
    fn end_without_break(&self, edits: &mut [TextEdit]) {
        let unended = self.items.last().is_some_and(|item| item.end == item.span.end);
        let Some(first) = self.tail_run(edits).filter(|_| unended) else { return };
        let start = edits[first].span.start;
        let above = self.items.iter().rev().find(|item| item.end == start);
        if let Some(above) = above.filter(|item| !matches!(item.kind, Kind::Blank)) {
            edits[first].span.start = above.span.end;
        }
    }

    /// The first of the deletions that together take the end of the text.
    fn tail_run(&self, edits: &[TextEdit]) -> Option<usize> {
        let mut end = self.text.len();
        let mut first = None;
        for (at, edit) in edits.iter().enumerate().rev() {
            if edit.span.end != end || !edit.replacement.is_empty() {
                break;
            }
            end = edit.span.start;
            first = Some(at);
        }
        first
    }

    fn comment(&self, name: Option<&str>, text: &str) -> Result<Vec<TextEdit>, Refusal> {
        let comment = safe::comment_text(text)?;
        let (at, above) = match name {
            Some(name) => {
                self.check_known(name)?;
                let at = self.winner(name).map_or(0, |(at, _)| at);
                (
                    at,
                    self.items[..at]
                        .iter()
                        .rev()
                        .take_while(|item| matches!(item.kind, Kind::Comment(_)))
                        .count(),
                )
            }
            None => {
                let top = usize::from(self.text.starts_with("#!")).min(self.items.len());
                (top, 0)
            }
        };
        let first = self.items.iter().position(|item| item.entry().is_some()).unwrap_or(self.items.len());
        let around = if name.is_some() { &self.items[at - above..at] } else { &self.items[..first] };
        let is_there =
            |item: &Item| matches!(&item.kind, Kind::Comment(range) if self.env.slice(range) == comment);
        if around.iter().any(is_there) {
            return Ok(Vec::new());
        }
        let (start, indent) = match self.items.get(at) {
            Some(item) => (item.span.start, if name.is_some() { self.indent(at) } else { "" }),
            None => (self.text.len(), ""),
        };
        let brk = self.line_break(at);
        let unended = at > 0 && self.items[at - 1].end == self.items[at - 1].span.end;
        let line = if unended { format!("{brk}{comment}") } else { format!("{indent}{comment}{brk}") };
        Ok(vec![TextEdit::new(start..start, line)])
    }

    fn indent(&self, at: usize) -> &str {
        let line = &self.text[self.items[at].span.clone()];
        &line[..line.len() - line.trim_start().len()]
    }

    /// The line break of this item, else of the nearest one that has one, those above first.
    fn line_break(&self, at: usize) -> &str {
        let upwards = self.items[..self.items.len().min(at + 1)].iter().rev();
        let mut breaks =
            upwards.chain(self.items.iter().skip(at + 1)).map(|item| &self.text[item.span.end..item.end]);
        let within_value = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        breaks.find(|brk| !brk.is_empty()).unwrap_or(within_value)
    }

    fn check_known(&self, name: &str) -> Result<(), Refusal> {
        match self.winner(name) {
            Some(_) => Ok(()),
            None => Err(Refusal::new(RefusalKind::Place, format!("there is no variable {name}"))),
        }
    }

    fn check_template(&self, item: &Item, entry: &Entry) -> Result<(), Refusal> {
        if self.text[item.span.clone()].contains("{{") {
            let refusal = Refusal::new(RefusalKind::Template, "a template stands on this line");
            return Err(self.about(item, entry, refusal));
        }
        Ok(())
    }

    /// A refusal about an entry: with its name, and at it.
    fn about(&self, item: &Item, entry: &Entry, refusal: Refusal) -> Refusal {
        let reason = format!("{}: {}", self.env.slice(&entry.name), refusal.reason);
        Refusal::at(refusal.kind, reason, item.line, entry.column).over(entry.name.clone())
    }

    /// Refuses to take away a name that other values (`own`: or its own, as in `A=${A}`) are made of.
    fn check_unreferenced(&self, name: &str, own: bool) -> Result<(), Refusal> {
        for item in self.items {
            let Some(entry) = item.entry() else { continue };
            if !own && self.env.slice(&entry.name) == name {
                continue;
            }
            if entry.quote != EnvQuote::Single && refers(self.env.slice(&entry.value), name) {
                let refusal = Refusal::new(RefusalKind::Form, format!("its value refers to {name}"));
                return Err(self.about(item, entry, refusal));
            }
        }
        Ok(())
    }
}

/// Whether `$name` or `${name…}` stands in the value.
fn refers(value: &str, name: &str) -> bool {
    value.match_indices('$').any(|(at, _)| {
        let rest = &value[at + 1..];
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}
