//! One installation as the transforms see it.

pub(in crate::project) mod asked;
pub(in crate::project) mod entries;
pub(in crate::project) mod models;
pub(in crate::project) mod present;
pub(in crate::project) mod releases;
pub(in crate::project) mod results;
pub(in crate::project) mod servers;

use std::rc::Rc;

use crate::document::{Kind, Node, Path, Reader, Value};

use crate::project::installation::links::is_given_by_swarm;
use crate::project::installation::parts::{Layer, Parts};
use crate::project::installation::unseen::{Part, SourceKind};
use crate::project::installation::view::asked::Asked;
use crate::project::platform::blocks;
use crate::project::process::Process;
use crate::project::repository::file::{Files, Reach};
use crate::project::repository::kind::Flavor;
use crate::project::repository::place::{At, FileId, Place};
use crate::project::settings::LATE_VARIABLES;
use crate::project::settings::version::Running;

/// A view of one installation in one state of the files. It remembers its answers, so one view for many questions is best.
#[derive(Debug)]
pub struct Installation<'a> {
    /// All files of the project.
    pub files: &'a Files,
    /// The parts of this installation.
    pub parts: &'a Parts,
    /// Of a server among others, what they all are together.
    whole: Option<(&'a Parts, Rc<Asked>)>,
    pub(in crate::project) asked: Rc<Asked>,
}

/// What can be seen of a fact that decides a safety: a sign, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// What was seen, for humans: `DATABASE_URL`.
    pub what: String,
    /// Where.
    pub place: Place,
}

impl<'a> Installation<'a> {
    /// A view of the installation that these parts make up.
    pub fn new(files: &'a Files, parts: &'a Parts) -> Self {
        Self { files, parts, whole: None, asked: Rc::default() }
    }

