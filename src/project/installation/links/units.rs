//! Units of systemd that start LiteLLM, and containers of Podman that systemd starts: a unit with its drop-ins.
//!
//! <https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Environment>,
//! <https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html>.

use std::path::{Path as FilePath, PathBuf};

use crate::document::Unit;

use crate::project::installation::links::starts;
use crate::project::installation::parts::Parts;
use crate::project::platform::nodes::is_litellm_image;
use crate::project::platform::written;
use crate::project::repository::discover::unit_section;
use crate::project::repository::file::{Document, Files, folder};
use crate::project::repository::kind::Flavor;
use crate::project::repository::place::{FileId, Place};

/// A unit that starts LiteLLM, and its drop-ins, the weakest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    files: Vec<FileId>,
}

/// An env file that a unit names.
pub(in crate::project) struct Named {
    /// As it is written, without the sign that it may be missing.
    pub written: String,
    /// Where.
    pub place: Place,
    /// The file, if it is here.
    pub file: Option<FileId>,
}

/// The units among the files that start LiteLLM.
pub(in crate::project) fn all(files: &Files) -> Vec<Started> {
    let units = files.iter().filter(|(_, file)| {
        matches!(file.document, Document::Unit(_)) && file.path.extension().is_some_and(|ext| ext != "conf")
    });
    let started = units.map(|(id, file)| {
        let mut beside = file.path.clone().into_os_string();
        beside.push(".d");
        let beside = PathBuf::from(beside);
        let mut drop_ins: Vec<FileId> = files
            .iter()
            .filter(|(_, other)| {
                matches!(other.document, Document::Unit(_)) && other.path.parent() == Some(&beside)
            })
            .map(|(id, _)| id)
            .collect();
        drop_ins.sort_by_key(|id| files.get(*id).path.clone());
        Started { files: std::iter::once(id).chain(drop_ins).collect() }
    });
    started.filter(|one| one.starts_litellm(files)).collect()
}

impl Started {
    /// Its files, the weakest first.
    pub fn files(&self) -> &[FileId] {
        &self.files
    }

