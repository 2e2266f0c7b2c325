//! The words: addresses and how they are written, values, trees, comments, refusals.

pub(crate) mod comment;
pub(crate) mod habits;
pub(crate) mod limits;
mod notation;
pub(crate) mod path;
pub(crate) mod reader;
pub(crate) mod refusal;
pub(crate) mod tree;
pub(crate) mod value;
