//! `litellm-fix` finds what is wrong in a LiteLLM deployment and rewrites its files without losing a comment.

pub mod commit;
pub mod document;
pub mod plan;
pub mod project;
pub mod report;
pub mod review;
#[path = "../transforms/mod.rs"]
pub mod transforms;
