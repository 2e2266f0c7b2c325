//! Values that stand where LiteLLM reads them, and stop it or do something else than they look like.

use super::{META, accepted, effect, value};
use crate::document::Value;
use crate::plan::build::{goes_in, yaml_lines};
use crate::plan::{Finding, Lines};
use crate::project::settings::{self, Effect, Shape};
use crate::project::{Amiss, Installation};

/// Settings of whose wrong values the transform that they belong to tells.
const TOLD_ELSEWHERE: [&str; 10] = [
    "proxy_batch_write_at",
    "request_timeout",
    "retry_policy",
    "model_group_retry_policy",
    "allowed_fails_policy",
    "json_logs",
    "service_callback",
    "cache_params",
    "cache_max_connections",
    "router_redis_max_connections",
];

pub fn findings(installation: &Installation<'_>) -> impl Iterator<Item = Finding> {
    let own = |one: &Amiss| {
        // Turning a cache on that is on in quotes is the matter of its Redis.
        let on = one.setting.name == "cache"
            && settings::repaired(one.setting, &one.value) == Some(Value::Bool(true));
        // A bare text that names the metrics is told of by what mounts them.
        let metrics = one.value.as_str().is_some_and(|text| text == "prometheus");
        !on && !metrics && !TOLD_ELSEWHERE.contains(&one.setting.name)
    };
    installation.amiss().into_iter().filter(own).filter_map(|one| finding(installation, &one))
}

fn finding(installation: &Installation<'_>, one: &Amiss) -> Option<Finding> {
    // Without a database the jobs that fail are not started.
    if one.effect == Effect::StopsWithDatabase && installation.database().is_none() {
        return None;
    }
    let running = installation.running();
    let unknown = settings::unknown_names(one.setting, &one.value, running);
    let (title, why) = if unknown.is_empty() { of_value(one) } else { of_names(one, &unknown) };
    let finding = Finding::new(&META, one.setting.name, effect::state(one.effect), one.place.clone())
        .severity(effect::severity(one, running))
        .title(title)
        .why(why);
    Some(remedied(installation, one, finding, !unknown.is_empty()))
}

fn of_value(one: &Amiss) -> (String, String) {
    let what = format!("{} is {}", written(one), value::words(one));
    (effect::title(one, &what, &what), format!("LiteLLM expects {} there", one.setting.shape.words()))
}

fn of_names(one: &Amiss, unknown: &[&str]) -> (String, String) {
    let list = unknown.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let what = format!("does not know {list} in {}", written(one));
    let title = effect::title(one, &format!("LiteLLM {what}"), &format!("it {what}"));
    (title, value::known_names(one, unknown))
}

/// The key with its section, or the variable.
fn written(one: &Amiss) -> String {
    match one.section {
        "environment" => format!("`{}`", one.key),
        section => format!("`{section}.{}`", one.key),
    }
}

/// The finding with what to write instead.
fn remedied(installation: &Installation<'_>, one: &Amiss, finding: Finding, by_name: bool) -> Finding {
    let repaired = settings::repaired(one.setting, &one.value).filter(|_| !one.key.contains('.'));
    let (text, lines) = match repaired {
        _ if matches!(one.setting.shape, Shape::Address(..)) => {
            return finding.advice("LiteLLM supports only PostgreSQL: set the address of one, or none");
        }
        Some(value) => (
            "write it in the form that LiteLLM accepts".to_owned(),
            yaml_lines(one.section, &[(one.key.to_owned(), value)]),
        ),
        None if by_name => return finding.advice("write a name that LiteLLM knows, or remove it"),
        None => accepted::instead(one),
    };
    let goes = if lines.is_empty() { String::new() } else { goes_in(installation, one.section) };
    finding.advice(text).lines(Lines::new(lines, goes))
}
