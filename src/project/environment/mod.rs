//! What gives the process its variables, and what of that is not visible.

pub(in crate::project) mod arrival;
pub(in crate::project) mod interpolation;
pub(in crate::project) mod patched;
pub(in crate::project) mod source;
pub(in crate::project) mod taken;
pub(in crate::project) mod users;
pub(in crate::project) mod variables;
