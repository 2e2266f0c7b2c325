//! The wait of LiteLLM itself for running requests: `GRACEFUL_SHUTDOWN_TIMEOUT`, since 1.108 also the limit of its web server.

use super::{DRAIN, META};
use crate::plan::build::{shown, variable_lines};
use crate::plan::{Finding, Severity};
use crate::project::{Answer, Effective, Installation, Place, Version, seconds};

pub const NAME: &str = "GRACEFUL_SHUTDOWN_TIMEOUT";
/// What LiteLLM takes where nothing sets it.
const DEFAULT: f64 = 30.0;
/// The first release that hands it to the web server as `timeout_graceful_shutdown`, which cancels what takes longer.
const CANCELS: Version = Version(1, 108, 0);

/// How long the web server waits for its requests before it cancels them.
pub struct Wait {
    /// The seconds, where they can be seen.
    pub seconds: Option<f64>,
    /// Where that stands.
    pub place: Option<Place>,
    /// Whether the release that runs is known to cancel; otherwise it is unknown.
    pub sure: bool,
}

/// The wait of a release that may cancel requests; `None` for one that does not, or where the value is no number.
pub fn wait(installation: &Installation<'_>) -> Option<Wait> {
    if !installation.running().maybe_since(CANCELS) {
        return None;
    }
    let sure = installation.running().surely_since(CANCELS);
    // The server is given it before `environment_variables:` is applied, so only the environment of the process counts.
    let Some(given) = installation.variables(NAME).into_iter().next() else {
        let seconds = installation.environment_is_whole().then_some(DEFAULT);
        return Some(Wait { seconds, place: None, sure });
    };
    let seconds = match &given.text {
        Some(text) => Some(seconds(&text.as_str().into())?),
        None => None,
    };
    Some(Wait { seconds, place: Some(given.filled.unwrap_or(given.place)), sure })
}

/// A wait that LiteLLM does not understand, or that the kill cuts off.
pub fn wrong(installation: &Installation<'_>, answer: &Answer, kill: Option<f64>) -> Option<Finding> {
    let Effective::Set { value, place } = &answer.effective else { return None };
    let finding = |state| Finding::new(&META, DRAIN, state, place.clone()).severity(Severity::Low);
    let Some(wait) = seconds(value) else {
        return Some(
            finding("no_number")
                .title(format!(
                    "{NAME} is {}, which is not a number of seconds: 30 s is effective",
                    shown(value)
                ))
                .why("LiteLLM logs a line and uses its default")
                .advice("write a number, or remove it")
                .lines(variable_lines(installation, NAME, "30")),
        );
    };
    let kill = kill.filter(|kill| wait >= *kill)?;
    Some(
        finding("beyond_the_kill")
            .title(format!("{NAME} is {wait} s, but the process is killed after {kill} s"))
            .why("a drain that is still waiting then ends with the kill, and the process never shuts down cleanly")
            .advice(format!("set it below {kill}; LiteLLM's default is 30")),
    )
}
