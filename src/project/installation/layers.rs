//! Which values are layers of one installation: those that a release merges, else those that lie beside each other by their names.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::document::{Path, Reader};

use crate::project::installation::parts::{Layer, Member, Parts};
use crate::project::installation::releases::{ChartRelease, Values};
use crate::project::repository::file::{Files, Reach, folder};
use crate::project::repository::kind::{Chart, Flavor, OFFICIAL, Role, What, is_overlay_name};
use crate::project::repository::place::FileId;

/// Joins the values that are deployed together.
pub fn join(files: &Files, releases: &[Arc<ChartRelease>], all: &mut Vec<Parts>) {
    let mut gone: HashSet<usize> = merge(files, releases, all).into_iter().collect();
    gone.extend(by_name(files, releases, all));
    let mut index = 0;
    all.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
}

/// The values of releases of litellm-helm that nothing but these tells what they are: of each those with the configuration, else the
/// strongest.
pub fn alone(files: &Files, releases: &[Arc<ChartRelease>], all: &[Parts]) -> Vec<(FileId, Role)> {
    let known = |release: &ChartRelease| {
        all.iter().any(|parts| is_values(parts) && release.around(parts.main()).is_some())
    };
    let of = |release: &Arc<ChartRelease>| {
        let own = || release.values().filter(|(_, of_chart)| !of_chart).map(|(values, _)| values);
        let configures = |values: &&Values| {
            files.node(values.file, values.doc, &values.path.child("proxy_config")).is_some()
        };
        let values = own().find(configures).or_else(|| own().last())?;
        let why = format!("values that the release in {} merges", files.get(release.file).shown);
        let what = What::Values(Chart::Monolith);
        Some((values.file, Role { doc: values.doc, path: values.path.clone(), what, why }))
    };
    let official = |release: &&Arc<ChartRelease>| release.chart_name(files).as_deref() == Some(OFFICIAL);
    releases.iter().filter(official).filter(|release| !known(release)).filter_map(of).collect()
}

/// Whether an installation is one of values of a chart.
fn is_values(parts: &Parts) -> bool {
    matches!(parts.flavor, Flavor::OtherChart | Flavor::Chart(_))
}

/// The installations whose values a release merges: the positions of those of one process of one chart.
type Merged = Vec<((Path, Flavor), Vec<usize>)>;

/// Gives the installation that stands for a release the values that this merges. Returns the others, which are no installations of their
/// own.
fn merge(files: &Files, releases: &[Arc<ChartRelease>], all: &mut [Parts]) -> Vec<usize> {
    let (mut gone, mut kept): (Vec<usize>, Vec<usize>) = Default::default();
    for release in releases {
        let mut merged = Merged::new();
        for (index, parts) in all.iter().enumerate().filter(|(_, parts)| is_values(parts)) {
            let main = parts.main();
            let around = release.around(main).filter(|_| files.same_repository(release.file, main.file));
            let Some(below) = around.and_then(|values| below(values, main)) else { continue };
            let of = (below, parts.flavor);
            match merged.iter_mut().find(|(known, _)| *known == of) {
                Some((_, members)) => members.push(index),
                None => merged.push((of, vec![index])),
            }
        }
        for ((below, _), members) in merged {
            let owner = owner(files, release, all, &members);
            kept.push(owner);
            gone.extend(members.into_iter().filter(|member| *member != owner));
            add_result(files, release, &below, &mut all[owner]);
        }
    }
    gone.retain(|index| !kept.contains(index));
    gone
}

/// The path of a layer in the values that it is a part of.
fn below(values: &Values, layer: &Layer) -> Option<Path> {
    Some(Path(layer.base.steps().strip_prefix(values.path.steps())?.to_vec()))
}

/// Which of several installations stands for the release that merges their values: the weakest with a configuration, but none that
/// LiteLLM's chart has itself or that is not written, where another is there.
fn owner(files: &Files, release: &ChartRelease, all: &[Parts], members: &[usize]) -> usize {
    let official = release.chart_name(files).as_deref() == Some(OFFICIAL);
    let rank = |index: &usize| {
        let main = all[*index].main();
        let at = release.values().position(|(values, _)| values.hold(main));
        let of_chart = official && release.values().any(|(values, of_chart)| of_chart && values.hold(main));
        let written = files.get(main.file).reach == Reach::Writable;
        let configures = files.node(main.file, main.doc, &main.config).is_some();
        (of_chart, !written, !configures, at)
    };
    members.iter().copied().min_by_key(rank).unwrap_or_default()
}

/// Adds what a release deploys to the results of an installation.
fn add_result(files: &Files, release: &Arc<ChartRelease>, below: &Path, parts: &mut Parts) {
    let main = parts.main().clone();
    let config = Path(main.config.steps()[main.base.steps().len()..].to_vec());
    let mut layers: Vec<Layer> = Vec::new();
    for (values, _) in release.values() {
        let base = values.path.join(below);
        let stands = files.node(values.file, values.doc, &base).is_some_and(|node| !node.is_null(Reader::Go));
        let layer = Layer { file: values.file, doc: values.doc, config: base.join(&config), base };
        if layer == main || stands {
            // A file that is named twice counts where it is named last.
            layers.retain(|other| *other != layer);
            layers.push(layer);
        }
    }
    let shown = &files.get(release.file).shown;
    for layer in layers.iter().filter(|layer| **layer != main) {
        let link = format!("a layer of the release in {shown}");
        add_member(parts, Member { file: layer.file, kind: "Helm values layer", link });
    }
    add_member(parts, Member { file: release.file, kind: "release", link: "merges the values".into() });
    parts.add_result(&layers);
    parts.deployed.push(release.clone());
}

fn add_member(parts: &mut Parts, member: Member) {
    if !parts.members.iter().any(|known| known.file == member.file) {
        parts.members.push(member);
    }
}

/// `values.yaml` is the base of every `values-ENV.yaml` beside it that no release names.
fn by_name(files: &Files, releases: &[Arc<ChartRelease>], all: &mut [Parts]) -> Vec<usize> {
    let values = releases.iter().flat_map(|release| release.values());
    let named: HashSet<FileId> = values.map(|(values, _)| values.file).collect();
    let mut own: HashMap<(FileId, Flavor), usize> = HashMap::new();
    for (index, parts) in all.iter().enumerate() {
        own.entry((parts.main().file, parts.flavor)).or_insert(index);
    }
    let is_base = |file: FileId| {
        files.get(file).path.file_name().is_some_and(|name| name == "values.yaml" || name == "values.yml")
    };
    let mut gone = Vec::new();
    for base in all.iter_mut().filter(|parts| is_base(parts.main().file) && is_values(parts)) {
        let main = base.main().clone();
        let beside =
            files.in_folder(folder(files, main.file)).filter(|(_, file)| is_overlay_name(&file.path));
        for (id, _) in beside.filter(|(id, _)| *id != main.file && !named.contains(id)) {
            gone.extend(own.get(&(id, base.flavor)));
            if files.node(id, main.doc, &main.base).is_some() {
                let layer = Layer { file: id, ..main.clone() };
                base.add_result(&[main.clone(), layer]);
                let link = format!("a layer over {}, by its name", files.get(main.file).shown);
                base.members.push(Member { file: id, kind: "Helm values layer", link });
            }
        }
    }
    gone
}
