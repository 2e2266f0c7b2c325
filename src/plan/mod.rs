//! From findings to a proven plan.

pub mod activate;
mod admits;
mod apply;
mod assessed;
pub mod build;
mod cite;
mod combine;
mod decision;
mod effort;
mod finding;
mod fingerprint;
mod give;
mod hand;
mod ignored;
mod known;
mod lines;
mod named;
mod outcome;
mod parameter;
mod patched;
mod planner;
pub mod policy;
mod recommend;
mod replay;
mod rules;
mod score;
mod settle;
mod state;
mod suppress;
mod transform;
mod words;
mod workbench;

pub use admits::Admits;
pub(crate) use assessed::to_json;
pub use combine::ignore_by_comment;
pub use decision::{Decision, Decisions};
pub use finding::{
    Advice, Area, Finding, Fix, Intent, Lines, Prominence, Question, Remedy, Safety, Severity,
};
pub use outcome::{Fate, FileChange, Item, Open, Plan, Unused};
pub use parameter::{Bounds, Parameter, Preset};
pub use planner::{fingerprints, plan};
pub use recommend::Recommended;
pub use replay::{Recorded, Replay, Said};
pub use rules::{Apply, Rules};
pub use score::{Score, ScoreCard, score};
pub use state::State;
pub use transform::{Meta, NoParams, Transform};
pub use workbench::{Offer, Workbench};
