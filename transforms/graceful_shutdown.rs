//! A process that is told to stop must be given as long as its longest request, or each rollout cuts requests off.

mod drain;

use serde::{Deserialize, Serialize};

use crate::document::Value;
use crate::plan::build::{cannot_tell, ignored_places, shown};
use crate::plan::{Area, Finding, Fix, Intent, Meta, Params as Parameters, Question, Safety, Severity};
use crate::project::{Answer, Flavor, InForce, Installation, Limit, Place, Platform, seconds};

pub const META: Meta = Meta {
    id: "graceful_shutdown",
    title: "the process is killed before its longest request is over",
    why: "each rollout, scale-down and node drain cuts off the requests that are still running",
    severity: Severity::Medium,
    gap: "graceful shutdown",
    files: "Helm values; Kubernetes manifests and compose files are only read",
    versions: "all",
    settings: &["termination_grace_period", DRAIN],
    weights: &[(Area::Reliability, 2)],
    aliases: &[],
};

/// How long LiteLLM itself waits for running requests before it takes down what they need.
const DRAIN: &str = "graceful_shutdown_timeout";
const OF_COMPOSE: &str = "each `docker compose up` with a new image, and each `stop`, cuts off the requests that are still running";
/// The seconds that LiteLLM advises for a request, where nothing limits them yet.
const ADVISED: f64 = 600.0;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// Seconds between the end of the longest request and the kill.
    pub margin: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { margin: 20 }
    }
}

impl Parameters for Params {
    fn check(&self) -> Result<(), String> {
        if (1..=3600).contains(&self.margin) { Ok(()) } else { Err("margin must be from 1 to 3600".into()) }
    }
}

/// How the platform calls it, what holds when nothing sets it, and where it goes.
struct Home {
    key: &'static str,
    default: f64,
    /// The mapping that holds the key.
    around: Place,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let (mut findings, kill) = period(installation, params);
    let answer = installation.setting(DRAIN);
    findings.extend(ignored_places(installation, &META, &answer));
    findings.extend(drain::wrong(&answer, kill));
    findings
}

/// What is wrong with the time until the kill, and how long it is with what is advised.
fn period(installation: &Installation<'_>, params: &Params) -> (Vec<Finding>, Option<f64>) {
    let answer = installation.setting(META.settings[0]);
    let mut findings = ignored_places(installation, &META, &answer);
    let Some(home) = home(installation) else { return (findings, None) };
    let (longest, limit) = longest_request(installation);
    let wanted = longest.ceil() as u32 + params.margin;
    let compose = installation.platform() == Platform::Compose;
    let value = if compose { Value::Str(format!("{wanted}s")) } else { Value::Int(wanted.into()) };
    let line = vec![format!("{}: {}", home.key, shown(&value).trim_matches('"'))];
    let goes = place_in_words(installation, &home.around);
    let given = match &answer.in_force {
        InForce::Hidden { .. } => {
            findings.extend(cannot_tell(&META, installation, &answer, line, goes));
            return (findings, None);
        }
        InForce::Set { value, .. } => duration(value),
        InForce::Unset => None,
    };
    let kill = given.unwrap_or(home.default);
    if kill > longest {
        return (findings, Some(kill));
    }
    let written = answer.value().map(|value| shown(value).replace('"', "")).unwrap_or_default();
    let (state, title) = match given {
        Some(_) => {
            ("too_short", format!("`{}` is {written}, but a request may take {longest} seconds", home.key))
        }
        None => {
            let default = home.default;
            (
                "unset",
                format!("`{}` is not set ({default} s), but a request may take {longest} seconds", home.key),
            )
        }
    };
    let place = answer.place().cloned().unwrap_or_else(|| home.around.child(home.key));
    let mut finding = Finding::new(&META, META.settings[0], state, place)
        .title(title)
        .severity(if compose { Severity::Low } else { META.severity })
        .why(if compose { OF_COMPOSE } else { META.why })
        .mention_comments(&answer);
    let rests_on = match limit {
        Some(limit) => {
            let what = limit.sign.what;
            finding.related.push((limit.sign.place, "the longest request".into()));
            format!("the longest request is that of {what}")
        }
        None => {
            format!("nothing here limits a request; {ADVISED} s are what LiteLLM advises for request_timeout")
        }
    };
    findings.push(match answer.homes.first() {
        Some(place) => {
            finding.place = place.clone();
            let fix = set(installation, place, &answer, wanted, params).assuming(rests_on);
            finding.fix(fix)
        }
        None => {
            let known = match installation.parts.flavor {
                Flavor::Monolith => "; an older litellm-helm does not know the key, and ignores it",
                _ => "",
            };
            let layers =
                answer.blocked.as_ref().filter(|_| !answer.is_unset() && installation.parts.layers.len() > 1);
            let layers = layers.map(|reason| format!("; {reason}")).unwrap_or_default();
            finding.advice(format!("{rests_on}{known}{layers}"), line, goes)
        }
    });
    (findings, Some(wanted.into()))
}

