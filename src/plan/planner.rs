//! The plan: every finding, its fix proven alone, and the combined change of all that the rules admit.

use std::sync::Arc;

use serde_json::Value as Json;

use super::apply::{Stop, apply};
use super::decision::{Decision, Decisions};
use super::finding::{Finding, Intent, Remedy, Safety};
use super::outcome::{Fate, FileChange, Item, Plan, Unused};
use super::rules::Rules;
use super::suppress::{self, Suppression};
use super::transform::Transform;
use crate::document::Value;
use crate::project::{At, Files, Installation, Place, Project};

/// How often the whole registry may run before the plan counts as settled: a fix may uncover what another one mends.
const PASSES: usize = 8;

/// Plans a project. `rules` has one entry per installation. With `decisions`, only what the user said yes to is applied.
///
/// # Errors
/// Parameters that a transform rejects.
pub fn plan(
    project: &Project,
    transforms: &[Transform],
    rules: &[Rules],
    decisions: Option<&Decisions>,
) -> Result<Plan, String> {
    let planner =
        Planner { project, transforms, rules, decisions, suppressions: suppress::find(&project.files) };
    planner.run()
}

struct Planner<'a> {
    project: &'a Project,
    transforms: &'a [Transform],
    rules: &'a [Rules],
    decisions: Option<&'a Decisions>,
    suppressions: Vec<Suppression>,
}

/// A finding with its identity.
struct Found {
    fingerprint: String,
    finding: Finding,
}

