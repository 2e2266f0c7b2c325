//! The secrets that a YAML text gives away by its structure, however it is laid out: comments and line breaks between a key and its
//! value, aliases, explicit keys, lists and mappings below a secret name, Secrets inside other resources.

use super::collect::{Found, keep};
use super::line::secrets_in_line;
use super::names::{Naming, names_a_part, naming};
use super::values::{can_be_secret, defaults, names_something};
use crate::document::{Kind, Node, Path, Reader, Step, Style, Yaml};

/// What stands above a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    /// Nothing that makes it secret.
    Plain,
    /// A name that says it is one.
    Secret,
    /// A name that may be that of a Kubernetes key or of a path.
    Either,
    /// A name that may hold something secret, if that looks random.
    Maybe,
    /// The data of a Kubernetes Secret.
    Data,
    /// What kustomize makes Secrets of.
    Generator,
    /// The literals of one: `NAME=value`.
    Literals,
}

impl Above {
    fn of(name: &str) -> Self {
        match naming(name) {
            Naming::No => Self::Plain,
            Naming::Maybe => Self::Maybe,
            Naming::Either => Self::Either,
            Naming::Yes => Self::Secret,
        }
    }
}

pub(super) fn collect(yaml: &Yaml, found: &mut Found) {
    let inside: Vec<(usize, Path)> =
        yaml.embedded().map(|(doc, path, _)| (doc, path.child(Step::Inside))).collect();
    let roots = (0..yaml.documents()).filter_map(|doc| yaml.root(doc));
    let text = yaml.text();
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]).collect();
    let mut walk = Walk { text, ends, found };
    for root in roots.chain(inside.iter().filter_map(|(doc, path)| yaml.get(*doc, path))) {
        walk.node(root, Above::Plain);
    }
}

struct Walk<'t, 'f> {
    text: &'t str,
    /// Where its lines end.
    ends: Vec<usize>,
    found: &'f mut Found,
}

impl Walk<'_, '_> {
    fn node(&mut self, node: Node<'_>, above: Above) {
        match node.kind() {
            Kind::Mapping => self.mapping(node, above),
            Kind::Sequence => node.items().for_each(|item| self.node(item, above)),
            // What an alias stands for is a secret if the alias is one; below it nothing new can be found.
            Kind::Alias if above != Above::Plain => {
                let target = node.resolve();
                if target.kind() == Kind::Scalar {
                    self.scalar(target, above);
                }
            }
            Kind::Alias => {}
            Kind::Scalar => self.scalar(node, above),
        }
    }

    fn mapping(&mut self, node: Node<'_>, above: Above) {
        let is_secret = node.get("kind").is_some_and(|kind| kind.text() == "Secret");
        let named = ["name", "key"].iter().any(|key| {
            node.get(key)
                .is_some_and(|name| name.kind() == Kind::Scalar && naming(&name.text()) == Naming::Yes)
        });
        for (key, value) in node.entries() {
            let name = key.text();
            let own = match Above::of(&name) {
                _ if is_secret && matches!(&*name, "data" | "stringData") => Above::Data,
                _ if name == "stringData" => Above::Data,
                _ if name == "secretGenerator" => Above::Generator,
                _ if above == Above::Generator && name == "literals" => Above::Literals,
                _ if named && name == "value" => Above::Secret,
                // A mapping below `secret:` or `credentials:` also says how it is found and who uses it.
                Above::Plain if above == Above::Secret && !names_a_part(&name) => Above::Secret,
                Above::Plain if above == Above::Data => Above::Data,
                own => own,
            };
            self.node(value, own);
        }
    }

    fn scalar(&mut self, node: Node<'_>, above: Above) {
        let text = node.text();
        let quoted = node.style() != Style::Plain;
        let secret = match above {
            Above::Plain | Above::Generator => false,
            Above::Literals => return self.literal(node, &text),
            Above::Secret => can_be_secret(&text, quoted),
            Above::Either => {
                can_be_secret(&text, quoted) && (!names_something(&text) || text.trim().len() >= 32)
            }
            Above::Maybe => super::values::looks_random(text.trim()),
            Above::Data => can_be_secret(&text, true) && !holds_entries(node, &text),
        };
        if secret && (quoted || !node.is_null(Reader::PyYaml)) {
            self.found.values.push(text.trim().to_owned());
            self.lines(node);
        } else if matches!(above, Above::Secret | Above::Either | Above::Data) {
            for default in defaults(&text) {
                self.value(node, &text[default]);
            }
        }
        if quoted && !secret && text.contains(['{', '=', ':']) && text.len() <= LONGEST_INNER {
            self.inner(node, &text);
        }
    }

    /// What stands behind the name.
    fn literal(&mut self, node: Node<'_>, text: &str) {
        let value = text.split_once('=').map_or("", |(_, value)| value.trim().trim_matches(['"', '\'']));
        if can_be_secret(value, true) {
            self.value(node, value);
        }
    }

    /// A text that holds JSON, an env file or a command: what its own lines show once it is decoded.
    fn inner(&mut self, node: Node<'_>, text: &str) {
        for line in text.lines() {
            for secret in secrets_in_line(line) {
                self.value(node, &line[secret]);
            }
        }
    }

    /// A part of a scalar: known everywhere and, where it stands as it is, in its line.
    fn value(&mut self, node: Node<'_>, secret: &str) {
        self.found.values.push(secret.to_owned());
        self.each_line(node, |line, start, found| {
            if let Some(at) = line[start..].find(secret) {
                keep(line, start + at..start + at + secret.len(), true, found);
            }
        });
    }

    /// All lines of a scalar.
    fn lines(&mut self, node: Node<'_>) {
        let block = matches!(node.style(), Style::Literal | Style::Folded);
        let end_of_all = node.span().end;
        let text = self.text;
        let mut first = true;
        self.each_line(node, |line, start, found| {
            if !(block && std::mem::take(&mut first)) {
                let offset = line.as_ptr() as usize - text.as_ptr() as usize;
                let end = (end_of_all - offset).min(line.len());
                let body = line.get(start..end).unwrap_or_default();
                let inner = body.trim().trim_matches(['"', '\'']);
                let at = start + body.find(inner).unwrap_or(0);
                keep(line, at..at + inner.len(), true, found);
            }
        });
    }

    fn each_line(&mut self, node: Node<'_>, mut each: impl FnMut(&str, usize, &mut Found)) {
        let span = node.span();
        let mut from = span.start;
        while from < span.end {
            let line = self.ends.partition_point(|end| *end < from);
            let begin = line.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
            let end = self.ends.get(line).copied().unwrap_or(self.text.len());
            each(&self.text[begin..end], from - begin, self.found);
            from = end + 1;
        }
    }
}

/// A decoded text longer than this is no value that somebody wrote by hand: its lines show what they show.
const LONGEST_INNER: usize = 1 << 16;

/// Whether a block of text in a Secret is a file with entries of its own, each of which shows by itself whether it is a secret.
fn holds_entries(node: Node<'_>, text: &str) -> bool {
    matches!(node.style(), Style::Literal | Style::Folded)
        && text
            .lines()
            .any(|line| line.contains(": ") || line.trim_end().ends_with(':') || line.contains('='))
}
