//! Every worker of every instance opens its own pool of database connections; all of them together must fit into what the database allows.

mod hazards;
mod limit;

use limit::PoolLimit;

use crate::document::Value;
use crate::plan::build::{goes_in, ineffective_places, yaml_lines};
use crate::plan::{
    Area, Bounds, Finding, Fix, Lines, Meta, Parameter, Question, Recommended, Remedy, Safety, Severity,
};
pub use crate::project::demand::Capacity as Params;
use crate::project::demand::{Demand, neighbour, share};
use crate::project::{Answer, Installation, Runtime};

pub const META: Meta = Meta {
    id: "database_connection_pool",
    title: "the pools of all processes may ask for more connections than the database allows",
    why: "a database without free connections refuses new ones: keys are not found, spend is not written",
    severity: Severity::Medium,
    worst: Severity::High,
    gap: "connection pools",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all; `database_connection_timeout` is ignored from 1.66 to before 1.84.10",
    settings: &[
        "database_connection_pool_limit",
        "database_connection_timeout",
        "database_connection_pool_timeout",
    ],
    params: &[
        Parameter::unknown(
            "max_connections",
            Bounds::Numbers(1, u32::MAX),
            "what `SHOW max_connections` says; without it nothing is written",
        ),
        Parameter::number(
            "reserve",
            10,
            (0, u32::MAX),
            "connections left to everything else: migrations, backups, people",
        ),
    ],
    weights: &[(Area::Reliability, 3), (Area::Throughput, 2)],
    aliases: &[],
};

pub const LIMIT: &str = "database_connection_pool_limit";
/// LiteLLM's default for each worker.
pub const DEFAULT_LIMIT: u64 = 10;
/// PostgreSQL's default of `max_connections`.
pub const POSTGRESQL: u32 = 100;

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(LIMIT);
    let mut findings = ineffective_places(installation, &META, &answer);
    let moved = findings.iter().any(|finding| matches!(finding.remedy, Remedy::Fix(_)));
    findings.extend(hazards::timeouts(installation));
    let Some(database) = installation.database() else { return findings };
    if let Some(lost) = hazards::by_variable(installation, &answer) {
        findings.push(lost);
        return findings;
    }
    findings.extend(hazards::overwritten(installation, &answer));
    if moved || installation.setting("pgbouncer").value().is_some_and(hazards::is_on) {
        return findings;
    }
    let found = match limit::limit_of(installation, &answer) {
        PoolLimit::Number(limit) => judge(installation, &answer, limit, params),
        PoolLimit::Wrong(title) => Some(limit::wrong(installation, &answer, title, params)),
        PoolLimit::Unseen if installation.config_unseen().is_some() => None,
        PoolLimit::Unseen => Recommended::new(installation, &answer, DEFAULT_LIMIT).hidden(&META),
    };
    findings.extend(found.map(|mut finding| {
        finding.related.push((database.place, format!("sign of a database: {}", database.what)));
        finding
    }));
    findings
}

/// The demand of this many servers' worth of pools, in the words of one finding.
fn demand_of(installation: &Installation<'_>, limit: u64) -> Demand {
    let replica = installation.setting("database_read_replica").place().is_some();
    Demand::of(installation, limit, if replica { 2 } else { 1 })
}

fn judge(installation: &Installation<'_>, answer: &Answer, limit: u64, params: &Params) -> Option<Finding> {
    let demand = demand_of(installation, limit);
    let explicit = !answer.is_unset();
    let Some(max) = params.max_connections else {
        return without_number(installation, answer, &demand, params.reserve);
    };
    let Some(processes) = demand.processes() else {
        let finding = finding(installation, answer, "unseen", &demand).severity(Severity::Low);
        let free = max.saturating_sub(params.reserve);
        let text = format!(
            "{max} connections minus {} in reserve are enough for {} workers with {limit} connections each, in all instances together. If there may be more workers, set the limit to {free} / (workers x instances)",
            params.reserve,
            u64::from(free) / limit
        );
        return Some(finding.advice(text));
    };
    let Some(expected) = share(max, params.reserve, processes) else {
        let title = format!(
            "too few connections: {processes} processes share {max}, {} of them in reserve",
            params.reserve
        );
        let text = "run fewer workers or instances, or put a pooler (PgBouncer) in front of the database: no limit is low enough here";
        let finding = finding(installation, answer, "too_many_processes", &demand).title(title);
        return Some(finding.severity(Severity::High).advice(text));
    };
    if limit == expected || (explicit && limit < expected) {
        return None;
    }
    let severity = if limit > expected { Severity::High } else { Severity::Low };
    let state = if explicit { "differs" } else { "unset" };
    let title = format!(
        "each worker may open {limit} connections, the database allows {expected}: {}",
        arithmetic(max, params.reserve, &demand, expected)
    );
    let finding = finding(installation, answer, state, &demand).title(title).severity(severity);
    Some(with_limit(installation, answer, finding, expected, params))
}

