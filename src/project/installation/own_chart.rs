//! Charts of somebody's own, whose templates are read: which values they print as the configuration of a process.

pub mod filled;
pub mod results;

use std::collections::HashMap;
use std::path::Path as FilePath;
use std::sync::Arc;

use crate::document::{Node, Path, Step};
use crate::project::installation::parts::{Layer, Member, Parts};
use crate::project::installation::releases::{ChartRelease, Values};
use crate::project::installation::unseen::{Covers, SourceKind, Unseen};
use crate::project::kubernetes::objects::object_of;
use crate::project::platform::ObjectKind;
use crate::project::platform::nodes::scalar;
use crate::project::repository::file::Files;
use crate::project::repository::kind::{Flavor, Role, is_overlay_name};
use crate::project::repository::place::{FileId, Place};
use crate::project::repository::template::{Of, chart_folder};

/// The installation whose configuration is this part of the values.
pub fn parts(
    files: &Files,
    releases: &[Arc<ChartRelease>],
    file: FileId,
    role: &Role,
    suffix: &str,
) -> Option<Parts> {
    let mut merged = releases.iter().flat_map(|release| release.values());
    let around = merged.find(|(values, _)| {
        (values.file, values.doc) == (file, role.doc) && values.path.contains(&role.path)
    });
    let base = around.map_or_else(Path::root, |(values, _)| values.path.clone());
    let layer = Layer { file, doc: role.doc, base, config: role.path.clone() };
    let member = Member { file, kind: "Helm values", link: role.why.clone() };
    let name = format!("{}{suffix}", files.get(file).shown);
    let other_chart = Some("its templates print the configuration".to_owned());
    Some(Parts { other_chart, ..Parts::new(name, Flavor::OtherChart, layer, member) })
}

/// Finds where templates print the configuration of each installation.
pub fn find_printed(files: &Files, all: &mut [Parts]) {
    let (mut of_values, mut of_files): (HashMap<_, Vec<usize>>, HashMap<_, Vec<usize>>) = Default::default();
    for (index, parts) in all.iter().enumerate() {
        of_files.entry(files.get(parts.main().file).path.clone()).or_default().push(index);
        for (folder, keys) in parts.layers.iter().filter_map(|layer| configured(files, parts, layer)) {
            of_values.entry((folder.to_owned(), keys)).or_default().push(index);
        }
    }
    for (id, file) in files.iter() {
        let (Some(template), Some(chart)) = (&file.template, chart_folder(&file.path)) else { continue };
        if files.find(&chart.join("Chart.yaml")).is_none() {
            continue;
        }
        for (one, printed) in template.prints() {
            if files.node(id, one.doc, &object_of(&one.path)).and_then(ObjectKind::of).is_none() {
                continue;
            }
            let made = match &printed.of {
                Of::Values(keys) => of_values.get(&(chart.to_owned(), keys.clone())),
                Of::File(name) => of_files.get(&chart.join(name)),
            };
            for index in made.into_iter().flatten() {
                all[*index].printed = Some(Place::yaml(id, one.doc, one.path.clone()));
            }
        }
    }
}

/// The folder of the values that a layer is a part of, and the path of the configuration in them.
fn configured<'f>(files: &'f Files, parts: &Parts, layer: &Layer) -> Option<(&'f FilePath, Path)> {
    let own = match parts.flavor {
        Flavor::OtherChart => layer.config.steps().strip_prefix(layer.base.steps()),
        Flavor::ConfigMap => layer.config.steps().strip_suffix(&[Step::Inside]),
        _ => None,
    };
    Some((files.get(layer.file).path.parent()?, Path(own?.to_vec())))
}

/// Puts the values that templates print over the descriptions of processes that stand in these templates.
pub fn fill(files: &Files, releases: &[Arc<ChartRelease>], all: &mut [Parts]) {
    for parts in all {
        for process in &mut parts.processes {
            let Some(chart) = chart_folder(&files.get(process.file).path) else { continue };
            let [layers] = &stacks(files, releases, chart)[..] else { continue };
            filled::Stack { files, layers }.fill(process);
        }
        let found: Vec<FileId> =
            parts.processes.iter().flat_map(|process| &process.over).map(|over| over.file).collect();
        for file in found {
            if parts.members.iter().all(|member| member.file != file) {
                let link = "its templates print them".into();
                parts.members.push(Member { file, kind: "Helm values", link });
            }
        }
    }
}

