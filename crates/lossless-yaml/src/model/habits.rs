//! What a text does as a rule.

/// A pair of quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quote {
    Single,
    Double,
}

/// Habits, counted over the whole text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    /// Columns from a mapping to a mapping in it.
    pub step: usize,
    /// Columns from a mapping to a sequence in it; often 0.
    pub sequence: usize,
    pub quote: Quote,
}
