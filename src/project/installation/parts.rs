//! The files that make one installation, and what says so.

use std::fmt;
use std::sync::Arc;

use crate::document::{EnvReader, Kind, Path, Reader};

use crate::project::installation::answer::reason::Reason;
use crate::project::installation::links::starts::StartedBy;
use crate::project::installation::links::units::Started;
use crate::project::installation::releases::ChartRelease;
use crate::project::installation::unseen::Unseen;
use crate::project::platform::{Component, OfficialChart, Runtime};
use crate::project::process::Process;
use crate::project::process::autoscaler::Autoscaler;
use crate::project::repository::file::Files;
use crate::project::repository::kind::{Flavor, What};
use crate::project::repository::place::{FileId, Place};
use crate::project::settings::version::{Running, Version};

/// A place where a configuration (or a layer of one) stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The file.
    pub file: FileId,
    /// The document in the file.
    pub doc: usize,
    /// The values mapping of a chart; the configuration itself elsewhere.
    pub base: Path,
    /// The mapping with `model_list`, `router_settings` and so on.
    pub config: Path,
}

/// An env file of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvLink {
    /// The file.
    pub file: FileId,
    /// What says that LiteLLM's process gets it.
    pub link: Link,
}

/// What says that LiteLLM's process gets the variables of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// `env_file` in this compose file.
    Service {
        /// The compose file, as it is shown.
        file: String,
        /// Whether compose keeps quotes and comments as part of a value: `format: raw`.
        raw: bool,
    },
    /// This script hands it to a container, or says that systemd does.
    Script {
        /// The script, as it is shown.
        script: String,
        /// Who reads it.
        reader: EnvReader,
    },
    /// It is a unit of systemd, or a drop-in of one, that starts LiteLLM.
    Unit,
    /// This unit of systemd names it.
    NamedByUnit {
        /// The unit, as it is shown.
        unit: String,
        /// Whether it is handed to a container, and not read by systemd itself.
        container: bool,
    },
    /// LiteLLM loads it by itself, through python-dotenv, while it is imported.
    Dotenv,
    /// Nothing names it, but it defines this variable, which the configuration refers to.
    Defines(String),
}

impl Link {
    /// Who reads the file; `None` where that is only assumed.
    pub fn reader(&self) -> Option<EnvReader> {
        match self {
            Self::Service { raw: true, .. } | Self::NamedByUnit { container: true, .. } => {
                Some(EnvReader::Docker)
            }
            Self::Service { .. } | Self::Dotenv => Some(EnvReader::Dotenv),
            Self::Script { reader, .. } => Some(*reader),
            Self::Unit | Self::NamedByUnit { .. } => Some(EnvReader::Systemd),
            Self::Defines(_) => None,
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service { file, .. } => write!(f, "env_file of {file}"),
            Self::Script { script: file, .. } | Self::NamedByUnit { unit: file, .. } => {
                write!(f, "loaded by {file}")
            }
            Self::Unit => f.write_str("starts LiteLLM"),
            Self::Dotenv => f.write_str("python-dotenv finds it above the virtual environment beside it"),
            Self::Defines(name) => {
                write!(f, "defines {name}, which the configuration refers to (assumed to be loaded)")
            }
        }
    }
}

impl EnvLink {
    /// Whether the file is named by something that starts LiteLLM, or surely found by it; otherwise that it is loaded is an assumption.
    pub fn is_certain(&self) -> bool {
        !matches!(self.link, Link::Defines(_))
    }

    /// Whether LiteLLM loads it by itself, through python-dotenv: only then what stands in it comes late.
    pub fn by_dotenv(&self) -> bool {
        self.link == Link::Dotenv
    }
}

/// A file of an installation, for the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The file.
    pub file: FileId,
    /// What it is to the installation.
    pub kind: &'static str,
    /// What links it.
    pub link: String,
}

