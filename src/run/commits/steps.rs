//! The commits that a plan becomes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::Repositories;
use crate::cli::CommitArg;
use crate::plan::{FileChange, Item, Plan};
use crate::report::{Entry, Masker, message};

/// A commit to be made.
pub(super) struct Step<'p> {
    pub(super) changes: Vec<&'p FileChange>,
    pub(super) title: String,
    pub(super) message: String,
    pub(super) ids: Vec<String>,
    pub(super) fingerprints: Vec<String>,
}

/// The commits to make, in their order.
pub(super) fn steps<'p>(
    plan: &'p Plan,
    how: CommitArg,
    repositories: &Repositories,
    masker: &Masker,
) -> anyhow::Result<Vec<Step<'p>>> {
    let items: Vec<&Item> = plan.steps().collect();
    let mut reached: HashMap<&Path, String> = HashMap::new();
    for change in items.iter().flat_map(|item| &item.changes) {
        reached.insert(&change.path, change.after().into_owned());
    }
    let is_rest =
        |change: &&FileChange| reached.get(change.path.as_path()).is_none_or(|text| *text != change.after());
    let rest: Vec<&FileChange> = plan.changes.iter().filter(is_rest).collect();
    if let Some(change) = rest.iter().find(|change| reached.contains_key(change.path.as_path())) {
        bail!("the fixes one after the other do not make {} what it shall be: this is a bug", change.shown);
    }
    let entries: Vec<Entry> = items.iter().map(|item| Entry::new(item, masker, true)).collect();
    let step = |changes: Vec<&'p FileChange>, entries: &[&Entry], rest: &[&FileChange]| {
        let others: Vec<String> =
            rest.iter().map(|change| masker.mask(&change.patched).into_owned()).collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        Step {
            changes,
            title: message::subject(entries, &others),
            message: message::message(entries, &others),
            ids: entries.iter().map(|entry| entry.item.id.to_owned()).collect(),
            fingerprints: entries.iter().map(|entry| entry.item.fingerprint.clone()).collect(),
        }
    };
    if how == CommitArg::One {
        let of = |root: &PathBuf| {
            let own = |change: &&FileChange| repositories.holds(root, change);
            let entries =
                items.iter().zip(&entries).filter(|(item, _)| item.changes.iter().any(|one| own(&one)));
            let entries: Vec<&Entry> = entries.map(|(_, entry)| entry).collect();
            let rest: Vec<&FileChange> = rest.iter().copied().filter(own).collect();
            step(plan.changes.iter().filter(own).collect(), &entries, &rest)
        };
        return Ok(repositories.trees.keys().map(of).collect());
    }
    let each = items.iter().zip(&entries);
    let mut steps: Vec<Step<'p>> =
        each.map(|(item, entry)| step(item.changes.iter().collect(), &[entry], &[])).collect();
    if !rest.is_empty() {
        let others = rest.clone();
        steps.push(step(rest, &[], &others));
    }
    Ok(steps)
}
