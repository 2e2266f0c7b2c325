//! While the database cannot be reached, `general_settings.allow_requests_on_db_unavailable` lets every request in.

use crate::document::Value;
use crate::plan::build::ineffective_places;
use crate::plan::{Area, Finding, Meta, NoParams, Recommended, Safety, Severity};
use crate::project::{Answer, At, Effective, Installation, Place, Sign};

mod activated;
mod exposure;

use activated::activates;
use exposure::{hazard, related, why};

pub const META: Meta = Meta {
    id: "db_unavailable",
    title: "every request is let in while the database cannot be reached",
    why: "any bearer token is accepted during that time: budgets, revoked keys and model access are not enforced",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "database down",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all; up to 1.83.0 such requests carry the user id of the admin",
    settings: &["allow_requests_on_db_unavailable"],
    params: &[],
    weights: &[(Area::Security, 3)],
    aliases: &[],
};

const KEY: &str = "allow_requests_on_db_unavailable";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(KEY);
    let exposed = installation.exposed();
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        activates(finding, installation, exposed.as_ref());
    }
    let off = Recommended::new(installation, &answer, false);
    let value = match &answer.effective {
        Effective::Set { value, .. } => Some(value.clone()),
        Effective::Hidden { .. } => referred(&answer),
        Effective::Unset => return findings,
    };
    // Where layers of values differ, the one that is on is the one to warn of.
    let layer = installation.in_layers("general_settings", KEY).into_iter().find(|(value, _)| is_on(value));
    let value = layer.as_ref().filter(|_| answer.blocked.is_some()).map(|(value, _)| value.clone()).or(value);
    let place = layer.map(|(_, place)| place).or_else(|| answer.place().cloned());
    match (value, &place) {
        (Some(value), Some(place)) if is_on(&value) => {
            findings.push(on(installation, &answer, place, exposed.as_ref(), &off));
        }
        (None, Some(place)) if is_key(place) => {
            findings.extend(off.hidden(&META));
        }
        _ => {}
    }
    findings
}

fn on(
    installation: &Installation<'_>,
    answer: &Answer,
    place: &Place,
    exposed: Option<&Sign>,
    off: &Recommended<'_>,
) -> Finding {
    let (severity, _) = hazard(installation, exposed);
    let mut finding = Finding::new(&META, KEY, "on", place.clone())
        .title(format!("{}: {KEY} is on", META.title))
        .why(why(installation, exposed))
        .severity(severity)
        .mention_comments(answer);
    related(&mut finding, exposed);
    if severity == META.severity {
        let text = "keep it only if nobody outside the network can reach the proxy (LiteLLM's production page allows it there); otherwise turn it off";
        let lines = off.lines();
        return finding.advice(text).lines(lines);
    }
    let refuses = "while the database cannot be reached, requests with a key that is not cached are refused, and since 1.89 the readiness probe fails";
    off.mend(finding, Safety::Review, |fix| fix.assuming(refuses))
}

/// What a reference leads to, as far as the files show.
fn referred(answer: &Answer) -> Option<Value> {
    answer.reference.as_ref()?.given.as_ref()?.text.clone().map(Value::Str)
}

/// LiteLLM also takes the text `true`, in any letter case and with blanks around it.
fn is_on(value: &Value) -> bool {
    match value {
        Value::Bool(on) => *on,
        Value::Str(text) => text.trim().eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// Whether the key itself stands there: a section that cannot be seen is no sign of it.
fn is_key(place: &Place) -> bool {
    matches!(&place.at, At::Yaml { path, .. } if path.last_key() == Some(KEY))
}
