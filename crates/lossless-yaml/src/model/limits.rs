//! How much text a document may be made of.

/// Limits that keep a hostile or mistaken file from costing more than it may. Going beyond one is a
/// [`RefusalKind::Limit`](crate::model::refusal::RefusalKind::Limit).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest text, in bytes.
    pub max_bytes: usize,
    /// The deepest nesting.
    pub max_depth: usize,
    /// The largest number of nodes (entries, for an env file).
    pub max_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 5_000_000, max_depth: 200, max_nodes: 1_000_000 }
    }
}
