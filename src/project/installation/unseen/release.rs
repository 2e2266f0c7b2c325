//! Releases that hand values to a chart: what they merge that is not read, and the ConfigMaps that run with them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::Step;

use super::{Covers, PROCESS, Part, SourceKind, Unseen};
use crate::project::installation::links::holder as object_around;
use crate::project::installation::own_chart;
use crate::project::installation::parts::{Layer, Parts, values_scalar};
use crate::project::installation::releases::{ChartRelease, Gives};
use crate::project::platform::ObjectKind;
use crate::project::platform::envelope::{self, SetValue};
use crate::project::repository::file::Files;
use crate::project::repository::kind::Flavor;
use crate::project::repository::place::Place;

/// The sources that the releases of an installation merge with what is read, and what changes the result of these.
pub fn around(files: &Files, releases: &[Arc<ChartRelease>], parts: &Parts) -> Vec<Unseen> {
    let mut found: Vec<Unseen> =
        parts.deployed.iter().flat_map(|release| beside(files, release, parts.main())).collect();
    found.extend(of_charts(files, releases, parts));
    for process in &parts.processes {
        let Some(values) = process.platform.values(&process.path) else { continue };
        let layer = Layer { file: process.file, doc: process.doc, base: values.clone(), config: values };
        for release in releases.iter().filter(|release| release.around(&layer).is_some()) {
            let others = others(files, release, &layer);
            found.extend(beside(files, release, &layer).into_iter().chain(others).filter_map(to_process));
        }
    }
    found
}

/// What releases of the chart whose templates describe the processes have beside the values that are read.
fn of_charts(files: &Files, releases: &[Arc<ChartRelease>], parts: &Parts) -> Vec<Unseen> {
    let mut found = Vec::new();
    for (release, layer) in own_chart::releases_of(files, releases, parts) {
        for one in beside(files, release, &layer) {
            // A text of the values may be another one.
            let text = parts.printed.is_some() && parts.flavor == Flavor::ConfigMap;
            found.extend(if text { Some(Unseen { covers: Covers::All, ..one }) } else { to_process(one) });
        }
    }
    found
}

/// A source beside the values that describe a process: what it can set of that.
fn to_process(one: Unseen) -> Option<Unseen> {
    let parts = match &one.covers {
        Covers::All => PROCESS.to_vec(),
        Covers::Aspects(_) => return Some(one),
        Covers::Parts(parts) => parts.iter().copied().filter(|part| PROCESS.contains(part)).collect(),
        Covers::Values(path) => {
            let mut keys = path.steps().iter().filter_map(|step| match step {
                Step::Key(key) => Some(part_of_word(key)),
                _ => None,
            });
            let last = keys.rfind(|parts| parts.len() == 1);
            last.map_or_else(|| PROCESS.to_vec(), <[Part]>::to_vec)
        }
    };
    (!parts.is_empty()).then_some(Unseen { covers: Covers::Parts(parts), ..one })
}

/// What a release has beside the values that a layer is a part of, and that is not read as values.
fn beside(files: &Files, release: &ChartRelease, layer: &Layer) -> Vec<Unseen> {
    let Some(own) = release.around(layer) else { return Vec::new() };
    let (mut weaker, mut found) = (Vec::new(), Vec::new());
    for source in &release.sources {
        let (covers, what) = match &source.gives {
            Gives::Values(values) | Gives::Defaults(values) => {
                weaker.push(values.place());
                continue;
            }
            Gives::Nothing => continue,
            Gives::Unread(what) => (Covers::All, SourceKind::ValuesFrom(what.clone())),
            Gives::Parameter(one) => {
                let covers = Covers::Values(own.path.join(&envelope::target(&one.name)));
                (covers, parameter(one))
            }
        };
        let wins = weaker.contains(&own.place());
        found.push(Unseen { covers, wins, weaker: weaker.clone(), what, place: source.place.clone() });
    }
    for path in &release.envelope.patched {
        let patch = files.node(release.file, release.doc, path);
        let parts = patch.map(|patch| super::kustomize::touched(patch.resolve())).unwrap_or_default();
        if !parts.is_empty() {
            let what = SourceKind::PostRenderer(path.last_key().unwrap_or_default().to_owned());
            let place = Place::yaml(release.file, release.doc, path.clone());
            found.push(Unseen { wins: true, ..Unseen::new(Covers::Parts(parts), what, place) });
        }
    }
    found
}