impl Planner<'_> {
    fn run(&self) -> Result<Plan, String> {
        let mut used = vec![false; self.suppressions.len()];
        let mut items = Vec::new();
        for installation in 0..self.project.installations.len() {
            for transform in self.active(installation) {
                for found in self.assess(transform, installation, &self.project.files)? {
                    items.push(self.item(transform, installation, found, &mut used)?);
                }
            }
        }
        let files = self.combine(&mut items)?;
        let changes = changes(&self.project.files, &files);
        let unused_suppressions = self.unused(&used);
        Ok(Plan { items, changes, unused_suppressions })
    }

    fn active(&self, installation: usize) -> impl Iterator<Item = &Transform> {
        self.transforms.iter().filter(move |transform| self.rules[installation].runs(transform.meta.id))
    }

    fn assess(&self, transform: &Transform, index: usize, files: &Files) -> Result<Vec<Found>, String> {
        let parts = &self.project.installations[index];
        let installation = Installation { files, parts };
        let id = transform.meta.id;
        let rules = &self.rules[index];
        let findings = transform
            .assess(&installation, &rules.params(id, &[]))
            .map_err(|error| format!("parameters of {id}: {error}"))?;
        let mut all = with_fingerprints(id, &parts.name, files, findings);
        for found in &mut all {
            let Some(answers) = self.answers(&found.fingerprint) else { continue };
            let changed = transform
                .assess(&installation, &rules.params(id, &answers))
                .map_err(|error| format!("{id}: {error}"))?;
            let changed = with_fingerprints(id, &parts.name, files, changed);
            if let Some(new) = changed.into_iter().find(|new| new.fingerprint == found.fingerprint) {
                *found = new;
            }
        }
        Ok(all)
    }

    fn answers(&self, fingerprint: &str) -> Option<Vec<(String, Json)>> {
        match self.decisions?.get(fingerprint)? {
            Decision::Yes { answers, .. } if !answers.is_empty() => {
                Some(answers.iter().map(|(param, value)| (param.clone(), to_json(value))).collect())
            }
            _ => None,
        }
    }

    fn item(
        &self,
        transform: &Transform,
        installation: usize,
        found: Found,
        used: &mut [bool],
    ) -> Result<Item, String> {
        let Found { fingerprint, finding } = found;
        let files = &self.project.files;
        let id = transform.meta.id;
        let mut changes_alone = Vec::new();
        let fate = if let Some(reason) = self.suppressed(id, &finding.place, used) {
            Fate::Suppressed(reason)
        } else if let Remedy::Fix(fix) = &finding.remedy {
            match apply(files, &fix.intents) {
                Err(Stop::Foreseen(reason)) => Fate::Refused(reason),
                Err(Stop::Failed(reason)) => Fate::Failed(reason),
                Ok(after) => {
                    changes_alone = changes(files, &after);
                    if changes_alone.is_empty()
                        || self.finds(transform, installation, &after, &fingerprint)?
                    {
                        Fate::Failed(format!(
                            "{id}: the finding would still be there after the fix (check: finding-gone)"
                        ))
                    } else {
                        self.rules[installation]
                            .admit(id, fix)
                            .map_or_else(Fate::LeftOut, |()| Fate::LeftOut(String::new()))
                    }
                }
            }
        } else {
            Fate::Advice
        };
        let related = finding.related.iter().map(|(place, text)| (files.spot(place), text.clone())).collect();
        let spot = files.spot(&finding.place);
        Ok(Item { id, installation, fingerprint, finding, spot, related, fate, changes: changes_alone })
    }

    fn finds(
        &self,
        transform: &Transform,
        installation: usize,
        files: &Files,
        fingerprint: &str,
    ) -> Result<bool, String> {
        Ok(self.assess(transform, installation, files)?.iter().any(|found| found.fingerprint == fingerprint))
    }

    fn suppressed(&self, id: &str, place: &Place, used: &mut [bool]) -> Option<String> {
        let mut reason = None;
        for (suppression, used) in self.suppressions.iter().zip(used) {
            if suppression.id == id && suppression.covers(place) {
                *used = true;
                reason.get_or_insert_with(|| suppression.reason.clone());
            }
        }
        reason
    }

    fn unused(&self, used: &[bool]) -> Vec<Unused> {
        let runs = |id: &str| {
            self.rules.iter().any(|rules| rules.runs(id))
                && self.transforms.iter().any(|one| one.meta.id == id)
        };
        let unused = self.suppressions.iter().zip(used).filter(|(one, used)| !**used && runs(&one.id));
        unused
            .map(|(one, _)| Unused { spot: self.project.files.spot(&one.place), id: one.id.clone() })
            .collect()
    }

    /// What the user or the rules say to a fix; the error is what would admit it.
    fn admits(&self, item: &Item, decided: bool) -> Result<(), Fate> {
        let Remedy::Fix(fix) = &item.finding.remedy else { return Err(Fate::Advice) };
        let rules = &self.rules[item.installation];
        match self.decisions {
            None => rules.admit(item.id, fix).map_err(Fate::LeftOut),
            Some(_) if !decided => Err(Fate::LeftOut("--interactive".into())),
            Some(decisions) => match decisions.get(&item.fingerprint) {
                Some(Decision::Yes { confirmed, .. })
                    if *confirmed || rules.tier(item.id, fix) != Safety::Hazardous =>
                {
                    Ok(())
                }
                Some(Decision::Ignore { reason }) => Err(Fate::Suppressed(reason.clone())),
                Some(_) => Err(Fate::Declined),
                None => Err(Fate::LeftOut("--interactive".into())),
            },
        }
    }

    /// Applies what is admitted, in registry order, each fix computed on the result of the one before.
    fn combine(&self, items: &mut Vec<Item>) -> Result<Files, String> {
        let mut files = self.project.files.clone();
        let mut last_id = "";
        for transform in self.transforms {
            for item in items
                .iter_mut()
                .filter(|item| item.id == transform.meta.id && matches!(item.fate, Fate::LeftOut(_)))
            {
                match self.admits(item, true) {
                    Err(fate) => {
                        if let Fate::Suppressed(reason) = &fate
                            && let Some(after) = ignore_by_comment(&files, item, reason)
                        {
                            item.changes = changes(&files, &after);
                            files = after;
                        }
                        item.fate = fate;
                    }
                    Ok(()) => self.apply_item(transform, item, &mut files, &mut last_id)?,
                }
            }
        }
        if self.decisions.is_none() {
            self.settle(items, &mut files)?;
        }
        Ok(files)
    }

    fn apply_item(
        &self,
        transform: &Transform,
        item: &mut Item,
        files: &mut Files,
        last_id: &mut &'static str,
    ) -> Result<(), String> {
        let now = self.assess(transform, item.installation, files)?;
        let Some(found) = now.into_iter().find(|found| found.fingerprint == item.fingerprint) else {
            item.fate = Fate::Mended(last_id);
            return Ok(());
        };
        let Remedy::Fix(fix) = &found.finding.remedy else {
            item.fate = Fate::Mended(last_id);
            return Ok(());
        };
        match apply(files, &fix.intents) {
            Ok(after) => {
                item.changes = changes(files, &after);
                item.fate = Fate::Applied;
                *files = after;
                *last_id = transform.meta.id;
            }
            Err(Stop::Foreseen(reason)) => item.fate = Fate::Refused(reason),
            Err(Stop::Failed(reason)) => item.fate = Fate::Failed(reason),
        }
        Ok(())
    }

    /// Applies what only shows after the fixes so far, until nothing new is found: a second run has nothing left to do.
    fn settle(&self, items: &mut Vec<Item>, files: &mut Files) -> Result<(), String> {
        for _ in 0..PASSES {
            let mut changed = false;
            for installation in 0..self.project.installations.len() {
                for transform in self.active(installation) {
                    if !items.iter().any(|item| item.fate == Fate::Applied) {
                        return Ok(());
                    }
                    for found in self.assess(transform, installation, files)? {
                        let known = items.iter().any(|item| item.fingerprint == found.fingerprint);
                        let Remedy::Fix(fix) = &found.finding.remedy else { continue };
                        let admitted = self.rules[installation].admit(transform.meta.id, fix).is_ok();
                        let silenced = self
                            .suppressions
                            .iter()
                            .any(|one| one.id == transform.meta.id && one.covers(&found.finding.place));
                        if known || !admitted || silenced {
                            continue;
                        }
                        let Ok(after) = apply(files, &fix.intents) else { continue };
                        items.push(Item {
                            id: transform.meta.id,
                            installation,
                            fingerprint: found.fingerprint,
                            spot: files.spot(&found.finding.place),
                            related: Vec::new(),
                            fate: Fate::Applied,
                            changes: changes(files, &after),
                            finding: found.finding,
                        });
                        *files = after;
                        changed = true;
                    }
                }
            }
            if !changed {
                break;
            }
        }
        Ok(())
    }
}

