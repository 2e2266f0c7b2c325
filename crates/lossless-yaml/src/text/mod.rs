//! Plain text: lines, and edits of byte ranges.

pub(crate) mod edits;
pub(crate) mod lines;
pub(crate) mod tabs;
