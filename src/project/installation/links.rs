//! Which processes run an installation: compose services and the containers of workloads.

pub(in crate::project) mod env_links;
pub(in crate::project) mod env_readers;
pub(in crate::project) mod evidence;
pub(in crate::project) mod overrides;
pub(in crate::project) mod starts;
pub(in crate::project) mod units;

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::path::PathBuf;

use crate::document::{Kind, Node, Path, Reader, Step, Value};

use crate::project::installation::parts::{Member, Parts};
use crate::project::installation::unseen;
use crate::project::kubernetes::kustomize::{self, Kustomizations};
use crate::project::kubernetes::objects::called_around;
use crate::project::platform::nodes::scalar;
use crate::project::platform::written::{self, starts_proxy};
use crate::project::platform::{self, Mounted, Object, ObjectKind, Platform, Runtime};
use crate::project::process::Process;
use crate::project::process::inherited::bases;
use crate::project::process::merged::{List, Merged};
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::{Flavor, What};
use crate::project::repository::place::{FileId, Place};

pub(in crate::project) fn processes(files: &Files, runtime: Runtime) -> Vec<Process> {
    let patches = kustomize::all_patch_files(files);
    let merged = Merged::new(files);
    let platforms = platform::ALL.into_iter().filter(|platform| platform.runtime() == runtime);
    let mut all: Vec<Process> = platforms
        .flat_map(|platform| {
            let found = files.with_role(What::Process(platform));
            let found = found.filter(|(file, _)| !patches.contains(file));
            found.map(move |(file, role)| (platform, Place::yaml(file, role.doc, role.path.clone())))
        })
        .map(|(platform, place)| process(files, &merged, platform, &place))
        .collect();
    // Of files that are merged each may describe it.
    let mut seen = HashSet::new();
    all.retain(|process| seen.insert(process.place()));
    // What a service of another file extends is a part of that one, unless compose finds it by itself.
    let parts: HashSet<Place> = all
        .iter()
        .flat_map(|process| process.extends.iter().filter(|base| base.file != process.file).cloned())
        .filter(|base| !merged.takes(files, base.file))
        .collect();
    all.retain(|process| !parts.contains(&process.place()));
    all
}

/// The process at a place: of compose files that are merged, the first that describes it.
fn process(files: &Files, merged: &Merged, platform: &'static dyn Platform, place: &Place) -> Process {
    let compose = platform.runtime() == Runtime::Compose;
    let (doc, path) = place.in_yaml().map_or_else(Default::default, |(doc, path)| (doc, path.clone()));
    let list = if compose && doc == 0 { merged.with(files, place.file) } else { None };
    let describes = |id: &FileId| files.node(*id, 0, &path).is_some();
    let file = list.iter().flat_map(List::files).find(describes).unwrap_or(place.file);
    let first = list.iter().flat_map(List::files).next().unwrap_or(file);
    let (project, fillers) = merged.around(files, first, list.as_ref());
    Process {
        file,
        doc,
        project,
        fillers: if compose { fillers } else { Vec::new() },
        platform,
        stack: Vec::new(),
        taken: Vec::new(),
        autoscalers: Vec::new(),
        over: Vec::new(),
        extends: if compose { bases(files, &Place::yaml(file, doc, path.clone())) } else { Vec::new() },
        images: Vec::new(),
        path,
    }
}

