//! The one answer about a setting: what is effective, what is not and why, where a fix may write.

pub(in crate::project) mod amiss;
pub(in crate::project) mod answered;
mod autoscaled;
pub(in crate::project) mod changed;
pub(in crate::project) mod defects;
mod in_environment;
mod in_layers;
mod in_processes;
pub(in crate::project) mod ineffective;
pub(in crate::project) mod provenance;
pub(in crate::project) mod refused;
mod rendered;
pub(in crate::project) mod unfilled;
pub(in crate::project) mod unread;
