//! Health metrics of Redis and the database come from `litellm_settings.service_callback`, whose name and values are easily mistaken.

use strsim::damerau_levenshtein;

use crate::document::Value;
use crate::plan::build::{cannot_tell, ineffective_places, section_lines, shown};
use crate::plan::policy::lands;
use crate::plan::{Area, Finding, Fix, Intent, Lines, Meta, NoParams, Remedy, Safety, Severity};
use crate::project::{Effective, Installation, Place, Redis, Target};

pub const META: Meta = Meta {
    id: "service_callbacks",
    title: "no metrics of Redis and the database in Prometheus",
    why: "request metrics do not show which service behind the proxy is slow or down",
    severity: Severity::Low,
    worst: Severity::Medium,
    gap: "metrics of the services",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all",
    settings: &["service_callback"],
    params: &[],
    weights: &[(Area::Observability, 1)],
    aliases: &["service_callback"],
};

const SETTING: &str = "service_callback";
/// What LiteLLM measures its services for.
const KNOWN: [&str; 3] = [RIGHT, "datadog", "otel"];
const RIGHT: &str = "prometheus_system";
/// What a Prometheus callback takes for granted.
pub const PACKAGE: &str = "the package prometheus_client must be installed (it is in the official image, not in litellm[proxy]): without it the load stops";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(SETTING);
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        mend_moved(installation, finding);
    }
    let expected = Value::Seq(vec![RIGHT.into()]);
    let callback = prometheus(installation);
    let set = matches!(&answer.effective, Effective::Set { value, .. } if *value != Value::Null);
    if !set && callback.is_none() {
        return findings;
    }
    let lines = section_lines(installation, "litellm_settings", &[(SETTING.into(), expected.clone())]);
    if let Some(hidden) = cannot_tell(&META, installation, &answer, lines.clone()) {
        findings.push(hidden);
        return findings;
    }
    let place = match &answer.effective {
        Effective::Set { value: Value::Null, place } => place,
        Effective::Set { value, place } => {
            findings.extend(set_otherwise(installation, place, value, lines));
            return findings;
        }
        Effective::Unset if findings.is_empty() => match answer.homes.first() {
            Some(home) => home,
            None => return findings,
        },
        _ => return findings,
    };
    let intents = vec![Intent::Set(place.clone(), expected)];
    let fix =
        Fix::new(installation, "set service_callback to [\"prometheus_system\"]", Safety::Review, intents);
    if !has_services(installation) {
        return findings;
    }
    let mut finding = Finding::new(&META, SETTING, "unset", place.clone())
        .mention_comments(&answer)
        .production_default(installation);
    finding.related.extend(callback.map(|place| (place, "Prometheus is in use".into())));
    findings.push(finding.fix(fix.assuming(PACKAGE)));
    findings
}

/// Whether there is a database or a Redis to measure.
fn has_services(installation: &Installation<'_>) -> bool {
    let named = |client: &Redis| installation.redis_named(*client) != Target::Nothing;
    installation.database().is_some() || Redis::ALL.iter().any(named)
}

/// Where `prometheus` is a callback already.
pub fn prometheus(installation: &Installation<'_>) -> Option<Place> {
    ["callbacks", "success_callback"].iter().find_map(|name| {
        let answer = installation.setting(name);
        let texts = Installation::texts(answer.value()?)?;
        answer.place().filter(|_| texts.iter().any(|text| text == "prometheus")).cloned()
    })
}