    fn unit<'f>(&self, files: &'f Files, id: FileId) -> Option<&'f Unit> {
        match &files.get(id).document {
            Document::Unit(unit) => Some(unit),
            _ => None,
        }
    }

    /// What the files give to a key; an empty value takes those before it away.
    fn values(&self, files: &Files, key: &str) -> Vec<(String, Place)> {
        self.given(files, |unit| unit.values(key))
    }

    fn given(&self, files: &Files, values: impl Fn(&Unit) -> Vec<(String, usize)>) -> Vec<(String, Place)> {
        let mut found = Vec::new();
        for id in &self.files {
            for (value, line) in self.unit(files, *id).map(&values).unwrap_or_default() {
                match value.is_empty() {
                    true => found.clear(),
                    false => found.push((value, Place::line(*id, line))),
                }
            }
        }
        found
    }

    /// Whether it is a container of Podman.
    pub fn is_container(&self, files: &Files) -> bool {
        let path = self.files.first().map(|id| &files.get(*id).path);
        path.and_then(|path| unit_section(path)) == Some("Container")
    }

    /// The image that it runs, where it is a container.
    pub fn image(&self, files: &Files) -> Option<(String, Place)> {
        self.values(files, "Image").pop().filter(|_| self.is_container(files))
    }

    /// When systemd starts it again, and where that stands: also of a container that is what the service says.
    pub fn restart(&self, files: &Files) -> Option<(String, Place)> {
        self.given(files, |unit| unit.values_in("Service", "Restart")).pop()
    }

    /// How long systemd waits for a process that it stops before it kills it, as that is written, and where: what stands last counts.
    /// <https://www.freedesktop.org/software/systemd/man/252/systemd.service.html#TimeoutStopSec=>.
    pub fn stop_timeout(&self, files: &Files) -> Option<(String, Place)> {
        let both = |unit: &Unit| {
            let keys = ["TimeoutStopSec", "TimeoutSec"].into_iter();
            let mut all: Vec<_> = keys.flat_map(|key| unit.values_in("Service", key)).collect();
            all.sort_by_key(|(_, line)| *line);
            all
        };
        self.given(files, both).pop()
    }

    /// Whether systemd kills what does not end in that time.
    pub fn is_killed(&self, files: &Files) -> bool {
        let sends = self.given(files, |unit| unit.values_in("Service", "SendSIGKILL")).pop();
        sends.is_none_or(|(text, _)| is_true(&text))
    }

    /// Whether systemd takes this variable away after all others gave it one: by its name, or where it has this very text.
    /// <https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html#UnsetEnvironment=>.
    pub fn unsets(&self, files: &Files, name: &str, text: Option<&str>) -> bool {
        let lines = self.values(files, "UnsetEnvironment").into_iter().filter(|_| !self.is_container(files));
        lines.flat_map(|(line, _)| Unit::words(&line)).any(|word| match word.split_once('=') {
            None => word == name,
            Some((own, value)) => own == name && text == Some(value),
        })
    }

    /// The words of its command, and where that stands.
    pub fn command(&self, files: &Files) -> Option<(Vec<String>, Place)> {
        let keys: &[&str] = if self.is_container(files) { &["Entrypoint", "Exec"] } else { &["ExecStart"] };
        let lines: Vec<(String, Place)> =
            keys.iter().filter_map(|key| self.values(files, key).pop()).collect();
        let place = lines.last()?.1.clone();
        let mut words: Vec<String> = Vec::new();
        for word in lines.iter().flat_map(|(line, _)| words_of(line)) {
            match words.last().is_some_and(|last| last == "-c") {
                // It is a command line for a shell.
                true => words.extend(Unit::words(&word)),
                false => words.push(word),
            }
        }
        Some((words, place))
    }

    fn starts_litellm(&self, files: &Files) -> bool {
        match self.image(files) {
            Some((image, _)) => is_litellm_image(&image),
            None => self
                .command(files)
                .is_some_and(|(words, _)| words.iter().any(|word| word.contains("litellm"))),
        }
    }

    /// Whether its command shows how LiteLLM is started.
    pub fn is_plain(&self, files: &Files) -> bool {
        let words = self.command(files).map(|(words, _)| words).unwrap_or_default();
        let shell = words.iter().any(|word| word == "-c" || word.ends_with(".sh"));
        let own = match self.image(files) {
            Some((image, _)) => image.contains("berriai/litellm"),
            None => words.first().is_some_and(|word| {
                word.trim_start_matches(['-', '@', ':', '+', '!']).rsplit('/').next() == Some("litellm")
            }),
        };
        own && !shell
    }

    /// The variables of which only the names are here: what a Secret of Podman gives, and what systemd passes on from its own.
    pub(in crate::project) fn named_variables(&self, files: &Files) -> Vec<(String, Place)> {
        let secrets = self.values(files, "Secret").into_iter();
        let secrets = secrets.flat_map(|(line, place)| {
            Unit::words(&line).into_iter().map(move |secret| (secret, place.clone()))
        });
        let secrets = secrets.filter_map(|(secret, place)| {
            let mut words = secret.split(',').map(str::trim);
            let own = words.next()?;
            let options: Vec<(&str, &str)> = words.filter_map(|word| word.split_once('=')).collect();
            let option = |key: &str| options.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
            (option("type") == Some("env")).then(|| (option("target").unwrap_or(own).to_owned(), place))
        });
        // Podman passes a name alone on from systemd, to which it is no variable.
        let key = if self.is_container(files) { "Environment" } else { "PassEnvironment" };
        let passed = self.values(files, key).into_iter().flat_map(|(names, place)| {
            let names = Unit::words(&names).into_iter().filter(|name| !name.contains('='));
            names.map(move |name| (name, place.clone())).collect::<Vec<_>>()
        });
        secrets.chain(passed).collect()
    }

    /// What hands a container variables that are not looked at: the key, and where.
    pub(in crate::project) fn hands_on(&self, files: &Files) -> Option<(&'static str, Place)> {
        let host = self.values(files, "EnvironmentHost").pop().filter(|(value, _)| is_true(value));
        let host = host.map(|(_, place)| ("EnvironmentHost", place));
        let arguments = ["PodmanArgs", "GlobalArgs"].into_iter().flat_map(|key| {
            let all = self.values(files, key).into_iter();
            all.filter(|(value, _)| value.split_whitespace().any(gives_variables))
                .map(move |(_, at)| (key, at))
        });
        host.into_iter().chain(arguments).next()
    }

    /// The configuration that it is started with, as it stands on the host as far as that is told.
    fn configuration(&self, files: &Files) -> Option<String> {
        let (words, _) = self.command(files)?;
        let volumes = self.values(files, "Volume").into_iter();
        let mounts = volumes.filter_map(|(volume, _)| written::mount(&volume));
        let binds = self.values(files, "Mount").into_iter().filter_map(|(mount, _)| bind(&mount));
        let mounts: Vec<_> = mounts.chain(binds).collect();
        written::config_of(&words, &mounts)
    }

    /// Whether it runs an installation: it names a configuration of that name, and stands near it.
    pub(in crate::project) fn runs(&self, files: &Files, parts: &Parts) -> bool {
        let (main, Some(first)) = (parts.main().file, self.files.first()) else { return false };
        parts.flavor == Flavor::Config
            && parts.processes.is_empty()
            && files.same_repository(main, *first)
            && starts::runs(files, parts, *first, self.configuration(files).as_deref())
    }

    /// The env files that it names, the weakest first. Podman takes several in one line; systemd passes over what is no absolute path.
    pub(in crate::project) fn env_files(&self, files: &Files) -> Vec<Named> {
        let container = self.is_container(files);
        let found = self.values(files, "EnvironmentFile").into_iter().flat_map(|(line, place)| {
            let paths = if container { Unit::words(&line) } else { vec![line] };
            paths.into_iter().map(move |path| (path.trim_start_matches('-').to_owned(), place.clone()))
        });
        found
            .filter(|(written, _)| container || !is_relative(written))
            .map(|(written, place)| {
                let here = folder(files, place.file);
                let beside = || {
                    let name = FilePath::new(&written).file_name()?;
                    let unit = self.files.first().map(|id| folder(files, *id))?;
                    files.find(&unit.join(name)).filter(|_| written.starts_with('/'))
                };
                let file =
                    written::resolve(here, &written).and_then(|path| files.find(&path)).or_else(beside);
                let file = file.filter(|id| files.env(*id).is_some());
                Named { written, place, file }
            })
            .collect()
    }
}

