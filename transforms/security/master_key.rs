//! The master key: who holds it may do everything, and without one everybody may.

use crate::plan::build::ineffective_places;
use crate::plan::{Area, Finding, Meta, NoParams, Remedy, Severity};
use crate::project::{Answer, Installation};

mod absent;
mod anew;
mod chart;
mod effective;
mod instead;
mod origin;
mod reach;
mod text;

pub use effective::{Key, is_public, key};
pub use origin::{made_from, same};
pub use reach::{is_listed, shared};

pub const META: Meta = Meta {
    id: "master_key",
    title: "no master key is set",
    why: "requests are let in without a key",
    severity: Severity::Critical,
    worst: Severity::Critical,
    gap: "master key",
    files: "advice only",
    versions: "since 1.104 the proxy does not start without a key, or with the public one",
    settings: &[
        "master_key",
        "chart_master_key",
        "chart_master_key_secret",
        "chart_master_key_entry",
        "permit_weak_master_key",
    ],
    params: &[],
    weights: &[(Area::Security, 5)],
    aliases: &[],
};

const VARIABLE: &str = "LITELLM_MASTER_KEY";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ineffective_places(installation, &META, &answer);
    // What says no more than what is effective misleads nobody.
    let misleads = |finding: &Finding| finding.severity != Severity::Low;
    let misplaced = findings.iter().any(misleads) && answer.is_unset();
    for finding in findings.iter_mut().filter(|finding| misleads(finding)) {
        not_activated(installation, finding, &answer);
    }
    match key(installation) {
        Key::Unset if !misplaced => findings.extend(absent::unset(installation)),
        Key::Text(text, place) => findings.extend(text::wrong(installation, &text, &place, false)),
        Key::Default(text, place) => findings.extend(text::wrong(installation, &text, &place, true)),
        Key::Nothing(reason, place) => findings.push(absent::nothing(installation, &reason, &place)),
        Key::Late(name, place) => findings.push(absent::late(installation, &name, &place)),
        Key::Elsewhere | Key::Unset => {}
    }
    findings.extend(chart::key(installation));
    findings.extend(absent::no_settings(installation));
    for finding in &mut findings {
        finding
            .related
            .extend(answer.commented_out().map(|place| (place.clone(), "commented out here".into())));
    }
    findings
}

/// A key where nothing reads it is not made effective by this program, and matters as much as there is no other.
fn not_activated(installation: &Installation<'_>, finding: &mut Finding, answer: &Answer) {
    finding.severity = match (answer.is_unset(), installation.environment_is_whole()) {
        (true, true) => Severity::Critical,
        (true, false) => Severity::High,
        (false, _) => Severity::Low,
    };
    if let Remedy::Fix(fix) = &finding.remedy {
        let text = format!(
            "{}, by hand: from then on requests need this key, and without a salt key the database must have been encrypted with it",
            fix.title
        );
        finding.only_tell(text);
    }
}
