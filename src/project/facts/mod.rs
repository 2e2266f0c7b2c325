//! What is known about Redis, the database, probes, time limits, scale.

mod budgets;
mod database;
pub mod demand;
pub(in crate::project) mod groups;
pub(in crate::project) mod launch;
pub(in crate::project) mod migrations;
pub(in crate::project) mod plain;
pub(in crate::project) mod probes;
pub(in crate::project) mod production;
pub(in crate::project) mod redis;
pub(in crate::project) mod scale;
pub(in crate::project) mod standing;
pub(in crate::project) mod stops;
pub(in crate::project) mod timeouts;
pub(in crate::project) mod unseen_keys;
