//! Without `litellm_settings.request_timeout` or a timeout of the router a request through the proxy may take 6000 seconds.

use serde::Deserialize;

use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{
    Area, Finding, Fix, Intent, Meta, Parameter, Question, Recommended, Remedy, Safety, Severity, State,
};
use crate::project::{
    Answer, At, Effective, Installation, Limit, Place, REQUEST_TIMEOUT_WINS, Running, Timeouts, seconds,
};

mod rivals;
mod variable;

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
    let crashing = !crashes.is_empty();
    findings.extend(crashes);
    findings
        .extend(answer.overridden.iter().filter_map(|loser| variable::loses(installation, &answer, loser)));
    let unseen = timeouts.hidden.is_some();
    let hidden = unseen.then(|| cannot_see(installation, params)).flatten();
    findings.extend(hidden);
    if let Some(limit) = timeouts.effective(installation.running()) {
        findings.extend(rivals::contradiction(installation, &timeouts));
        findings.extend(rivals::too_long(installation, &timeouts, limit, params));
        findings.extend(rivals::longer_entry(&timeouts, limit));
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

fn unset(
    installation: &Installation<'_>,
    answer: &Answer,
    timeouts: &Timeouts,
    params: &Params,
) -> Option<Finding> {
    let Some(home) = answer.homes.first() else {
        return Recommended::new(installation, answer, params.seconds).hidden(&META);
    };
    let (limited, all) = limited_entries(installation, timeouts);
    if limited == all && all > 0 && installation.stored_in_database().is_none() {
        return None;
    }
    let (state, title) = match answer.value() {
        Some(value) if *value != Value::Null => (
            State::named("wrong_type"),
            format!("`request_timeout` is {}, which is not a number of seconds", shown(value)),
        ),
        _ if limited > 0 && all > limited => {
            let title = "a request may take 6000 s: request_timeout is not set";
            (State::UNSET, format!("{title} for {} of the {all} entries of model_list", all - limited))
        }
        _ => (State::UNSET, META.title.to_owned()),
    };
    let mut finding = Finding::new(&META, META.id, state, home.clone()).title(title).mention_comments(answer);
    if state == State::UNSET {
        finding = finding.production_default(installation);
    }
    if let Some(first) = timeouts.entries.first() {
        let own = format!("entries with a timeout of their own keep it: {limited}");
        finding.related.push((first.sign.place.clone(), own));
    }
    let note = "requests that take longer then end with a timeout error";
    let mut fix = to_seconds(installation, home, params, note);
    if let Some(unseen) = installation.unseen_variables() {
        fix.assumptions.push(format!("{VARIABLE} does not already set it: {unseen}"));
    }
    Some(finding.fix(fix))
}

/// How many entries of model_list have a limit of their own, and how many there are.
fn limited_entries(installation: &Installation<'_>, timeouts: &Timeouts) -> (usize, usize) {
    let mut own: Vec<_> = timeouts
        .entries
        .iter()
        .filter(|limit| limit.seconds > 0.0)
        .filter_map(|limit| match &limit.sign.place.at {
            At::Yaml { doc, path } => Some((limit.sign.place.file, *doc, path.split_last()?.0)),
            _ => None,
        })
        .collect();
    own.sort();
    own.dedup();
    (own.len(), installation.model_groups().iter().map(|group| group.entries).sum())
}

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
    let mut fix = Fix::new(installation, title, Safety::Review, vec![Intent::Set(home.clone(), value)]);
    fix.assumptions.push(note.to_owned());
    fix.questions.push(Question::new(
        "seconds",
        "Seconds that a request may take?",
        expected,
        "the value of LiteLLM's production page; load balancers in front often allow less",
    ));
    fix
}

/// What stands where LiteLLM does not read it. A move activates it, and says which of two timeouts then wins.
fn misplaced(installation: &Installation<'_>, answer: &Answer, timeouts: &Timeouts) -> Vec<Finding> {
    let mut findings = ineffective_places(installation, &META, answer);
    // Without a limit of their own streams go by that of all requests.
    let of_all = timeouts.effective(installation.running());
    let others = [("router_timeout", timeouts.request.as_ref()), ("router_stream_timeout", of_all)];
    let mut rivals = vec![timeouts.router.as_ref(); findings.len()];
    for (name, rival) in others {
        let more = ineffective_places(installation, &META, &installation.setting(name));
        rivals.extend(more.iter().map(|_| rival));
        findings.extend(more);
    }
    for (finding, rival) in findings.iter_mut().zip(rivals) {
        let (Remedy::Fix(fix), Some(rival)) = (&mut finding.remedy, rival) else { continue };
        let value = installation.value_at(&finding.place).as_ref().and_then(seconds);
        if value == Some(rival.seconds) {
            let text = format!("remove it there: {} has the same value", rival.sign.what);
            *finding = finding.clone().severity(Severity::Low).advice(text);
            continue;
        }
        if finding.setting == "router_stream_timeout" {
            continue;
        }
        let other = format!("{} ({})", rival.sign.what, rival.seconds);
        // What a variable gives is taken for a limit.
        let limits = value != Some(0.0);
        match overrides(installation, finding.setting == "router_timeout", limits, rival) {
            Some(true) => fix.assumptions.push(format!("it then overrides {other}")),
            Some(false) if value == Some(0.0) => {
                *finding = finding.clone().advice(format!("remove it there: LiteLLM takes 0 as unset, and {other} is effective"));
            }
            Some(false) => {
                let release = match installation.running() {
                    Running::Known(version, ..) => format!(" in LiteLLM {version}"),
                    Running::Unknown(..) => String::new(),
                };
                let text = format!("remove it there; if you want this value, give it to {other}, which overrides it{release}");
                *finding = finding.clone().advice(text);
            }
            None => fix.assumptions.push(format!("{} is {}: since LiteLLM {REQUEST_TIMEOUT_WINS} request_timeout overrides the router's timeout, before that it was the other way round", rival.sign.what, rival.seconds)),
        }
    }
    findings
}

/// Whether a timeout, of the router or of requests, overrides the other one once it is where LiteLLM reads it; `None` where that depends
/// on the release. A 0 does not limit.
fn overrides(installation: &Installation<'_>, of_router: bool, limits: bool, rival: &Limit) -> Option<bool> {
    let wins = |since: bool| match of_router {
        true => limits && !(since && rival.limits()),
        false => limits && since,
    };
    match installation.running() {
        _ if wins(true) == wins(false) => Some(wins(true)),
        Running::Known(version, ..) => Some(wins(*version >= REQUEST_TIMEOUT_WINS)),
        Running::Unknown(..) => None,
    }
}
