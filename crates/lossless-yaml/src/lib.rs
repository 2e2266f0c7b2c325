//! Lossless documents: YAML files (several documents each, embedded ones included) and env files.
//!
//! A document keeps its original text and never prints itself back from a tree. An operation becomes a few text edits,
//! and the edits are proven (the result is parsed again and compared with the intended tree) before anybody sees them.
//! Nothing here knows of LiteLLM, files or terminals.

mod apply;
mod breaks;
mod comment;
mod data;
mod decode;
mod dotenv;
mod edit;
mod embed;
mod heads;
mod intent;
mod layout;
mod limits;
mod lines;
mod node;
mod op;
mod owners;
mod parse;
mod path;
mod prove;
mod read;
mod refusal;
mod resolve;
mod shadow;
mod style;
mod template;
mod text_edit;
mod tree;
mod value;
mod witness;
mod write;
mod yaml;

pub use comment::{Comment, Owner, Side};
pub use dotenv::{Dotenv, EnvApplied, EnvComment, EnvEntry, EnvOp, EnvQuote};
pub use limits::Limits;
pub use node::{Node, Reader};
pub use op::{Applied, Op};
pub use path::{Path, Step};
pub use refusal::{Refusal, RefusalKind};
pub use text_edit::{TextEdit, apply_edits, compose_edits};
pub use tree::{Kind, Style};
pub use value::Value;
pub use yaml::{CommentLine, Yaml};
