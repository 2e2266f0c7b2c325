//! What answers when an entry fails: the others of its name, which a 0 cuts off, and fallbacks, which retries of rate limits delay.

use super::META;
use crate::document::Value;
use crate::plan::build::named;
use crate::plan::{Finding, Severity};
use crate::project::{Answer, Installation};

/// What a policy does to what it lists.
pub const REPLACES: &str = "the errors listed get these numbers instead of num_retries";

/// What a policy does that a move or a rename puts in force.
pub fn effects(installation: &Installation<'_>) -> String {
    let mut text = REPLACES.to_owned();
    let fallbacks = installation.groups_with_fallbacks();
    if !fallbacks.is_empty() {
        text += &format!(
            "; rate limits that it lists are retried before the fallbacks of {} answer, which takes seconds each",
            named(&fallbacks)
        );
    }
    if !installation.setting("model_group_retry_policy").is_unset() {
        text += "; groups with a policy in model_group_retry_policy keep theirs";
    }
    text
}

/// Why authentication errors may be worth a retry here: groups in which a sibling may have a good key, as a clause.
pub fn several_entries(installation: &Installation<'_>) -> Option<String> {
    let several = shared_names(installation);
    if !several.is_empty() {
        Some(format!("several entries share the name {}", named(&several)))
    } else if installation.has_wildcards() {
        Some("wildcard names may match several entries".into())
    } else if installation.model_groups().is_empty() || installation.has_unseen_models() {
        Some("not all models are in these files".into())
    } else {
        None
    }
}

/// The names that several entries of model_list share.
fn shared_names(installation: &Installation<'_>) -> Vec<String> {
    let groups = installation.model_groups().into_iter();
    groups.filter(|group| group.entries > 1).map(|group| group.name).collect()
}

/// The zero that ends the failover where a sibling may have a good key.
pub fn ends_failover(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
    const KEY: &str = "AuthenticationErrorRetries";
    let (policy, place) = (answer.value()?.as_map()?, answer.place()?);
    let zero =
        policy.iter().rev().find(|(key, _)| key == KEY).is_some_and(|(_, value)| *value == Value::Int(0));
    let with_fallbacks = installation.groups_with_fallbacks();
    // A sibling with the same key is refused likewise.
    let groups = installation.model_groups().into_iter().filter(|group| group.keys.len() > 1);
    let mut shared: Vec<String> = groups.map(|group| group.name).collect();
    shared.retain(|name| !with_fallbacks.contains(name));
    if installation.has_default_fallbacks() {
        return None;
    }
    let finding = Finding::new(&META, META.id, "ends_failover", place.child(KEY))
        .title(format!("`{KEY}` is 0, and entries with several keys share the name {}", named(&shared)))
        .why("if one of them has a bad key, the request fails instead of going to another")
        .severity(Severity::Low)
        .advice("remove it, unless all entries share one key");
    (zero && !shared.is_empty()).then_some(finding)
}
