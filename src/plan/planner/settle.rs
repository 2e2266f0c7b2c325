//! What only shows once fixes are made: planned until nothing new is found.

use std::collections::HashMap;

use crate::plan::fingerprint::Found;
use crate::plan::planner::known::Pass;
use crate::plan::planner::outcome::{Fate, FileChange, Item, Open};
use crate::plan::planner::plan::{Planner, is_silenced};
use crate::plan::transform::Transform;
use crate::project::Files;

/// How often the whole registry may run before the plan counts as settled: a fix may uncover what another one mends.
const PASSES: usize = 8;

impl Planner<'_> {
    /// Applies what only shows after the fixes so far, until nothing new is found: a second run has nothing left to do.
    /// Gives what its last pass left open, if that changed nothing more.
    pub(in crate::plan) fn settle(
        &self,
        items: &mut Vec<Item>,
        files: &mut Files,
    ) -> Result<Option<Vec<Open>>, String> {
        let count = |items: &[Item]| items.iter().filter(|item| item.fate == Fate::Applied).count();
        let mut known = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            known.entry(item.fingerprint.clone()).or_insert(at);
        }
        for _ in 0..PASSES {
            let before = count(items);
            let mut pass = Pass::of(files);
            for installation in 0..self.installations.len() {
                let mut transforms = self.active(installation);
                while let Some(after) =
                    self.uncovered(&mut transforms, installation, items, &mut known, files, &mut pass)?
                {
                    *files = after;
                }
            }
            if count(items) == before {
                return Ok(Some(pass.open));
            }
        }
        Ok(None)
    }

    /// The files after what the first of these transforms finds that is new and admitted, if one does.
    fn uncovered<'t>(
        &self,
        transforms: &mut impl Iterator<Item = &'t Transform>,
        installation: usize,
        items: &mut Vec<Item>,
        known: &mut HashMap<String, usize>,
        files: &Files,
        pass: &mut Pass,
    ) -> Result<Option<Files>, String> {
        let view = self.view(installation, files);
        for transform in transforms {
            let id = transform.meta.id;
            let mut after = None;
            let all = self.assess(transform, installation, &view)?;
            self.tell(id, installation, &all, pass);
            for found in all {
                let earlier = known.get(&found.fingerprint).copied();
                let closed = earlier.is_some_and(|at| !may_open(&items[at].fate))
                    || self.is_known(installation, &found.fingerprint);
                if closed || !self.admits_new(id, installation, &found) {
                    continue;
                }
                let changed = after.as_ref().map(|after| self.view(installation, after));
                let view = changed.as_ref().unwrap_or(&view);
                if let Ok(next) = self.attempt(transform, installation, &found, view)? {
                    let before = view.files;
                    let changes = self.changes(|id| before.text(id), &next);
                    self.note(&found.fingerprint, &changes);
                    let item = applied(id, installation, found, before, changes);
                    match earlier {
                        Some(at) => {
                            items[at].finding.remedy = item.finding.remedy;
                            items[at].changes = item.changes;
                            items[at].fate = item.fate;
                        }
                        None => {
                            known.insert(item.fingerprint.clone(), items.len());
                            items.push(item);
                        }
                    }
                    after = Some(next);
                }
            }
            if after.is_some() {
                return Ok(after);
            }
        }
        Ok(None)
    }

    fn admits_new(&self, id: &str, installation: usize, found: &Found) -> bool {
        !is_silenced(&self.suppressions, id, &found.finding.place)
            && self.admits(id, installation, &found.fingerprint, &found.finding).is_ok()
    }
}

/// Whether what could not be done on the files as they are may become possible through other fixes.
fn may_open(fate: &Fate) -> bool {
    matches!(fate, Fate::Advice | Fate::Refused(_) | Fate::Mended(_))
}

/// A finding that only showed after earlier fixes, with its fix applied.
fn applied(
    id: &'static str,
    installation: usize,
    found: Found,
    files: &Files,
    changes: Vec<FileChange>,
) -> Item {
    let Found { fingerprint, finding } = found;
    let spot = files.spot(&finding.place);
    Item { id, installation, fingerprint, finding, spot, related: Vec::new(), fate: Fate::Applied, changes }
}
