//! Which forms of a value stop the load, at every key that LiteLLM reads in a section of its configuration: what
//! `src/project/settings/stops.txt` says, against the real thing.
//!
//! `VALUES=all UPDATE=1 cargo test --test litellm what_stops` finds and writes all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use litellm_fix::project::settings::{Effect, Verdict};
use litellm_fix::project::{KnownBy, Running, Version, known, settings};
use serde_json::{Value, json};

use crate::harness::{NEWEST_RELEASE, RELEASES, Release, skipped};
use crate::values::plain;

const SECTIONS: [&str; 4] = ["general_settings", "litellm_settings", "router_settings", known::TOP];

/// So many keys stand in one configuration at first; what does not load is halved until the keys are found.
const TOGETHER: usize = 24;

/// One in so many is tried again, alone: of the cells that load, and of those that stop the load.
const AGAIN: [usize; 2] = [151, 25];

/// Keys that cannot be tried like the others, and why.
const NOT_TRIED: [(&str, &str, &str); 2] = [
    (known::TOP, "model_list", "its entries are read one by one, and one that is wrong is left out"),
    (known::TOP, "include", "it names files, and none is there"),
];

fn value(form: &str) -> Value {
    match form {
        "null" => Value::Null,
        "empty" => json!(""),
        "text" => json!("text"),
        "quoted_number" => json!("7"),
        "duration" => json!("30s"),
        "quoted_boolean" => json!("true"),
        "number" => json!(7),
        "fraction" => json!(2.5),
        "true" => json!(true),
        "false" => json!(false),
        "empty_list" => json!([]),
        "list" => json!(["text"]),
        "list_of_mappings" => json!([{"key": "text"}]),
        "empty_mapping" => json!({}),
        "mapping" => json!({"key": "text"}),
        other => panic!("no value for {other}"),
    }
}