/// The releases of the charts whose templates describe the processes of an installation, each with the values that the chart has.
pub fn releases_of<'r>(
    files: &Files,
    releases: &'r [Arc<ChartRelease>],
    parts: &Parts,
) -> Vec<(&'r Arc<ChartRelease>, Layer)> {
    let mut found = Vec::new();
    for chart in charts(files, parts) {
        let Some(description) = files.find(&chart.join("Chart.yaml")) else { continue };
        for release in releases.iter().filter(|release| release.chart == Some(description)) {
            let values = release.values().next().map(|(values, _)| values.clone());
            found.extend(values.map(|Values { file, doc, path }| {
                (release, Layer { file, doc, base: path.clone(), config: path })
            }));
        }
    }
    found
}

/// The folders of the charts whose templates print the configuration or describe the processes of an installation.
fn charts<'f>(files: &'f Files, parts: &Parts) -> Vec<&'f FilePath> {
    let printed = parts.printed.iter().map(|place| place.file);
    let all = printed.chain(parts.processes.iter().map(|process| process.file));
    let mut found: Vec<&FilePath> = all.filter_map(|file| chart_folder(&files.get(file).path)).collect();
    found.sort();
    found.dedup();
    found
}

/// The values of a chart around that of an installation, which may set those of this one.
pub fn outer(files: &Files, releases: &[Arc<ChartRelease>], parts: &Parts) -> Vec<Unseen> {
    let mut found = Vec::new();
    for chart in charts(files, parts) {
        let Some(outer) =
            chart.parent().filter(|folder| folder.ends_with("charts")).and_then(FilePath::parent)
        else {
            continue;
        };
        for values in stacks(files, releases, outer).into_iter().flatten() {
            let keys = keys_of(files, chart, outer).into_iter().map(|key| values.path.child(key));
            for path in keys.filter(|path| files.node(values.file, values.doc, path).is_some()) {
                let what = SourceKind::ValuesFiles(files.get(values.file).shown.clone());
                let place = Place::yaml(values.file, values.doc, path);
                found.push(Unseen { covers: Covers::All, wins: true, weaker: Vec::new(), what, place });
            }
        }
    }
    found.dedup();
    found
}

/// The keys under which a chart around it has the values of another.
fn keys_of(files: &Files, chart: &FilePath, outer: &FilePath) -> Vec<String> {
    let root = |folder: &FilePath| files.node(files.find(&folder.join("Chart.yaml"))?, 0, &Path::root());
    let name = root(chart).and_then(|root| scalar(root, "name"));
    let all = root(outer).and_then(|root| root.get("dependencies")).map(Node::resolve);
    let named = |item: &Node<'_>| scalar(*item, "name") == name;
    let aliases = all.into_iter().flat_map(Node::items).map(Node::resolve).filter(named);
    let mut keys: Vec<String> = aliases.filter_map(|item| scalar(item, "alias")).collect();
    keys.extend(name);
    keys
}

/// The values of each result of a chart, the strongest first: those that releases of it merge, else its own with those of each environment.
fn stacks(files: &Files, releases: &[Arc<ChartRelease>], chart: &FilePath) -> Vec<Vec<Values>> {
    let Some(description) = files.find(&chart.join("Chart.yaml")) else { return Vec::new() };
    let of_release = releases.iter().filter(|release| release.chart == Some(description));
    let mut stacks: Vec<Vec<Values>> =
        of_release.map(|release| release.values().map(|(values, _)| values.clone()).collect()).collect();
    stacks.iter_mut().for_each(|stack| stack.reverse());
    let Some(own) = files.find(&chart.join("values.yaml")) else { return stacks };
    let whole = |file: FileId| Values { file, doc: 0, path: Path::root() };
    if stacks.is_empty() {
        let overlays = files.in_folder(chart).filter(|(_, file)| is_overlay_name(&file.path));
        stacks = overlays.map(|(id, _)| vec![whole(id), whole(own)]).collect();
    }
    if stacks.is_empty() { vec![vec![whole(own)]] } else { stacks }
}

/// Tells of each installation whose process is not among the templates whose chart it is of.
pub fn tell(files: &Files, all: &mut [Parts]) {
    for parts in all.iter_mut().filter(|parts| parts.printed.is_some() && parts.flavor == Flavor::OtherChart)
    {
        if !parts.processes.is_empty() {
            parts.other_chart = None;
            continue;
        }
        let chart = parts.printed.as_ref().and_then(|place| chart_folder(&files.get(place.file).path));
        let description = chart.and_then(|chart| files.find(&chart.join("Chart.yaml")));
        let name = description.and_then(|id| scalar(files.node(id, 0, &Path::root())?, "name"));
        parts.other_chart = name.map(|name| format!("its chart is `{name}`")).or(parts.other_chart.take());
    }
}
