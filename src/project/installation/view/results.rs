//! The results that kustomizations make of one installation, each with overlays of its own. What is not the same for all of them is asked in
//! each: where they agree, that is the answer.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::project::installation::answer::reason::Reason;
use crate::project::installation::answer::variable::Variable;
use crate::project::installation::answer::{Answer, Effective};
use crate::project::installation::links::evidence::{Evidence, find_version};
use crate::project::installation::parts::Parts;
use crate::project::installation::unseen::{SourceKind, Sources, Unseen};
use crate::project::installation::view::Installation;
use crate::project::kubernetes::kustomize::{self, Kustomizations};
use crate::project::kubernetes::taken;
use crate::project::process::Process;
use crate::project::repository::file::Files;
use crate::project::repository::place::{FileId, Place};
use crate::project::settings::Setting;
use crate::project::settings::version::Running;

/// So many results are looked at, each of which is a whole installation.
const MOST: usize = 16;

/// Looks up the results of each installation that overlays change in different ways.
pub(in crate::project) fn find(
    files: &Files,
    kustomizations: &Kustomizations,
    sources: &Sources,
    evidence: &Evidence,
    all: &mut [Parts],
) {
    for parts in all.iter_mut().filter(|parts| parts.unseen.iter().any(|one| changed_by(one).is_some())) {
        let mut results = of(files, kustomizations, parts);
        for (top, result) in &mut results {
            kustomize::patches::put(files, result.processes.iter_mut());
            taken::take(files, result.processes.iter_mut());
            result.unseen = sources.of(files, kustomizations, result, Some(*top));
            result.running = find_version(files, evidence, result).0;
        }
        parts.results = results.into_iter().map(|(_, result)| result).collect();
        tell_overlays(parts);
        let known = |parts: &Parts| match parts.running {
            Running::Known(version, ..) => Some(version),
            Running::Unknown(..) => None,
        };
        // What each runs is what all run.
        if let Some(first) = parts.results.first()
            && known(first).is_some()
            && parts.results.iter().all(|other| known(other) == known(first))
        {
            parts.running = first.running.clone();
        }
    }
}

/// The kustomization that changes something without being read, as it is shown.
fn changed_by(one: &Unseen) -> Option<&String> {
    match &one.what {
        SourceKind::Kustomization(file) => Some(file),
        _ => None,
    }
}

/// What is read of each result alone is no longer unread.
fn tell_overlays(parts: &mut Parts) {
    let unread = |what: &SourceKind| {
        parts.results.iter().flat_map(|result| &result.unseen).any(|one| one.what == *what)
    };
    let read: Vec<bool> = parts
        .unseen
        .iter()
        .map(|one| !parts.results.is_empty() && changed_by(one).is_some() && !unread(&one.what))
        .collect();
    for (one, _) in parts.unseen.iter_mut().zip(read).filter(|(_, read)| *read) {
        if let Some(file) = changed_by(one) {
            one.what = SourceKind::Overlay(file.clone());
        }
    }
}

/// The installation as each of its results has it, by the kustomization that makes it; none where there is one result, or where one takes
/// a process in several ways.
fn of(files: &Files, kustomizations: &Kustomizations, parts: &Parts) -> Vec<(FileId, Parts)> {
    let stacks: Vec<_> =
        parts.processes.iter().map(|process| kustomizations.stacks(files, process.file)).collect();
    let tops: BTreeSet<FileId> = stacks.iter().flatten().filter_map(|stack| stack.last().copied()).collect();
    if tops.len() < 2 || tops.len() > MOST {
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
        Some((top, Parts { processes, results: Vec::new(), ..parts.clone() }))
    };
    tops.into_iter().map(of_top).collect::<Option<_>>().unwrap_or_default()
}

impl Installation<'_> {
    /// What all results of the kustomizations agree on for a setting that some of these may set.
    pub(in crate::project) fn in_results(&self, setting: &'static Setting) -> Option<Answer> {
        let views = self.results();
        let answers: Vec<Rc<Answer>> = views.iter().map(|view| view.setting_of(setting)).collect();
        let (first, others) = answers.split_first()?;
        if answers.iter().any(|one| one.unseen.is_some())
            || others.iter().any(|other| !agree(&first.effective, &other.effective))
        {
            return None;
        }
        let mut answer = (**first).clone();
        if others.iter().any(|other| other.homes != first.homes || other.effective != first.effective) {
            let mut places: Vec<&Place> = answers.iter().filter_map(|one| one.place()).collect();
            places.dedup();
            answer.homes.clear();
            answer.blocked =
                Some(Reason::InEach(places.iter().map(|place| self.files.spot(place)).collect()));
        }
        Some(answer)
    }

    /// What gives a variable in the first result, where overlays alone give it.
    pub fn variable_of_overlays(&self, name: &str) -> Option<Variable> {
        self.results().first()?.variables(name).into_iter().next()
    }

    fn results(&self) -> Vec<Installation<'_>> {
        let results = &self.parts.results;
        let asked = self.asked.results.get_or_init(|| results.iter().map(|_| Rc::default()).collect());
        let views = results.iter().zip(asked);
        views.map(|(parts, asked)| Installation { files: self.files, parts, asked: asked.clone() }).collect()
    }
}

/// Whether the same is effective, wherever it stands.
fn agree(one: &Effective, other: &Effective) -> bool {
    match (one, other) {
        (Effective::Set { value, .. }, Effective::Set { value: other, .. }) => value == other,
        _ => one == other,
    }
}
