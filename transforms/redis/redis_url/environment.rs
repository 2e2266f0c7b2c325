//! What changes in the environment, and what it adds to a host.

use super::{NAME, Refusal, split};
use crate::document::Value;
use crate::plan::Intent;
use crate::project::{At, Giver, HOST_OVER_URL, Installation, Place, RedisPart};

/// The parts in the place of the url; with `removed`, the url goes.
pub fn intents(
    installation: &Installation<'_>,
    url: &Place,
    giver: Giver,
    parts: &split::UrlParts,
    removed: bool,
) -> Result<Vec<Intent>, Refusal> {
    takes_parts(installation, url, giver, parts)?;
    let shown = installation.shown(url.file);
    // An entry of a process's own block is written by its name, whatever the block looks like.
    let own = || installation.variables(NAME).into_iter().find(|one| one.place == *url);
    let home = match giver {
        Giver::Process => own().and_then(|one| installation.variable_home(&one)),
        _ => Some(url.clone()),
    };
    let Some(url) = home else { return Err(format!("{NAME} cannot be written in {shown}").into()) };
    let mut missing = Vec::new();
    for (part, text) in parts.texts() {
        if !agrees(installation, part, text.as_deref())? {
            missing.extend(text.map(|text| (part, Value::Str(text))));
        }
    }
    let mut intents = Vec::new();
    if removed {
        let host = missing.iter().position(|(part, _)| *part == RedisPart::Host);
        match host.filter(|_| !matches!(url.at, At::Variable { .. })) {
            Some(index) => {
                let (part, value) = missing.remove(index);
                intents.push(Intent::Set(url.clone(), value));
                intents.push(Intent::Rename(url.clone(), part.variable().into()));
            }
            None => intents.push(Intent::Remove { place: url.clone(), comments: true }),
        }
    }
    intents
        .extend(missing.into_iter().map(|(part, value)| Intent::Set(beside(&url, part.variable()), value)));
    Ok(intents)
}

/// Whether the parts may stand where the url does.
fn takes_parts(
    installation: &Installation<'_>,
    url: &Place,
    giver: Giver,
    parts: &split::UrlParts,
) -> Result<(), Refusal> {
    let shown = installation.shown(url.file);
    match giver {
        Giver::EnvFile | Giver::EnvVars | Giver::Process => {}
        Giver::ConfigMap => return Err(format!("{NAME} is in a ConfigMap in {shown}").into()),
        Giver::Secret => return Err(format!("{NAME} is in a Secret in {shown}").into()),
        Giver::Parameter => return Err(format!("{NAME} is a parameter of the release in {shown}").into()),
        Giver::Script | Giver::Image => {
            return Err(format!("{NAME} is in {shown}, which is only read").into());
        }
        Giver::ExtraEnv => return Err(format!("{NAME} is in a list of env entries in {shown}").into()),
    }
    if parts.password.is_some() && giver == Giver::EnvVars {
        return Err(format!("its password is in {shown}: it belongs in a Secret").into());
    }
    if parts.password.is_some() && installation.is_tracked(url.file) {
        return Err(format!(
            "git tracks {shown}, or may track it, and no password is written into such a file"
        )
        .into());
    }
    Ok(())
}

/// Whether the environment adds nothing to the parts of a url that stands in the config itself.
pub fn adds_nothing(installation: &Installation<'_>, parts: &split::UrlParts) -> Result<(), Refusal> {
    let url = installation.setting("env_redis_url");
    if !url.is_unset() && installation.running().maybe_before(HOST_OVER_URL) {
        return Err(format!(
            "{NAME} is in the environment too, which overrides a host before LiteLLM {HOST_OVER_URL}"
        )
        .into());
    }
    for (part, text) in parts.texts() {
        if text.is_none() {
            agrees(installation, part, None)?;
        }
    }
    Ok(())
}

/// Whether the environment already has a part as it is wanted; an error if it has it otherwise, as a host would take it up.
fn agrees(installation: &Installation<'_>, part: RedisPart, expected: Option<&str>) -> Result<bool, Refusal> {
    let name = part.variable();
    let given = installation.variables(name);
    let unset = installation.setting(&format!("env_{}", name.to_lowercase())).is_unset();
    match given.first() {
        None if unset => Ok(expected.is_none()),
        Some(one) if expected.is_some() && one.text.as_deref() == expected => Ok(true),
        _ => Err(format!("{name} is already set, to a value other than that in the url").into()),
    }
}

/// Another variable at the place of one.
fn beside(place: &Place, name: &str) -> Place {
    match &place.at {
        At::Yaml { doc, path } => match path.split_last() {
            Some((parent, _)) => Place::yaml(place.file, *doc, parent.child(name)),
            None => place.clone(),
        },
        At::Variable { doc, block, .. } => Place::variable(place.file, *doc, block.clone(), name),
        _ => Place::env(place.file, name),
    }
}
