//! One text with all its documents, and the texts embedded in it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, OnceLock};

use super::comment::Comment;
use super::lines::Counts;
use super::node::{Node, Reader};
use super::op::{Applied, Op};
use super::owners::OwnerNode;
use super::style::Habits;
use super::tree::{Kind, NONE, Style, Tree};
use super::{Limits, Path, Refusal, RefusalKind, Step, Value};

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
    places: HashMap<usize, HashMap<Vec<Step>, usize>>,
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

/// A comment on a line of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommentLine<'y> {
    /// The comment, from its `#` on.
    pub text: &'y str,
    /// The line of the file, counted from 1.
    pub line: usize,
    /// The document of the file.
    pub doc: usize,
    /// The block scalar of that document in whose text it stands, if it stands in one.
    pub inside: Option<&'y Path>,
}

/// Keys and values of a mapping, by the texts of the keys.
type Entries = HashMap<String, (u32, u32)>;

/// So many nodes make it worth while to know which mappings are large.
const LARGE: usize = 128;

/// A registered embedded text.
#[derive(Clone)]
pub(crate) struct Embedded {
    pub doc: usize,
    pub path: Path,
    pub yaml: Yaml,
}

/// A text and its tree.
pub(crate) struct Inner {
    /// The whole text, BOM included; all offsets count from its start.
    pub text: Arc<str>,
    /// Shared with the same embedded text after an edit elsewhere.
    pub tree: Arc<Tree>,
    pub limits: Limits,
    pub lines: OnceLock<Vec<u32>>,
    pub counts: OnceLock<Counts>,
    /// The items of lists that are too long to be gone through for every question.
    pub items: OnceLock<HashMap<u32, Vec<u32>>>,
    pub ordinals: OnceLock<Vec<u32>>,
    pub owners: OnceLock<Vec<OwnerNode>>,
    /// The last entry of each key, for mappings that are too large to be gone through for every question.
    pub large: OnceLock<HashMap<u32, Entries>>,
    pub habits: OnceLock<Habits>,
    /// Where an embedded text comes from.
    pub outer: Option<Outer>,
}

/// How offsets of an embedded text map to the file that it stands in.
pub(crate) struct Outer {
    /// The file's own text.
    pub file: Arc<Inner>,
    /// The document of the file and the path of the scalar, [`Step::Inside`] included.
    pub doc: usize,
    pub path: Path,
    /// Where the scalar starts in the file.
    pub start: u32,
    /// For each line of the embedded text: where it starts there, and how far behind the start of the scalar in the file.
    pub lines: Arc<Vec<(u32, u32)>>,
}

impl Yaml {
    /// Reads a file's bytes.
    ///
    /// # Errors
    /// What is not UTF-8, holds a NUL, exceeds the limits or is not valid YAML is refused with its place.
    pub fn from_bytes(bytes: &[u8], limits: &Limits) -> Result<Yaml, Refusal> {
        super::read::check_size(bytes.len(), limits)?;
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
                Err(Refusal::at(RefusalKind::Encoding, "the file is not valid UTF-8", line, column))
            }
        }
    }

    /// Reads a text.
    ///
    /// # Errors
    /// What holds a NUL, exceeds the limits or is not valid YAML is refused with its place.
    pub fn read(text: &str, limits: &Limits) -> Result<Yaml, Refusal> {
        let inner = super::read::read(text, limits)?;
        Ok(Yaml { inner: Arc::new(inner), embedded: Arc::default() })
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

    /// The node at a path. Of duplicate keys the last counts; aliases and merges are not followed; the way through
    /// [`Step::Inside`] leads into registered embedded texts.
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

    /// Reads the literal block scalar at `path` as a YAML text of its own and registers it: `get`, `apply` and
    /// `comments` then reach into it through [`Step::Inside`].
    ///
    /// # Errors
    /// There is no literal block scalar at `path`, or its text does not read.
    pub fn embed(&mut self, doc: usize, path: &Path) -> Result<(), Refusal> {
        super::embed::embed(self, doc, path)
    }

    /// The registered embedded texts: document, path of the scalar, the text read. Texts embedded in those are found
    /// in them.
    pub fn embedded(&self) -> impl Iterator<Item = (usize, &Path, &Yaml)> {
        self.embedded.iter().map(|one| (one.doc, &one.path, &one.yaml))
    }

    pub(crate) fn inside(&self, doc: usize, path: &Path) -> Option<&Yaml> {
        self.embedded.get(doc, path.steps()).map(|one| &one.yaml)
    }

    /// The documents and paths of all literal block scalars: where a text may be embedded.
    pub fn literals(&self) -> Vec<(usize, Path)> {
        super::embed::literals(self)
    }

    /// The comments of this text, then of the embedded ones; positions are those of the file.
    pub fn comments(&self) -> impl Iterator<Item = Comment<'_>> {
        super::owners::comments(self).into_iter()
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

    /// Whether the node at `path` (or, if there is none, the closest one above it) is or holds a template expression,
    /// `{{ … }}` or `{% … %}`, that is filled in before YAML is read, or stands directly beside one.
    pub fn has_template_at(&self, doc: usize, path: &Path) -> bool {
        super::template::has_template_at(self, doc, path)
    }

    /// Does one operation, and proves it.
    ///
    /// # Errors
    /// What is foreseen (see [`RefusalKind::is_foreseen`]), or [`RefusalKind::Proof`] with the name of the check that
    /// rejected the result.
    pub fn apply(&self, doc: usize, op: &Op) -> Result<Applied, Refusal> {
        super::apply::apply(self, doc, op)
    }

    /// Does the operations one after the other, each proven on the result of the one before; all or nothing. The
    /// edits are those that lead from this text to the result.
    ///
    /// # Errors
    /// The first refusal.
    pub fn apply_all(&self, ops: &[(usize, Op)]) -> Result<Applied, Refusal> {
        super::apply::apply_all(self, ops)
    }
}

