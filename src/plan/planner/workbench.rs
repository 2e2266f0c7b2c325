//! One fix at a time, on top of those that were taken so far: for who decides while the rest waits.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::document::Value;
use crate::plan::finding::Remedy;
use crate::plan::fingerprint::Names;
use crate::plan::planner::apply::apply;
use crate::plan::planner::outcome::{Fate, Item};
use crate::plan::planner::patched::PatchRoot;
use crate::plan::planner::plan::Planner;
use crate::plan::said::decision::{Decision, Decisions};
use crate::plan::said::rules::Rules;
use crate::plan::said::suppress::Suppressions;
use crate::plan::transform::Transform;
use crate::project::{FileId, Files, Parts};

/// Edited values of a fix: parameter and value.
type Answers = Vec<(String, Value)>;

/// What there is to decide about a finding, after the fixes that were taken before.
#[derive(Clone, Debug)]
pub enum Offer {
    /// Its fix, proven on top of them.
    Fix(Box<Item>),
    /// They have mended it.
    Mended,
    /// Its fix cannot be made on top of them: why.
    Refused(String),
}

/// The files as they are with what was taken so far. Only what shares files with a finding is made again for it: the other
/// fixes have no say in how it looks. The plan of all decisions at the end is the proof of the whole.
pub struct Workbench<'a> {
    files: Files,
    originals: Vec<Arc<str>>,
    installations: &'a [Parts],
    names: Arc<Names>,
    patch_root: PatchRoot,
    transforms: &'a [Transform],
    rules: &'a [Rules],
    /// Of each installation, what stands for all that it shares files with.
    groups: Vec<usize>,
    /// The installation and the id of each finding, by its fingerprint.
    owners: HashMap<String, (usize, &'static str)>,
    benches: HashMap<usize, Bench>,
}

/// The files with some fixes of one group.
struct Bench {
    taken: Vec<(String, Answers)>,
    files: Files,
}

impl<'a> Workbench<'a> {
    /// For the findings of a plan of these files.
    pub fn new(
        files: Files,
        installations: &'a [Parts],
        transforms: &'a [Transform],
        rules: &'a [Rules],
        items: &[Item],
    ) -> Self {
        let originals = files.iter().map(|(id, _)| files.shared_text(id)).collect();
        let groups = groups(&files, installations, items);
        let (names, patch_root) = (Arc::new(Names::of(&files, installations)), PatchRoot::of(&files));
        let owner = |item: &Item| (item.fingerprint.clone(), (item.installation, item.id));
        let owners = items.iter().map(owner).collect();
        let benches = HashMap::new();
        Self {
            files,
            originals,
            installations,
            names,
            patch_root,
            transforms,
            rules,
            groups,
            owners,
            benches,
        }
    }

    /// A finding with its fix on top of what was accepted, made with these values in place of the standing ones.
    ///
    /// # Errors
    /// Values that the transform rejects.
    pub fn offer(
        &mut self,
        item: &Item,
        accepted: &Decisions,
        answers: &[(String, Value)],
    ) -> Result<Offer, String> {
        let group = self.groups[item.installation];
        let taken = self.taken(group, accepted);
        // The first plan has proven it alone.
        let is_known = matches!(item.fate, Fate::LeftOut(_)) && !item.changes.is_empty();
        if taken.is_empty() && answers.is_empty() && is_known {
            return Ok(Offer::Fix(Box::new(item.clone())));
        }
        let files = self.with(group, taken);
        let decisions = yes(&item.fingerprint, answers);
        let planner = self.planner(&decisions);
        let Some(transform) = self.transform(item.id) else { return Ok(Offer::Mended) };
        let view = planner.view(item.installation, &files);
        let found = planner.assess(transform, item.installation, &view)?;
        let Some(found) = found.into_iter().find(|found| found.fingerprint == item.fingerprint) else {
            return Ok(Offer::Mended);
        };
        Ok(match planner.attempt(transform, item.installation, &found, &view)? {
            Ok(after) => {
                let changes = planner.changes(|id| files.text(id), &after);
                let fate = Fate::Applied;
                Offer::Fix(Box::new(Item { finding: found.finding, fate, changes, ..item.clone() }))
            }
            Err(Fate::Refused(reason) | Fate::Failed(reason)) => Offer::Refused(reason),
            // What is only advice now was mended by what came before.
            Err(_) => Offer::Mended,
        })
    }

