//! The one answer about a setting: what is in force, what stands without effect and why, where a fix may write.

pub(in crate::project) mod amiss;
pub(in crate::project) mod defects;
pub(in crate::project) mod ignored;
mod in_environment;
pub(in crate::project) mod in_force;
mod in_layers;
mod in_processes;
pub(in crate::project) mod provenance;
pub(in crate::project) mod refused;
mod rendered;
pub(in crate::project) mod strays;
pub(in crate::project) mod unfilled;
