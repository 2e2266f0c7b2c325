//! A Redis that is named by a url can be named by host, port and password instead: whole, in config and environment at once.

use crate::document::Value;
use crate::plan::build::goes_in;
use crate::plan::{Area, Finding, Fix, Lines, Meta, NoParams, Safety, Severity};
use crate::project::{
    COORDINATION_BY_ENVIRONMENT, Effective, Giver, HOST_OVER_URL, Installation, Place, Redis, RedisPart,
    Target,
};

mod config;
mod environment;
mod split;

use split::{UrlParts, split};

pub const META: Meta = Meta {
    id: "redis_url",
    title: "a url configures Redis; LiteLLM's production page uses host, port and password",
    why: "only style today: the reason why a url was slower is fixed",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "Redis url",
    files: "config.yaml, ConfigMaps, Helm values, env files, compose files, Kubernetes manifests",
    versions: "all; before 1.93 `REDIS_URL` leaves the environment with it or nothing is done",
    settings: &[],
    params: &[],
    weights: &[(Area::Throughput, 1)],
    aliases: &[],
};

/// The variable that holds the url. Under another name, splitting it would give LiteLLM variables that it never had.
const NAME: &str = "REDIS_URL";

/// A client that is told a url.
struct Use {
    client: Redis,
    place: Place,
    source: Source,
}

/// Where the url itself stands.
#[derive(PartialEq)]
enum Source {
    Here(String),
    Variable(String),
    Unseen(String),
}

/// Why a url is not split here, and whether that can be done by hand.
struct Refusal {
    reason: String,
    by_hand: bool,
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self { reason, by_hand: true }
    }
}

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    if installation.config_doubt().is_some() {
        return Vec::new();
    }
    let mut groups: Vec<Vec<Use>> = Vec::new();
    for one in Redis::ALL.into_iter().filter_map(|client| use_of(installation, client)) {
        let shared = |group: &&mut Vec<Use>| {
            matches!(one.source, Source::Variable(_)) && group.iter().any(|other| other.source == one.source)
        };
        match groups.iter_mut().find(shared) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups.iter().filter_map(|group| finding(installation, group)).collect()
}

fn use_of(installation: &Installation<'_>, client: Redis) -> Option<Use> {
    if client == Redis::Cache && installation.caches_in_redis() == Some(false) {
        return None;
    }
    let url = installation.setting(client.setting(RedisPart::Url));
    if url.unseen.is_some() {
        return None;
    }
    let (place, source) = match (url.effective, url.blocked, url.reference) {
        (Effective::Unset, ..) => return None,
        (Effective::Set { place, .. }, Some(reason), _)
        | (Effective::Hidden { place, .. }, Some(reason), _) => (place, Source::Unseen(reason.to_string())),
        (Effective::Set { value: Value::Str(text), place }, ..) if !text.is_empty() => {
            (place, Source::Here(text))
        }
        (Effective::Set { .. }, ..) => return None,
        (Effective::Hidden { place, .. }, _, Some(reference)) => (place, Source::Variable(reference.name)),
        (Effective::Hidden { place, reason }, ..) => (place, Source::Unseen(reason.to_string())),
    };
    Some(Use { client, place, source })
}

fn finding(installation: &Installation<'_>, uses: &[Use]) -> Option<Finding> {
    let first = uses.first()?;
    let mut finding = Finding::new(&META, first.client.setting(RedisPart::Url), "url", first.place.clone());
    finding.related =
        uses.iter().skip(1).map(|one| (one.place.clone(), "the same url is used here too".into())).collect();
    let finding = match plan(installation, first, uses).map(|fix| assuming_no_more(installation, fix)) {
        Ok(fix) => finding.fix(fix),
        Err(Refusal { reason, by_hand: false }) => {
            finding.advice(format!("leave it as it is: {reason}"))
        }
        Err(Refusal { reason, .. }) => finding.advice(format!(
                "it is not split here: {reason}. By hand, change config and environment in one step, including TLS, user and database, and remove {NAME} from the environment"
            )).lines(Lines::new(config::lines(first.client), goes_in(installation, config::section(first.client)))),
    };
    // A matter of style is no finding.
    Some(finding.offer())
}

fn plan(installation: &Installation<'_>, first: &Use, uses: &[Use]) -> Result<Fix, Refusal> {
    let by_chart = ["chart_redis", "chart_redis_host"].map(|name| installation.setting(name));
    if by_chart.iter().any(|one| one.value().is_some_and(|value| *value != Value::Bool(false))) {
        return Err("the chart gives REDIS_HOST and the other parts itself".to_owned().into());
    }
    let whole = |text: &str| split(text).map_err(|reason| Refusal { reason, by_hand: false });
    let title = "split the url into its parts, in the config and the environment";
    match &first.source {
        Source::Unseen(reason) => Err(reason.clone().into()),
        Source::Here(text) => {
            let parts = whole(text)?;
            environment::adds_nothing(installation, &parts)?;
            let intents = config::intents(installation, uses, &parts, false)?;
            Ok(Fix::new(installation, "split the url into its parts", Safety::OnRequest, intents))
        }
        Source::Variable(name) if name != NAME => {
            Err(format!("it is in {name}, and LiteLLM reads the parts from variables of other names").into())
        }
        Source::Variable(name) => {
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
            let fix = Fix::new(installation, title, Safety::OnRequest, intents);
            let fix = match user {
                Some(user) => fix.assuming(format!("{NAME} stays in {file}: {user} uses it")),
                None => fix.assuming(format!("nothing outside these files uses {NAME} from {file}")),
            };
            let guessed = installation
                .parts
                .env_files
                .iter()
                .find(|link| link.file == place.file && !link.is_certain());
            Ok(match guessed {
                Some(link) => {
                    fix.assuming(format!("that {file} is loaded into LiteLLM's process: {}", link.link))
                }
                None => fix,
            })
        }
    }
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
