//! The findings of the views of one installation: of the results that kustomizations make of it, and of the servers that run it. The same one
//! of several is one, and a change for some of them leaves the others as they are.

use std::collections::{HashMap, HashSet};

use crate::plan::finding::{Advice, Finding, Fix, Intent, Prominence, Remedy, Safety};
use crate::plan::planner::alike::Alike;
use crate::plan::recommend::hand;
use crate::plan::state::State;
use crate::project::{Installation, Place};

/// So many places are named one by one.
const SPELT_OUT: usize = 3;

/// A finding, and what it says in the views that have it.
struct Several {
    finding: Finding,
    /// The titles, each with the positions of its views.
    titles: Vec<(String, Vec<usize>)>,
    /// What each view wants, by its position.
    remedies: Vec<(usize, Remedy)>,
}

/// What is found in any of the views. What is not so in all of them says in which it is.
pub(in crate::plan) fn merged(views: &[Installation<'_>], of_each: Vec<Vec<Finding>>) -> Vec<Finding> {
    let mut all: Vec<Several> = Vec::new();
    let mut known: HashMap<Alike, Vec<usize>> = HashMap::new();
    for (at, findings) in of_each.into_iter().enumerate() {
        for mut finding in findings {
            finding.views = vec![at];
            let same = known.entry(Alike::of(&views[at], &finding)).or_default();
            let free = |one: &&usize| all[**one].finding.views.last() != Some(&at);
            match same.iter().find(free).copied() {
                Some(one) => all[one].join(finding),
                None => {
                    same.push(all.len());
                    all.push(Several::of(at, finding));
                }
            }
        }
    }
    let everywhere = found_everywhere(views, &all);
    all.into_iter().map(|one| one.told(views, &everywhere)).collect()
}

/// What is found of every server, be it at a place of its own.
fn found_everywhere(views: &[Installation<'_>], all: &[Several]) -> HashSet<(String, State)> {
    let mut having: HashMap<(&str, State), HashSet<usize>> = HashMap::new();
    for Several { finding, .. } in all {
        having.entry((&finding.setting, finding.state)).or_default().extend(&finding.views);
    }
    let servers = views.iter().all(|view| view.is_one_server());
    let whole = having.into_iter().filter(|(_, own)| servers && own.len() == views.len());
    whole.map(|((setting, state), _)| (setting.to_owned(), state)).collect()
}

/// Why a change for some views may not be made: another one would be changed by it.
pub(in crate::plan) fn changed_besides(
    before: &Installation<'_>,
    after: &Installation<'_>,
    finding: &Finding,
    fix: &Fix,
) -> Option<String> {
    if finding.views.is_empty() {
        return None;
    }
    let places: Vec<&Place> = fix.intents.iter().map(Intent::place).collect();
    let pairs = before.views().into_iter().zip(after.views()).enumerate();
    let mut others = pairs.filter(|(at, _)| !finding.views.contains(at));
    let (_, (other, _)) = others.find(|(_, (before, after))| before.is_changed_by(&places, after))?;
    let file = before.shown(places.first()?.file);
    Some(format!("{file} is a part of {} too, which it would change", other.parts.name))
}

/// The view in which a finding was made.
pub(in crate::plan) fn of_finding<'a>(
    view: &Installation<'a>,
    finding: &Finding,
) -> Option<Installation<'a>> {
    let views = view.views();
    let first = finding.views.first().copied();
    // What is so in all views was made in each of them.
    let first = first.or_else(|| views.first().filter(|one| one.is_one_server()).map(|_| 0))?;
    views.into_iter().nth(first)
}

impl Several {
    fn of(at: usize, mut finding: Finding) -> Self {
        let remedy = std::mem::replace(&mut finding.remedy, Remedy::Advice(Advice::default()));
        Self { titles: vec![(finding.title.clone(), vec![at])], remedies: vec![(at, remedy)], finding }
    }

    fn join(&mut self, other: Finding) {
        match self.titles.iter_mut().find(|(title, _)| *title == other.title) {
            Some((_, own)) => own.extend(&other.views),
            None => self.titles.push((other.title.clone(), other.views.clone())),
        }
        let own = &mut self.finding;
        own.severity = own.severity.max(other.severity);
        if other.prominence == Prominence::Own {
            own.prominence = Prominence::Own;
        }
        if own.place != other.place {
            own.related.push((other.place.clone(), "the same is so here".to_owned()));
        }
        let new: Vec<_> = other.related.into_iter().filter(|one| !own.related.contains(one)).collect();
        own.related.extend(new);
        self.remedies.extend(other.views.first().map(|at| (*at, other.remedy)));
        own.views.extend(other.views);
    }