/// What a parameter is as a source.
fn parameter(one: &SetValue) -> SourceKind {
    match &one.object {
        Some(object) => SourceKind::ValuesFrom(object.clone()),
        None => SourceKind::Parameter(one.name.clone(), one.value.clone()),
    }
}

/// The other values that a release merges with those that describe a process.
fn others(files: &Files, release: &ChartRelease, layer: &Layer) -> Vec<Unseen> {
    let (mut found, mut wins) = (Vec::new(), false);
    for (values, _) in release.values() {
        if values.hold(layer) {
            wins = true;
            continue;
        }
        let what = SourceKind::ValuesFiles(files.get(values.file).shown.clone());
        found.push(Unseen { wins, ..Unseen::new(Covers::All, what, values.place()) });
    }
    found
}

/// The names of ConfigMaps that values of litellm-helm take their configuration from: which installation's they are, and where it is named.
pub type Named = HashMap<String, Vec<(usize, Place)>>;

/// All ConfigMaps that values name.
pub fn named(files: &Files, all: &[Parts]) -> Named {
    let mut named = Named::new();
    for (at, other) in all.iter().enumerate().filter(|(_, other)| other.is_litellm_helm()) {
        if let Some((name, place)) = values_scalar(files, other, &["proxyConfigMap", "name"]) {
            named.entry(name).or_default().push((at, place));
        }
    }
    named
}

/// Those that name the ConfigMap of this installation.
fn naming<'n>(
    files: &'n Files,
    named: &'n Named,
    parts: &'n Parts,
) -> impl Iterator<Item = &'n (usize, Place)> {
    let own = object_around(files, parts).filter(|(kind, _)| *kind == ObjectKind::ConfigMap);
    let own = own.filter(|_| parts.flavor == Flavor::ConfigMap);
    let all = own.and_then(|(_, own)| named.get(&own)).into_iter().flatten();
    all.filter(|(_, place)| files.same_repository(place.file, parts.main().file))
}

/// The values that name the ConfigMap of this installation: their release runs it.
pub fn names(files: &Files, named: &Named, parts: &Parts) -> Option<Unseen> {
    let (_, place) = naming(files, named, parts).next()?;
    Some(Unseen {
        covers: Covers::Parts(PROCESS.to_vec()),
        wins: false,
        weaker: Vec::new(),
        what: SourceKind::Release(files.get(place.file).shown.clone()),
        place: place.clone(),
    })
}

/// The installation whose release runs the configuration of this one; [`None`] too where several may.
pub fn runs(files: &Files, named: &Named, parts: &Parts) -> Option<usize> {
    let mut all = naming(files, named, parts);
    all.next().filter(|_| all.next().is_none()).map(|(at, _)| *at)
}

/// The part that a word in a patch belongs to.
pub(super) fn part_of_word(word: &str) -> &'static [Part] {
    match word {
        "env" | "envFrom" | "envVars" | "extraEnvVars" | "environmentSecrets" => &[Part::Environment],
        "image" | "images" | "newTag" | "digest" => &[Part::Image],
        "replicas" | "replicaCount" | "maxReplicas" | "maxReplicaCount" => &[Part::Replicas],
        "args" | "command" => &[Part::Command],
        "data" | "proxy_config" => &[Part::Config],
        "ServiceMonitor" | "serviceMonitor" => &[Part::ServiceMonitor],
        "livenessProbe"
        | "readinessProbe"
        | "startupProbe"
        | "resources"
        | "terminationGracePeriodSeconds" => &[Part::Pod],
        "values" => &[Part::Config, Part::Environment, Part::Command, Part::Image, Part::Replicas, Part::Pod],
        _ => &[],
    }
}
