//! What wraps the values of a chart without changing their meaning: one file for each way, and one line in [`ALL`].

mod argo;
mod flux;
mod helmfile;
mod k3s;
mod kustomize;

use crate::document::{Kind, Node, Path, Step, Style, Value};

use crate::project::platform::ObjectKind;
use crate::project::platform::nodes::{is_expression, scalar};

/// Every way.
static ALL: [fn(Node<'_>) -> Vec<Envelope>; 5] =
    [flux::all, argo::all, k3s::all, helmfile::all, kustomize::all];

/// A release of a chart, as a document describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// What wraps the values, for humans: `Flux HelmRelease`.
    pub wrapper: &'static str,
    /// Its name and namespace, where others may refer to it by these.
    pub called: (Option<String>, Option<String>),
    /// The chart as it is named, where it comes from a registry or stands in a folder.
    pub chart: Option<String>,
    /// The block that describes it, and the keys in there that say what is merged: what a template adds to these may set any value.
    pub at: Path,
    /// Those keys.
    pub merges: &'static [&'static str],
    /// The folder of the chart, where it may stand among the files.
    pub folder: Option<Written>,
    /// Where the version of the chart stands, if it does.
    pub version: Path,
    /// What the values are merged from, the weakest first.
    pub sources: Vec<ValuesSource>,
    /// What changes the result after it is rendered.
    pub patched: Vec<Path>,
    /// Whether its values are put over those of another of its kind with the same name.
    pub over: bool,
}

/// One of the sources that the values of a release are merged from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuesSource {
    /// Where it stands, or is named.
    pub at: Path,
    /// What it is.
    pub given: ValuesKind,
}

/// What a source of values is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValuesKind {
    /// The values stand here: a mapping, or a text that is one.
    Here,
    /// A file.
    File(Written),
    /// The file that the chart itself has for them.
    Default(Written),
    /// A key of an object.
    Entry {
        /// What it is.
        kind: ObjectKind,
        /// Its name.
        name: String,
        /// The key.
        key: String,
    },
    /// A source that can set anything, for humans.
    Unread(String),
    /// A value for one path of the values.
    Parameter(SetValue),
}

/// A value for one path of the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetValue {
    /// The path as it is written: `envVars.LITELLM_LOG`.
    pub name: String,
    /// The value, as the chart gets it; `None` where it does not stand here.
    pub value: Option<Typed>,
    /// The object that has the value, for humans, where one is named.
    pub object: Option<String>,
}

/// What a text becomes on Helm's command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// What `--set` makes of it: <https://helm.sh/docs/intro/using_helm/#the-format-and-limitations-of---set>.
    Set(String),
    /// A text, with `--set-string`.
    Text(String),
}

impl Typed {
    /// What Helm makes of the text; `None` for a list, and for several values in one text.
    pub fn value(&self) -> Option<Value> {
        let text = match self {
            Self::Text(text) | Self::Set(text) if text.contains([',', '{', '\\']) => return None,
            Self::Text(text) => return Some(Value::Str(text.clone())),
            Self::Set(text) => text,
        };
        Some(match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            text if text.starts_with('0') && text.len() > 1 => Value::Str(text.to_owned()),
            text => text.parse().map_or_else(|_| Value::Str(text.to_owned()), Value::Int),
        })
    }
}

/// A file as a release names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The path.
    pub path: String,
    /// Where it starts.
    pub from: StartsAt,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartsAt {
    /// In the folder of the file that names it.
    Beside,
    /// At the root of the repository with this address.
    Repository(String),
}

/// The releases that a document describes.
pub fn all(root: Node<'_>) -> Vec<Envelope> {
    ALL.iter().flat_map(|one| one(root)).collect()
}

