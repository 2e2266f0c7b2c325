//! What LiteLLM stores in its database is encrypted with `LITELLM_SALT_KEY`, or with the master key where that is unset.

use serde::Deserialize;

use super::master_key::{made_from, same, shared};
use super::plain_secrets::ENCRYPT;
use crate::plan::build::ineffective_places;
use crate::plan::{Advice, Area, Bounds, Finding, Lines, Meta, Parameter, Preset, Remedy, Severity, State};
use crate::project::{Answer, At, Component, Installation, Place, Source};

mod anew;
mod standing;

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
            Bounds::Text(is_object_name, "the name of a Secret: letters, digits, - and ."),
            "the Secret with your copy of the master key in use",
        ),
        Parameter {
            name: "entry",
            default: Preset::Text(NAME),
            bounds: Bounds::Text(is_entry_name, "a key in a Secret: letters, digits, -, . and _"),
            meaning: "the key in it",
        },
    ],
    weights: &[(Area::Security, 2), (Area::Reliability, 2)],
    aliases: &[],
};

pub const NAME: &str = "LITELLM_SALT_KEY";
const KEEP: &str = "what is stored already is encrypted with exactly this text. Is the database still empty? Then set a new key. Else set the variable to exactly this text, or enter every stored key again after a change";

/// Whether Kubernetes takes this for the name of an object.
fn is_object_name(text: &str) -> bool {
    is_name(text, b"-.")
}

/// Whether Kubernetes takes this for a key of a Secret.
fn is_entry_name(text: &str) -> bool {
    is_name(text, b"-._")
}

fn is_name(text: &str, more: &[u8]) -> bool {
    (1..=253).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
}

#[derive(Debug, Deserialize)]
pub struct Params {
    /// The Kubernetes Secret that holds a copy of today's master key.
    pub secret_name: Option<String>,
    /// The key of that entry in it.
    pub entry: String,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ineffective_places(installation, &META, &answer);
    // What is written where nothing reads it was never in force.
    let activates = |finding: &&mut Finding| {
        answer.is_unset() && matches!(finding.state, State::WRONG_SECTION | State::MISSPELT)
            || matches!(finding.remedy, Remedy::Fix(_))
    };
    for finding in findings.iter_mut().filter(activates) {
        let text = "do not just rename or move it: a salt key that was not effective before makes everything stored so far unreadable. Remove it, or first write today's effective master key there";
        finding.remedy = Remedy::Advice(Advice { text: text.into(), ..Advice::default() });
        finding.severity = Severity::High;
    }
    findings
        .iter_mut()
        .filter(|finding| finding.state == State::NOT_APPLIED)
        .for_each(|one| not_applied(one, &answer));
    match answer.place() {
        None if findings.is_empty() => findings.extend(anew::unset(installation, &answer, params)),
        Some(place) if is_entry(installation, place) => {
            findings.extend(judge(installation, place).map(|finding| finding.mention_comments(&answer)));
            findings.extend(anew::other_component(installation, place));
        }
        _ => {}
    }
    findings
}

