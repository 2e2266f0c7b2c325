//! A process of LiteLLM among the files: what is effective of its description, with what other files put over it.

pub(in crate::project) mod autoscaler;
pub(in crate::project) mod included;
pub(in crate::project) mod inherited;
pub(in crate::project) mod merged;
pub(in crate::project) mod over;
pub(in crate::project) mod shared;
pub(in crate::project) mod taken;

use std::path::PathBuf;

use crate::document::{Kind, Node, Path, Step, Syntax};

use self::autoscaler::Autoscaler;
use self::over::{How, Over};
use self::shared::Shared;
use self::taken::Taken;
use crate::project::platform::nodes::scalar;
use crate::project::platform::written::{self, image_tag};
use crate::project::platform::{Aspect, Block, Mounted, Platform, Runtime};
use crate::project::repository::file::Files;
use crate::project::repository::place::{At, FileId, Place};

/// The image of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Where its tag is written, or the whole reference.
    pub place: Place,
    /// The tag, if one is written.
    pub tag: Option<String>,
    /// Whether a digest says which image it is, whatever the tag.
    pub digest: bool,
}

/// The description of one process: a compose service, a container.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Process {
    /// The file.
    pub file: FileId,
    /// The document in the file.
    pub doc: usize,
    /// The mapping.
    pub path: Path,
    /// The folder in which the paths start that it names: of several compose files that of the first.
    pub project: PathBuf,
    /// The env files that compose fills `${…}` in from, the strongest first.
    pub fillers: Vec<FileId>,
    /// In which way it is described.
    pub platform: &'static dyn Platform,
    /// The kustomizations that take it and that are looked up for it, the one nearest to it first.
    pub stack: Vec<FileId>,
    /// The ConfigMaps and Secrets among the files that it takes variables from, the weakest first.
    pub taken: Vec<Taken>,
    /// What decides how many pods of it there are: of several it is not visible which one is deployed with it.
    pub autoscalers: Vec<Autoscaler>,
    /// What kustomizations or compose overrides put over it, the strongest first.
    pub over: Vec<Over>,
    /// The services of compose that it extends, one through the other, the strongest first.
    pub extends: Vec<Place>,
    /// The entries of `images` in kustomizations that may name its image, the weakest first.
    pub images: Vec<Place>,
}

/// What is effective at a path of a process's document.
#[derive(Clone, Debug)]
pub struct Seen<'f> {
    /// Where it stands.
    pub place: Place,
    /// What stands there.
    pub node: Node<'f>,
    /// How it comes over what the document itself has; `None` where that is effective.
    pub how: Option<How>,
    /// Whether parts of it stand elsewhere.
    pub mixed: bool,
}

impl Process {
    /// Where it is.
    pub fn place(&self) -> Place {
        Place::yaml(self.file, self.doc, self.path.clone())
    }

    /// A place in its document.
    pub fn at(&self, path: Path) -> Place {
        Place::yaml(self.file, self.doc, path)
    }