fn set(installation: &Installation<'_>, place: &Place, answer: &Answer, wanted: u32, params: &Params) -> Fix {
    let intents = vec![Intent::Set(place.clone(), Value::Int(wanted.into()))];
    let title = format!("set terminationGracePeriodSeconds to {wanted}");
    let mut fix = Fix::new(installation, title, Safety::Review, intents);
    fix.questions.push(Question {
        param: "margin",
        ask: "Seconds between the end of the longest request and the kill?".into(),
        default: Value::Int(params.margin.into()),
        reason: "room for the end of the process itself".into(),
        required: false,
    });
    let slower = if answer.is_unset() { "a rollout then waits" } else { "a rollout may then wait longer," };
    fix.assuming(format!("{slower} up to {wanted} seconds for a pod that still answers"))
}

/// Where the platform that is visible keeps the time; `None` where none is.
fn home(installation: &Installation<'_>) -> Option<Home> {
    let parts = installation.parts;
    let main = parts.main();
    let values = Place::yaml(main.file, main.doc, main.base.clone());
    let key = "terminationGracePeriodSeconds";
    match parts.flavor {
        Flavor::Monolith => Some(Home { key, default: 90.0, around: values }),
        Flavor::Gateway => Some(Home { key, default: 30.0, around: values.child("gateway") }),
        Flavor::Backend => Some(Home { key, default: 30.0, around: values.child("backend") }),
        Flavor::Config | Flavor::ConfigMap => {
            if let Some((file, doc, path)) = parts.containers.first() {
                let pod = path.split_last()?.0.split_last()?.0;
                return Some(Home { key, default: 30.0, around: Place::yaml(*file, *doc, pod) });
            }
            let (file, doc, path) = parts.services.first()?;
            let around = Place::yaml(*file, *doc, path.clone());
            Some(Home { key: "stop_grace_period", default: 10.0, around })
        }
    }
}

/// The longest time that a request may take, and what says so.
fn longest_request(installation: &Installation<'_>) -> (f64, Option<Limit>) {
    let timeouts = installation.timeouts();
    let of_all = timeouts.in_force(installation.running()).filter(|limit| limit.seconds > 0.0);
    let of_all = of_all.map_or((ADVISED, None), |limit| (limit.seconds, Some(limit.clone())));
    timeouts.entries.into_iter().fold(of_all, |longest, entry| {
        if entry.seconds > longest.0 { (entry.seconds, Some(entry)) } else { longest }
    })
}

/// Seconds of a number, or of a duration such as `1m30s`.
fn duration(value: &Value) -> Option<f64> {
    if let Some(seconds) = seconds(value) {
        return Some(seconds);
    }
    let (mut rest, mut sum) = (value.as_str().filter(|text| !text.is_empty())?, 0.0);
    while !rest.is_empty() {
        let unit = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..unit].parse().ok()?;
        rest = &rest[unit..];
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        sum += number
            * [("h", 3600.0), ("m", 60.0), ("s", 1.0), ("ms", 0.001), ("us", 0.000_001)]
                .iter()
                .find(|(name, _)| *name == &rest[..end])?
                .1;
        rest = &rest[end..];
    }
    Some(sum)
}

fn place_in_words(installation: &Installation<'_>, around: &Place) -> String {
    let spot = installation.files.spot(around);
    if spot.name.is_empty() {
        format!("the top level of {}", spot.file)
    } else {
        format!("`{}:` of {}", spot.name, spot.file)
    }
}
