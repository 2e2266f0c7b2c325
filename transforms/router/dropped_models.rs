//! Models that LiteLLM leaves out while it loads its configuration: it starts without them, with one line in its log.

use crate::plan::build::shown;
use crate::plan::{Area, Finding, Lines, Meta, NoParams, Severity};
use crate::project::{Flaw, Installation, ModelEntry, Place, Version, known};

pub const META: Meta = Meta {
    id: "dropped_models",
    title: "a model of model_list is left out",
    why: "LiteLLM starts without the entry and only logs a line: requests for it fail, or go only to the other entries of that name",
    severity: Severity::High,
    worst: Severity::Critical,
    gap: "models that are not served",
    files: "advice only",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 3)],
    aliases: &[],
};

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let left_out = installation.left_out();
    let left_out =
        left_out.into_iter().map(|(entry, flaw, place)| finding(installation, &entry, &flaw, place));
    left_out.chain(refused(installation)).collect()
}

/// The parameter that the router of newer releases takes as a number alone: with a text it refuses the whole list. Run on 1.106.2, which takes
/// it, and on 1.110.2 (`dropped_models` in `tests/litellm/start.rs`); what the releases between do was not seen.
const NUMBER: &str = "max_parallel_requests";
const REFUSES: Version = Version(1, 110, 0);

fn refused(installation: &Installation<'_>) -> Vec<Finding> {
    let running = installation.running();
    if !running.maybe_since(REFUSES) {
        return Vec::new();
    }
    let (severity, when) = match running.surely_since(REFUSES) {
        true => (Severity::Critical, ""),
        false => (Severity::High, " since 1.110"),
    };
    let texts = installation.entry_params(&[NUMBER]).into_iter().filter_map(|one| {
        let text =
            one.value.as_str().filter(|text| !text.starts_with("os.environ/") && !text.contains("{{"))?;
        Some((one.sign.place.clone(), text.to_owned()))
    });
    texts
        .map(|(place, text)| {
            Finding::new(&META, META.id, "text_for_a_number", place)
                .severity(severity)
                .title(format!("`{NUMBER}` of an entry is the text \"{text}\": LiteLLM does not start{when}"))
                .why("the router accepts only a number there, and rejects the whole model_list")
                .advice(format!("write `{NUMBER}` as a number"))
        })
        .collect()
}

fn finding(installation: &Installation<'_>, entry: &ModelEntry, flaw: &Flaw, place: Place) -> Finding {
    let name = format!("LiteLLM leaves out an entry of `{}`", entry.name);
    let (state, reason) = match flaw {
        Flaw::NoProvider(model) => ("no_provider", format!("`{model}` does not say its provider")),
        Flaw::UnknownProvider(named) => {
            ("unknown_provider", format!("LiteLLM does not know the provider `{named}`"))
        }
        Flaw::NoNumber(key) => {
            let value = installation.value_at(&place).as_ref().map_or_else(String::new, shown);
            ("no_number", format!("its `{key}` is {value}, which is not a number"))
        }
    };
    let finding = Finding::new(&META, META.id, state, place).title(format!("{name}: {reason}")).why(META.why);
    match flaw {
        Flaw::NoProvider(model) => finding.advice("put the provider in front; for your own OpenAI-compatible server it is openai").lines(Lines::new(vec![format!("model: <provider>/{model}")], "the litellm_params of the entry")),
        Flaw::UnknownProvider(named) => match known::near(named, known::keys("providers")).as_slice() {
            [right] => finding.advice(format!("if you mean {right}, write that")),
            _ => finding.advice("write a provider that this version has; for your own OpenAI-compatible server put openai/ in front of the whole name"),
        },
        Flaw::NoNumber(key) => finding.advice(format!("write `{key}` as a number, or remove it")),
    }
}
