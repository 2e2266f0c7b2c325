//! A salt key where there is none: only a copy of the effective master key, by the user's hand, and only the reference to it by this program.

use super::super::master_key::{Key, is_public, key, made_from, same};
use super::entry::Params;
use super::{META, NAME, by_hand, components, lists};
use crate::document::Value;
use crate::plan::build::{add_entry, steps};
use crate::plan::{Finding, Fix, Intent, Safety, Severity};
use crate::project::{Answer, Component, Installation, Place};

/// The finding where nothing sets a salt key, and there is a database.
pub fn unset(installation: &Installation<'_>, answer: &Answer, params: &Params) -> Option<Finding> {
    // The gateway's finding is about both components.
    let database = installation.database().filter(|_| !installation.parts.is_of(Component::Backend))?;
    // What cannot be seen is told with the installation.
    if !installation.environment_is_whole() {
        return None;
    }
    let mut finding = Finding::new(&META, META.id, "unset", home(installation))
        .mention_comments(answer)
        .see(database.place, format!("sign of a database: {}", database.what));
    let master = installation.setting("master_key");
    finding.related.extend(master.place().map(|place| (place.clone(), "the effective master key".into())));
    if let Some(place) = components::idle(installation) {
        let why = "here it is ineffective: the chart runs one process alone, which `gateway` describes";
        finding = finding.severity(Severity::High).see(place, why);
    }
    Some(match others(installation) {
        Some(place) => beside(finding, place),
        None => remedied(installation, finding, params),
    })
}

/// Where another process with this configuration is given a salt key.
fn others(installation: &Installation<'_>) -> Option<Place> {
    installation.together().variables(NAME).first().map(|variable| variable.place.clone())
}

/// The finding beside a process that has a salt key: a copy of the master key would be a second one in the same database.
fn beside(finding: Finding, place: Place) -> Finding {
    finding
        .severity(Severity::High)
        .title("no salt key, and another process with this configuration has one")
        .why("with one database, neither can read the keys of models and teams that the other has stored")
        .see(place, "the salt key of the other process")
        .advice(steps(&[
            format!("if both use one database, give this process the same {NAME}, exactly as the other one gets it; never the master key or a new value"),
            "enter the keys again that were stored through this process: they are encrypted with the master key".into(),
        ]))
}

/// The finding with the reference to the entry, or with the steps that come first.
fn remedied(installation: &Installation<'_>, finding: Finding, params: &Params) -> Finding {
    let steps_after = |first: String| steps(&[vec![first], by_hand::copy()].concat());
    if let Key::Text(text, _) | Key::Default(text, _) = key(installation)
        && is_public(&text)
    {
        let first = "first replace the public master key: since LiteLLM 1.104 one start with LITELLM_MIGRATE_FROM_MASTER_KEY=<old key> encrypts the database anew, which a salt key would prevent";
        let finding = finding.severity(Severity::High).advice(steps_after(first.into()));
        return finding.lines(by_hand::lines(installation, params));
    }
    let own = params.source();
    if made_from(installation).iter().any(|origin| same(&own, origin)) {
        let (secret, entry) = (params.secret(), &params.entry);
        return finding.advice(steps_after(format!(
            "{secret}/{entry} is the entry of the master key: the salt key needs one of its own"
        )));
    }
    let single = installation.parts.layers.len() == 1;
    match intents(installation, &params.reference()).filter(|_| single) {
        Some(intents) => finding.fix(reference(installation, params, intents)),
        None => finding.advice(steps(&by_hand::copy())).lines(by_hand::lines(installation, params)),
    }
}

/// The fix that lets the processes refer to the entry. A variable is nothing that the database overlays, so this is no fix of a configuration.
fn reference(installation: &Installation<'_>, params: &Params, intents: Vec<Intent>) -> Fix {
    let (secret, entry) = (params.secret(), &params.entry);
    let title = format!("let {NAME} refer to {secret}/{entry}");
    let fix = Fix { questions: params.questions(), ..Fix::plain(title, Safety::Hazardous, intents) };
    let fix = fix
        .assuming(format!(
            "you have copied the master key that is in use now into {secret}/{entry} before this is deployed; with any other value everything stored so far becomes unreadable"
        ))
        .assuming("the master key is replaced only after that");
    let stands = installation.value_at(&lists::at(installation, &["extraEnvVars"])).is_some();
    match installation.parts.is_litellm_helm() && !stands {
        true => fix.assuming(
            "the chart knows `extraEnvVars`, as litellm-helm does since March 2025: an older one ignores it",
        ),
        false => fix,
    }
}

/// Where the salt key would stand.
fn home(installation: &Installation<'_>) -> Place {
    match lists::all(installation).first() {
        Some(keys) => lists::at(installation, keys),
        None => installation.config_place(),
    }
}

/// What adds the item to each list that lacks it; `None` where a list is something else.
fn intents(installation: &Installation<'_>, item: &Value) -> Option<Vec<Intent>> {
    let mut intents = Vec::new();
    for keys in lists::all(installation) {
        let place = lists::at(installation, keys);
        if lists::gives(installation, &place) {
            continue;
        }
        intents.push(add_entry(installation, place, item)?);
    }
    Some(intents).filter(|intents| !intents.is_empty())
}
