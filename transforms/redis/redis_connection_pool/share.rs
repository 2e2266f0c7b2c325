//! The size that each pool can have, of what Redis allows.

use super::pools::{Pool, lines_of};
use super::{META, Params};
use crate::document::Value;
use crate::plan::{Finding, Fix, Intent, Question, Safety, Severity};
use crate::project::Installation;
use crate::project::demand::{Demand, neighbour, share};

/// The default of `maxclients` of Redis.
const REDIS: u32 = 10_000;

/// All pools of all processes against what Redis allows. A pool is never made larger: that is for whoever sees "No connection available".
pub fn judge(installation: &Installation<'_>, pools: &[Pool], params: &Params) -> Option<Finding> {
    let limit: u64 = pools.iter().map(|pool| pool.limit).sum();
    let demand = Demand::of(installation, limit, 1);
    let max = params.max_connections.unwrap_or(REDIS);
    let free = u64::from(max.saturating_sub(params.reserve));
    if demand.least() <= free {
        return None;
    }
    let finding = demanded(installation, pools, &demand)?;
    let expected = share(max, params.reserve, demand.least_processes() * pools.len() as u64);
    let Some(expected) = expected else {
        let text = format!(
            "{max} connections, minus {} in reserve, are less than one for each pool: run fewer workers or instances",
            params.reserve
        );
        return Some(finding.severity(Severity::High).advice(text));
    };
    let large: Vec<&Pool> = pools.iter().filter(|pool| pool.limit > expected).collect();
    let blocked = large.iter().any(|pool| pool.answer.homes.is_empty());
    if params.max_connections.is_none() || demand.processes().is_none() || blocked {
        let lines = large.first().map(|pool| lines_of(installation, pool, expected));
        let text = format!(
            "Redis allows {REDIS} by default, hosted ones often far fewer; {max} minus {} in reserve are enough for {expected} in each pool. Give the number that yours allows, and the size is computed: --set redis_connection_pool.max_connections=N",
            params.reserve
        );
        return Some(finding.advice(text).lines(lines.unwrap_or_default()));
    }
    Some(with_limit(installation, finding, &large, expected, max))
}

/// The finding about what all pools of all processes may ask for, its numbers and their places.
fn demanded(installation: &Installation<'_>, pools: &[Pool], demand: &Demand) -> Option<Finding> {
    let first = &pools.first()?.answer;
    let place = first.homes.first().or(first.place()).cloned();
    let place = place.unwrap_or_else(|| installation.config_place());
    let mut finding =
        Finding::new(&META, first.setting.name, "demand", place).title(demand.words("Redis connections"));
    let sized = |pool: &Pool| {
        let place = pool.answer.place().or(pool.answer.homes.first())?.clone();
        Some((place, format!("pool of {} in each worker: {}", pool.name, pool.limit)))
    };
    finding.related.extend(pools.iter().filter_map(sized));
    finding.related.extend(demand.signs());
    Some(finding)
}

fn with_limit(
    installation: &Installation<'_>,
    finding: Finding,
    large: &[&Pool],
    expected: u64,
    max: u32,
) -> Finding {
    let sets = large
        .iter()
        .filter_map(|pool| Some(Intent::Set(pool.answer.homes.first()?.clone(), Value::Int(expected.into()))))
        .collect();
    let names: Vec<&str> = large.iter().map(|pool| pool.name).collect();
    let title = format!("set the pool of {} to {expected}", names.join(" and of "));
    let mut fix = Fix::new(installation, title, Safety::Review, sets)
        .assuming(
            "a worker that finds no free connection waits up to 5 s for one (REDIS_CONNECTION_POOL_TIMEOUT)",
        )
        .assuming("all pools connect to the same Redis");
    if let Some(neighbour) = neighbour(installation) {
        fix = fix.assuming(format!("{neighbour}: choose a reserve that covers those too"));
    }
    fix.questions.push(Question::new(
        "max_connections",
        "How many connections does Redis allow (CONFIG GET maxclients)?",
        max,
        "your answer",
    ));
    finding.severity(Severity::High).fix(fix)
}
