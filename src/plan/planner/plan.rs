//! The plan: every finding, its fix proven alone, and the combined change of all that the rules admit.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::plan::finding::Remedy;
use crate::plan::fingerprint::{Found, Names};
use crate::plan::planner::cite;
use crate::plan::planner::effort;
use crate::plan::planner::outcome::{Fate, FileChange, Item, Plan, Unused};
use crate::plan::planner::patched::PatchRoot;
use crate::plan::planner::views;
use crate::plan::recommend::hand;
use crate::plan::said::admits::Admits;
use crate::plan::said::decision::Decisions;
use crate::plan::said::replay::Said;
use crate::plan::said::rules::Rules;
use crate::plan::said::suppress::Suppressions;
use crate::plan::transform::Transform;
use crate::project::{FileId, Files, Installation, Parts, Place};

/// Plans the files of a project. `rules` has one entry per installation. With `decisions`, only what the user said yes to is applied.
///
/// It takes the files, which are cheap to copy, so that their trees can go as soon as a fix replaces them.
///
/// # Errors
/// Parameters that a transform rejects.
pub fn plan(
    files: Files,
    installations: &[Parts],
    transforms: &[Transform],
    rules: &[Rules],
    decisions: Option<&Decisions>,
) -> Result<Plan, String> {
    Planner::of(&files, installations, transforms, rules, decisions).run(files)
}

/// The fingerprints of all that is found and that no comment silences: what a baseline knows.
///
/// # Errors
/// Parameters that a transform rejects.
pub fn fingerprints(
    files: &Files,
    installations: &[Parts],
    transforms: &[Transform],
    rules: &[Rules],
) -> Result<HashSet<String>, String> {
    let planner = Planner::of(files, installations, transforms, rules, None);
    let mut all = HashSet::new();
    for installation in 0..installations.len() {
        let view = planner.view(installation, files);
        for transform in planner.active(installation) {
            let mut found = planner.assess(transform, installation, &view)?;
            found.retain(|one| !is_silenced(&planner.suppressions, transform.meta.id, &one.finding.place));
            all.extend(found.into_iter().map(|one| one.fingerprint));
        }
    }
    Ok(all)
}

pub(in crate::plan) struct Planner<'a> {
    pub(in crate::plan) installations: &'a [Parts],
    pub(in crate::plan) names: Arc<Names>,
    pub(in crate::plan) patch_root: PatchRoot,
    /// The texts on disk, by file.
    pub(in crate::plan) originals: Vec<Arc<str>>,
    pub(in crate::plan) transforms: &'a [Transform],
    pub(in crate::plan) rules: &'a [Rules],
    pub(in crate::plan) decisions: Option<&'a Decisions>,
    pub(in crate::plan) suppressions: Suppressions,
    /// Files that too much is to be tried on.
    pub(in crate::plan) overloaded: RefCell<Vec<bool>>,
    /// The fingerprints of what changed files so far.
    pub(in crate::plan) order: RefCell<Vec<String>>,
    /// The positions of the decisions of before, by the fingerprints that they are about.
    pub(in crate::plan) replayed: RefCell<HashMap<String, usize>>,
}

impl<'a> Planner<'a> {
    fn of(
        files: &Files,
        installations: &'a [Parts],
        transforms: &'a [Transform],
        rules: &'a [Rules],
        decisions: Option<&'a Decisions>,
    ) -> Self {
        Self {
            installations,
            names: Arc::new(Names::of(files, installations)),
            patch_root: PatchRoot::of(files),
            originals: files.iter().map(|(id, _)| files.shared_text(id)).collect(),
            transforms,
            rules,
            decisions,
            suppressions: Suppressions::find(files),
            overloaded: RefCell::default(),
            order: RefCell::default(),
            replayed: RefCell::default(),
        }
    }

    fn run(&self, files: Files) -> Result<Plan, String> {
        let mut used = vec![false; self.suppressions.len()];
        let mut found = Vec::new();
        for installation in 0..self.installations.len() {
            let view = self.view(installation, &files);
            for transform in self.active(installation) {
                let new = self.assess(transform, installation, &view)?.into_iter();
                found.extend(new.map(|one| (installation, transform, one)));
            }
        }
        let known = self.set_known_aside(&mut found);
        let tried = found.iter().map(|(installation, _, one)| (*installation, &one.finding));
        self.overloaded.replace(effort::too_much(&files, self.installations, tried));
        let (mut items, mut view) = (Vec::new(), None);
        for (installation, transform, one) in found {
            let (_, view) = match view.take() {
                Some((known, same)) if known == installation => view.insert((known, same)),
                _ => view.insert((installation, self.view(installation, &files))),
            };
            items.push(self.item(transform, installation, one, view, &mut used)?);
        }
        let unused_suppressions = self.unused(&files, &used);
        let (files, open) = self.combine(files, &mut items)?;
        let changes = self.changes(|id| &self.originals[id.0], &files);
        items.iter_mut().for_each(weigh);
        items.sort_by(|a, b| {
            b.finding.severity.cmp(&a.finding.severity).then_with(|| a.spot.order().cmp(&b.spot.order()))
        });
        let left = match open {
            _ if changes.is_empty() => items.iter().filter(|item| item.is_open()).map(Item::open).collect(),
            Some(open) => open,
            None => self.left(&files)?,
        };
        let (order, recorded) = (self.order.take(), self.recorded_answers(&items));
        Ok(Plan { items, changes, unused_suppressions, known, left, order, after: files, recorded })
    }

