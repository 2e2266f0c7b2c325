//! Reading a text: limits, tree, witness.

use std::sync::OnceLock;

use super::parse::{Stop, parse};
use super::tree::Tree;
use super::witness::{Doubt, confirm};
use super::yaml::Inner;
use super::{Limits, Refusal, RefusalKind, TextEdit, lines, shadow};

/// Refuses a text that is too large.
pub(crate) fn check_size(bytes: usize, limits: &Limits) -> Result<(), Refusal> {
    if bytes > limits.max_bytes.min(u32::MAX as usize - 16) {
        let reason = format!("the file has {bytes} bytes, more than the limit of {}", limits.max_bytes);
        return Err(Refusal::new(RefusalKind::Limit, reason));
    }
    Ok(())
}

/// The offset behind a BOM.
pub(crate) fn after_bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

/// Reads a text and has the witness confirm it.
pub(crate) fn read(text: &str, limits: &Limits) -> Result<Inner, Refusal> {
    let inner = read_alone(text, limits)?;
    confirm_whole(&inner)?;
    Ok(inner)
}

/// Reads a text without asking the witness.
pub(crate) fn read_alone(text: &str, limits: &Limits) -> Result<Inner, Refusal> {
    check_size(text.len(), limits)?;
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        return Err(refuse(text, RefusalKind::Encoding, "the file holds a NUL character", at));
    }
    let tree = match parse(text, after_bom(text), limits) {
        Ok(tree) => tree,
        Err(stop) => return Err(stopped(text, stop, limits)),
    };
    Ok(Inner::new(text.to_owned(), tree, *limits))
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
    let text = inner.text.as_str();
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

/// Has the witness look at the result of edits on a text that it has confirmed.
pub(crate) fn confirm_after(_before: &Inner, after: &Inner, _edits: &[TextEdit]) -> Result<(), Refusal> {
    confirm_whole(after)
}

impl Inner {
    pub fn new(text: String, tree: Tree, limits: Limits) -> Self {
        Self { text, tree, limits, lines: OnceLock::new(), ordinals: OnceLock::new(), outer: None }
    }
}
