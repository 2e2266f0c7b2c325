//! How long rows are kept: every period there is, and what puts one in force.

use super::SECTION;
use super::duration::{Duration, read};
use super::period::{INTERVAL, Period};
use crate::document::Value;
use crate::plan::{Finding, Remedy, Safety};
use crate::project::{Installation, Sign};

/// What is deleted after each period, and how often LiteLLM looks for such rows.
const PERIODS: [(&str, &str); 5] = [
    ("maximum_spend_logs_retention_period", "the rows of the spend logs"),
    ("maximum_autorouter_session_retention_period", "the auto router's sessions"),
    ("maximum_health_check_retention_period", "the results of health checks"),
    ("maximum_daily_tag_spend_retention_period", "the daily spend by tag"),
    (INTERVAL, "rows of any kind"),
];

/// What is wrong with the periods that are effective.
pub fn periods(installation: &Installation<'_>, database: &Sign) -> Vec<Finding> {
    let period = |(key, rows)| {
        let (value, place) = installation.in_layers(SECTION, key).pop()?;
        Period { installation, key, rows, value, place }.judged()
    };
    PERIODS.into_iter().filter_map(period).map(|finding| finding.see_database(database)).collect()
}

/// A move or rename that puts a period in force: rows begin to be deleted.
pub fn moved(mut finding: Finding, value: Option<&Value>) -> Finding {
    let counts = value.and_then(Value::as_str).is_some_and(|text| read(text) != Duration::None);
    if !counts {
        let text = "remove it here, or set it there as a number and a unit, such as 30d: older rows are then deleted for good";
        return finding.advice(text);
    }
    if let Remedy::Fix(fix) = &mut finding.remedy {
        fix.safety = Safety::Hazardous;
        fix.assumptions.push("older rows of the spend logs are then deleted for good".into());
    }
    finding
}
