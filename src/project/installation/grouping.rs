//! Which files make one installation.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::document::{Path, Step};

use crate::project::installation::answer::reason::Reason;
use crate::project::installation::links::evidence::{Evidence, find_version};
use crate::project::installation::links::{self, link_containers, link_services};
use crate::project::installation::links::{env_links, overrides};
use crate::project::installation::parts::{Layer, Member, Parts};
use crate::project::installation::releases::{self, ChartRelease};
use crate::project::installation::unseen::Sources;
use crate::project::installation::view::{results, servers};
use crate::project::installation::{chart, layers, one_process, own_chart};
use crate::project::kubernetes::autoscalers;
use crate::project::kubernetes::kustomize::{self, Kustomizations};
use crate::project::kubernetes::taken;
use crate::project::platform::{Component, written};
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::{Chart, Flavor, Role, What};
use crate::project::repository::place::{FileId, Place};

/// Groups the loaded files into installations.
pub fn group(files: &Files, evidence: &Evidence) -> Vec<Parts> {
    let mut all = Vec::new();
    let kustomizations = Kustomizations::new(files);
    let releases = releases::all(files, &kustomizations);
    for (id, file) in files.iter() {
        for role in &file.roles {
            all.extend(parts_of_role(files, &releases, id, role));
        }
    }
    let unknown = layers::alone(files, &releases, &all);
    all.extend(unknown.iter().flat_map(|(id, role)| parts_of_role(files, &releases, *id, role)));
    layers::join(files, &releases, &mut all);
    own_chart::find_printed(files, &mut all);
    one_process::put(files, &mut all);
    drop_included(files, &mut all);
    link_services(files, &mut all);
    link_containers(files, &kustomizations, &mut all);
    own_chart::tell(files, &mut all);
    let alone = links::alone(files, &all);
    all.extend(alone.into_iter().map(|process| Parts::of_process(files, process)));
    overrides::put(files, &mut all);
    for parts in &mut all {
        env_links::link(files, evidence, parts);
        parts.replaced = kustomizations.replacing(files, parts.main().file);
    }
    kustomize::patches::follow(files, &kustomizations, all.iter_mut().flat_map(|parts| &mut parts.processes));
    autoscalers::find(files, &kustomizations, all.iter_mut().flat_map(|parts| &mut parts.processes));
    kustomize::patches::put(files, all.iter_mut().flat_map(|parts| &mut parts.processes));
    taken::take(files, all.iter_mut().flat_map(|parts| &mut parts.processes));
    own_chart::fill(files, &releases, &mut all);
    let sources = Sources::new(files, releases, &all);
    let runs = sources.put(files, &kustomizations, &mut all);
    for parts in &mut all {
        (parts.running, parts.told_in_vain) = find_version(files, evidence, parts);
    }
    results::find(files, &kustomizations, &sources, evidence, &mut all);
    own_chart::results::find(files, &kustomizations, &sources, evidence, &mut all);
    all.iter_mut().for_each(Parts::list_autoscalers);
    for (at, release) in runs.into_iter().enumerate() {
        if let Some(release) = release.map(|release| all[release].clone()) {
            all[at].running = release.running.clone();
            all[at].release = Some(Arc::new(release));
        }
    }
    servers::find(files, &kustomizations, &sources, evidence, &mut all);
    all
}

fn parts_of_role(files: &Files, releases: &[Arc<ChartRelease>], file: FileId, role: &Role) -> Vec<Parts> {
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
            let chart = chart::of_values(files, releases, file, role);
            let config = role.path.child("proxy_config");
            if chart.other.is_some() && files.node(file, role.doc, &config).is_none() {
                return Vec::new();
            }
            let flavor =
                if chart.other.is_some() { Flavor::OtherChart } else { Flavor::Chart(Component::Monolith) };
            let parts = make(flavor, config, "Helm values", &suffix);
            vec![Parts { other_chart: chart.other, unknown_keys: chart.unknown, ..parts }]
        }
        What::Values(Chart::Own) => {
            own_chart::parts(files, releases, file, role, &suffix).into_iter().collect()
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
        | What::Texts
        | What::Autoscaler
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
