//! Which files make one installation, and what says so.

use crate::project::platform::{Component, OfficialChart};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use crate::document::{EnvReader, Kind, Path, Reader, Step};

use crate::project::installation::answer::reason::Reason;
use crate::project::installation::chart;
use crate::project::installation::links::evidence::{Evidence, find_version};
use crate::project::installation::links::starts::StartedBy;
use crate::project::installation::links::units::Started;
use crate::project::installation::links::{self, link_containers, link_services};
use crate::project::installation::links::{env_links, overrides};
use crate::project::installation::unseen::{Sources, Unseen};
use crate::project::installation::view::results;
use crate::project::kubernetes::kustomize::{self, Kustomizations};
use crate::project::kubernetes::taken;
use crate::project::platform::{Runtime, written};
use crate::project::process::Process;
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::{Chart, Flavor, Role, What, is_overlay_name};
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
    /// The configuration; of a chart, the base values first and then one layer per environment.
    pub layers: Vec<Layer>,
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
    /// How it is known that the values are those of a chart that is not LiteLLM's.
    pub other_chart: Option<String>,
    /// Keys of the values that LiteLLM's chart does not have, and that look as if they gave variables.
    pub unknown_keys: Vec<String>,
    /// What is named and not read.
    pub unseen: Vec<Unseen>,
    /// The same installation in each result of its kustomizations, where there are several that differ.
    pub results: Vec<Parts>,
    /// The release of litellm-helm that runs a configuration which stands in a ConfigMap of its own.
    pub release: Option<Arc<Parts>>,
}

impl Parts {
    fn new(name: String, flavor: Flavor, main: Layer, member: Member) -> Self {
        Self {
            name,
            flavor,
            layers: vec![main],
            includes: Vec::new(),
            unknown_include: None,
            env_files: Vec::new(),
            processes: Vec::new(),
            units: Vec::new(),
            starts: Vec::new(),
            running: Running::unseen(),
            told_in_vain: None,
            members: vec![member],
            other_chart: None,
            unknown_keys: Vec::new(),
            unseen: Vec::new(),
            results: Vec::new(),
            release: None,
        }
    }

    /// An installation of which only a process is described. No key of that has the name which stands for its configuration.
    fn of_process(files: &Files, process: Process) -> Self {
        let Process { file, doc, path, platform, .. } = process.clone();
        let shown = &files.get(file).shown;
        let several = files.get(file).roles.len() > 1;
        let name = if several { format!("{shown} ({})", process.name(files)) } else { shown.clone() };
        let main = Layer { file, doc, base: path.clone(), config: path.child("--config") };
        let member = Member { file, kind: platform.id(), link: "runs LiteLLM".into() };
        Self { processes: vec![process], ..Self::new(name, Flavor::Process, main, member) }
    }