/// The files with a suppression comment for this finding; `None` where no comment can stand.
pub fn ignore_by_comment(files: &Files, item: &Item, reason: &str) -> Option<Files> {
    let text = suppress::comment_text(item.id, reason);
    let place = match &item.finding.place.at {
        At::Yaml { doc, path } => {
            let (closest, _) = files.yaml(item.finding.place.file)?.closest(*doc, path)?;
            Place::yaml(item.finding.place.file, *doc, closest)
        }
        _ => item.finding.place.clone(),
    };
    apply(files, &[Intent::Comment(place, text)]).ok()
}

fn changes(before: &Files, after: &Files) -> Vec<FileChange> {
    let mut changes: Vec<FileChange> = before
        .iter()
        .filter(|(id, _)| before.text(*id) != after.text(*id))
        .map(|(id, file)| FileChange {
            path: file.path.clone(),
            shown: file.shown.clone(),
            before: Arc::from(before.text(id)),
            after: Arc::from(after.text(id)),
        })
        .collect();
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

/// Names findings by what does not move: id, installation, setting, state, and the address in the file; equal ones are numbered.
fn with_fingerprints(id: &str, installation: &str, files: &Files, findings: Vec<Finding>) -> Vec<Found> {
    let mut seen: Vec<String> = Vec::new();
    findings
        .into_iter()
        .map(|finding| {
            let at = match &finding.place.at {
                At::Yaml { doc, path } => format!("{doc}:{path}"),
                At::Env(name) => name.clone(),
                At::Line(_) => "line".into(),
            };
            let file = &files.get(finding.place.file).shown;
            let name = [id, installation, &finding.setting, finding.state, file, &at].join("\u{1f}");
            let count = seen.iter().filter(|other| **other == name).count();
            seen.push(name.clone());
            Found {
                fingerprint: format!("{:016x}", fnv1a(format!("{name}\u{1f}{count}").as_bytes())),
                finding,
            }
        })
        .collect()
}

/// FNV-1a: the fingerprints must stay the same over releases, which the standard library's hasher does not promise.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null | Value::Other(_) => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Int(int) => i64::try_from(*int).map_or(Json::Null, Json::from),
        Value::Float(float) => Json::from(*float),
        Value::Str(text) => Json::from(text.as_str()),
        Value::Seq(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), to_json(value))).collect())
        }
    }
}
