//! The second opinion on every tree.

pub(crate) mod breaks;
pub(crate) mod confirm;
pub(crate) mod shadow;
