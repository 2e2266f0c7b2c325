//! Which processes run an installation: compose services and the containers of workloads.

use std::path::Path as FilePath;

use crate::document::{Kind, Node, Path, Step};

use super::file::Files;
use super::kind::{What, scalar};
use super::parts::{Flavor, Member, Parts, Process, folder};
use super::place::{FileId, Place};
use super::process;
use super::unseen;

fn processes(files: &Files, what: What) -> Vec<Process> {
    files
        .iter()
        .flat_map(|(id, file)| {
            file.roles
                .iter()
                .filter(move |role| role.what == what)
                .map(move |role| (id, role.doc, role.path.clone()))
        })
        .collect()
}

/// Links compose services to the configurations that they run.
pub fn link_services(files: &Files, all: &mut [Parts]) {
    for service in processes(files, What::ComposeService) {
        let Some(node) = files.node(service.0, service.1, &service.2) else { continue };
        let folder = folder(files, service.0);
        let mut mounted: Vec<_> =
            process::mounts(node).iter().filter_map(|(host, _)| process::resolve(folder, host)).collect();
        let configs = compose_configs(files, &service);
        mounted.extend(configs.iter().filter_map(|(_, file)| process::resolve(folder, file.as_deref()?)));
        let explicit = |parts: &Parts| {
            let main = parts.main();
            if main.file == service.0 && parts.flavor == Flavor::Config {
                let name = main.config.steps().get(1);
                return configs.iter().any(|(own, _)| name == Some(&Step::Key(own.clone())));
            }
            let config = &files.get(main.file).path;
            mounted.iter().any(|path| {
                path == config
                    || (!path.as_os_str().is_empty() && config.starts_with(path) && mounts_config(node))
            })
        };
        let mut targets = choose(files, all, explicit, service.0, &[Flavor::Config]);
        // A configuration that it is given in another way is not the nearest one.
        targets.retain(|(_, certain)| *certain || configs.is_empty());
        let name = service.2.last_key().unwrap_or_default().to_owned();
        for (index, certain) in targets {
            let link = if certain {
                format!("mounted by service `{name}`")
            } else {
                format!("nearest to service `{name}` (assumed)")
            };
            all[index].members.push(Member { file: service.0, kind: "compose service", link });
            all[index].services.push(service.clone());
        }
    }
}

/// The `configs:` that a compose service is given: the name of each, and its file if it has one.
fn compose_configs(files: &Files, (file, doc, path): &Process) -> Vec<(String, Option<String>)> {
    let own = files.node(*file, *doc, path).and_then(|service| service.get("configs"));
    let top = files.node(*file, *doc, &Path::keys(["configs"])).map(Node::resolve);
    let name = |item: Node<'_>| match item.resolve().kind() {
        Kind::Mapping => scalar(item.resolve(), "source"),
        _ => Some(item.text().into_owned()),
    };
    let names = own.map(Node::resolve).into_iter().flat_map(Node::items).filter_map(name);
    names
        .map(|name| {
            let written = top.and_then(|top| scalar(top.get(&name)?.resolve(), "file"));
            (name, written)
        })
        .collect()
}

/// What runs LiteLLM without being linked to a configuration that is read, where none stands near it.
pub fn unread_processes(files: &Files, all: &[Parts]) -> Vec<Place> {
    let linked = |process: &Process| {
        let (file, doc, path) = process;
        let place = Place::yaml(*file, *doc, path.clone());
        let service = files.get(*file).roles.iter().any(|role| role.what == What::ComposeService);
        let near = |parts: &Parts| {
            let (here, there) = (folder(files, *file), folder(files, parts.main().file));
            files.same_repository(*file, parts.main().file)
                && (parts.flavor == Flavor::Config || (parts.flavor == Flavor::ConfigMap && !service))
                && there.starts_with(here)
        };
        let given = !compose_configs(files, process).is_empty();
        all.iter().any(|parts| {
            parts.services.contains(process)
                || parts.containers.contains(process)
                || parts.unseen.iter().any(|one| one.place == place)
                || unseen::takes(files, parts, &place)
                || (!given && near(parts))
        })
    };
    [What::ComposeService, What::Container, What::UnreadProcess]
        .into_iter()
        .flat_map(|what| processes(files, what))
        .filter(|process| !linked(process))
        .map(|(file, doc, path)| Place::yaml(file, doc, path))
        .collect()
}

/// Whether the service is told to read a configuration from a file at all.
fn mounts_config(service: Node<'_>) -> bool {
    process::arguments(service).iter().any(|word| word.contains("config"))
}

/// Links the containers of workloads to the configurations that they run.
pub fn link_containers(files: &Files, all: &mut [Parts]) {
    for container in processes(files, What::Container) {
        let volumes = config_map_names(files, &container);
        let explicit = |parts: &Parts| {
            parts.flavor == Flavor::ConfigMap
                && config_map_name(files, parts).is_some_and(|name| volumes.contains(&name))
        };
        for (index, certain) in
            choose(files, all, explicit, container.0, &[Flavor::Config, Flavor::ConfigMap])
        {
            let link = if certain { "mounts the ConfigMap" } else { "nearest workload (assumed)" };
            all[index].members.push(Member { file: container.0, kind: "workload", link: link.into() });
            all[index].containers.push(container.clone());
        }
    }
}

pub(super) fn config_map_name(files: &Files, parts: &Parts) -> Option<String> {
    let main = parts.main();
    let root = files.node(main.file, main.doc, &Path::root())?;
    scalar(root.get("metadata")?, "name")
}

fn config_map_names(files: &Files, (file, doc, path): &Process) -> Vec<String> {
    let Some((pod, _)) = path.split_last().and_then(|(list, _)| list.split_last().map(|(pod, _)| (pod, ())))
    else {
        return Vec::new();
    };
    let Some(volumes) = files.node(*file, *doc, &pod.child("volumes")) else { return Vec::new() };
    volumes.items().filter_map(|volume| scalar(volume.get("configMap")?, "name")).collect()
}

/// The installations that a process runs: those that it names, else the only one in its folder, else the only one below its folder.
fn choose(
    files: &Files,
    all: &[Parts],
    explicit: impl Fn(&Parts) -> bool,
    process: FileId,
    near: &[Flavor],
) -> Vec<(usize, bool)> {
    let named: Vec<_> = (0..all.len())
        .filter(|&index| files.same_repository(all[index].main().file, process))
        .filter(|&index| explicit(&all[index]))
        .map(|index| (index, true))
        .collect();
    if !named.is_empty() {
        return named;
    }
    let here = folder(files, process);
    let candidates = |test: &dyn Fn(&FilePath) -> bool| -> Vec<usize> {
        (0..all.len())
            .filter(|&index| near.contains(&all[index].flavor))
            .filter(|&index| files.same_repository(all[index].main().file, process))
            .filter(|&index| test(folder(files, all[index].main().file)))
            .collect()
    };
    for near in [candidates(&|folder| folder == here), candidates(&|folder| folder.starts_with(here))] {
        match near.as_slice() {
            [] => {}
            [only] => return vec![(*only, false)],
            _ => return Vec::new(),
        }
    }
    Vec::new()
}
