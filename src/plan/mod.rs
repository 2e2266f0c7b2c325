//! From findings to a proven plan.

pub mod activate;
mod apply;
pub mod build;
mod cite;
mod decision;
pub mod demand;
mod effort;
mod finding;
mod fingerprint;
mod give;
mod goes;
mod hand;
pub mod hazard;
mod ignored;
mod known;
mod named;
mod outcome;
mod parameter;
mod patched;
mod planner;
pub mod policy;
mod rules;
mod score;
mod settle;
mod suppress;
mod transform;
mod workbench;

pub use decision::{Decision, Decisions};
pub use finding::{Advice, Area, Finding, Fix, Intent, Prominence, Question, Remedy, Safety, Severity};
pub use outcome::{Fate, FileChange, Item, Open, Plan, Unused};
pub use parameter::{Bounds, Parameter, Recommended};
pub use planner::{fingerprints, ignore_by_comment, plan};
pub use rules::{Apply, Rules};
pub use score::{Card, Score, score};
pub use transform::{Meta, NoParams, Transform};
pub use workbench::{Offer, Workbench};
