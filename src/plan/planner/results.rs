//! The findings of the results that kustomizations make of one installation: the same one of several is one, and a change for some of them
//! leaves the others as they are.

use crate::plan::finding::{Advice, Finding, Fix, Intent, Prominence, Remedy, Safety};
use crate::plan::recommend::hand;
use crate::project::{Installation, Place};

/// A finding, and what it says in the results that have it.
struct Several {
    finding: Finding,
    /// The titles, each with the positions of its results.
    titles: Vec<(String, Vec<usize>)>,
}

/// What is found in any of the results. What is not so in all of them says in which it is.
pub(in crate::plan) fn merged(results: &[Installation<'_>], of_each: Vec<Vec<Finding>>) -> Vec<Finding> {
    let mut all: Vec<Several> = Vec::new();
    for (at, findings) in of_each.into_iter().enumerate() {
        for mut finding in findings {
            finding.results = vec![at];
            let same = |known: &&mut Several| {
                !known.finding.results.contains(&at) && is_same(&known.finding, &finding)
            };
            match all.iter_mut().find(same) {
                Some(known) => known.join(results, finding),
                None => {
                    let titles = vec![(finding.title.clone(), vec![at])];
                    all.push(Several { finding, titles });
                }
            }
        }
    }
    all.into_iter().map(|one| one.told(results)).collect()
}

/// Why a change for some results may not be made: another one would be changed by it.
pub(in crate::plan) fn changed_besides(
    before: &Installation<'_>,
    after: &Installation<'_>,
    finding: &Finding,
    fix: &Fix,
) -> Option<String> {
    if finding.results.is_empty() {
        return None;
    }
    let places: Vec<&Place> = fix.intents.iter().map(Intent::place).collect();
    let pairs = before.results().into_iter().zip(after.results()).enumerate();
    let mut others = pairs.filter(|(at, _)| !finding.results.contains(at));
    let (_, (other, _)) = others.find(|(_, (before, after))| before.is_changed_by(&places, after))?;
    let file = before.shown(places.first()?.file);
    Some(format!("{file} is a part of {} too, which it would change", other.parts.name))
}

/// The view in which a finding was made.
pub(in crate::plan) fn of_finding<'a>(
    view: &Installation<'a>,
    finding: &Finding,
) -> Option<Installation<'a>> {
    let first = *finding.results.first()?;
    view.results().into_iter().nth(first)
}

fn is_same(one: &Finding, other: &Finding) -> bool {
    (&one.place, &one.setting, one.state) == (&other.place, &other.setting, other.state)
}

impl Several {
    fn join(&mut self, results: &[Installation<'_>], other: Finding) {
        match self.titles.iter_mut().find(|(title, _)| *title == other.title) {
            Some((_, own)) => own.extend(&other.results),
            None => self.titles.push((other.title.clone(), other.results.clone())),
        }
        let own = &mut self.finding;
        own.severity = own.severity.max(other.severity);
        if other.prominence == Prominence::Own {
            own.prominence = Prominence::Own;
        }
        let new: Vec<_> = other.related.into_iter().filter(|one| !own.related.contains(one)).collect();
        own.related.extend(new);
        let views = [&own.results, &other.results].map(|at| at.first().and_then(|at| results.get(*at)));
        let remedy = std::mem::replace(&mut own.remedy, Remedy::Advice(Advice::default()));
        own.remedy = match (remedy, other.remedy) {
            (Remedy::Fix(fix), Remedy::Fix(other)) if fix.intents == other.intents => {
                Remedy::Fix(both(fix, other))
            }
            (Remedy::Fix(fix), Remedy::Fix(other)) => {
                let parts = [(views[0], &fix), (views[1], &other)];
                Remedy::Advice(each_by_hand(parts.into_iter().filter_map(|(view, fix)| Some((view?, fix)))))
            }
            // What may not be written for one of them is not written for the other.
            (advice @ Remedy::Advice(_), _) | (_, advice) => advice,
        };
        own.results.extend(other.results);
    }

    /// The finding with what the reader must know of the results.
    fn told(self, results: &[Installation<'_>]) -> Finding {
        let Self { mut finding, titles } = self;
        let names = |of: &[usize]| {
            let names: Vec<&str> =
                of.iter().filter_map(|at| Some(results.get(*at)?.parts.name.as_str())).collect();
            names.join(" and ")
        };
        if finding.results.len() < results.len() || titles.len() > 1 {
            let told: Vec<String> =
                titles.iter().map(|(title, of)| format!("in {}: {title}", names(of))).collect();
            finding.title = told.join("; ");
        }
        mind_unread(results, &mut finding);
        if finding.results.len() == results.len() {
            finding.results.clear();
        }
        finding
    }
}

/// A fix that two results want alike.
fn both(mut fix: Fix, other: Fix) -> Fix {
    fix.safety = fix.safety.max(other.safety);
    let new: Vec<String> =
        other.assumptions.into_iter().filter(|text| fix.assumptions.iter().all(|own| own != text)).collect();
    fix.assumptions.extend(new);
    fix
}

/// What each result wants, for who decides.
fn each_by_hand<'f>(fixes: impl Iterator<Item = (&'f Installation<'f>, &'f Fix)>) -> Advice {
    let mut advice =
        Advice { text: "decide by hand: each of them wants another change".into(), ..Advice::default() };
    for (view, fix) in fixes {
        let own = hand::lines(view, fix);
        let headed = own.lines.first().is_some_and(|line| line.starts_with("# "));
        let goes = if headed { String::new() } else { format!(": {}", own.goes) };
        advice.lines.push(format!("# in {}{goes}", view.parts.name));
        advice.lines.extend(own.lines);
        advice.goes = "where the comments above the lines say".into();
    }
    advice
}

/// Where it cannot be seen what another result has, what a shared file says may be effective there too.
fn mind_unread(results: &[Installation<'_>], finding: &mut Finding) {
    let Remedy::Fix(fix) = &mut finding.remedy else { return };
    for (_, other) in results.iter().enumerate().filter(|(at, _)| !finding.results.contains(at)) {
        if let Some(unread) = &other.shared_setting(&finding.setting).unseen {
            fix.safety = fix.safety.max(Safety::Review);
            fix.assumptions.push(format!("it is right in {} too: {}", other.parts.name, unread.what.words()));
        }
    }
}
