//! What makes one proxy: configuration, layers, processes, release.

pub(in crate::project) mod alone;
pub(in crate::project) mod answer;
pub(in crate::project) mod asked;
pub(in crate::project) mod chart;
pub(in crate::project) mod entries;
pub(in crate::project) mod env_links;
pub(in crate::project) mod env_readers;
pub(in crate::project) mod evidence;
pub(in crate::project) mod links;
pub(in crate::project) mod models;
pub(in crate::project) mod overrides;
pub(in crate::project) mod parts;
pub(in crate::project) mod present;
pub(in crate::project) mod reason;
pub(in crate::project) mod releases;
pub(in crate::project) mod results;
pub(in crate::project) mod starts;
pub(in crate::project) mod units;
pub(in crate::project) mod unseen;
pub(in crate::project) mod variable;
pub(in crate::project) mod view;
pub(in crate::project) mod why;
