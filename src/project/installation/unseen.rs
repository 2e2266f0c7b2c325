//! Sources of values that are named and not read. What such a source could set is not visible: never "not set", never `safe`.

mod kustomize;
mod process;
mod release;
mod template;

use std::sync::Arc;

use crate::document::Path;

use crate::project::installation::own_chart;
use crate::project::installation::parts::Parts;
use crate::project::installation::releases::ChartRelease;
use crate::project::installation::view::Installation;
use crate::project::kubernetes::kustomize::Kustomizations;
use crate::project::platform::Aspect;
use crate::project::platform::envelope::Typed;
use crate::project::repository::file::Files;
use crate::project::repository::place::{FileId, Place};
use crate::project::settings::Home;

/// What is known of a source that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// What it can set.
    pub covers: Covers,
    /// Whether it wins over what is read; otherwise it sets only what nothing that is read sets.
    pub wins: bool,
    /// The values that it wins over, where those are layers among others that win over it.
    pub weaker: Vec<Place>,
    /// What it is.
    pub what: SourceKind,
    /// Where it is named.
    pub place: Place,
}

/// What a source can set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covers {
    /// Everything.
    All,
    /// These parts.
    Parts(Vec<Part>),
    /// This of a process.
    Aspects(Vec<Aspect>),
    /// What stands at this path of the document that holds the values, above it or below it.
    Values(Path),
}

/// A part of an installation that a source can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The configuration.
    Config,
    /// The variables of the process.
    Environment,
    /// Its command and arguments.
    Command,
    /// Its image.
    Image,
    /// How many instances there are.
    Replicas,
    /// The rest of the workload: probes, resources, how it ends.
    Pod,
    /// What Prometheus asks.
    ServiceMonitor,
}

/// A kind of source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A release merges values of this object or file: `ConfigMap litellm-values`.
    ValuesFrom(String),
    /// These values are merged over those that describe a process, or under them.
    ValuesFiles(String),
    /// A parameter of a release, and its value if that stands there.
    Parameter(String, Option<Typed>),
    /// The release is patched after it is rendered, by what stands at this key.
    PostRenderer(String),
    /// The kustomization in this file changes what it takes.
    Kustomization(String),
    /// The kustomization in this file deploys another configuration in place of this one.
    Replaced(String),
    /// Variables come from whole Secrets or ConfigMaps.
    WholeObjects(String),
    /// An env file that is not here.
    EnvFile(String),
    /// This key of a unit hands a container variables.
    Handed(&'static str),
    /// A part of a compose service that stands elsewhere.
    ElsewhereInCompose,
    /// Compose merges these files with that of the service, as `COMPOSE_FILE` says.
    ComposeFiles(String),
    /// Values of a chart that is not LiteLLM's: how that is known.
    OtherChart(String),
    /// A key of the values that LiteLLM's chart does not have, and that looks like variables.
    UnknownKey(String),
    /// The process is described in a shape that is not read: which.
    Process(String),
    /// The configuration of a process that nothing but itself is read of: its path, if the process names one.
    Configuration(Option<String>),
    /// The configuration of the process, in a Secret of this name that holds it encoded.
    Encoded(String),
    /// Something makes the configuration of the process, and is not followed: what does.
    Rendered(&'static str),
    /// The values in this file run the process.
    Release(String),
    /// An expression of a template adds to this block.
    Expression(String),
}

impl SourceKind {
    /// Whether what it sets stands where it is named.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Parameter(_, Some(typed)) if typed.value().is_some())
    }

    /// The block that an expression of a template adds to.
    pub fn block(&self) -> Option<&str> {
        match self {
            Self::Expression(block) => Some(block),
            _ => None,
        }
    }

    /// The source as a clause.
    pub fn words(&self) -> String {
        match self {
            Self::ValuesFrom(object) => format!("values also come from {object}, which is not read"),
            Self::ValuesFiles(files) => format!("values also come from {files}, which are not merged here"),
            Self::Parameter(name, Some(_)) => format!("the release sets `{name}` by a parameter"),
            Self::Parameter(name, None) => {
                format!("the release sets `{name}` by a parameter, which is not read")
            }
            Self::PostRenderer(key) => format!("the release is patched after it is rendered (`{key}`)"),
            Self::Kustomization(file) => format!("the kustomization in {file} changes it, which is not read"),
            Self::Replaced(file) => {
                format!("the kustomization in {file} deploys another configuration in its place")
            }
            Self::WholeObjects(names) => format!("variables come from {names}, whose content is not visible"),
            Self::EnvFile(file) => format!("the env file {file} is not among the files read"),
            Self::Handed(key) => format!("`{key}=` hands the container variables that are not read"),
            Self::ElsewhereInCompose => "a part of the compose service is defined elsewhere".into(),
            Self::ComposeFiles(files) => {
                format!("COMPOSE_FILE tells compose to merge {files} too, not among the files read")
            }
            Self::OtherChart(sign) => {
                format!(
                    "these values belong to a chart other than litellm-helm ({sign}), so only `proxy_config` is checked"
                )
            }
            Self::UnknownKey(key) => {
                format!(
                    "litellm-helm has no key `{key}`; if another chart sets variables with it, they are not visible"
                )
            }
            Self::Configuration(Some(path)) => {
                format!("the configuration {path} is not among the files read")
            }
            Self::Configuration(None) => "no configuration is given to the process here".into(),
            Self::Encoded(secret) => {
                format!("the configuration is encoded in `data` of the Secret {secret}, which is not read")
            }
            Self::Rendered(how) => format!("{how}, which is not read"),
            Self::Process(kind) => format!("the process is described by {kind}, which is not read"),
            Self::Expression(block) => {
                format!("a template expression adds to `{block}`, which is not read")
            }
            Self::Release(file) => {
                format!("the process belongs to the release in {file}, which is checked on its own")
            }
        }
    }
}

