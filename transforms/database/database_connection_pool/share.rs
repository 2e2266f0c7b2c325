//! The limit that each process can have, of what the database allows.

use super::Params;
use super::by_default::without_number;
use super::demand::{demand_of, finding, replica};
use crate::document::Value;
use crate::plan::{Finding, Fix, Question, Recommended, Safety, Severity};
use crate::project::demand::{Demand, neighbour, share};
use crate::project::{Answer, Installation};

/// The limit of each worker against its share of what the database allows, or of PostgreSQL's default if nobody said the number.
pub fn judge(
    installation: &Installation<'_>,
    answer: &Answer,
    limit: u64,
    params: &Params,
) -> Option<Finding> {
    let demand = demand_of(installation, limit);
    let Some(max) = params.max_connections else {
        return without_number(installation, answer, &demand, params.reserve);
    };
    let Some(processes) = demand.processes() else {
        let text = for_all_workers(max, params.reserve, limit);
        let finding = finding(installation, answer, "unseen", &demand);
        return Some(finding.severity(Severity::Low).advice(text));
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
    let explicit = !answer.is_unset();
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

/// What is enough for how many workers, where nobody can see how many there are.
fn for_all_workers(max: u32, reserve: u32, limit: u64) -> String {
    let free = max.saturating_sub(reserve);
    format!(
        "{max} connections minus {reserve} in reserve are enough for {} workers with {limit} connections each, in all instances together. If there may be more workers, set the limit to {free} / (workers x instances)",
        u64::from(free) / limit
    )
}

/// `(100 - 10) / (2 workers x 3 instances) = 15`, as plain as it was computed.
fn arithmetic(max: u32, reserve: u32, demand: &Demand, expected: u64) -> String {
    format!("({max} - {reserve}) / ({}) = {expected}", demand.processes_in_words())
}

/// The same finding with the limit that the database bears.
pub fn with_limit(
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
    if replica(installation).is_some() {
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
