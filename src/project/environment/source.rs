//! What a value is made from, and whether everything is visible that gives variables to the process.

use crate::document::{EnvReader, Kind, Node, Reader, Step, Value};

use crate::project::installation::links::units::Started;
use crate::project::installation::unseen::{Part, SourceKind, Unseen};
use crate::project::installation::view::Installation;
use crate::project::platform::interpolation::{self, Fallback};
use crate::project::platform::written;
use crate::project::process::Process;
use crate::project::repository::kind::is_overlay_name;
use crate::project::repository::place::{At, FileId, Place};
use crate::project::repository::sealed::is_encrypted;

/// Variables that hand the process a configuration without `--config`.
const GIVERS: [&str; 3] = ["CONFIG_FILE_PATH", "LITELLM_CONFIG_BUCKET_NAME", "WORKER_CONFIG"];

/// What a value is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// It stands there itself.
    Text(String),
    /// A variable of the process: `os.environ/NAME`, `$(NAME)`.
    Variable(String),
    /// A variable of whoever starts the process: `${NAME}`, or a name alone in a list of variables.
    Caller {
        /// The variable.
        name: String,
        /// What takes its place where it is unset: `${NAME:-text}`.
        default: Option<String>,
    },
    /// An entry of a Secret.
    SecretEntry {
        /// The Secret.
        name: String,
        /// The key in it.
        key: String,
    },
    /// Something that the files do not show: a template, another reference.
    Unknown,
}

impl Installation<'_> {
    /// What the value at a place is made from: of a key of a configuration, of a variable of an env file, or of an entry that gives a variable.
    pub fn source_at(&self, place: &Place) -> Source {
        match &place.at {
            At::Env(name) => match self.files.env(place.file).and_then(|env| env.get(name)) {
                Some(entry) => of_text(&entry.value_for(self.env_reader(place.file).unwrap_or_default())),
                // What systemd makes of it is the text itself.
                None => {
                    let entry = self.files.unit(place.file).and_then(|unit| unit.get(name));
                    entry.and_then(|entry| entry.value.clone()).map_or(Source::Unknown, Source::Text)
                }
            },
            At::Yaml { doc, path } => {
                let Some(node) = self.files.node(place.file, *doc, path) else { return Source::Unknown };
                let is_item = matches!(path.steps().last(), Some(Step::Index(_)));
                of_node(node.resolve(), is_item)
            }
            At::Variable { .. } => match self.value_at(place) {
                Some(Value::Str(text)) => of_text(&text),
                _ => Source::Unknown,
            },
            // A line may give several; then it is not known which one is meant.
            At::Line(_) => {
                let mut given = self.all_variables().iter().filter(|variable| variable.place == *place);
                let text = given.next().filter(|_| given.next().is_none()).and_then(|one| one.text.clone());
                text.map_or(Source::Unknown, |text| of_text(&text))
            }
            At::Argument { .. } => Source::Unknown,
        }
    }

    /// Whether what reads an env file keeps quotes and comments as part of a value, as `docker run --env-file` does; `None` where the
    /// reader is only assumed.
    pub fn reads_literally(&self, file: FileId) -> Option<bool> {
        self.env_reader(file).map(|reader| reader == EnvReader::Docker)
    }

    /// Who reads an env file; `None` where that is only assumed.
    fn env_reader(&self, file: FileId) -> Option<EnvReader> {
        match self.parts.env_files.iter().find(|link| link.file == file) {
            Some(link) => link.link.reader(),
            None => self.fills_in(file).then_some(EnvReader::Dotenv),
        }
    }

    /// Whether the files show every variable that the process is given, so that one which is missing here is missing there.
    pub fn environment_is_whole(&self) -> bool {
        self.unseen_variables().is_none()
    }

    /// Whether a variable hands the process a configuration without `--config`.
    pub(in crate::project) fn names_configuration(&self) -> bool {
        GIVERS.iter().any(|name| !self.variables(name).is_empty())
    }

    /// Whether the process surely loads no configuration: nothing that is described here names one, and LiteLLM's images have none.
    pub(in crate::project) fn loads_no_configuration(&self) -> bool {
        let none = |one: &Unseen| one.what == SourceKind::Configuration(None);
        self.parts.unseen.iter().any(none) && self.environment_is_whole() && !self.names_configuration()
    }

    /// Whether the process is started in a way that shows all of its environment.
    pub(in crate::project) fn is_started_openly(&self) -> bool {
        let parts = self.parts;
        match parts.chart() {
            None => {
                let (processes, units) = (&parts.processes, &parts.units);
                !(processes.is_empty() && units.is_empty())
                    && processes.iter().all(|process| self.shows_its_environment(process))
                    && units.iter().all(|unit| unit.is_plain(self.files) && self.loads_no_dotenv(unit))
            }
            Some(_) => self.values_are_whole(),
        }
    }

    /// Whether LiteLLM loads no `.env` of the host by itself: it runs in a container, or is told not to.
    fn loads_no_dotenv(&self, unit: &Started) -> bool {
        let mode = self.variables("LITELLM_MODE").into_iter().next().and_then(|one| one.text);
        unit.is_container(self.files) || mode.is_some_and(|mode| mode != "DEV")
    }

    /// An image of LiteLLM's own, started without a shell, and no source of variables that cannot be read here.
    fn shows_its_environment(&self, process: &Process) -> bool {
        let own = |image: Node<'_>| image.text().contains("berriai/litellm");
        let image = process.all_of(self.files, "image").into_iter().next();
        let own_image = image.map(|(_, image)| image.resolve()).is_some_and(|image| {
            own(image) || image.get("repository").is_some_and(|repository| own(repository.resolve()))
        });
        let own_image = own_image || process.repository(self.files).is_some_and(own);
        let by_shell = process.arguments(self.files).iter().any(|word| word == "-c" || word.ends_with(".sh"));
        let mounts_env = process.all_of(self.files, "volumes").into_iter().any(|(_, list)| {
            written::mounted(list).iter().any(|(host, _)| {
                let last = host.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                last.contains(".env") || matches!(last, "." | ".." | "")
            })
        });
        own_image
            && !by_shell
            && !mounts_env
            && process.untaken(self.files).is_empty()
            && process.all_of(self.files, "build").is_empty()
            && process.unread(self.files).is_none()
    }

    /// Values that name no whole Secrets or ConfigMaps, and that no other values are merged with.
    fn values_are_whole(&self) -> bool {
        let alone =
            self.parts.layers.len() == 1 && is_overlay_name(&self.files.get(self.parts.main().file).path);
        self.unseen(Part::Environment).is_none() && !alone
    }
}

