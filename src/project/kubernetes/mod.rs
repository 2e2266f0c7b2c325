//! What ConfigMaps, kustomizations and lists of objects say about a process.

pub(in crate::project) mod autoscalers;
pub(in crate::project) mod kustomize;
pub(in crate::project) mod objects;
pub(in crate::project) mod taken;
