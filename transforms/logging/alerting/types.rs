//! `alert_types` and `alert_to_webhook_url`: which alerts go, and where each kind goes.

use super::names::meant;
use super::{META, Situation};
use crate::document::Value;
use crate::plan::build::secret_lines;
use crate::plan::{Finding, Fix, Intent, Safety, Severity};
use crate::project::Place;

/// The members of `AlertType` in LiteLLM 1.106.2 and 1.110.2. 1.80.15 has all but those of user spend, model deprecation and MCP.
const TYPES: [&str; 27] = [
    "llm_exceptions",
    "llm_too_slow",
    "llm_requests_hanging",
    "budget_alerts",
    "spend_reports",
    "failed_tracking_spend",
    "user_spend_thresholds",
    "user_spend_anomalies",
    "db_exceptions",
    "daily_reports",
    "cooldown_deployment",
    "new_model_added",
    "model_deprecation_warnings",
    "outage_alerts",
    "region_outage_alerts",
    "fallback_reports",
    "new_virtual_key_created",
    "virtual_key_updated",
    "virtual_key_deleted",
    "new_team_created",
    "team_updated",
    "team_deleted",
    "new_internal_user_created",
    "internal_user_updated",
    "internal_user_deleted",
    "mcp_tool_description_blocked",
    "mcp_pinned_tools_changed",
];

impl Situation<'_> {
    /// Alert types that LiteLLM does not know: it takes them, and no alert is ever of that type.
    pub(super) fn types(&self) -> Vec<Finding> {
        let answer = self.installation.setting("alert_types");
        let (Some(Value::Seq(items)), Some(place)) = (answer.value(), answer.place()) else {
            return Vec::new();
        };
        let names: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
        let wrong = items.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_str()?)));
        wrong
            .filter(|(_, name)| !TYPES.contains(name))
            .map(|(index, name)| {
                let at = place.item(index);
                self.unknown_type("alert_types", &at, name, |right| {
                    if names.contains(&right) {
                        Intent::Remove { place: at.clone(), comments: true }
                    } else {
                        Intent::Set(at.clone(), right.into())
                    }
                })
            })
            .collect()
    }

    /// Webhooks of single alert types: keys that are no type, and references to variables that nothing gives.
    pub(super) fn routes(&self) -> Vec<Finding> {
        const NAME: &str = "alert_to_webhook_url";
        let answer = self.installation.setting(NAME);
        let (Some(Value::Map(entries)), Some(place)) = (answer.value(), answer.place()) else {
            return Vec::new();
        };
        let mut findings = Vec::new();
        for (name, value) in entries {
            let at = place.child(name);
            if !TYPES.contains(&&**name) {
                let there = |right: &str| entries.iter().any(|(other, _)| other == right);
                findings.push(self.unknown_type(NAME, &at, name, |right| {
                    if there(right) {
                        Intent::Remove { place: at.clone(), comments: true }
                    } else {
                        Intent::Rename(at.clone(), right.to_owned())
                    }
                }));
            }
            let references: Vec<&str> = match value {
                Value::Seq(items) => items.iter().filter_map(Value::as_str).collect(),
                one => one.as_str().into_iter().collect(),
            };
            let missing = references.into_iter().filter_map(|text| text.strip_prefix("os.environ/"));
            findings.extend(
                missing
                    .filter(|variable| self.nothing_gives(variable, value))
                    .map(|variable| self.stops(&at, variable)),
            );
        }
        findings
    }

    fn unknown_type(
        &self,
        setting: &str,
        place: &Place,
        written: &str,
        mend: impl Fn(&str) -> Intent,
    ) -> Finding {
        let finding = Finding::new(&META, setting, "unknown_type", place.clone())
            .title(format!("nothing is sent for `{written}`: it is not an alert type"))
            .why("LiteLLM accepts any name, but no alert ever has that type");
        match meant(written, &TYPES) {
            Some(right) => {
                let fix =
                    Fix::new(self.installation, format!("write {right}"), Safety::Review, vec![mend(right)]);
                finding.fix(fix.assuming(format!("alerts of the type {right} are sent from now on")))
            }
            None => finding.advice("remove it, or write a type that LiteLLM knows"),
        }
    }

    /// Whether the process may be given this variable where it cannot be seen.
    pub(super) fn cannot_see(&self, name: &str) -> bool {
        let installation = self.installation;
        installation.unseen_variables().is_some()
            && installation.variables(name).is_empty()
            && installation.in_layers("environment_variables", name).is_empty()
    }

    /// Whether no place gives the variable in time. In a list the reference is resolved late, so that `environment_variables:` counts.
    fn nothing_gives(&self, name: &str, value: &Value) -> bool {
        let late = matches!(value, Value::Seq(_)) && self.installation.late_variable(name).is_some();
        !late && self.installation.variables(name).is_empty() && !self.cannot_see(name)
    }

    fn stops(&self, place: &Place, variable: &str) -> Finding {
        Finding::new(&META, "alert_to_webhook_url", "unset_variable", place.clone())
            .title(format!(
                "nothing visible sets {variable} for the process: unset, it stops LiteLLM at its start"
            ))
            .why("LiteLLM resolves every webhook while it loads, and exits if one is not a text")
            .severity(Severity::Critical)
            .advice(
                "give the process the URL of that webhook, in Kubernetes from a Secret, or remove the entry",
            )
            .lines(secret_lines(self.installation, variable, "the URL of that webhook"))
    }
}
