//! What a finding is known by, from run to run: nothing that depends on where the user stands, how a path is typed, or what else stands in
//! the files.

use std::collections::HashMap;

use crate::document::{Kind, Node, Path, Step, Syntax, Yaml};
use crate::plan::finding::Finding;
use crate::project::{At, FileId, Files, Installation, Parts, Place};

/// A finding with its identity.
pub(super) struct Found {
    pub(super) fingerprint: String,
    pub(super) finding: Finding,
}

/// What the findings of a run are named by. None of it is changed by a fix, so it is gathered once.
pub(super) struct Names {
    /// The address of the main configuration of each installation: a finding in a file that several share is another one for each. Of
    /// repositories that have the same files each is numbered.
    main: Vec<String>,
    documents: Documents,
}

/// The names of the documents of each file.
type Documents = HashMap<FileId, Vec<String>>;

impl Names {
    pub(super) fn of(files: &Files, installations: &[Parts]) -> Self {
        let yaml = files.iter().filter_map(|(id, _)| Some((id, files.yaml(id)?)));
        let named = |yaml: &Yaml| numbered((0..yaml.documents()).map(|doc| yaml.root(doc).and_then(object)));
        let documents: Documents = yaml.map(|(id, yaml)| (id, named(yaml))).collect();
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut all = Addresses::of(files, &documents);
        let address = |parts: &Parts| {
            let main = parts.main();
            let inside = all.in_yaml(main.file, main.doc, &main.config);
            let address = joined(&[&files.get(main.file).inside, &inside]);
            let count = seen.entry(address.clone()).or_default();
            *count += 1;
            joined(&[&address, &count.to_string()])
        };
        Self { main: installations.iter().map(address).collect(), documents }
    }

    /// Findings with their names: id, setting, state, the address in the file, and that of the installation's main configuration; equal
    /// ones are numbered.
    pub(super) fn found(
        &self,
        id: &str,
        installation: usize,
        view: &Installation<'_>,
        findings: Vec<Finding>,
    ) -> Vec<Found> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut addresses = Addresses::of(view.files, &self.documents);
        let named = findings.into_iter().map(|finding| {
            let file = finding.place.file;
            let at = match &finding.place.at {
                At::Yaml { doc, path } => addresses.in_yaml(file, *doc, path),
                At::Env(name) => name.clone(),
                // The address that the entry has once it is there.
                At::Variable { doc, block, name } => {
                    let entry = if block.syntax == Syntax::Map { name.clone() } else { format!("{name}#1") };
                    format!("{}\u{1e}{entry}", addresses.in_yaml(file, *doc, &block.path))
                }
                At::Argument { doc, command, flag } => {
                    format!("{}\u{1e}{flag}", addresses.in_yaml(file, *doc, command))
                }
                At::Line(_) => "line".into(),
            };
            let (main, inside) = (&self.main[installation], &view.files.get(file).inside);
            let name = joined(&[id, main, &finding.setting, finding.state.name(), inside, &at]);
            let count = seen.entry(name.clone()).or_default();
            let fingerprint = format!("{:016x}", fnv1a(joined(&[&name, &count.to_string()]).as_bytes()));
            *count += 1;
            Found { fingerprint, finding }
        });
        named.collect()
    }
}

fn joined(parts: &[&str]) -> String {
    parts.join("\u{1f}")
}

/// The addresses in YAML files. Documents and items go by their names, so that one more before them changes nothing; those without a name
/// are counted. Each list is named once: it may be long.
struct Addresses<'f> {
    files: &'f Files,
    documents: &'f Documents,
    items: HashMap<Place, Vec<String>>,
}

impl<'f> Addresses<'f> {
    fn of(files: &'f Files, documents: &'f Documents) -> Self {
        Self { files, documents, items: HashMap::new() }
    }

    fn in_yaml(&mut self, file: FileId, doc: usize, path: &Path) -> String {
        let Some(yaml) = self.files.yaml(file) else { return format!("{doc}:{path}") };
        let document = self.documents.get(&file).and_then(|all| all.get(doc)).cloned();
        let mut parts = vec![document.unwrap_or_else(|| doc.to_string())];
        for (at, step) in path.steps().iter().enumerate() {
            parts.push(match step {
                Step::Key(key) => key.clone(),
                Step::Inside => "|".into(),
                Step::Index(index) => {
                    let list = Path(path.steps()[..at].to_vec());
                    let names = self.items.entry(Place::yaml(file, doc, list.clone())).or_insert_with(|| {
                        let items = yaml.get(doc, &list).into_iter().flat_map(|list| list.resolve().items());
                        numbered(items.map(|item| name_of(item.resolve())))
                    });
                    names.get(*index).cloned().unwrap_or_else(|| index.to_string())
                }
            });
        }
        parts.join("\u{1e}")
    }
}

/// Each name with its position among its equals; what has no name, by its position among all.
fn numbered(names: impl Iterator<Item = Option<String>>) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let names = names.enumerate().map(|(at, name)| {
        let Some(name) = name else { return at.to_string() };
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        format!("{name}#{count}")
    });
    names.collect()
}

/// What a Kubernetes object is known by.
fn object(root: Node<'_>) -> Option<String> {
    let metadata = root.get("metadata")?.resolve();
    let text = |node: Option<Node<'_>>| Some(node?.resolve().text().into_owned());
    let namespace = text(metadata.get("namespace")).unwrap_or_default();
    Some(format!("{}/{namespace}/{}", text(root.get("kind"))?, text(metadata.get("name"))?))
}

/// The keys that lists go by: entries of `model_list`, containers and variables, guardrails.
const NAMES: [&str; 3] = ["name", "model_name", "guardrail_name"];

/// The name of an item: under a key that names it, or before the `=` of a variable. A value is no name, since it may be a secret.
fn name_of(item: Node<'_>) -> Option<String> {
    match item.kind() {
        Kind::Mapping => {
            let named = NAMES.iter().find_map(|key| item.get(key))?.resolve();
            (named.kind() == Kind::Scalar).then(|| named.text().into_owned())
        }
        Kind::Scalar => {
            let text = item.text();
            let (name, _) = text.split_once('=')?;
            let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            is_name.then(|| name.to_owned())
        }
        _ => None,
    }
}

/// FNV-1a: the fingerprints must stay the same over releases, which the standard library's hasher does not promise.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
