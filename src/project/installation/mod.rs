//! What makes one proxy: configuration, layers, processes, release.

pub(in crate::project) mod answer;
pub(in crate::project) mod chart;
pub(in crate::project) mod grouping;
pub(in crate::project) mod layers;
pub(in crate::project) mod links;
mod one_process;
mod own_chart;
pub(in crate::project) mod parts;
pub(in crate::project) mod releases;
pub(in crate::project) mod unseen;
pub(in crate::project) mod view;
