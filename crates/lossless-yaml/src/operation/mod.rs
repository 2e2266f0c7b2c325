//! What can be done to a document, and the tree that is meant by it.

pub(crate) mod intent;
pub(crate) mod op;
