//! A memory target of the autoscaler: pods are added for memory that the process seldom gives back.

use super::META;
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Finding, Fix, Intent, Safety};
use crate::project::{Flavor, InForce, Installation};

pub fn by_memory(installation: &Installation<'_>) -> Option<Finding> {
    let scaled = installation.setting("autoscaling");
    if scaled.value() != Some(&Value::Bool(true)) {
        return None;
    }
    // The other chart has a target of its own, 80%, which only null takes away.
    let componentized = installation.parts.flavor != Flavor::Monolith;
    let answer = installation.setting("autoscaling_memory");
    let title = match &answer.in_force {
        InForce::Set { value: Value::Null, .. } | InForce::Hidden { .. } => return None,
        InForce::Set { value, .. } => format!("the autoscaler adds pods by memory ({}%)", shown(value)),
        InForce::Unset if componentized => {
            "the autoscaler adds pods by memory: 80% is the chart's default".to_owned()
        }
        InForce::Unset => return None,
    };
    let place = answer.place().or(scaled.place())?.clone();
    let finding = Finding::new(&META, "autoscaling_memory", "memory_target", place).title(title).why(
        "a Python process seldom gives memory back, so a memory target adds pods and hardly ever takes one away; LiteLLM's production page scales on CPU alone",
    );
    let Some(home) = answer.homes.first() else {
        let lines = vec!["targetMemoryUtilizationPercentage: null".to_owned()];
        return Some(finding.advice(
            "take the memory target away, and let CPU decide",
            lines,
            "`hpa:` of the component, in the values",
        ));
    };
    let intent = if componentized {
        Intent::Set(home.clone(), Value::Null)
    } else {
        Intent::Remove { place: home.clone(), comments: true }
    };
    let fix = Fix::new(installation, "scale on CPU alone", Safety::Review, vec![intent])
        .assuming("the CPU target is right: yours, or the chart's own (80%, in newer ones 60%)");
    Some(finding.fix(fix))
}
