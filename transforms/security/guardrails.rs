//! Guardrails that LiteLLM leaves out: it starts without them, with one line in its log.

use crate::document::Value;
use crate::plan::{Area, Finding, Meta, NoParams, Severity};
use crate::project::{Installation, ModelEntry, Place, Running, Version};

mod left_out;

use left_out::left_out;

pub const META: Meta = Meta {
    id: "guardrails",
    title: "a configured guardrail is not active",
    why: "LiteLLM starts without it and only logs a line: requests that it should stop go through",
    severity: Severity::Critical,
    worst: Severity::Critical,
    gap: "guardrails that do not guard",
    files: "advice only",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Security, 4)],
    aliases: &[],
};

/// The last release that was seen to stop, and the first that was seen to go on.
const STOPS_AT_IT: Version = Version(1, 80, 15);
const GOES_ON: Version = Version(1, 106, 2);

const NAME: &str = "guardrail_name";
const PARAMS: &str = "litellm_params";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let entries = installation.entries("guardrails", NAME);
    let old = installation.in_layers("litellm_settings", "guardrails").pop().and_then(misplaced);
    let left_out = |entry| Some(left_out(installation, entry)?.why(consequence(installation)));
    let broken = |entry| stops(entry).or_else(|| left_out(entry));
    entries.iter().filter_map(broken).chain(old).collect()
}

/// What an entry lacks that LiteLLM cannot load the configuration without.
fn stops(entry: &ModelEntry) -> Option<Finding> {
    let lacks = |key: &&str| entry.value.get(key).is_none();
    let lacking = [NAME, PARAMS].into_iter().find(lacks)?;
    let reference = entry.value.as_map().is_none();
    let finding = Finding::new(&META, META.id, "stops", entry.place.clone())
        .title(format!("{} has no `{lacking}`: LiteLLM does not start", shown_name(entry)))
        .why("the configuration fails to load")
        .advice("add it, or remove the entry");
    (!reference).then_some(finding)
}

/// Entries of today's form in `litellm_settings`, which takes another, older form.
fn misplaced((value, place): (Value, Place)) -> Option<Finding> {
    let today = |item: &Value| item.get(PARAMS).is_some();
    value.as_seq()?.iter().any(today).then(|| {
        Finding::new(&META, META.id, "misplaced", place)
            .title("LiteLLM does not start: `guardrails` in `litellm_settings` has the form of the top-level key")
            .why("there each item must be a mapping of names to callbacks; with anything else the configuration fails to load")
            .advice("move the list to the top level of the configuration, next to `model_list`; it then takes effect")
    })
}

/// What LiteLLM makes of a guardrail that it cannot make: 1.72.6 and 1.80.15 stop at it, 1.106.2 and 1.110.2 go on without.
fn consequence(installation: &Installation<'_>) -> &'static str {
    match installation.running() {
        Running::Known(version, ..) if *version <= STOPS_AT_IT => "the configuration fails to load",
        Running::Known(version, ..) if *version >= GOES_ON => META.why,
        _ => {
            "older releases (1.80.15) do not start with it; newer ones (1.106.2) start without it, and requests that it should stop go through"
        }
    }
}

fn shown_name(entry: &ModelEntry) -> String {
    if entry.name.is_empty() { "a guardrail".into() } else { format!("the guardrail `{}`", entry.name) }
}
