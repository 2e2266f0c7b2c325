//! Fallbacks that never fire: no request comes by the name they stand under, or nothing is called like what they lead to.

use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Area, Finding, Meta, NoParams, Severity};
use crate::project::{Effective, Installation, Place};

mod alias;
mod names;

use names::Names;

pub const META: Meta = Meta {
    id: "dead_fallbacks",
    title: "a fallback never fires",
    why: "LiteLLM does not check the names; when the first model fails, requests fail as if there were no fallback",
    severity: Severity::High,
    worst: Severity::High,
    gap: "fallbacks",
    files: "advice only",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 2)],
    aliases: &[],
};

const LISTS: [&str; 3] = ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"];

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let Some(names) = Names::of(installation) else { return Vec::new() };
    let mut findings: Vec<Finding> =
        LISTS.iter().flat_map(|list| judge(installation, &names, list)).collect();
    match installation.setting("default_fallbacks").effective {
        Effective::Set { value, place } => {
            findings.extend(no_target(&names, "default_fallbacks", "every name", &value, &place));
        }
        Effective::Unset => findings.extend(alias::without(installation, &names)),
        Effective::Hidden { .. } => {}
    }
    findings
}

/// The entries of a list, whose source is never asked for or whose targets are not there.
fn judge(installation: &Installation<'_>, names: &Names, list: &'static str) -> Vec<Finding> {
    let Effective::Set { value: Value::Seq(items), place } = installation.setting(list).effective else {
        return Vec::new();
    };
    let entries = items.iter().enumerate().filter_map(|(index, item)| {
        // An item has one source: another shape stops the load.
        let [(source, targets)] = item.as_map()? else { return None };
        Some((source, targets, place.item(index).child(source)))
    });
    let judged = entries.flat_map(|(source, targets, place)| {
        let dead = (!names.is_asked_for(source)).then(|| no_source(names, list, source, &place));
        match dead {
            Some(dead) => vec![dead],
            None => no_target(names, list, &format!("`{source}`"), targets, &place).into_iter().collect(),
        }
    });
    judged.collect()
}

fn no_source(names: &Names, list: &'static str, source: &str, place: &Place) -> Finding {
    let pattern = source.contains('*');
    let finding = Finding::new(&META, list, "no_source", place.clone()).why(META.why);
    if pattern {
        return finding
            .title(format!(
                "`{list}` of {} is never used: the name is compared literally",
                shown(&source.into())
            ))
            .advice("write each requested name, or \"*\" for all");
    }
    finding
        .title(format!(
            "`{list}` of `{source}` is never used: no entry of model_list and no alias has that name"
        ))
        .advice(names.right(source, "write the name that clients request"))
}

/// What is said of targets of which none, or not every one, is there.
fn no_target(
    names: &Names,
    list: &'static str,
    source: &str,
    targets: &Value,
    place: &Place,
) -> Option<Finding> {
    let targets = Installation::texts(targets)?;
    let dead: Vec<&String> = targets.iter().filter(|target| !names.answers(target)).collect();
    let first = dead.first()?;
    let all = dead.len() == targets.len();
    let missing = dead.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let says = if all { "has no target" } else { "has a missing target" };
    let finding = Finding::new(&META, list, "no_target", place.clone())
        .title(format!("`{list}` of {source} {says}: no entry of model_list is named {missing}"))
        .why(if all { META.why } else { "LiteLLM skips it and tries the next one" })
        .severity(if all { META.severity } else { Severity::Low });
    Some(finding.advice(names.right(first, "write a name of model_list")))
}