/// Whether what stands at a place is a release that takes the values of an installation, so that it needs no values of its own.
pub(in crate::project) fn takes(parts: &Parts, place: &Place) -> bool {
    let mut releases = parts.deployed.iter();
    releases.any(|release| {
        place.in_yaml().is_some_and(|(doc, _)| (release.file, release.doc) == (place.file, doc))
    })
}

/// Every part but the configuration.
pub(in crate::project) const PROCESS: [Part; 5] =
    [Part::Environment, Part::Command, Part::Image, Part::Replicas, Part::Pod];

impl Unseen {
    /// One that sets only what nothing that is read sets.
    fn new(covers: Covers, what: SourceKind, place: Place) -> Self {
        Self { covers, wins: false, weaker: Vec::new(), what, place }
    }

    /// Whether it wins over what stands at a place.
    fn wins_over(&self, place: &Place) -> bool {
        let over = self.weaker.iter().any(|values| values.holds(place));
        if self.weaker.is_empty() { self.wins } else { over }
    }

    /// Whether it can set this part.
    pub fn sets(&self, part: Part) -> bool {
        match &self.covers {
            Covers::All => true,
            Covers::Parts(parts) => parts.contains(&part),
            Covers::Values(_) | Covers::Aspects(_) => false,
        }
    }
}

/// What is looked for once for all installations, to find the unread sources of each.
pub(in crate::project) struct Sources {
    pub(in crate::project::installation) releases: Vec<Arc<ChartRelease>>,
    named: release::Named,
}

impl Sources {
    /// Of all files and installations.
    pub fn new(files: &Files, releases: Vec<Arc<ChartRelease>>, all: &[Parts]) -> Self {
        Self { releases, named: release::named(files, all) }
    }

    /// Finds the unread sources of each installation. Gives for each the position of that whose release runs its configuration, if there is
    /// one.
    pub fn put(
        &self,
        files: &Files,
        kustomizations: &Kustomizations,
        all: &mut [Parts],
    ) -> Vec<Option<usize>> {
        all.iter_mut().for_each(|parts| parts.unseen = self.of(files, kustomizations, parts, None));
        all.iter().map(|parts| release::runs(files, &self.named, parts)).collect()
    }

    /// The unread sources of an installation, or of its result that this kustomization makes.
    pub fn of(
        &self,
        files: &Files,
        kustomizations: &Kustomizations,
        parts: &Parts,
        result: Option<FileId>,
    ) -> Vec<Unseen> {
        if let Some(place) = &parts.replaced {
            let what = SourceKind::Replaced(files.get(place.file).shown.clone());
            return vec![Unseen {
                covers: Covers::All,
                wins: true,
                weaker: Vec::new(),
                what,
                place: place.clone(),
            }];
        }
        let mut found = release::around(files, &self.releases, parts);
        found.extend(release::names(files, &self.named, parts));
        found.extend(kustomize::changes(files, kustomizations, parts, result));
        found.extend(process::started_with(files, parts));
        found.extend(process::given(files, parts));
        found.extend(process::described(files, parts));
        found.extend(template::expressions(files, parts));
        found.extend(own_chart::outer(files, &self.releases, parts));
        found
    }
}