type Cell = (&'static str, &'static str, &'static str);

/// Every key of a release with every form: section, key, form. Each group has one section and one form.
fn groups(release: Version) -> Vec<Vec<Cell>> {
    let mut groups = Vec::new();
    for section in SECTIONS {
        let keys = known::of_release(release).into_iter().filter(|(own, key)| {
            *own == section
                && !NOT_TRIED.iter().any(|(at, one, _)| at == own && one == key)
                && !(section == known::TOP && settings::SECTIONS.contains(key))
        });
        let keys: BTreeSet<&'static str> = keys.map(|(_, key)| key).collect();
        let keys: Vec<_> = keys.into_iter().collect();
        for form in settings::forms_tried() {
            for together in keys.chunks(TOGETHER) {
                groups.push(together.iter().map(|key| (section, *key, form)).collect());
            }
        }
    }
    groups
}

/// Those of the cells that stop the load of the release.
fn stopping(release: Release, cells: &[Cell]) -> Vec<Cell> {
    if cells.is_empty() || loads(release, cells) {
        return Vec::new();
    }
    if let [one] = cells {
        return vec![*one];
    }
    let (left, right) = cells.split_at(cells.len() / 2);
    let mut found = stopping(release, left);
    found.extend(stopping(release, right));
    found
}

fn loads(release: Release, cells: &[Cell]) -> bool {
    let mut config = json!({
        "model_list": [
            {"model_name": "answers", "litellm_params": {"model": "openai/a", "api_key": "none"}},
        ],
        "general_settings": {"master_key": "sk-0815-abcdefgh"},
    });
    for (section, key, form) in cells {
        match *section {
            known::TOP => config[*key] = value(form),
            section => config[section][*key] = value(form),
        }
    }
    let question = json!({"files": {"config.yaml": config.to_string()}, "values": false});
    let answer = release.answer(question, &[]);
    answer["error"].is_null()
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/project/settings/stops.txt")
}

/// Finds the whole table and writes it.
fn update() {
    let mut table: BTreeMap<Cell, Vec<Version>> = BTreeMap::new();
    for release in RELEASES {
        for cell in groups(release.version).iter().flat_map(|group| stopping(release, group)) {
            table.entry(cell).or_default().push(release.version);
        }
    }
    let words = |releases: &[Version]| releases.iter().map(Version::to_string).collect::<Vec<_>>().join(" ");
    let all = RELEASES.map(|release| release.version);
    let mut text = String::from(
        "# What stops the load of a configuration: section, key, form of the value, and the releases where not all of these do it.\n",
    );
    let _ = writeln!(text, "# Made by tests/litellm/stops.rs, never by hand. Releases: {}", words(&all));
    for ((section, key, form), releases) in table {
        let _ = write!(text, "{section} {key} {form}");
        let _ = match releases == all {
            true => writeln!(text),
            false => writeln!(text, " {}", words(&releases)),
        };
    }
    fs::write(path(), text).expect("the table is written");
}

#[test]
fn what_stops_the_load_is_in_the_table() {
    if skipped() {
        return;
    }
    if std::env::var("VALUES").is_ok_and(|value| value == "all") && std::env::var_os("UPDATE").is_some() {
        return update();
    }
    let release = NEWEST_RELEASE;
    let stops = |(section, key, form): &Cell| settings::form_stops(section, key, form, release.version);
    let mut wrong = String::new();
    let cells = groups(release.version).into_iter().flatten();
    let (stopping, others): (Vec<Cell>, Vec<Cell>) = cells.partition(stops);
    for one in others.iter().step_by(AGAIN[0]).filter(|one| !loads(release, &[**one])) {
        let _ = writeln!(wrong, "the table does not say that this stops the load: {one:?}");
    }
    for one in stopping.iter().step_by(AGAIN[1]).filter(|one| loads(release, &[**one])) {
        let _ = writeln!(wrong, "this does not stop the load: {one:?}");
    }
    assert!(stopping.len() > AGAIN[1], "too little was tested: {}", stopping.len());
    assert!(wrong.is_empty(), "{wrong}");
}

/// Where the rows of the table say otherwise: path, forms (all where none is named), and why.
const OTHERWISE: [(&str, &[&str], &str); 6] = [
    ("general_settings.coordination_redis", &["empty_mapping", "mapping"], "it names no Redis that answers"),
    ("general_settings.database_lock_timeout", &[], "it is read where there is a database"),
    ("general_settings.database_statement_timeout", &[], "it is read where there is a database"),
    ("litellm_settings.cache", &["true"], "it wants a Redis"),
    ("general_settings.database_url", &["empty_mapping"], "it is as good as none"),
    ("general_settings.master_key", &["empty_mapping"], "it is as good as none"),
];

/// What no address of a database is stops the start alone in older releases.
fn is_no_address(path: &str, value: &Value) -> bool {
    path == "general_settings.database_url" && value.is_string()
}

/// What the rows of the table of settings say of values is proven by another run; the two must agree about the load.
#[test]
fn the_rows_know_what_stops_the_load() {
    let mut wrong = String::new();
    for release in RELEASES.map(|release| release.version) {
        let running = Running::Known(release, KnownBy::Told, None);
        for setting in settings::all().filter(|row| row.versions.hold(release)) {
            let homes = setting.config_homes();
            for (section, key) in
                homes.filter(|(section, key)| SECTIONS.contains(section) && !key.contains('.'))
            {
                for form in settings::forms_tried() {
                    let path = format!("{section}.{key}");
                    let known = OTHERWISE
                        .iter()
                        .any(|(at, forms, _)| *at == path && (forms.is_empty() || forms.contains(&form)));
                    if known || is_no_address(&path, &value(form)) {
                        continue;
                    }
                    let verdict = settings::judge(setting, section, key, &plain(&value(form)), &running);
                    let said = matches!(verdict, Verdict::Wrong(Effect::StopsLoad | Effect::StopsStart, _));
                    let found = settings::form_stops(section, key, form, release);
                    if found != said {
                        let _ = writeln!(
                            wrong,
                            "{release} {section}.{key} {form}: said {said}, found {found}: {verdict:?}"
                        );
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
