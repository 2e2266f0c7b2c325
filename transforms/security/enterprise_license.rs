//! Settings that LiteLLM honours with an enterprise licence only, and what it does without one.

use crate::document::Value;
use crate::plan::{Area, Finding, Meta, NoParams, Severity};
use crate::project::{Installation, Place};

mod needs;

use needs::{NEED_IT, Need, Without};

pub const META: Meta = Meta {
    id: "enterprise_license",
    title: "an enterprise license is missing: a setting needs one",
    why: "without a license, LiteLLM stops or refuses requests when it finds such a setting",
    severity: Severity::Critical,
    worst: Severity::Critical,
    gap: "enterprise settings without a license",
    files: "advice only",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 4)],
    aliases: &[],
};

/// The variable that gives the licence, and its key under `general_settings`.
const LICENSE: &str = "LITELLM_LICENSE";
const LICENSE_KEY: &str = "litellm_license";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    if is_given(installation) {
        return Vec::new();
    }
    let found = |(section, key, when, without): &Need| {
        let (value, place) = installation.in_layers(section, key).pop()?;
        let what = when.name_in(&value)?;
        let name = if what.is_empty() {
            format!("`{section}.{key}`")
        } else {
            format!("`{what}` in `{section}.{key}`")
        };
        Some(finding(installation, place, &name, *without))
    };
    NEED_IT.iter().filter_map(found).collect()
}

fn is_given(installation: &Installation<'_>) -> bool {
    !installation.variables(LICENSE).is_empty()
        || installation.late_variable(LICENSE).is_some()
        || installation
            .in_layers("general_settings", LICENSE_KEY)
            .iter()
            .any(|(value, _)| *value != Value::Null)
}

fn finding(installation: &Installation<'_>, place: Place, name: &str, without: Without) -> Finding {
    let whole = installation.environment_is_whole();
    let severity = match (whole, without) {
        (true, Without::Stops) => Severity::Critical,
        (true, Without::Refuses(_)) => Severity::High,
        (false, _) => Severity::Low,
    };
    let (title, state) = match without {
        Without::Stops => ("LiteLLM does not start without it".to_owned(), "stops"),
        Without::Refuses(what) => (format!("without it LiteLLM refuses {what}"), "refuses"),
    };
    let seen = if whole {
        "the whole environment of the process is visible, and LITELLM_LICENSE is not set in it"
    } else {
        "nothing visible sets LITELLM_LICENSE for the process"
    };
    Finding::new(&META, "enterprise_license", state, place)
        .title(format!("{name} needs an enterprise license: {title}"))
        .why(seen)
        .severity(severity)
        .advice(format!("give {LICENSE} to the process from a Secret or from a file outside the repository, or remove the setting"))
}
