//! What the text of a scalar stands for.

pub(crate) mod decode;
pub(crate) mod properties;
pub(crate) mod resolve;
