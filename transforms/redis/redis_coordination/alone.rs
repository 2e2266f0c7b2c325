//! Processes that share nothing, or only what their routers share.

use super::META;
use super::lines::coordinate;
use crate::plan::{Finding, Severity};
use crate::project::{Installation, Redis, Target, Version};

/// The first release that was seen to have `general_settings.fail_closed_budget_enforcement`.
const STRICT: Version = Version(1, 106, 2);
const STRICTLY: &str = "let the processes coordinate through Redis; since LiteLLM 1.106 at the latest, `general_settings.fail_closed_budget_enforcement: true` checks each request against the database, and refuses it if the database cannot be read";

/// A Redis of the router that nothing else uses.
pub fn router_alone(installation: &Installation<'_>) -> Option<Finding> {
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
pub fn each_alone(installation: &Installation<'_>) -> Option<Finding> {
    let processes = processes(installation).filter(|processes| *processes > 1)?;
    let sign = installation.instances().sign.or(installation.workers().sign)?;
    let limits = installation.database()?;
    let named = Redis::ALL.iter().any(|client| installation.redis_named(*client) != Target::Nothing);
    if named || installation.coordination_redis() != Target::Nothing {
        return None;
    }
    let finding = Finding::new(&META, "coordination_redis", "each_alone", sign.place)
        .severity(Severity::Low)
        .title(format!(
            "limits and budgets are not shared: {processes} processes run without Redis, each counts on its own"
        ))
        .why("a key can use up its full limits in each process")
        .see_sign(&limits, "keys and their limits are in a database");
    let budgets = installation.budgets();
    let text = match &budgets {
        Some(_) if installation.running().maybe_since(STRICT) => STRICTLY,
        _ => "if limits matter, let the processes coordinate through Redis",
    };
    let finding = coordinate(installation, finding, text);
    // Those of keys stand in the database; who has some in the configuration cares for limits.
    Some(match budgets {
        Some(budgets) => finding.severity(Severity::Medium).see_sign(&budgets, "budgets are in use"),
        None if installation.entry_params(&["rpm", "tpm"]).is_empty() => finding.minor(),
        None => finding,
    })
}
