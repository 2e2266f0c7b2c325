//! Health metrics of Redis and the database come from `litellm_settings.service_callback`, whose name and values are easily mistaken.

use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Area, Finding, Meta, NoParams, Recommended, Safety, Severity};
use crate::project::{Effective, Installation, Place, Redis, Target};

mod names;
mod otherwise;

use names::{RIGHT, brings_metrics, mended};

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
/// What a Prometheus callback takes for granted.
pub const PACKAGE: &str = "the package prometheus_client must be installed (it is in the official image, not in litellm[proxy]): without it the load stops";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(SETTING);
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        mend_moved(installation, finding);
    }
    let callback = prometheus(installation);
    let set = answer.value().is_some_and(|value| *value != Value::Null);
    if !set && callback.is_none() {
        return findings;
    }
    let expected = Recommended::new(installation, &answer, Value::Seq(vec![RIGHT.into()]));
    let hidden = expected.hidden(&META);
    let found = match &answer.effective {
        _ if hidden.is_some() => hidden,
        Effective::Set { value, place } if set => {
            otherwise::finding(installation, place, value, expected.lines())
        }
        Effective::Unset if !findings.is_empty() || answer.homes.is_empty() => None,
        Effective::Set { .. } | Effective::Unset => unset(installation, &expected, callback),
        Effective::Hidden { .. } => None,
    };
    findings.extend(found);
    findings
}

/// The finding where Prometheus gets metrics, but none of the services behind the proxy.
fn unset(
    installation: &Installation<'_>,
    expected: &Recommended<'_>,
    callback: Option<Place>,
) -> Option<Finding> {
    if !has_services(installation) {
        return None;
    }
    let mut finding = expected.finding(&META, "unset").production_default(installation);
    finding.related.extend(callback.map(|place| (place, "Prometheus is in use".into())));
    Some(expected.mend(finding, Safety::Review, |fix| fix.assuming(PACKAGE)))
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

/// Lets a move or a rename, which puts the effective value, also make it one that LiteLLM takes.
fn mend_moved(installation: &Installation<'_>, finding: &mut Finding) {
    let Some(value) = installation.value_at(&finding.place) else { return };
    let Some((fix, place)) = finding.landing() else { return };
    let more = mended(&place, &value);
    if !more.is_empty() {
        fix.assumptions.push(format!("{} is written with LiteLLM's own names for it here", shown(&value)));
        fix.intents.extend(more);
    }
    if brings_metrics(&value) {
        fix.assumptions.push(PACKAGE.into());
    }
}
