//! A master key that everyone can read in these files, or guess.

use super::super::plain_secrets::ENCRYPT;
use super::super::salt_key::NAME as SALT_KEY;
use super::{META, VARIABLE, chart_variable, consequence, is_public, new};
use crate::document::Step;
use crate::plan::build::{goes_in, secret_lines, steps, variable_lines};
use crate::plan::{Finding, Lines, Remedy, Severity};
use crate::project::{At, Giver, Installation, Place, Source};

/// What is wrong with a key that can be read here, the worst first.
pub fn wrong(installation: &Installation<'_>, text: &str, place: &Place, fallback: bool) -> Option<Finding> {
    let finding = |state| Finding::new(&META, META.id, state, place.clone());
    let lines = instead(installation, place);
    let goes = match lines.is_empty() {
        true => String::new(),
        false => in_place_of(installation, place),
    };
    let replace = |installation| replace(installation, place);
    let falls = if fallback { "falls back to" } else { "is" };
    let severity = |severity| if fallback { Severity::High } else { severity };
    if text.trim().is_empty() {
        let why = consequence(installation, "anyone can use the empty text as the key");
        return (!fallback).then(|| {
            finding("empty")
                .title("the master key is empty")
                .why(why)
                .advice(steps(&anew(installation, place)))
                .lines(Lines::new(lines, goes))
        });
    }
    if is_public(text) {
        return Some(
            finding("public")
                .title(format!("the master key {falls} the public one of LiteLLM's documentation"))
                .why(consequence(installation, "anyone who knows it has full access"))
                .severity(severity(Severity::Critical))
                .advice(replace(installation))
                .lines(Lines::new(lines, goes)),
        );
    }
    if shared(installation, place) {
        let title = format!("plain-text master key: it {falls} a text in this file");
        let title = if fallback { title } else { "the master key is in plain text in the repository".into() };
        return Some(
            finding("plain_text")
                .title(title)
                .why("anyone who can read the file, or its history, has full access")
                .severity(Severity::High)
                .advice(replace(installation))
                .lines(Lines::new(lines, goes)),
        );
    }
    (!text.starts_with("sk-") && !fallback).then(|| {
        finding("no_prefix")
            .title("the master key does not start with `sk-`")
            .why("it works, but LiteLLM does not hash it, so it can appear in plain text in logs and tables")
            .severity(Severity::Medium)
            .advice(replace(installation))
            .lines(Lines::new(lines, goes))
    })
}

/// What stands in the place of a key that can be read: in a configuration a reference, where a variable of the caller may be unset a
/// start that fails without it. How other variables are given, files do not tell.
fn instead(installation: &Installation<'_>, place: &Place) -> Vec<String> {
    let path = match &place.at {
        At::Yaml { path, .. } => path,
        At::Env(name) => return vec![format!("{name}=<the new key>")],
        At::Variable { .. } | At::Argument { .. } | At::Line(_) => return Vec::new(),
    };
    if is_entry(place) {
        let variable = chart_variable(installation).unwrap_or(VARIABLE);
        return vec![format!("master_key: os.environ/{variable}")];
    }
    match installation.source_at(place) {
        Source::Caller { name, .. } => {
            let listed = matches!(path.steps().last(), Some(Step::Index(_)));
            let pair = if listed { format!("- {VARIABLE}=") } else { format!("{VARIABLE}: ") };
            vec![format!("{pair}${{{name}:?}}")]
        }
        _ => reference(installation, place),
    }
}

/// Whether it is the key of a configuration, and not a variable.
fn is_entry(place: &Place) -> bool {
    let At::Yaml { path, .. } = &place.at else { return false };
    let in_section = path.split_last().is_some_and(|(above, _)| above.last_key() == Some("general_settings"));
    in_section && path.last_key() == Some("master_key")
}

/// The lines that give the variable from outside of the file, where the text itself stands at this place now.
fn reference(installation: &Installation<'_>, place: &Place) -> Vec<String> {
    let first = installation.variables(VARIABLE).into_iter().next().filter(|first| first.place == *place);
    let service = installation.parts.services().any(|one| one.file == place.file);
    match first.map(|first| first.giver) {
        Some(Giver::Process) if service => {
            variable_lines(installation, VARIABLE, &format!("${{{VARIABLE}:?}}")).lines
        }
        Some(Giver::Process | Giver::ExtraEnv | Giver::ConfigMap) => {
            secret_lines(installation, VARIABLE, "the new key").lines
        }
        Some(Giver::EnvVars | Giver::EnvFile | Giver::Secret | Giver::Script | Giver::Image) | None => {
            Vec::new()
        }
    }
}

