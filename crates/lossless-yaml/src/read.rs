//! Reading a text: limits, tree, witness.

use std::sync::Arc;

use crate::model::limits::Limits;
use crate::model::refusal::{Refusal, RefusalKind};
use crate::model::tree::{Kind, NONE, Style, Tree};
use crate::parse::{Stop, parse};
use crate::source::inner::Inner;
use crate::source::yaml::Yaml;
use crate::text::edits::TextEdit;
use crate::text::lines::{self, after_bom};
use crate::text::tabs;
use crate::witness::confirm::{Doubt, confirm, confirm_document, confirm_entries};
use crate::witness::{breaks, shadow};

impl Yaml {
    /// Reads a file's bytes.
    ///
    /// # Errors
    /// What is not UTF-8, holds a NUL, exceeds the limits or is not valid YAML is refused with its place.
    pub fn from_bytes(bytes: &[u8], limits: &Limits) -> Result<Yaml, Refusal> {
        crate::read::check_size(bytes.len(), limits)?;
        if matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
            return Err(Refusal::new(RefusalKind::Encoding, "the file is UTF-16, only UTF-8 is read"));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::read(text, limits),
            Err(error) => {
                let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = memchr::memchr_iter(b'\n', good).count() + 1;
                let start = memchr::memrchr(b'\n', good).map_or(0, |at| at + 1);
                let column = String::from_utf8_lossy(&good[start..]).chars().count() + 1;
                Err(Refusal::at(RefusalKind::Encoding, "the file is not valid UTF-8", line, column)
                    .over(good.len()..good.len() + 1))
            }
        }
    }

    /// Reads a text.
    ///
    /// # Errors
    /// What holds a NUL, exceeds the limits or is not valid YAML is refused with its place.
    pub fn read(text: &str, limits: &Limits) -> Result<Yaml, Refusal> {
        let inner = crate::read::read_told(text, limits).map_err(|refusal| refusal.located(text))?;
        Ok(Yaml { inner: Arc::new(inner), embedded: Arc::default() })
    }
}

/// Refuses a text that is too large.
pub(crate) fn check_size(bytes: usize, limits: &Limits) -> Result<(), Refusal> {
    if bytes > limits.max_bytes.min(u32::MAX as usize - 16) {
        let reason = format!("the file has {bytes} bytes, more than the limit of {}", limits.max_bytes);
        return Err(Refusal::new(RefusalKind::Limit, reason));
    }
    Ok(())
}

/// Reads a text and has the witness confirm it.
pub(crate) fn read(text: &str, limits: &Limits) -> Result<Inner, Refusal> {
    check_size(text.len(), limits)?;
    let inner = read_alone(text.into(), limits)?;
    confirm_whole(&inner)?;
    Ok(inner)
}

/// The same, with a refusal that names a tab where that is the cause.
pub(crate) fn read_told(text: &str, limits: &Limits) -> Result<Inner, Refusal> {
    let again = |text: &str| read(text, limits).map(drop);
    read(text, limits).map_err(|refusal| tabs::or_tab(text, refusal, &again))
}

/// Reads a text without asking the witness.
pub(crate) fn read_alone(text: Arc<str>, limits: &Limits) -> Result<Inner, Refusal> {
    check_size(text.len(), limits)?;
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        return Err(refuse(&text, RefusalKind::Encoding, "the file holds a NUL character", at));
    }
    match parse(&text, after_bom(&text), limits) {
        Ok(tree) => match breaks::ambiguous(&text, &tree) {
            Some((at, name)) => {
                let reason = format!(
                    "{name} ends a line for PyYAML and Go, but not by YAML 1.2: write a line break, or an escape in double quotes"
                );
                Err(refuse(&text, RefusalKind::Syntax, &reason, at))
            }
            None => Ok(Inner::new(text, tree, *limits)),
        },
        Err(stop) => Err(stopped(&text, stop, limits)),
    }
}

fn stopped(text: &str, stop: Stop, limits: &Limits) -> Refusal {
    match stop {
        Stop::Depth(at) => {
            let reason = format!("nested deeper than {} levels", limits.max_depth);
            refuse(text, RefusalKind::Limit, &reason, at)
        }
        Stop::Nodes => {
            let reason = format!("the file has more than {} nodes", limits.max_nodes);
            Refusal::new(RefusalKind::Limit, reason)
        }
        Stop::Syntax(at, reason) => {
            // The witness usually knows better what is wrong; only its refusal matters here.
            let shown = text.get(after_bom(text)..).unwrap_or_default();
            match confirm(shown, text, &Tree::default()) {
                Err(Doubt::Refused(line, column, info)) => {
                    Refusal::at(RefusalKind::Syntax, format!("not valid YAML: {info}"), line, column + 1)
                }
                _ => refuse(text, RefusalKind::Syntax, &format!("not valid YAML: {reason}"), at),
            }
        }
    }
}

fn refuse(text: &str, kind: RefusalKind, reason: &str, at: usize) -> Refusal {
    let (line, column) = lines::line_column(text, &lines::starts(text), at);
    Refusal::at(kind, reason, line, column)
}

