//! What transforms have in common: from what is known of a setting to a finding with its fix or its advice.

pub mod activate;
pub mod build;
mod give;
pub(in crate::plan) mod hand;
mod ineffective;
mod lines;
pub mod policy;
pub(in crate::plan) mod setting;
pub(in crate::plan) mod words;
