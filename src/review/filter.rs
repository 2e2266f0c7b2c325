//! Asking only about one id or one file.

use super::session::Card;

/// A part of an id or of a file, in whatever case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    text: String,
    /// The card that was asked about before: there the review goes on after the last match.
    pub from: usize,
}

impl Filter {
    pub fn new(text: &str, from: usize) -> Self {
        Self { text: text.trim().to_lowercase(), from }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn passes(&self, card: &Card) -> bool {
        [card.id, &card.file].iter().any(|name| name.to_lowercase().contains(&self.text))
    }
}
