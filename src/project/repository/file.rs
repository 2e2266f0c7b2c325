//! The loaded files of a project.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::document::{Dotenv, Node, Path, Unit, Yaml};

use crate::project::platform::blocks;
use crate::project::repository::git;
use crate::project::repository::kind::{Role, What};
use crate::project::repository::place::{At, FileId, Place, Spot};
use crate::project::repository::sealed::Seal;
use crate::project::repository::template::Template;
use crate::project::repository::told::Facets;

/// The parsed content of a file.
#[derive(Clone, Debug)]
pub enum Document {
    /// YAML.
    Yaml(Yaml),
    /// An env file.
    Env(Dotenv),
    /// A unit of systemd, or a drop-in of one.
    Unit(Unit),
    /// A text that is only evidence (a Dockerfile, a script, a list of requirements).
    Text(Arc<str>),
}

/// Why a file may not be written, if so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It may be written.
    Writable,
    /// It is outside the given paths.
    Outside,
    /// It stands in this folder of samples, documentation, tests or a vendored chart, which no given path names.
    Sample(String),
    /// Its fixes become advice, for this reason.
    AdviceOnly(Held),
}

/// Why a file that is in reach is not edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// An edit would break it, or be lost.
    Sealed(Seal),
    /// It is the same file as this one, which is edited.
    SameAs(String),
    /// It is a template of a chart.
    Template,
    /// It is a text that only tells something.
    Evidence,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sealed(seal) => f.write_str(seal.words()),
            Self::SameAs(first) => write!(f, "it is the same file as {first}"),
            Self::Template => f.write_str("it is a template: make the change in it by hand"),
            Self::Evidence => f.write_str("it is only read as evidence"),
        }
    }
}

impl Reach {
    /// Why it may not be written, if so.
    pub fn refusal(&self) -> Option<String> {
        match self {
            Self::Writable => None,
            Self::Outside => Some("it is outside the given paths".into()),
            Self::Sample(folder) => {
                Some(format!("it is in `{folder}`; name that folder as a PATH to write there"))
            }
            Self::AdviceOnly(held) => Some(held.to_string()),
        }
    }
}

/// One loaded file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Where it is.
    pub path: PathBuf,
    /// The path as the user would type it, with `/`.
    pub shown: String,
    /// The path from the root of its repository, with `/`, however it was typed.
    pub inside: String,
    /// Its content.
    pub document: Document,
    /// The text that was read, where the document has another: in a template, words stand for the expressions.
    pub read: Option<Arc<str>>,
    /// What it leaves open, if it is a template.
    pub template: Option<Arc<Template>>,
    /// What its parts were taken for.
    pub roles: Vec<Role>,
    /// Whether it may be written.
    pub reach: Reach,
    /// Whether the user gave its very path.
    pub named: bool,
    /// Whether git tracks it, or may: no secret is written into such a file.
    pub tracked: bool,
    /// Whether it lies in a git repository that tracks some files, and so keeps others out.
    pub versioned: bool,
    /// Its repository: nothing is linked across repositories.
    pub repository: Arc<Repository>,
}

/// What files are kept together in: a git work tree, else the given path around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its root, as it is on disk.
    pub root: PathBuf,
    /// Whether it holds the sources of LiteLLM, whose configurations are samples and tests.
    pub is_litellm: bool,
    /// The addresses that git knows it by.
    pub remotes: Vec<String>,
}

impl Repository {
    /// Looks at what stands there.
    pub fn at(root: PathBuf) -> Self {
        let signs = ["litellm/proxy/proxy_server.py", "litellm/proxy/example_config_yaml"];
        let is_litellm = signs.iter().any(|sign| root.join(sign).exists());
        let remotes = git::remotes(&root);
        Self { root, is_litellm, remotes }
    }

    /// Whether an address may be that of this repository: it has the last two parts of one that git knows, or git knows none.
    pub fn is_at(&self, url: &str) -> bool {
        let named = last_parts(url);
        let is_whole = !url.contains("{{") && !url.contains('$');
        is_whole && (self.remotes.is_empty() || self.remotes.iter().any(|own| last_parts(own) == named))
    }
}

/// The owner and name of a repository in an address: `me/infra` of `git@github.com:me/infra.git`.
fn last_parts(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let url = url.strip_suffix(".git").unwrap_or(url).to_ascii_lowercase();
    let behind = url.split_once("://").map_or(&*url, |(_, rest)| rest);
    let path = behind.split_once(['/', ':']).map_or(behind, |(_, path)| path);
    let parts: Vec<&str> = path.rsplit('/').take(2).collect();
    parts.join("/")
}