/// The finding about a value that LiteLLM does not take as it is meant.
fn set_otherwise(
    installation: &Installation<'_>,
    place: &Place,
    value: &Value,
    lines: Lines,
) -> Option<Finding> {
    let finding = |state| Finding::new(&META, SETTING, state, place.clone()).severity(Severity::Medium);
    let (state, title, why) = match value {
        Value::Str(text) => (
            "bare_text",
            format!("`service_callback` is the text \"{text}\", not a list"),
            "LiteLLM reads each letter of the text as a name, so no callback is effective",
        ),
        Value::Seq(items) => {
            let name = items.iter().filter_map(Value::as_str).find(|name| is_wrong(name)).unwrap_or_default();
            let state = if name == "prometheus" { "prometheus" } else { "misspelt_name" };
            (
                state,
                format!("`{name}` in `service_callback` has no effect: the right name is `{RIGHT}`"),
                META.why,
            )
        }
        other => {
            let title = format!("`service_callback` is {}, not a list of names", shown(other));
            return Some(finding("wrong_type").title(title).advice("write it as a list").lines(lines));
        }
    };
    let intents = mended(place, value);
    if intents.is_empty() {
        let name = Installation::texts(value)?.into_iter().find(|name| is_unknown(name))?;
        let title =
            format!("`{name}` in `service_callback` has no effect: LiteLLM knows {}", KNOWN.join(", "));
        let finding = finding("unknown_name").severity(Severity::Low).title(title);
        return Some(finding.advice("remove it, or write one of these").lines(lines));
    }
    let what = if matches!(value, Value::Str(_)) { "make it a list" } else { "write `prometheus_system`" };
    let mut fix = Fix::new(installation, what, Safety::Review, intents);
    if brings_metrics(value) {
        fix = fix.assuming(PACKAGE);
    }
    Some(finding(state).title(title).why(why).fix(fix))
}

/// What must change at a place with this value for its callbacks to be effective; nothing if it is right.
fn mended(place: &Place, value: &Value) -> Vec<Intent> {
    let right = |name: &str| Value::from(if is_wrong(name) { RIGHT } else { name });
    let items = match value {
        Value::Str(text) => {
            return vec![Intent::Set(place.clone(), Value::Seq(vec![right(text)]))];
        }
        Value::Seq(items) => items,
        _ => return Vec::new(),
    };
    let mut taken = items.iter().any(|item| item.as_str() == Some(RIGHT));
    let mut intents = Vec::new();
    for (index, _) in items.iter().enumerate().filter(|(_, item)| item.as_str().is_some_and(is_wrong)) {
        let item = place.item(index);
        intents.push(if taken {
            Intent::Remove { place: item, comments: true }
        } else {
            Intent::Set(item, RIGHT.into())
        });
        taken = true;
    }
    // From the end, so that a removal does not shift what comes after it in this list.
    intents.reverse();
    intents
}

/// Whether nothing in LiteLLM answers to this name; one with a dot may be an object of the user's own.
fn is_unknown(name: &str) -> bool {
    !KNOWN.contains(&name) && !name.contains(['.', '/', '{'])
}

/// Whether this name stands for `prometheus_system`, but is not it: `prometheus`, another spelling, or one or two letters off.
fn is_wrong(name: &str) -> bool {
    let plain = name.to_ascii_lowercase().replace(['-', ' '], "_");
    name != RIGHT && (plain == "prometheus" || damerau_levenshtein(&plain, RIGHT) <= 2)
}

fn brings_metrics(value: &Value) -> bool {
    let names = Installation::texts(value).unwrap_or_default();
    names.iter().any(|name| name == RIGHT || is_wrong(name))
}

/// Lets a move or a rename, which puts the effective value, also make it one that LiteLLM takes.
fn mend_moved(installation: &Installation<'_>, finding: &mut Finding) {
    let (Some(value), Remedy::Fix(fix)) = (installation.value_at(&finding.place), &mut finding.remedy) else {
        return;
    };
    let Some(place) = fix.intents.first().and_then(lands) else { return };
    let more = mended(&place, &value);
    if !more.is_empty() {
        fix.assumptions.push(format!("{} is written with LiteLLM's own names for it here", shown(&value)));
        fix.intents.extend(more);
    }
    if brings_metrics(&value) {
        fix.assumptions.push(PACKAGE.into());
    }
}
