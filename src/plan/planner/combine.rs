//! One change of all that is admitted: each fix is proven on the result of those before it.

use crate::plan::finding::{Finding, Fix, Intent, Remedy, Safety, Severity};
use crate::plan::fingerprint::Found;
use crate::plan::planner::apply::{Stop, apply};
use crate::plan::planner::outcome::{Fate, Item, Open};
use crate::plan::planner::plan::Planner;
use crate::plan::planner::views;
use crate::plan::said::admits::Admits;
use crate::plan::said::decision::Decision;
use crate::plan::said::replay::Said;
use crate::plan::said::suppress;
use crate::plan::transform::Transform;
use crate::project::{At, Block, FileId, Files, Installation, Place};

impl Planner<'_> {
    /// What the user or the rules say to a fix; the error is what would admit it.
    pub(in crate::plan) fn admits(
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
                None => Err(Fate::LeftOut(Admits::Interactive)),
            },
        }
    }

    /// Applies what is admitted, in registry order, each fix computed on the result of the one before. Gives the files, and what is
    /// left open in them where that is known then.
    pub(in crate::plan) fn combine(
        &self,
        mut files: Files,
        items: &mut Vec<Item>,
    ) -> Result<(Files, Option<Vec<Open>>), String> {
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
        let open = if changed { self.settle(items, &mut files)? } else { None };
        Ok((files, open))
    }

    fn apply_item(
        &self,
        transform: &Transform,
        item: &mut Item,
        files: &mut Files,
        last_id: &mut &'static str,
    ) -> Result<(), String> {
        let view = self.view(item.installation, files);
        let now = self.assess(transform, item.installation, &view)?;
        let Some(found) = now.into_iter().find(|found| found.fingerprint == item.fingerprint) else {
            item.fate = Fate::Mended(last_id);
            return Ok(());
        };
        match self.attempt(transform, item.installation, &found, &view)? {
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

    /// The files after the fix of a finding of this view, proven: every edit, and that the finding is gone afterwards.
    pub(in crate::plan) fn attempt(
        &self,
        transform: &Transform,
        installation: usize,
        found: &Found,
        before: &Installation<'_>,
    ) -> Result<Result<Files, Fate>, String> {
        let Remedy::Fix(fix) = &found.finding.remedy else { return Ok(Err(Fate::Advice)) };
        let overloaded = |file: FileId| self.overloaded.borrow().get(file.0) == Some(&true);
        if let Some(file) =
            fix.intents.iter().map(|intent| intent.place().file).find(|file| overloaded(*file))
        {
            let reason = format!(
                "{}: it needs more fixes than can be proven in reasonable time; fix a part by hand, or split the file",
                before.files.get(file).shown
            );
            return Ok(Err(Fate::Refused(reason)));
        }
        let after = match apply(before.files, &fix.intents) {
            Ok(after) => after,
            Err(Stop::Foreseen(reason)) => return Ok(Err(Fate::Refused(reason))),
            Err(Stop::Failed(reason)) => return Ok(Err(Fate::Failed(reason))),
        };
        let result = self.view(installation, &after);
        if let Some(reason) = views::changed_besides(before, &result, &found.finding, fix) {
            return Ok(Err(Fate::Refused(reason)));
        }
        let left = self.assess(transform, installation, &result)?;
        if left.iter().any(|one| one.fingerprint == found.fingerprint) {
            let reason = format!(
                "{}: the finding is still there after its fix (check: finding-gone)",
                transform.meta.id
            );
            return Ok(Err(Fate::Failed(reason)));
        }
        if let Some(harm) = self.harm(installation, fix, before, &result)? {
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
        before: &Installation<'_>,
        after: &Installation<'_>,
    ) -> Result<Option<String>, String> {
        let activates = |intent: &Intent| matches!(intent, Intent::Move(..) | Intent::Rename(..));
        let activates = fix.intents.iter().any(activates);
        let least = if activates { Severity::High } else { Severity::Critical };
        for transform in self.transforms.iter().filter(|one| one.meta.worst >= least) {
            let harmful = |found: &Found| {
                let severity = found.finding.severity;
                let mended = severity == Severity::High && matches!(found.finding.remedy, Remedy::Fix(_));
                severity >= least && !mended
            };
            let mut new = self.assess(transform, installation, after)?;
            new.retain(harmful);
            if new.is_empty() {
                continue;
            }
            let old = self.assess(transform, installation, before)?;
            let known = |found: &Found| old.iter().any(|one| one.fingerprint == found.fingerprint);
            if let Some(found) = new.into_iter().find(|found| !known(found)) {
                return Ok(Some(found.finding.title));
            }
        }
        Ok(None)
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
