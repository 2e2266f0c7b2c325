//! Values that stand where LiteLLM reads them, and stop it or do something else than they look like.

use super::{META, accepted};
use crate::document::Value;
use crate::plan::build::{goes_in, shown_briefly, yaml_lines};
use crate::plan::{Finding, Lines, Severity};
use crate::project::settings::{self, Effect, Form, Shape, Versions, names};
use crate::project::{Amiss, Installation, Running, is_secret_name, known};

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
    let written = match one.section {
        "environment" => format!("`{}`", one.key),
        section => format!("`{section}.{}`", one.key),
    };
    let when = match one.versions {
        Versions::ALL => String::new(),
        versions => format!(" ({})", versions.words()),
    };
    let unknown = settings::unknown_names(one.setting, &one.value, installation.running());
    let (title, why) = if unknown.is_empty() {
        (
            match leads(one.effect) {
                false => {
                    format!("{written} is {}: {}{when}", value_of(one), one.effect.words())
                }
                true => format!("{}: {written} is {}{when}", one.effect.words(), value_of(one)),
            },
            format!("LiteLLM expects {} there", one.setting.shape.words()),
        )
    } else {
        let list = unknown.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        (
            match leads(one.effect) {
                false => {
                    format!("LiteLLM does not know {list} in {written}: {}{when}", one.effect.words())
                }
                true => format!("{}: it does not know {list} in {written}{when}", one.effect.words()),
            },
            known_names(one, &unknown),
        )
    };
    let finding = Finding::new(&META, one.setting.name, state(one.effect), one.place.clone())
        .severity(severity(one, installation.running()))
        .title(title)
        .why(why);
    let repaired = settings::repaired(one.setting, &one.value).filter(|_| !one.key.contains('.'));
    Some(match repaired {
        _ if matches!(one.setting.shape, Shape::Address(..)) => {
            finding.advice("LiteLLM supports only PostgreSQL: set the address of one, or none")
        }
        Some(value) => {
            let lines = yaml_lines(one.section, &[(one.key.to_owned(), value)]);
            finding
                .advice("write it in the form that LiteLLM accepts")
                .lines(Lines::new(lines, goes_in(installation, one.section)))
        }
        None if unknown.is_empty() => {
            let (text, lines) = accepted::instead(one);
            let goes = if lines.is_empty() { String::new() } else { goes_in(installation, one.section) };
            finding.advice(text).lines(Lines::new(lines, goes))
        }
        None => finding.advice("write a name that LiteLLM knows, or remove it"),
    })
}

fn value_of(one: &Amiss) -> String {
    match &one.value {
        Value::Seq(_) if one.setting.shape.takes(Form::List) => "a list of the wrong shape".into(),
        Value::Seq(_) => "a list".into(),
        Value::Map(_) => "a mapping".into(),
        Value::Str(address) if matches!(one.setting.shape, Shape::Address(..)) => {
            let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme);
            let plain = scheme.len() < 20 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+');
            if plain { format!("an address of {scheme}://") } else { "a value (not shown)".into() }
        }
        _ if is_secret_name(one.key) => "a value (not shown)".into(),
        Value::Str(text) if text.starts_with("os.environ/") => {
            format!("the reference {text}, which yields a text")
        }
        Value::Str(_) => format!("the text {}", shown_briefly(&one.value)),
        value => shown_briefly(value),
    }
}

/// What is known there, as far as it helps: the names that look alike, or a short list as a whole.
fn known_names(one: &Amiss, unknown: &[&str]) -> String {
    let (Shape::OneOf(list, _) | Shape::Names(list, _)) = one.setting.shape else { return String::new() };
    let near: Vec<&str> = unknown.iter().flat_map(|name| known::near(name, names::names(list))).collect();
    let all: Vec<&str> = names::names(list).collect();
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match near.as_slice() {
        [] if all.len() <= 10 => format!("it knows {}", quoted(&all)),
        [] => "no LiteLLM release known to this program has such a name".into(),
        near => format!("{} is similar", quoted(near)),
    }
}

/// Whether what happens is short and grave enough to be said first, since a line of a terminal cuts off the end of a title.
fn leads(effect: Effect) -> bool {
    match effect {
        Effect::StopsLoad
        | Effect::StopsStart
        | Effect::StopsWithDatabase
        | Effect::FailsRequests
        | Effect::FailsStreams => true,
        Effect::FailsRefused | Effect::Nothing | Effect::As(_) | Effect::Taken => false,
    }
}

fn state(effect: Effect) -> &'static str {
    match effect {
        Effect::StopsLoad | Effect::StopsStart | Effect::StopsWithDatabase => "value_stops_start",
        Effect::FailsRequests | Effect::FailsStreams | Effect::FailsRefused => "value_fails_requests",
        Effect::Nothing | Effect::As(_) | Effect::Taken => "value_without_effect",
    }
}

/// What happens in some of the releases that may run only is less sure by a step.
fn severity(one: &Amiss, running: &Running) -> Severity {
    let sure = one.versions == Versions::ALL || matches!(running, Running::Known(..));
    match one.effect {
        Effect::StopsLoad | Effect::StopsStart | Effect::StopsWithDatabase | Effect::FailsRequests
            if sure =>
        {
            Severity::Critical
        }
        Effect::FailsRefused if !sure => Severity::Medium,
        Effect::Nothing | Effect::As(_) | Effect::Taken => Severity::Medium,
        _ => Severity::High,
    }
}
