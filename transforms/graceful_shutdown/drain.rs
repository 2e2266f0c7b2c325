//! The wait of LiteLLM itself for running requests.

use super::{DRAIN, META};
use crate::plan::build::shown;
use crate::plan::{Finding, Severity};
use crate::project::{Answer, InForce, seconds};

/// A wait that LiteLLM does not understand, or that the kill cuts off.
pub fn wrong(answer: &Answer, kill: Option<f64>) -> Option<Finding> {
    let InForce::Set { value, place } = &answer.in_force else { return None };
    let name = "GRACEFUL_SHUTDOWN_TIMEOUT";
    let finding = |state| Finding::new(&META, DRAIN, state, place.clone()).severity(Severity::Low);
    let Some(wait) = seconds(value) else {
        return Some(
            finding("no_number")
                .title(format!("{name} is {}, which is no number of seconds: 30 are in force", shown(value)))
                .why("LiteLLM writes a line to its log and goes by its default")
                .advice("write a number, or remove it", Vec::new(), ""),
        );
    };
    let kill = kill.filter(|kill| wait >= *kill)?;
    Some(
        finding("beyond_the_kill")
            .title(format!("{name} is {wait} s, but the process is killed after {kill} s"))
            .why("a drain that is still waiting by then ends with the kill, and the process never takes itself down in order")
            .advice(format!("stay below {kill}; LiteLLM's default is 30"), Vec::new(), ""),
    )
}
