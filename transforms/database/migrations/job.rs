//! Nothing migrates the database once the pods that serve do not.

use super::switch::label;
use super::{JOB, META, NAME};
use crate::plan::{Finding, Fix, Safety, Severity};
use crate::project::{Answer, Installation};

/// Updates are off and nothing else migrates.
pub fn nobody(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
    installation.database()?;
    if installation.migration_job().is_some() {
        return None;
    }
    let finding = Finding::new(&META, answer.setting.name, "nobody", answer.place()?.clone())
        .severity(Severity::Medium)
        .title(format!("nothing here migrates the database, and {} turns schema updates off", label(answer)))
        .why("after an upgrade LiteLLM runs on tables that lack columns or tables that it uses");
    let job = installation.setting("migration_job");
    Some(match job.homes.first() {
        Some(home) => {
            let title = "set migrationJob.enabled to true";
            finding.fix(
                Fix::set(installation, title, Safety::Review, home, true).assuming(
                    "nothing else migrates the database: with the next upgrade the chart's Job does",
                ),
            )
        }
        None => finding.advice(format!(
            "run `{JOB}` in the same image, with {NAME}=false, before each upgrade; or remove the setting"
        )),
    })
}
