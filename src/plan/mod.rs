//! From findings to a proven plan.

mod decision;
mod finding;
mod outcome;

pub use decision::{Decision, Decisions};
pub use finding::{Advice, Finding, Fix, Intent, Question, Remedy, Safety, Severity};
pub use outcome::{Fate, FileChange, Item, Plan, Unused};
