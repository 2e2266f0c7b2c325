//! The releases of charts among the files: which values each merges, in which order, and what of that is not read.

use std::path::Path as FilePath;
use std::sync::Arc;

use crate::document::{Kind, Node, Path};

use crate::project::installation::parts::Layer;
use crate::project::kubernetes::kustomize::{self, Kustomizations};
use crate::project::kubernetes::objects::called;
use crate::project::platform::ObjectKind;
use crate::project::platform::envelope::{self, Envelope, SetValue, StartsAt, ValuesKind, Written};
use crate::project::platform::nodes::scalar;
use crate::project::platform::objects::objects;
use crate::project::platform::written::resolve;
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::What;
use crate::project::repository::place::{FileId, Place};

/// A release of a chart, with the values that it merges.
#[derive(Debug, PartialEq, Eq)]
pub struct ChartRelease {
    /// Where it is described.
    pub file: FileId,
    /// The document in the file.
    pub doc: usize,
    /// What is said there.
    pub envelope: Envelope,
    /// What its values are merged from, the weakest first.
    pub sources: Vec<ReleaseSource>,
    /// The description of its chart, where that is among the files.
    pub chart: Option<FileId>,
}

/// A source of values, as far as it is among the files.
#[derive(Debug, PartialEq, Eq)]
pub struct ReleaseSource {
    /// Where it is named.
    pub place: Place,
    /// What it gives.
    pub gives: Gives,
}

/// What a source gives.
#[derive(Debug, PartialEq, Eq)]
pub enum Gives {
    /// The values at this place of a document.
    Values(Values),
    /// The same, as the chart has them.
    Defaults(Values),
    /// Nothing: the chart has no such file.
    Nothing,
    /// A value for one path.
    Parameter(SetValue),
    /// Something that is not read, for humans.
    Unread(String),
}

/// Where values stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// The file.
    pub file: FileId,
    /// The document in the file.
    pub doc: usize,
    /// The mapping.
    pub path: Path,
}

impl Values {
    /// The place of the mapping.
    pub fn place(&self) -> Place {
        Place::yaml(self.file, self.doc, self.path.clone())
    }

    /// Whether a layer is a part of them.
    pub fn hold(&self, layer: &Layer) -> bool {
        (self.file, self.doc) == (layer.file, layer.doc) && self.path.contains(&layer.base)
    }
}

impl ChartRelease {
    /// The values that are read, the weakest first, each with whether the chart has them.
    pub fn values(&self) -> impl Iterator<Item = (&Values, bool)> {
        self.sources.iter().filter_map(|source| match &source.gives {
            Gives::Values(values) => Some((values, false)),
            Gives::Defaults(values) => Some((values, true)),
            _ => None,
        })
    }

    /// Those that a layer is a part of.
    pub fn around(&self, layer: &Layer) -> Option<&Values> {
        self.values().map(|(values, _)| values).find(|values| values.hold(layer))
    }

    /// The name of the chart, as its description has it.
    pub fn chart_name(&self, files: &Files) -> Option<String> {
        let own = self.chart.and_then(|file| scalar(files.node(file, 0, &Path::root())?, "name"));
        own.or_else(|| self.envelope.chart_name().map(str::to_owned))
    }
}

/// The releases that the files describe.
pub fn all(files: &Files, kustomizations: &Kustomizations) -> Vec<Arc<ChartRelease>> {
    let mut found: Vec<(FileId, usize, Envelope)> = Vec::new();
    for (id, _) in files.iter() {
        let Some(yaml) = files.yaml(id) else { continue };
        for doc in 0..yaml.documents() {
            let all = yaml.root(doc).map(envelope::all).unwrap_or_default();
            found.extend(all.into_iter().map(|one| (id, doc, one)));
        }
    }
    let (over, own): (Vec<_>, Vec<_>) = found.into_iter().partition(|(.., one)| one.over);
    let mut releases: Vec<ChartRelease> = own.iter().map(|one| release(files, kustomizations, one)).collect();
    for one in over {
        let upper = release(files, kustomizations, &one);
        let under = releases.iter_mut().find(|under| {
            under.envelope.wrapper == one.2.wrapper
                && under.envelope.called == one.2.called
                && files.same_repository(under.file, one.0)
        });
        match under {
            Some(under) => put_over(under, upper),
            None => releases.push(upper),
        }
    }
    releases.into_iter().map(Arc::new).collect()
}

