//! What gives variables to a process, or describes it, without being read.

use crate::document::{Kind, Node, Path, Reader};

use super::{Covers, PROCESS, Part, SourceKind, Unseen};
use crate::project::installation::links::holder;
use crate::project::installation::parts::Parts;
use crate::project::kubernetes::taken;
use crate::project::platform::written;
use crate::project::process::Process;
use crate::project::process::inherited::UnreadPart;
use crate::project::process::merged::Merged;
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::{self, Flavor};
use crate::project::repository::place::{FileId, Place};

/// The configuration of an installation of which only a process is described.
pub fn started_with(files: &Files, parts: &Parts) -> Option<Unseen> {
    let process = parts.processes.first().filter(|_| parts.flavor == Flavor::Process)?;
    let named = process.node(files).and_then(written::configuration);
    let what = match (process.platform.renders(), taken::encoded(files, process)) {
        (Some(how), _) => SourceKind::Rendered(how),
        (None, Some(secret)) => SourceKind::Encoded(secret),
        (None, None) => SourceKind::Configuration(named),
    };
    Some(Unseen {
        covers: Covers::Parts(vec![Part::Config]),
        wins: false,
        weaker: Vec::new(),
        what,
        place: process.place(),
    })
}

/// The sources of variables that the processes and the values name.
pub fn given(files: &Files, parts: &Parts) -> Vec<Unseen> {
    let lists = parts.chart().map(|chart| [chart.secrets, chart.config_maps]);
    let main = parts.main();
    let of_chart = parts.layers.iter().flat_map(|layer| {
        lists
            .into_iter()
            .flatten()
            .map(|keys| (layer.file, layer.doc, layer.base.join(&Path::keys(keys.iter().copied()))))
    });
    let of_containers = parts.containers().filter_map(|one| {
        let names: Vec<String> = one.untaken(files).iter().map(ToString::to_string).collect();
        let place = one.place().child("envFrom");
        (!names.is_empty()).then(|| environment(SourceKind::WholeObjects(names.join(", ")), place))
    });
    let mut found: Vec<Unseen> = of_chart
        .filter_map(|(file, doc, path)| {
            let node = files.node(file, doc, &path)?.resolve();
            let some = node.kind() != Kind::Sequence || node.items().next().is_some();
            let some =
                some && !node.is_null(Reader::Go) && !(node.kind() == Kind::Mapping && node.is_empty());
            some.then(|| {
                environment(SourceKind::WholeObjects(named(&path, node)), Place::yaml(file, doc, path))
            })
        })
        .chain(of_containers)
        .collect();
    found.extend(parts.services().filter_map(|service| of_service(files, service)));
    if parts.on_compose() {
        let merged = Merged::new(files);
        found.extend(parts.services().filter_map(|service| merged_with(files, &merged, service)));
    }
    let named = parts.units.iter().flat_map(|unit| unit.env_files(files));
    let missing = named.filter(|named| named.file.is_none());
    found.extend(missing.map(|named| environment(SourceKind::EnvFile(named.written), named.place)));
    let handed = parts.units.iter().filter_map(|unit| unit.hands_on(files));
    found.extend(handed.map(|(key, place)| environment(SourceKind::Handed(key), place)));
    found.extend(parts.processes.iter().filter_map(|process| overlaid(files, process)));
    found.extend(parts.unknown_keys.iter().map(|key| {
        let place = Place::yaml(main.file, main.doc, main.base.child(key.as_str()));
        environment(SourceKind::UnknownKey(key.clone()), place)
    }));
    found.extend(parts.other_chart.iter().map(|sign| Unseen {
        covers: Covers::Parts(PROCESS.to_vec()),
        wins: false,
        weaker: Vec::new(),
        what: SourceKind::OtherChart(sign.clone()),
        place: Place::yaml(main.file, main.doc, main.base.clone()),
    }));
    found
}

fn environment(what: SourceKind, place: Place) -> Unseen {
    Unseen { covers: Covers::Parts(vec![Part::Environment]), wins: false, weaker: Vec::new(), what, place }
}

