//! From the findings of all transforms to one proven change.

pub(in crate::plan) mod apply;
pub(in crate::plan) mod assessed;
mod cite;
pub(in crate::plan) mod combine;
mod effort;
mod known;
mod named;
pub(in crate::plan) mod outcome;
mod patched;
pub(in crate::plan) mod plan;
mod results;
pub(in crate::plan) mod score;
mod settle;
pub(in crate::plan) mod workbench;
