//! Lossless documents: YAML files (several documents each, embedded ones included) and env files.
//!
//! A document keeps its original text and never prints itself back from a tree. An operation becomes a few text edits,
//! and the edits are proven (the result is parsed again and compared with the intended tree) before anybody sees them.
//! Nothing here knows of LiteLLM, files or terminals.

mod limits;
mod path;
mod refusal;
mod text_edit;
mod value;

pub use limits::Limits;
pub use path::{Path, Step};
pub use refusal::{Refusal, RefusalKind};
pub use text_edit::{TextEdit, apply_edits, compose_edits};
pub use value::Value;
