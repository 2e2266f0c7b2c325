//! LiteLLM ignores a key in a section that does not read it, nearly always without a word.

use super::config_structure::accepted;
use super::has_owner;
use crate::document::Value;
use crate::plan::activate::{self, Activation};
use crate::plan::build::{in_force_words, own_variable, say_own_variable, shown, shown_briefly};
use crate::plan::{Area, Finding, Fix, Intent, Lines, Meta, NoParams, Safety, Severity};
use crate::project::settings::{Setting, hazard};
use crate::project::{Installation, Misplaced, Nested, Running, Unread, Version, is_secret_name};

pub const META: Meta = Meta {
    id: "misplaced_settings",
    title: "a setting is in a section where LiteLLM ignores it",
    why: "it looks set but is not: LiteLLM reads each key only in its own section, and silently ignores it elsewhere",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "wrong place",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all; a key that the running release does not read in any section is not moved",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 2), (Area::Observability, 1)],
    aliases: &[],
};

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let nested = installation.nested().into_iter().map(|one| section(installation, one));
    let keys = installation
        .misplaced()
        .into_iter()
        .filter(|one| one.row.is_none_or(|row| !has_owner(row.name)))
        .map(|one| key(installation, one));
    let unread = installation
        .unread()
        .into_iter()
        .filter(|one| one.row.is_none_or(|row| !has_owner(row.name)))
        .map(|one| not_read(installation, one));
    nested.chain(keys).chain(unread).collect()
}

/// What stands right, and is not read by the release that runs.
fn not_read(installation: &Installation<'_>, one: Unread) -> Finding {
    let Unread { place, name, version, row } = one;
    let since = row.and_then(|row| row.versions.since);
    let words = row.map_or_else(
        || "other releases read it".to_owned(),
        |row| format!("it is read {}", row.versions.words()),
    );
    Finding::new(&META, row.map_or(&*name, |row| row.name), "not_read", place)
        .severity(Severity::Low)
        .title(format!("`{name}` has no effect: LiteLLM {version} does not read it"))
        .why(format!("{words}; {}", instead(installation, row)))
        .advice(since.map_or_else(
            || "remove it, or run a release that reads it".to_owned(),
            |since| format!("run {since} or later, or remove it"),
        ))
}

fn section(installation: &Installation<'_>, nested: Nested) -> Finding {
    let Nested { place, name, inside, keys, target } = nested;
    let finding = Finding::new(&META, &name, "nested_section", place.clone())
        .title(format!("`{name}` inside `{inside}` is ignored as a whole: sections must be at the top level"))
        .why(format!("none of it is effective: {}", listed(&keys)))
        .severity(Severity::High);
    if let Some((key, reason)) = hazard::among(&keys) {
        let text =
            format!("move it out of `{inside}` by hand if you want the effect of `{key}` in it: {reason}");
        return finding.advice(text);
    }
    let value = installation.value_at(&place);
    if let Some(reason) = value.and_then(|value| activate::section(installation, &name, &value)) {
        let text = format!("move it out of `{inside}` by hand, once LiteLLM accepts all of it: {reason}");
        return finding.advice(text);
    }
    let title = format!("move the section `{name}` to the top level");
    let fix = Fix::new(installation, title, Safety::Review, vec![Intent::Move(place, target)]);
    finding.fix(fix.assuming(format!("the move activates all of it: {}", listed(&keys))))
}