/// Links compose services to the configurations that they run.
pub fn link_services(files: &Files, all: &mut [Parts]) {
    let places = Places::new(files, all);
    for service in processes(files, Runtime::Compose) {
        let mut mounted: Vec<_> = service.mounts(files).into_iter().map(|(host, _)| host).collect();
        let configs = compose_configs(files, &service);
        let of_configs =
            configs.iter().filter_map(|one| written::resolve(&service.project, one.file.as_deref()?));
        mounted.extend(of_configs);
        let mut named = places.of(&places.in_file, &service.file).to_vec();
        for path in &mounted {
            named.extend_from_slice(places.of(&places.at_or_below, path));
        }
        let explicit = |parts: &Parts| {
            let main = parts.main();
            if main.file == service.file && parts.flavor == Flavor::Config {
                let name = main.config.steps().get(1);
                return configs.iter().any(|own| name == Some(&Step::Key(own.name.clone())));
            }
            let config = &files.get(main.file).path;
            mounted.iter().any(|path| {
                path == config
                    || (!path.as_os_str().is_empty()
                        && config.starts_with(path)
                        && hands_config(&service, files))
            })
        };
        let mut targets = places.choose(files, all, (named, &explicit), service.file, &[Flavor::Config]);
        // A configuration that it is given in another way is not the nearest one; one that Swarm holds was made from some file.
        targets.retain(|(_, certain)| *certain || configs.iter().all(|one| one.external));
        // Nor is the nearest one that which it mounts from a place where none is: beside that it may be a sample of it.
        let lacking = lacking(files, &service);
        targets.retain(|(index, certain)| {
            let beside = |path: &PathBuf| path.parent() == Some(folder(files, all[*index].main().file));
            *certain || lacking.as_ref().is_none_or(beside)
        });
        let name = service.path.last_key().unwrap_or_default().to_owned();
        for (index, certain) in targets {
            let link = if certain {
                format!("mounted by service `{name}`")
            } else {
                format!("nearest to service `{name}` (assumed)")
            };
            all[index].members.push(Member { file: service.file, kind: "compose service", link });
            all[index].processes.push(service.clone());
        }
    }
}

/// The file that a service mounts as its configuration, if that is not here.
fn lacking(files: &Files, service: &Process) -> Option<PathBuf> {
    let mounts = service.mounts(files);
    let shown = mounts.iter().map(|(host, target)| (host.to_string_lossy().into_owned(), target.clone()));
    let path = PathBuf::from(written::config_of(&service.arguments(files), &shown.collect::<Vec<_>>())?);
    let mounted = mounts.iter().any(|(host, _)| path.starts_with(host));
    (mounted && files.find(&path).is_none()).then_some(path)
}

/// One of the `configs:` that a compose service is given.
struct GivenConfig {
    name: String,
    /// The file that it is made from.
    file: Option<String>,
    /// Whether Swarm holds it already.
    external: bool,
}

/// The `configs:` that a compose service is given.
fn compose_configs(files: &Files, service: &Process) -> Vec<GivenConfig> {
    let own = service.all_of(files, "configs").into_iter().map(|(_, node)| node);
    let top = files.node(service.file, service.doc, &Path::keys(["configs"])).map(Node::resolve);
    let name = |item: Node<'_>| match item.resolve().kind() {
        Kind::Mapping => scalar(item.resolve(), "source"),
        _ => Some(item.text().into_owned()),
    };
    let names = own.map(Node::resolve).flat_map(Node::items).filter_map(name);
    names
        .map(|name| {
            let own = top.and_then(|top| top.get(&name)).map(Node::resolve);
            let file = own.and_then(|own| scalar(own, "file"));
            let external = own
                .and_then(|own| own.get("external"))
                .is_some_and(|node| node.resolve().value(Reader::Go) != Value::Bool(false));
            GivenConfig { name, file, external }
        })
        .collect()
}

/// Whether a service is given a config that Swarm holds already.
pub fn is_given_by_swarm(files: &Files, service: &Process) -> bool {
    compose_configs(files, service).iter().any(|one| one.external)
}

/// The processes that run LiteLLM without being linked to a configuration that is read, where none stands near them. What only migrates
/// is none of them.
pub fn alone(files: &Files, all: &[Parts]) -> Vec<Process> {
    let run: HashSet<Place> = all.iter().flat_map(|parts| &parts.processes).map(Process::place).collect();
    let given = |process: &Process| {
        compose_configs(files, process).iter().any(|one| !one.external) || lacking(files, process).is_some()
    };
    let found = [Runtime::Compose, Runtime::Kubernetes].into_iter().flat_map(|one| processes(files, one));
    let mut alone: Vec<Process> = found.filter(|process| !run.contains(&process.place())).collect();
    alone.retain(|process| {
        starts_proxy(&process.arguments(files))
            && !is_job(files, process)
            && (given(process)
                || !is_given(process)
                || !is_near(files, all, process.file, process.is_compose()))
    });
    alone
}

/// Whether the configuration of a process is one that it is given, and not made of its own description.
fn is_given(process: &Process) -> bool {
    process.platform.renders().is_none()
}

