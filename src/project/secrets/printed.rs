//! Values of a chart that its templates print in the place of a secret: there their own names need not say what they are.

use std::collections::HashMap;

use super::collect::{Found, keep};
use super::names::is_secret_name;
use super::values::can_be_secret;
use crate::document::{Kind, Node, Path, Step, Style};
use crate::project::platform::envelope;
use crate::project::repository::file::Files;
use crate::project::repository::template::{Of, Template, named_values};

pub(super) fn collect(files: &Files, found: &mut Found) {
    let mut keys: Vec<Path> = Vec::new();
    for (id, file) in files.iter() {
        let Some(template) = &file.template else { continue };
        keys.extend(of_template(&files.text_read(id), template));
    }
    keys.sort();
    keys.dedup();
    let mut by_first: HashMap<&Step, Vec<&Path>> = HashMap::new();
    for path in &keys {
        path.steps().first().into_iter().for_each(|first| by_first.entry(first).or_default().push(path));
    }
    for (id, _) in files.iter().filter(|_| !keys.is_empty()) {
        let Some(yaml) = files.yaml(id) else { continue };
        for (doc, root) in (0..yaml.documents()).filter_map(|doc| Some((doc, yaml.root(doc)?))) {
            let all = envelope::all(root);
            let here = all.iter().flat_map(|one| &one.sources).filter_map(|source| source.values(root));
            for base in here.chain([Path::root()]) {
                let entries = yaml.get(doc, &base).map(Node::resolve).into_iter().flat_map(Node::entries);
                let named = entries.filter_map(|(key, _)| by_first.get(&Step::Key(key.text().into_owned())));
                for path in named.flatten().map(|own| base.join(own)) {
                    let node = yaml.get(doc, &path).map(Node::resolve);
                    let scalar = node.filter(|node| node.kind() == Kind::Scalar);
                    scalar.into_iter().for_each(|node| keep_value(files.text(id), &path, node, found));
                }
            }
        }
    }
}

/// The paths of the values that a template prints in the place of a secret.
fn of_template(text: &str, template: &Template) -> Vec<Path> {
    let (mut found, mut name) = (Vec::new(), "");
    for (at, line) in text.lines().enumerate() {
        let entry = line.trim_start_matches([' ', '-', '{']);
        let Some((key, value)) = entry.split_once(':') else { continue };
        if key == "name" {
            name = value.split([',', '}']).next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        }
        let of_name = key == "value" || (key == "name" && value.contains("value:"));
        let secret = is_secret_name(key.trim_matches(['"', '\''])) || (of_name && is_secret_name(name));
        if secret {
            found.extend(named_values(value));
            let printed = template.prints().filter(|(one, _)| one.line == at + 1);
            found.extend(printed.filter_map(|(_, printed)| match &printed.of {
                Of::Values(keys) => Some(keys.clone()),
                Of::File(_) => None,
            }));
        }
    }
    found
}

/// Keeps a value wherever it stands, and in its own line however plain it is.
fn keep_value(text: &str, path: &Path, node: Node<'_>, found: &mut Found) {
    let value = node.text().trim().to_owned();
    let quoted = node.style() != Style::Plain;
    if !can_be_secret(&value, quoted) {
        return;
    }
    // Behind a text in a text the lines are those of the inner one.
    if path.steps().contains(&Step::Inside) {
        found.values.push(value);
        return;
    }
    let start = node.span().start;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line..].lines().next().unwrap_or_default();
    match line.find(&value) {
        Some(at) => keep(line, at..at + value.len(), quoted, found),
        None => found.values.push(value),
    }
}
