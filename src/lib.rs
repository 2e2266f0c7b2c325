//! `litellm-fix` finds what is wrong in a LiteLLM deployment and rewrites its files without losing a comment.

pub mod cases;
pub mod cli;
pub mod commit;
mod day;
pub use lossless_yaml as document;
pub mod exit;
mod fleet;
mod merged;
pub mod own;
pub mod plan;
mod policy;
pub mod project;
pub mod report;
pub mod review;
pub mod run;
#[path = "../transforms/mod.rs"]
pub mod transforms;
pub mod verify;