    /// The main layer; there always is one.
    pub fn main(&self) -> &Layer {
        &self.layers[0]
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
    pub(in crate::project) fn fills_in(&self, files: &Files, file: FileId) -> bool {
        self.services().any(|service| service.fillers(files).contains(&file))
    }

    /// Whether containers of Kubernetes are described that run it.
    pub fn in_pods(&self) -> bool {
        self.containers().next().is_some()
    }
}

/// Groups the loaded files into installations.
pub fn group(files: &Files, evidence: &Evidence) -> Vec<Parts> {
    let mut all = Vec::new();
    for (id, file) in files.iter() {
        for role in &file.roles {
            all.extend(parts_of_role(files, id, role));
        }
    }
    join_layers(files, &mut all);
    drop_included(files, &mut all);
    link_services(files, &mut all);
    let kustomizations = Kustomizations::new(files);
    link_containers(files, &kustomizations, &mut all);
    let alone = links::alone(files, &all);
    all.extend(alone.into_iter().map(|process| Parts::of_process(files, process)));
    overrides::put(files, &mut all);
    for parts in &mut all {
        env_links::link(files, evidence, parts);
    }
    kustomize::patches::follow(files, &kustomizations, all.iter_mut().flat_map(|parts| &mut parts.processes));
    kustomize::patches::put(files, all.iter_mut().flat_map(|parts| &mut parts.processes));
    taken::take(files, all.iter_mut().flat_map(|parts| &mut parts.processes));
    let sources = Sources::new(files, &all);
    let releases = sources.put(files, &kustomizations, &mut all);
    for parts in &mut all {
        (parts.running, parts.told_in_vain) = find_version(files, evidence, parts);
    }
    results::find(files, &kustomizations, &sources, evidence, &mut all);
    for (at, release) in releases.into_iter().enumerate() {
        if let Some(release) = release.map(|release| all[release].clone()) {
            all[at].running = release.running.clone();
            all[at].release = Some(Arc::new(release));
        }
    }
    all
}

fn parts_of_role(files: &Files, file: FileId, role: &Role) -> Vec<Parts> {
    let shown = &files.get(file).shown;
    let make = |flavor: Flavor, config: Path, kind: &'static str, suffix: &str| {
        let layer = Layer { file, doc: role.doc, base: role.path.clone(), config };
        let member = Member { file, kind, link: role.why.clone() };
        Parts::new(format!("{shown}{suffix}"), flavor, layer, member)
    };
    let several = files.get(file).roles.iter().filter(|other| is_source(other.what)).nth(1).is_some();
    let suffix = if several { format!(" ({})", describe(role)) } else { String::new() };
    match role.what {
        What::Config => {
            let mut parts = make(Flavor::Config, role.path.clone(), "config", &suffix);
            follow_includes(files, &mut parts);
            vec![parts]
        }
        What::ConfigMap => {
            let secret = Place::yaml(file, role.doc, role.path.clone()).is_in_secret();
            let kind = if secret { "config in a Secret" } else { "config in a ConfigMap" };
            vec![make(Flavor::ConfigMap, role.path.clone(), kind, &suffix)]
        }
        What::Values(Chart::Monolith) => {
            let chart = chart::of_values(files, file, role);
            let config = role.path.child("proxy_config");
            if chart.other.is_some() && files.node(file, role.doc, &config).is_none() {
                return Vec::new();
            }
            let flavor =
                if chart.other.is_some() { Flavor::OtherChart } else { Flavor::Chart(Component::Monolith) };
            let parts = make(flavor, config, "Helm values", &suffix);
            vec![Parts { other_chart: chart.other, unknown_keys: chart.unknown, ..parts }]
        }
        What::Values(Chart::Componentized) => componentized(files, file, role)
            .into_iter()
            .map(|(component, name)| {
                let config = role.path.join(&Path::keys([name, "config", "proxy_config"]));
                make(Flavor::Chart(component), config, "Helm values", &format!("{suffix} ({name})"))
            })
            .collect(),
        What::Process(_)
        | What::ChartFile
        | What::Release
        | What::Kustomization
        | What::Variables
        | What::UnreadProcess => Vec::new(),
    }
}

fn is_source(what: What) -> bool {
    matches!(what, What::Config | What::ConfigMap | What::Values(_))
}

fn describe(role: &Role) -> String {
    let path = Path(role.path.steps().iter().filter(|step| **step != Step::Inside).cloned().collect());
    if path.steps().is_empty() {
        format!("document {}", role.doc + 1)
    } else if role.doc == 0 {
        path.to_string()
    } else {
        format!("document {}, {path}", role.doc + 1)
    }
}

/// The gateway always; the backend where the values say anything of its own settings.
fn componentized(files: &Files, file: FileId, role: &Role) -> Vec<(Component, &'static str)> {
    let mut components = vec![(Component::Gateway, "gateway")];
    let backend = files.node(file, role.doc, &role.path.child("backend"));
    if backend
        .is_some_and(|node| ["config", "logLevel", "extraEnv"].iter().any(|key| node.get(key).is_some()))
    {
        components.push((Component::Backend, "backend"));
    }
    components
}