fn in_place_of(installation: &Installation<'_>, place: &Place) -> String {
    if is_entry(place) {
        return format!("{}, in place of the key", goes_in(installation, "general_settings"));
    }
    let spot = installation.spot(place);
    let listed =
        matches!(&place.at, At::Yaml { path, .. } if matches!(path.steps().last(), Some(Step::Index(_))));
    let what = if listed { "the entry at " } else { "" };
    format!("in place of {what}{}:{}", spot.file, spot.line)
}

/// How to make a new key, and how it gets to the process from where the old one is.
fn anew(installation: &Installation<'_>, place: &Place) -> Vec<String> {
    let make = "generate a new key: `echo \"sk-$(openssl rand -hex 32)\"`".to_owned();
    let file = installation.shown(place.file);
    if place.is_in_secret() && !is_entry(place) {
        let plain = shared(installation, place).then(|| {
            format!("{} (git tracks {file}, where the new key would be in plain text too)", ENCRYPT)
        });
        return plain
            .into_iter()
            .chain([make, "put it into the Secret, in place of the old one".into()])
            .collect();
    }
    if !matches!(place.at, At::Env(_)) {
        return new(installation);
    }
    match installation.is_tracked(place.file) {
        _ if !installation.is_versioned(place.file) => {
            vec![make, format!("write it into {file}, and see that git does not track that")]
        }
        true => vec![
            format!("take {file} out of git (`git rm --cached {file}`) and add it to .gitignore"),
            make,
            format!("write it into {file}"),
        ],
        false => vec![make, format!("write it into {file}, which git does not track")],
    }
}

/// How to replace a key that somebody may know, without losing what is encrypted with it.
fn replace(installation: &Installation<'_>, place: &Place) -> String {
    let mut told = anew(installation, place);
    told.extend(encrypted(installation));
    told.push(
        "give the new key to every client; never use the old one again, since git's history keeps it".into(),
    );
    steps(&told)
}

/// What is encrypted with the old key, as far as there may be a database and no salt key.
fn encrypted(installation: &Installation<'_>) -> Option<String> {
    let whole = installation.environment_is_whole();
    let has_database = installation.database().is_some();
    let hidden = !whole || installation.config_unseen().is_some();
    let given = !installation.variables(SALT_KEY).is_empty();
    if given || !has_database && !hidden {
        return None;
    }
    let salt = match has_database && whole {
        true => "there is no salt key, so the old master key encrypts what is in the database",
        false => "where there is a database and no salt key, the old master key encrypts what is in it",
    };
    Some(format!(
        "{salt}: from LiteLLM 1.104 on, start once with LITELLM_MIGRATE_FROM_MASTER_KEY=<old key>, which encrypts it anew; on an older release first follow `litellm-fix explain salt_key`"
    ))
}

/// What is YAML is shared; an env file, or a Secret, where git tracks it.
pub fn shared(installation: &Installation<'_>, place: &Place) -> bool {
    let tracked = installation.is_tracked(place.file);
    match &place.at {
        _ if place.is_in_secret() => tracked && installation.is_versioned(place.file),
        At::Yaml { .. } => true,
        _ => tracked,
    }
}

/// `masterkey` of litellm-helm, which the chart puts into a Secret that it makes.
pub fn chart_key(installation: &Installation<'_>) -> Option<Finding> {
    let in_secret = installation.setting("chart_master_key_secret");
    let named = in_secret.value().and_then(|value| value.as_str()).is_some_and(|name| !name.is_empty());
    let answer = installation.setting("chart_master_key");
    let place = answer.place().filter(|_| !named && installation.parts.is_litellm_helm())?;
    let Source::Text(text) = installation.source_at(place) else { return None };
    // Empty is unset here: the chart generates one.
    let found = wrong(installation, &text, place, false).filter(|_| !text.is_empty())?;
    let lines = vec![
        "masterkeySecretName: <your Secret>".to_owned(),
        "masterkeySecretKey: <the key in it>".to_owned(),
    ];
    let text = match &found.remedy {
        Remedy::Advice(advice) => advice.text.clone(),
        Remedy::Fix(_) => String::new(),
    };
    Some(
        found
            .advice(text)
            .lines(Lines::new(lines, format!("the values of {}", installation.shown(place.file)))),
    )
}
