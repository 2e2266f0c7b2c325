//! From operations to proven texts, and texts embedded in others.

pub(crate) mod embed;
pub(crate) mod run;
