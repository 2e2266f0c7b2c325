//! What a compose service has from elsewhere: an anchored mapping that it is or merges, and services that it extends.
//!
//! A merge key gives it whole keys that it lacks. Compose merges what a service extends as it merges an override file:
//! <https://docs.docker.com/reference/compose-file/services/#extends>.

use std::collections::BTreeSet;
use std::path::{Path as FilePath, PathBuf};

use crate::document::{EnvReader, Kind, Node, Path, Step};

use super::over::{How, tagged, tagged_on};
use super::shared::Shared;
use super::{Process, Seen};
use crate::project::platform::compose::MOST;
use crate::project::platform::interpolation::{self, Filled};
use crate::project::platform::nodes::{get, scalar};
use crate::project::platform::written;
use crate::project::repository::file::{Document, Files, folder};
use crate::project::repository::place::{FileId, Place};
use crate::project::repository::told::Extends;

/// What stands at a path below a node, aliases and merge keys followed.
pub(super) fn through<'a>(node: Node<'a>, path: &[Step]) -> Option<Node<'a>> {
    path.iter().try_fold(node, |node, step| match step {
        Step::Key(key) => get(node, key),
        Step::Index(index) => node.resolve().items().nth(*index),
        Step::Inside => None,
    })
}

/// A service that another one extends.
pub(in crate::project) enum Extended {
    /// It stands here.
    Here(Place),
    /// It is not among the files.
    Elsewhere,
}

/// What a service names and is not read.
pub(in crate::project) enum UnreadPart {
    /// A service that it extends: where that is said.
    Extended(Place),
    /// An env file: as it is written, and where.
    EnvFile(String, Place),
}

/// What the service at a place extends.
pub(in crate::project) fn extended(files: &Files, file: FileId, service: Node<'_>) -> Option<Extended> {
    let said = extends("", service)?;
    Some(said.target(files, file).map_or(Extended::Elsewhere, Extended::Here))
}

/// What a service says that it extends.
fn extends(service: &str, node: Node<'_>) -> Option<Extends> {
    let extends = get(node, "extends")?.resolve();
    let (file, name) = match extends.kind() {
        Kind::Mapping => (scalar(extends, "file"), scalar(extends, "service")),
        _ => (None, Some(extends.text().into_owned())),
    };
    Some(Extends { service: service.to_owned(), file, name })
}

impl Extends {
    /// Where the service stands that is named in a file, if it is among the files.
    fn target(&self, files: &Files, file: FileId) -> Option<Place> {
        let target = match &self.file {
            None => file,
            Some(written) => files.find(&written::resolve(folder(files, file), written)?)?,
        };
        let path = Path::keys(["services", self.name.as_ref()?]);
        files.node(target, 0, &path).map(|_| Place::yaml(target, 0, path))
    }
}

/// The services that the one at a place extends, the strongest first.
pub(in crate::project) fn bases(files: &Files, service: &Place) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    while found.len() < MOST {
        let last = found.last().unwrap_or(service);
        let node = last.in_yaml().and_then(|(doc, path)| files.node(last.file, doc, path));
        match node.and_then(|node| extended(files, last.file, node)) {
            Some(Extended::Here(base)) if base != *service && !found.contains(&base) => found.push(base),
            _ => break,
        }
    }
    found
}

/// The compose file that the last description of a service names as that of the one which it extends.
pub(in crate::project) fn named(files: &Files, service: &Process) -> Option<PathBuf> {
    let (place, node) = service.descriptions(files).pop()?;
    let written = scalar(get(node, "extends")?.resolve(), "file")?;
    written::resolve(folder(files, place.file), &written)
}

/// A service, by its file and name.
type Service = (FileId, String);

/// The services that what stands at a place of a compose file reaches: the one around it, those that merge it, and those that extend one of them.
pub(in crate::project) fn reached(files: &Files, place: &Place) -> BTreeSet<Service> {
    let mut found = BTreeSet::new();
    let Some((doc, path)) = place.in_yaml() else { return found };
    let Some(aliases) = aliases(files, place.file).get(doc) else { return found };
    let mut open = vec![path.clone()];
    let mut known: BTreeSet<Path> = BTreeSet::new();
    while let Some(path) = open.pop() {
        if let [Step::Key(services), Step::Key(name), ..] = path.steps()
            && services == "services"
        {
            add_service(files, (place.file, name.clone()), &mut found);
        }
        let users = aliases.iter().filter(|(_, target)| target.contains(&path));
        open.extend(users.map(|(alias, _)| alias.clone()).filter(|alias| known.insert(alias.clone())));
    }
    found
}

