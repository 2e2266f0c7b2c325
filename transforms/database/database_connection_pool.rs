//! Every worker of every instance opens its own pool of database connections; all of them together must fit into what the database allows.

mod address;
mod by_default;
mod demand;
mod limit;
mod share;
mod timeouts;
mod variable;

use limit::{PoolLimit, is_on};

use crate::plan::build::ineffective_places;
use crate::plan::{Area, Bounds, Finding, Meta, Parameter, Recommended, Remedy, Severity};
use crate::project::Installation;
pub use crate::project::demand::Capacity as Params;

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
    findings.extend(timeouts::findings(installation));
    let Some(database) = installation.database() else { return findings };
    if let Some(lost) = variable::by_variable(installation, &answer) {
        findings.push(lost);
        return findings;
    }
    findings.extend(address::overwritten(installation, &answer));
    if moved || installation.setting("pgbouncer").value().is_some_and(is_on) {
        return findings;
    }
    let found = match limit::limit_of(installation, &answer) {
        PoolLimit::Number(limit) => share::judge(installation, &answer, limit, params),
        PoolLimit::Wrong(title) => Some(limit::wrong(installation, &answer, title, params)),
        PoolLimit::Unseen if installation.config_unseen().is_some() => None,
        PoolLimit::Unseen => Recommended::new(installation, &answer, DEFAULT_LIMIT).hidden(&META),
    };
    findings.extend(found.map(|finding| finding.see_database(&database)));
    findings
}