/// A salt key under `environment_variables:`, of a release that does not apply it: a later one will.
fn not_applied(finding: &mut Finding, answer: &Answer) {
    let (severity, text) = if answer.is_unset() {
        let text =
            format!("if the process has no salt key, it is the text `None`, which anyone can guess: {KEEP}");
        (Severity::Critical, text)
    } else {
        let text = "remove it before you upgrade LiteLLM: from then on it overrides the salt key of the process, and stored values become unreadable";
        (Severity::High, text.to_owned())
    };
    finding.severity = severity;
    finding.remedy = Remedy::Advice(Advice { text, ..Advice::default() });
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

/// What is wrong with a salt key that is effective, if anything is.
fn judge(installation: &Installation<'_>, place: &Place) -> Option<Finding> {
    let origin = installation.source_at(place);
    let finding = |state, title: &str| Finding::new(&META, META.id, state, place.clone()).title(title);
    let on = match &origin {
        Source::Variable(name) => installation.variables(name).into_iter().next(),
        _ => None,
    };
    let through = on.as_ref().map(|variable| installation.source_at(&variable.place));
    let of_master = made_from(installation);
    let shares = |one: &Source| of_master.iter().any(|other| same(one, other));
    if shares(&origin) || through.as_ref().is_some_and(shares) {
        let text = "before you replace the master key, copy the salt key's current value into an entry of its own and let the salt key refer to that; any other value makes everything stored unreadable";
        let entry = on.as_ref().map_or(place, |variable| &variable.place);
        let lines = standing::lines(installation, entry);
        return Some(
            finding(
                "same_entry",
                "the salt key is the entry of the master key: the next rotation changes both",
            )
            .why("then everything stored in the database becomes unreadable at once")
            .severity(Severity::High)
            .advice(text)
            .lines(lines),
        );
    }
    let place = on.as_ref().map_or(place, |variable| &variable.place);
    match through.unwrap_or(origin) {
        Source::Text(text) => wrong_text(installation, &text, place),
        Source::Caller { name, default } => match installation.filler(place.file, &name) {
            Some((at, text)) if !text.is_empty() => wrong_text(installation, &text, &at),
            _ => falls_back(installation, place, &name, default?.trim().is_empty()),
        },
        _ => None,
    }
}

/// A variable of the caller that something takes the place of where it is unset.
fn falls_back(
    installation: &Installation<'_>,
    place: &Place,
    name: &str,
    to_nothing: bool,
) -> Option<Finding> {
    let finding = |state, title: &str| Finding::new(&META, META.id, state, place.clone()).title(title);
    let line = standing::of_caller(standing::is_listed(place), name);
    let text = format!(
        "make sure first that the variable is set wherever this runs, since a start without it fails then. Where it is unset today, {KEEP}"
    );
    let found = match to_nothing {
        true => finding("may_be_empty", "the salt key is empty if its variable is unset")
            .why("an empty salt key is not an unset one: everything is encrypted with the empty text"),
        false => finding(
            "public_default",
            "plain-text salt key: where its variable is not set, a text in this file is used",
        )
        .why("with it anyone can decrypt the values in the database")
        .severity(Severity::High),
    };
    let found = match installation.file_as_database() {
        // Nothing is stored that could be decrypted.
        Some(file) => found
            .severity(Severity::Low)
            .see(file, "the address of a file, to which LiteLLM does not connect: nothing is stored"),
        None => found,
    };
    let spot = installation.spot(place);
    Some(found.advice(text).lines(Lines::new(vec![line], format!("in place of {}:{}", spot.file, spot.line))))
}

fn wrong_text(installation: &Installation<'_>, text: &str, place: &Place) -> Option<Finding> {
    let finding = |state, title: &str, severity| {
        Finding::new(&META, META.id, state, place.clone()).title(title).severity(severity)
    };
    let bare = text.trim();
    let quoted =
        bare.len() > 1 && ['"', '\''].iter().any(|quote| bare.starts_with(*quote) && bare.ends_with(*quote));
    if bare.is_empty() {
        return Some(
            finding("empty", "the salt key is empty, which is not the same as unset", Severity::Critical)
                .why("everything is encrypted with the empty text, and can be decrypted by anybody")
                .advice(KEEP),
        );
    }
    if quoted || bare != text {
        return Some(
            finding("padded", "quotes or blanks are part of the salt key", Severity::Medium)
                .why("one character more makes a different key: another reader, or a copy of it without them, decrypts nothing")
                .advice(KEEP),
        );
    }
    let plain_text = || {
        let text = "give the same value, unchanged, from a Secret or a file outside the repository; a different one makes everything stored unreadable";
        let lines = standing::lines(installation, place);
        let text = match &place.at {
            At::Env(_) => format!(
                "do not change the key: everything stored would become unreadable. Take the file out of git (`git rm --cached {}`) and add it to .gitignore; its history keeps the key",
                installation.shown(place.file)
            ),
            _ if place.is_in_secret() => format!(
                "do not change the key, which makes everything stored unreadable; {ENCRYPT}; git's history keeps the key"
            ),
            _ => text.to_owned(),
        };
        finding("plain_text", "the salt key is in plain text in the repository", Severity::High)
            .why("whoever reads the file can decrypt what the database holds")
            .advice(text)
            .lines(lines)
    };
    if matches!(place.at, At::Env(_)) {
        let Some(entry) = installation.env_writing(place) else {
            return shared(installation, place).then(plain_text);
        };
        let reader = installation.reads_literally(place.file);
        if !entry.differs || reader == Some(false) {
            return shared(installation, place).then(plain_text);
        }
        let title = "`docker run --env-file` makes quotes, blanks and comments part of the salt key";
        return Some(
            finding("literal", title, Severity::Medium)
                .why("compose and python-dotenv leave them away: the two readers have different keys, and one of them decrypts nothing")
                .advice(format!("write it as NAME=value if nothing but compose or python-dotenv has read this file so far; otherwise {KEEP}")),
        );
    }
    (!place.is_in_secret() || shared(installation, place)).then(plain_text)
}

/// Whether the values of both components of the chart are meant.
fn is_gateway(installation: &Installation<'_>) -> bool {
    installation.parts.is_of(Component::Gateway)
}
