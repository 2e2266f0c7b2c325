//! Sizes that do not count: under names that nobody reads, and written as something else than a number.

use super::META;
use super::pools::{DEFAULT_LIMIT, Pool, lines_of, number};
use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Finding, Fix, Remedy, Safety, Severity};
use crate::project::{Effective, Installation, Running, Version};

/// A release that was seen to read a text as a number; 1.80.15 was seen not to.
const READS_TEXT: Version = Version(1, 106, 2);

/// Names that nobody reads. They are moved to the right one only where the client that reads it exists.
pub fn names(installation: &Installation<'_>, pools: &[Pool]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in META.settings {
        let used = pools.iter().any(|pool| pool.answer.setting.name == *name);
        for mut finding in ineffective_places(installation, &META, &installation.setting(name)) {
            let in_config = !matches!(*name, "redis_max_connections" | "redis_connection_pool_timeout");
            if in_config && !used && matches!(finding.remedy, Remedy::Fix(_)) {
                finding = match pools.first() {
                    Some(pool) => {
                        let lines = lines_of(installation, pool, number_at(installation, &finding));
                        let text = format!(
                            "remove it: no such client is opened here. The pool of {} is set like this",
                            pool.name
                        );
                        finding.advice(text).lines(lines)
                    }
                    None => finding.advice("remove it: nothing here uses Redis in that way"),
                };
            }
            findings.push(finding);
        }
    }
    findings
}

fn number_at(installation: &Installation<'_>, finding: &Finding) -> u64 {
    installation.value_at(&finding.place).as_ref().and_then(number).unwrap_or(DEFAULT_LIMIT)
}

/// A size that is no whole number: a text stops the client in releases before it was converted.
pub fn wrong_type(installation: &Installation<'_>, pool: &Pool) -> Option<Finding> {
    let (what, place) = match &pool.answer.effective {
        Effective::Set { value: Value::Int(_), .. } | Effective::Unset => return None,
        Effective::Set { value, place } => (shown(value), place),
        Effective::Hidden { place, .. } => {
            (format!("os.environ/{}, always a text", pool.answer.reference.as_ref()?.name), place)
        }
    };
    if matches!(installation.running(), Running::Known(version, ..) if *version >= READS_TEXT)
        && pool.answer.value().is_none_or(|value| value.as_str().is_some())
    {
        return None;
    }
    let empty = pool.answer.value() == Some(&Value::Null);
    let (why, severity) = if empty {
        ("an empty size makes a pool of 100, not of 50", Severity::Low)
    } else {
        (
            "1.72.6 and 1.80.15 stop with a ValueError on anything but a whole number; 1.106.2 accepts it",
            Severity::High,
        )
    };
    let finding = Finding::new(&META, pool.answer.setting.name, "wrong_type", place.clone())
        .title(format!("the pool of {} is {what}, which is not a whole number", pool.name))
        .why(why)
        .severity(severity);
    let literal = pool.answer.value().and_then(number).zip(pool.answer.homes.first());
    Some(match literal {
        Some((number, home)) => {
            let title = format!("write {number} as a number");
            finding.fix(Fix::set(installation, title, Safety::Review, home, number))
        }
        None => {
            let text = "write a whole number, or remove the key";
            finding.advice(text).lines(lines_of(installation, pool, DEFAULT_LIMIT))
        }
    })
}
