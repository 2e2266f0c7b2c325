//! The plan: every finding, its fix proven alone, and the combined change of all that the rules admit.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value as Json;

use super::apply::{Stop, apply};
use super::cite;
use super::decision::{Decision, Decisions};
use super::effort;
use super::finding::{Finding, Fix, Intent, Prominence, Remedy, Safety, Severity};
use super::fingerprint::{Found, Names};
use super::hand;
use super::named;
use super::outcome::{Fate, FileChange, Item, Plan, Unused};
use super::patched::PatchRoot;
use super::replay::{Recorded, Said};
use super::rules::Rules;
use super::suppress::{self, Suppressions};
use super::transform::Transform;
use crate::document::Value;
use crate::project::{At, Block, FileId, Files, Idle, Installation, Layer, Parts, Place};

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

pub(super) struct Planner<'a> {
    pub(super) installations: &'a [Parts],
    pub(super) names: Arc<Names>,
    pub(super) patch_root: PatchRoot,
    /// The texts on disk, by file.
    pub(super) originals: Vec<Arc<str>>,
    pub(super) transforms: &'a [Transform],
    pub(super) rules: &'a [Rules],
    pub(super) decisions: Option<&'a Decisions>,
    pub(super) suppressions: Suppressions,
    /// Files that too much is to be tried on.
    pub(super) overloaded: RefCell<Vec<bool>>,
    /// The fingerprints of what changed files so far.
    pub(super) order: RefCell<Vec<String>>,
    /// The positions of the decisions of before, by the fingerprints that they are about.
    pub(super) replayed: RefCell<HashMap<String, usize>>,
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
        let files = self.combine(files, &mut items)?;
        let changes = self.changes(|id| &self.originals[id.0], &files);
        items.iter_mut().for_each(weigh);
        items.sort_by(|a, b| {
            b.finding.severity.cmp(&a.finding.severity).then_with(|| a.spot.order().cmp(&b.spot.order()))
        });
        let left = match changes.is_empty() {
            true => items.iter().filter(|item| item.is_open()).map(Item::open).collect(),
            false => self.left(&files)?,
        };
        let (order, recorded) = (self.order.take(), self.recorded_answers(&items));
        Ok(Plan { items, changes, unused_suppressions, known, left, order, after: files, recorded })
    }

    pub(super) fn active(&self, installation: usize) -> impl Iterator<Item = &Transform> {
        self.transforms.iter().filter(move |transform| self.rules[installation].runs(transform.meta.id))
    }

    pub(super) fn view<'f>(&'f self, installation: usize, files: &'f Files) -> Installation<'f> {
        Installation::new(files, &self.installations[installation])
    }

    pub(super) fn assess(
        &self,
        transform: &Transform,
        installation: usize,
        view: &Installation<'_>,
    ) -> Result<Vec<Found>, String> {
        let id = transform.meta.id;
        let rules = &self.rules[installation];
        let findings = assess_each(transform, view, &rules.params(id, &[]))
            .map_err(|error| format!("parameters of {id}: {error}"))?;
        let mut all = self.names.found(id, installation, view, findings);
        if let Some(replay) = &rules.replay {
            for found in &all {
                if let Some(at) = replay.find(id, &found.finding, view.files)? {
                    self.replayed.borrow_mut().insert(found.fingerprint.clone(), at);
                }
            }
        }
        for found in &mut all {
            let Some(answers) = self.answers(installation, &found.fingerprint) else { continue };
            let changed = assess_each(transform, view, &rules.params(id, &answers))
                .map_err(|error| format!("{id}: {error}"))?;
            let changed = self.names.found(id, installation, view, changed);
            if let Some(new) = changed.into_iter().find(|new| new.fingerprint == found.fingerprint) {
                *found = new;
            }
        }
        for found in &mut all {
            if let Remedy::Fix(fix) = &mut found.finding.remedy {
                named::complete(fix);
                fix.safety = rules.tier(id, fix);
                let typed = self.answers(installation, &found.fingerprint).unwrap_or_default();
                let answered = |param: &str| {
                    rules.params.get(id).is_some_and(|all| all.contains_key(param))
                        || typed.iter().any(|(one, _)| one == param)
                };
                for question in fix.questions.iter_mut().filter(|question| answered(question.param)) {
                    question.required = false;
                    // It is a reason for the value that nobody chose.
                    question.reason.clear();
                }
            }
        }
        if rules.asks_for(id) {
            all.iter_mut().for_each(|found| found.finding.prominence = Prominence::Own);
        }
        all.retain(|found| found.finding.prominence != Prominence::Offer);
        if let Some(idle) = view.idle().filter(|_| !rules.asks_for(id)) {
            let without_effect = all.iter_mut().filter(|found| is_idle(view, &found.finding, idle));
            without_effect.for_each(|found| found.finding.prominence = Prominence::Idle(idle));
        }
        Ok(all)
    }

    fn answers(&self, installation: usize, fingerprint: &str) -> Option<Vec<(String, Json)>> {
        let answers = match self.decisions {
            Some(decisions) => match decisions.get(fingerprint)? {
                Decision::Yes { answers, .. } => answers,
                Decision::No | Decision::Left | Decision::Ignore { .. } => return None,
            },
            None => match &self.recorded(installation, fingerprint)?.said {
                Said::Yes(answers) => answers,
                Said::No | Said::Ignored => return None,
            },
        };
        let json = |(param, value): &(String, Value)| (param.clone(), to_json(value));
        (!answers.is_empty()).then(|| answers.iter().map(json).collect())
    }

    /// What decisions of before say to fixes.
    fn recorded_answers(&self, items: &[Item]) -> Decisions {
        let answer = |item: &Item| {
            let Remedy::Fix(fix) = &item.finding.remedy else { return None };
            let recorded = self.recorded(item.installation, &item.fingerprint)?;
            let decision = match &recorded.said {
                Said::Yes(answers) if recorded.takes(fix).is_ok() => {
                    Decision::Yes { answers: answers.clone(), confirmed: fix.safety == Safety::Hazardous }
                }
                Said::No => Decision::No,
                Said::Yes(_) | Said::Ignored => return None,
            };
            Some((item.fingerprint.clone(), decision))
        };
        Decisions(items.iter().filter_map(answer).collect())
    }

    /// The decision of before about a finding.
    pub(super) fn recorded(&self, installation: usize, fingerprint: &str) -> Option<&Recorded> {
        let replay = self.rules[installation].replay.as_ref()?;
        replay.entries.get(*self.replayed.borrow().get(fingerprint)?)
    }

    fn item(
        &self,
        transform: &Transform,
        installation: usize,
        found: Found,
        view: &Installation<'_>,
        used: &mut [bool],
    ) -> Result<Item, String> {
        let Found { fingerprint, mut finding } = found;
        let files = view.files;
        let id = transform.meta.id;
        let mut changes_alone = Vec::new();
        let fate = if let Some(reason) = self.suppressed(id, &finding.place, used) {
            Fate::Suppressed(reason)
        } else if let Some(recorded) =
            self.recorded(installation, &fingerprint).filter(|one| one.said == Said::Ignored)
        {
            Fate::Suppressed(recorded.reason())
        } else if self.admits(id, installation, &fingerprint, &finding).is_ok() {
            // It is proven where it is applied: on the result of the fixes before it.
            Fate::LeftOut(String::new())
        } else {
            match self.attempt(transform, installation, &fingerprint, &finding, files)? {
                Err(fate) => fate,
                Ok(after) => {
                    changes_alone = self.changes(|id| files.text(id), &after);
                    Fate::LeftOut(String::new())
                }
            }
        };
        if let (Fate::Refused(_), Remedy::Fix(fix)) = (&fate, &mut finding.remedy) {
            fix.by_hand = Some(hand::lines(view, fix));
        }
        let related = cite::related(view, &finding);
        let spot = files.spot(&finding.place);
        Ok(Item { id, installation, fingerprint, finding, spot, related, fate, changes: changes_alone })
    }

    /// The files after the fix of a finding, proven: every edit, and that the finding is gone afterwards.
    pub(super) fn attempt(
        &self,
        transform: &Transform,
        installation: usize,
        fingerprint: &str,
        finding: &Finding,
        files: &Files,
    ) -> Result<Result<Files, Fate>, String> {
        let Remedy::Fix(fix) = &finding.remedy else { return Ok(Err(Fate::Advice)) };
        let overloaded = |file: FileId| self.overloaded.borrow().get(file.0) == Some(&true);
        if let Some(file) =
            fix.intents.iter().map(|intent| intent.place().file).find(|file| overloaded(*file))
        {
            let reason = format!(
                "{}: it needs more fixes than can be proven in reasonable time; fix a part by hand, or split the file",
                files.get(file).shown
            );
            return Ok(Err(Fate::Refused(reason)));
        }
        let after = match apply(files, &fix.intents) {
            Ok(after) => after,
            Err(Stop::Foreseen(reason)) => return Ok(Err(Fate::Refused(reason))),
            Err(Stop::Failed(reason)) => return Ok(Err(Fate::Failed(reason))),
        };
        let left = self.assess(transform, installation, &self.view(installation, &after))?;
        if left.iter().any(|found| found.fingerprint == fingerprint) {
            let reason = format!(
                "{}: the finding is still there after its fix (check: finding-gone)",
                transform.meta.id
            );
            return Ok(Err(Fate::Failed(reason)));
        }
        if let Some(harm) = self.harm(installation, fix, files, &after)? {
            return Ok(Err(Fate::Refused(format!("once it is effective: {harm}"))));
        }
        Ok(Ok(after))
    }

    /// What a fix would bring about: the title of a finding that was not there before and that is critical; of one that activates
    /// something also high, without a fix of its own.
    fn harm(
        &self,
        installation: usize,
        fix: &Fix,
        before: &Files,
        after: &Files,
    ) -> Result<Option<String>, String> {
        let activates = |intent: &Intent| matches!(intent, Intent::Move(..) | Intent::Rename(..));
        let activates = fix.intents.iter().any(activates);
        let [before, after] = [before, after].map(|files| self.view(installation, files));
        for transform in self.transforms {
            let harmful = |found: &Found| match found.finding.severity {
                Severity::Critical => true,
                Severity::High => activates && !matches!(found.finding.remedy, Remedy::Fix(_)),
                Severity::Medium | Severity::Low => false,
            };
            let mut new = self.assess(transform, installation, &after)?;
            new.retain(harmful);
            if new.is_empty() {
                continue;
            }
            let old = self.assess(transform, installation, &before)?;
            let known = |found: &Found| old.iter().any(|one| one.fingerprint == found.fingerprint);
            if let Some(found) = new.into_iter().find(|found| !known(found)) {
                return Ok(Some(found.finding.title));
            }
        }
        Ok(None)
    }

    pub(super) fn changes<'t>(&self, before: impl Fn(FileId) -> &'t str, after: &Files) -> Vec<FileChange> {
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
    pub(super) fn note(&self, fingerprint: &str, changes: &[FileChange]) {
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

    /// What the user or the rules say to a fix; the error is what would admit it.
    pub(super) fn admits(
        &self,
        id: &str,
        installation: usize,
        fingerprint: &str,
        finding: &Finding,
    ) -> Result<(), Fate> {
        let Remedy::Fix(fix) = &finding.remedy else { return Err(Fate::Advice) };
        match self.decisions {
            None => match self.recorded(installation, fingerprint) {
                Some(recorded) => match recorded.said {
                    Said::Yes(_) => recorded.takes(fix).map_err(Fate::LeftOut),
                    Said::No => Err(Fate::Declined),
                    Said::Ignored => Err(Fate::Suppressed(recorded.reason())),
                },
                None => {
                    let rules = &self.rules[installation];
                    let said = rules.leave_it(id, &finding.setting, fix).and_then(|()| rules.admit(id, fix));
                    said.map_err(Fate::LeftOut)
                }
            },
            Some(decisions) => match decisions.get(fingerprint) {
                Some(Decision::Yes { confirmed, .. }) if *confirmed || fix.safety != Safety::Hazardous => {
                    Ok(())
                }
                Some(Decision::Ignore { reason }) => Err(Fate::Suppressed(reason.clone())),
                Some(_) => Err(Fate::Declined),
                None => Err(Fate::LeftOut("--interactive".into())),
            },
        }
    }

    /// Applies what is admitted, in registry order, each fix computed on the result of the one before.
    fn combine(&self, mut files: Files, items: &mut Vec<Item>) -> Result<Files, String> {
        let mut last_id = "";
        for transform in self.transforms {
            for item in items
                .iter_mut()
                .filter(|item| item.id == transform.meta.id && matches!(item.fate, Fate::LeftOut(_)))
            {
                match self.admits(item.id, item.installation, &item.fingerprint, &item.finding) {
                    Err(fate) => {
                        if let Fate::Suppressed(reason) = &fate {
                            let after =
                                ignore_by_comment(&files, item, reason).unwrap_or_else(|| files.clone());
                            item.changes = self.changes(|id| files.text(id), &after);
                            self.note(&item.fingerprint, &item.changes);
                            files = after;
                        }
                        item.fate = fate;
                    }
                    Ok(()) => self.apply_item(transform, item, &mut files, &mut last_id)?,
                }
            }
        }
        let changed = items.iter().any(|item| item.fate == Fate::Applied);
        if changed {
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
        let now = self.assess(transform, item.installation, &self.view(item.installation, files))?;
        let Some(found) = now.into_iter().find(|found| found.fingerprint == item.fingerprint) else {
            item.fate = Fate::Mended(last_id);
            return Ok(());
        };
        match self.attempt(transform, item.installation, &found.fingerprint, &found.finding, files)? {
            Ok(after) => {
                item.changes = self.changes(|id| files.text(id), &after);
                self.note(&item.fingerprint, &item.changes);
                item.fate = Fate::Applied;
                *files = after;
                *last_id = transform.meta.id;
            }
            // What is only advice now was mended by what came before.
            Err(Fate::Advice) => item.fate = Fate::Mended(last_id),
            Err(fate) => item.fate = fate,
        }
        Ok(())
    }
}

/// The findings of a transform; where several processes run the configuration, also what only shows in one of them.
fn assess_each(
    transform: &Transform,
    installation: &Installation<'_>,
    params: &Json,
) -> Result<Vec<Finding>, String> {
    let mut all = transform.assess(installation, params)?;
    for alone in installation.each_alone() {
        let mut more = transform.assess(&alone.view(installation.files), params)?;
        more.retain(|finding| {
            let same = |other: &Finding| {
                (&other.place, &other.setting, other.state)
                    == (&finding.place, &finding.setting, finding.state)
            };
            alone.holds(&finding.place) && !all.iter().any(same)
        });
        all.append(&mut more);
    }
    Ok(all)
}

pub(super) fn is_silenced(suppressions: &Suppressions, id: &str, place: &Place) -> bool {
    !suppressions.covering(id, place).is_empty()
}

/// In a plan, a finding has the severity that it has here.
fn weigh(item: &mut Item) {
    if !matches!(item.fate, Fate::Failed(_)) {
        item.finding.severity = item.finding.weight();
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
        At::Variable { doc, block: Block { path, .. }, .. } | At::Argument { doc, command: path, .. } => {
            let (closest, _) = files.yaml(item.finding.place.file)?.closest(*doc, path)?;
            Place::yaml(item.finding.place.file, *doc, closest)
        }
        _ => item.finding.place.clone(),
    };
    apply(files, &[Intent::Comment(place, text)]).ok()
}

/// A value as JSON; a value that JSON has not is null there.
pub(crate) fn to_json(value: &Value) -> Json {
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

/// Whether a finding is without effect where nothing of the configuration is in force: of a sample all of them, else those in it.
fn is_idle(view: &Installation<'_>, finding: &Finding, idle: Idle) -> bool {
    let inside = |layer: &Layer| match &finding.place.at {
        At::Yaml { doc, path } => {
            layer.file == finding.place.file && layer.doc == *doc && layer.config.contains(path)
        }
        At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => false,
    };
    idle == Idle::Sample || view.parts.layers.iter().any(inside)
}
