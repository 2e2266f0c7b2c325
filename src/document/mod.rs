//! Lossless documents: YAML files (several documents each, embedded ones included) and env files.
//!
//! A document keeps its original text and never prints itself back from a tree. An operation becomes a few text edits,
//! and the edits are proven (the result is parsed again and compared with the intended tree) before anybody sees them.
//! Nothing here knows of LiteLLM, files or terminals.

mod path;
mod refusal;
mod value;

pub use path::{Path, Step};
pub use refusal::{Refusal, RefusalKind};
pub use value::Value;
