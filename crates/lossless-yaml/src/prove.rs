//! The proof: the text after an edit must read as the intended tree, with every comment where it was.

mod outside;
#[cfg(test)]
mod tests;

use std::cell::OnceCell;

use super::comment::Side;
use super::heads::{head, may_leave};
use super::intent::{Want, WantKey};
use super::node::{Node, Reader};
use super::owners::{OwnerNode, owners};
use super::tree::{Kind, NONE, Style};
use super::yaml::Inner;
use super::{Refusal, RefusalKind, TextEdit, Value, lines};

/// What an operation announces about comments.
#[derive(Clone, Debug, Default)]
pub(crate) struct Announced {
    /// Comments of the text before that go, by index.
    pub gone: Vec<usize>,
    /// Comments that go from their place and come back elsewhere, in this order.
    pub moved: Vec<usize>,
    /// New comments, in text order.
    pub added: Vec<String>,
    /// The entry that comments go or move with: its key, or the item.
    pub entry: Option<u32>,
    /// The key that leaves its place: comments that stood before it without moving come to stand before another.
    pub left: Option<u32>,
}

impl Announced {
    /// Whether nothing is announced.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.moved.is_empty() && self.added.is_empty()
    }
}

/// What is to be proven.
pub(crate) struct Claim<'a> {
    pub before: &'a Inner,
    pub after: &'a Inner,
    pub edits: &'a [TextEdit],
    /// The intended roots, one for each document.
    pub roots: &'a [Option<Want>],
    pub announced: &'a Announced,
}

fn failed(check: &'static str, reason: &str, inner: &Inner, offset: usize) -> Refusal {
    let (line, column) = lines::line_column(&inner.text, inner.lines(), offset);
    Refusal::at(RefusalKind::Proof(check), reason, line, column)
}

/// Proves an edit.
pub(crate) fn prove(claim: &Claim<'_>) -> Result<(), Refusal> {
    let pairs = Comparison::new(claim).documents()?;
    comments(claim, &pairs)?;
    outside::outside(claim, &pairs)?;
    line_breaks(claim)
}

struct Comparison<'a> {
    claim: &'a Claim<'a>,
    /// For each node before, the node after that is the same one.
    pairs: Vec<u32>,
    aliases: Vec<(u32, u32)>,
}

impl<'a> Comparison<'a> {
    fn new(claim: &'a Claim<'a>) -> Self {
        Self { claim, pairs: vec![NONE; claim.before.tree.nodes.len()], aliases: Vec::new() }
    }

    fn documents(mut self) -> Result<Vec<u32>, Refusal> {
        let (before, after) = (&self.claim.before.tree, &self.claim.after.tree);
        if before.docs.len() != after.docs.len() || self.claim.roots.len() != after.docs.len() {
            return Err(failed("tree", "the number of documents changed", self.claim.before, 0));
        }
        for ((old, new), want) in before.docs.iter().zip(&after.docs).zip(self.claim.roots) {
            if (old.marker == NONE) != (new.marker == NONE)
                || (old.end_marker == NONE) != (new.end_marker == NONE)
            {
                return Err(failed("line-breaks", "a document marker changed", self.claim.before, 0));
            }
            match want {
                Some(want) if new.root != NONE => self.node(want, new.root)?,
                None if new.root == NONE => {}
                _ => {
                    return Err(failed(
                        "tree",
                        "a document lost or gained its content",
                        self.claim.before,
                        0,
                    ));
                }
            }
        }
        for (old, new) in &self.aliases {
            let target = before.target(*old).map(|target| self.pairs[target as usize]);
            if target != after.target(*new) {
                return Err(self.wrong(*new, "an alias would stand for something else"));
            }
        }
        Ok(self.pairs)
    }

    fn wrong(&self, after: u32, reason: &str) -> Refusal {
        let at = self.claim.after.tree.nodes.get(after as usize).map_or(0, |node| node.start as usize);
        failed("tree", reason, self.claim.after, at)
    }

    fn node(&mut self, want: &Want, id: u32) -> Result<(), Refusal> {
        let after = &self.claim.after.tree;
        match want {
            Want::Same(old) => self.same(*old, id),
            Want::New(base, value) => self.new_value(*base, value, id),
            Want::Mapping(base, entries) => {
                self.base(*base, id, Kind::Mapping)?;
                let mut children = after.entries(id);
                for (key, value) in entries {
                    let Some((k, v)) = children.next() else {
                        return Err(self.wrong(id, "an entry is missing"));
                    };
                    self.key(key, k)?;
                    self.node(value, v)?;
                }
                if children.next().is_some() {
                    return Err(self.wrong(id, "there is an entry too many"));
                }
                Ok(())
            }
            Want::Sequence(base, items) => {
                self.base(*base, id, Kind::Sequence)?;
                let mut children = after.children(id);
                for item in items {
                    let Some(child) = children.next() else {
                        return Err(self.wrong(id, "an item is missing"));
                    };
                    self.node(item, child)?;
                }
                if children.next().is_some() {
                    return Err(self.wrong(id, "there is an item too many"));
                }
                Ok(())
            }
        }
    }

