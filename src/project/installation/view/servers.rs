//! The servers that run one configuration, each with variables, arguments and an image of its own: each is judged by itself.

use std::collections::HashSet;
use std::rc::Rc;

use crate::project::installation::links::env_links::{of_service, of_unit};
use crate::project::installation::links::evidence::{Evidence, find_version};
use crate::project::installation::links::{is_job, starts};
use crate::project::installation::parts::{EnvLink, Link, Parts};
use crate::project::installation::unseen::Sources;
use crate::project::installation::view::Installation;
use crate::project::kubernetes::kustomize::Kustomizations;
use crate::project::kubernetes::objects::called_around;
use crate::project::platform::written::starts_proxy;
use crate::project::process::Process;
use crate::project::repository::file::Files;
use crate::project::repository::place::FileId;

/// How many servers of one installation are looked at: each is a whole installation to judge. That there are more is said.
pub const MOST_SERVERS: usize = 64;

/// Options with which LiteLLM ends without serving anything: `litellm/proxy/proxy_cli.py`.
const ENDING: [&str; 8] = [
    "--skip_server_startup",
    "--health",
    "--test",
    "--test_async",
    "--version",
    "--validate_config",
    "--setup",
    "--help",
];

/// Looks up the servers of each installation that several processes run; of each of its results, where it has several.
pub(in crate::project) fn find(
    files: &Files,
    kustomizations: &Kustomizations,
    sources: &Sources,
    evidence: &Evidence,
    all: &mut [Parts],
) {
    let of = |parts: &Parts, top: Option<FileId>| {
        let mut servers = of(files, evidence, parts);
        for server in &mut servers {
            server.unseen = sources.of(files, kustomizations, server, top);
            server.running = find_version(files, evidence, server).0;
        }
        servers
    };
    for parts in all {
        for result in &mut parts.results {
            result.servers = of(result, result.top);
        }
        if parts.results.is_empty() {
            parts.servers = of(parts, None);
        }
    }
}

/// The installation as each of its servers has it; none where one process runs it, which has all of it, or where none is known to serve.
fn of(files: &Files, evidence: &Evidence, parts: &Parts) -> Vec<Parts> {
    if parts.processes.len() + parts.units.len() < 2 {
        return Vec::new();
    }
    let given =
        |link: &&EnvLink| !matches!(link.link, Link::Service { .. } | Link::Unit | Link::NamedByUnit { .. });
    let given: Vec<EnvLink> = parts.env_files.iter().filter(given).cloned().collect();
    let (processes, units, members, env_files) = Default::default();
    let alone = Parts { processes, units, members, env_files, ..parts.clone() };
    let of_process = |process: &Process| {
        let env_files = given.iter().cloned().chain(of_service(files, process)).collect();
        let server = Parts { processes: vec![process.clone()], env_files, ..alone.clone() };
        Parts { starts: starts::of(files, &evidence.starts, &server), ..server }
    };
    let serving = parts.processes.iter().filter(|one| serves(files, one));
    let mut servers: Vec<Parts> = serving.take(MOST_SERVERS).map(of_process).collect();
    servers.extend(parts.units.iter().take(MOST_SERVERS).map(|unit| Parts {
        units: vec![unit.clone()],
        env_files: given.iter().cloned().chain(of_unit(files, unit)).collect(),
        ..alone.clone()
    }));
    name(files, &mut servers);
    servers
}

/// Whether a process may be LiteLLM's server: not what migrates, checks or asks.
fn serves(files: &Files, process: &Process) -> bool {
    let words = process.arguments(files);
    let has = |part: &str| words.iter().any(|word| word.contains(part));
    let ends = words.iter().flat_map(|word| word.split_whitespace()).any(|word| ENDING.contains(&word));
    let migrates = has("migrat") && !has("--config") && !has("litellm ");
    !ends && !migrates && !is_job(files, process) && (starts_proxy(&words) || has("--config"))
}

/// Names servers for humans, with what tells those of one name apart.
fn name(files: &Files, servers: &mut [Parts]) {
    let plain = |server: &Parts| match (server.processes.first(), server.units.first()) {
        (Some(process), _) => (process.name(files), process.file),
        (None, unit) => {
            let file = unit.and_then(|unit| unit.files().first().copied()).unwrap_or(server.main().file);
            (files.get(file).shown.clone(), file)
        }
    };
    let object = |server: &Parts| {
        let process = server.processes.first()?;
        let called = called_around(files, process.file, process.doc, &process.path)?;
        Some(format!("{} of {} {}", process.name(files), called.kind, called.name))
    };
    let mut names: Vec<String> = servers.iter().map(|one| plain(one).0).collect();
    for (name, server) in names.iter_mut().zip(&*servers) {
        if let Some(object) = object(server) {
            *name = object;
        }
    }
    let mut seen = HashSet::new();
    let twice: HashSet<String> = names.iter().filter(|name| !seen.insert(*name)).cloned().collect();
    for (server, name) in servers.iter_mut().zip(names) {
        let file = &files.get(plain(server).1).shown;
        server.name = if twice.contains(&name) { format!("{name} of {file}") } else { name };
    }
}

impl<'a> Installation<'a> {
    /// The installation as each server of each result of its kustomizations has it; empty where there is one view of it.
    pub fn views(&self) -> Vec<Installation<'a>> {
        let results = &self.parts.results;
        if results.is_empty() {
            return self.servers(&self.parts.servers);
        }
        let asked = self.asked.results.get_or_init(|| results.iter().map(|_| Rc::default()).collect());
        let views = results.iter().zip(asked).map(|(parts, asked)| {
            let result = Installation { files: self.files, parts, whole: None, asked: asked.clone() };
            let servers = result.servers(&parts.servers);
            if servers.is_empty() { vec![result] } else { servers }
        });
        views.flatten().collect()
    }

    fn servers(&self, servers: &'a [Parts]) -> Vec<Installation<'a>> {
        let beside = || servers.iter().map(|_| Rc::new(self.asked.beside())).collect();
        let asked = self.asked.servers.get_or_init(beside);
        let views = servers.iter().zip(asked).map(|(parts, asked)| Installation {
            files: self.files,
            parts,
            whole: Some((self.parts, self.asked.clone())),
            asked: asked.clone(),
        });
        views.collect()
    }

    /// Whether it is what one of several processes has of an installation.
    pub fn is_one_server(&self) -> bool {
        self.whole.is_some()
    }

    /// The process, for humans: by its name where there are others.
    pub fn process_words(&self) -> &'a str {
        if self.is_one_server() { &self.parts.name } else { "LiteLLM's process" }
    }

    /// The installation as all of its processes have it together: what is asked of the files, and not of one process.
    pub fn together(&self) -> Installation<'a> {
        let (parts, asked) = self.whole.clone().unwrap_or_else(|| (self.parts, self.asked.clone()));
        Installation { files: self.files, parts, whole: None, asked }
    }
}
