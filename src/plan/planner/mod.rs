//! From the findings of all transforms to one proven change.

mod alike;
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
pub(in crate::plan) mod score;
mod settle;
mod views;
pub(in crate::plan) mod workbench;
