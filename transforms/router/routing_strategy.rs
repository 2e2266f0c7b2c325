//! Routing by usage asks Redis for every request, and LiteLLM advises against it in production.

use crate::document::Value;
use crate::plan::{Area, Finding, Meta, NoParams, Recommended, Safety, Severity};
use crate::project::{Effective, Installation};

pub const META: Meta = Meta {
    id: "routing_strategy",
    title: "usage-based routing is slow: LiteLLM advises against it in production",
    why: "each request reads and writes back the usage of every entry, in Redis where there is one",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "routing",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Latency, 1)],
    aliases: &[],
};

const SIMPLE: &str = "simple-shuffle";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    by_usage(installation).into_iter().collect()
}

fn by_usage(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting(META.id);
    let Effective::Set { value: Value::Str(strategy), place } = &answer.effective else { return None };
    // Names with one entry each have nothing to choose from.
    let choice =
        installation.model_groups().iter().any(|group| group.entries > 1 || group.name.contains('*'));
    if !strategy.starts_with("usage-based-routing") || !choice {
        return None;
    }
    let finding = Finding::new(&META, META.id, "by_usage", place.clone())
        .title(format!("LiteLLM advises against routing by {strategy} in production"))
        .why(META.why)
        .load_default(installation);
    let spread =
        "requests are then spread by the weights, rpm and tpm of the entries, not by what each has used";
    let simple = Recommended::new(installation, &answer, SIMPLE);
    Some(simple.mend(finding, Safety::OnRequest, |fix| fix.assuming(spread)))
}
