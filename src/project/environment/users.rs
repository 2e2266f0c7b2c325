//! Who else uses a variable or an env file, as far as the loaded files tell.

use crate::document::{Kind, Path};

use crate::project::installation::answer::reason::Reason;
use crate::project::installation::answer::variable::Giver;
use crate::project::installation::view::Installation;
use crate::project::platform::written;
use crate::project::process::{Process, inherited};
use crate::project::repository::file::Document;
use crate::project::repository::place::{At, FileId, Place};

impl Installation<'_> {
    /// The first place that mentions a variable, apart from where env files and env lists define it, from the given places, and from comments.
    pub fn mention(&self, name: &str, except: &[Place]) -> Option<Place> {
        let known: Vec<(FileId, usize)> =
            except.iter().map(|place| (place.file, self.files.spot(place).line)).collect();
        let quoted = |line: &str| match line.strip_prefix("export ").unwrap_or(line).split_once('=') {
            Some((own, value)) if own.trim() == name => value.to_owned(),
            _ => line.to_owned(),
        };
        let own = |id: FileId| self.files.same_repository(id, self.parts.main().file);
        self.files.iter().filter(|(id, _)| own(*id)).find_map(|(id, file)| {
            let lines = self.files.text(id).lines().map(str::trim).enumerate();
            let is_env = matches!(file.document, Document::Env(_));
            lines.filter(|(_, line)| !line.starts_with('#')).find_map(|(index, line)| {
                let text = if is_env { quoted(line) } else { line.to_owned() };
                let hit = has_word(&text, name) && !known.contains(&(id, index + 1));
                hit.then(|| Place::line(id, index + 1))
            })
        })
    }

    /// The first compose service that gets an env file and is none of this installation.
    pub fn other_service_with(&self, env_file: FileId) -> Option<Place> {
        let same = |id: FileId| self.files.same_repository(id, self.parts.main().file);
        self.files.iter().filter(|(id, _)| same(*id)).find_map(|(id, file)| {
            let Document::Yaml(yaml) = &file.document else { return None };
            let folder = file.path.parent()?;
            let path = Path::keys(["services"]);
            let services = yaml.get(0, &path).filter(|node| node.kind() == Kind::Mapping)?;
            services.entries().find_map(|(name, service)| {
                let at = path.child(&*name.text());
                let own = self
                    .together()
                    .parts
                    .services()
                    .any(|one| (one.file, one.doc, &one.path) == (id, 0, &at));
                let gets = written::env_files(service)
                    .iter()
                    .filter_map(|written| self.files.find(&written::resolve(folder, written)?))
                    .any(|found| found == env_file);
                (gets && !own).then(|| Place::yaml(id, 0, at))
            })
        })
    }

    /// Whether a compose file of the installation includes others, whose services may load the same env files.
    pub fn includes_others(&self) -> bool {
        let include = Path::keys(["include"]);
        self.together().parts.services().any(|one| self.files.node(one.file, one.doc, &include).is_some())
    }

    /// The first service that extends a process or is an alias of it, and so gets all that its description says; as a reason not to write
    /// there.
    pub fn extended(&self, process: &Process) -> Option<Reason> {
        let own = process.path.last_key().filter(|_| process.is_compose())?;
        let reached = inherited::reached(self.files, &process.place());
        let (file, name) =
            reached.into_iter().find(|(file, name)| (*file, &**name) != (process.file, own))?;
        let other = (file != process.file).then(|| self.shown(file).to_owned());
        Some(Reason::Extended(name.to_string(), other))
    }

    /// The only place that gives the process a variable, with its text.
    ///
    /// # Errors
    /// Why there is none such.
    pub fn only_giver(&self, name: &str) -> Result<(Place, Giver, String), NoGiver> {
        let given = self.variables(name);
        let [one] = given.as_slice() else {
            return Err(if given.is_empty() { NoGiver::Unset } else { NoGiver::Several });
        };
        let file = || self.shown(one.place.file).to_owned();
        match &one.text {
            _ if self.parts.layers.len() > 1 && !matches!(one.place.at, At::Env(_)) => {
                Err(NoGiver::Layers(file()))
            }
            Some(text) if text.contains('$') || text.contains("{{") => Err(NoGiver::Made(file())),
            Some(text) => Ok((one.place.clone(), one.giver, text.clone())),
            None => Err(NoGiver::Elsewhere),
        }
    }
}

/// Why no single place gives the process the text of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoGiver {
    /// Nothing that is visible sets it.
    Unset,
    /// Several places do.
    Several,
    /// It is set in this file, over or under which others lie.
    Layers(String),
    /// It is made from other variables in this file.
    Made(String),
    /// Its value is not in the files.
    Elsewhere,
}

impl NoGiver {
    /// The reason as a clause about the variable of this name.
    pub fn words(&self, name: &str) -> String {
        match self {
            Self::Unset => format!("nothing visible sets {name}"),
            Self::Several => format!("{name} is set in several places"),
            Self::Layers(file) => format!("{name} is set in {file}, which has layers"),
            Self::Made(file) => format!("{name} is made from other variables in {file}"),
            Self::Elsewhere => format!(
                "the value of {name} comes from elsewhere (a Secret, a ConfigMap or another environment)"
            ),
        }
    }
}

/// Whether a text has a name as a word of its own.
fn has_word(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(part) && !text[at + name.len()..].starts_with(part))
}