impl Installation<'_> {
    /// The first unread source that can set this part.
    pub fn unseen(&self, part: Part) -> Option<&Unseen> {
        self.parts.unseen.iter().find(|one| one.sets(part))
    }

    /// The unread sources that win over what is read at a place.
    pub fn overruling(&self, place: &Place) -> Option<&Unseen> {
        let main = self.parts.main();
        self.parts.unseen.iter().filter(|one| one.wins_over(place)).find(|one| match &one.covers {
            Covers::Values(path) => match &place.at {
                crate::project::repository::place::At::Yaml { path: at, .. } if place.file == main.file => {
                    overlap(path, at)
                }
                _ => false,
            },
            Covers::All | Covers::Parts(_) | Covers::Aspects(_) => true,
        })
    }

    /// The unread source that can set a home: one that wins, where something stands there, else any.
    pub(in crate::project) fn unseen_at(&self, home: &Home, stands: Option<&Place>) -> Option<&Unseen> {
        if self.parts.unseen.is_empty() {
            return None;
        }
        let part = self.part_of(home)?;
        let path = self.path_of(home);
        let wins = |one: &Unseen| stands.is_none_or(|place| one.wins_over(place));
        // Of several values for one path the last counts.
        self.parts.unseen.iter().rev().find(|one| match &one.covers {
            Covers::Values(at) => {
                // Of what a template adds to, it cannot be seen what it is in the end.
                let within = |path: &Path| one.what.block().is_some() && path.contains(at);
                path.as_ref().is_some_and(|path| (wins(one) || within(path)) && overlap(at, path))
            }
            Covers::Aspects(aspects) => {
                stands.is_none() && matches!(home, Home::Process(aspect) if aspects.contains(aspect))
            }
            // A number that something else sets is no number to reckon with.
            _ => {
                (stands.is_none() || (wins(one) && (part == Part::Replicas || self.overlays(one, home))))
                    && one.sets(part)
            }
        })
    }

    /// Whether it is a kustomization that names what this home sets, or has something else in place of all: what the base says is not what
    /// is deployed.
    fn overlays(&self, one: &Unseen, home: &Home) -> bool {
        match one.what {
            SourceKind::Kustomization(_) => {}
            SourceKind::Replaced(_) => return true,
            _ => return false,
        }
        let words: Vec<String> = match home {
            Home::Env(name) => vec![(*name).to_owned()],
            Home::Flag(_) | Home::Option(_) => vec!["args".into(), "command".into()],
            Home::Process(Aspect::Image) => vec!["images".into(), "image".into()],
            Home::Process(aspect) => {
                let places = self.parts.containers().flat_map(|one| one.platform.places(&one.path, *aspect));
                places.filter_map(|path| path.last_key().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        };
        words.iter().any(|word| kustomize::says(self.files, one.place.file, word))
    }

    /// The part that a home belongs to; `None` for the homes of another platform.
    fn part_of(&self, home: &Home) -> Option<Part> {
        let by_key = |keys: &[&str]| match keys.last() {
            Some(&("replicas" | "replicaCount" | "maxReplicas")) => Part::Replicas,
            Some(&("image" | "tag")) => Part::Image,
            Some(&("command" | "args" | "entrypoint")) => Part::Command,
            _ => Part::Pod,
        };
        let parts = self.parts;
        Some(match home {
            Home::Config(..) | Home::LateEnv(_) => Part::Config,
            Home::Env(_) => Part::Environment,
            Home::Flag(_) | Home::Option(_) => Part::Command,
            Home::Values(of, keys) | Home::Chart(of, keys) | Home::ChartArgument(of, keys) => {
                parts.reads(*of).then(|| by_key(keys))?
            }
            Home::Autoscaler(_) => self.parts.chart().is_none().then_some(Part::Replicas)?,
            Home::Process(aspect) => self.parts.chart().is_none().then_some(match aspect {
                Aspect::Replicas => Part::Replicas,
                Aspect::Image => Part::Image,
                _ => Part::Pod,
            })?,
        })
    }

    /// Where a home stands in the document of the values.
    pub(in crate::project) fn path_of(&self, home: &Home) -> Option<Path> {
        let main = self.parts.main();
        let below = |keys: &[&str]| main.base.join(&Path::keys(keys.iter().copied()));
        let chart = self.parts.chart();
        let own = chart.and_then(|chart| chart.key);
        match home {
            Home::Config(section, key) => Some(main.config.child(*section).join(&Path::keys(key.split('.')))),
            Home::LateEnv(name) => Some(main.config.child("environment_variables").child(*name)),
            Home::Env(name) => chart.map(|chart| match chart.variables {
                [] => below(chart.entries),
                variables => below(variables).child(*name),
            }),
            Home::Flag(_) | Home::Option(_) => Some(match chart.map_or(&[][..], |chart| chart.arguments) {
                [] => below(own.as_slice()).child("args"),
                arguments => below(arguments),
            }),
            Home::Values(_, keys) | Home::Chart(_, keys) | Home::ChartArgument(_, keys) => Some(below(keys)),
            _ => None,
        }
    }
}

fn overlap(one: &Path, other: &Path) -> bool {
    one.contains(other) || other.contains(one)
}