impl Envelope {
    fn new(wrapper: &'static str, at: Path, merges: &'static [&'static str]) -> Self {
        Self {
            wrapper,
            at,
            merges,
            called: (None, None),
            chart: None,
            folder: None,
            version: Path::root(),
            sources: Vec::new(),
            patched: Vec::new(),
            over: false,
        }
    }

    /// The last part of the name of the chart.
    pub fn chart_name(&self) -> Option<&str> {
        let named = self.chart.as_deref().or(self.folder.as_ref().map(|folder| &*folder.path))?;
        named.trim_end_matches('/').rsplit('/').next().filter(|name| !matches!(*name, "." | ".."))
    }

    /// Whether a block or key says what is merged, and is no part of values that stand here.
    fn merges(&self, at: &Path) -> bool {
        let last = at.steps().iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(&**key),
            _ => None,
        });
        let here = |source: &ValuesSource| source.given == ValuesKind::Here && source.at.contains(at);
        last.is_some_and(|key| self.merges.contains(&key)) && !self.sources.iter().any(here)
    }

    /// Whether an expression that adds to this block may change what is merged.
    pub fn is_open_at(&self, block: &Path) -> bool {
        self.at == *block || (self.at.contains(block) && self.merges(block))
    }

    /// The keys that say what is merged and have an expression in place of that.
    pub fn expressions(&self, root: Node<'_>) -> Vec<Path> {
        let (mut found, mut open) = (Vec::new(), vec![self.at.clone()]);
        while let Some(path) = open.pop() {
            let Some(node) = super::nodes::descend(root, &path) else { continue };
            let keys =
                node.entries().map(|(key, value)| (path.child(&*key.text()), is_expression(value.resolve())));
            let (whole, parts): (Vec<_>, Vec<_>) =
                keys.filter(|(at, _)| self.merges(at)).partition(|(_, whole)| *whole);
            found.extend(whole.into_iter().map(|(at, _)| at));
            open.extend(parts.into_iter().map(|(at, _)| at));
            open.extend((0..node.items().count()).map(|index| path.child(index)));
        }
        found
    }

    /// Adds the values that stand at a path, if any do.
    fn here(&mut self, root: Node<'_>, at: Path) {
        let values = super::nodes::descend(root, &at);
        if values.is_some_and(|node| node.kind() == Kind::Mapping || !node.text().is_empty()) {
            self.add(at, ValuesKind::Here);
        }
    }

    fn add(&mut self, at: Path, given: ValuesKind) {
        self.sources.push(ValuesSource { at, given });
    }

    /// Adds a source for each item of the list at a path.
    fn each<'n>(
        &mut self,
        list: Option<Node<'n>>,
        at: &Path,
        given: impl Fn(Node<'n>) -> Option<ValuesKind>,
    ) {
        let items = list.map(Node::resolve).into_iter().flat_map(Node::items);
        for (index, item) in items.enumerate() {
            let expression = || ValuesKind::Unread("a template expression".into());
            let item = item.resolve();
            let given = if is_expression(item) { Some(expression()) } else { given(item) };
            given.into_iter().for_each(|given| self.add(at.child(index), given));
        }
    }
}

impl ValuesSource {
    /// Where the values are that stand here: the text as a mapping, or the mapping. An expression of a template is neither.
    pub fn values(&self, root: Node<'_>) -> Option<Path> {
        let node = super::nodes::descend(root, &self.at)
            .filter(|node| self.given == ValuesKind::Here && !is_expression(*node))?;
        Some(if node.style() == Style::Literal { self.at.child(Step::Inside) } else { self.at.clone() })
    }
}

/// A value for a path; where a template makes the path, it is a source that can set anything.
fn parameter(path: Option<String>, value: Option<Typed>, object: Option<String>) -> ValuesKind {
    match path.filter(|path| !is_template(path)) {
        Some(name) => ValuesKind::Parameter(SetValue { name, value, object }),
        None => ValuesKind::Unread(object.unwrap_or_else(|| "a parameter whose path is not a text".into())),
    }
}

/// A file beside the one that names it.
fn beside(path: impl Into<String>) -> Written {
    Written { path: path.into(), from: StartsAt::Beside }
}

/// Whether something is filled in where a text is used.
fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains('$')
}

/// A text, or the items of a list of such, for humans.
fn listed(list: Node<'_>) -> String {
    let list = list.resolve();
    match list.kind() {
        Kind::Sequence => {
            list.items().map(|item| item.resolve().text().into_owned()).collect::<Vec<_>>().join(", ")
        }
        _ => list.text().into_owned(),
    }
}

/// The name and namespace of an object.
fn called(root: Node<'_>) -> (Option<String>, Option<String>) {
    let metadata = root.get("metadata").map(Node::resolve);
    let of = |key: &str| metadata.and_then(|metadata| scalar(metadata, key));
    (of("name"), of("namespace"))
}

/// The path that a parameter sets: `envVars.LITELLM_LOG`, `extraEnvVars[0].value`. What stands behind an index counts as the whole list.
pub fn target(name: &str) -> Path {
    let mut keys = vec![String::new()];
    let mut chars = name.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => keys.last_mut().into_iter().for_each(|key| key.extend(chars.next())),
            '.' => keys.push(String::new()),
            '[' => break,
            c => keys.last_mut().into_iter().for_each(|key| key.push(c)),
        }
    }
    Path(keys.into_iter().filter(|key| !key.is_empty()).map(Step::Key).collect())
}
