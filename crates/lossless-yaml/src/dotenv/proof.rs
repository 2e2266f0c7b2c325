//! The proof of an edit of an env file: the result, read again, is what the operation meant, and nothing else moved.
//!
//! What is meant is computed here from the lines before and the operation, without a look at the edits; only where a new variable stands is
//! taken from the result.

use crate::comments::words::is_commented_out;
use crate::dotenv::file::Dotenv;
use crate::dotenv::lines::{EnvQuote, EnvReader, Kind};
use crate::dotenv::op::EnvOp;
use crate::dotenv::safe;
use crate::model::refusal::{Refusal, RefusalKind};
use crate::text::edits::TextEdit;

/// A line as far as its meaning goes. The order of the tokens tells which comment belongs to which entry.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Blank(String),
    Comment { text: String, own_line: bool },
    Entry { name: String, value: String, quote: EnvQuote, export: bool, has_equals: bool },
    Opaque(String),
}

/// Refuses, with the name of the check, what is not proven.
pub(crate) fn prove(before: &Dotenv, after: &Dotenv, op: &EnvOp, edits: &[TextEdit]) -> Result<(), Refusal> {
    let found = tokens(after);
    let intended = intended(before, op, &found)?;
    if entries(&found).ne(entries(&intended)) {
        return Err(failed("entries", "the variables read from the result are not the intended ones"));
    }
    if comments(&found).ne(comments(&intended)) {
        return Err(failed("comments", "a comment would be lost, changed or moved"));
    }
    if found != intended {
        return Err(failed("lines", "a line would be lost, changed or moved"));
    }
    check_bytes(before.text(), after.text(), edits)?;
    check_breaks(before.text(), after.text(), op, edits)
}

fn failed(check: &'static str, reason: &str) -> Refusal {
    Refusal::new(RefusalKind::Proof(check), reason)
}

fn entries(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    tokens.iter().filter(|token| matches!(token, Token::Entry { .. }))
}

fn comments(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    tokens.iter().filter(|token| matches!(token, Token::Comment { .. }))
}

fn tokens(env: &Dotenv) -> Vec<Token> {
    let mut tokens = Vec::new();
    for item in &env.inner.items {
        let text = |range: &std::ops::Range<usize>| env.slice(range).to_owned();
        match &item.kind {
            Kind::Blank => tokens.push(Token::Blank(text(&item.span))),
            Kind::Comment(range) => tokens.push(Token::Comment { text: text(range), own_line: true }),
            Kind::Opaque { .. } => tokens.push(Token::Opaque(text(&item.span))),
            Kind::Entry(entry) => {
                tokens.push(Token::Entry {
                    name: text(&entry.name),
                    value: env.entry(item, entry).value.into_owned(),
                    quote: entry.quote,
                    export: entry.export,
                    has_equals: entry.has_equals,
                });
                if let Some(range) = &entry.comment {
                    tokens.push(Token::Comment { text: text(range), own_line: false });
                }
            }
        }
    }
    tokens
}

/// The lines that the operation means.
fn intended(before: &Dotenv, op: &EnvOp, found: &[Token]) -> Result<Vec<Token>, Refusal> {
    let mut tokens = tokens(before);
    match op {
        EnvOp::Set { name, value } | EnvOp::Ensure { name, value } => match last_named(&tokens, name) {
            Some(at) => set(&mut tokens, at, value, before.reader, found),
            None => add(&mut tokens, name, value, before.reader, found),
        },
        EnvOp::Rename { name, to } => {
            for token in &mut tokens {
                match token {
                    Token::Entry { name: old, .. } if old == name => to.clone_into(old),
                    _ => {}
                }
            }
        }
        EnvOp::Remove { name, comments } => {
            let before = tokens.clone();
            while let Some(at) = last_named(&tokens, name) {
                remove(&mut tokens, &before, at, *comments);
            }
        }
        EnvOp::Comment { name, text } => {
            let comment = Token::Comment { text: safe::comment_text(text)?, own_line: true };
            let top = usize::from(before.text().starts_with("#!"));
            let at = name.as_ref().and_then(|name| last_named(&tokens, name)).unwrap_or(top);
            tokens.insert(at, comment);
        }
    }
    Ok(tokens)
}

fn last_named(tokens: &[Token], expected: &str) -> Option<usize> {
    tokens.iter().rposition(|token| matches!(token, Token::Entry { name, .. } if name == expected))
}

/// Which quotes a value gets says nothing, for a reader that takes them off.
fn set(tokens: &mut [Token], at: usize, new: &str, reader: EnvReader, found: &[Token]) {
    if let Token::Entry { name, value, quote, has_equals, .. } = &mut tokens[at] {
        new.clone_into(value);
        *quote = last_named(found, name).map_or(EnvQuote::None, |at| quotes_of(&found[at], reader));
        *has_equals = true;
    }
    if let Some(Token::Comment { own_line: own_line @ false, .. }) =
        tokens.get_mut(at + 1).filter(|_| !reader.takes_comments())
    {
        *own_line = true;
        tokens.swap(at, at + 1);
    }
}

/// The quotes of an entry that a reader takes off.
fn quotes_of(token: &Token, reader: EnvReader) -> EnvQuote {
    match token {
        Token::Entry { quote: quote @ (EnvQuote::Single | EnvQuote::Double), .. }
            if reader.takes_quotes() =>
        {
            *quote
        }
        _ => EnvQuote::None,
    }
}

