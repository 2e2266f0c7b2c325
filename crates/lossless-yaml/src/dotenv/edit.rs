//! Turns an operation on an env file into text edits.

use std::ops::Range;

use crate::comments::words::{are_parts, is_commented_out, nearest_is_foreign};
use crate::dotenv::file::Dotenv;
use crate::dotenv::lines::{Entry, Item, Kind};
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
        for item in self.items {
            if self.text[item.span.end..item.end] == *"\r" {
                let reason = "the line ends in a lone carriage return, which readers disagree about";
                return Err(Refusal::at(RefusalKind::Form, reason, item.line, 1));
            }
            let Kind::Opaque { name: opaque, template } = &item.kind else { continue };
            if *template {
                let reason = "a template decides which lines this file has";
                return Err(Refusal::at(RefusalKind::Template, reason, item.line, 1));
            }
            if opaque.as_ref().is_some_and(|range| Some(self.env.slice(range)) == name.map(String::as_str)) {
                let reason = "readers disagree about what this line gives the variable";
                return Err(Refusal::at(RefusalKind::Form, reason, item.line, 1));
            }
        }
        Ok(())
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
        let tail = &self.text[entry.name_end..item.span.end];
        if tail.strip_prefix('=') == Some(value) && !value.is_empty() {
            return Ok(Vec::new());
        }
        self.check_template(item)?;
        self.check_value(value)?;
        let mut edits = Vec::new();
        if entry.comment.is_some() {
            edits.push(self.own_line_comment(at, entry));
        }
        let kept = usize::from(tail.starts_with('='));
        let equals = if kept == 0 { "=" } else { "" };
        edits.push(TextEdit::new(entry.name_end + kept..item.span.end, format!("{equals}{value}")));
        Ok(edits)
    }

    /// Puts the comment at the end of an entry on a line of its own above.
    fn own_line_comment(&self, at: usize, entry: &Entry) -> TextEdit {
        let start = self.items[at].span.start;
        let comment = entry.comment.clone().map_or("", |range| &self.text[range]);
        TextEdit::new(start..start, format!("{}{comment}{}", self.indent(at), self.line_break(at)))
    }

    fn add(&self, name: &str, value: &str) -> Result<Vec<TextEdit>, Refusal> {
        safe::check_name(name)?;
        self.check_value(value)?;
        let Some((above, gap)) = self.room(name) else {
            let end = self.text.len();
            return Ok(vec![TextEdit::new(end..end, format!("{name}={value}\n"))]);
        };
        let (item, brk) = (&self.items[above], self.line_break(above));
        let unended = item.end == item.span.end;
        let line = if unended { format!("{brk}{name}={value}") } else { format!("{name}={value}{brk}") };
        let gap = if gap { brk } else { "" };
        Ok(vec![TextEdit::new(item.end..item.end, format!("{gap}{line}"))])
    }

    /// Below which item a new variable goes, and whether a blank line comes before it: below its relatives (those that begin with the same
    /// word, else with the subject of the file), else at the end. Where those stand under a heading about something else, it gets a paragraph of its own.
    fn room(&self, name: &str) -> Option<(usize, bool)> {
        let last = |prefix: &str| {
            self.items.iter().rposition(|item| {
                item.entry().is_some_and(|entry| self.env.slice(&entry.name).starts_with(prefix))
            })
        };
        let own = name.find('_').and_then(|at| last(&name[..=at]));
        let subject = &self.env.inner.subject;
        let of_subject =
            || if subject.is_empty() { None } else { last(&format!("{}_", subject.to_uppercase())) };
        let above = own.or_else(of_subject).or(self.items.len().checked_sub(1))?;
        let is_prose = |item: &Item| matches!(&item.kind, Kind::Comment(range) if !is_commented_out(self.env.slice(range)));
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
        safe::check_name(to)?;
        let unread = self.items.iter().find(|item| match &item.kind {
            Kind::Opaque { name: Some(range), .. } => self.env.slice(range) == to,
            _ => false,
        });
        let taken = self.winner(to).map(|(at, _)| &self.items[at]).or(unread);
        if let Some(item) = taken {
            let reason = format!("{to} is there already");
            return Err(Refusal::at(RefusalKind::Place, reason, item.line, 1));
        }
        self.check_unreferenced(name, true)?;
        for (at, _) in self.named(name) {
            self.check_template(&self.items[at])?;
        }
        Ok(self.named(name).map(|(_, entry)| TextEdit::new(entry.name.clone(), to)).collect())
    }

    fn remove(&self, name: &str, comments: bool) -> Result<Vec<TextEdit>, Refusal> {
        self.check_known(name)?;
        self.check_unreferenced(name, false)?;
        let mut edits: Vec<TextEdit> = Vec::new();
        for (at, entry) in self.named(name) {
            self.check_template(&self.items[at])?;
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

    fn check_template(&self, item: &Item) -> Result<(), Refusal> {
        if self.text[item.span.clone()].contains("{{") {
            return Err(Refusal::at(RefusalKind::Template, "a template stands on this line", item.line, 1));
        }
        Ok(())
    }

    fn check_value(&self, value: &str) -> Result<(), Refusal> {
        safe::check_value(value, self.env.entries().any(|entry| entry.export))
    }

    /// Refuses to take away a name that other values (`own`: or its own, as in `A=${A}`) are made of.
    fn check_unreferenced(&self, name: &str, own: bool) -> Result<(), Refusal> {
        for item in self.items {
            let Some(entry) = item.entry() else { continue };
            if !own && self.env.slice(&entry.name) == name {
                continue;
            }
            if entry.quote != crate::dotenv::lines::EnvQuote::Single
                && refers(self.env.slice(&entry.value), name)
            {
                let reason = format!("this line refers to {name}");
                return Err(Refusal::at(RefusalKind::Form, reason, item.line, 1));
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