/// Has the witness look at the whole text, and if it does not take it, at shadows of it.
pub(crate) fn confirm_whole(inner: &Inner) -> Result<(), Refusal> {
    let text = &*inner.text;
    let shown = text.get(after_bom(text)..).unwrap_or_default();
    let Err(doubt) = confirm(shown, text, &inner.tree) else { return Ok(()) };
    if matches!(doubt, Doubt::Refused(..)) {
        for braces in [false, true] {
            let shadow = shadow::shadow(text, &inner.tree, braces);
            if shadow.is_some_and(|shadow| confirm(&shadow, text, &inner.tree).is_ok()) {
                return Ok(());
            }
        }
    }
    match doubt {
        Doubt::Refused(line, column, info) => {
            Err(Refusal::at(RefusalKind::Syntax, format!("not valid YAML: {info}"), line, column + 1))
        }
        Doubt::Differs(id) => {
            let at = inner.tree.nodes.get(id as usize).map_or(0, |node| node.start as usize);
            Err(refuse(text, RefusalKind::Syntax, "two YAML parsers read this text differently", at))
        }
    }
}

/// Has the witness look at the result of edits on a text that it has confirmed: only at the documents, or at the sections of the
/// root mapping of the only one, that changed, where that is as good as the whole.
///
/// It is, because a key at column 0, and what opens a document, always stands in the same state of the parser: what stands before and
/// behind the changed parts is read as before, if the parts read alone give what is theirs and nothing else. Aliases and
/// directives would carry state across; then the whole text is shown.
pub(crate) fn confirm_after(before: &Inner, after: &Inner, edits: &[TextEdit]) -> Result<(), Refusal> {
    let agree = match after.tree.docs.len() {
        1 => sections_agree(before, after, edits),
        _ => documents_agree(before, after, edits),
    };
    if agree == Some(true) { Ok(()) } else { confirm_whole(after) }
}

/// The first and last of the parts of a text (given by where each starts) that edits touch, or come next to; joined where they adjoin.
fn touched(starts: &[usize], edits: &[TextEdit]) -> Option<Vec<(usize, usize)>> {
    let part = |offset: usize| starts.partition_point(|start| *start <= offset).saturating_sub(1);
    let mut shift = 0isize;
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for edit in edits {
        let start = edit.span.start.checked_add_signed(shift)?;
        let end = start + edit.replacement.len();
        shift += edit.replacement.len() as isize - edit.span.len() as isize;
        let (first, last) = (part(start.saturating_sub(1)), part(end));
        match parts.last_mut() {
            Some(open) if first <= open.1 + 1 => open.1 = open.1.max(last),
            _ => parts.push((first, last)),
        }
    }
    Some(parts)
}

/// `None` where the documents cannot stand for the whole.
fn documents_agree(before: &Inner, after: &Inner, edits: &[TextEdit]) -> Option<bool> {
    let docs = &after.tree.docs;
    let carries = |inner: &Inner| has_directives(inner) || !inner.tree.aliases.is_empty();
    if carries(before) || carries(after) || before.tree.docs.len() != docs.len() {
        return None;
    }
    let starts: Vec<usize> = docs.iter().map(|doc| doc.start as usize).collect();
    let confirmed = |at: usize| {
        let from = if at == 0 { after_bom(&after.text) } else { starts[at] };
        let to = starts.get(at + 1).copied().unwrap_or(after.text.len());
        let shown = after.text.get(from..to).unwrap_or_default();
        confirm_document(shown, &after.text, &after.tree, docs[at].root).is_ok()
    };
    Some(touched(&starts, edits)?.into_iter().all(|(first, last)| (first..=last).all(confirmed)))
}

/// `None` where the sections cannot stand for the whole.
fn sections_agree(before: &Inner, after: &Inner, edits: &[TextEdit]) -> Option<bool> {
    let root = plain_root(after)?;
    plain_root(before)?;
    let entries: Vec<(usize, u32)> =
        after.tree.entries(root).map(|(key, _)| (after.entry_start(key), key)).collect();
    let starts: Vec<usize> = entries.iter().map(|entry| entry.0).collect();
    Some(touched(&starts, edits)?.into_iter().all(|(first, last)| {
        let from = if first == 0 { after_bom(&after.text) } else { entries[first].0 };
        let (to, end) = entries.get(last + 1).copied().unwrap_or((after.text.len(), NONE));
        let text = after.text.get(from..to).unwrap_or_default();
        confirm_entries(text, &after.text, &after.tree, entries[first].1, end).is_ok()
    }))
}

/// The root of a text of one document that is a block mapping at column 0, without anything that reaches across it.
fn plain_root(inner: &Inner) -> Option<u32> {
    let [doc] = inner.tree.docs.as_slice() else { return None };
    let node = inner.tree.nodes.get(doc.root as usize)?;
    let plain = node.kind == Kind::Mapping && node.style == Style::Block && !node.has_props();
    let column = inner.column(node.start as usize);
    (plain
        && !has_directives(inner)
        && column == 0
        && inner.tree.aliases.is_empty()
        && doc.end_marker == NONE)
        .then_some(doc.root)
}

/// Whether a line begins as a directive does.
fn has_directives(inner: &Inner) -> bool {
    let text = inner.text.get(after_bom(&inner.text)..).unwrap_or_default().as_bytes();
    text.first() == Some(&b'%')
        || memchr::memchr_iter(b'%', text).any(|at| at > 0 && matches!(text[at - 1], b'\n' | b'\r'))
}