/// How many files one configuration may include: each may replace every section of the others, so each is looked at with all.
const MOST_INCLUDES: usize = 64;

fn follow_includes(files: &Files, parts: &mut Parts) {
    let main = parts.main().clone();
    let Some(node) = files.node(main.file, main.doc, &main.config.child("include")) else { return };
    let folder = folder(files, main.file);
    if node.resolve().items().count() > MOST_INCLUDES {
        let place = Place::yaml(main.file, main.doc, main.config.child("include"));
        let reason = Reason::ManyIncludes(MOST_INCLUDES);
        parts.unknown_include = Some((place, reason));
        return;
    }
    for item in node.resolve().items() {
        let written = item.text();
        let target = written::resolve(folder, &written)
            .and_then(|path| files.find(&path))
            .filter(|id| files.same_repository(*id, main.file));
        match target.filter(|id| files.yaml(*id).is_some_and(|yaml| yaml.root(0).is_some())) {
            Some(file) => {
                parts.includes.push(Layer { file, doc: 0, base: Path::root(), config: Path::root() });
                let link = format!("include: in {}", files.get(main.file).shown);
                parts.members.push(Member { file, kind: "included config", link });
            }
            None => {
                let place = Place::yaml(main.file, main.doc, main.config.child("include"));
                let reason = Reason::MissingInclude(written.into_owned());
                parts.unknown_include.get_or_insert((place, reason));
            }
        }
    }
}

/// A file that another one includes is no installation of its own, unless only files that include each other lead to it: then any of
/// them may be the one that is started.
fn drop_included(files: &Files, all: &mut Vec<Parts>) {
    let mut includes: HashMap<FileId, Vec<FileId>> = HashMap::new();
    for parts in all.iter() {
        let main = parts.main().file;
        let others = parts.includes.iter().map(|layer| layer.file).filter(|file| *file != main);
        includes.entry(main).or_default().extend(others);
    }
    let named: HashSet<FileId> = includes.values().flatten().copied().collect();
    let mut included = HashSet::new();
    let mut open: Vec<FileId> = includes.keys().filter(|main| !named.contains(main)).copied().collect();
    while let Some(main) = open.pop() {
        let new = includes.get(&main).into_iter().flatten().filter(|file| included.insert(**file));
        open.extend(new);
    }
    all.retain(|parts| {
        let main = parts.main();
        parts.flavor != Flavor::Config
            || files.get(main.file).roles.len() > 1
            || !included.contains(&main.file)
    });
}

/// `values.yaml` is the base of every `values-ENV.yaml` beside it.
fn join_layers(files: &Files, all: &mut Vec<Parts>) {
    let is_base = |file: FileId| {
        files.get(file).path.file_name().is_some_and(|name| name == "values.yaml" || name == "values.yml")
    };
    let bases: Vec<usize> =
        (0..all.len()).filter(|&index| is_base(all[index].main().file) && is_values(&all[index])).collect();
    let mut gone = Vec::new();
    for &base in &bases {
        let main = all[base].main().clone();
        for (id, file) in files.iter() {
            if id == main.file
                || !is_overlay_name(&file.path)
                || folder(files, id) != folder(files, main.file)
            {
                continue;
            }
            if let Some(own) = (0..all.len())
                .find(|&other| all[other].main().file == id && all[other].flavor == all[base].flavor)
            {
                gone.push(own);
            }
            if files.node(id, main.doc, &main.base).is_some() {
                let layer = Layer { file: id, ..main.clone() };
                all[base].layers.push(layer);
                let link = format!("a layer over {}, by its name", files.get(main.file).shown);
                all[base].members.push(Member { file: id, kind: "Helm values layer", link });
            }
        }
    }
    let mut index = 0;
    all.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
}

fn is_values(parts: &Parts) -> bool {
    matches!(parts.flavor, Flavor::OtherChart | Flavor::Chart(_))
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
