//! What the reader of a file refuses although it is YAML: PyYAML in LiteLLM, and the one of compose.

use std::collections::BTreeSet;

use crate::document::{Kind, Node, Path, Reader, Style, Yaml};

use crate::project::effective::defects::Defect;
use crate::project::installation::view::Installation;
use crate::project::platform::compose_values;
use crate::project::process::Process;
use crate::project::repository::kind::Flavor;
use crate::project::repository::place::{FileId, Place};

/// The tags that `yaml.safe_load` knows.
const TAGS: [&str; 12] =
    ["bool", "int", "float", "binary", "timestamp", "omap", "pairs", "set", "str", "seq", "map", "null"];

impl Installation<'_> {
    /// What LiteLLM's own reader refuses in the file of the configuration, and compose in those of the services.
    pub(in crate::project) fn refused(&self) -> Vec<(Place, Defect)> {
        let mut found = Vec::new();
        let layers = || self.parts.layers.iter().chain(&self.parts.includes);
        if self.parts.flavor == Flavor::Config {
            for layer in layers() {
                let Some(yaml) = self.files.yaml(layer.file) else { continue };
                if yaml.documents() > 1 {
                    found.push((
                        Place::yaml(layer.file, 1, Path::root()),
                        Defect::Documents(yaml.documents()),
                    ));
                }
                if let Some(line) = *self.files.told(layer.file).tab.get_or_init(|| tab(yaml)) {
                    found.push((Place::line(layer.file, line), Defect::Tab));
                }
            }
        }
        for layer in layers().filter(|_| self.reader() == Reader::PyYaml) {
            let Some(config) = self.files.node(layer.file, layer.doc, &layer.config) else { continue };
            walk(config, &mut |node| {
                if let Some(tag) = node.tag().filter(|tag| !is_known(tag)) {
                    let place = Place::yaml(layer.file, layer.doc, node.path());
                    found.push((place, Defect::Tag(tag.to_owned())));
                }
            });
        }
        found.extend(self.refused_by_compose());
        found
    }

    /// What compose refuses in the files of the services: in any of them, since it then starts none.
    fn refused_by_compose(&self) -> Vec<(Place, Defect)> {
        let mut found = Vec::new();
        let merged = |one: &Process| {
            let over = one.over.iter().map(|over| (over.file, over.doc));
            std::iter::once((one.file, one.doc)).chain(over).collect::<Vec<_>>()
        };
        let files: BTreeSet<(FileId, usize)> = self.parts.services().flat_map(merged).collect();
        for (file, doc) in files {
            let Some(root) = self.files.yaml(file).and_then(|yaml| yaml.root(doc)) else { continue };
            walk(root, &mut |node| {
                for (key, _) in node.duplicates() {
                    let name = key.text().into_owned();
                    if name != "<<" {
                        let place = Place::yaml(file, doc, node.path().child(&*name));
                        let all = node.entries().filter(|(other, _)| other.text() == *name);
                        let mut lines: Vec<usize> = all.map(|(key, _)| key.position().0).collect();
                        lines.push(key.position().0);
                        lines.sort_unstable();
                        lines.dedup();
                        found.push((place, Defect::Repeated { key: name, lines }));
                    }
                }
            });
            let services = root.get("services").map(Node::resolve).into_iter().flat_map(Node::entries);
            for (path, takes, value) in services.flat_map(|(_, service)| compose_values::refused(service)) {
                let place = Place::yaml(file, doc, path);
                // What several services have from one place is said once.
                if found.iter().all(|(other, _)| *other != place) {
                    found.push((place, Defect::NotTaken(takes, value)));
                }
            }
        }
        found
    }
}

fn is_known(tag: &str) -> bool {
    let name = tag.strip_prefix("!!").or_else(|| tag.strip_prefix("tag:yaml.org,2002:"));
    tag == "!" || name.is_some_and(|name| TAGS.contains(&name))
}

/// Every node; a key before its value.
fn walk<'a>(node: Node<'a>, visit: &mut impl FnMut(Node<'a>)) {
    visit(node);
    match node.kind() {
        Kind::Mapping => {
            for (key, value) in node.entries() {
                visit(key);
                walk(value, visit);
            }
        }
        Kind::Sequence => node.items().for_each(|item| walk(item, visit)),
        Kind::Scalar | Kind::Alias => {}
    }
}

/// The line of the first tab that stands where PyYAML wants a blank: anywhere but in a comment, in quotes or in a block of text.
fn tab(yaml: &Yaml) -> Option<usize> {
    let text = yaml.text();
    memchr::memchr(b'\t', text.as_bytes())?;
    let mut spans: Vec<std::ops::Range<usize>> =
        yaml.comments().map(|comment| comment.offset..comment.offset + comment.text.len()).collect();
    for doc in 0..yaml.documents() {
        let Some(root) = yaml.root(doc) else { continue };
        walk(root, &mut |node| {
            let holds = matches!(
                node.style(),
                Style::SingleQuoted | Style::DoubleQuoted | Style::Literal | Style::Folded
            );
            if node.kind() == Kind::Scalar && holds {
                spans.push(node.span());
            }
        });
    }
    spans.sort_unstable_by_key(|span| span.start);
    let mut spans = spans.into_iter().peekable();
    let mut covered = 0;
    let free = |at: &usize| {
        while let Some(span) = spans.next_if(|span| span.start <= *at) {
            covered = covered.max(span.end);
        }
        covered <= *at
    };
    let at = memchr::memchr_iter(b'\t', text.as_bytes()).find(free)?;
    Some(yaml.line_column(at).0)
}
