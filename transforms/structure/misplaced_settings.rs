//! LiteLLM ignores a key in a section that does not read it, nearly always without a word.

use super::config_structure::accepted;
use crate::document::Value;
use crate::plan::activate::{self, Activation};
use crate::plan::build::{effective_words, own_variable, say_own_variable, shown, shown_briefly};
use crate::plan::{Area, Finding, Fix, Intent, Lines, Meta, NoParams, Safety, Severity};
use crate::project::settings::{Setting, hazard};
use crate::project::{Installation, Misplaced, Nested, Place, Running, Unread, Version, is_secret_name};
use crate::transforms::has_owner;

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
    let right = one.to.iter().map(|section| named(section)).collect::<Vec<_>>().join(" or ");
    let finding = standing(installation, &one, &right);
    if let Some(taken) = one.taken.clone() {
        return given_up(installation, one, finding, &right, taken);
    }
    let own = one.row.and_then(|row| own_variable(row, &one.value)).filter(|_| one.refused.is_none());
    if let Some(name) = own {
        return say_own_variable(finding, &one.key, &one.from, name);
    }
    if let Some(reason) = hazard::of(&one.key) {
        return finding.advice(format!("remove it here, or move it if you want its effect: {reason}"));
    }
    let activation = match one.to.first() {
        Some(section) => activate::of(installation, one.row, section, &one.key, &one.value),
        None => Activation::AsItIs,
    };
    match activation {
        Activation::AsItIs => moved(installation, one, finding, &right, None),
        Activation::Repaired(value) => moved(installation, one, finding, &right, Some(value)),
        Activation::Refused(refusal) => {
            let text = format!(
                "it would not work in {right} as written: {}; rewrite it in that form, then move it",
                refusal.reason
            );
            let lines = match one.to.first().filter(|_| refusal.lines.is_empty()) {
                Some(section) => accepted::example(&format!("{section}.{}", one.key)),
                None => refusal.lines,
            };
            finding.advice(text).lines(Lines::new(lines, ""))
        }
    }
}

/// What stands where it is not read, and what that does.
fn standing(installation: &Installation<'_>, one: &Misplaced, right: &str) -> Finding {
    let Misplaced { key, from, .. } = one;
    let setting = one.row.map_or(&**key, |row| row.name);
    let state = if one.refused.is_some() { "refused" } else { "wrong_section" };
    let finding = Finding::new(&META, setting, state, one.place.clone());
    match one.refused {
        Some(since) => finding
            .severity(how_bad(installation.running(), since))
            .title(format!("`{key}` in {from} stops the proxy at its start since LiteLLM {since}"))
            .why(format!("the router does not accept it; LiteLLM reads it in {right}")),
        None => finding
            .title(format!("`{key}` is ignored in {from}: LiteLLM reads it in {right}"))
            .why(format!("it looks set to {}, but {}", briefly(one), instead(installation, one.row))),
    }
}

/// The value in a sentence; of a secret, only that there is one.
fn briefly(one: &Misplaced) -> String {
    if is_secret_name(&one.key) { "a value".to_owned() } else { shown_briefly(&one.value) }
}

/// The right section has the key already.
fn given_up(
    installation: &Installation<'_>,
    one: Misplaced,
    mut finding: Finding,
    right: &str,
    taken: Place,
) -> Finding {
    let wins = installation.value_at(&taken).filter(|_| !is_secret_name(&one.key));
    finding.related.push((taken, format!("{right} has it, and that one is effective")));
    let key = &one.key;
    if one.refused.is_some() {
        let title = format!("remove `{key}` from {}", one.from);
        let remove = vec![Intent::Remove { place: one.place, comments: true }];
        return finding.fix(Fix::new(installation, title, Safety::Review, remove));
    }
    let looks = format!("it looks set to {}", briefly(&one));
    let why = match wins {
        Some(wins) if wins == one.value => format!("{right} has the same value, and that one is effective"),
        Some(Value::Seq(_) | Value::Map(_)) => format!("{looks}, but the one in {right} is effective"),
        Some(wins) => format!("{looks}, but {} from {right} is effective", shown_briefly(&wins)),
        None => format!("it looks set, but the one in {right} is effective"),
    };
    finding.why(why).advice(format!("remove it here: {right} has it already"))
}

/// The finding with the move, where the file may be written and the running version reads the key there; `repair` is the value as
/// LiteLLM takes it.
fn moved(
    installation: &Installation<'_>,
    one: Misplaced,
    finding: Finding,
    right: &str,
    repair: Option<Value>,
) -> Finding {
    let value = briefly(&one);
    let Misplaced { place, key, to, target, read, .. } = one;
    let line = match &repair {
        Some(repair) => shown(repair),
        None if is_secret_name(&key) => "...".to_owned(),
        None => shown(&one.value),
    };
    let lines = match to.as_slice() {
        ["top", ..] => vec![format!("{key}: {line}")],
        [section, ..] => vec![format!("{section}:"), format!("  {key}: {line}")],
        [] => Vec::new(),
    };
    match (target, read) {
        (_, Some(false)) => finding.advice(format!(
            "the running version does not read `{key}` in any section: remove it, or run a release that does"
        )),
        (_, None) => finding
            .advice(format!(
                "it is unknown whether the running version reads `{key}`; if it does, move it into {right}"
            ))
            .lines(Lines::new(lines, right)),
        (None, _) => finding
            .advice(format!("move it to {right}, if it is still wanted"))
            .lines(Lines::new(lines, right)),
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
        Some(row) => effective_words(installation, &installation.setting(row.name)),
        None => "the default is effective".into(),
    }
}

fn listed(keys: &[String]) -> String {
    let names: Vec<String> = keys.iter().take(6).map(|key| format!("`{key}`")).collect();
    let more = keys.len().saturating_sub(names.len());
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    if names.is_empty() { "its entries".into() } else { format!("{}{rest}", names.join(", ")) }
}
