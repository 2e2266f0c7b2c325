//! What the user said to a fix.

use crate::document::Value;

/// The answer to one fix.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Apply it, with these parameter values (`param`, value) in place of the standing ones.
    Yes {
        /// Edited values; empty if the fix is taken as offered.
        answers: Vec<(String, Value)>,
        /// Whether the user typed the confirmation that a hazardous fix wants.
        confirmed: bool,
    },
    /// Leave it.
    No,
    /// Nothing was said to it: the review ended, or went on, before.
    Left,
    /// Leave it for good: a suppression comment with this reason is written, or preferences where none can stand.
    Ignore {
        /// The reason as typed; one line.
        reason: String,
    },
}

/// The answers so far, by the fingerprint of the finding, in the order given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decisions(pub Vec<(String, Decision)>);

impl Decisions {
    /// The answer to this finding, if there is one.
    pub fn get(&self, fingerprint: &str) -> Option<&Decision> {
        self.0.iter().find(|(known, _)| known == fingerprint).map(|(_, decision)| decision)
    }

    /// Records an answer in place of an earlier one.
    pub fn set(&mut self, fingerprint: &str, decision: Decision) {
        self.0.retain(|(known, _)| known != fingerprint);
        self.0.push((fingerprint.to_owned(), decision));
    }
}