fn of_node(node: Node<'_>, is_item: bool) -> Source {
    let scalar = |node: Node<'_>, key: &str| Some(node.get(key)?.resolve().text().into_owned());
    match node.kind() {
        Kind::Mapping => {
            if let Some(value) = node.get("value") {
                return of_node(value.resolve(), false);
            }
            let entry = node.get("valueFrom").and_then(|from| from.resolve().get("secretKeyRef"));
            let named = entry
                .map(Node::resolve)
                .and_then(|entry| Some((scalar(entry, "name")?, scalar(entry, "key")?)));
            named.map_or(Source::Unknown, |(name, key)| Source::SecretEntry { name, key })
        }
        Kind::Scalar if is_item => {
            let text = node.text();
            match text.split_once('=') {
                Some((_, value)) => of_text(value),
                None => Source::Caller { name: text.trim().to_owned(), default: None },
            }
        }
        Kind::Scalar if node.is_null(Reader::PyYaml) => Source::Unknown,
        Kind::Scalar => of_text(&node.text()),
        _ => Source::Unknown,
    }
}

/// What a text is made from.
pub(in crate::project) fn of_text(text: &str) -> Source {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if let Some(name) = text.strip_prefix("os.environ/") {
        return Source::Variable(name.to_owned());
    }
    if let Some(name) =
        text.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')')).filter(|name| is_name(name))
    {
        return Source::Variable(name.to_owned());
    }
    if let Some(one) = interpolation::parse(text) {
        return match one.otherwise {
            Fallback::Default(default) if default.contains('$') => Source::Unknown,
            Fallback::Default(default) => Source::Caller { name: one.name, default: Some(default) },
            Fallback::Empty | Fallback::Refuses => Source::Caller { name: one.name, default: None },
        };
    }
    // Templates, and what tools fill in before anything is deployed.
    if ["${", "{{", "$("].iter().any(|one| text.contains(one))
        || text.starts_with('<')
        || text.starts_with("!vault")
        || is_encrypted(text)
    {
        return Source::Unknown;
    }
    Source::Text(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(name: &str, default: Option<&str>) -> Source {
        Source::Caller { name: name.into(), default: default.map(str::to_owned) }
    }

    #[test]
    fn sources_of_texts() {
        assert_eq!(of_text("os.environ/KEY"), Source::Variable("KEY".into()));
        assert_eq!(of_text("$(KEY)"), Source::Variable("KEY".into()));
        assert_eq!(of_text("${KEY}"), caller("KEY", None));
        assert_eq!(of_text("$KEY"), caller("KEY", None));
        assert_eq!(of_text("${KEY:?needed}"), caller("KEY", None));
        assert_eq!(of_text("${KEY:-}"), caller("KEY", Some("")));
        assert_eq!(of_text("${KEY-a-b}"), caller("KEY", Some("a-b")));
        for text in ["${KEY:-${OTHER}}", "a${KEY}", "{{ key }}", "<path:kv/x#key>", "ENC[AES256]"] {
            assert_eq!(of_text(text), Source::Unknown, "{text}");
        }
        for text in ["sk-1", "", "a$b", "$"] {
            assert_eq!(of_text(text), Source::Text(text.into()), "{text}");
        }
    }
}