/// Puts the values of another release over those of one, and below its parameters.
fn put_over(under: &mut ChartRelease, upper: ChartRelease) {
    let is_parameter = |source: &ReleaseSource| matches!(source.gives, Gives::Parameter(_));
    let at = under.sources.iter().position(is_parameter).unwrap_or(under.sources.len());
    under.sources.splice(at..at, upper.sources);
    under.sources.sort_by_key(is_parameter);
}

fn release(
    files: &Files,
    kustomizations: &Kustomizations,
    (file, doc, envelope): &(FileId, usize, Envelope),
) -> ChartRelease {
    let (file, doc) = (*file, *doc);
    let root = files.node(file, doc, &Path::root());
    let chart = envelope.folder.as_ref().and_then(|folder| {
        let path = format!("{}/Chart.yaml", folder.path.trim_end_matches('/'));
        named(files, file, &Written { path, from: folder.from.clone() })
    });
    let whole = |file: FileId| Values { file, doc: 0, path: Path::root() };
    let gives = |source: &envelope::ValuesSource| match &source.given {
        ValuesKind::Here => {
            let values = root.and_then(|root| source.values(root));
            let values = values
                .filter(|path| files.node(file, doc, path).is_some_and(|node| node.kind() == Kind::Mapping));
            let unread = || Gives::Unread("a text that is not read".into());
            values.map_or_else(unread, |path| Gives::Values(Values { file, doc, path }))
        }
        ValuesKind::File(written) => match named(files, file, written) {
            Some(found) => Gives::Values(whole(found)),
            None => Gives::Unread(written.path.clone()),
        },
        ValuesKind::Default(written) => match named(files, file, written) {
            Some(found) => Gives::Defaults(whole(found)),
            // It need not have any; what is not among the files mentions nothing of LiteLLM.
            None => Gives::Nothing,
        },
        ValuesKind::Entry { kind, name, key } => {
            let found = entry(files, kustomizations, file, (*kind, name, key), envelope.called.1.as_deref());
            found.map_or_else(|| Gives::Unread(format!("{} {name}", kind.name())), Gives::Values)
        }
        ValuesKind::Parameter(parameter) => Gives::Parameter(parameter.clone()),
        ValuesKind::Unread(what) => Gives::Unread(what.clone()),
    };
    let sources = envelope.sources.iter().map(|source| ReleaseSource {
        place: Place::yaml(file, doc, source.at.clone()),
        gives: gives(source),
    });
    let sources = sources.chain(open(files, file, doc, envelope)).collect();
    ChartRelease { file, doc, sources, chart, envelope: envelope.clone() }
}

/// What expressions of a template may merge over everything else.
fn open(files: &Files, file: FileId, doc: usize, envelope: &Envelope) -> Vec<ReleaseSource> {
    let Some(template) = &files.get(file).template else { return Vec::new() };
    let adds = template.unknown.iter().filter(|one| one.doc == doc && envelope.is_open_at(&one.path));
    let adds = adds.map(|one| Place::line(file, one.line));
    let whole = files.node(file, doc, &Path::root()).map(|root| envelope.expressions(root));
    let whole = whole.into_iter().flatten().map(|path| Place::yaml(file, doc, path));
    let unread = || Gives::Unread("a template expression".into());
    adds.chain(whole).map(|place| ReleaseSource { place, gives: unread() }).collect()
}

/// The file that a release names, if it is here.
fn named(files: &Files, release: FileId, written: &Written) -> Option<FileId> {
    let found = match &written.from {
        StartsAt::Beside => files.find(&path(files, release, written)?),
        StartsAt::Repository(url) => {
            let wanted = resolve(FilePath::new(""), &written.path)?;
            let here = || files.iter().filter(|(id, _)| files.same_repository(*id, release));
            let found = here().find(|(_, file)| FilePath::new(&file.inside) == wanted);
            found.map(|(id, _)| id).filter(|_| files.get(release).repository.is_at(url))
        }
    };
    found.filter(|id| files.same_repository(*id, release) && files.yaml(*id).is_some())
}

/// The path of a file that a release names, if it is in the same repository.
pub fn path(files: &Files, release: FileId, written: &Written) -> Option<std::path::PathBuf> {
    match &written.from {
        StartsAt::Beside => resolve(folder(files, release), &written.path),
        StartsAt::Repository(url) => {
            let (file, own) = (files.get(release), &files.get(release).repository);
            let root = file.path.ancestors().nth(file.inside.split('/').count())?;
            own.is_at(url).then(|| resolve(root, &written.path)).flatten()
        }
    }
}

