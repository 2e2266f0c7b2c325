//! What LiteLLM stores in its database is encrypted with `LITELLM_SALT_KEY`, or with the master key where that is unset.

use crate::plan::build::ineffective_places;
use crate::plan::{Area, Bounds, Finding, Meta, Parameter, Preset, Severity, State};
use crate::project::{Answer, At, Installation, Place};

mod anew;
mod by_hand;
mod components;
mod entry;
mod given;
mod lists;
mod standing;
mod text;

pub use entry::Params;

pub const META: Meta = Meta {
    id: "salt_key",
    title: "no salt key: stored API keys are encrypted with the master key",
    why: "replacing the master key makes the stored API keys of models and teams unreadable",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "encryption",
    files: "Helm values; advice for all others",
    versions: "all",
    settings: &["salt_key"],
    params: &[
        Parameter::unknown(
            "secret_name",
            Bounds::Text(entry::is_object_name, "the name of a Secret: letters, digits, - and ."),
            "the Secret with your copy of the master key in use",
        ),
        Parameter {
            name: "entry",
            default: Preset::Text(NAME),
            bounds: Bounds::Text(entry::is_entry_name, "a key in a Secret: letters, digits, -, . and _"),
            meaning: "the key in it",
        },
    ],
    weights: &[(Area::Security, 2), (Area::Reliability, 2)],
    aliases: &[],
};

pub const NAME: &str = "LITELLM_SALT_KEY";
const KEEP: &str = "what is stored already is encrypted with exactly this text. Is the database still empty? Then set a new key. Else set the variable to exactly this text, or enter every stored key again after a change";

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        not_activated(finding, &answer);
        not_applied(finding, &answer);
    }
    match answer.place() {
        None if findings.is_empty() => findings.extend(anew::unset(installation, &answer, params)),
        Some(place) if is_entry(installation, place) => {
            findings.extend(given::judge(installation, place).map(|one| one.mention_comments(&answer)));
            findings.extend(components::other(installation, place));
        }
        _ => {}
    }
    findings
}

/// What is written where nothing reads it was never in force.
fn not_activated(finding: &mut Finding, answer: &Answer) {
    let unread = matches!(finding.state, State::WRONG_SECTION | State::MISSPELT);
    if answer.is_unset() && unread || finding.has_fix() {
        finding.only_tell("do not just rename or move it: a salt key that was not effective before makes everything stored so far unreadable. Remove it, or first write today's effective master key there");
        finding.severity = Severity::High;
    }
}

/// A salt key under `environment_variables:`, of a release that does not apply it: a later one will.
fn not_applied(finding: &mut Finding, answer: &Answer) {
    if finding.state != State::NOT_APPLIED {
        return;
    }
    if answer.is_unset() {
        finding.severity = Severity::Critical;
        finding.only_tell(format!(
            "if the process has no salt key, it is the text `None`, which anyone can guess: {KEEP}"
        ));
    } else {
        finding.severity = Severity::High;
        finding.only_tell("remove it before you upgrade LiteLLM: from then on it overrides the salt key of the process, and stored values become unreadable");
    }
}

/// Whether the variable itself stands there, not only a section or a configuration that cannot be seen.
fn is_entry(installation: &Installation<'_>, place: &Place) -> bool {
    match &place.at {
        At::Env(_) | At::Variable { .. } => true,
        At::Yaml { path, .. } => {
            path.last_key() == Some(NAME)
                || installation.variables(NAME).iter().any(|variable| variable.place == *place)
        }
        At::Argument { .. } | At::Line(_) => false,
    }
}