/// All loaded files; cheap to copy, so that a plan can hold several states side by side.
#[derive(Clone, Debug, Default)]
pub struct Files {
    list: Vec<Arc<Loaded>>,
    /// By path; states of the same files share it.
    paths: Arc<HashMap<PathBuf, FileId>>,
    /// The files directly in each folder.
    folders: Arc<HashMap<PathBuf, Vec<FileId>>>,
    /// Where what was taken for something stands in [`SourceFile::roles`].
    roles: Arc<HashMap<What, Vec<(FileId, usize)>>>,
}

/// A file, and what its text was looked through for.
#[derive(Debug)]
struct Loaded {
    file: SourceFile,
    told: Facets,
}

impl Files {
    /// Adds a file and gives its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = FileId(self.list.len());
        Arc::make_mut(&mut self.paths).entry(file.path.clone()).or_insert(id);
        if let Some(folder) = file.path.parent() {
            Arc::make_mut(&mut self.folders).entry(folder.to_owned()).or_default().push(id);
        }
        let roles = Arc::make_mut(&mut self.roles);
        for (at, role) in file.roles.iter().enumerate() {
            roles.entry(role.what).or_default().push((id, at));
        }
        self.list.push(Arc::new(Loaded { file, told: Facets::default() }));
        id
    }

    /// The file of this id. Ids come from [`Files::add`] of the same project, so there always is one.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.list[id.0].file
    }

    /// What the text of a file tells, each looked for once however many installations ask.
    pub(in crate::project) fn told(&self, id: FileId) -> &Facets {
        &self.list[id.0].told
    }

    /// All that was taken for this, in the order of the files.
    pub fn with_role(&self, what: What) -> impl Iterator<Item = (FileId, &Role)> {
        let of = self.roles.get(&what).map(Vec::as_slice).unwrap_or_default();
        of.iter().map(|(id, at)| (*id, &self.get(*id).roles[*at]))
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.list.iter().enumerate().map(|(index, loaded)| (FileId(index), &loaded.file))
    }

    /// The id of the file at this path.
    pub fn find(&self, path: &std::path::Path) -> Option<FileId> {
        self.paths.get(path).copied()
    }

    /// The files directly in a folder.
    pub fn in_folder(&self, folder: &std::path::Path) -> impl Iterator<Item = (FileId, &SourceFile)> {
        let here = self.folders.get(folder).map(Vec::as_slice).unwrap_or_default();
        here.iter().map(|id| (*id, self.get(*id)))
    }

    /// Whether two files stand in the same repository.
    pub fn same_repository(&self, one: FileId, other: FileId) -> bool {
        let (one, other) = (&self.get(one).repository, &self.get(other).repository);
        Arc::ptr_eq(one, other) || one == other
    }

    /// The same files, with another content for one of them.
    #[must_use]
    pub fn with(&self, id: FileId, document: Document) -> Self {
        let mut files = self.clone();
        files.put(id, document);
        files
    }

    /// Gives one of them another content.
    pub(in crate::project) fn put(&mut self, id: FileId, document: Document) {
        let file = SourceFile { document, ..self.get(id).clone() };
        self.list[id.0] = Arc::new(Loaded { file, told: Facets::default() });
    }

    /// Has its parts taken for something else.
    pub(in crate::project) fn put_roles(&mut self, id: FileId, own: Vec<Role>) {
        let roles = Arc::make_mut(&mut self.roles);
        for old in &self.list[id.0].file.roles {
            if let Some(list) = roles.get_mut(&old.what) {
                let of = |before: FileId| list.partition_point(|(known, _)| *known < before);
                list.drain(of(id)..of(FileId(id.0 + 1)));
            }
        }
        for (at, role) in own.iter().enumerate() {
            let list = roles.entry(role.what).or_default();
            list.insert(list.partition_point(|known| *known < (id, at)), (id, at));
        }
        let file = SourceFile { roles: own, ..self.get(id).clone() };
        self.list[id.0] = Arc::new(Loaded { file, told: Facets::default() });
    }

    /// Changes what is known of a template.
    pub(in crate::project) fn change_template(&mut self, id: FileId, change: impl FnOnce(&mut Template)) {
        let mut file = self.get(id).clone();
        if let Some(template) = &mut file.template {
            change(Arc::make_mut(template));
            self.list[id.0] = Arc::new(Loaded { file, told: Facets::default() });
        }
    }

    /// The YAML of a file; `None` for other kinds.
    pub fn yaml(&self, id: FileId) -> Option<&Yaml> {
        match &self.get(id).document {
            Document::Yaml(yaml) => Some(yaml),
            _ => None,
        }
    }

    /// The env file of this id; `None` for other kinds.
    pub fn env(&self, id: FileId) -> Option<&Dotenv> {
        match &self.get(id).document {
            Document::Env(env) => Some(env),
            _ => None,
        }
    }

    /// The unit of this id; `None` for other kinds.
    pub fn unit(&self, id: FileId) -> Option<&Unit> {
        match &self.get(id).document {
            Document::Unit(unit) => Some(unit),
            _ => None,
        }
    }

    /// The node at a path; `None` where there is none.
    pub fn node(&self, id: FileId, doc: usize, path: &Path) -> Option<Node<'_>> {
        self.yaml(id)?.get(doc, path)
    }

    /// The text of a file as it is.
    pub fn text(&self, id: FileId) -> &str {
        match &self.get(id).document {
            Document::Yaml(yaml) => yaml.text(),
            Document::Env(env) => env.text(),
            Document::Unit(unit) => unit.text(),
            Document::Text(text) => text,
        }
    }

    /// The text of a file as it was read, whatever the document has for it.
    pub fn text_read(&self, id: FileId) -> Arc<str> {
        self.get(id).read.clone().unwrap_or_else(|| self.shared_text(id))
    }

    /// The text of a file as it is, shared.
    pub fn shared_text(&self, id: FileId) -> Arc<str> {
        match &self.get(id).document {
            Document::Yaml(yaml) => yaml.shared_text(),
            Document::Env(env) => env.shared_text(),
            Document::Unit(unit) => unit.shared_text(),
            Document::Text(text) => text.clone(),
        }
    }

    /// How a place is shown. A place that does not exist is shown at its nearest existing ancestor.
    pub fn spot(&self, place: &Place) -> Spot {
        let (file, inside) = (self.get(place.file).shown.clone(), self.get(place.file).inside.clone());
        let (line, column, name) = match (&place.at, &self.get(place.file).document) {
            (At::Yaml { doc, path }, Document::Yaml(yaml)) => {
                let (line, column) = yaml_position(yaml, *doc, path);
                (line, column, path.to_string())
            }
            (At::Variable { doc, block, name }, Document::Yaml(yaml)) => {
                let entry = blocks::find(yaml, *doc, &block.path, name);
                let (line, column) = yaml_position(yaml, *doc, entry.as_ref().unwrap_or(&block.path));
                (line, column, format!("{}.{name}", block.path))
            }
            (At::Argument { doc, command, flag }, Document::Yaml(yaml)) => {
                let (line, column) = yaml_position(yaml, *doc, command);
                (line, column, format!("{command} {flag}"))
            }
            (At::Env(name), Document::Env(env)) => {
                let entry = env.get(name);
                entry.map_or((1, 1, name.clone()), |entry| (entry.line, entry.column, name.clone()))
            }
            (At::Env(name), Document::Unit(unit)) => {
                (unit.get(name).map_or(1, |entry| entry.line), 1, name.clone())
            }
            (At::Line(line), _) => (*line, 1, String::new()),
            (At::Env(name) | At::Variable { name, .. } | At::Argument { flag: name, .. }, _) => {
                (1, 1, name.clone())
            }
            (At::Yaml { path, .. }, _) => (1, 1, path.to_string()),
        };
        Spot { file, inside, line, column, name }
    }
}

/// Where the key of an entry stands: a user looks for the key, not for its value.
fn yaml_position(yaml: &Yaml, doc: usize, path: &Path) -> (usize, usize) {
    let Some((found, node)) = yaml.closest(doc, path) else { return (1, 1) };
    let key = found.split_last().and_then(|(parent, _)| yaml.get(doc, &parent)?.key_node(found.last_key()?));
    if found.steps().is_empty() { (1, 1) } else { key.unwrap_or(node).position() }
}

/// The folder of a file.
pub(in crate::project) fn folder(files: &Files, file: FileId) -> &std::path::Path {
    files.get(file).path.parent().unwrap_or(std::path::Path::new(""))
}
