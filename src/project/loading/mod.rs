//! From paths to a project: which files are read, what they are taken for.

mod charts;
mod context;
pub(in crate::project) mod project;
mod recognise;
mod templates;
mod terraform;