/// The values in an entry of an object, or in the file that kustomize makes it of.
fn entry(
    files: &Files,
    kustomizations: &Kustomizations,
    release: FileId,
    (kind, name, key): (ObjectKind, &str, &str),
    namespace: Option<&str>,
) -> Option<Values> {
    let mut made = generated(files, release, (kind, name, key));
    if made.len() > 1 {
        made.retain(|file| kustomizations.join(files, *file, release));
    }
    if let Some(file) = made.first().filter(|_| made.len() == 1) {
        return Some(Values { file: *file, doc: 0, path: Path::root() });
    }
    let mut found = objects_called(files, release, kind, name)
        .into_iter()
        .filter(|(_, _, _, own)| own.is_none() || namespace.is_none() || own.as_deref() == namespace);
    let (file, doc, object, _) = found.next().filter(|_| found.next().is_none())?;
    let path = object.child(kind.texts()).child(key).child(crate::document::Step::Inside);
    let is_mapping = files.node(file, doc, &path).is_some_and(|node| node.kind() == Kind::Mapping);
    is_mapping.then_some(Values { file, doc, path })
}

/// The objects of a kind and name: the file, the document, the path and the namespace.
fn objects_called(
    files: &Files,
    near: FileId,
    kind: ObjectKind,
    name: &str,
) -> Vec<(FileId, usize, Path, Option<String>)> {
    let mut found = Vec::new();
    for (id, _) in files.iter().filter(|(id, _)| files.same_repository(*id, near)) {
        let Some(yaml) = files.yaml(id) else { continue };
        for doc in 0..yaml.documents() {
            for (path, object) in yaml.root(doc).map(objects).unwrap_or_default() {
                let called =
                    called(object).filter(|called| called.kind == kind.name() && called.name == name);
                found.extend(called.map(|called| (id, doc, path, called.namespace)));
            }
        }
    }
    found
}

/// The files that kustomizations make an entry of an object of.
fn generated(files: &Files, release: FileId, (kind, name, key): (ObjectKind, &str, &str)) -> Vec<FileId> {
    let mut found = Vec::new();
    for (id, _) in files.with_role(What::Kustomization).filter(|(id, _)| files.same_repository(*id, release))
    {
        let Some(root) = files.node(id, 0, &Path::root()) else { continue };
        for path in generated_paths(folder(files, id), root, (kind, name, key)) {
            found.extend(files.find(&path).filter(|id| files.yaml(*id).is_some()));
        }
    }
    found.dedup();
    found
}

/// The paths of the files that a kustomization makes an entry of an object of.
fn generated_paths(
    here: &FilePath,
    root: Node<'_>,
    (kind, name, key): (ObjectKind, &str, &str),
) -> Vec<std::path::PathBuf> {
    let of_name =
        |one: &(ObjectKind, Node<'_>)| one.0 == kind && scalar(one.1, "name").as_deref() == Some(name);
    let all = kustomize::generators(root).filter(of_name);
    all.flat_map(|(_, one)| kustomize::generator_files(one))
        .filter(|(own, _)| own == key)
        .filter_map(|(_, file)| resolve(here, &file))
        .collect()
}

/// The paths of files that releases take values from, and the names of the objects.
pub fn wanted(files: &Files) -> (Vec<std::path::PathBuf>, Vec<String>) {
    let (mut paths, mut names) = (Vec::new(), Vec::new());
    for (id, _) in files.iter() {
        let Some(yaml) = files.yaml(id) else { continue };
        let roots = (0..yaml.documents()).filter_map(|doc| yaml.root(doc));
        for envelope in roots.flat_map(envelope::all) {
            let chart = envelope.folder.iter().map(|folder| {
                let path = format!("{}/Chart.yaml", folder.path.trim_end_matches('/'));
                Written { path, from: folder.from.clone() }
            });
            paths.extend(chart.filter_map(|written| path(files, id, &written)));
            for source in &envelope.sources {
                match &source.given {
                    ValuesKind::File(written) | ValuesKind::Default(written) => {
                        paths.extend(path(files, id, written))
                    }
                    ValuesKind::Entry { kind, name, key } => {
                        for (own, _) in files.with_role(What::Kustomization) {
                            let root = files.node(own, 0, &Path::root());
                            let here = folder(files, own);
                            let made = root.map(|root| generated_paths(here, root, (*kind, name, key)));
                            paths.extend(made.into_iter().flatten());
                        }
                        names.push(name.clone());
                    }
                    _ => {}
                }
            }
        }
    }
    names.retain(|name| !name.is_empty());
    paths.sort();
    paths.dedup();
    (paths, names)
}