    pub(in crate::plan) fn active(&self, installation: usize) -> impl Iterator<Item = &Transform> {
        self.transforms.iter().filter(move |transform| self.rules[installation].runs(transform.meta.id))
    }

    pub(in crate::plan) fn view<'f>(&'f self, installation: usize, files: &'f Files) -> Installation<'f> {
        Installation::new(files, &self.installations[installation])
    }

    fn item(
        &self,
        transform: &Transform,
        installation: usize,
        found: Found,
        view: &Installation<'_>,
        used: &mut [bool],
    ) -> Result<Item, String> {
        let (id, files) = (transform.meta.id, view.files);
        let Found { fingerprint, finding } = &found;
        let mut changes_alone = Vec::new();
        let fate = if let Some(reason) = self.suppressed(id, &finding.place, used) {
            Fate::Suppressed(reason)
        } else if let Some(recorded) =
            self.recorded(installation, fingerprint).filter(|one| one.said == Said::Ignored)
        {
            Fate::Suppressed(recorded.reason())
        } else if self.admits(id, installation, fingerprint, finding).is_ok() {
            // It is proven where it is applied: on the result of the fixes before it.
            Fate::LeftOut(Admits::Turn)
        } else {
            match self.attempt(transform, installation, &found, view)? {
                Err(fate) => fate,
                Ok(after) => {
                    changes_alone = self.changes(|id| files.text(id), &after);
                    Fate::LeftOut(Admits::Turn)
                }
            }
        };
        let Found { fingerprint, mut finding } = found;
        let own = views::of_finding(view, &finding);
        let view = own.as_ref().unwrap_or(view);
        if let (Fate::Refused(_), Remedy::Fix(fix)) = (&fate, &mut finding.remedy) {
            fix.by_hand = Some(hand::lines(view, fix));
        }
        let related = cite::related(view, &finding);
        let spot = files.spot(&finding.place);
        Ok(Item { id, installation, fingerprint, finding, spot, related, fate, changes: changes_alone })
    }

    pub(in crate::plan) fn changes<'t>(
        &self,
        before: impl Fn(FileId) -> &'t str,
        after: &Files,
    ) -> Vec<FileChange> {
        let mut changes: Vec<FileChange> = after
            .iter()
            .filter(|(id, _)| {
                let (before, after) = (before(*id), after.text(*id));
                // Nearly all are the very same text.
                !std::ptr::eq(before, after) && before != after
            })
            .map(|(id, file)| {
                let original = self.originals[id.0].clone();
                let change = FileChange::new(&file.path, &*file.shown, original, before(id), after.text(id));
                change.patching(self.patch_root.name(file))
            })
            .collect();
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        changes
    }

    /// Notes what changed files.
    pub(in crate::plan) fn note(&self, fingerprint: &str, changes: &[FileChange]) {
        if !changes.is_empty() {
            self.order.borrow_mut().push(fingerprint.to_owned());
        }
    }

    fn suppressed(&self, id: &str, place: &Place, used: &mut [bool]) -> Option<String> {
        let covering = self.suppressions.covering(id, place);
        covering.iter().for_each(|at| used[*at] = true);
        covering.first().map(|at| self.suppressions.reason(*at).to_owned())
    }

    fn unused(&self, files: &Files, used: &[bool]) -> Vec<Unused> {
        let running: HashSet<&str> = self
            .transforms
            .iter()
            .map(|one| one.meta.id)
            .filter(|id| self.rules.iter().any(|rules| rules.runs(id)))
            .collect();
        let unused = self.suppressions.unused(used).filter(|one| running.contains(one.id.as_str()));
        unused.map(|one| Unused { spot: files.spot(&one.place), id: one.id.clone() }).collect()
    }
}

pub(in crate::plan) fn is_silenced(suppressions: &Suppressions, id: &str, place: &Place) -> bool {
    !suppressions.covering(id, place).is_empty()
}

/// In a plan, a finding has the severity that it has here.
fn weigh(item: &mut Item) {
    if !matches!(item.fate, Fate::Failed(_)) {
        item.finding.severity = item.finding.weight();
    }
}