/// One LiteLLM proxy as its owner runs it.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Its name: the file of its configuration, as the user would type it.
    pub name: String,
    /// How it keeps its configuration.
    pub flavor: Flavor,
    /// The configuration; of a chart, all values that are merged into a result, weaker ones before those that are put over them.
    pub layers: Vec<Layer>,
    /// The layer that stands for the installation, where that is new is written.
    pub(in crate::project::installation) main: Layer,
    /// The layers of each result that is deployed, the strongest first; empty where the main one is the only one.
    pub(in crate::project::installation) stacks: Vec<Vec<Layer>>,
    /// The releases of a chart that deploy it.
    pub deployed: Vec<Arc<ChartRelease>>,
    /// Included files, in order; each replaces whole sections.
    pub includes: Vec<Layer>,
    /// An `include:` that could not be followed, and why.
    pub unknown_include: Option<(Place, Reason)>,
    /// Its env files, the weakest first.
    pub env_files: Vec<EnvLink>,
    /// The processes that run it, as they are described here.
    pub processes: Vec<Process>,
    /// The units of systemd that run it.
    pub units: Vec<Started>,
    /// The script that runs it, and the image that is built for it.
    pub starts: Vec<StartedBy>,
    /// The version that it runs.
    pub running: Running,
    /// A release that the user told and that does not count, since the files show another.
    pub told_in_vain: Option<Version>,
    /// Every file that belongs to it.
    pub members: Vec<Member>,
    /// Where a template of its chart prints the configuration, which stands elsewhere.
    pub printed: Option<Place>,
    /// How it is known that the values are those of a chart that is not LiteLLM's.
    pub other_chart: Option<String>,
    /// Keys of the values that LiteLLM's chart does not have, and that look as if they gave variables.
    pub unknown_keys: Vec<String>,
    /// What is named and not read.
    pub unseen: Vec<Unseen>,
    /// The same installation in each result of its kustomizations, where they make more than one.
    pub results: Vec<Parts>,
    /// Of a result, the kustomization that makes it.
    pub(in crate::project::installation) top: Option<FileId>,
    /// The same installation as each of its servers has it, where several processes run it.
    pub servers: Vec<Parts>,
    /// Where a kustomization deploys another configuration in place of this one, in all results.
    pub replaced: Option<Place>,
    /// The release of litellm-helm that runs a configuration which stands in a ConfigMap of its own.
    pub release: Option<Arc<Parts>>,
}

impl Parts {
    pub(super) fn new(name: String, flavor: Flavor, main: Layer, member: Member) -> Self {
        Self {
            name,
            flavor,
            layers: vec![main.clone()],
            main,
            stacks: Vec::new(),
            deployed: Vec::new(),
            includes: Vec::new(),
            unknown_include: None,
            env_files: Vec::new(),
            processes: Vec::new(),
            units: Vec::new(),
            starts: Vec::new(),
            running: Running::unseen(),
            told_in_vain: None,
            members: vec![member],
            printed: None,
            other_chart: None,
            unknown_keys: Vec::new(),
            unseen: Vec::new(),
            results: Vec::new(),
            top: None,
            servers: Vec::new(),
            replaced: None,
            release: None,
        }
    }

    /// An installation of which only a process is described. No key of that has the name which stands for its configuration.
    pub(super) fn of_process(files: &Files, process: Process) -> Self {
        let Process { file, doc, path, platform, .. } = process.clone();
        let shown = &files.get(file).shown;
        let mut others = files.get(file).roles.iter().filter(|role| role.what != What::Autoscaler);
        let several = others.nth(1).is_some();
        let name = if several { format!("{shown} ({})", process.name(files)) } else { shown.clone() };
        let main = Layer { file, doc, base: path.clone(), config: path.child("--config") };
        let member = Member { file, kind: platform.id(), link: "runs LiteLLM".into() };
        Self { processes: vec![process], ..Self::new(name, Flavor::Process, main, member) }
    }

    /// Lists the autoscalers of its processes, in all results, among its files.
    pub(super) fn list_autoscalers(&mut self) {
        let processes = self.results.iter().chain([&*self]).flat_map(|parts| &parts.processes);
        let all = processes.flat_map(|process| &process.autoscalers);
        let link = "decides how many pods there are";
        let of = |one: &Autoscaler| Member { file: one.file, kind: one.kind.name(), link: link.into() };
        let mut members: Vec<Member> = all.map(of).collect();
        members.sort_by_key(|member| member.file);
        members.dedup();
        self.members.append(&mut members);
    }

    /// The main layer.
    pub fn main(&self) -> &Layer {
        &self.main
    }

    /// Where the configuration is before the process reads it: in the object that a template prints it into, else where it is written.
    pub(in crate::project::installation) fn given(&self) -> Place {
        let own = || Place::yaml(self.main.file, self.main.doc, self.main.config.clone());
        self.printed.clone().unwrap_or_else(own)
    }

    /// The layers of each result that is deployed, the strongest first. There always is one.
    pub fn stacks(&self) -> Vec<Vec<&Layer>> {
        match self.stacks.as_slice() {
            [] => vec![vec![&self.main]],
            stacks => stacks.iter().map(|stack| stack.iter().collect()).collect(),
        }
    }