/// The objects of a list of a chart, for humans: `Secret a, Secret b`.
fn named(path: &Path, list: Node<'_>) -> String {
    let maps = path.last_key().is_some_and(|key| key.ends_with("ConfigMaps"));
    let kind = if maps { "ConfigMap" } else { "Secret" };
    let names: Vec<String> = list.items().map(|item| format!("{kind} {}", item.resolve().text())).collect();
    if names.is_empty() { "Secrets or ConfigMaps".into() } else { names.join(", ") }
}

/// An env file of a compose service that is not here, or a part of the service that stands elsewhere.
fn of_service(files: &Files, service: &Process) -> Option<Unseen> {
    Some(match service.unread(files)? {
        UnreadPart::Extended(place) => Unseen {
            covers: Covers::Parts(PROCESS.to_vec()),
            // What an override extends comes over the service itself.
            wins: service.over.iter().any(|over| over.place().holds(&place)),
            weaker: Vec::new(),
            what: SourceKind::ElsewhereInCompose,
            place,
        },
        UnreadPart::EnvFile(written, place) => environment(SourceKind::EnvFile(written), place),
    })
}

/// The files that `COMPOSE_FILE` has compose merge with that of a service, and that are not here.
fn merged_with(files: &Files, merged: &Merged, service: &Process) -> Option<Unseen> {
    let (place, names) = merged.with(files, service.file)?.missing()?;
    Some(Unseen {
        covers: Covers::Parts(PROCESS.to_vec()),
        wins: true,
        weaker: Vec::new(),
        what: SourceKind::ComposeFiles(names),
        place,
    })
}

/// Values of an environment beside those that describe a process.
fn overlaid(files: &Files, Process { file, path, platform, .. }: &Process) -> Option<Unseen> {
    let controllers = platform.values(path)?.child("controllers");
    let named = |id: FileId| kind::is_overlay_name(&files.get(id).path);
    let plain =
        files.get(*file).path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("values"));
    files.iter().filter(|_| plain).find_map(|(id, other)| {
        let beside = id != *file && folder(files, id) == folder(files, *file) && (named(id) || named(*file));
        files.node(id, 0, &controllers).filter(|_| beside)?;
        Some(Unseen {
            covers: Covers::Parts(PROCESS.to_vec()),
            wins: named(id),
            weaker: Vec::new(),
            what: SourceKind::ValuesFiles(other.shown.clone()),
            place: Place::yaml(id, 0, controllers.clone()),
        })
    })
}

/// A process in a shape that is not read: the one that names the object around the configuration, else the only one nearby.
pub fn described(files: &Files, parts: &Parts) -> Vec<Unseen> {
    if !matches!(parts.flavor, Flavor::Config | Flavor::ConfigMap) {
        return Vec::new();
    }
    let main = parts.main();
    let name =
        (parts.flavor == Flavor::ConfigMap).then(|| holder(files, parts)).flatten().map(|(_, name)| name);
    let unread = files.with_role(kind::What::UnreadProcess);
    let (mut by_name, mut near) = (Vec::new(), Vec::new());
    for (id, role) in unread.filter(|(id, _)| files.same_repository(*id, main.file)) {
        let Some(root) = files.node(id, role.doc, &role.path) else { continue };
        let one = Unseen {
            covers: Covers::Parts(PROCESS.to_vec()),
            wins: false,
            weaker: Vec::new(),
            what: SourceKind::Process(format!("{} in {}", role.why, files.get(id).shown)),
            place: Place::yaml(id, role.doc, role.path.clone()),
        };
        let (here, there) = (folder(files, main.file), folder(files, id));
        if name.as_deref().is_some_and(|name| mentions(root, name)) {
            by_name.push(one);
        } else if here.starts_with(there) || there.starts_with(here) {
            near.push(one);
        }
    }
    if !by_name.is_empty() {
        return by_name;
    }
    if parts.processes.is_empty() { near } else { Vec::new() }
}

/// Whether some scalar below a node is this name, or this name with a hash behind it.
fn mentions(node: Node<'_>, name: &str) -> bool {
    match node.kind() {
        Kind::Scalar => node.text() == name,
        Kind::Mapping => node.entries().any(|(_, value)| mentions(value, name)),
        _ => node.items().any(|item| mentions(item, name)),
    }
}
