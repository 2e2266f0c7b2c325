//! That every comment is still there, at its owner.

use std::cell::OnceCell;

use crate::comments::heads::{head, may_leave};
use crate::comments::owners::owners;
use crate::model::comment::{OwnerNode, Side};
use crate::model::refusal::Refusal;
use crate::model::tree::{Kind, NONE};
use crate::prove::claim::{Claim, failed};
use crate::source::inner::Inner;
use crate::text::edits::TextEdit;

/// Where an offset outside all edits comes to stand; `None` inside a span that an edit replaces.
fn shifted(edits: &[TextEdit], offset: usize) -> Option<usize> {
    let mut shift = 0isize;
    for edit in edits {
        // An insertion at the offset pushes it on.
        if edit.span.end > offset {
            if edit.span.contains(&offset) {
                return None;
            }
            break;
        }
        shift += edit.replacement.len() as isize - edit.span.len() as isize;
    }
    offset.checked_add_signed(shift)
}

/// Every comment is where it was and belongs to what it did, but for those that are announced.
pub(crate) fn comments(claim: &Claim<'_>, pairs: &[u32]) -> Result<(), Refusal> {
    let (before, after) = (claim.before, claim.after);
    let text = |inner: &Inner, at: usize| {
        let comment = inner.tree.comments[at];
        inner.slice(comment.start, comment.end).to_owned()
    };
    let leaving = claim.announced.gone.iter().chain(&claim.announced.moved);
    let of_file =
        leaving.map(|at| before.tree.comments[*at].start as usize).find(|at| head(before).contains(at));
    if let Some(at) =
        of_file.filter(|_| !claim.announced.entry.is_some_and(|id| may_leave(before, &head(before), id)))
    {
        return Err(failed("comments", "a comment of the file would leave with an entry", before, at));
    }
    let mut kept = kept_comments(claim)?;
    let mut used = vec![false; after.tree.comments.len()];
    kept.iter().for_each(|(_, place)| used[*place] = true);
    let new: Vec<usize> = (0..used.len()).filter(|at| !used[*at]).collect();
    let moved = &claim.announced.moved;
    let expected: Vec<String> =
        moved.iter().map(|at| text(before, *at)).chain(claim.announced.added.clone()).collect();
    if new.iter().map(|at| text(after, *at)).ne(expected) {
        return Err(failed("comments", "a comment would be lost or made up", before, 0));
    }
    kept.extend(moved.iter().copied().zip(new));
    let newcomers = OnceCell::new();
    for (old, new) in kept {
        if !keeps_owner(claim, pairs, &owners(before)[old], &owners(after)[new])
            && !newcomers.get_or_init(|| Newcomers::new(claim, pairs)).stand_apart(
                &owners(before)[old],
                &owners(after)[new],
                new,
            )
        {
            let at = before.tree.comments[old].start as usize;
            return Err(failed("comments", "a comment would come to belong to something else", before, at));
        }
    }
    Ok(())
}

/// The comments that neither go nor move, each with its index after.
fn kept_comments(claim: &Claim<'_>) -> Result<Vec<(usize, usize)>, Refusal> {
    let (before, after) = (claim.before, claim.after);
    let mut kept = Vec::new();
    let mut gone: Vec<usize> = claim.announced.gone.iter().chain(&claim.announced.moved).copied().collect();
    gone.sort_unstable();
    for (at, comment) in before.tree.comments.iter().enumerate() {
        if gone.binary_search(&at).is_ok() {
            continue;
        }
        let start = comment.start as usize;
        let place = shifted(claim.edits, start).and_then(|place| {
            after.tree.comments.binary_search_by_key(&(place as u32), |comment| comment.start).ok()
        });
        let Some(place) = place else {
            return Err(failed("comments", "a comment would be lost", before, start));
        };
        let new = after.tree.comments[place];
        let same_text = before.slice(comment.start, comment.end) == after.slice(new.start, new.end);
        if !same_text || new.own_line != comment.own_line {
            return Err(failed("comments", "a comment would change", before, start));
        }
        kept.push((at, place));
    }
    Ok(kept)
}

/// Whether a comment belongs to what it did; or its owner is gone, or left it behind.
fn keeps_owner(claim: &Claim<'_>, pairs: &[u32], old: &OwnerNode, new: &OwnerNode) -> bool {
    let expected = pairs.get(old.node as usize).copied().unwrap_or(NONE);
    if expected == NONE || (expected == new.node && old.side == new.side) {
        return true;
    }
    let is_left = claim.announced.left == Some(old.node) && old.side == Side::Before && expected != new.node;
    // A comment in empty brackets comes to stand before their first entry.
    let was_empty = claim.before.tree.nodes.get(old.node as usize);
    let was_alone = old.side == Side::After
        && was_empty
            .is_some_and(|node| node.kind != Kind::Scalar && claim.before.tree.is_childless(old.node))
        && claim.after.tree.nodes.get(new.node as usize).is_some_and(|node| node.parent == expected);
    is_left || was_alone
}

/// The nodes of the text after that none before it is the same as, and its blank lines: found once for all comments.
struct Newcomers<'a> {
    claim: &'a Claim<'a>,
    pairs: &'a [u32],
    /// By node of the text after: whether there is one before that is the same.
    known: Vec<bool>,
    /// The starts of the blank lines of the text after.
    blanks: Vec<usize>,
}

impl<'a> Newcomers<'a> {
    fn new(claim: &'a Claim<'a>, pairs: &'a [u32]) -> Self {
        let after = claim.after;
        let mut known = vec![false; after.tree.nodes.len()];
        for pair in pairs.iter().filter(|pair| **pair != NONE) {
            known[*pair as usize] = true;
        }
        let starts = after.lines().iter().map(|start| *start as usize);
        let is_blank = |start: &usize| {
            *start < after.text.len()
                && after.text.get(*start..after.line_end(*start)).is_some_and(|line| line.trim().is_empty())
        };
        Self { claim, pairs, known, blanks: starts.filter(is_blank).collect() }
    }

    /// Whether a closing remark of a collection comes to stand above a new entry of it, with a blank line between.
    fn stand_apart(&self, old: &OwnerNode, new: &OwnerNode, comment: usize) -> bool {
        let after = self.claim.after;
        let expected = self.pairs.get(old.node as usize).copied().unwrap_or(NONE);
        let Some(node) = after.tree.nodes.get(new.node as usize) else { return false };
        let closing = old.side == Side::After && new.side == Side::Before && node.parent == expected;
        let comes_in = !self.known[new.node as usize]
            || self.claim.announced.left.is_some_and(|key| self.pairs[key as usize] == new.node);
        let from = after.next_line(after.tree.comments[comment].end as usize);
        let to = after.line_start(after.entry_start(new.node));
        let next = self.blanks.get(self.blanks.partition_point(|blank| *blank < from));
        closing && comes_in && next.is_some_and(|blank| *blank < to)
    }
}