    /// A collection that grew or shrank: its kind, and the properties of what stood there.
    fn base(&mut self, base: Option<u32>, id: u32, kind: Kind) -> Result<(), Refusal> {
        if self.claim.after.tree.node(id).kind != kind {
            return Err(self.wrong(id, "a collection changed its kind"));
        }
        let properties = base.map_or((None, None), |old| self.claim.before.properties(old));
        if self.claim.after.properties(id) != properties {
            return Err(self.wrong(id, "an anchor or tag changed"));
        }
        if let Some(old) = base {
            self.pairs[old as usize] = id;
        }
        Ok(())
    }

    fn key(&mut self, key: &WantKey, id: u32) -> Result<(), Refusal> {
        match key {
            WantKey::Same(old) => self.same(*old, id),
            WantKey::Renamed(old, name) => {
                self.pairs[*old as usize] = id;
                let (anchor, _) = self.claim.before.properties(*old);
                self.fresh(anchor, &Value::Str(name.clone()), id)
            }
            WantKey::New(name) => self.fresh(None, &Value::Str(name.clone()), id),
        }
    }

    fn new_value(&mut self, base: Option<u32>, value: &Value, id: u32) -> Result<(), Refusal> {
        let anchor = base.and_then(|old| self.claim.before.properties(old).0);
        if let Some(old) = base {
            self.pairs[old as usize] = id;
        }
        self.fresh(anchor, value, id)
    }

    /// New data: both readers must take it for what is meant.
    fn fresh(&self, anchor: Option<&str>, value: &Value, id: u32) -> Result<(), Refusal> {
        let node = Node { inner: self.claim.after, id };
        let string_tag = matches!(value, Value::Str(_)) && node.tag() == Some("!!str");
        if node.anchor() != anchor || !(node.tag().is_none() || string_tag) {
            return Err(self.wrong(id, "an anchor or tag changed"));
        }
        for reader in [Reader::PyYaml, Reader::Go] {
            if !same_value(&node.value(reader), value) {
                return Err(self.wrong(id, "what was written would be read as something else"));
            }
        }
        Ok(())
    }

    /// The same node as before, with all below it.
    fn same(&mut self, old: u32, new: u32) -> Result<(), Refusal> {
        let (before, after) = (self.claim.before, self.claim.after);
        let (a, b) = (before.tree.node(old), after.tree.node(new));
        self.pairs[old as usize] = new;
        if a.kind != b.kind || a.style != b.style {
            return Err(self.wrong(new, "something outside the edit changed its form"));
        }
        if before.properties(old) != after.properties(new) {
            return Err(self.wrong(new, "an anchor or tag outside the edit changed"));
        }
        let same_slice = || before.source(old) == after.source(new);
        match a.kind {
            Kind::Alias => {
                self.aliases.push((old, new));
                if same_slice() { Ok(()) } else { Err(self.wrong(new, "an alias outside the edit changed")) }
            }
            Kind::Scalar => {
                let block = matches!(a.style, Style::Literal | Style::Folded);
                let same = (!block && same_slice()) || before.text_of(old) == after.text_of(new);
                if same { Ok(()) } else { Err(self.wrong(new, "a value outside the edit changed")) }
            }
            Kind::Mapping | Kind::Sequence => {
                let (mut x, mut y) = (before.tree.children(old), after.tree.children(new));
                loop {
                    match (x.next(), y.next()) {
                        (Some(x), Some(y)) => self.same(x, y)?,
                        (None, None) => return Ok(()),
                        _ => return Err(self.wrong(new, "a collection outside the edit changed")),
                    }
                }
            }
        }
    }
}

/// Equality of data, where a float is the same number however it is spelt.
pub(crate) fn same_value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
        (Value::Seq(a), Value::Seq(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && same_value(&a.1, &b.1))
        }
        _ => a == b,
    }
}

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
fn comments(claim: &Claim<'_>, pairs: &[u32]) -> Result<(), Refusal> {
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

/// Line breaks and the end of the text are of the kinds that they were.
fn line_breaks(claim: &Claim<'_>) -> Result<(), Refusal> {
    let (before, after) = (&claim.before.text, &claim.after.text);
    let ends = |text: &str| text.ends_with(['\n', '\r']);
    let emptied = claim.after.tree.docs.iter().all(|doc| doc.root == NONE);
    // A block scalar that comes to stand last keeps the break that is part of it.
    let content = after.trim_end_matches(['\n', '\r']).len();
    let needed = !ends(before) && super::edit::ends_in_block_scalar(claim.after, content);
    if !before.is_empty() && ends(before) != ends(after) && !emptied && !needed {
        let reason = "the line break at the end of the text would change";
        return Err(failed("line-breaks", reason, claim.before, before.len()));
    }
    let crlf = |text: &str| memchr::memmem::find(text.as_bytes(), b"\r\n").is_some();
    let replaced: String = claim.edits.iter().map(|edit| edit.replacement.as_str()).collect();
    let bare = |text: &str| {
        memchr::memchr_iter(b'\n', text.as_bytes()).any(|at| at == 0 || text.as_bytes()[at - 1] != b'\r')
    };
    if !before.is_empty()
        && ((crlf(&replaced) && !crlf(before)) || (bare(&replaced) && !bare(before) && crlf(before)))
    {
        return Err(failed("line-breaks", "a line break of another kind would come in", claim.before, 0));
    }
    Ok(())
}
