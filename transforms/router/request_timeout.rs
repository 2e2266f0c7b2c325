//! Without `litellm_settings.request_timeout` or a timeout of the router a request through the proxy may take 6000 seconds.

use serde::Deserialize;

use crate::document::Value;
use crate::plan::{Area, Finding, Fix, Meta, Parameter, Question, Recommended, Remedy, Safety, Severity};
use crate::project::{At, Effective, Installation, Place};

mod contradiction;
mod misplaced;
mod too_long;
mod unset;
mod variable;

use misplaced::misplaced;
use unset::unset;

pub const META: Meta = Meta {
    id: "request_timeout",
    title: "a request may take 6000 s: request_timeout is not set",
    why: "a hanging provider blocks the client, a connection and memory for 100 minutes; LiteLLM's production page advises 600",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "timeouts",
    files: "config.yaml, Helm values, ConfigMaps, env files, compose files, Kubernetes manifests",
    versions: "all; which of two timeouts wins changed in 1.91",
    settings: &["request_timeout", "router_timeout", "router_stream_timeout"],
    params: &[Parameter::number("seconds", 600, (1, 86_400), "the longest time of a request, in seconds")],
    weights: &[(Area::Reliability, 2), (Area::Latency, 2)],
    aliases: &[],
};

const VARIABLE: &str = "REQUEST_TIMEOUT";

#[derive(Debug, Deserialize)]
pub struct Params {
    /// The longest time of a request, in seconds.
    pub seconds: u32,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let timeouts = installation.timeouts();
    let mut findings = misplaced(installation, &answer, &timeouts);
    let moved = findings.iter().any(|finding| matches!(finding.remedy, Remedy::Fix(_)));
    findings.extend(variable::of_the_command_line(installation));
    let crashes = variable::crashes(installation, &timeouts, params);
    let crashing = crashes.is_some();
    findings.extend(crashes);
    findings
        .extend(answer.overridden.iter().filter_map(|loser| variable::loses(installation, &answer, loser)));
    let unseen = timeouts.hidden.is_some();
    let hidden = unseen.then(|| cannot_see(installation, params)).flatten();
    findings.extend(hidden);
    if let Some(limit) = timeouts.effective(installation.running()) {
        findings.extend(contradiction::contradiction(installation, &timeouts));
        findings.extend(too_long::too_long(installation, &timeouts, limit, params));
        findings.extend(too_long::longer_entry(&timeouts, limit));
    } else if !moved && !crashing && !unseen {
        findings.extend(unset(installation, &answer, &timeouts, params));
    }
    findings
}

/// The advice for a timeout that is set to what cannot be seen.
fn cannot_see(installation: &Installation<'_>, params: &Params) -> Option<Finding> {
    [META.id, "router_timeout"]
        .into_iter()
        .map(|name| installation.setting(name))
        .find(|answer| matches!(answer.effective, Effective::Hidden { .. }))
        .and_then(|answer| Recommended::new(installation, &answer, params.seconds).hidden(&META))
}

/// The fix that writes the advised number of seconds at a home, in the form that it has there.
fn to_seconds(installation: &Installation<'_>, home: &Place, params: &Params, note: &str) -> Fix {
    let expected = Value::Int(params.seconds.into());
    let (name, value) = match &home.at {
        At::Yaml { path, .. } if matches!(path.last_key(), Some("timeout" | "request_timeout")) => {
            (path.last_key().unwrap_or(META.id), expected.clone())
        }
        // Variables are texts, also in the lists of Kubernetes.
        _ => (VARIABLE, Value::Str(params.seconds.to_string())),
    };
    let title = format!("set {name} to {} seconds", params.seconds);
    Fix::set(installation, title, Safety::Review, home, value).assuming(note).asking(Question::new(
        "seconds",
        "Seconds that a request may take?",
        expected,
        "the value of LiteLLM's production page; load balancers in front often allow less",
    ))
}