/// Where a new variable stands says nothing, as long as it comes between no entry and the comment on its line, and no comment but one that
/// holds a variable comes to stand directly above it; a blank line may set it off, and `export` may stand before it where others have it.
fn add(tokens: &mut Vec<Token>, name: &str, value: &str, reader: EnvReader, found: &[Token]) {
    let (name, value) = (name.to_owned(), value.to_owned());
    let exports = tokens.iter().any(|token| matches!(token, Token::Entry { export: true, .. }));
    let new = last_named(found, &name).map(|at| &found[at]);
    let export = exports && matches!(new, Some(Token::Entry { export: true, .. }));
    let quote = new.map_or(EnvQuote::None, |new| quotes_of(new, reader));
    let entry = Token::Entry { name: name.clone(), value, quote, export, has_equals: true };
    let at = last_named(found, &name).unwrap_or(0);
    let is_prose =
        |token: &Token| matches!(token, Token::Comment { text, own_line: true } if !is_commented_out(text));
    let ends_a_line = |token: &Token| matches!(token, Token::Comment { own_line: false, .. });
    let above = at.checked_sub(1).and_then(|above| found.get(above));
    let gap = found.len() == tokens.len() + 2 && matches!(above, Some(Token::Blank(text)) if text.is_empty());
    let place = at - usize::from(gap);
    if place > tokens.len() || above.is_some_and(is_prose) || tokens.get(place).is_some_and(ends_a_line) {
        return;
    }
    tokens.insert(place, entry);
    if gap {
        tokens.insert(place, Token::Blank(String::new()));
    }
}

/// Takes out the entry at a place, which is the same before: nothing above it has changed yet.
fn remove(tokens: &mut Vec<Token>, before: &[Token], mut at: usize, comments: bool) {
    let about = comments && is_about(before, at);
    tokens.remove(at);
    if let Some(Token::Comment { own_line: own_line @ false, .. }) = tokens.get_mut(at) {
        *own_line = true;
        if comments {
            tokens.remove(at);
        }
    }
    while about && at > 0 && matches!(tokens[at - 1], Token::Comment { own_line: true, .. }) {
        at -= 1;
        tokens.remove(at);
    }
}

fn is_about(tokens: &[Token], at: usize) -> bool {
    let Token::Entry { name, .. } = &tokens[at] else { return false };
    let above = tokens[..at].iter().rev().map_while(|token| match token {
        Token::Comment { text, own_line: true } => Some(format!("{text}\n")),
        _ => None,
    });
    let above: Vec<String> = above.collect();
    let text: String = above.iter().rev().map(String::as_str).collect();
    let other = |token: &&Token| !matches!(token, Token::Entry { name: other, .. } if other == name);
    let mut next =
        tokens[at + 1..].iter().filter(|token| !matches!(token, Token::Comment { own_line: false, .. }));
    let heads_more = next.find(other).is_some_and(|token| matches!(token, Token::Entry { .. }));
    let others = tokens.iter().filter(other).filter_map(|token| match token {
        Token::Entry { name, .. } => Some(name.as_str()),
        _ => None,
    });
    crate::dotenv::file::is_about(&text, name, others, above.len() == at, heads_more)
}

/// All bytes outside the edits are the same, and the edits tell the whole difference.
fn check_bytes(before: &str, after: &str, edits: &[TextEdit]) -> Result<(), Refusal> {
    let (before, after) = (before.as_bytes(), after.as_bytes());
    let (mut old, mut new) = (0, 0);
    for edit in edits {
        let kept = before.get(old..edit.span.start);
        let same = kept.is_some_and(|kept| after.get(new..new + kept.len()) == Some(kept));
        if !same {
            return Err(failed("bytes", "bytes outside the edit would change"));
        }
        new += edit.span.start - old + edit.replacement.len();
        old = edit.span.end;
    }
    if before.get(old..) != after.get(new..) {
        return Err(failed("bytes", "bytes outside the edit would change"));
    }
    Ok(())
}

/// Byte order mark and final newline are as before, and no new kind of line break came in.
fn check_breaks(before: &str, after: &str, op: &EnvOp, edits: &[TextEdit]) -> Result<(), Refusal> {
    if before.starts_with('\u{feff}') != after.starts_with('\u{feff}') {
        return Err(failed("byte order mark", "the byte order mark would change"));
    }
    let lone = |text: &str| text.matches('\n').count() > text.matches("\r\n").count();
    let foreign = edits.iter().any(|edit| {
        let text = &edit.replacement;
        (text.contains('\r') && !before.contains("\r\n"))
            || (lone(text) && before.contains('\n') && !lone(before))
    });
    if foreign {
        return Err(failed("line breaks", "a foreign kind of line break would come in"));
    }
    let ended = |text: &str| text.ends_with(['\n', '\r']);
    let blank = |text: &str| text.trim_start_matches('\u{feff}').is_empty();
    let removing = matches!(op, EnvOp::Remove { .. });
    // With the last line goes its want of a line break, where a blank line stands above it.
    let excused = blank(before) || (removing && (blank(after) || !ended(before)));
    if ended(before) != ended(after) && !excused {
        return Err(failed("final newline", "the end of the file would change"));
    }
    Ok(())
}
