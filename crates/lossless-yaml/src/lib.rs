#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod apply;
mod comments;
mod dotenv;
mod edit;
mod model;
mod operation;
mod parse;
mod prove;
mod read;
mod scalar;
mod source;
mod text;
mod unit;
mod variables;
mod witness;
mod write;

pub use dotenv::apply::EnvApplied;
pub use dotenv::file::{Dotenv, EnvComment, EnvEntry};
pub use dotenv::lines::{EnvQuote, EnvReader};
pub use dotenv::op::EnvOp;
pub use model::comment::{Comment, CommentLine, Owner, Side};
pub use model::limits::Limits;
pub use model::path::{Path, Step};
pub use model::reader::Reader;
pub use model::refusal::{Refusal, RefusalKind};
pub use model::tree::{Kind, Style};
pub use model::value::Value;
pub use operation::op::{Applied, Op};
pub use source::node::Node;
pub use source::yaml::Yaml;
pub use text::edits::{TextEdit, apply_edits, compose_edits};
pub use unit::{Unit, UnitVariable};
pub use variables::block::Variables;
pub use variables::syntax::{Given, Syntax, Variable};
