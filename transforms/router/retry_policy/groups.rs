//! `model_group_retry_policy`: nothing checks it at the start, and each policy in it replaces the whole one of the router.

use super::META;
use super::keys::OF_GROUPS;
use crate::document::Value;
use crate::plan::build::{ineffective_places, section_lines, shown};
use crate::plan::policy::BAD_VALUE;
use crate::plan::{Finding, Remedy, Severity};
use crate::project::{EntryParam, Installation, Place};

const NOT_CHECKED: &str = "these policies are not checked at the start: when a request of this group fails, it ends in a different error, without a retry";

/// Policies of single entries, which nothing reads there: a policy of its own is that of a group.
pub fn of_entries(installation: &Installation<'_>) -> Vec<Finding> {
    let told = |EntryParam { group, sign, value }: EntryParam| {
        let policies = Value::Map(vec![(group, value)]);
        let entry = (OF_GROUPS.setting.to_owned(), policies);
        let text = "remove it there; if you want it, this is what LiteLLM reads: it replaces the whole policy of the router for this group";
        Finding::new(&META, OF_GROUPS.setting, "in_entry", sign.place)
            .title(format!("{} in `litellm_params` is ignored", sign.what))
            .why("an entry of model_list can have its own timeouts and numbers of retries, but no policies")
            .advice(text)
            .lines(section_lines(installation, "router_settings", &[entry]))
    };
    installation.entry_params(&["retry_policy"]).into_iter().map(told).collect()
}

/// What is wrong with the policies of single groups. `general` is the policy of the router.
pub fn findings(installation: &Installation<'_>, general: Option<&Value>) -> Vec<Finding> {
    let answer = installation.setting(OF_GROUPS.setting);
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        if let Remedy::Fix(fix) = &mut finding.remedy {
            fix.assumptions.push(
                "for these groups it replaces the whole retry_policy, and nothing checks it at the start"
                    .into(),
            );
        }
    }
    let (Some(value), Some(place)) = (answer.value(), answer.place()) else { return findings };
    let Value::Map(groups) = value else {
        if *value != Value::Null {
            findings.push(wrong_type(place, OF_GROUPS.setting, value));
        }
        return findings;
    };
    let known = names(installation);
    for (name, policy) in groups {
        let at = place.child(name);
        if known.as_ref().is_some_and(|known| !known.contains(name)) {
            findings.push(unknown(&at, name));
            continue;
        }
        let Value::Map(policy) = policy else {
            findings.push(wrong_type(&at, name, policy));
            continue;
        };
        for finding in OF_GROUPS.wrong_keys(installation, &at, policy) {
            let bad = finding.state == BAD_VALUE;
            findings.push(if bad { finding.severity(Severity::High).why(NOT_CHECKED) } else { finding });
        }
        findings.extend(replaces(&at, name, policy, general));
    }
    findings
}

fn unknown(place: &Place, name: &str) -> Finding {
    Finding::new(&META, OF_GROUPS.setting, "unknown_group", place.clone())
        .severity(Severity::Low)
        .title(format!("this retry policy is never used: no model is named `{name}`"))
        .why("the keys of model_group_retry_policy are names of model_list")
        .advice("correct the name, or remove the policy")
}

fn wrong_type(place: &Place, name: &str, value: &Value) -> Finding {
    Finding::new(&META, OF_GROUPS.setting, "wrong_type", place.clone())
        .severity(Severity::High)
        .title(format!("`{name}` is {}, but must be a mapping", shown(value)))
        .why(NOT_CHECKED)
        .advice("write a mapping from names of errors to numbers")
}

/// The names of all models; `None` where they cannot all be seen.
fn names(installation: &Installation<'_>) -> Option<Vec<String>> {
    let groups = installation.model_groups();
    let aliased = installation.configs().any(|(layer, _)| {
        installation
            .section(layer, "router_settings")
            .is_some_and(|node| node.get("model_group_alias").is_some())
    });
    let all = !groups.is_empty() && !installation.has_wildcards() && !aliased;
    (all && !installation.has_unseen_models()).then(|| groups.into_iter().map(|group| group.name).collect())
}

/// The keys of the policy of the router that a group loses by having a policy of its own.
fn replaces(place: &Place, name: &str, own: &[(String, Value)], general: Option<&Value>) -> Option<Finding> {
    let lost: Vec<String> = general?
        .as_map()?
        .iter()
        .filter(|(key, _)| own.iter().all(|(other, _)| other != key))
        .map(|(key, value)| format!("`{key}` ({})", shown(value)))
        .collect();
    let finding = Finding::new(&META, OF_GROUPS.setting, "replaces", place.clone())
        .severity(Severity::Low)
        .title(format!(
            "the retry policy of `{name}` replaces the router's, but does not list {}",
            lost.join(", ")
        ))
        .why("a group's policy replaces the whole policy; for errors it does not list, num_retries applies");
    (!lost.is_empty()).then(|| finding.advice("repeat there what should also apply to this group"))
}
