//! Keys of which only the load knows: what every known key does with every form of value was seen in the real proxy.

use super::{META, accepted};
use crate::plan::build::shown_briefly;
use crate::plan::{Finding, Lines, Severity};
use crate::project::settings::Stops;
use crate::project::{Installation, Stopping};

pub fn findings(installation: &Installation<'_>) -> impl Iterator<Item = Finding> {
    installation.stopping().into_iter().map(|one| finding(installation, &one))
}

fn finding(installation: &Installation<'_>, one: &Stopping) -> Finding {
    let (severity, when) = match one.stops {
        Stops::Always => (Severity::Critical, ""),
        Stops::Sometimes | Stops::Never => (Severity::High, " (some releases)"),
    };
    let value = installation.value_at(&one.place);
    let value = value.as_ref().map_or_else(String::new, |value| format!(" is {}", shown_briefly(value)));
    let finding = Finding::new(&META, META.id, "value_stops_start", one.place.clone()).severity(severity);
    if one.anything {
        return finding
            .title(format!("LiteLLM does not start: `{}` is set there{when}", one.name))
            .why("the proxy passes it to its router itself, and the router fails if it gets it twice")
            .advice("remove it");
    }
    let lines = accepted::example(&one.name);
    let text = match lines.is_empty() {
        true => "remove it, or write a value of the form that LiteLLM's documentation gives for this key",
        false => "write it in this form, or remove it",
    };
    finding
        .title(format!("LiteLLM does not start: `{}`{value}{when}", one.name))
        .why("the configuration fails to load with such a value (tried with the real proxy)")
        .advice(text)
        .lines(Lines::new(lines, ""))
}