fn key(installation: &Installation<'_>, one: Misplaced) -> Finding {
    let Misplaced { place, key, value, from, to, row, taken, target, read, refused } = one;
    let setting = row.map_or(&*key, |row| row.name);
    let activation = match to.first() {
        Some(section) => activate::of(installation, row, section, &key, &value),
        None => Activation::AsItIs,
    };
    let standing = value.clone();
    let (line, value) = match is_secret_name(&key) {
        true => ("...".to_owned(), "a value".to_owned()),
        false => (shown(&value), shown_briefly(&value)),
    };
    let right = to.iter().map(|section| named(section)).collect::<Vec<_>>().join(" or ");
    let state = if refused.is_some() { "refused" } else { "wrong_section" };
    let mut finding = Finding::new(&META, setting, state, place.clone());
    finding = match refused {
        Some(since) => finding
            .severity(how_bad(installation.running(), since))
            .title(format!("`{key}` in {from} stops the proxy at its start since LiteLLM {since}"))
            .why(format!("the router does not accept it; LiteLLM reads it in {right}")),
        None => finding
            .title(format!("`{key}` is ignored in {from}: LiteLLM reads it in {right}"))
            .why(format!("it looks set to {value}, but {}", instead(installation, row))),
    };
    if let Some(taken) = taken {
        let wins = installation.value_at(&taken);
        if refused.is_none() {
            finding.why = match wins.filter(|_| !is_secret_name(&key)) {
                Some(wins) if wins == standing => {
                    format!("{right} has the same value, and that one is effective")
                }
                Some(Value::Seq(_) | Value::Map(_)) => {
                    format!("it looks set to {value}, but the one in {right} is effective")
                }
                Some(wins) => {
                    format!("it looks set to {value}, but {} from {right} is effective", shown_briefly(&wins))
                }
                None => format!("it looks set, but the one in {right} is effective"),
            };
        }
        finding.related.push((taken, format!("{right} has it, and that one is effective")));
        return if refused.is_some() {
            let remove = vec![Intent::Remove { place, comments: true }];
            finding.fix(Fix::new(installation, format!("remove `{key}` from {from}"), Safety::Review, remove))
        } else {
            finding.advice(format!("remove it here: {right} has it already"))
        };
    }
    if let Some(name) = row.and_then(|row| own_variable(row, &standing)).filter(|_| refused.is_none()) {
        return say_own_variable(finding, &key, &from, name);
    }
    let lines = |line: &str| match to.as_slice() {
        ["top", ..] => vec![format!("{key}: {line}")],
        [section, ..] => vec![format!("{section}:"), format!("  {key}: {line}")],
        [] => Vec::new(),
    };
    if let Some(reason) = hazard::of(&key) {
        let text = format!("remove it here, or move it if you want its effect: {reason}");
        return finding.advice(text);
    }
    let mut repair = None;
    match activation {
        Activation::AsItIs => {}
        Activation::Repaired(value) => repair = Some(value),
        Activation::Refused(refusal) => {
            let text = format!(
                "it would not work in {right} as written: {}; rewrite it in that form, then move it",
                refusal.reason
            );
            let lines = match to.first().filter(|_| refusal.lines.is_empty()) {
                Some(section) => accepted::example(&format!("{section}.{key}")),
                None => refusal.lines,
            };
            return finding.advice(text).lines(Lines::new(lines, ""));
        }
    }
    let line = repair.as_ref().map_or(line, shown);
    match (target, read) {
        (_, Some(false)) => finding.advice(format!(
            "the running version does not read `{key}` in any section: remove it, or run a release that does"
        )),
        (_, None) => finding
            .advice(format!(
                "it is unknown whether the running version reads `{key}`; if it does, move it into {right}"
            ))
            .lines(Lines::new(lines(&line), right.clone())),
        (None, _) => finding
            .advice(format!("move it to {right}, if it is still wanted"))
            .lines(Lines::new(lines(&line), right.clone())),
        (Some(target), Some(true)) => {
            let title = format!("move `{key}` to {right}");
            let mut intents = vec![Intent::Move(place, target.clone())];
            let taken = repair.as_ref().map(|value| format!("; there LiteLLM reads it as {}", shown(value)));
            intents.extend(repair.map(|value| Intent::Set(target.child(&key), value)));
            let fix = Fix::new(installation, title, Safety::Review, intents);
            let taken = taken.unwrap_or_default();
            finding
                .fix(fix.assuming(format!("the move activates it: {value} was not effective before{taken}")))
        }
    }
}

/// How bad it is that the proxy refuses a key since this release.
fn how_bad(running: &Running, since: Version) -> Severity {
    match running {
        Running::Known(version, ..) if *version >= since => Severity::Critical,
        Running::Known(..) => META.severity,
        Running::Unknown(..) => Severity::High,
    }
}

fn named(section: &str) -> String {
    if section == "top" { "the top level".into() } else { format!("`{section}`") }
}

fn instead(installation: &Installation<'_>, row: Option<&Setting>) -> String {
    match row {
        Some(row) => in_force_words(installation, &installation.setting(row.name)),
        None => "the default is effective".into(),
    }
}

fn listed(keys: &[String]) -> String {
    let names: Vec<String> = keys.iter().take(6).map(|key| format!("`{key}`")).collect();
    let more = keys.len().saturating_sub(names.len());
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    if names.is_empty() { "its entries".into() } else { format!("{}{rest}", names.join(", ")) }
}
