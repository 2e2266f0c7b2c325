//! Nobody said what the database allows: then PostgreSQL's default is what the demand is compared with.

use super::demand::finding;
use super::{LIMIT, META, POSTGRESQL};
use crate::plan::build::section_lines;
use crate::plan::{Finding, Severity};
use crate::project::demand::{Demand, neighbour, share};
use crate::project::{Answer, Installation, Runtime};

/// The demand, and what PostgreSQL's default would bear; nothing is written.
pub fn without_number(
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
    let borne = share(POSTGRESQL, reserve, demand.least_processes());
    let lower = borne
        .filter(|borne| *borne < demand.limit)
        .map(|borne| section_lines(installation, "general_settings", &[(LIMIT.into(), borne.into())]));
    let finding = finding(installation, answer, "demand", demand).severity(severity);
    let text = enough_for(installation, demand, reserve, borne);
    Some(finding.advice(text).lines(lower.unwrap_or_default()))
}

/// What the default is enough for, as advice.
fn enough_for(installation: &Installation<'_>, demand: &Demand, reserve: u32, borne: Option<u64>) -> String {
    let bearable = u64::from(POSTGRESQL.saturating_sub(reserve));
    let enough = match (borne, demand.processes()) {
        (None, _) => "less than one connection for each process".to_owned(),
        (Some(_), None) => format!("{} such workers in all", bearable / demand.limit),
        (Some(borne), Some(_)) => format!("a limit of {borne} here"),
    };
    let mut text = format!(
        "PostgreSQL's default is {POSTGRESQL} connections; minus {reserve} in reserve that is enough for {enough}. Give the number that yours allows, and the limit is computed: --set database_connection_pool.max_connections=N"
    );
    let several = demand.workers.number.is_some_and(|one| one > 1);
    if several && installation.runtime() == Some(Runtime::Kubernetes) {
        text.push_str(". One worker for each pod, as LiteLLM advises today, needs fewer");
    }
    if let Some(neighbour) = neighbour(installation) {
        text.push_str(&format!("; {neighbour}"));
    }
    text
}
