//! What stands on disk: which files, what they are taken for, where something is in them.

pub(in crate::project) mod discover;
pub(in crate::project) mod file;
pub(in crate::project) mod git;
pub(in crate::project) mod gitignore;
pub(in crate::project) mod grounds;
pub(in crate::project) mod kind;
pub(in crate::project) mod place;
pub(in crate::project) mod reading;
pub(in crate::project) mod sealed;
pub(in crate::project) mod template;
pub(in crate::project) mod told;
