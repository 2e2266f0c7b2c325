//! While the database cannot be reached, `general_settings.allow_requests_on_db_unavailable` lets every request in.

use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Advice, Area, Finding, Meta, NoParams, Recommended, Remedy, Safety, Severity};
use crate::project::{Answer, At, Effective, Installation, Place, Running, Sign, Version};

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
/// The last release known to give such requests the user id of the admin.
const ADMIN: Version = Version(1, 83, 0);
/// The first release known to give such requests a restricted identity.
const RESTRICTED: Version = Version(1, 83, 14);

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

/// A move or a rename of what is on lets requests in that are refused today.
fn activates(finding: &mut Finding, installation: &Installation<'_>, exposed: Option<&Sign>) {
    let value = installation.value_at(&finding.place).unwrap_or(Value::Null);
    if !is_on(&value) && !is_unknown(&value) {
        finding.severity = Severity::Low;
        return;
    }
    let Remedy::Fix(fix) = &mut finding.remedy else { return };
    let activates = format!(
        "it activates {}, which is not effective today: {}",
        shown(&value),
        why(installation, exposed)
    );
    if hazard(installation, exposed).0 == META.severity {
        fix.safety = Safety::Hazardous;
        fix.assumptions = vec![activates, "removing the key instead keeps today's behavior".into()];
    } else {
        let text = format!("remove it; do not {}: {activates}", fix.title);
        finding.remedy = Remedy::Advice(Advice { text, ..Advice::default() });
        related(finding, exposed);
    }
}

/// How much it hurts here, and the words for it.
fn hazard(installation: &Installation<'_>, exposed: Option<&Sign>) -> (Severity, Option<String>) {
    let (known, words) = match installation.running() {
        Running::Known(version, ..) if *version >= RESTRICTED => (false, None),
        Running::Known(version, ..) if *version > ADMIN => {
            (true, Some(format!("in {version} perhaps with the user id of the admin")))
        }
        Running::Known(version, ..) => (true, Some(format!("in {version} with the user id of the admin"))),
        Running::Unknown(..) => (false, Some("up to 1.83.0 with the user id of the admin".to_owned())),
    };
    let severity = match (exposed, known) {
        (Some(_), _) => Severity::Critical,
        (None, true) => Severity::High,
        (None, false) => META.severity,
    };
    (severity, words)
}

fn why(installation: &Installation<'_>, exposed: Option<&Sign>) -> String {
    let (_, identity) = hazard(installation, exposed);
    let from = match exposed {
        Some(sign) => format!("the proxy can be reached from outside ({})", sign.what),
        None => "it is meant for proxies that nobody outside the network can reach".into(),
    };
    let identity = identity.map(|words| format!(", {words}")).unwrap_or_default();
    format!("{}{identity}; {from}", META.why)
}

fn related(finding: &mut Finding, exposed: Option<&Sign>) {
    finding.related.extend(exposed.map(|sign| (sign.place.clone(), sign.what.clone())));
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

/// A reference or a template may turn out to be on.
fn is_unknown(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("os.environ/") || text.contains("{{"))
}

/// Whether the key itself stands there: a section that cannot be seen is no sign of it.
fn is_key(place: &Place) -> bool {
    matches!(&place.at, At::Yaml { path, .. } if path.last_key() == Some(KEY))
}
