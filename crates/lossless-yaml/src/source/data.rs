//! What a node means as data: aliases and merges followed, work bounded.

use std::collections::HashMap;

use crate::model::reader::Reader;
use crate::model::tree::Kind;
use crate::model::value::Value;
use crate::source::inner::Inner;

/// How many nodes may be visited through aliases and merges.
const BUDGET: usize = 10_000;

struct Walk<'a> {
    inner: &'a Inner,
    reader: Reader,
    /// The targets that are being read: an alias to one of them would never end.
    open: Vec<u32>,
    /// Steps left inside targets of aliases.
    left: usize,
    depth: usize,
}

/// How deep reading recurses, aliases included.
const DEEPEST: usize = 400;

/// What a reader makes of a node.
pub(crate) fn value(inner: &Inner, id: u32, reader: Reader) -> Value {
    Walk { inner, reader, open: Vec::new(), left: BUDGET, depth: 0 }.value(id)
}

/// The value that a `<<` merge provides for a key.
pub(crate) fn merged(inner: &Inner, id: u32, key: &str) -> Option<u32> {
    let mut walk = Walk { inner, reader: Reader::PyYaml, open: vec![id], left: BUDGET, depth: 0 };
    walk.sources(id).into_iter().find_map(|source| walk.lookup(source, key))
}

/// The entries of a mapping, each key once.
#[derive(Default)]
struct Entries {
    list: Vec<(String, Value)>,
    /// Where each is, once they are too many to be gone through for every question.
    index: HashMap<String, usize>,
}

impl Entries {
    /// So many are gone through sooner than looked up.
    const FEW: usize = 16;

    fn position(&self, key: &str) -> Option<usize> {
        match self.list.len() {
            ..=Self::FEW => self.list.iter().position(|(own, _)| own == key),
            _ => self.index.get(key).copied(),
        }
    }

    fn add(&mut self, key: String, value: Value) {
        self.list.push((key, value));
        let new = match self.list.len() {
            ..=Self::FEW => return,
            many if self.index.is_empty() => 0..many,
            many => many - 1..many,
        };
        self.index.extend(new.map(|at| (self.list[at].0.clone(), at)));
    }
}

impl Walk<'_> {
    fn value(&mut self, id: u32) -> Value {
        if !self.open.is_empty() {
            let Some(left) = self.left.checked_sub(1) else {
                return Value::Other(self.inner.source(id).to_owned());
            };
            self.left = left;
        }
        if self.depth == DEEPEST {
            return Value::Other(self.inner.source(id).to_owned());
        }
        self.depth += 1;
        let value = self.value_of(id);
        self.depth -= 1;
        value
    }

    fn value_of(&mut self, id: u32) -> Value {
        let inner = self.inner;
        match inner.tree.node(id).kind {
            Kind::Scalar => inner.scalar(id, self.reader),
            Kind::Sequence => Value::Seq(inner.tree.children(id).map(|item| self.value(item)).collect()),
            Kind::Mapping => Value::Map(self.entries(id)),
            Kind::Alias => match inner.tree.target(id) {
                Some(target) if !self.open.contains(&target) && !self.is_inside(id, target) => {
                    self.open.push(target);
                    let value = self.value(target);
                    self.open.pop();
                    value
                }
                _ => Value::Other(inner.source(id).to_owned()),
            },
        }
    }

    fn is_inside(&self, id: u32, ancestor: u32) -> bool {
        let tree = &self.inner.tree;
        std::iter::successors(Some(id), |at| {
            tree.nodes.get(tree.node(*at).parent as usize).map(|_| tree.node(*at).parent)
        })
        .any(|at| at == ancestor)
    }

    /// Later duplicates win in the place of the first; merged entries come first, as in PyYAML.
    fn entries(&mut self, id: u32) -> Vec<(String, Value)> {
        let mut out = Entries::default();
        for source in self.sources(id) {
            if self.left == 0 || self.open.len() > 100 {
                break;
            }
            self.left = self.left.saturating_sub(1);
            self.open.push(source);
            for (key, value) in self.entries(source) {
                self.left = self.left.saturating_sub(1);
                // Of several merges the earlier wins.
                if out.position(&key).is_none() {
                    out.add(key, value);
                }
            }
            self.open.pop();
        }
        for (key, child) in self.inner.tree.entries(id) {
            if self.is_merge(key) {
                continue;
            }
            let value = self.value(child);
            let key = self.inner.key_text(key).into_owned();
            match out.position(&key) {
                Some(at) => out.list[at].1 = value,
                None => out.add(key, value),
            }
        }
        out.list
    }

    fn is_merge(&self, key: u32) -> bool {
        let node = self.inner.tree.node(key);
        node.kind == Kind::Scalar
            && node.style == crate::model::tree::Style::Plain
            && self.inner.source(key) == "<<"
    }

    /// The mappings that `<<` merges into this one, the strongest first.
    fn sources(&self, id: u32) -> Vec<u32> {
        let tree = &self.inner.tree;
        let resolve = |id: u32| tree.target(id).unwrap_or(id);
        let mut out = Vec::new();
        for (key, value) in tree.entries(id) {
            if !self.is_merge(key) {
                continue;
            }
            let value = resolve(value);
            match tree.node(value).kind {
                Kind::Mapping => out.push(value),
                _ => out.extend(tree.children(value).map(resolve)),
            }
        }
        out.retain(|source| {
            tree.node(*source).kind == Kind::Mapping && !self.open.contains(source) && *source != id
        });
        out
    }

    fn lookup(&mut self, id: u32, key: &str) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        if let Some((_, value)) = self.inner.entry(id, key) {
            return Some(value);
        }
        if self.open.contains(&id) || self.open.len() > 100 {
            return None;
        }
        self.open.push(id);
        let found = self.sources(id).into_iter().find_map(|source| self.lookup(source, key));
        self.open.pop();
        found
    }
}
