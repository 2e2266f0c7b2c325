//! Workers on a single host: as many as it has CPUs, and pools that shrink with them.

use super::{LIMIT, META, POSTGRESQL, Params, SETTING, VARIABLE, counts, number, pool_limit};
use crate::document::Value;
use crate::plan::build::{by_place, section_lines, variable_lines};
use crate::plan::{Finding, Fix, Intent, Question, Safety};
use crate::project::demand::share;
use crate::project::{Answer, Installation, Place};

/// On a single host the CPUs decide, which no file tells.
pub fn single_host(installation: &Installation<'_>, answer: &Answer, params: &Params) -> Option<Finding> {
    let workers = installation.workers();
    let explicit = workers.sign.is_some();
    let Some(count) = params.count else {
        if explicit || answer.unseen.is_some() || !installation.sees_command() {
            return None;
        }
        let text = "set it to the number of CPUs, which no file shows: --set workers.count=N. Each worker needs 1 CPU, 4 GiB and its own pool, and without Redis counts rate limits on its own";
        let finding = at_home(installation, answer, "unset");
        return Some(
            finding
                .advice(text)
                .lines(variable_lines(installation, VARIABLE, "<CPUs of the host>"))
                .production_default(installation),
        );
    };
    if workers.number == Some(count.into()) {
        return None;
    }
    let state = if explicit { "differs" } else { "unset" };
    let mut finding = at_home(installation, answer, state);
    if let Some(number) = workers.number.filter(|_| explicit) {
        finding = finding.title(format!("{number} workers run; {count} are requested"));
    } else if answer.unseen.is_some() {
        finding = finding.title(format!("how many workers run is not visible; {count} are requested"));
    }
    let (pool, fits) = resized(installation, params, count);
    let limited = pool.as_ref().map(|(_, limit)| {
        section_lines(installation, "general_settings", &[(LIMIT.into(), Value::Int((*limit).into()))])
    });
    let counted = counts::lines(installation, answer.place(), count.into());
    let lines = by_place(std::iter::once(counted).chain(limited));
    let Some(home) = answer.homes.first().filter(|_| fits.is_ok()) else {
        let reason =
            fits.err().or_else(|| answer.blocked.as_ref().map(ToString::to_string)).unwrap_or_default();
        return Some(finding.advice(reason).lines(lines));
    };
    let mut set = vec![Intent::Set(home.clone(), number(home, count.into()))];
    let mut title = format!("set {VARIABLE} to {count}");
    if let Some((place, limit)) = pool {
        title.push_str(&format!(" and {LIMIT} to {limit}"));
        set.push(Intent::Set(place, Value::Int(limit.into())));
    }
    let mut fix = Fix::new(installation, title, Safety::Review, set)
        .assuming("the host has the CPUs, and 4 GiB for each worker")
        .assuming("without Redis each worker counts rate limits on its own, so they multiply");
    fix.questions.push(Question::new("count", "How many CPUs has the host?", count, "your answer"));
    Some(finding.fix(fix))
}

/// The pool that must shrink with so many workers, if one must; an error if it does not fit or that cannot be known.
fn resized(
    installation: &Installation<'_>,
    params: &Params,
    count: u32,
) -> (Option<(Place, u64)>, Result<(), String>) {
    if installation.database().is_none() {
        return (None, Ok(()));
    }
    let limit = pool_limit(installation);
    let processes = u64::from(count).saturating_mul(installation.instances().number.unwrap_or(1));
    let max = params.max_connections.unwrap_or(POSTGRESQL);
    let Some(expected) = share(max, params.reserve, processes) else {
        return (
            None,
            Err(format!(
                "{processes} workers share {max} database connections, {} of them in reserve: less than one for each",
                params.reserve
            )),
        );
    };
    if limit <= expected {
        return (None, Ok(()));
    }
    if params.max_connections.is_none() {
        let text = format!(
            "{limit} x {processes} workers = {} database connections are more than PostgreSQL's default of {POSTGRESQL} minus {}; give the number that yours allows, and both are written: --set workers.max_connections=N",
            limit * processes,
            params.reserve
        );
        return (None, Err(text));
    }
    let pool = installation.setting(LIMIT);
    match pool.homes.first() {
        Some(home) => (Some((home.clone(), expected)), Ok(())),
        None => {
            (None, Err(format!("the pool must shrink to {expected} with it, and its place cannot be edited")))
        }
    }
}

fn at_home(installation: &Installation<'_>, answer: &Answer, state: &'static str) -> Finding {
    let place = answer.place().or(answer.homes.first()).cloned();
    Finding::new(&META, SETTING, state, place.unwrap_or_else(|| installation.config_place()))
        .mention_comments(answer)
}
