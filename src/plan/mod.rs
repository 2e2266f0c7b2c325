//! From findings to a proven plan.

pub mod build;
mod decision;
mod finding;
mod outcome;
mod transform;

pub use decision::{Decision, Decisions};
pub use finding::{Advice, Finding, Fix, Intent, Question, Remedy, Safety, Severity};
pub use outcome::{Fate, FileChange, Item, Plan, Unused};
pub use transform::{Meta, NoParams, Params, Transform};
