//! Reading a text: limits, tree, witness.
use super::tree::Tree;
use super::yaml::Inner;
use super::{Limits, Refusal, RefusalKind};
use std::sync::OnceLock;

/// Refuses a text that is too large.
pub(crate) fn check_size(bytes: usize, limits: &Limits) -> Result<(), Refusal> {
    if bytes > limits.max_bytes {
        let reason = format!("the file has {bytes} bytes, more than the limit of {}", limits.max_bytes);
        return Err(Refusal::new(RefusalKind::Limit, reason));
    }
    Ok(())
}

/// Reads a text.
pub(crate) fn read(text: &str, limits: &Limits) -> Result<Inner, Refusal> {
    check_size(text.len(), limits)?;
    Ok(Inner {
        text: text.to_owned(),
        tree: Tree::default(),
        limits: *limits,
        lines: OnceLock::new(),
        ordinals: OnceLock::new(),
        outer: None,
    })
}
