//! One fix at a time: decisions first, then one question whether to write.

mod answers;
mod closing;
mod dialogue;
mod filter;
mod keyboard;
mod line;
mod pages;
mod questions;
mod session;
mod terminal;

use crate::document::Value;
use crate::plan::{Decisions, Item, Offer, Plan};
use crate::report::Masker;

pub use session::{Action, Card, Session, Stage};
pub use terminal::{Console, Pressed, Terminal};

/// The part of the program that plans and proves while the user decides.
pub trait Host {
    /// The finding with its change on top of what was accepted so far, planned and proven with these values in place of the
    /// standing ones. An error says why these cannot be: they are out of bounds.
    fn offer(
        &mut self,
        accepted: &Decisions,
        fingerprint: &str,
        answers: &[(String, Value)],
    ) -> anyhow::Result<Offer>;

    /// The explanation of an id.
    fn explain(&self, id: &str) -> String;

    /// What an ignored finding will be written as (a comment, or an entry in the preferences), in one sentence.
    fn ignored(&mut self, accepted: &Decisions, fingerprint: &str, reason: &str) -> anyhow::Result<String>;

    /// The answers that were given before the review.
    fn decided(&self) -> Decisions {
        Decisions::default()
    }

    /// The plan with these decisions, for the final summary.
    fn combined(&mut self, decisions: &Decisions) -> anyhow::Result<Plan>;

    /// What to type to see again what is open, each with a word of explanation; one of them shows this id.
    fn again(&self, id: &str) -> [(String, &'static str); 2];
}

/// How a review ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// What was taken is to be written.
    Write,
    /// Nothing is to be written.
    Nothing,
    /// Ctrl-C: nothing is to be written, and the exit code is 130.
    Interrupted,
}

/// The decisions, and whether they are to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewOutcome {
    /// What was said to each fix.
    pub decisions: Decisions,
    /// How the review ended.
    pub end: End,
}

/// Asks about every fix among the findings of a plan, in their order, the worst first. There must be a terminal; the caller checks.
pub fn review(
    items: &[Item],
    host: &mut dyn Host,
    masker: &Masker,
    terminal: &mut dyn Terminal,
) -> anyhow::Result<ReviewOutcome> {
    dialogue::Dialogue::new(items, host, masker, terminal).run()
}

#[cfg(test)]
mod tests;
