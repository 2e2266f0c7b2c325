//! What comments belong to, and what they are about.

pub(crate) mod heads;
pub(crate) mod owners;
pub(crate) mod words;
