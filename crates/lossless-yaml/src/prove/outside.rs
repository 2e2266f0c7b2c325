//! What is not part of an operation is the same bytes: not only the same data, also its indentation, its quotes, its blank lines and the
//! gaps before its comments.

use crate::comments::owners::owners;
use crate::model::comment::Side;
use crate::model::refusal::Refusal;
use crate::model::tree::{NONE, NodeData, Style};
use crate::operation::intent::{Expected, ExpectedKey};
use crate::prove::claim::{Claim, failed};
use crate::source::inner::Inner;
use crate::text::edits::TextEdit;

const CHECK: &str = "lines-outside";

/// Compares all that the intended trees keep where it is.
pub(crate) fn outside(claim: &Claim<'_>, pairs: &[u32]) -> Result<(), Refusal> {
    let (before, after) = (&claim.before.tree, &claim.after.tree);
    if !claim.announced.added.is_empty() {
        return only_adds(claim, pairs);
    }
    let unended = unended(claim.before);
    let outside = Outside { claim, before: claim.before, after: claim.after, unended };
    for ((old, new), expected) in before.docs.iter().zip(&after.docs).zip(claim.roots) {
        match expected {
            Some(Expected::Same(_)) | None => {
                outside
                    .same((old.start as usize, old.end as usize), (new.start as usize, new.end as usize))?;
            }
            Some(expected) => {
                let first = match expected {
                    Expected::Mapping(_, entries) => entries.first().and_then(|(key, _)| kept(key)),
                    _ => None,
                };
                if let Some(key) = first.filter(|key| before.children(old.root).next() == Some(*key))
                    && let Some(head) = after.children(new.root).next()
                {
                    let heads =
                        [(claim.before, key), (claim.after, head)].map(|(inner, key)| inner.entry_start(key));
                    outside.same((old.start as usize, heads[0]), (new.start as usize, heads[1]))?;
                }
                outside.node(expected, new.root)?;
            }
        }
    }
    Ok(())
}

/// Comments come in as lines of their own, directly above what they were announced for, and nothing else.
fn only_adds(claim: &Claim<'_>, pairs: &[u32]) -> Result<(), Refusal> {
    let added = |edit: &TextEdit| {
        let lines = edit.replacement.trim_matches(['\n', '\r']).lines().map(str::trim);
        let span = edit.span.start..edit.span.start + edit.replacement.len();
        let mut new = claim.after.comments_in(span.start, span.end);
        let expected = claim.announced.entry.map(|entry| pairs[entry as usize]);
        let is_above = |at: usize| {
            let owner = owners(claim.after)[at];
            claim.after.tree.comments[at].own_line
                && expected.is_none_or(|entry| {
                    owner.side == Side::Before && begins_with(claim.after, owner.node, entry)
                })
        };
        edit.span.is_empty()
            && lines.eq(claim.announced.added.iter().map(String::as_str))
            && new.all(is_above)
    };
    match claim.edits {
        [edit] if added(edit) => Ok(()),
        _ => Err(failed(CHECK, "more than a comment would come in", claim.before, 0)),
    }
}

/// Whether an entry is the first thing on the line that a node around it begins on: a comment above `- key: value` is the item's.
fn begins_with(inner: &Inner, around: u32, entry: u32) -> bool {
    let line = |id: u32| inner.line_start(inner.entry_start(id));
    let mut at = entry;
    while at != NONE && at != around {
        at = inner.tree.node(at).parent;
    }
    at == around && at != NONE && line(around) == line(entry)
}

/// The node of a key that is there before and after, whatever its name.
fn kept(key: &ExpectedKey) -> Option<u32> {
    match key {
        ExpectedKey::Same(old) | ExpectedKey::Renamed(old, _) => Some(*old),
        ExpectedKey::New(_) | ExpectedKey::Merge => None,
    }
}

struct Outside<'a> {
    claim: &'a Claim<'a>,
    before: &'a Inner,
    after: &'a Inner,
    /// Where the block scalar starts that the text before ends in without a line break.
    unended: Option<usize>,
}

