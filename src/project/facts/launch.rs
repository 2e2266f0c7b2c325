//! What is known about how the process of an installation is started.

use crate::document::{Node, Step};

use crate::project::installation::links::holder;
use crate::project::installation::view::Installation;
use crate::project::platform::nodes::scalar;
use crate::project::platform::workload::sources;
use crate::project::platform::written::starts_litellm;
use crate::project::process::Process;
use crate::project::repository::file::Reach;
use crate::project::repository::kind::Flavor;
use crate::project::repository::place::Place;

/// A process that is started without the configuration which it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Where the arguments stand, or would stand.
    pub place: Place,
    /// What starts it, for humans: `service litellm`.
    pub what: String,
    /// The arguments that it is started with.
    pub words: Vec<String>,
    /// The path of the configuration as the process sees it.
    pub config: String,
}

/// Why nothing of a configuration is effective, as far as the files show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// The process is started without it.
    NotLoaded,
    /// A kustomization over the one that takes it deploys another one in its place.
    Replaced,
    /// It is a sample: it stands in a folder of such, or beside the sources of LiteLLM, and no process is seen that loads it.
    Sample,
}

/// The path of the configuration in the containers of litellm-helm.
const CHART_CONFIG: &str = "/etc/litellm/config.yaml";
/// Words in the name of a file that nobody runs for others.
const SAMPLES: [&str; 4] = ["example", "sample", "test", "tests"];

impl Installation<'_> {
    /// Whether the commands of the processes show how LiteLLM is started; a wrapper of the owner may add arguments of its own.
    pub fn sees_command(&self) -> bool {
        let processes = self.parts.processes.iter();
        processes.filter(|process| process.node(self.files).is_some()).all(|process| {
            let words = process.arguments(self.files);
            let plain = |word: &String| word.starts_with('-') || starts_litellm(word);
            words.first().is_none_or(plain) || words.iter().any(|word| word.contains("--config"))
        })
    }

    /// Why nothing of the configuration is effective, if that can be seen.
    pub fn idle(&self) -> Option<Idle> {
        let parts = self.parts;
        let file = self.files.get(parts.main().file);
        let name = file.path.file_name().unwrap_or_default().to_string_lossy();
        let mut words = name.split(['.', '-', '_']);
        let called =
            parts.flavor == Flavor::Config && words.any(|word| SAMPLES.contains(&&*word.to_lowercase()));
        let sample = called || file.repository.is_litellm || matches!(file.reach, Reach::Sample(_));
        if sample && !file.named && parts.processes.is_empty() {
            return Some(Idle::Sample);
        }
        if parts.replaced.is_some() {
            return Some(Idle::Replaced);
        }
        let views = self.views();
        if let Some(first) = views.first() {
            return first.idle().filter(|_| views.iter().all(|one| one.idle().is_some()));
        }
        let not_loaded = || self.lost_configuration().is_some() && self.sees_givers();
        self.asked.not_loaded.get_or_init(not_loaded).then_some(Idle::NotLoaded)
    }

    /// Whether a variable that hands the process a configuration without `--config` would be seen here.
    pub fn sees_givers(&self) -> bool {
        self.environment_is_whole() || self.parts.is_litellm_helm()
    }

    /// The first process that has the configuration at hand and is not told to read it. The images of LiteLLM name none by themselves.
    pub fn lost_configuration(&self) -> Option<Lost> {
        if self.names_configuration() {
            return None;
        }
        match self.parts.flavor {
            Flavor::Chart(one) if one.chart().replaces_arguments => self.lost_by_chart(),
            Flavor::Config => self.parts.services().find_map(|one| self.lost_by_service(one)),
            Flavor::ConfigMap => self.parts.containers().find_map(|one| self.lost_by_container(one)),
            Flavor::Process | Flavor::OtherChart | Flavor::Chart(_) => None,
        }
    }

    /// `args` of litellm-helm replaces all arguments of the chart, also those with the configuration.
    fn lost_by_chart(&self) -> Option<Lost> {
        let answer = self.setting("chart_args");
        let words = answer.value().and_then(Self::texts).filter(|words| !words.is_empty())?;
        let command = self.setting("chart_command").value().and_then(Self::texts).unwrap_or_default();
        let place = answer.place()?.clone();
        let config = CHART_CONFIG.to_owned();
        drops(&command, &words).then(|| Lost { place, what: "the chart's `args`".into(), words, config })
    }

    fn lost_by_service(&self, one: &Process) -> Option<Lost> {
        let config = self.mounted_at(one)?;
        self.lost_by_process(one, config)
    }

    fn lost_by_container(&self, one: &Process) -> Option<Lost> {
        let main = self.parts.main();
        let (kind, name) = holder(self.files, self.parts)?;
        let key = main.config.steps().iter().find_map(|step| match step {
            Step::Key(key) if !matches!(key.as_str(), "data" | "stringData" | "items") => Some(key.clone()),
            _ => None,
        })?;
        let pod = one.path.split_last()?.0.split_last()?.0;
        let volumes = self.files.node(one.file, one.doc, &pod.child("volumes"))?;
        let holds = |source: Node<'_>| kind.named_by(source).as_deref() == Some(&*name);
        let volume =
            volumes.resolve().items().find(|volume| sources(volume.resolve()).into_iter().any(holds))?;
        let volume = scalar(volume, "name")?;
        let container = one.node(self.files)?;
        let mounts = container.get("volumeMounts")?.resolve();
        let mount = mounts.items().find(|mount| scalar(*mount, "name").as_deref() == Some(&*volume))?;
        let at = scalar(mount, "mountPath")?;
        let config = match scalar(mount, "subPath") {
            Some(_) => at,
            None => format!("{}/{key}", at.trim_end_matches('/')),
        };
        self.lost_by_process(one, config)
    }

    /// The common part: LiteLLM's own image, its own entry point, and arguments without a configuration.
    fn lost_by_process(&self, one: &Process, config: String) -> Option<Lost> {
        let stands = |key: &str| one.all_of(self.files, key).into_iter().next().map(|(_, node)| node);
        let image = stands("image")?.resolve().text();
        if stands("build").is_some() || !(image.contains("berriai/") || image.starts_with("litellm/")) {
            return None;
        }
        let of = |key: &str| one.words(self.files, key);
        let (keys, arguments) = one.platform.command();
        let command: Vec<String> =
            keys.iter().filter(|key| **key != arguments).flat_map(|key| of(key)).collect();
        let words = of(arguments);
        let (place, what) = (one.place().child(arguments), one.name(self.files));
        drops(&command, &words).then_some(Lost { place, what, words, config })
    }
}

/// Whether a command and its arguments start LiteLLM without a configuration: nothing in them names one, is a wrapper, or cannot be seen.
fn drops(command: &[String], words: &[String]) -> bool {
    let own = command.is_empty() || (command.first().is_some_and(starts_litellm));
    let plain = words.first().is_none_or(|word| word.starts_with('-') || starts_litellm(word));
    let silent = command
        .iter()
        .chain(words)
        .all(|word| !word.contains("config") && word != "-c" && !word.contains('$') && !word.contains("{{"));
    own && plain && silent
}
