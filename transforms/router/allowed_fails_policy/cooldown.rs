//! How long an entry rests, and whether any does.

use super::{META, Params};
use crate::document::Value;
use crate::plan::build::{ineffective_places, section_lines, shown};
use crate::plan::{Finding, Fix, Safety};
use crate::project::{At, Installation};

/// The seconds that an entry rests, as they are written, or LiteLLM's default.
pub fn seconds_of_rest(installation: &Installation<'_>) -> String {
    let zero = |value: &Value| matches!(value, Value::Null | Value::Int(0));
    let answer = installation.setting("cooldown_time");
    answer.value().filter(|value| !zero(value)).map_or_else(|| "5".to_owned(), shown)
}

/// Whether nothing ever cools down.
pub fn are_off(installation: &Installation<'_>) -> bool {
    installation.configs().any(|(layer, _)| {
        let off =
            installation.section(layer, "router_settings").and_then(|node| node.get("disable_cooldowns"));
        off.is_some_and(|node| node.value(installation.reader()) == Value::Bool(true))
    })
}

/// What is wrong with `cooldown_time`.
pub fn cooldown_time(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting("cooldown_time");
    let mut findings = ineffective_places(installation, &META, &answer);
    let (value, seconds) = match answer.value() {
        Some(value @ Value::Int(seconds)) => (value, *seconds as f64),
        Some(value @ Value::Float(seconds)) => (value, *seconds),
        Some(value @ Value::Str(text)) => (value, text.parse().unwrap_or(0.0)),
        _ => return findings,
    };
    if let Some(place) = answer.place().filter(|_| seconds == 0.0 && *value == Value::Int(0)) {
        let finding = Finding::new(&META, "cooldown_time", "zero", place.clone())
            .title("`cooldown_time` is 0, which LiteLLM reads as the default: 5 seconds")
            .why("an explicit 0 counts as not set");
        let lines =
            section_lines(installation, "router_settings", &[("disable_cooldowns".into(), true.into())]);
        let text = "remove it; if you want no cooldown, this is what LiteLLM reads";
        findings.push(finding.advice(text).lines(lines));
    }
    let Some(place) = answer.place().filter(|_| seconds > f64::from(params.cooldown_time)) else {
        return findings;
    };
    let expected = params.cooldown_time;
    let finding = Finding::new(&META, "cooldown_time", "too_long", place.clone())
        .title(format!("`cooldown_time` is {}; {expected} is recommended", shown(value)))
        .why("an entry in cooldown gets no requests, even if it has recovered");
    let writable = matches!(place.at, At::Yaml { .. }) && answer.homes.contains(place);
    findings.push(if writable {
        let title = format!("set cooldown_time to {expected}");
        finding.fix(Fix::set(installation, title, Safety::OnRequest, place, expected)).offer()
    } else {
        finding.advice(format!("set it to {expected} there")).offer()
    });
    findings
}