    /// The finding with what the reader must know of the views.
    fn told(self, views: &[Installation<'_>], everywhere: &HashSet<(String, State)>) -> Finding {
        let Self { mut finding, titles, remedies } = self;
        let some = finding.views.len() < views.len()
            && !everywhere.contains(&(finding.setting.clone(), finding.state));
        if some || titles.len() > 1 {
            let told: Vec<String> =
                titles.iter().map(|(title, of)| format!("in {}: {title}", names(views, of))).collect();
            finding.title = told.join("; ");
        }
        finding.remedy = remedy(views, remedies);
        mind_others(views, &mut finding);
        if finding.views.len() == views.len() {
            finding.views.clear();
        }
        finding
    }
}

/// The names of views: of the servers of a result by that of the result, where all of them are meant, and of a server by its own, where all
/// results have it so.
fn names(views: &[Installation<'_>], of: &[usize]) -> String {
    let result = |view: &Installation<'_>| view.is_one_server().then(|| view.together().parts.name.clone());
    let several = views.iter().any(|view| result(view) != views.first().and_then(result));
    let all = |like: &dyn Fn(&Installation<'_>) -> bool| {
        views.iter().enumerate().all(|(at, view)| !like(view) || of.contains(&at))
    };
    let mut names: Vec<String> = Vec::new();
    for view in of.iter().filter_map(|at| views.get(*at)) {
        let own = &view.parts.name;
        let name = match result(view).filter(|_| several) {
            None => own.clone(),
            Some(whole) if all(&|other| result(other).as_ref() == Some(&whole)) => whole,
            Some(_) if all(&|other| other.parts.name == *own) => own.clone(),
            Some(whole) => format!("{whole} ({own})"),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(" and ")
}

/// What is done where each view wants something: what all want, what each wants at places of its own, or what somebody decides.
fn remedy(views: &[Installation<'_>], remedies: Vec<(usize, Remedy)>) -> Remedy {
    let mut fixes: Vec<(usize, Fix)> = Vec::new();
    let goes = goes(&remedies);
    for (at, remedy) in remedies {
        match remedy {
            Remedy::Fix(fix) => match fixes.iter_mut().find(|(_, own)| own.intents == fix.intents) {
                Some((_, own)) => *own = both(own.clone(), fix),
                None => fixes.push((at, fix)),
            },
            // What may not be written for one of them is not written for the other.
            Remedy::Advice(advice) => return Remedy::Advice(Advice { goes, ..advice }),
        }
    }
    let servers = views.iter().all(Installation::is_one_server);
    let apart = || {
        let mut places = HashSet::new();
        fixes.iter().flat_map(|(_, fix)| &fix.intents).all(|intent| places.insert(intent.place()))
    };
    if servers && fixes.len() > 1 && apart() {
        let joined = fixes.into_iter().map(|(_, fix)| fix).reduce(|mut own, mut other| {
            own.intents.append(&mut other.intents);
            both(own, other)
        });
        return joined.map_or_else(|| Remedy::Advice(Advice::default()), Remedy::Fix);
    }
    match <[_; 1]>::try_from(fixes) {
        Ok([(_, fix)]) => Remedy::Fix(fix),
        Err(fixes) => {
            Remedy::Advice(each_by_hand(fixes.iter().filter_map(|(at, fix)| Some((views.get(*at)?, fix)))))
        }
    }
}

/// Where the lines of advice go: to the places that those of the first are for, in each view that has the same lines.
fn goes(remedies: &[(usize, Remedy)]) -> String {
    let mut advices = remedies.iter().filter_map(|(_, remedy)| match remedy {
        Remedy::Advice(advice) => Some(advice),
        Remedy::Fix(_) => None,
    });
    let Some(first) = advices.next() else { return String::new() };
    let mut goes = vec![&*first.goes];
    for other in advices.filter(|other| other.lines == first.lines) {
        if !goes.contains(&&*other.goes) {
            goes.push(&other.goes);
        }
    }
    match goes.as_slice() {
        [first, second, third, _, ..] => {
            format!("{first}, {second}, {third} and {} more", goes.len() - SPELT_OUT)
        }
        few => few.join(" and "),
    }
}

/// A fix that two views want.
fn both(mut fix: Fix, other: Fix) -> Fix {
    fix.safety = fix.safety.max(other.safety);
    let new: Vec<String> =
        other.assumptions.into_iter().filter(|text| fix.assumptions.iter().all(|own| own != text)).collect();
    fix.assumptions.extend(new);
    fix
}

/// What each view wants, for who decides.
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

/// What a fix takes for granted of the other views that have what it changes: a value of theirs, or one that cannot be seen.
fn mind_others(views: &[Installation<'_>], finding: &mut Finding) {
    let Remedy::Fix(fix) = &mut finding.remedy else { return };
    for (at, other) in views.iter().enumerate() {
        let shared = !other.is_one_server()
            || fix.intents.iter().any(|intent| other.is_in_configuration(intent.place()));
        if !shared || finding.views.contains(&at) {
            continue;
        }
        let answer = other.shared_setting(&finding.setting);
        let why = match &answer.unseen {
            Some(unread) => unread.what.words(),
            None if other.is_one_server() && !answer.is_unset() => "it runs the same configuration".into(),
            None => continue,
        };
        fix.safety = fix.safety.max(Safety::Review);
        fix.assumptions.push(format!("it is right in {} too: {why}", other.parts.name));
    }
}
