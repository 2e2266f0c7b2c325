//! One text with all its documents, and the texts embedded in it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::model::comment::CommentLine;
use crate::model::path::{Path, Step};
use crate::model::tree::NONE;
use crate::source::inner::Inner;
use crate::source::node::Node;

/// One YAML text with all its documents: what was read, never printed back from a tree. Cheap to clone.
#[derive(Clone)]
pub struct Yaml {
    pub(crate) inner: Arc<Inner>,
    pub(crate) embedded: Arc<Embeddings>,
}

/// The registered embedded texts, in the order of their registration, and where each is by its document and path.
#[derive(Clone, Default)]
pub(crate) struct Embeddings {
    list: Vec<Embedded>,
    places: HashMap<usize, BTreeMap<Vec<Step>, usize>>,
}

impl Embeddings {
    pub fn iter(&self) -> impl Iterator<Item = &Embedded> {
        self.list.iter()
    }

    pub fn get(&self, doc: usize, path: &[Step]) -> Option<&Embedded> {
        self.list.get(*self.places.get(&doc)?.get(path)?)
    }

    /// Registers a text, in the place of one that is registered there.
    pub fn put(&mut self, one: Embedded) {
        match self.places.entry(one.doc).or_default().entry(one.path.0.clone()) {
            Entry::Occupied(known) => self.list[*known.get()] = one,
            Entry::Vacant(new) => {
                new.insert(self.list.len());
                self.list.push(one);
            }
        }
    }
}

/// A registered embedded text.
#[derive(Clone)]
pub(crate) struct Embedded {
    pub doc: usize,
    pub path: Path,
    pub yaml: Yaml,
}

impl Yaml {
    /// Tells the word that the whole text is about, such as the name of the program that it configures: a heading
    /// that has this word and no other says nothing in particular, so that a new key may stand below it. What stands under a
    /// heading about something else is set off from a new key by a blank line; where this is not told, only in a block that has blank
    /// lines between its entries.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.subject = subject.to_lowercase().into();
        }
        self
    }

    /// The original text, with its BOM.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The original text, shared: it stays in memory once however many hold it.
    pub fn shared_text(&self) -> Arc<str> {
        self.inner.text.clone()
    }

    /// How many documents the text has. One that is empty or has only comments has one, without root.
    pub fn documents(&self) -> usize {
        self.inner.tree.docs.len()
    }

    /// The root node of a document.
    pub fn root(&self, doc: usize) -> Option<Node<'_>> {
        let root = self.inner.tree.docs.get(doc)?.root;
        (root != NONE).then(|| Node { inner: &self.inner, id: root })
    }

    /// The node at a path. Of duplicate keys the last counts; aliases and merges are not followed. The way through
    /// [`Step::Inside`] leads only into texts that [`Yaml::embed`] has registered, which [`Yaml::apply`] does not need:
    /// that reads what is embedded by itself.
    pub fn get(&self, doc: usize, path: &Path) -> Option<Node<'_>> {
        self.at(doc, path.steps())
    }

    fn at(&self, doc: usize, steps: &[Step]) -> Option<Node<'_>> {
        if let Some(inside) = steps.iter().position(|step| *step == Step::Inside) {
            return self.embedded.get(doc, &steps[..inside])?.yaml.at(0, &steps[inside + 1..]);
        }
        let mut node = self.root(doc)?;
        for step in steps {
            node = node.inner.child(node.id, step).map(|id| Node { inner: node.inner, id })?;
        }
        Some(node)
    }

    /// The deepest existing node on the way to `path`, with its path; `None` where the document has no root.
    pub fn closest(&self, doc: usize, path: &Path) -> Option<(Path, Node<'_>)> {
        if let Some((outer, rest)) = path.split_inside()
            && let Some(inside) = self.inside(doc, &outer)
            && let Some((found, node)) = inside.closest(0, &rest)
        {
            return Some((outer.child(Step::Inside).join(&found), node));
        }
        let mut node = self.root(doc)?;
        let mut found = Path::root();
        for step in path.steps() {
            let Some(id) = node.inner.child(node.id, step) else { break };
            node = Node { inner: node.inner, id };
            found.0.push(step.clone());
        }
        Some((found, node))
    }

    /// The registered embedded texts: document, path of the scalar, the text read. Texts embedded in those are found
    /// in them.
    pub fn embedded(&self) -> impl Iterator<Item = (usize, &Path, &Yaml)> {
        self.embedded.iter().map(|one| (one.doc, &one.path, &one.yaml))
    }

    pub(crate) fn inside(&self, doc: usize, path: &Path) -> Option<&Yaml> {
        self.embedded.get(doc, path.steps()).map(|one| &one.yaml)
    }

    /// The comments that stand on lines of their own, in the order of [`Yaml::comments`]; what they belong to is not looked for.
    pub fn comment_lines(&self) -> Vec<CommentLine<'_>> {
        let inner = &self.inner;
        let docs = &inner.tree.docs;
        let own = inner.tree.comments.iter().filter(|comment| comment.own_line);
        let mut all: Vec<CommentLine<'_>> = own
            .map(|one| CommentLine {
                text: inner.slice(one.start, one.end),
                line: inner.outer_line_column(one.start as usize).0,
                doc: docs.partition_point(|doc| doc.end <= one.start).min(docs.len().saturating_sub(1)),
                inside: None,
            })
            .collect();
        for one in self.embedded.iter() {
            let lines = one.yaml.comment_lines().into_iter();
            all.extend(lines.map(|line| CommentLine { doc: one.doc, inside: Some(&one.path), ..line }));
        }
        all
    }

    /// Line and column of a byte offset, both from 1, columns in characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        self.inner.line_column(offset)
    }
}

impl std::fmt::Debug for Yaml {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Yaml({} bytes, {} documents)", self.inner.text.len(), self.documents())
    }
}
