//! Debug output is switched on in five places; in production it costs speed, and some of them put prompts into the log.

use std::collections::HashSet;

use super::litellm_log::{LEVEL, Params, crash};
use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Area, Finding, Fix, Intent, Meta, Parameter, Recommended, Remedy, Safety, Severity};
use crate::project::{Answer, At, Effective, Ineffective, Installation, Place, Why};

pub const META: Meta = Meta {
    id: "debug_mode",
    title: "debug output is on",
    why: "debug output slows down every request and writes prompts and headers to the log",
    severity: Severity::High,
    worst: Severity::Critical,
    gap: "debug logging",
    files: "config.yaml, Helm values, ConfigMaps, env files, compose files, Kubernetes manifests",
    versions: "all",
    settings: &["set_verbose", "router_set_verbose", "router_debug_level", "detailed_debug", "debug"],
    params: &[Parameter { meaning: "what takes the place of `LITELLM_LOG=DEBUG`", ..LEVEL }],
    weights: &[(Area::Throughput, 2), (Area::Latency, 2), (Area::Security, 2)],
    aliases: &[],
};

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for (name, section) in [("set_verbose", "litellm_settings"), ("router_set_verbose", "router_settings")] {
        let answer = installation.setting(name);
        without_effect(installation, &answer, &mut findings);
        let quiet = Recommended::new(installation, &answer, false);
        match &answer.effective {
            Effective::Set { value, .. } if is_on(value) => {
                let title = format!("{section}.set_verbose is {}", shown(value));
                let finding = off(&quiet, title);
                let mut finding = weighed(installation, name, finding);
                let level = installation.setting("router_debug_level");
                if let Some(place) = level.place().filter(|_| name == "router_set_verbose") {
                    let word = "read only while router_settings.set_verbose is on".to_owned();
                    finding.related.push((place.clone(), word));
                }
                findings.push(finding);
            }
            Effective::Hidden { .. } if answer.place().is_some_and(|place| has_key(installation, place)) => {
                findings.extend(quiet.hidden(&META));
            }
            _ => {}
        }
    }
    without_effect(installation, &installation.setting("router_debug_level"), &mut findings);
    let log = installation.setting("litellm_log");
    if let Effective::Set { value: Value::Str(text), place } = &log.effective
        && text.eq_ignore_ascii_case("DEBUG")
        && crash(installation, text, place).is_none()
    {
        let level = Recommended::new(installation, &log, params.level.as_str());
        findings.push(off(&level, format!("LITELLM_LOG is {text}")));
    }
    for (name, flag, variable) in
        [("detailed_debug", "--detailed_debug", "DETAILED_DEBUG"), ("debug", "--debug", "DEBUG")]
    {
        let answer = installation.setting(name);
        without_effect(installation, &answer, &mut findings);
        let Effective::Set { value, place } = &answer.effective else { continue };
        if let Value::Str(text) = value {
            if let Some((title, severity)) = variable_on(variable, text) {
                let off_there = Recommended::new(installation, &answer, "False");
                findings.push(off(&off_there, title).severity(severity));
            }
        } else {
            findings.push(flag_on(installation, &answer, flag, place));
        }
    }
    findings
}

/// What `set_verbose` does: in `litellm_settings` only the old print helpers follow it, in `router_settings` the log level of the router.
fn weighed(installation: &Installation<'_>, name: &str, finding: Finding) -> Finding {
    const PRINTS: &str = "it adds about 1.5 kB of lines for each request to the log (not the prompt); LiteLLM's production page advises false";
    const ROUTER: &str = "the router logs each of its decisions; LiteLLM's production page advises false";
    let level = installation.setting("router_debug_level");
    let prompts =
        level.value().and_then(Value::as_str).is_some_and(|text| text.eq_ignore_ascii_case("DEBUG"));
    match name {
        "set_verbose" => finding.severity(Severity::Medium).why(PRINTS),
        _ if prompts => finding,
        _ => finding.severity(Severity::Medium).why(ROUTER),
    }
}

/// The finding that turns one setting off where it stands.
fn off(quiet: &Recommended<'_>, title: String) -> Finding {
    quiet.mend(quiet.finding(&META, "on").title(title), Safety::Review, |fix| fix)
}

/// Places without effect: switching debug output on by a move would be no help, so what is dead goes, or is only told.
fn without_effect(installation: &Installation<'_>, answer: &Answer, findings: &mut Vec<Finding>) {
    let mut told: HashSet<Place> = findings.iter().map(|one| one.place.clone()).collect();
    let unread = |one: &&Ineffective| matches!(one.why, Why::Misspelt(_) | Why::WrongSection(_));
    let unread: HashSet<&Place> = answer.ineffective.iter().filter(unread).map(|one| &one.place).collect();
    for mut finding in ineffective_places(installation, &META, answer) {
        if told.contains(&finding.place) {
            continue;
        }
        if installation.value_at(&finding.place).is_some_and(|value| !is_on(&value)) {
            // What says off changes nothing, wherever it stands.
            continue;
        }
        let name = answer.setting.name;
        told.insert(finding.place.clone());
        if unread.contains(&finding.place) {
            let place = finding.place.clone();
            let title = format!("remove {}, which nothing reads", key_of(&place, name));
            let remove = Intent::Remove { place, comments: true };
            finding.remedy = Remedy::Fix(Fix::new(installation, title, Safety::Review, vec![remove]));
        }
        findings.push(finding.severity(Severity::Low));
    }
}

fn flag_on(installation: &Installation<'_>, answer: &Answer, flag: &str, place: &Place) -> Finding {
    let finding = Finding::new(&META, answer.setting.name, "flag", place.clone())
        .title(format!("the proxy is started with {flag}"));
    let writable = |home: &&Place| installation.may_write(home);
    if let Some(home) = answer.homes.first().filter(writable) {
        let remove = Intent::Remove { place: home.clone(), comments: true };
        let title = format!("remove {flag} from the arguments");
        let fix = Fix::new(installation, title, Safety::Review, vec![remove]);
        let chart = installation.parts.chart().is_some();
        return finding.fix(match chart {
            true => fix.assuming("if `args` becomes empty, the chart's own arguments apply"),
            false => fix,
        });
    }
    let reason = answer.blocked.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let file = installation.shown(place.file);
    finding.advice(format!("remove {flag} in {file} by hand{reason}"))
}

/// What to say of a variable that click reads as a boolean flag; `None` where it is off.
fn variable_on(name: &str, text: &str) -> Option<(String, Severity)> {
    match text.trim().to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "f" | "no" | "n" | "off" => None,
        "1" | "true" | "t" | "yes" | "y" | "on" => Some((format!("{name} is {text}"), META.severity)),
        _ => Some((
            format!("the proxy does not start: {name} is \"{text}\", which is not a boolean"),
            Severity::Critical,
        )),
    }
}

/// Whether Python takes the value as true.
fn is_on(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) | Value::Int(0) => false,
        Value::Str(text) => !text.is_empty(),
        _ => true,
    }
}

/// Whether the key itself stands there: a section that cannot be seen is no sign of debug output.
fn has_key(installation: &Installation<'_>, place: &Place) -> bool {
    key_of(place, "") == "set_verbose" && installation.value_at(place).is_some()
}

fn key_of(place: &Place, name: &str) -> String {
    match &place.at {
        At::Yaml { path, .. } => path.last_key().unwrap_or(name).to_owned(),
        At::Env(variable) | At::Variable { name: variable, .. } | At::Argument { flag: variable, .. } => {
            variable.clone()
        }
        At::Line(_) => name.to_owned(),
    }
}
