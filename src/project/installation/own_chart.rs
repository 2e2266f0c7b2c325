//! Charts of somebody's own, whose templates are read: which values they print as the configuration of a process.

use std::sync::Arc;

use crate::document::{Path, Step};
use crate::project::installation::parts::{Layer, Member, Parts};
use crate::project::installation::releases::ChartRelease;
use crate::project::kubernetes::objects::object_of;
use crate::project::platform::ObjectKind;
use crate::project::platform::nodes::scalar;
use crate::project::repository::file::Files;
use crate::project::repository::kind::{Flavor, Role};
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
    for (id, file) in files.iter() {
        let (Some(template), Some(chart)) = (&file.template, chart_folder(&file.path)) else { continue };
        if files.find(&chart.join("Chart.yaml")).is_none() {
            continue;
        }
        for (one, printed) in template.prints() {
            if files.node(id, one.doc, &object_of(&one.path)).and_then(ObjectKind::of).is_none() {
                continue;
            }
            let place = Place::yaml(id, one.doc, one.path.clone());
            let is_made_of = |parts: &&mut Parts| match &printed.of {
                Of::Values(keys) => {
                    parts.layers.iter().any(|layer| holds(files, parts, layer, (chart, keys)))
                }
                Of::File(name) => files.get(parts.main().file).path == chart.join(name),
            };
            all.iter_mut().filter(is_made_of).for_each(|parts| parts.printed = Some(place.clone()));
        }
    }
}

/// Whether a layer has the configuration at a path of the values of a chart.
fn holds(files: &Files, parts: &Parts, layer: &Layer, (chart, keys): (&std::path::Path, &Path)) -> bool {
    let own = match parts.flavor {
        Flavor::OtherChart => layer.config.steps().strip_prefix(layer.base.steps()),
        Flavor::ConfigMap => layer.config.steps().strip_suffix(&[Step::Inside]),
        _ => None,
    };
    own == Some(keys.steps()) && files.get(layer.file).path.parent() == Some(chart)
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