    /// The release of litellm-helm that runs the configuration, where that stands in a ConfigMap of its own.
    pub(in crate::project) fn release(&self) -> Option<Installation<'a>> {
        let parts = self.parts.release.as_deref()?;
        let asked = self.asked.release.get_or_init(Rc::default).clone();
        Some(Self { files: self.files, parts, whole: None, asked })
    }

    /// The version that runs.
    pub fn running(&self) -> &'a Running {
        &self.parts.running
    }

    /// The mapping of the configuration in each layer and include that has one.
    pub fn configs(&self) -> impl Iterator<Item = (&'a Layer, Node<'a>)> {
        let (files, parts) = (self.files, self.parts);
        parts
            .layers
            .iter()
            .chain(&parts.includes)
            .filter_map(move |layer| Some((layer, files.node(layer.file, layer.doc, &layer.config)?)))
    }

    /// Who reads the values of this installation.
    pub fn reader(&self) -> Reader {
        match self.parts.flavor {
            Flavor::Config | Flavor::ConfigMap | Flavor::Process => Reader::PyYaml,
            Flavor::OtherChart | Flavor::Chart(_) => Reader::Go,
        }
    }

    /// The line that decides whether a place of a template is part of what is deployed, if one does.
    pub fn condition(&self, place: &Place) -> Option<Place> {
        let template = self.files.get(place.file).template.as_ref()?;
        let first = self.files.spot(place).line;
        let list = place.in_yaml().and_then(|(doc, path)| self.files.node(place.file, doc, path));
        let list = list.filter(|node| node.kind() == Kind::Sequence);
        let last = list.map_or(first, |list| first + list.source().matches('\n').count());
        Some(Place::line(place.file, template.condition(first..=last)?))
    }

    /// What each layer and include has under a key of a section by itself, the weakest first.
    pub fn in_layers(&self, section: &str, key: &str) -> Vec<(Value, Place)> {
        let entry = |(layer, config): (&'a Layer, Node<'a>)| {
            let value = config.get(section)?.resolve().get(key)?.resolve().value(self.reader());
            Some((value, Place::yaml(layer.file, layer.doc, layer.config.child(section).child(key))))
        };
        self.configs().filter_map(entry).collect()
    }

    /// What stands for a variable under `environment_variables:`, unless the release that runs does not apply it.
    pub fn late_variable(&self, name: &str) -> Option<(Value, Place)> {
        let found = self.in_layers("environment_variables", name).pop();
        found.filter(|_| self.running().maybe_since(LATE_VARIABLES))
    }

    /// Whether something that is not read changes the ServiceMonitor after it is rendered.
    pub fn monitor_is_patched(&self) -> bool {
        self.unseen(Part::ServiceMonitor).is_some()
    }

    /// Whether a master key stands under `environment_variables:` that nobody asks for: LiteLLM reads it only where there is something in
    /// `general_settings` (`ProxyConfig.load_config`; the random deployments of `tests/litellm/random.rs` found it).
    pub fn sleeping_master_key(&self) -> bool {
        let filled = |(_, config): (&'a Layer, Node<'a>)| {
            let section = config.get("general_settings").map(Node::resolve);
            section.is_some_and(|section| section.kind() == Kind::Mapping && !section.is_empty())
        };
        !self.configs().any(filled) && self.late_variable("LITELLM_MASTER_KEY").is_some()
    }

    /// Whether a place is in the configuration: in a layer or an included file.
    pub fn is_in_configuration(&self, place: &Place) -> bool {
        let inside = |layer: &Layer| Place::yaml(layer.file, layer.doc, layer.config.clone()).holds(place);
        self.parts.layers.iter().chain(&self.parts.includes).any(inside)
    }

    /// Whether compose runs the proxy with a configuration that it mounts.
    pub fn is_mounted_by_compose(&self) -> bool {
        self.parts.flavor == Flavor::Config && self.parts.on_compose() && !self.parts.in_pods()
    }

    /// Whether Swarm holds the configuration, which was made of this file before; nothing mounts it.
    pub fn is_held_by_swarm(&self) -> bool {
        let mut services = self.parts.services();
        services.any(|one| is_given_by_swarm(self.files, one) && self.mounted_at(one).is_none())
    }

    /// Where a compose service has the file of the configuration, if it mounts it or a folder above it.
    pub(in crate::project) fn mounted_at(&self, service: &Process) -> Option<String> {
        let own = &self.files.get(self.parts.main().file).path;
        service.mounts(self.files).into_iter().find_map(|(host, target)| {
            let below = own.strip_prefix(&host).ok()?.to_string_lossy().replace('\\', "/");
            Some(if below.is_empty() { target } else { format!("{}/{below}", target.trim_end_matches('/')) })
        })
    }

    /// The place of the configuration itself.
    pub fn config_place(&self) -> Place {
        let main = self.parts.main();
        if self.parts.flavor == Flavor::Process {
            return Place::yaml(main.file, main.doc, main.base.clone());
        }
        Place::yaml(main.file, main.doc, main.config.clone())
    }

    /// The configuration that a process is given by name and that is not among the files read.
    pub fn unread_configuration(&self) -> Option<&str> {
        self.parts.unseen.iter().find_map(|one| match &one.what {
            SourceKind::Configuration(path) => path.as_deref(),
            _ => None,
        })
    }

    /// The null in the values of a chart that a value at this place would make a mapping of. Helm takes a null for the removal of what the
    /// chart has there: <https://helm.sh/docs/chart_template_guide/values_files/#deleting-a-default-key>.
    pub fn null_above(&self, place: &Place) -> Option<Place> {
        let At::Yaml { doc, path } = &place.at else { return None };
        let of_chart =
            |layer: &Layer| layer.file == place.file && layer.doc == *doc && layer.base.contains(path);
        let layer = self.parts.layers.iter().find(|layer| of_chart(layer))?;
        if self.reader() != Reader::Go {
            return None;
        }
        let depth = layer.base.steps().len();
        let steps = path.steps();
        (depth + 1..steps.len())
            .map(|end| Path(steps[..end].to_vec()))
            // The chart has nothing in these.
            .filter(|above| !matches!(above.last_key(), Some("envVars" | "extraEnvVars" | "extraEnv")))
            .find(|above| {
                self.files.node(place.file, *doc, above).is_some_and(|node| node.is_null(Reader::Go))
            })
            .map(|above| Place::yaml(place.file, *doc, above))
    }

    /// Whether fixes may write the file of a place.
    pub fn may_write(&self, place: &Place) -> bool {
        self.files.get(place.file).reach == Reach::Writable
    }

    /// A YAML list or a single text, as texts; `None` for anything else.
    pub fn texts(value: &Value) -> Option<Vec<String>> {
        match value {
            Value::Str(text) => Some(vec![text.clone()]),
            Value::Seq(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        }
    }

    /// The value at a place, as the reader of the installation takes it.
    pub fn value_at(&self, place: &Place) -> Option<Value> {
        match &place.at {
            At::Yaml { doc, path } => Some(self.files.node(place.file, *doc, path)?.value(self.reader())),
            At::Env(name) => match self.files.unit(place.file) {
                Some(unit) => unit.get(name)?.value.clone().map(Value::Str),
                None => Some(Value::Str(self.files.env(place.file)?.get(name)?.value.into_owned())),
            },
            At::Variable { doc, block, name } => {
                let text = blocks::text(self.files.yaml(place.file)?, *doc, &block.path, name)?;
                Some(Value::Str(text))
            }
            At::Argument { .. } | At::Line(_) => None,
        }
    }

    /// The keys of the mapping at a place, in order, without duplicates that are dead.
    pub fn keys_at(&self, place: &Place) -> Vec<String> {
        let At::Yaml { doc, path } = &place.at else { return Vec::new() };
        let Some(node) = self.files.node(place.file, *doc, path) else { return Vec::new() };
        let mut keys: Vec<String> = Vec::new();
        if node.kind() == Kind::Mapping {
            for (key, _) in node.entries() {
                let key = key.text().into_owned();
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        keys
    }

    /// Whether a file is a unit of systemd.
    pub fn is_unit(&self, file: FileId) -> bool {
        self.files.unit(file).is_some()
    }

    /// How a file is shown to the user.
    pub fn shown(&self, file: FileId) -> &'a str {
        &self.files.get(file).shown
    }
}
