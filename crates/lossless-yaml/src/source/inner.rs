//! A text and its tree, with what is looked up often.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::model::comment::OwnerNode;
use crate::model::habits::Habits;
use crate::model::limits::Limits;
use crate::model::path::{Path, Step};
use crate::model::reader::Reader;
use crate::model::tree::{Kind, NONE, Style, Tree};
use crate::model::value::Value;
use crate::scalar::properties::split_properties;
use crate::text::lines::Counts;

/// Keys and values of a mapping, by the texts of the keys.
type Entries = HashMap<String, (u32, u32)>;

/// So many nodes make it worth while to know which mappings are large.
const LARGE: usize = 128;

/// A text and its tree.
pub(crate) struct Inner {
    /// The whole text, BOM included; all offsets count from its start.
    pub text: Arc<str>,
    /// Shared with the same embedded text after an edit elsewhere.
    pub tree: Arc<Tree>,
    pub limits: Limits,
    /// The word that the whole text is about, see `Yaml::about`; empty where there is none.
    pub subject: Arc<str>,
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

impl Inner {
    pub fn new(text: Arc<str>, tree: Tree, limits: Limits) -> Self {
        Self::shared(text, Arc::new(tree), limits)
    }

    pub fn shared(text: Arc<str>, tree: Arc<Tree>, limits: Limits) -> Self {
        Self {
            text,
            tree,
            limits,
            subject: "".into(),
            lines: OnceLock::new(),
            counts: OnceLock::new(),
            items: OnceLock::new(),
            ordinals: OnceLock::new(),
            owners: OnceLock::new(),
            large: OnceLock::new(),
            habits: OnceLock::new(),
            outer: None,
        }
    }

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
            Kind::Scalar => crate::scalar::decode::decode(&self.text, &self.tree, id),
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
        crate::scalar::resolve::scalar(self.tree.node(id).style, tag, self.text_of(id), reader)
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
            // Folding changes nothing but the blanks of a plain scalar.
            (Kind::Scalar, Style::Plain) => {
                let source = self.source(id);
                let same = source.bytes().zip(key.bytes()).take_while(|(one, other)| one == other).count();
                match source.as_bytes().get(same) {
                    None => same == key.len(),
                    Some(next) => next.is_ascii_whitespace() && self.text_of(id) == key,
                }
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

    /// A path of this text as the file around it has it, for messages.
    pub fn shown(&self, path: &Path) -> Path {
        self.outer.as_ref().map_or_else(|| path.clone(), |outer| outer.path.join(path))
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
        self.lines.get_or_init(|| crate::text::lines::starts(&self.text))
    }

    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let counts = self.counts.get_or_init(|| Counts::new(&self.text));
        crate::text::lines::line_column_counted(&self.text, self.lines(), counts, offset)
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
