//! LiteLLM ignores a key in a section that does not read it, nearly always without a word.

use crate::plan::build::effective_words;
use crate::plan::{Area, Finding, Meta, NoParams, Severity};
use crate::project::settings::Setting;
use crate::project::{Installation, Unread};
use crate::transforms::has_owner;

mod key;
mod moved;
mod nested;
mod taken;

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
    let is_ours = |row: Option<&'static Setting>| row.is_none_or(|row| !has_owner(row.name));
    let nested = installation.nested().into_iter().map(|one| nested::section(installation, one));
    let keys = installation.misplaced().into_iter().filter(|one| is_ours(one.row));
    let unread = installation.unread().into_iter().filter(|one| is_ours(one.row));
    nested
        .chain(keys.map(|one| key::finding(installation, one)))
        .chain(unread.map(|one| not_read(installation, one)))
        .collect()
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

/// What is effective instead of what stands there.
fn instead(installation: &Installation<'_>, row: Option<&Setting>) -> String {
    match row {
        Some(row) => effective_words(installation, &installation.setting(row.name)),
        None => "the default is effective".into(),
    }
}