    /// What was accepted among the fixes of a group, in the order of the answers.
    fn taken(&self, group: usize, accepted: &Decisions) -> Vec<(String, Answers)> {
        let in_group = |fingerprint: &str| {
            self.owners.get(fingerprint).is_some_and(|(installation, _)| self.groups[*installation] == group)
        };
        let yes = accepted.0.iter().filter_map(|(fingerprint, decision)| match decision {
            Decision::Yes { answers, .. } if in_group(fingerprint) => {
                Some((fingerprint.clone(), answers.clone()))
            }
            _ => None,
        });
        yes.collect()
    }

    /// The files of a group with these fixes. What was made before is made again only where an answer was taken back.
    fn with(&mut self, group: usize, taken: Vec<(String, Answers)>) -> Files {
        let bench = self.benches.remove(&group).filter(|bench| taken.starts_with(&bench.taken));
        let (done, mut files) =
            bench.map_or_else(|| (0, self.files.clone()), |bench| (bench.taken.len(), bench.files));
        for (fingerprint, answers) in &taken[done..] {
            if let Some(after) = self.made(fingerprint, answers, &files) {
                files = after;
            }
        }
        self.benches.insert(group, Bench { taken, files: files.clone() });
        files
    }

    /// The files after a fix that was shown and accepted before; `None` where nothing is left to mend.
    fn made(&self, fingerprint: &str, answers: &[(String, Value)], files: &Files) -> Option<Files> {
        let (installation, id) = *self.owners.get(fingerprint)?;
        let decisions = yes(fingerprint, answers);
        let planner = self.planner(&decisions);
        let view = planner.view(installation, files);
        let found = planner.assess(self.transform(id)?, installation, &view).ok()?;
        let found = found.into_iter().find(|found| found.fingerprint == fingerprint)?;
        let Remedy::Fix(fix) = &found.finding.remedy else { return None };
        apply(files, &fix.intents).ok()
    }

    fn transform(&self, id: &str) -> Option<&'a Transform> {
        self.transforms.iter().find(|one| one.meta.id == id)
    }

    fn planner<'s>(&'s self, decisions: &'s Decisions) -> Planner<'s> {
        Planner {
            installations: self.installations,
            names: self.names.clone(),
            patch_root: self.patch_root.clone(),
            originals: self.originals.clone(),
            transforms: self.transforms,
            rules: self.rules,
            decisions: Some(decisions),
            suppressions: Suppressions::default(),
            overloaded: RefCell::default(),
            order: RefCell::default(),
            replayed: RefCell::default(),
        }
    }
}

fn yes(fingerprint: &str, answers: &[(String, Value)]) -> Decisions {
    let yes = Decision::Yes { answers: answers.to_vec(), confirmed: true };
    Decisions(vec![(fingerprint.to_owned(), yes)])
}

/// For each installation the first one of those that it shares files with, be it over others.
fn groups(files: &Files, installations: &[Parts], items: &[Item]) -> Vec<usize> {
    let mut groups: Vec<usize> = (0..installations.len()).collect();
    let mut first: HashMap<FileId, usize> = HashMap::new();
    let mut join = |file: FileId, installation: usize, groups: &mut Vec<usize>| {
        let other = root(groups, *first.entry(file).or_insert(installation));
        let own = root(groups, installation);
        groups[own.max(other)] = own.min(other);
    };
    for (at, parts) in installations.iter().enumerate() {
        parts.members.iter().for_each(|member| join(member.file, at, &mut groups));
    }
    for item in items {
        join(item.finding.place.file, item.installation, &mut groups);
        if let Remedy::Fix(fix) = &item.finding.remedy {
            fix.intents.iter().for_each(|intent| join(intent.place().file, item.installation, &mut groups));
        }
        let changed = item.changes.iter().filter_map(|change| files.find(&change.path));
        changed.for_each(|file| join(file, item.installation, &mut groups));
    }
    (0..groups.len()).map(|at| root(&groups, at)).collect()
}

fn root(groups: &[usize], mut at: usize) -> usize {
    while groups[at] != at {
        at = groups[at];
    }
    at
}
