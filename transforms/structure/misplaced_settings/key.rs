//! A key in a section that does not read it: what it looks like, and whether it may be put in force.

use super::super::config_structure::accepted;
use super::moved::moved;
use super::taken::given_up;
use super::{META, instead};
use crate::plan::activate::{self, Activation, Refusal};
use crate::plan::build::{own_variable, say_own_variable, shown_briefly};
use crate::plan::{Finding, Lines, Severity};
use crate::project::settings::hazard;
use crate::project::{Installation, Misplaced, Running, Version, is_secret_name};

/// The finding about it, with what may be done.
pub fn finding(installation: &Installation<'_>, one: Misplaced) -> Finding {
    let right = one.to.iter().map(|section| named(section)).collect::<Vec<_>>().join(" or ");
    let finding = standing(installation, &one, &right);
    if let Some(taken) = one.taken.clone() {
        return given_up(installation, one, finding, &right, taken);
    }
    let own = one.row.and_then(|row| own_variable(row, &one.value)).filter(|_| one.refused.is_none());
    if let Some(name) = own {
        return say_own_variable(finding, &one.key, &one.from, name);
    }
    if let Some(reason) = hazard::of(&one.key) {
        return finding.advice(format!("remove it here, or move it if you want its effect: {reason}"));
    }
    let activation = match one.to.first() {
        Some(section) => activate::of(installation, one.row, section, &one.key, &one.value),
        None => Activation::AsItIs,
    };
    match activation {
        Activation::AsItIs => moved(installation, one, finding, &right, None),
        Activation::Repaired(value) => moved(installation, one, finding, &right, Some(value)),
        Activation::Refused(refusal) => refused(&one, finding, &right, refusal),
    }
}

/// What stands where it is not read, and what that does.
fn standing(installation: &Installation<'_>, one: &Misplaced, right: &str) -> Finding {
    let Misplaced { key, from, .. } = one;
    let setting = one.row.map_or(&**key, |row| row.name);
    let state = if one.refused.is_some() { "refused" } else { "wrong_section" };
    let finding = Finding::new(&META, setting, state, one.place.clone());
    match one.refused {
        Some(since) => finding
            .severity(how_bad(installation.running(), since))
            .title(format!("`{key}` in {from} stops the proxy at its start since LiteLLM {since}"))
            .why(format!("the router does not accept it; LiteLLM reads it in {right}")),
        None => finding
            .title(format!("`{key}` is ignored in {from}: LiteLLM reads it in {right}"))
            .why(format!("it looks set to {}, but {}", briefly(one), instead(installation, one.row))),
    }
}

/// What LiteLLM would not take in the right section either.
fn refused(one: &Misplaced, finding: Finding, right: &str, refusal: Refusal) -> Finding {
    let text = format!(
        "it would not work in {right} as written: {}; rewrite it in that form, then move it",
        refusal.reason
    );
    let lines = match one.to.first().filter(|_| refusal.lines.is_empty()) {
        Some(section) => accepted::example(&format!("{section}.{}", one.key)),
        None => refusal.lines,
    };
    finding.advice(text).lines(Lines::new(lines, ""))
}

/// The value in a sentence; of a secret, only that there is one.
pub fn briefly(one: &Misplaced) -> String {
    if is_secret_name(&one.key) { "a value".to_owned() } else { shown_briefly(&one.value) }
}

/// How bad it is that the proxy refuses a key since this release.
fn how_bad(running: &Running, since: Version) -> Severity {
    match running {
        Running::Known(version, ..) if *version >= since => Severity::Critical,
        Running::Known(..) => META.severity,
        Running::Unknown(..) => Severity::High,
    }
}

fn named(section: &str) -> String {
    if section == "top" { "the top level".into() } else { format!("`{section}`") }
}