/// Whether the configuration that something runs may be one of those at its folder or below.
fn is_near(files: &Files, all: &[Parts], file: FileId, compose: bool) -> bool {
    all.iter().any(|parts| {
        let main = parts.main().file;
        files.same_repository(file, main)
            && (parts.flavor == Flavor::Config || (parts.flavor == Flavor::ConfigMap && !compose))
            && folder(files, main).starts_with(folder(files, file))
    })
}

/// Whether a process runs once, to an end.
pub(in crate::project) fn is_job(files: &Files, process: &Process) -> bool {
    let called = called_around(files, process.file, process.doc, &process.path);
    called.is_some_and(|called| matches!(&*called.kind, "Job" | "CronJob"))
}

/// What runs LiteLLM in a form that is not read, where no configuration is linked to it or stands near it.
pub fn unread_processes(files: &Files, all: &[Parts]) -> Vec<Place> {
    let named: HashSet<&Place> =
        all.iter().flat_map(|parts| parts.unseen.iter().map(|one| &one.place)).collect();
    let taken = |place: &Place| all.iter().any(|parts| unseen::takes(parts, place));
    let unread = files.with_role(What::UnreadProcess);
    let mut places: Vec<Place> =
        unread.map(|(id, role)| Place::yaml(id, role.doc, role.path.clone())).collect();
    places.retain(|place| !named.contains(place) && !is_near(files, all, place.file, false) && !taken(place));
    places
}

/// Whether the service is told to read a configuration from a file at all.
fn hands_config(service: &Process, files: &Files) -> bool {
    service.arguments(files).iter().any(|word| word.contains("config"))
}

/// Links the containers of workloads to the configurations that they run.
pub fn link_containers(files: &Files, kustomizations: &Kustomizations, all: &mut [Parts]) {
    let places = Places::new(files, all);
    for container in processes(files, Runtime::Kubernetes).into_iter().filter(is_given) {
        let mounted = container.mounted(files);
        let of = |one: &Mounted| {
            let known = match &one.object {
                Object::Named(name) => places.of(&places.by_name, &(one.kind, name.clone())),
                Object::Here(_) => places.of(&places.in_file, &container.file),
            };
            known.iter().copied().filter(|index| holds(one, &all[*index], &container)).collect::<Vec<_>>()
        };
        let mut named: Vec<usize> = mounted.iter().flat_map(of).collect();
        let generates = |file: &FileId| {
            let names = kustomizations.generated(files, *file, container.file);
            let named = |(kind, name): &(ObjectKind, String)| {
                mounted
                    .iter()
                    .any(|one| one.kind == *kind && matches!(&one.object, Object::Named(own) if own == name))
            };
            names.iter().any(named)
        };
        for (_, own) in places.in_file.iter().filter(|(file, _)| !mounted.is_empty() && generates(file)) {
            named.extend(own);
        }
        // Of several objects of a name, those that are deployed with it.
        let joined = |index: &usize| kustomizations.join(files, all[*index].main().file, container.file);
        if named.len() > 1 && named.iter().any(joined) {
            named.retain(joined);
        } else if named.len() > 1 {
            named = beside(files, all, &container, named);
        }
        let known = |one: &Mounted| match &one.object {
            Object::Named(name) => !places.of(&places.by_name, &(one.kind, name.clone())).is_empty(),
            Object::Here(_) => true,
        };
        // What it mounts is here, and is no configuration: the nearest one is that of another process.
        if named.is_empty() && mounted.iter().any(known) {
            continue;
        }
        let near = [Flavor::Config, Flavor::ConfigMap];
        for (index, certain) in places.choose(files, all, (named, &|_| true), container.file, &near) {
            let kind = holder(files, &all[index]).map_or(ObjectKind::ConfigMap, |(kind, _)| kind);
            let link = match certain {
                true => format!("mounts the {}", kind.name()),
                false => "nearest workload (assumed)".to_owned(),
            };
            all[index].members.push(Member { file: container.file, kind: container.platform.id(), link });
            all[index].processes.push(container.clone());
        }
    }
}

/// Of several objects of a name, those in the folder of a container, where one is there.
fn beside(files: &Files, all: &[Parts], container: &Process, named: Vec<usize>) -> Vec<usize> {
    let here = |index: usize| folder(files, all[index].given().file) == folder(files, container.file);
    let near: Vec<_> =
        named.iter().filter(|index| here(**index)).map(|index| holder(files, &all[*index])).collect();
    named.into_iter().filter(|index| here(*index) || !near.contains(&holder(files, &all[*index]))).collect()
}