    /// The mapping itself.
    pub fn node<'f>(&self, files: &'f Files) -> Option<Node<'f>> {
        files.node(self.file, self.doc, &self.path)
    }

    /// Whether compose runs it.
    pub fn is_compose(&self) -> bool {
        self.platform.runtime() == Runtime::Compose
    }

    /// The first place where an aspect of it is written, with what is there.
    pub fn find<'f>(&self, files: &'f Files, aspect: Aspect) -> Option<(Place, Node<'f>)> {
        self.seen(files, aspect).map(|seen| (seen.place, seen.node))
    }

    /// What is effective of an aspect of it.
    pub fn seen<'f>(&self, files: &'f Files, aspect: Aspect) -> Option<Seen<'f>> {
        let paths = self.platform.places(&self.path, aspect);
        let own = |path: &Path| files.node(self.file, self.doc, path);
        paths.into_iter().find_map(|path| {
            if let Some(seen) = self.look(files, &path) {
                let used = seen.how.is_some() || self.platform.is_used(&self.path, &path, &own);
                return used.then_some(seen);
            }
            let node = referred(own(&Path::root())?, &path).filter(|_| self.over.is_empty())?;
            Some(Seen { place: self.at(node.path()), node, how: None, mixed: false })
        })
    }

    /// What is effective at a path of its document.
    pub fn look<'f>(&self, files: &'f Files, path: &Path) -> Option<Seen<'f>> {
        let list = self.path.split_last().map(|(list, _)| list).unwrap_or_default();
        let (mut found, mut mixed): (Option<Seen<'f>>, bool) = (None, false);
        for over in self.over.iter().filter(|over| !matches!(over.how, How::Appended | How::Printed(_))) {
            let Some(rest) = path.steps().strip_prefix(over.target.steps()) else {
                mixed |= path.contains(&over.target);
                continue;
            };
            // Items of a list have other positions in a patch.
            if over.how == How::Merged && over.target != self.path && list.contains(path) {
                continue;
            }
            let at = over.path.join(&Path(rest.to_vec()));
            let node = files.node(over.file, over.doc, &at).filter(|_| over.how != How::Removed);
            let place = Place::yaml(over.file, over.doc, at);
            match (node, &mut found) {
                (Some(_), Some(_)) => mixed = true,
                (Some(node), None) => found = Some(Seen { place, node, how: Some(over.how), mixed }),
                (None, _) => {}
            }
            let merges = node.is_none_or(|node| node.resolve().kind() == Kind::Mapping);
            if over.how != How::Merged || !merges {
                return found.map(|seen| Seen { mixed, ..seen });
            }
        }
        let own = self.described(files, path);
        mixed |= found.is_some() && own.is_some();
        let own = own.map(|seen| Seen { mixed: mixed || seen.mixed, ..seen });
        found.map(|seen| Seen { mixed, ..seen }).or(own)
    }

    /// The words of its command line.
    pub fn arguments(&self, files: &Files) -> Vec<String> {
        let (keys, _) = self.platform.command();
        keys.iter().flat_map(|key| self.words(files, key)).collect()
    }

    /// The words under a key of its command line, with those that operations add.
    pub fn words(&self, files: &Files, key: &str) -> Vec<String> {
        let path = self.path.child(key);
        let mut words = self.look(files, &path).map_or_else(Vec::new, |seen| written::words(seen.node));
        let added = self.appended(files, &path).into_iter();
        words.extend(added.filter_map(|over| Some(over.node(files)?.resolve().text().into_owned())));
        words
    }

    /// What operations add to the list at a path of its document, in order, unless something over them has another list.
    pub fn appended(&self, files: &Files, path: &Path) -> Vec<&Over> {
        let mut found = Vec::new();
        for over in &self.over {
            let rest = path.steps().strip_prefix(over.target.steps());
            match (over.how, rest) {
                (How::Appended, Some([])) => found.push(over),
                (How::Merged, Some(rest)) => {
                    let at = over.path.join(&Path(rest.to_vec()));
                    if files.node(over.file, over.doc, &at).is_some() {
                        break;
                    }
                }
                (How::Appended | How::Printed(_), _) | (_, None) => {}
                (_, Some(_)) => break,
            }
        }
        found.reverse();
        found
    }

    /// The blocks of variables in the description that reach it, the strongest first.
    pub fn blocks(&self, files: &Files) -> Vec<Block> {
        let look = |path: &Path| files.node(self.file, self.doc, path);
        let mut blocks = self.platform.blocks(&self.path);
        blocks.retain(|block| self.platform.is_used(&self.path, &block.path, &look));
        blocks
    }

    /// The blocks of variables that reach it and are there, the strongest first.
    pub fn standing_blocks<'f>(&self, files: &'f Files) -> Vec<(Place, Node<'f>)> {
        let own = |block: Block| self.described(files, &block.path);
        let mut found: Vec<_> =
            self.blocks(files).into_iter().filter_map(own).map(|seen| (seen.place, seen.node)).collect();
        found.extend(
            self.extended_blocks(files)
                .into_iter()
                .filter(|(place, _)| found.iter().all(|(other, _)| other != place))
                .collect::<Vec<_>>(),
        );
        found
    }

    /// The block that takes a variable which nothing gives yet.
    ///
    /// # Errors
    /// Why none does.
    pub fn takes(&self, files: &Files) -> Result<Block, Shared> {
        let look = |path: &Path| files.node(self.file, self.doc, path);
        let block = self.platform.takes(&self.path, &look).map_err(Shared::Nothing)?;
        match self.is_compose().then(|| self.shares(files, &self.at(block.path.clone()))).flatten() {
            Some(Shared::Value(spot)) => Err(Shared::Block(spot)),
            Some(shared) => Err(shared),
            None => Ok(block),
        }
    }

    /// Whether a new variable of it would be an entry of a mapping.
    pub fn maps_variables(&self, files: &Files) -> bool {
        let syntax = self.takes(files).ok().and_then(|block| {
            let variables = files.yaml(self.file)?.variables(self.doc, &block.path, block.syntax).ok()?;
            Some(variables.syntax())
        });
        syntax == Some(Syntax::Map)
    }

    /// Whether a new instance of it starts only once the old one has ended: what says so.
    pub fn recreates(&self, files: &Files) -> Option<&'static str> {
        self.platform.recreates(&self.path, &|path| files.node(self.file, self.doc, path))
    }

    /// The ConfigMaps and Secrets that it mounts.
    pub fn mounted(&self, files: &Files) -> Vec<Mounted> {
        self.platform.mounted(&self.path, &|path| files.node(self.file, self.doc, path))
    }

    /// The image that it runs.
    pub fn image(&self, files: &Files) -> Option<Image> {
        let (place, node) = self.find(files, Aspect::Image)?;
        let (place, text) = self.filled_image(files, place, &node.resolve().text());
        if place.last_key() != Some("tag") {
            return Some(self.retagged(files, place, text));
        }
        let (tag, beside) =
            (text.split('@').next().unwrap_or_default(), self.path.join(&Path::keys(["image", "digest"])));
        let digest = text.contains('@') || files.node(self.file, self.doc, &beside).is_some();
        Some(Image { place, tag: Some(tag.to_owned()).filter(|tag| !tag.is_empty()), digest })
    }

    /// The text of an image with what is filled in, and the place of that where it gives all of the text or of the tag.
    fn filled_image(&self, files: &Files, place: Place, written: &str) -> (Place, String) {
        let filled = |text: &str| {
            let filled = self.filled_in(files, text)?;
            let by = filled.by.and_then(|name| Some(self.filler(files, &name)?.0));
            Some((by, filled.text))
        };
        let tag = image_tag(written).unwrap_or_default();
        let all = filled(written).map(|(by, text)| (by.or_else(|| filled(&tag)?.0), text));
        let of_tag = || filled(&tag).map(|(by, text)| (by, written.replace(&tag, &text)));
        let (by, text) = all.or_else(of_tag).unwrap_or_else(|| (None, written.to_owned()));
        (by.unwrap_or(place), text)
    }

    /// The name of the image that stands beside its tag in the values of a chart.
    pub fn repository<'f>(&self, files: &'f Files) -> Option<Node<'f>> {
        let seen = self.seen(files, Aspect::Image)?;
        let (doc, path) = seen.place.in_yaml().filter(|_| seen.how == Some(How::Instead))?;
        files.node(seen.place.file, doc, &path.split_last()?.0.child("repository")).map(Node::resolve)
    }

    /// The image after what `images` of kustomizations make of it.
    fn retagged(&self, files: &Files, mut place: Place, mut image: String) -> Image {
        for entry in &self.images {
            let At::Yaml { doc, path } = &entry.at else { continue };
            let Some(node) = files.node(entry.file, *doc, path).map(Node::resolve) else { continue };
            let (name, rest) = split_image(&image);
            if scalar(node, "name").is_none_or(|own| own != name) {
                continue;
            }
            let name = scalar(node, "newName").unwrap_or_else(|| name.to_owned());
            let (key, rest) = match (scalar(node, "digest"), scalar(node, "newTag")) {
                (Some(digest), _) => (Some("digest"), format!("@{digest}")),
                (None, Some(tag)) => (Some("newTag"), format!(":{tag}")),
                (None, None) => (None, rest.to_owned()),
            };
            place = key.map_or(place, |key| entry.child(key));
            image = format!("{name}{rest}");
        }
        Image { place, tag: image_tag(&image), digest: image.contains('@') }
    }

    /// Whether its platform has such a thing.
    pub fn describes(&self, aspect: Aspect) -> bool {
        !self.platform.places(&self.path, aspect).is_empty()
    }

    /// Where an aspect of it is to be written; `None` where its platform has no such thing.
    ///
    /// # Errors
    /// Why what is effective cannot be changed for the process alone.
    pub fn home(&self, files: &Files, aspect: Aspect) -> Option<Result<Place, Shared>> {
        let paths = self.platform.places(&self.path, aspect);
        let Some(seen) = self.seen(files, aspect) else {
            return paths.into_iter().next().map(|path| self.home_anew(files, path));
        };
        if seen.how.is_some() || paths.iter().any(|path| self.at(path.clone()) == seen.place) {
            return Some(Ok(seen.place));
        }
        let standing = paths.iter().find(|path| self.look(files, path).is_some());
        Some(match standing.filter(|_| self.is_compose()) {
            Some(path) => self.own_home(files, path, &seen.place),
            None => Err(Shared::Alias(files.get(self.file).shown.clone())),
        })
    }

    /// The process for humans: `service litellm`.
    pub fn name(&self, files: &Files) -> String {
        self.node(files).map_or_else(|| self.platform.id().to_owned(), |node| self.platform.name(node))
    }
}

/// What stands at a path where an alias on the way refers to another place.
fn referred<'f>(root: Node<'f>, path: &Path) -> Option<Node<'f>> {
    path.steps().iter().try_fold(root, |node, step| match step {
        Step::Key(key) => node.resolve().get(key),
        Step::Index(index) => node.resolve().items().nth(*index),
        Step::Inside => None,
    })
}

/// An image without its tag and digest, and these.
fn split_image(image: &str) -> (&str, &str) {
    let name = image.split('@').next().unwrap_or(image);
    let folder = name.rfind('/').map_or(0, |at| at + 1);
    let end = name[folder..].find(':').map_or(name.len(), |at| folder + at);
    image.split_at(end)
}
