//! How many connections all processes of an installation may open together: the arithmetic behind every advice about pools.

use serde::Deserialize;

use crate::project::facts::scale::Count;
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;

/// What a server of connections bears: the parameters of whoever reckons with it.
#[derive(Debug, Deserialize)]
pub struct Capacity {
    /// The most connections that the server allows; unknown unless the user says it.
    pub max_connections: Option<u32>,
    /// The connections left to everything else.
    pub reserve: u32,
}

/// The connections that all processes may open together: so many for each of the workers of each of the instances.
#[derive(Clone, Debug)]
pub struct Demand {
    /// The connections that one worker may open to one server.
    pub limit: u64,
    /// The worker processes of one instance.
    pub workers: Count,
    /// The most instances that may run at once.
    pub instances: Count,
    /// How many servers each worker opens so many connections to.
    pub servers: u64,
}

impl Demand {
    /// With the workers and instances of an installation.
    pub fn of(installation: &Installation<'_>, limit: u64, servers: u64) -> Self {
        let (workers, instances) = (installation.workers(), installation.instances());
        Self { limit, workers, instances, servers }
    }

    /// The processes, if their number can be seen.
    pub fn processes(&self) -> Option<u64> {
        Some(self.workers.number?.saturating_mul(self.instances.number?))
    }

    /// The processes that there are at least.
    pub fn least_processes(&self) -> u64 {
        self.workers.number.unwrap_or(1).saturating_mul(self.instances.number.unwrap_or(1))
    }

    /// The connections that there may be at least: those of the processes that can be seen.
    pub fn least(&self) -> u64 {
        self.limit.saturating_mul(self.least_processes()).saturating_mul(self.servers)
    }

    /// The processes in words: `4 workers x 3 instances`. A number that cannot be seen is left out.
    pub fn processes_in_words(&self) -> String {
        let seen = [counted(&self.workers, "worker"), counted(&self.instances, "instance")];
        seen.into_iter().flatten().collect::<Vec<_>>().join(" x ")
    }

    /// The arithmetic: `up to 20 x 4 workers x 3 instances = 240 database connections`; where a number cannot be seen, for each of what it
    /// counts, and why it cannot.
    pub fn words(&self, what: &str) -> String {
        let servers = if self.servers > 1 { format!(" x {} servers", self.servers) } else { String::new() };
        let each = match (counted(&self.workers, "worker"), counted(&self.instances, "instance")) {
            (Some(workers), Some(instances)) => {
                let total = self.least();
                return format!("up to {} x {workers} x {instances}{servers} = {total} {what}", self.limit);
            }
            (None, Some(_)) if self.instances.number == Some(1) => "for each worker".to_owned(),
            (None, Some(instances)) => format!("for each worker of {instances}"),
            (Some(workers), None) => format!("for each of {workers} of each instance"),
            (None, None) => "for each worker of each instance".to_owned(),
        };
        format!("up to {}{servers} {what} {each}; {}", self.limit, self.unseen())
    }

    /// Which of the numbers cannot be seen, and why; empty where both can.
    pub fn unseen(&self) -> String {
        let clause = |count: &Count, many: &str| {
            count.unseen.as_ref().map(|reason| format!("the number of {many} is not visible: {reason}"))
        };
        let clauses = [clause(&self.workers, "workers"), clause(&self.instances, "instances")];
        clauses.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    /// The places of the numbers, each with its part in the arithmetic.
    pub fn signs(&self) -> Vec<(Place, String)> {
        let sign = |count: &Count, what: &str| {
            let sign = count.sign.as_ref()?;
            let number = count.number.map_or("a number that is not visible".into(), |one| one.to_string());
            Some((sign.place.clone(), format!("{what}: {number}")))
        };
        [sign(&self.workers, "workers of each instance"), sign(&self.instances, "instances at most")]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// `1 worker`, `4 workers`; `None` where the number cannot be seen.
fn counted(count: &Count, one: &str) -> Option<String> {
    let number = count.number?;
    let s = if number == 1 { "" } else { "s" };
    Some(format!("{number} {one}{s}"))
}

/// The connections of the server that the arithmetic leaves each worker; `None` if not even one.
pub fn share(max_connections: u32, reserve: u32, processes: u64) -> Option<u64> {
    let free = u64::from(max_connections.saturating_sub(reserve));
    free.checked_div(processes).filter(|share| *share > 0)
}

/// What else opens connections to the same servers: of the chart that runs two components, the other one.
pub fn neighbour(installation: &Installation<'_>) -> Option<String> {
    let neighbour = installation.parts.chart()?.neighbour?;
    Some(format!("the {neighbour} of the chart opens connections of its own to the same server"))
}