impl Outside<'_> {
    fn same(&self, old: (usize, usize), new: (usize, usize)) -> Result<(), Refusal> {
        let [a, b] =
            [(self.before, old), (self.after, new)].map(|(inner, (from, to))| inner.text.get(from..to));
        if a == b {
            return Ok(());
        }
        let [a, b] = [a, b].map(Option::unwrap_or_default);
        let agree = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
        Err(failed(CHECK, "a line outside the edit would change", self.before, old.0 + agree))
    }

    /// An entry from the start of its key, or an item from its own, to the end of its value.
    fn entry(&self, expected: &Expected, (old, new): (u32, u32), value: u32) -> Result<(), Refusal> {
        let Expected::Same(kept) = expected else {
            let end = |inner: &Inner, id: u32| inner.tree.node(id).end as usize;
            let (from, to) = (end(self.before, old), end(self.after, new));
            self.same(
                (self.before.tree.outer_start(old) as usize, from),
                (self.after.tree.outer_start(new) as usize, to),
            )?;
            self.opening(expected, value, (from, to))?;
            return self.node(expected, value);
        };
        let (from, to) =
            (self.before.tree.outer_start(old) as usize, self.before.tree.node(*kept).end as usize);
        let (new_from, new_to) =
            (self.after.tree.outer_start(new) as usize, self.after.tree.node(value).end as usize);
        match self.unended.filter(|header| from <= *header && *header < to) {
            Some(header) => self.ended((from, header, to), (new_from, new_from + header - from, new_to)),
            None => self.same((from, to), (new_from, new_to)),
        }
    }

    /// An entry with a block scalar that the text ended in: its header may state where it ends, as a line below needs it.
    fn ended(&self, old: (usize, usize, usize), new: (usize, usize, usize)) -> Result<(), Refusal> {
        self.same((old.0, old.1), (new.0, new.1))?;
        let header = |inner: &Inner, from: usize| {
            let text = inner.text.get(from..).unwrap_or_default();
            text[..text.find(|c: char| !"|>+-0123456789".contains(c)).unwrap_or(text.len())].to_owned()
        };
        let (before, after) = (header(self.before, old.1), header(self.after, new.1));
        let (old_body, new_body) = (old.1 + before.len(), new.1 + after.len());
        let plain = |header: &str| header.replace(['+', '-'], "");
        if before != after && !(after.contains('-') && plain(&before) == plain(&after)) {
            return Err(failed(CHECK, "a line outside the edit would change", self.before, old.1));
        }
        let end = self.after.text.get(..new.2).unwrap_or_default().trim_end_matches(['\n', '\r']).len();
        self.same((old_body, old.2), (new_body, end))
    }

    fn node(&self, expected: &Expected, id: u32) -> Result<(), Refusal> {
        let tree = &self.after.tree;
        match expected {
            Expected::New(..) => Ok(()),
            Expected::Same(old) => self.entry(expected, (*old, id), id),
            Expected::Mapping(_, entries) => {
                let mut last = None;
                for ((key, expected), (k, v)) in entries.iter().zip(tree.entries(id)) {
                    let kept = kept(key).filter(|key| self.claim.announced.left != Some(*key));
                    if let (Some(old), Some(before)) = (kept, last) {
                        self.gap(before, (old, k))?;
                    }
                    match kept {
                        Some(old) if matches!(key, ExpectedKey::Same(_)) => {
                            self.entry(expected, (old, k), v)?
                        }
                        // What has moved is read anew where it stands now.
                        Some(_) => self.node(expected, v)?,
                        None => {}
                    }
                    last = unchanged(expected).filter(|_| kept.is_some()).map(|old| (old, v));
                }
                Ok(())
            }
            Expected::Sequence(_, items) => {
                let mut last = None;
                for (expected, item) in items.iter().zip(tree.children(id)) {
                    let kept = unchanged(expected);
                    if let (Some(old), Some(before)) = (kept, last) {
                        self.gap(before, (old, item))?;
                    }
                    self.node(expected, item)?;
                    last = kept.map(|old| (old, item));
                }
                Ok(())
            }
        }
    }

    /// What stands between a key and the first of what is below it, if that was the first before; in brackets from the bracket on.
    fn opening(
        &self,
        expected: &Expected,
        value: u32,
        (old_from, new_from): (usize, usize),
    ) -> Result<(), Refusal> {
        let (base, first) = match expected {
            Expected::Mapping(Some(base), entries) => (base, entries.first().and_then(|(key, _)| kept(key))),
            Expected::Sequence(Some(base), items) => (base, items.first().and_then(unchanged)),
            _ => return Ok(()),
        };
        let same = first.filter(|first| {
            self.claim.announced.left != Some(*first)
                && self.before.tree.children(*base).next() == Some(*first)
        });
        let (Some(old), Some(new)) = (same, self.after.tree.children(value).next()) else { return Ok(()) };
        let start = |inner: &Inner, id: u32| inner.tree.outer_start(id) as usize;
        self.same((old_from, start(self.before, old)), (new_from, start(self.after, new)))
    }

    /// What stands between two neighbours that were neighbours before.
    fn gap(&self, left: (u32, u32), right: (u32, u32)) -> Result<(), Refusal> {
        if self.before.tree.node(left.0).next != right.0 || right.0 == NONE {
            return Ok(());
        }
        let between = |inner: &Inner, left: u32, right: u32| {
            (inner.tree.node(left).end as usize, inner.tree.outer_start(right) as usize)
        };
        self.same(between(self.before, left.0, right.0), between(self.after, left.1, right.1))
    }
}

/// Where the block scalar starts that the text ends in without a line break.
fn unended(inner: &Inner) -> Option<usize> {
    let is_block = |node: &&NodeData| matches!(node.style, Style::Literal | Style::Folded);
    let node = inner.tree.nodes.iter().rev().find(is_block)?;
    (node.end as usize == inner.text.len() && !inner.text.ends_with(['\n', '\r']))
        .then_some(node.start as usize)
}

/// The node that stays as it is.
fn unchanged(expected: &Expected) -> Option<u32> {
    match expected {
        Expected::Same(old) => Some(*old),
        Expected::New(..) | Expected::Mapping(..) | Expected::Sequence(..) => None,
    }
}
