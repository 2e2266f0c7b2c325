//! Debug output is switched on in five places; in production it costs speed, and some of them put prompts into the log.

use super::litellm_log::{LEVEL, Params, crash};
use crate::document::Value;
use crate::plan::{Area, Finding, Meta, Parameter, Recommended, Safety, Severity};
use crate::project::{Effective, Installation};

mod flag;
mod verbose;
mod without_effect;

use without_effect::without_effect;

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
        findings.extend(verbose::finding(installation, &answer, section));
    }
    without_effect(installation, &installation.setting("router_debug_level"), &mut findings);
    findings.extend(level(installation, params));
    for (name, flag, variable) in
        [("detailed_debug", "--detailed_debug", "DETAILED_DEBUG"), ("debug", "--debug", "DEBUG")]
    {
        let answer = installation.setting(name);
        without_effect(installation, &answer, &mut findings);
        findings.extend(flag::finding(installation, &answer, flag, variable));
    }
    findings
}

/// `LITELLM_LOG=DEBUG`.
fn level(installation: &Installation<'_>, params: &Params) -> Option<Finding> {
    let log = installation.setting("litellm_log");
    let Effective::Set { value: Value::Str(text), place } = &log.effective else { return None };
    if !text.eq_ignore_ascii_case("DEBUG") || crash(installation, text, place).is_some() {
        return None;
    }
    let level = Recommended::new(installation, &log, params.level.as_str());
    Some(off(&level, format!("LITELLM_LOG is {text}")))
}

/// The finding that turns one setting off where it stands.
fn off(quiet: &Recommended<'_>, title: String) -> Finding {
    quiet.mend(quiet.finding(&META, "on").title(title), Safety::Review, |fix| fix)
}

/// Whether Python takes the value as true.
fn is_on(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) | Value::Int(0) => false,
        Value::Str(text) => !text.is_empty(),
        _ => true,
    }
}
