//! The fix that splits a url, in config and environment at once, and what it rests on.

use super::split::{UrlParts, split};
use super::{NAME, Refusal, UrlSource, Use, config, environment};
use crate::document::Value;
use crate::plan::{Fix, Safety};
use crate::project::{COORDINATION_BY_ENVIRONMENT, Giver, HOST_OVER_URL, Installation, Place, Redis, Target};

/// The fix that names the Redis by its parts wherever the url names it.
pub fn fix(installation: &Installation<'_>, first: &Use, uses: &[Use]) -> Result<Fix, Refusal> {
    let by_chart = ["chart_redis", "chart_redis_host"].map(|name| installation.setting(name));
    if by_chart.iter().any(|one| one.value().is_some_and(|value| *value != Value::Bool(false))) {
        return Err("the chart gives REDIS_HOST and the other parts itself".to_owned().into());
    }
    let fix = match &first.source {
        UrlSource::Unseen(reason) => Err(reason.clone().into()),
        UrlSource::Here(text) => in_config(installation, uses, text),
        UrlSource::Variable(name) if name != NAME => {
            Err(format!("it is in {name}, and LiteLLM reads the parts from variables of other names").into())
        }
        UrlSource::Variable(name) => in_environment(installation, uses, name),
    };
    fix.map(|fix| assuming_no_more(installation, fix))
}

/// A url that stands in the configuration itself.
fn in_config(installation: &Installation<'_>, uses: &[Use], text: &str) -> Result<Fix, Refusal> {
    let parts = whole(text)?;
    environment::adds_nothing(installation, &parts)?;
    let intents = config::intents(installation, uses, &parts, false)?;
    Ok(Fix::new(installation, "split the url into its parts", Safety::OnRequest, intents))
}

/// A url that the configuration takes from the environment, or does not name at all.
fn in_environment(installation: &Installation<'_>, uses: &[Use], name: &str) -> Result<Fix, Refusal> {
    let (place, giver, text) = installation.only_giver(name).map_err(|why| why.words(name))?;
    let parts = whole(&text)?;
    loses_nothing(installation, &parts)?;
    let user = other_user(installation, uses, &place, giver);
    if let Some(user) = user.as_ref().filter(|_| installation.running().maybe_before(HOST_OVER_URL)) {
        return Err(format!(
            "{user} uses {NAME} too, which overrides the host before LiteLLM {HOST_OVER_URL} as long as it is set"
        )
        .into());
    }
    let mut intents = environment::intents(installation, &place, giver, &parts, user.is_none())?;
    intents.extend(config::intents(installation, uses, &parts, true)?);
    let file = installation.shown(place.file);
    let title = "split the url into its parts, in the config and the environment";
    let fix = Fix::new(installation, title, Safety::OnRequest, intents);
    let fix = match user {
        Some(user) => fix.assuming(format!("{NAME} stays in {file}: {user} uses it")),
        None => fix.assuming(format!("nothing outside these files uses {NAME} from {file}")),
    };
    let mut links = installation.parts.env_files.iter();
    Ok(match links.find(|link| link.file == place.file && !link.is_certain()) {
        Some(link) => fix.assuming(format!("that {file} is loaded into LiteLLM's process: {}", link.link)),
        None => fix,
    })
}

/// The parts of a url; one that cannot be split whole is left as it is.
fn whole(text: &str) -> Result<UrlParts, Refusal> {
    split(text).map_err(|reason| Refusal { reason, by_hand: false })
}

/// A host takes up variables that a url leaves aside.
fn assuming_no_more(installation: &Installation<'_>, fix: Fix) -> Fix {
    match installation.unseen_variables() {
        Some(reason) => fix.assuming(format!(
            "no other REDIS_… variable that applies to a host reaches the process; {reason}"
        )),
        None => fix,
    }
}

/// Clients that take the url from the environment alone would get the parts, but not the arguments.
fn loses_nothing(installation: &Installation<'_>, parts: &UrlParts) -> Result<(), Refusal> {
    let unnamed = |client| installation.redis_named(client) == Target::Nothing;
    let cache = installation.caches_in_redis() != Some(false);
    let coordination = !cache && installation.running().maybe_since(COORDINATION_BY_ENVIRONMENT);
    let alone = (cache && unnamed(Redis::Cache)) || (coordination && unnamed(Redis::Coordination));
    match parts.query.first() {
        Some((name, _)) if alone => Err(format!(
            "another client reads {NAME} from the environment only, and would lose its argument `{name}`"
        )
        .into()),
        _ => Ok(()),
    }
}

/// Who else uses the variable or its file, in words.
fn other_user(installation: &Installation<'_>, uses: &[Use], given: &Place, giver: Giver) -> Option<String> {
    let own: Vec<Place> =
        uses.iter().map(|one| one.place.clone()).chain(std::iter::once(given.clone())).collect();
    let service = || installation.other_service_with(given.file).filter(|_| giver == Giver::EnvFile);
    let place = installation.mention(NAME, &own).or_else(service)?;
    let spot = installation.spot(&place);
    Some(format!("{}:{}", spot.file, spot.line))
}
