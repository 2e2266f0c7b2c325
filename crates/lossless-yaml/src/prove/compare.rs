//! The proof: the text after an edit must read as the intended tree, with every comment where it was.

use crate::model::reader::Reader;
use crate::model::refusal::Refusal;
use crate::model::tree::{Kind, NONE, Style};
use crate::model::value::{Value, same_value};
use crate::operation::intent::{Expected, ExpectedKey};
use crate::prove::claim::{Claim, failed};
use crate::source::inner::Inner;
use crate::source::node::Node;

pub(crate) struct Comparison<'a> {
    claim: &'a Claim<'a>,
    /// For each node before, the node after that is the same one.
    pairs: Vec<u32>,
    aliases: Vec<(u32, u32)>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(claim: &'a Claim<'a>) -> Self {
        Self { claim, pairs: vec![NONE; claim.before.tree.nodes.len()], aliases: Vec::new() }
    }

    pub(crate) fn documents(mut self) -> Result<Vec<u32>, Refusal> {
        let (before, after) = (&self.claim.before.tree, &self.claim.after.tree);
        if before.docs.len() != after.docs.len() || self.claim.roots.len() != after.docs.len() {
            return Err(failed("tree", "the number of documents changed", self.claim.before, 0));
        }
        for ((old, new), expected) in before.docs.iter().zip(&after.docs).zip(self.claim.roots) {
            if (old.marker == NONE) != (new.marker == NONE)
                || (old.end_marker == NONE) != (new.end_marker == NONE)
            {
                return Err(failed("line-breaks", "a document marker changed", self.claim.before, 0));
            }
            match expected {
                Some(expected) if new.root != NONE => self.node(expected, new.root)?,
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

    fn node(&mut self, expected: &Expected, id: u32) -> Result<(), Refusal> {
        let after = &self.claim.after.tree;
        match expected {
            Expected::Same(old) => self.same(*old, id),
            Expected::New(base, value) => self.new_value(*base, value, id),
            Expected::Mapping(base, entries) => {
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
            Expected::Sequence(base, items) => {
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

    fn key(&mut self, key: &ExpectedKey, id: u32) -> Result<(), Refusal> {
        match key {
            ExpectedKey::Same(old) => self.same(*old, id),
            ExpectedKey::Renamed(old, name) => {
                self.pairs[*old as usize] = id;
                let (anchor, _) = self.claim.before.properties(*old);
                self.fresh(anchor, &Value::Str(name.clone()), id)
            }
            ExpectedKey::Merge if is_merge(self.claim.after, id) => Ok(()),
            ExpectedKey::Merge => Err(self.wrong(id, "a merge key is missing")),
            ExpectedKey::New(name) => self.fresh(None, &Value::Str(name.clone()), id),
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

/// Whether a key is a bare `<<`.
fn is_merge(inner: &Inner, id: u32) -> bool {
    inner.tree.node(id).style == Style::Plain
        && inner.source(id) == "<<"
        && inner.properties(id) == (None, None)
}
