//! Background health checks call every model, and each process of the installation does so for itself unless they share the results.

use crate::document::Value;
use crate::plan::build::{goes_in, yaml_lines};
use crate::plan::{Area, Finding, Lines, Meta, NoParams, Severity};
use crate::project::{Effective, Installation, ModelEntry, Target};

pub const META: Meta = Meta {
    id: "health_checks",
    title: "every process checks every model in the background",
    why: "each check is a paid request to the provider and counts against the key's limits",
    severity: Severity::Medium,
    worst: Severity::Medium,
    gap: "background health checks",
    files: "advice only",
    versions: "since 1.80.15",
    settings: &[],
    params: &[],
    weights: &[(Area::Throughput, 1)],
    aliases: &[],
};

const SHARED: &str = "use_shared_health_check";
const SECTION: &str = "general_settings";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    multiplied(installation).into_iter().collect()
}

fn multiplied(installation: &Installation<'_>) -> Option<Finding> {
    let checks = installation.setting("background_health_checks");
    let Effective::Set { value: Value::Bool(true), place } = &checks.effective else { return None };
    let shared = installation.setting(SHARED);
    let off = matches!(
        shared.effective,
        Effective::Unset | Effective::Set { value: Value::Bool(false) | Value::Null, .. }
    );
    if !off
        || shared.blocked.is_some()
        || shared.setting.versions.read_by(installation.running()) == Some(false)
    {
        return None;
    }
    let (workers, instances) = (installation.workers(), installation.instances());
    let processes = workers.number?.checked_mul(instances.number?)?;
    if processes < 2 {
        return None;
    }
    let spared = |entry: &ModelEntry| {
        let info = entry.value.get("model_info");
        info.and_then(|info| info.get("disable_background_health_check")).and_then(Value::as_bool)
            == Some(true)
    };
    let models = installation.models().iter().filter(|one| !spared(one)).count();
    let every = match installation.setting("health_check_interval").effective {
        Effective::Unset => "300".to_owned(),
        Effective::Set { value: Value::Int(seconds), .. } => seconds.to_string(),
        _ => return None,
    };
    let mut finding = Finding::new(&META, SHARED, "multiplied", place.clone())
        .title(format!(
            "{processes} processes each check all models every {every} seconds: {models} models are called {} times in that time",
            processes.saturating_mul(u64::try_from(models).ok()?)
        ))
        .why(META.why);
    for sign in [workers.sign, instances.sign].into_iter().flatten() {
        finding.related.push((sign.place, sign.what));
    }
    let text = match installation.coordination_redis() {
        Target::Named(_) => "let one process check for all, through the shared Redis",
        _ => {
            "let one process check for all, once they share a Redis (`litellm-fix explain redis_coordination`): without a Redis nothing changes"
        }
    };
    let lines = yaml_lines(SECTION, &[(SHARED.into(), Value::Bool(true))]);
    (models > 0).then(|| finding.advice(text).lines(Lines::new(lines, goes_in(installation, SECTION))))
}
