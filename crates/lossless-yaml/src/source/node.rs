//! A view of one node.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::path::Path;
use crate::model::reader::Reader;
use crate::model::tree::{Kind, NodeData, Style};
use crate::model::value::Value;
use crate::source::inner::Inner;

/// So deep are merges followed; one may contain itself.
const MERGES: usize = 8;

/// A node of a document; cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) id: u32,
}

impl<'a> Node<'a> {
    fn data(self) -> &'a NodeData {
        self.inner.tree.node(self.id)
    }

    fn with(self, id: u32) -> Node<'a> {
        Node { inner: self.inner, id }
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.data().kind
    }

    /// How it is written.
    pub fn style(self) -> Style {
        self.data().style
    }

    /// Its bytes in the (outer) file, properties not included.
    pub fn span(self) -> Range<usize> {
        self.inner.to_outer(self.data().start as usize)..self.inner.to_outer(self.data().end as usize)
    }

    /// Its line and column in the (outer) file, both from 1; columns in characters.
    pub fn position(self) -> (usize, usize) {
        self.inner.outer_line_column(self.data().start as usize)
    }

    /// The keys and values of a mapping, in text order, duplicates included; nothing for other nodes.
    pub fn entries(self) -> impl Iterator<Item = (Node<'a>, Node<'a>)> {
        self.inner.tree.entries(self.id).map(move |(key, value)| (self.with(key), self.with(value)))
    }

    /// The items of a sequence; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = Node<'a>> {
        let items = matches!(self.kind(), Kind::Sequence).then(|| self.inner.tree.children(self.id));
        items.into_iter().flatten().map(move |id| self.with(id))
    }

    /// How many entries or items it has; 0 for scalars.
    pub fn len(self) -> usize {
        match self.kind() {
            Kind::Mapping => self.entries().count(),
            _ => self.items().count(),
        }
    }

    /// Whether it has no entries or items.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The value of `key`; of duplicates the last one.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The node of `key` itself; of duplicates the last one.
    pub fn key_node(self, key: &str) -> Option<Node<'a>> {
        self.entry(key).map(|(key, _)| key)
    }

    fn entry(self, key: &str) -> Option<(Node<'a>, Node<'a>)> {
        let (key, value) = self.inner.entry(self.id, key)?;
        Some((self.with(key), self.with(value)))
    }

    /// The earlier entries of a mapping that a later one of the same key makes dead.
    pub fn duplicates(self) -> Vec<(Node<'a>, Node<'a>)> {
        let mut seen = std::collections::HashSet::new();
        let mut entries: Vec<_> = self.entries().collect();
        entries.reverse();
        let mut dead: Vec<_> = entries.into_iter().filter(|(key, _)| !seen.insert(key.text())).collect();
        dead.retain(|(key, _)| key.kind() == Kind::Scalar && key.source() != "<<");
        dead.reverse();
        dead
    }

    /// The decoded text of a scalar; the source of other nodes.
    pub fn text(self) -> Cow<'a, str> {
        self.inner.text_of(self.id)
    }

    /// The raw bytes of the node in its own text (the dedented one for embedded texts).
    pub fn source(self) -> &'a str {
        self.inner.source(self.id)
    }

    /// The name of its anchor.
    pub fn anchor(self) -> Option<&'a str> {
        self.inner.properties(self.id).0
    }

    /// Its tag as written (`!!str`, `!override`).
    pub fn tag(self) -> Option<&'a str> {
        self.inner.properties(self.id).1
    }

    /// What an alias stands for.
    pub fn target(self) -> Option<Node<'a>> {
        self.inner.tree.target(self.id).map(|id| self.with(id))
    }

    /// The node itself, or what it stands for if it is an alias.
    #[must_use]
    pub fn resolve(self) -> Node<'a> {
        self.target().unwrap_or(self)
    }

    /// Whether the reader takes it for null (aliases followed).
    pub fn is_null(self, reader: Reader) -> bool {
        matches!(self.resolve().scalar_value(reader), Some(Value::Null))
    }

    /// What a reader makes of a scalar; `None` for collections and aliases.
    pub fn scalar_value(self, reader: Reader) -> Option<Value> {
        (self.kind() == Kind::Scalar).then(|| self.inner.scalar(self.id, reader))
    }

    /// What a reader makes of the whole node: aliases and `<<` merges followed, later duplicates winning. Work is
    /// bounded; what lies beyond (or contains itself) becomes [`Value::Other`].
    pub fn value(self, reader: Reader) -> Value {
        crate::source::data::value(self.inner, self.id, reader)
    }

    /// The value that a `<<` merge of this mapping provides for `key`.
    pub fn merged(self, key: &str) -> Option<Node<'a>> {
        crate::source::data::merged(self.inner, self.id, key).map(|id| self.with(id))
    }

    /// The keys and values that `<<` merges of this mapping provide, without those that it has itself; of several sources the first wins.
    pub fn merged_entries(self) -> Vec<(Node<'a>, Node<'a>)> {
        let mut found = Vec::new();
        self.add_merged(&mut found, MERGES);
        let mut seen = std::collections::HashSet::new();
        found.retain(|(key, _)| self.get(&key.text()).is_none() && seen.insert(key.text().into_owned()));
        found
    }

    fn add_merged(self, found: &mut Vec<(Node<'a>, Node<'a>)>, left: usize) {
        let Some(left) = left.checked_sub(1) else { return };
        for (_, source) in self.entries().filter(|(key, _)| key.source() == "<<") {
            let source = source.resolve();
            let several = source.items().map(Node::resolve);
            let one = (source.kind() == Kind::Mapping).then_some(source);
            for source in several.chain(one) {
                found.extend(source.entries().filter(|(key, _)| key.source() != "<<"));
                source.add_merged(found, left);
            }
        }
    }

    /// Its address in its document (in an embedded text, with the path of that text before it).
    pub fn path(self) -> Path {
        self.inner.path(self.id)
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {}", self.kind(), self.path())
    }
}