/// `(100 - 10) / (2 workers x 3 instances) = 15`, as plain as it was computed.
fn arithmetic(max: u32, reserve: u32, demand: &Demand, expected: u64) -> String {
    format!("({max} - {reserve}) / ({}) = {expected}", demand.processes_in_words())
}

/// The finding about the whole demand, its numbers and their places.
fn finding(
    installation: &Installation<'_>,
    answer: &Answer,
    state: &'static str,
    demand: &Demand,
) -> Finding {
    let home = answer.homes.first().or(answer.place()).cloned();
    let place = home.unwrap_or_else(|| installation.config_place());
    let mut finding = Finding::new(&META, LIMIT, state, place)
        .title(demand.words("database connections"))
        .mention_comments(answer);
    finding.related.extend(demand.signs());
    if let Some(place) = installation.setting("database_read_replica").place() {
        let text = "a read replica: every worker opens as many connections to it".to_owned();
        finding.related.push((place.clone(), text));
    }
    finding
}

/// The same finding with the limit that the database bears.
fn with_limit(
    installation: &Installation<'_>,
    answer: &Answer,
    finding: Finding,
    expected: u64,
    params: &Params,
) -> Finding {
    let expected = Recommended::new(installation, answer, expected);
    expected.mend(finding, Safety::Review, |fix| with_reserve(installation, fix, params))
}

/// What the number rests on, and the questions behind it.
fn with_reserve(installation: &Installation<'_>, fix: Fix, params: &Params) -> Fix {
    let mut fix = fix.assuming(
        "everything else, including pods that overlap during a rollout, needs no more than the reserve",
    );
    if let Some(neighbour) = neighbour(installation) {
        fix = fix.assuming(format!("{neighbour}: choose a reserve that covers those too"));
    }
    if installation.setting("database_read_replica").place().is_some() {
        fix = fix.assuming("the read replica is a server of its own that allows as many connections");
    }
    fix.questions.push(Question::new(
        "max_connections",
        "How many connections does the database allow (SHOW max_connections)?",
        params.max_connections.map_or(Value::Null, Value::from),
        "your answer",
    ));
    fix
}

/// Nobody said what the database allows: the demand, and what PostgreSQL's default would bear; nothing is written.
fn without_number(
    installation: &Installation<'_>,
    answer: &Answer,
    demand: &Demand,
    reserve: u32,
) -> Option<Finding> {
    let bearable = u64::from(POSTGRESQL.saturating_sub(reserve));
    // Each server has connections of its own.
    let too_many = demand.least() / demand.servers.max(1) > bearable;
    // Where a variable that nobody sees could set the workers, and nothing else is set, there is nothing to act on.
    let nothing_known = demand.workers.number.is_none() && answer.is_unset();
    if !too_many && (demand.processes().is_some() || nothing_known) {
        return None;
    }
    let severity = if too_many { META.severity } else { Severity::Low };
    let finding = finding(installation, answer, "demand", demand).severity(severity);
    let borne = share(POSTGRESQL, reserve, demand.least_processes());
    let mut text = format!(
        "PostgreSQL's default is {POSTGRESQL} connections; minus {reserve} in reserve that is enough for "
    );
    match (borne, demand.processes()) {
        (None, _) => text.push_str("less than one connection for each process"),
        (Some(_), None) => text.push_str(&format!("{} such workers in all", bearable / demand.limit)),
        (Some(borne), Some(_)) => text.push_str(&format!("a limit of {borne} here")),
    }
    text.push_str(
        ". Give the number that yours allows, and the limit is computed: --set database_connection_pool.max_connections=N",
    );
    if installation.runtime() == Some(Runtime::Kubernetes) && demand.workers.number.is_some_and(|one| one > 1)
    {
        text.push_str(". One worker for each pod, as LiteLLM advises today, needs fewer");
    }
    if let Some(neighbour) = neighbour(installation) {
        text.push_str(&format!("; {neighbour}"));
    }
    let lines = borne.filter(|borne| *borne < demand.limit).map_or_else(Vec::new, |borne| {
        yaml_lines("general_settings", &[(LIMIT.into(), Value::Int(borne.into()))])
    });
    let goes = if lines.is_empty() { String::new() } else { goes_in(installation, "general_settings") };
    Some(finding.advice(text).lines(Lines::new(lines, goes)))
}