    /// Whether several results are deployed that may differ.
    pub fn is_several(&self) -> bool {
        self.stacks.len() > 1
    }

    /// Adds a result of these layers, the weakest first. The main one is among them.
    pub(in crate::project) fn add_result(&mut self, result: &[Layer]) {
        for (at, layer) in
            result.iter().enumerate().filter(|(_, layer)| !self.layers.contains(layer)).collect::<Vec<_>>()
        {
            let over =
                result[at..].iter().find_map(|over| self.layers.iter().position(|known| known == over));
            self.layers.insert(over.unwrap_or(self.layers.len()), layer.clone());
        }
        let stack: Vec<Layer> = result.iter().rev().cloned().collect();
        if !self.stacks.contains(&stack) {
            self.stacks.push(stack);
        }
    }

    /// The same installation of these results alone, each with its layers, the strongest first.
    pub(super) fn with_results(&self, stacks: &[Vec<Layer>]) -> Self {
        let mut parts = Self { layers: vec![self.main.clone()], stacks: Vec::new(), ..self.clone() };
        if !self.stacks.is_empty() {
            for stack in stacks {
                parts.add_result(&stack.iter().rev().cloned().collect::<Vec<_>>());
            }
        }
        let left_out = |file| {
            let holds = |layers: &[Layer]| layers.iter().any(|layer| layer.file == file);
            holds(&self.layers) && !holds(&parts.layers)
        };
        let members = self.members.iter().filter(|member| !left_out(member.file)).cloned().collect();
        Self { members, ..parts }
    }

    /// What the chart makes of the values, where it is one of LiteLLM's own.
    pub fn chart(&self) -> Option<&'static OfficialChart> {
        match self.flavor {
            Flavor::Chart(component) => Some(component.chart()),
            Flavor::Config | Flavor::ConfigMap | Flavor::Process | Flavor::OtherChart => None,
        }
    }

    /// Whether the values are those of this process of one of LiteLLM's own charts.
    pub fn is_of(&self, component: Component) -> bool {
        self.flavor == Flavor::Chart(component)
    }

    /// Whether it reads the keys of the values that are those of this process.
    pub fn reads(&self, component: Component) -> bool {
        self.chart().is_some_and(|chart| chart.reads == component)
    }

    /// Whether the values are those of litellm-helm, whose keys are known.
    pub fn is_litellm_helm(&self) -> bool {
        self.is_of(Component::Monolith)
    }

    /// The processes that compose runs.
    pub fn services(&self) -> impl Iterator<Item = &Process> {
        self.processes.iter().filter(|one| one.is_compose())
    }

    /// The processes that Kubernetes runs.
    pub fn containers(&self) -> impl Iterator<Item = &Process> {
        self.processes.iter().filter(|one| one.platform.runtime() == Runtime::Kubernetes)
    }

    /// Whether compose runs it, as far as the files show.
    pub fn on_compose(&self) -> bool {
        self.services().next().is_some()
    }

    /// Whether a file is the `.env` that compose fills in from.
    pub(in crate::project) fn fills_in(&self, file: FileId) -> bool {
        self.services().any(|service| service.fillers.contains(&file))
    }

    /// Whether containers of Kubernetes are described that run it.
    pub fn in_pods(&self) -> bool {
        self.containers().next().is_some()
    }
}

/// The variables that a configuration refers to as `os.environ/NAME`.
pub fn referenced_names(files: &Files, parts: &Parts) -> Vec<String> {
    let mut names = Vec::new();
    for layer in parts.layers.iter().chain(&parts.includes) {
        let Some(node) = files.node(layer.file, layer.doc, &layer.config) else { continue };
        for (at, _) in node.source().match_indices("os.environ/") {
            let rest = &node.source()[at + "os.environ/".len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            names.push(rest[..end].to_owned());
        }
    }
    names.sort();
    names.dedup();
    names
}

/// The text of a Helm value, looked up in the strongest layer first.
pub fn values_scalar(files: &Files, parts: &Parts, keys: &[&str]) -> Option<(String, Place)> {
    parts.layers.iter().rev().find_map(|layer| {
        let path = layer.base.join(&Path::keys(keys.iter().copied()));
        let node = files.node(layer.file, layer.doc, &path)?.resolve();
        let shown = node.kind() == Kind::Scalar && !node.is_null(Reader::Go);
        shown.then(|| (node.text().into_owned(), Place::yaml(layer.file, layer.doc, path)))
    })
}
