//! Instances share limits, budgets and spend through Redis, and LiteLLM ignores many ways to name one without a word.

use crate::document::Value;
use crate::plan::{Area, Finding, Meta, NoParams, Remedy, Severity};
use crate::project::{Installation, Redis, Target, Version};

mod lines;
mod names;
mod target;
mod url;

use lines::{cache_params, coordinate, coordination_lines};

pub const META: Meta = Meta {
    id: "redis_coordination",
    title: "instances do not share their limits, budgets and spend",
    why: "LiteLLM silently runs without Redis here: each instance counts on its own",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "Redis between instances",
    files: "config.yaml, Helm values, ConfigMaps, env files, compose files, Kubernetes manifests",
    versions: "all; `coordination_redis` since 1.93, the environment alone since 1.101",
    settings: &[
        "cache",
        "cache_params",
        "cache_url",
        "cache_host",
        "cache_port",
        "cache_password",
        "redis_url",
        "redis_host",
        "redis_port",
        "redis_password",
        "cache_kwargs",
        "router_redis_ssl",
        "router_redis_username",
        "coordination_redis",
        "env_redis_url",
        "env_redis_host",
        "env_redis_port",
        "env_redis_password",
        "env_redis_username",
        "env_redis_ssl",
        "env_redis_db",
    ],
    params: &[],
    weights: &[(Area::Reliability, 3), (Area::Security, 1)],
    aliases: &[],
};

/// From this release on the start is refused where the transaction buffer has no Redis.
const BUFFER_REFUSED: Version = Version(1, 83, 0);
/// The first release that was seen to have `general_settings.fail_closed_budget_enforcement`.
const STRICT: Version = Version(1, 106, 2);
const STRICTLY: &str = "let the processes coordinate through Redis; since LiteLLM 1.106 at the latest, `general_settings.fail_closed_budget_enforcement: true` checks each request against the database, and refuses it if the database cannot be read";
/// From this release on there is `general_settings.coordination_redis`.
const COORDINATION: Version = Version(1, 93, 0);

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let mut findings = names::ineffective(installation);
    if installation.config_doubt().is_some() {
        return findings;
    }
    findings.extend(names::of_semantic(installation));
    findings.extend(url::empty_url(installation));
    let mends = findings.iter().any(|finding| {
        let names_one = !finding.setting.starts_with("redis_") && !finding.setting.starts_with("router_");
        names_one && matches!(finding.remedy, Remedy::Fix(_))
    });
    let mut cache = target::cache(installation);
    if mends && let Some(hidden) = cache.take().filter(|hidden| hidden.severity == Severity::Critical) {
        let fixed = |finding: &&mut Finding| matches!(finding.remedy, Remedy::Fix(_));
        for finding in findings.iter_mut().filter(|one| one.setting.starts_with("cache_")).filter(fixed) {
            finding.severity = hidden.severity;
            finding.why = format!("{}: {}", hidden.title, hidden.why);
        }
    }
    if cache.is_none() && !mends {
        let buffer = buffer(installation);
        findings.extend(target::no_target(installation, Redis::Coordination));
        findings.extend(target::no_target(installation, Redis::Router));
        if buffer.is_none() {
            findings.extend(router_alone(installation).or_else(|| each_alone(installation)));
        }
        findings.extend(buffer);
    }
    findings.extend(cache);
    for client in Redis::ALL {
        findings.extend(url::beside_url(installation, client));
        findings.extend(url::url_of_environment(installation, client));
    }
    findings
}

/// The transaction buffer without a Redis to buffer in.
fn buffer(installation: &Installation<'_>) -> Option<Finding> {
    let buffer = installation.setting("use_redis_transaction_buffer");
    let on = match buffer.value()? {
        Value::Bool(on) => *on,
        Value::Str(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    };
    let place = buffer.place().filter(|_| on)?;
    let running = installation.running();
    let finding = |state| Finding::new(&META, "use_redis_transaction_buffer", state, place.clone());
    let lost = format!("before {BUFFER_REFUSED} all spend is silently lost");
    let refused = format!("since LiteLLM {BUFFER_REFUSED} the proxy refuses to start");
    let finding = match installation.coordination_redis() {
        Target::Named(_) => return None,
        Target::Unknown(doubt) => finding("buffer_unseen")
            .title(format!("the Redis of the transaction buffer is not visible: {doubt}"))
            .why(format!("without one, {refused}; {lost}"))
            .severity(Severity::Low)
            .offer(),
        Target::Nothing => {
            let (severity, what) = if running.surely_since(BUFFER_REFUSED) {
                (Severity::Critical, "LiteLLM refuses to start".to_owned())
            } else if running.maybe_since(BUFFER_REFUSED) {
                (Severity::Critical, format!("{refused}, {lost}"))
            } else {
                (Severity::High, "all spend is silently lost".to_owned())
            };
            finding("buffer_without_redis")
                .title(format!("`use_redis_transaction_buffer` has no Redis: {what}"))
                .why("it needs the Redis that coordinates the instances, which router settings never provide")
                .severity(severity)
        }
    };
    Some(coordinate(installation, finding, "give the instances a Redis, or turn the buffer off"))
}

/// A Redis of the router that nothing else uses.
fn router_alone(installation: &Installation<'_>) -> Option<Finding> {
    let Target::Named(place) = installation.redis_named(Redis::Router) else { return None };
    if installation.coordination_redis() != Target::Nothing {
        return None;
    }
    let processes = processes(installation);
    // A single process has nothing to share.
    if processes == Some(1) && installation.runtime().is_some() {
        return None;
    }
    let finding = Finding::new(&META, "coordination_redis", "router_alone", place)
        .title("limits, budgets and locks are not shared between instances: only the router has a Redis")
        .why("`router_settings` alone never provides the Redis through which instances coordinate");
    let finding = if processes == Some(1) { finding.severity(Severity::Low) } else { finding };
    Some(coordinate(installation, finding, "let the instances coordinate through the same Redis"))
}

/// How many processes run, where that can be seen.
fn processes(installation: &Installation<'_>) -> Option<u64> {
    Some(installation.workers().number?.saturating_mul(installation.instances().number?))
}

/// Several processes that count limits and budgets each for itself, since there is no Redis at all.
fn each_alone(installation: &Installation<'_>) -> Option<Finding> {
    let processes = processes(installation).filter(|processes| *processes > 1)?;
    let sign = installation.instances().sign.or(installation.workers().sign)?;
    let limits = installation.database()?;
    let named = Redis::ALL.iter().any(|client| installation.redis_named(*client) != Target::Nothing);
    if named || installation.coordination_redis() != Target::Nothing {
        return None;
    }
    let mut finding = Finding::new(&META, "coordination_redis", "each_alone", sign.place)
        .severity(Severity::Low)
        .title(format!(
            "limits and budgets are not shared: {processes} processes run without Redis, each counts on its own"
        ))
        .why("a key can use up its full limits in each process");
    finding.related.push((limits.place, format!("keys and their limits are in a database: {}", limits.what)));
    let budgets = installation.budgets();
    let text = match &budgets {
        Some(_) if installation.running().maybe_since(STRICT) => STRICTLY,
        _ => "if limits matter, let the processes coordinate through Redis",
    };
    let finding = coordinate(installation, finding, text);
    // Those of keys stand in the database; who has some in the configuration cares for limits.
    Some(match budgets {
        Some(budgets) => finding
            .severity(Severity::Medium)
            .see(budgets.place, format!("budgets are in use: {}", budgets.what)),
        None if installation.entry_params(&["rpm", "tpm"]).is_empty() => finding.minor(),
        None => finding,
    })
}
