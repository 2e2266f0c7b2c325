//! What the user says to a fix: options, preferences, decisions of before, comments that suppress a finding.

pub(in crate::plan) mod admits;
pub(in crate::plan) mod decision;
pub(in crate::plan) mod replay;
pub(in crate::plan) mod rules;
pub(in crate::plan) mod suppress;