/// Whether a path is one that systemd takes for a relative one; what something else fills in may be absolute.
fn is_relative(path: &str) -> bool {
    path.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
}

/// The words of a command line, or of the list of them that an entry point may be.
fn words_of(line: &str) -> Vec<String> {
    let list = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let item = |item: &str| item.trim().trim_matches(['"', '\'']).to_owned();
    list.map_or_else(|| Unit::words(line), |list| list.split(',').map(item).collect())
}

/// `type=bind,source=HOST,target=TARGET`.
fn bind(mount: &str) -> Option<(String, String)> {
    let options: Vec<(&str, &str)> = mount.split(',').filter_map(|one| one.trim().split_once('=')).collect();
    let option = |names: &[&str]| {
        options.iter().find(|(name, _)| names.contains(name)).map(|(_, text)| (*text).to_owned())
    };
    let bind = option(&["type"]).as_deref() == Some("bind");
    Some((option(&["source", "src"])?, option(&["target", "destination", "dst"])?)).filter(|_| bind)
}

/// Whether systemd takes a text for yes.
fn is_true(text: &str) -> bool {
    ["1", "yes", "y", "true", "t", "on"].iter().any(|yes| text.eq_ignore_ascii_case(yes))
}

/// Whether an argument of Podman may give a container variables.
fn gives_variables(word: &str) -> bool {
    ["-e", "--env", "--secret"].iter().any(|start| word.starts_with(start))
}