/// The ConfigMap or Secret that the configuration of an installation stands in, by its name.
pub(in crate::project) fn holder(files: &Files, parts: &Parts) -> Option<(ObjectKind, String)> {
    let given = parts.given();
    let (doc, config) = given.in_yaml()?;
    let called = called_around(files, given.file, doc, config)?;
    let kind = ObjectKind::ALL.into_iter().find(|kind| kind.name() == called.kind)?;
    Some((kind, called.name))
}

/// Whether the configuration of an installation is in an object that a container mounts.
fn holds(mounted: &Mounted, parts: &Parts, container: &Process) -> bool {
    let given = parts.given();
    let Some((doc, config)) = given.in_yaml() else { return false };
    let steps = config.steps();
    let inside = steps.iter().rposition(|step| *step == Step::Inside);
    let key = inside.and_then(|inside| steps.get(inside.checked_sub(1)?));
    let keyed = mounted.key.as_ref().is_none_or(|wanted| key == Some(&Step::Key(wanted.clone())));
    keyed
        && match &mounted.object {
            Object::Named(_) => true,
            Object::Here(path) => {
                (given.file, doc) == (container.file, container.doc) && path.contains(config)
            }
        }
}

/// Where the configurations of the installations stand: the positions of those that a process may run, without a look at all.
struct Places {
    in_file: HashMap<FileId, Vec<usize>>,
    /// By the paths of their files, and of all folders around these.
    at_or_below: HashMap<PathBuf, Vec<usize>>,
    /// By the ConfigMaps and Secrets that they stand in.
    by_name: HashMap<(ObjectKind, String), Vec<usize>>,
}

/// The positions of the installations that a process may name, and whether it names one.
type Named<'n> = (Vec<usize>, &'n dyn Fn(&Parts) -> bool);

impl Places {
    fn new(files: &Files, all: &[Parts]) -> Self {
        let (mut in_file, mut at_or_below, mut by_name) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (index, parts) in all.iter().enumerate() {
            let file = parts.main().file;
            in_file.entry(file).or_insert_with(Vec::new).push(index);
            for path in files.get(file).path.ancestors() {
                match at_or_below.get_mut(path) {
                    None => _ = at_or_below.insert(path.to_owned(), vec![index]),
                    Some(known) => known.push(index),
                }
            }
            if (parts.flavor == Flavor::ConfigMap || parts.printed.is_some())
                && let Some(object) = holder(files, parts)
            {
                by_name.entry(object).or_insert_with(Vec::new).push(index);
            }
        }
        Self { in_file, at_or_below, by_name }
    }

    fn of<'p, K, Q>(&self, places: &'p HashMap<K, Vec<usize>>, key: &Q) -> &'p [usize]
    where
        K: Borrow<Q> + Eq + Hash,
        Q: Eq + Hash + ?Sized,
    {
        places.get(key).map(Vec::as_slice).unwrap_or_default()
    }

    /// The installations that a process runs: those that it names (`named` holds all that it may name), else the only one in its folder,
    /// else the only one below its folder.
    fn choose(
        &self,
        files: &Files,
        all: &[Parts],
        (mut named, explicit): Named<'_>,
        process: FileId,
        near: &[Flavor],
    ) -> Vec<(usize, bool)> {
        let same = |index: &usize| files.same_repository(all[*index].main().file, process);
        named.sort_unstable();
        named.dedup();
        named.retain(|index| same(index) && explicit(&all[*index]));
        if !named.is_empty() {
            return named.into_iter().map(|index| (index, true)).collect();
        }
        let here = folder(files, process);
        let below = || {
            let all_below = self.of(&self.at_or_below, here).iter().copied();
            all_below.filter(|index| near.contains(&all[*index].flavor) && same(index))
        };
        let beside = below().filter(|index| folder(files, all[*index].main().file) == here);
        let (beside, below): (Vec<usize>, Vec<usize>) = (beside.take(2).collect(), below().take(2).collect());
        match (beside.as_slice(), below.as_slice()) {
            ([only], _) | ([], [only]) => vec![(*only, false)],
            _ => Vec::new(),
        }
    }
}
