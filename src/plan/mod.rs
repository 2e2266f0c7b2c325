//! From findings to a proven plan.

mod finding;
mod fingerprint;
mod parameter;
mod planner;
mod recommend;
mod said;
mod state;
mod transform;

pub use finding::{
    Advice, Area, Finding, Fix, Intent, Lines, Prominence, Question, Remedy, Safety, Severity,
};
pub use parameter::{Bounds, Parameter, Preset};
pub use planner::combine::ignore_by_comment;
pub use planner::outcome::{Fate, FileChange, Item, Open, Plan, Unused};
pub use planner::plan::{fingerprints, plan};
pub use planner::score::{Score, ScoreCard, score};
pub use planner::workbench::{Offer, Workbench};
pub use recommend::setting::Recommended;
pub use recommend::words::{to_json, typed};
pub use recommend::{activate, build, policy};
pub use said::admits::Admits;
pub use said::decision::{Decision, Decisions};
pub use said::replay::{Recorded, Replay, Said};
pub use said::rules::{Apply, Rules};
pub use state::State;
pub use transform::{Meta, NoParams, Transform};
