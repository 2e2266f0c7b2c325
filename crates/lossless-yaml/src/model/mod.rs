//! The words: addresses, values, trees, comments, refusals. No algorithm.

pub(crate) mod comment;
pub(crate) mod habits;
pub(crate) mod limits;
pub(crate) mod path;
pub(crate) mod reader;
pub(crate) mod refusal;
pub(crate) mod tree;
pub(crate) mod value;
