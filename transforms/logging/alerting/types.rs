//! `alert_types`: which alerts go.

use super::names::meant;
use super::{META, Situation};
use crate::document::Value;
use crate::plan::{Finding, Fix, Intent, Safety};
use crate::project::Place;

/// The members of `AlertType` in LiteLLM 1.106.2 and 1.110.2. 1.80.15 has all but those of user spend, model deprecation and MCP.
pub const TYPES: [&str; 27] = [
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
                        Intent::remove(at.clone())
                    } else {
                        Intent::Set(at.clone(), right.into())
                    }
                })
            })
            .collect()
    }

    /// A name that is no alert type; `mend` writes the right one.
    pub(super) fn unknown_type(
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
}
