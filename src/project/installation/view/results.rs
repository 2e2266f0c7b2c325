//! The results that kustomizations make of one installation, each with overlays of its own: each is judged by itself.

use std::collections::BTreeSet;

use crate::project::installation::links::evidence::{Evidence, find_version};
use crate::project::installation::parts::Parts;
use crate::project::installation::unseen::{SourceKind, Sources};
use crate::project::kubernetes::autoscalers;
use crate::project::kubernetes::kustomize::{self, Kustomizations};
use crate::project::kubernetes::taken;
use crate::project::process::Process;
use crate::project::repository::file::Files;
use crate::project::repository::place::FileId;
use crate::project::settings::version::Running;

/// So many results are looked at, each of which is a whole installation.
pub const MOST_RESULTS: usize = 16;

/// Looks up the results of each installation that several kustomizations take.
pub(in crate::project) fn find(
    files: &Files,
    kustomizations: &Kustomizations,
    sources: &Sources,
    evidence: &Evidence,
    all: &mut [Parts],
) {
    for parts in all.iter_mut() {
        let mut results = of(files, kustomizations, parts);
        results.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
        for (top, result) in &mut results {
            kustomize::patches::put(files, result.processes.iter_mut());
            autoscalers::find(files, kustomizations, result.processes.iter_mut());
            taken::take(files, result.processes.iter_mut());
            result.unseen = sources.of(files, kustomizations, result, Some(*top));
            result.running = find_version(files, evidence, result).0;
        }
        parts.results = results.into_iter().map(|(_, result)| result).collect();
        if let Some(running) = running(&parts.results) {
            parts.running = running;
            leave_unread(parts);
        }
    }
}

/// What is read in each result is not unread.
pub(in crate::project) fn leave_unread(parts: &mut Parts) {
    let unread = |what: &SourceKind| {
        parts.results.iter().flat_map(|result| &result.unseen).any(|one| one.what == *what)
    };
    let kept: Vec<_> = parts.unseen.iter().filter(|one| unread(&one.what)).cloned().collect();
    parts.unseen = kept;
}

/// What all results run, else what each of them does.
pub(in crate::project) fn running(results: &[Parts]) -> Option<Running> {
    let words = |running: &Running| match running {
        Running::Known(version, ..) => version.to_string(),
        Running::Unknown(why, _) => why.clone(),
    };
    let first = results.first()?;
    if results.iter().all(|other| words(&other.running) == words(&first.running)) {
        return Some(first.running.clone());
    }
    let of_each: Vec<String> =
        results.iter().map(|one| format!("{} in {}", words(&one.running), one.name)).collect();
    Some(Running::Unknown(of_each.join(", "), None))
}

/// The installation as each of its results has it, by the kustomization that makes it; none where nothing makes a second one, or where one
/// takes a process in several ways.
fn of(files: &Files, kustomizations: &Kustomizations, parts: &Parts) -> Vec<(FileId, Parts)> {
    let stacks: Vec<_> =
        parts.processes.iter().map(|process| kustomizations.stacks(files, process.file)).collect();
    let mut tops: BTreeSet<FileId> =
        stacks.iter().flatten().filter_map(|stack| stack.last().copied()).collect();
    if tops.len() < 2 {
        return Vec::new();
    }
    if let Some(deploying) = kustomizations.deploying(files, parts.main().file) {
        tops.retain(|top| deploying.contains(top));
    }
    if tops.len() > MOST_RESULTS {
        return Vec::new();
    }
    let of_top = |top: FileId| {
        let mut processes: Vec<Process> = Vec::new();
        for (process, stacks) in parts.processes.iter().zip(&stacks) {
            let mut own = stacks.iter().filter(|stack| stack.last() == Some(&top));
            match (own.next(), own.next()) {
                (Some(_), Some(_)) => return None,
                (Some(stack), None) => processes.push(Process { stack: stack.clone(), ..process.clone() }),
                (None, _) if stacks.is_empty() => processes.push(process.clone()),
                (None, _) => {}
            }
        }
        let name = name(files, top);
        Some((top, Parts { name, processes, top: Some(top), results: Vec::new(), ..parts.clone() }))
    };
    tops.into_iter().map(of_top).collect::<Option<_>>().unwrap_or_default()
}

/// The folder of a kustomization, which is what kubectl is given.
fn name(files: &Files, top: FileId) -> String {
    let shown = &files.get(top).shown;
    shown.rsplit_once('/').map_or_else(|| shown.clone(), |(folder, _)| folder.to_owned())
}
