//! Targets of the autoscaler. LiteLLM's pages disagree about memory, so what they say is offered and no finding.

use super::META;
use crate::document::Value;
use crate::plan::build::{in_values, shown};
use crate::plan::{Finding, Fix, Intent, Lines, Safety};
use crate::project::{Answer, AutoscalerKind, Effective, Installation};

/// The CPU target of LiteLLM's production page, in percent.
const ADVISED: i128 = 60;

pub fn by_memory(installation: &Installation<'_>) -> Option<Finding> {
    let scaled = installation.setting("autoscaling");
    if scaled.value() != Some(&Value::Bool(true)) {
        return None;
    }
    let of_chart = installation.parts.chart().and_then(|chart| chart.memory_target);
    let answer = installation.setting("autoscaling_memory");
    let title = match &answer.effective {
        Effective::Set { value: Value::Null, .. } | Effective::Hidden { .. } => return None,
        Effective::Set { value: Value::Int(percent), .. } => {
            format!("the autoscaler adds pods by memory ({percent}%)")
        }
        Effective::Set { value, .. } => {
            format!("the autoscaler adds pods by memory ({})", shown(value).replace('"', ""))
        }
        Effective::Unset => {
            format!("the autoscaler adds pods by memory: {}% is the chart's default", of_chart?)
        }
    };
    let place = answer.place().or(scaled.place())?.clone();
    let finding = Finding::new(&META, "autoscaling_memory", "memory_target", place).title(title).why(
        "a Python process rarely frees memory, so a memory target adds pods and hardly ever removes one; LiteLLM's production page scales on CPU only, its pages about sizing and throughput on CPU and memory",
    );
    let Some(home) = answer.homes.first() else {
        let lines = instead(installation, &answer)?;
        return Some(finding.advice("remove the memory target, and scale on CPU").lines(lines).offer());
    };
    // Only null takes a target of the chart's own away.
    let intent = if of_chart.is_some() {
        Intent::Set(home.clone(), Value::Null)
    } else {
        Intent::Remove { place: home.clone(), comments: true }
    };
    let yours = match installation.parts.chart() {
        Some(_) => "the CPU target is right: yours, or the chart's own (80%, in newer ones 60%)",
        None => "what else the autoscaler looks at is enough",
    };
    let fix = Fix::new(installation, "scale on CPU only", Safety::Review, vec![intent]).assuming(yours);
    Some(finding.fix(fix).offer())
}

/// What takes the place of a memory target that is not removed alone, and where it goes.
fn instead(installation: &Installation<'_>, answer: &Answer) -> Option<Lines> {
    if let Some(chart) = installation.parts.chart() {
        let line = "targetMemoryUtilizationPercentage: null".to_owned();
        return Some(in_values(installation, &[chart.key?, "hpa"], &[line]));
    }
    let [one] = installation.autoscalers() else { return None };
    let lines: &[&str] = match one.kind {
        AutoscalerKind::Horizontal => &[
            "- type: Resource",
            "  resource:",
            "    name: cpu",
            "    target: {type: Utilization, averageUtilization: 60}",
        ],
        AutoscalerKind::ScaledObject => {
            &["- type: cpu", "  metricType: Utilization", "  metadata: {value: \"60\"}"]
        }
    };
    let spot = installation.spot(answer.place()?);
    let lines = lines.iter().map(|line| (*line).to_owned()).collect();
    Some(Lines::new(
        lines,
        format!("in place of the metric whose target stands at {}:{}", spot.file, spot.line),
    ))
}

/// A CPU target above the one that LiteLLM advises.
pub fn late(installation: &Installation<'_>) -> Option<Finding> {
    let scaled = installation.setting("autoscaling").value() == Some(&Value::Bool(true));
    let answer = installation.setting("autoscaling_cpu");
    let Some(Value::Int(percent)) = answer.value() else { return None };
    let place = answer.place().filter(|_| scaled && *percent > ADVISED)?.clone();
    let finding = Finding::new(&META, "autoscaling_cpu", "late", place)
        .title(format!("the autoscaler adds pods at {percent}% CPU; {ADVISED}% is advised"))
        .why("a pod takes a while to start, and until then the other pods carry the load");
    let Some(home) = answer.homes.first() else {
        let reason = answer.blocked.as_ref().map(ToString::to_string).unwrap_or_default();
        return Some(finding.advice(reason).offer());
    };
    // The triggers of KEDA hold texts.
    let value = match installation.value_at(home) {
        Some(Value::Str(_)) => Value::Str(ADVISED.to_string()),
        _ => Value::Int(ADVISED),
    };
    let set = vec![Intent::Set(home.clone(), value)];
    Some(
        finding
            .fix(Fix::new(installation, format!("scale at {ADVISED}% CPU"), Safety::OnRequest, set))
            .offer(),
    )
}
