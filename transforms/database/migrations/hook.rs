//! The migration Job of litellm-helm is a hook only for who says so.

use super::META;
use crate::document::Value;
use crate::plan::{Finding, Fix, Lines, Safety};
use crate::project::{Answer, Effective, Installation};

/// Under Flux the chart's Job is an ordinary resource of the release, unless it is made a hook of Helm: the pods do not wait for it. Who
/// writes nothing about the Job is left alone, and who switches off both hooks means it.
pub fn no_hook(installation: &Installation<'_>) -> Option<Finding> {
    let [job, helm, argocd] = ["migration_job", "migration_job_helm_hook", "migration_job_argocd_hook"]
        .map(|name| installation.setting(name));
    let is = |answer: &Answer, expected: bool| matches!(answer.value(), Some(Value::Bool(value)) if *value == expected);
    let none_wanted = is(&job, false) || (is(&helm, false) && is(&argocd, false));
    let hidden = matches!(helm.effective, Effective::Hidden { .. });
    if !installation.by_flux() || is(&helm, true) || none_wanted || hidden {
        return None;
    }
    let place = helm.place().or(argocd.place()).or(job.place())?.clone();
    let finding = Finding::new(&META, "migration_job_helm_hook", "no_hook", place)
        .title("new pods do not wait for the migration Job: it is not a hook")
        .why(
            "without a hook the Job starts together with the other resources, and new pods serve while it still runs",
        );
    Some(match helm.homes.first() {
        Some(home) => {
            let title = "set migrationJob.hooks.helm.enabled to true";
            finding.fix(
                Fix::set(installation, title, Safety::Review, home, true)
                    .assuming("Flux installs the chart through Helm, so the Argo CD hook has no effect here"),
            )
        }
        None => {
            finding.advice("make it a Helm hook, if this release of the chart has the key").lines(Lines::new(
                ["migrationJob:", "  hooks:", "    helm:", "      enabled: true"].map(str::to_owned).to_vec(),
                "the values of the chart",
            ))
        }
    })
}
