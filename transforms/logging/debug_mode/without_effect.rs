//! Places where debug output is switched on without effect.

use std::collections::HashSet;

use super::{META, is_on};
use crate::plan::build::ineffective_places;
use crate::plan::{Finding, Fix, Intent, Safety, Severity};
use crate::project::{Answer, At, Ineffective, Installation, Place, Why};

/// Switching debug output on by a move would be no help, so what is dead goes, or is only told.
pub fn without_effect(installation: &Installation<'_>, answer: &Answer, findings: &mut Vec<Finding>) {
    let mut told: HashSet<Place> = findings.iter().map(|one| one.place.clone()).collect();
    let unread = |one: &&Ineffective| matches!(one.why, Why::Misspelt(_) | Why::WrongSection(_));
    let unread: HashSet<&Place> = answer.ineffective.iter().filter(unread).map(|one| &one.place).collect();
    for mut finding in ineffective_places(installation, &META, answer) {
        if told.contains(&finding.place) {
            continue;
        }
        if installation.value_at(&finding.place).is_some_and(|value| !is_on(&value)) {
            // What says off changes nothing, wherever it stands.
            continue;
        }
        let name = answer.setting.name;
        told.insert(finding.place.clone());
        if unread.contains(&finding.place) {
            let place = finding.place.clone();
            let title = format!("remove {}, which nothing reads", key_of(&place, name));
            let remove = vec![Intent::remove(place)];
            finding = finding.fix(Fix::new(installation, title, Safety::Review, remove));
        }
        findings.push(finding.severity(Severity::Low));
    }
}

/// How the place calls it.
pub fn key_of(place: &Place, name: &str) -> String {
    match &place.at {
        At::Yaml { path, .. } => path.last_key().unwrap_or(name).to_owned(),
        At::Env(variable) | At::Variable { name: variable, .. } | At::Argument { flag: variable, .. } => {
            variable.clone()
        }
        At::Line(_) => name.to_owned(),
    }
}
