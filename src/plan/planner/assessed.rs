//! What is found in an installation, with the parameters and the answers that are given, and what decisions of before say to it.

use serde_json::Value as Json;

use crate::document::Value;
use crate::plan::finding::{Finding, Prominence, Remedy, Safety};
use crate::plan::fingerprint::Found;
use crate::plan::planner::named;
use crate::plan::planner::outcome::Item;
use crate::plan::planner::plan::Planner;
use crate::plan::planner::views;
use crate::plan::recommend::words::to_json;
use crate::plan::said::decision::{Decision, Decisions};
use crate::plan::said::replay::{Recorded, Said};
use crate::plan::transform::Transform;
use crate::project::{At, Idle, Installation, Layer, Place};

impl Planner<'_> {
    pub(in crate::plan) fn assess(
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
        all.iter_mut().for_each(|found| found.finding.related.extend(condition(view, &found.finding)));
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
    pub(in crate::plan) fn recorded_answers(&self, items: &[Item]) -> Decisions {
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
    pub(in crate::plan) fn recorded(&self, installation: usize, fingerprint: &str) -> Option<&Recorded> {
        let replay = self.rules[installation].replay.as_ref()?;
        replay.entries.get(*self.replayed.borrow().get(fingerprint)?)
    }
}

/// The line of a template that decides whether what a finding is about is there at all.
fn condition(view: &Installation<'_>, finding: &Finding) -> Option<(Place, String)> {
    let place = view.condition(&finding.place)?;
    Some((place, "the template decides here whether that is in effect".to_owned()))
}

/// The findings of a transform in an installation, or in all views of it.
fn assess_each(
    transform: &Transform,
    installation: &Installation<'_>,
    params: &Json,
) -> Result<Vec<Finding>, String> {
    let views = installation.views();
    if views.is_empty() {
        return transform.assess(installation, params);
    }
    let of_each = views.iter().map(|view| transform.assess(view, params));
    Ok(views::merged(&views, of_each.collect::<Result<_, _>>()?))
}

/// Whether a finding is without effect where nothing of the configuration is effective: of a sample all of them, else those in it.
fn is_idle(view: &Installation<'_>, finding: &Finding, idle: Idle) -> bool {
    let inside = |layer: &Layer| match &finding.place.at {
        At::Yaml { doc, path } => {
            layer.file == finding.place.file && layer.doc == *doc && layer.config.contains(path)
        }
        At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => false,
    };
    idle == Idle::Sample || view.parts.layers.iter().any(inside)
}