impl std::fmt::Debug for Yaml {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Yaml({} bytes, {} documents)", self.inner.text.len(), self.documents())
    }
}

impl Inner {
    pub fn source(&self, id: u32) -> &str {
        let node = self.tree.node(id);
        self.slice(node.start, node.end)
    }

    pub fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The decoded text of a scalar, the source of anything else.
    pub fn text_of(&self, id: u32) -> Cow<'_, str> {
        match self.tree.node(id).kind {
            Kind::Scalar => super::decode::decode(&self.text, &self.tree, id),
            _ => Cow::Borrowed(self.source(id)),
        }
    }

    /// The text of a key, through an alias if it is one.
    pub fn key_text(&self, id: u32) -> Cow<'_, str> {
        self.text_of(self.tree.target(id).unwrap_or(id))
    }

    /// Anchor and tag.
    pub fn properties(&self, id: u32) -> (Option<&str>, Option<&str>) {
        let props = self.tree.props(id);
        props.map_or((None, None), |(start, end)| split_properties(self.slice(start, end)))
    }

    pub fn scalar(&self, id: u32, reader: Reader) -> Value {
        let (_, tag) = self.properties(id);
        super::resolve::scalar(self.tree.node(id).style, tag, self.text_of(id), reader)
    }

    /// Whether a scalar is null to both readers, by its spelling or its absence.
    pub fn is_null(&self, id: u32) -> bool {
        let node = self.tree.node(id);
        let plain = matches!((node.kind, node.style), (Kind::Scalar, Style::Plain | Style::Empty));
        plain && self.properties(id).1.is_none() && self.scalar(id, Reader::PyYaml) == Value::Null
    }

    /// The last entry of `key`.
    pub fn entry(&self, mapping: u32, key: &str) -> Option<(u32, u32)> {
        if self.tree.nodes.len() > LARGE
            && let Some(entries) = self.large().get(&mapping)
        {
            return entries.get(key).copied();
        }
        self.tree.entries(mapping).filter(|(k, _)| self.key_is(*k, key)).last()
    }

    fn large(&self) -> &HashMap<u32, Entries> {
        self.large.get_or_init(|| {
            let mappings =
                (0..self.tree.nodes.len() as u32).filter(|id| self.tree.node(*id).kind == Kind::Mapping);
            let large = mappings.filter(|id| self.tree.entries(*id).nth(LARGE / 2).is_some());
            let is_text = |key: u32| !matches!(self.tree.node(key).kind, Kind::Mapping | Kind::Sequence);
            let entries = |id: u32| {
                let texts = self.tree.entries(id).filter(|(key, _)| is_text(*key));
                texts.map(|(key, value)| (self.key_text(key).into_owned(), (key, value))).collect()
            };
            large.map(|id| (id, entries(id))).collect()
        })
    }

    pub fn key_is(&self, id: u32, key: &str) -> bool {
        let node = self.tree.node(id);
        match (node.kind, node.style) {
            // Folding leaves the first letter of a plain scalar, and never makes it longer.
            (Kind::Scalar, Style::Plain) => {
                let source = self.source(id);
                let folded = source.len() >= key.len() && source.as_bytes().first() == key.as_bytes().first();
                source == key || (folded && self.text_of(id) == key)
            }
            (Kind::Mapping | Kind::Sequence, _) => false,
            _ => self.key_text(id) == key,
        }
    }

    fn item(&self, list: u32, index: usize) -> Option<u32> {
        if index > LARGE
            && let Some(items) = self.long_lists().get(&list)
        {
            return items.get(index).copied();
        }
        self.tree.children(list).nth(index)
    }

    fn long_lists(&self) -> &HashMap<u32, Vec<u32>> {
        self.items.get_or_init(|| {
            let lists =
                (0..self.tree.nodes.len() as u32).filter(|id| self.tree.node(*id).kind == Kind::Sequence);
            let long = lists.filter(|id| self.tree.children(*id).nth(LARGE).is_some());
            long.map(|id| (id, self.tree.children(id).collect())).collect()
        })
    }

    pub fn child(&self, id: u32, step: &Step) -> Option<u32> {
        match (self.tree.node(id).kind, step) {
            (Kind::Mapping, Step::Key(key)) => self.entry(id, key).map(|entry| entry.1),
            (Kind::Mapping, Step::Index(index)) => self.entry(id, &index.to_string()).map(|entry| entry.1),
            (Kind::Sequence, Step::Index(index)) => self.item(id, *index),
            _ => None,
        }
    }

    /// The path of a node; of a key node that of its entry.
    pub fn path(&self, id: u32) -> Path {
        let mut steps = Vec::new();
        let mut at = id;
        loop {
            let parent = self.tree.node(at).parent;
            if parent == NONE {
                break;
            }
            let ordinal = self.ordinals()[at as usize];
            steps.push(match self.tree.node(parent).kind {
                Kind::Mapping => Step::Key(self.key_text(self.key_of(at)).into_owned()),
                _ => Step::Index(ordinal as usize),
            });
            at = parent;
        }
        steps.reverse();
        match &self.outer {
            Some(outer) => outer.path.join(&Path(steps)),
            None => Path(steps),
        }
    }

    /// The key node of a child of a mapping.
    pub fn key_of(&self, child: u32) -> u32 {
        self.ordinals()[child as usize]
    }

    /// For each item its index, for each key or value of a mapping the id of its key.
    pub fn ordinals(&self) -> &[u32] {
        self.ordinals.get_or_init(|| {
            let mut out = vec![0; self.tree.nodes.len()];
            for id in 0..self.tree.nodes.len() as u32 {
                for (key, value) in self.tree.entries(id) {
                    out[key as usize] = key;
                    out[value as usize] = key;
                }
                if self.tree.node(id).kind == Kind::Sequence {
                    for (index, item) in self.tree.children(id).enumerate() {
                        out[item as usize] = index as u32;
                    }
                }
            }
            out
        })
    }

    pub fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| super::lines::starts(&self.text))
    }

    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let counts = self.counts.get_or_init(|| Counts::new(&self.text));
        super::lines::line_column_counted(&self.text, self.lines(), counts, offset)
    }

    /// An offset of this text in the file that it stands in.
    pub fn to_outer(&self, offset: usize) -> usize {
        match &self.outer {
            None => offset,
            Some(outer) => {
                let at = outer.lines.partition_point(|line| line.0 as usize <= offset).saturating_sub(1);
                let start = outer.start as usize;
                outer.lines.get(at).map_or(0, |line| start + line.1 as usize + offset - line.0 as usize)
            }
        }
    }

    pub fn outer_line_column(&self, offset: usize) -> (usize, usize) {
        match &self.outer {
            None => self.line_column(offset),
            Some(outer) => outer.file.line_column(self.to_outer(offset)),
        }
    }
}

/// Anchor and tag of a slice that holds nothing but properties, blanks, line breaks and comments.
pub(crate) fn split_properties(raw: &str) -> (Option<&str>, Option<&str>) {
    let (mut anchor, mut tag) = (None, None);
    for line in raw.split(['\n', '\r']) {
        for word in line.split([' ', '\t']).filter(|word| !word.is_empty()) {
            match word.as_bytes()[0] {
                b'&' => anchor = Some(&word[1..]),
                b'!' => tag = Some(word),
                _ => break,
            }
        }
    }
    (anchor, tag)
}
