//! Names of a Redis that nobody reads: those of one mapping are one finding, since one without the others names nothing.

use super::{META, coordinate};
use crate::plan::build::ignored_places;
use crate::plan::{Finding, Intent, Remedy};
use crate::project::{At, Installation, Place, Why};

pub fn ignored(installation: &Installation<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for name in META.settings {
        let answer = installation.setting(name);
        let unread = answer.ignored.iter().any(|one| matches!(one.why, Why::NotRead(_)));
        for finding in ignored_places(installation, &META, &answer) {
            let finding = if unread && finding.state == "not_read" {
                coordinate(installation, finding, "write it as this release reads it")
            } else {
                finding
            };
            match findings.iter_mut().find(|other| belong_together(other, &finding)) {
                Some(other) => join(other, finding),
                None => findings.push(finding),
            }
        }
    }
    findings
}

/// Entries that leave one mapping for another one, or are renamed in one.
fn belong_together(one: &Finding, other: &Finding) -> bool {
    let to = |finding: &Finding| match &finding.remedy {
        Remedy::Fix(fix) => match fix.intents.first() {
            Some(Intent::Move(_, to)) => Some(to.clone()),
            _ => mapping(&finding.place),
        },
        Remedy::Advice(_) => mapping(&finding.place).filter(|_| finding.state == "wrong_section"),
    };
    let kind = |finding: &Finding| matches!(finding.remedy, Remedy::Fix(_));
    one.state == other.state && kind(one) == kind(other) && to(one).is_some() && to(one) == to(other)
}

/// The mapping that a place stands in, with its file.
fn mapping(place: &Place) -> Option<Place> {
    match &place.at {
        At::Yaml { doc, path } => Some(Place::yaml(place.file, *doc, path.split_last()?.0)),
        _ => None,
    }
}

fn join(finding: &mut Finding, other: Finding) {
    match (&mut finding.remedy, other.remedy) {
        (Remedy::Fix(fix), Remedy::Fix(more)) => {
            fix.title = format!("{}, {}", fix.title, more.title);
            fix.intents.extend(more.intents);
            fix.assumptions.retain(|one| !one.contains(" activates "));
            fix.assumptions.push("this activates them: they were not in force before".into());
            finding.why = "they look set, but nothing of it is in force".into();
        }
        (Remedy::Advice(advice), _) => {
            advice.text = "remove them there, or put them where LiteLLM reads them".into();
            finding.why = "they look set, but nothing of it is in force there".into();
        }
        (Remedy::Fix(_), Remedy::Advice(_)) => return,
    }
    finding.related.push((other.place, "ignored likewise".into()));
    let places = std::iter::once(&finding.place).chain(finding.related.iter().map(|(place, _)| place));
    let names: Vec<String> = places.map(|place| format!("`{}`", last(place))).collect();
    finding.title = format!("{} are ignored: LiteLLM reads no such names there", names.join(", "));
}

fn last(place: &Place) -> &str {
    match &place.at {
        At::Yaml { path, .. } => path.last_key().unwrap_or_default(),
        At::Env(name) => name,
        At::Line(_) => "",
    }
}
