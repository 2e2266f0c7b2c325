//! The spread of the number of requests.

use super::{META, SETTING, VARIABLE, refine};
use crate::plan::Finding;
use crate::plan::build::{ineffective_places, variable_lines};
use crate::project::{Effective, Installation};

const JITTER: &str = "max_requests_before_restart_jitter";

/// The spread of the number, which counts only beside the number itself.
pub fn jitter(installation: &Installation<'_>, alone: bool) -> Vec<Finding> {
    let answer = installation.setting(JITTER);
    let mut findings = ineffective_places(installation, &META, &answer);
    findings.iter_mut().for_each(|finding| refine(installation, &answer, finding));
    if let (Effective::Set { value, place }, true) = (&answer.effective, alone)
        && value.as_str() != Some("")
    {
        let finding = Finding::new(&META, JITTER, "alone", place.clone())
            .title(format!("`{JITTER}` has no effect: `{SETTING}` is not set"))
            .why("it only varies a number of requests that is not set");
        findings.push(finding.advice("remove it, or set the number too").lines(variable_lines(
            installation,
            VARIABLE,
            "10000",
        )));
    }
    findings
}
