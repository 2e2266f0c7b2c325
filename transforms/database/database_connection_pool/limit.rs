//! The connections of each worker, as far as they can be seen, and what is no number of connections.

use super::demand::{demand_of, finding};
use super::share::with_limit;
use super::{DEFAULT_LIMIT, LIMIT, Params};
use crate::document::Value;
use crate::plan::build::{section_lines, shown};
use crate::plan::{Finding, Severity};
use crate::project::demand::share;
use crate::project::{Answer, Effective, Installation};

/// Whether a switch is on, be it a boolean or a variable.
pub fn is_on(value: &Value) -> bool {
    match value {
        Value::Bool(on) => *on,
        Value::Str(text) => text.eq_ignore_ascii_case("true") || text == "1",
        _ => false,
    }
}

pub enum PoolLimit {
    Number(u64),
    Wrong(String),
    Unseen,
}

/// The connections of each worker: LiteLLM writes whatever stands there into the URL, so a text of digits is a number too.
pub fn limit_of(installation: &Installation<'_>, answer: &Answer) -> PoolLimit {
    let number = |value: &Value| match value {
        Value::Int(number) => u64::try_from(*number).ok().filter(|number| *number > 0),
        Value::Str(text) => text.parse().ok().filter(|number| *number > 0),
        _ => None,
    };
    match &answer.effective {
        Effective::Unset => PoolLimit::Number(DEFAULT_LIMIT),
        // `{{ … }}` without quotes: a template, not a value.
        Effective::Set { value: Value::Map(_) | Value::Seq(_), .. } => PoolLimit::Unseen,
        Effective::Set { value, .. } => number(value).map_or_else(
            || {
                PoolLimit::Wrong(format!(
                    "`{LIMIT}` is {}, which is not a number of connections",
                    shown(value)
                ))
            },
            PoolLimit::Number,
        ),
        Effective::Hidden { .. } => {
            let Some(reference) = &answer.reference else { return PoolLimit::Unseen };
            let text = match &reference.given {
                Some(given) => given.text.clone(),
                None if installation.environment_is_whole() => {
                    let name = &reference.name;
                    return PoolLimit::Wrong(format!(
                        "`{LIMIT}` refers to {name}, which nothing visible sets"
                    ));
                }
                None => None,
            };
            text.and_then(|text| number(&Value::Str(text))).map_or(PoolLimit::Unseen, PoolLimit::Number)
        }
    }
}

/// What stands there is written into the URL as it is, and no database client understands it.
pub fn wrong(installation: &Installation<'_>, answer: &Answer, title: String, params: &Params) -> Finding {
    let demand = demand_of(installation, DEFAULT_LIMIT);
    let finding = finding(installation, answer, "wrong_value", &demand)
        .title(title)
        .why("LiteLLM copies it as it is into the database's address as `connection_limit`; an empty value becomes None there")
        .severity(Severity::High);
    let computed = params
        .max_connections
        .zip(demand.processes())
        .and_then(|(max, processes)| share(max, params.reserve, processes));
    match computed {
        Some(expected) => with_limit(installation, answer, finding, expected, params),
        None => finding
            .advice("write a whole number, or remove the key: the default is 10 for each worker")
            .lines(section_lines(
                installation,
                "general_settings",
                &[(LIMIT.into(), Value::Int(DEFAULT_LIMIT.into()))],
            )),
    }
}
