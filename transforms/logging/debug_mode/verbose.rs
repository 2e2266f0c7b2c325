//! `set_verbose`: in `litellm_settings` only the old print helpers follow it, in `router_settings` the log level of the router.

use super::without_effect::key_of;
use super::{META, is_on, off};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Finding, Recommended, Severity};
use crate::project::{Answer, Effective, Installation, Place};

const OF_ROUTER: &str = "router_set_verbose";

/// The finding that turns it off in this section.
pub fn finding(installation: &Installation<'_>, answer: &Answer, section: &str) -> Option<Finding> {
    let quiet = Recommended::new(installation, answer, false);
    match &answer.effective {
        Effective::Set { value, .. } if is_on(value) => {
            let finding = off(&quiet, format!("{section}.set_verbose is {}", shown(value)));
            Some(weighed(installation, answer.setting.name, finding))
        }
        Effective::Hidden { .. } if answer.place().is_some_and(|place| has_key(installation, place)) => {
            quiet.hidden(&META)
        }
        _ => None,
    }
}

/// The finding with what it costs there, and with the level that the router logs at.
fn weighed(installation: &Installation<'_>, name: &str, finding: Finding) -> Finding {
    const PRINTS: &str = "it adds about 1.5 kB of lines for each request to the log (not the prompt); LiteLLM's production page advises false";
    const ROUTER: &str = "the router logs each of its decisions; LiteLLM's production page advises false";
    if name != OF_ROUTER {
        return finding.severity(Severity::Medium).why(PRINTS);
    }
    let level = installation.setting("router_debug_level");
    let prompts =
        level.value().and_then(Value::as_str).is_some_and(|text| text.eq_ignore_ascii_case("DEBUG"));
    let finding = if prompts { finding } else { finding.severity(Severity::Medium).why(ROUTER) };
    match level.place() {
        Some(place) => finding.see(place.clone(), "read only while router_settings.set_verbose is on"),
        None => finding,
    }
}

/// Whether the key itself stands there: a section that cannot be seen is no sign of debug output.
fn has_key(installation: &Installation<'_>, place: &Place) -> bool {
    key_of(place, "") == "set_verbose" && installation.value_at(place).is_some()
}
