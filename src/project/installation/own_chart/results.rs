//! The results that the values of several environments or releases make of a chart of somebody's own.

use super::{filled, stacks};
use crate::project::installation::links::evidence::{Evidence, find_version};
use crate::project::installation::parts::{Layer, Parts};
use crate::project::installation::releases::Values;
use crate::project::installation::unseen::Sources;
use crate::project::installation::view::results::{MOST_RESULTS, leave_unread, running};
use crate::project::kubernetes::kustomize::Kustomizations;
use crate::project::repository::file::Files;
use crate::project::repository::template::chart_folder;

/// Looks up the results of each installation whose process the templates of a chart with several values describe.
pub fn find(
    files: &Files,
    kustomizations: &Kustomizations,
    sources: &Sources,
    evidence: &Evidence,
    all: &mut [Parts],
) {
    for parts in all.iter_mut().filter(|parts| parts.results.is_empty()) {
        let first = parts.processes.first();
        let chart = first.and_then(|process| chart_folder(&files.get(process.file).path));
        let stacks = chart.map_or_else(Vec::new, |chart| stacks(files, &sources.releases, chart));
        if !(2..=MOST_RESULTS).contains(&stacks.len()) {
            continue;
        }
        let mut results: Vec<Parts> =
            stacks.iter().filter_map(|layers| result(files, parts, layers)).collect();
        for one in &mut results {
            one.unseen = sources.of(files, kustomizations, one, None);
            one.running = find_version(files, evidence, one).0;
        }
        if results.len() == stacks.len() {
            parts.results = results;
            if let Some(running) = running(&parts.results) {
                parts.running = running;
                leave_unread(parts);
            }
        }
    }
}

/// The installation with the values of one result.
fn result(files: &Files, parts: &Parts, layers: &[Values]) -> Option<Parts> {
    let is_of =
        |layer: &Layer| layers.iter().any(|values| (values.file, &values.path) == (layer.file, &layer.base));
    let top = layers.first()?;
    let own = parts.stacks.iter().find(|own| {
        own.iter().all(is_of)
            && own.first().is_some_and(|layer| (layer.file, &layer.base) == (top.file, &top.path))
    });
    let mut result = match (own, parts.stacks.is_empty()) {
        (Some(own), _) => parts.with_results(std::slice::from_ref(own)),
        (None, true) => parts.clone(),
        (None, false) => return None,
    };
    result.processes.iter_mut().for_each(|process| filled::Stack { files, layers }.fill(process));
    Some(Parts { name: files.get(top.file).shown.clone(), results: Vec::new(), ..result })
}
