//! How many worker processes LiteLLM runs: one in each pod, as many as CPUs on a single host, and never without its configuration.

mod counts;
mod hazards;
mod host;

use serde::Deserialize;

use crate::document::Value;
use crate::plan::build::by_place;
use crate::plan::{Area, Bounds, Finding, Meta, Parameter, Remedy, Severity};
use crate::project::demand::Demand;
use crate::project::{At, Installation, Place, Runtime};
use crate::transforms::database::database_connection_pool::{DEFAULT_LIMIT, LIMIT, POSTGRESQL};

pub use counts::lines as lines_of_number;

pub const META: Meta = Meta {
    id: "workers",
    title: "only one CPU is used: one worker process runs",
    why: "on a single host LiteLLM's production page advises as many workers as it has CPUs; on Kubernetes one for each pod",
    severity: Severity::Low,
    worst: Severity::Critical,
    gap: "workers",
    files: "env files, Helm values, compose files, Kubernetes manifests",
    versions: "all; the advice of 2026-10",
    settings: &[
        "num_workers",
        "config_option",
        "chart_args",
        "run_gunicorn",
        "run_granian",
        "keepalive_timeout",
        "validate_config",
    ],
    params: &[
        Parameter::unknown(
            "count",
            Bounds::Numbers(1, 256),
            "workers of an instance on a single host: its vCPUs",
        ),
        Parameter::unknown(
            "max_connections",
            Bounds::Numbers(1, u32::MAX),
            "what `SHOW max_connections` says, for pools that must shrink with more workers",
        ),
        Parameter::number("reserve", 10, (0, u32::MAX), "connections left to everything else"),
    ],
    weights: &[(Area::Throughput, 3), (Area::Reliability, 2)],
    aliases: &[],
};

const SETTING: &str = "num_workers";
const VARIABLE: &str = "NUM_WORKERS";

#[derive(Debug, Deserialize)]
pub struct Params {
    /// The workers of an instance on a single host: its CPUs. Unknown unless the user says it.
    pub count: Option<u32>,
    /// The `max_connections` of the database, for the pools that grow with the workers.
    pub max_connections: Option<u32>,
    /// The connections left to everything else.
    pub reserve: u32,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(SETTING);
    let mut findings: Vec<Finding> = installation
        .lost_configuration()
        .map(|lost| hazards::told(installation, &lost))
        .into_iter()
        .collect();
    findings.extend(hazards::ineffective(installation, &answer));
    findings.extend(hazards::options(installation));
    findings.extend(hazards::beaten_by_chart(installation));
    if let Some(unusable) = hazards::unusable(installation, &answer) {
        findings.push(unusable);
        return findings;
    }
    let moved =
        findings.iter().any(|finding| finding.setting == SETTING && matches!(finding.remedy, Remedy::Fix(_)));
    let evident = installation.parts.env_files.iter().any(|link| link.is_certain());
    let found = match installation.runtime() {
        _ if moved => None,
        Some(Runtime::Kubernetes) => one_for_each_pod(installation),
        Some(Runtime::Compose) => host::single_host(installation, &answer, params),
        None if evident || params.count.is_some() => host::single_host(installation, &answer, params),
        None => None,
    };
    findings.extend(found);
    findings
}

/// A number as its home takes it: a variable holds a text.
fn number(home: &Place, number: u64) -> Value {
    match &home.at {
        At::Yaml { path, .. } if path.last_key() == Some("numWorkers") => Value::Int(number.into()),
        _ => Value::Str(number.to_string()),
    }
}

/// Several workers in a pod: a choice that is kept, and told. Where the pools do not fit either, `database_connection_pool` tells both.
fn one_for_each_pod(installation: &Installation<'_>) -> Option<Finding> {
    let workers = installation.workers();
    let (number, sign) = (workers.number.filter(|number| *number > 1)?, workers.sign?);
    if pools_overflow(installation) {
        return None;
    }
    let instances = installation.instances();
    let scaled = installation.setting("autoscaling").value() == Some(&Value::Bool(true));
    let mut finding = Finding::new(&META, SETTING, "several_in_a_pod", sign.place)
        .title(format!("{number} workers in each pod: on Kubernetes LiteLLM advises one, and more replicas"))
        .why("autoscalers and pod limits assume one; pools, caches and rate limits without Redis multiply with each worker");
    if let Some(sign) = instances.sign {
        finding.related.push((
            sign.place,
            format!(
                "instances at most: {}",
                instances.number.map_or("unknown".into(), |one| one.to_string())
            ),
        ));
    }
    let more = instances.number.filter(|_| !scaled);
    let more = more.and_then(|replicas| counts::instances(installation, replicas * number));
    let one = counts::lines(installation, Some(&finding.place), 1);
    let lines = by_place(std::iter::once(one).chain(more));
    let text = "nothing is changed; to follow today's advice:";
    Some(finding.advice(text).lines(lines))
}

/// Whether the pools of all workers ask for more than PostgreSQL's default bears.
fn pools_overflow(installation: &Installation<'_>) -> bool {
    let demand = Demand::of(installation, pool_limit(installation), 1);
    installation.database().is_some() && demand.least() > u64::from(POSTGRESQL - 10)
}

fn pool_limit(installation: &Installation<'_>) -> u64 {
    match installation.setting(LIMIT).value() {
        Some(Value::Int(limit)) => u64::try_from(*limit).unwrap_or(DEFAULT_LIMIT),
        _ => DEFAULT_LIMIT,
    }
}