/// The aliases of each document of a file.
fn aliases(files: &Files, file: FileId) -> &[Vec<(Path, Path)>] {
    files.told(file).aliases.get_or_init(|| {
        let Document::Yaml(yaml) = &files.get(file).document else { return Vec::new() };
        let of = |doc| {
            let mut found = Vec::new();
            yaml.get(doc, &Path::root()).into_iter().for_each(|root| add_aliases(root, &mut found));
            found
        };
        (0..yaml.documents()).map(of).collect()
    })
}

/// The aliases below a node, each with the path of what it stands for.
fn add_aliases(node: Node<'_>, found: &mut Vec<(Path, Path)>) {
    match node.kind() {
        Kind::Alias => found.extend(node.target().map(|target| (node.path(), target.path()))),
        Kind::Mapping => node.entries().for_each(|(_, value)| add_aliases(value, found)),
        Kind::Sequence => node.items().for_each(|item| add_aliases(item, found)),
        Kind::Scalar => {}
    }
}

/// Adds a service, and those that extend it, in whatever file.
fn add_service(files: &Files, service: Service, found: &mut BTreeSet<Service>) {
    let path = Path::keys(["services", &*service.1]);
    let place = Place::yaml(service.0, 0, path);
    if !found.insert(service) {
        return;
    }
    let others = files.iter().filter(|(id, _)| files.same_repository(*id, place.file));
    for (id, _) in others {
        for one in extending(files, id) {
            if one.target(files, id).is_some_and(|base| base == place) {
                add_service(files, (id, one.service.clone()), found);
            }
        }
    }
}

/// The services of a compose file that extend others.
fn extending(files: &Files, file: FileId) -> &[Extends] {
    files.told(file).extends.get_or_init(|| {
        let Document::Yaml(yaml) = &files.get(file).document else { return Vec::new() };
        let services = yaml.get(0, &Path::keys(["services"])).map(Node::resolve);
        let services = services.into_iter().flat_map(Node::entries);
        services.filter_map(|(name, service)| extends(&name.text(), service)).collect()
    })
}

/// Whether a place stands outside of all services, and reaches one alone: a change there is a change of that one.
pub fn is_of_one_service(files: &Files, place: &Place) -> bool {
    let outside = |path: &Path| matches!(path.steps(), [Step::Key(first), ..] if first.starts_with("x-"));
    place.in_yaml().is_some_and(|(_, path)| outside(path)) && reached(files, place).len() == 1
}

