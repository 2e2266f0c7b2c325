//! A text with its tree, and the views of it.

pub(crate) mod data;
pub(crate) mod habits;
pub(crate) mod inner;
pub(crate) mod layout;
pub(crate) mod node;
pub(crate) mod yaml;
