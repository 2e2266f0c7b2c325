//! No timeout is effective for all requests.

use super::{META, Params, VARIABLE, to_seconds};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Finding, Recommended, State};
use crate::project::{Answer, At, Installation, Timeouts};

/// No limit that counts, unless each entry has one of its own.
pub fn unset(
    installation: &Installation<'_>,
    answer: &Answer,
    timeouts: &Timeouts,
    params: &Params,
) -> Option<Finding> {
    let Some(home) = answer.homes.first() else {
        return Recommended::new(installation, answer, params.seconds).hidden(&META);
    };
    let (limited, all) = limited_entries(installation, timeouts);
    if limited == all && all > 0 && installation.stored_in_database().is_none() {
        return None;
    }
    let finding = |state, title: String| {
        Finding::new(&META, META.id, state, home.clone()).title(title).mention_comments(answer)
    };
    let mut finding = match answer.value() {
        Some(value) if *value != Value::Null => finding(
            State::named("wrong_type"),
            format!("`request_timeout` is {}, which is not a number of seconds", shown(value)),
        ),
        _ if limited > 0 && all > limited => {
            let some = format!("{} for {} of the {all} entries of model_list", META.title, all - limited);
            finding(State::UNSET, some).production_default(installation)
        }
        _ => finding(State::UNSET, META.title.to_owned()).production_default(installation),
    };
    if let Some(first) = timeouts.entries.first() {
        let own = format!("entries with a timeout of their own keep it: {limited}");
        finding = finding.see(first.sign.place.clone(), own);
    }
    let note = "requests that take longer then end with a timeout error";
    let mut fix = to_seconds(installation, home, params, note);
    if let Some(unseen) = installation.unseen_variables() {
        fix.assumptions.push(format!("{VARIABLE} does not already set it: {unseen}"));
    }
    Some(finding.fix(fix))
}

/// How many entries of model_list have a limit of their own, and how many there are.
fn limited_entries(installation: &Installation<'_>, timeouts: &Timeouts) -> (usize, usize) {
    let mut own: Vec<_> = timeouts
        .entries
        .iter()
        .filter(|limit| limit.seconds > 0.0)
        .filter_map(|limit| match &limit.sign.place.at {
            At::Yaml { doc, path } => Some((limit.sign.place.file, *doc, path.split_last()?.0)),
            _ => None,
        })
        .collect();
    own.sort();
    own.dedup();
    (own.len(), installation.model_groups().iter().map(|group| group.entries).sum())
}