impl Process {
    /// Every mapping that describes the process, the strongest first: what is merged over it as a whole, its own, and those of the services
    /// that it extends.
    pub fn descriptions<'f>(&self, files: &'f Files) -> Vec<(Place, Node<'f>)> {
        let merged = self.over.iter().filter(|over| over.is_whole(self)).map(super::over::Over::place);
        let places = merged.chain([self.place()]).chain(self.extends.iter().cloned());
        let node = |place: Place| {
            let (doc, path) = place.in_yaml()?;
            let node = files.node(place.file, doc, path)?;
            Some((place.clone(), node))
        };
        places.filter_map(node).collect()
    }

    /// Those of them that have a say at a key: a value with a tag drops the weaker ones.
    fn deciding<'f>(&self, files: &'f Files, key: &str) -> Vec<(Place, Node<'f>)> {
        let mut found = Vec::new();
        for (place, node) in self.descriptions(files) {
            let how = get(node, key).and_then(tagged);
            found.extend((how != Some(How::Removed)).then_some((place, node)));
            if how.is_some() {
                break;
            }
        }
        found
    }

    /// What the descriptions have at a key, the strongest first, with the file around it.
    pub fn all_of<'f>(&self, files: &'f Files, key: &str) -> Vec<(FileId, Node<'f>)> {
        let all = self.deciding(files, key).into_iter();
        all.filter_map(|(place, node)| Some((place.file, get(node, key)?))).collect()
    }

    /// The folder that the paths start from which one of its descriptions names: what it extends in another file has its own.
    fn folder<'f>(&'f self, files: &'f Files, description: &Place) -> &'f FilePath {
        let extended = self.extends.contains(description) && description.file != self.file;
        if extended { folder(files, description.file) } else { &self.project }
    }

    /// The variable of these that compose fills in: its place, and its text where that is not made of others.
    ///
    /// See <https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file>.
    pub fn filler(&self, files: &Files, name: &str) -> Option<(Place, Option<String>)> {
        let mut given =
            self.fillers.iter().copied().filter_map(|file| Some((file, files.env(file)?.get(name)?)));
        let (file, entry) = given.find(|(_, entry)| entry.has_equals)?;
        let text = Some(entry.value.into_owned()).filter(|text| !text.contains('$'));
        Some((Place::env(file, name), text))
    }

    /// What compose makes of a text of its description, as far as that is visible.
    pub fn filled_in(&self, files: &Files, text: &str) -> Option<Filled> {
        interpolation::fill(text, &|name| self.filler(files, name).map(|(_, text)| text))
    }

    /// The files and folders of the host that it mounts, each with its place in the container.
    pub fn mounts(&self, files: &Files) -> Vec<(PathBuf, String)> {
        let of = |(place, node): (Place, Node<'_>)| {
            let folder = self.folder(files, &place);
            let all = written::mounts(node).into_iter();
            all.filter_map(|(host, target)| Some((written::resolve(folder, &host)?, target)))
                .collect::<Vec<_>>()
        };
        self.deciding(files, "volumes").into_iter().flat_map(of).collect()
    }

    /// The env files that it names and that are here, the weakest first: compose appends those of the stronger description.
    pub fn env_files(&self, files: &Files) -> Vec<FileId> {
        let of = |(place, node): (Place, Node<'_>)| {
            let folder = self.folder(files, &place);
            let all = written::env_files(node).into_iter();
            all.filter_map(|written| files.find(&written::resolve(folder, &written)?)).collect::<Vec<_>>()
        };
        let found = self.deciding(files, "env_file").into_iter().rev().flat_map(of);
        let mut order: Vec<FileId> = Vec::new();
        for id in found.filter(|id| files.env(*id).is_some()) {
            order.retain(|other| *other != id);
            order.push(id);
        }
        order
    }

    /// Who reads an env file that it names.
    pub fn env_reader(&self, files: &Files, file: FileId) -> EnvReader {
        let raw = self.deciding(files, "env_file").into_iter().any(|(place, node)| {
            let folder = self.folder(files, &place);
            let mut all = written::raw_env_files(node).into_iter();
            all.any(|written| {
                written::resolve(folder, &written).and_then(|path| files.find(&path)) == Some(file)
            })
        });
        if raw { EnvReader::Docker } else { EnvReader::Dotenv }
    }

    /// What its descriptions name and is not among the files.
    pub(in crate::project) fn unread(&self, files: &Files) -> Option<UnreadPart> {
        let all = self.descriptions(files);
        let named = self.deciding(files, "env_file");
        let follows = |base: &Place| all.iter().any(|(place, _)| place == base);
        let lost = all.iter().find_map(|(place, node)| {
            let lost = match extended(files, place.file, *node) {
                Some(Extended::Here(base)) => !follows(&base),
                Some(Extended::Elsewhere) => true,
                None => false,
            };
            lost.then(|| UnreadPart::Extended(place.child("extends")))
        });
        let missing = || {
            named.iter().find_map(|(place, node)| {
                let here = |written: &String| {
                    let found = written::resolve(self.folder(files, place), written);
                    found.and_then(|path| files.find(&path)).is_some_and(|id| files.env(id).is_some())
                };
                let missing = written::env_files(*node).into_iter().find(|written| !here(written))?;
                Some(UnreadPart::EnvFile(missing, place.child("env_file")))
            })
        };
        lost.or_else(missing)
    }

    /// What its own description has at a path of its document, or those that it merges or extends.
    pub(super) fn described<'f>(&self, files: &'f Files, path: &Path) -> Option<Seen<'f>> {
        let exact = files.node(self.file, self.doc, path);
        let seen = |place: Place, node: Node<'f>| Seen { place, node, how: None, mixed: false };
        let mut found = exact.map(|node| seen(self.at(path.clone()), node));
        let Some(rest) = path.steps().strip_prefix(self.path.steps()).filter(|_| self.is_compose()) else {
            return found;
        };
        for place in std::iter::once(self.place()).chain(self.extends.iter().cloned()) {
            let Some((doc, path)) = place.in_yaml() else { continue };
            let Some(service) = files.node(place.file, doc, path) else { continue };
            let how = tagged_on(service, rest);
            let node = through(service, rest).filter(|_| how != Some(How::Removed));
            if node.is_none() && how.is_some() {
                return found.filter(|_| place != self.place());
            }
            let Some(node) = node else { continue };
            let here = Place::yaml(place.file, doc, node.path());
            match &mut found {
                None => found = Some(seen(here, node)),
                Some(first) => {
                    let both = [first.node, node].map(|node| node.resolve().kind() == Kind::Mapping);
                    first.mixed |= self.place() != place && both == [true, true];
                }
            }
            if how.is_some() {
                break;
            }
        }
        found
    }

    /// The blocks of variables of the services that it extends.
    pub(super) fn extended_blocks<'f>(&self, files: &'f Files) -> Vec<(Place, Node<'f>)> {
        let blocks = self.platform.blocks(&Path::root());
        let mut found = Vec::new();
        for place in std::iter::once(self.place()).chain(self.extends.iter().cloned()) {
            let Some((doc, path)) = place.in_yaml() else { continue };
            let Some(service) = files.node(place.file, doc, path) else { continue };
            let how = blocks.iter().find_map(|block| tagged_on(service, block.path.steps()));
            let node = blocks.iter().find_map(|block| through(service, block.path.steps()));
            let node = node.filter(|_| how != Some(How::Removed) && place != self.place());
            found.extend(node.map(|node| (Place::yaml(place.file, doc, node.path()), node)));
            if how.is_some() {
                break;
            }
        }
        found
    }

    /// Why what stands at a place that describes the process is not written for it: other services have it too.
    pub fn shares(&self, files: &Files, place: &Place) -> Option<Shared> {
        let over = self.over.iter().any(|over| over.place().holds(place));
        if over || self.place().holds(place) || is_of_one_service(files, place) {
            return None;
        }
        Some(Shared::Value(files.spot(place)))
    }

    /// Where the value of a path of its document is written for the process alone, given where it stands.
    ///
    /// # Errors
    /// Why it is not.
    pub fn own_home(&self, files: &Files, path: &Path, standing: &Place) -> Result<Place, Shared> {
        let Some(reason) = self.shares(files, standing) else { return Ok(standing.clone()) };
        let own = |path: &Path| files.node(self.file, self.doc, path);
        let depth = self.path.steps().len();
        let (Some(service), Some(Step::Key(first))) = (own(&self.path), path.steps().get(depth)) else {
            return Err(reason);
        };
        if service.kind() == Kind::Alias {
            return Err(reason);
        }
        let direct = path.steps().len() == depth + 1;
        let around = path.split_last().and_then(|(around, _)| own(&around));
        let (stands, merged) = (service.get(first), service.merged(first));
        match (stands, merged) {
            // What a merge key brings goes as a whole where the service has such a key of its own.
            (None, Some(_)) if !direct => Err(reason),
            (None, _) => Ok(self.at(path.clone())),
            (Some(_), _) if around.is_some_and(|around| around.kind() == Kind::Mapping) => {
                Ok(self.at(path.clone()))
            }
            (Some(_), _) => Err(reason),
        }
    }

    /// Where a value of a path of its document is written that nothing gives yet.
    ///
    /// # Errors
    /// Why it is not.
    pub(super) fn home_anew(&self, files: &Files, path: Path) -> Result<Place, Shared> {
        if let Some(over) = self.over.iter().find(|over| over.how == How::Instead && over.target == path) {
            return Ok(over.place());
        }
        let own = |path: &Path| files.node(self.file, self.doc, path);
        let rest = path.steps().get(self.path.steps().len()..).unwrap_or_default();
        let (Some(service), [Step::Key(first), below @ ..]) =
            (own(&self.path).filter(|_| self.is_compose()), rest)
        else {
            return Ok(self.at(path));
        };
        let other = match (service.target(), service.merged(first)) {
            (Some(target), _) => target.path().join(&Path(rest.to_vec())),
            // One of its own would drop what a merge key brings.
            (None, Some(merged)) if !below.is_empty() && service.get(first).is_none() => {
                merged.path().join(&Path(below.to_vec()))
            }
            _ => return Ok(self.at(path)),
        };
        let place = self.at(other);
        self.shares(files, &place).map_or(Ok(place), Err)
    }
}
