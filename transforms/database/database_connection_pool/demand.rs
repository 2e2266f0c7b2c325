//! What all pools of all processes may ask for, in the words of one finding.

use super::{LIMIT, META};
use crate::plan::Finding;
use crate::project::demand::Demand;
use crate::project::{Answer, Installation, Place};

/// The read replica, whose address stands at a place.
pub fn replica(installation: &Installation<'_>) -> Option<Place> {
    installation.setting("database_read_replica").place().cloned()
}

/// The demand with this limit; a replica has pools of its own.
pub fn demand_of(installation: &Installation<'_>, limit: u64) -> Demand {
    Demand::of(installation, limit, if replica(installation).is_some() { 2 } else { 1 })
}

/// The finding about the whole demand, its numbers and their places.
pub fn finding(
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
    match replica(installation) {
        Some(place) => finding.see(place, "a read replica: every worker opens as many connections to it"),
        None => finding,
    }
}
