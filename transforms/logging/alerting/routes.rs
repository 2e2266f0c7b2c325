//! `alert_to_webhook_url`: where each kind of alert goes.

use super::types::TYPES;
use super::{META, Situation};
use crate::document::Value;
use crate::plan::build::secret_lines;
use crate::plan::{Finding, Intent, Severity};
use crate::project::Place;

impl Situation<'_> {
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
                        Intent::remove(at.clone())
                    } else {
                        Intent::Rename(at.clone(), right.to_owned())
                    }
                }));
            }
            findings.extend(self.references(&at, value));
        }
        findings
    }

    /// References of an entry to variables that nothing gives.
    fn references(&self, at: &Place, value: &Value) -> Vec<Finding> {
        let references: Vec<&str> = match value {
            Value::Seq(items) => items.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect(),
        };
        let missing = references.into_iter().filter_map(|text| text.strip_prefix("os.environ/"));
        missing
            .filter(|variable| self.nothing_gives(variable, value))
            .map(|variable| self.stops(at, variable))
            .collect()
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
