//! Whole deployments with all fixes at once: LiteLLM loads what it loaded before, and nothing is in force otherwise than before
//! but what the fixes announced.
//!
//! The folders of `LITELLM_FIX_CORPUS` are one deployment each; without it, the demonstration and a case of each page.

#![allow(clippy::print_stdout, reason = "it tells on request what did not load before")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use litellm_fix::project::settings;
use serde_json::{Map, Value, json};

use crate::common::{Files, Place, in_parallel, read_all};
use crate::harness::{NEWEST_RELEASE, Release, docker_env, on_each_release};
use crate::page;

/// Of the corpus, older releases take one in so many.
const SAMPLE: usize = 6;

/// What changes with a setting beside its own keys, by the beginnings of names.
const EFFECTS: [(&str, &[&str]); 9] = [
    ("alerting_threshold", &["litellm.redact_messages_in_exceptions"]),
    ("cache", &["cache.", "litellm.", "router.cache_responses", "server.redis_usage_cache"]),
    (
        "provider_budget_config",
        &["router.router_budget_logger", "router.optional_callbacks", "litellm.callbacks"],
    ),
    ("redis_host", &["general_settings.redis_", "router."]),
    ("request_timeout", &["litellm.request_timeout_explicitly_set", "router.timeout"]),
    ("router_settings", &["router."]),
    ("router_stream_timeout", &["litellm.stream_timeout"]),
    (
        "router_timeout",
        &["router._explicit_timeout", "router.default_litellm_params", "router.request_timeout"],
    ),
    ("routing_strategy", &["router.lowesttpm_logger", "litellm.callbacks"]),
];

/// What the server sets to its defaults once there is a section `general_settings`.
const OF_THE_SECTION: [&str; 4] = [
    "server.health_check_details",
    "server.health_check_interval",
    "server.use_background_health_checks",
    "server.use_shared_health_check",
];

#[test]
fn what_loaded_before_all_fixes_loads_after_them() {
    on_each_release(|litellm| {
        let begun = Instant::now();
        let deployments = deployments(litellm);
        let fixed = in_parallel(&deployments, |(_, files)| Fixed::new(litellm, files));
        let (mut counts, mut wrong) = (BTreeMap::<&str, usize>::new(), Vec::new());
        for ((name, _), fixed) in deployments.iter().zip(fixed) {
            for (what, failures) in fixed.compare(litellm) {
                *counts.entry(what).or_default() += 1;
                wrong.extend(failures.into_iter().map(|failure| format!("{name}: {failure}")));
            }
        }
        let (all, took) = (deployments.len(), begun.elapsed().as_secs());
        let _ = writeln!(
            std::io::stderr(),
            "LiteLLM {}: {all} deployments, {counts:?}, {took} s",
            litellm.version
        );
        assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
        let count = |what| counts.get(what).copied().unwrap_or_default();
        assert!(count(AS_ANNOUNCED) > count(UNLOADABLE), "too little was tested: {counts:?}");
    });
}

#[test]
fn what_no_fix_announced_is_told() {
    let report = json!({
        "installations": [{"name": "one", "files": [{"file": "config.yaml", "kind": "config"}]}],
        "findings": [{
            "status": "applied", "installation": "one", "setting": "retry_policy",
            "name": "router_settings.retry_policy", "fix": {"title": "add a retry policy"},
        }],
    });
    let fixed = Fixed { before: Files::new(), after: Files::new(), report };
    let judge = |before: Value, after: Value| {
        fixed.judge(&json!({"file": "config.yaml", "where": "", "before": before, "after": after}))
    };
    let (none, set) = (json!({"router.timeout": 1}), json!({"router.timeout": 1, "router.retry_policy": {}}));
    assert_eq!(judge(none.clone(), set.clone()), (AS_ANNOUNCED, Vec::new()));
    assert_eq!(judge(set.clone(), json!({"router.timeout": 2})).1.len(), 1);
    assert_eq!(judge(none.clone(), json!({"router.timeout": 1, "router.num_retries": 2})).1.len(), 1);
    assert_eq!(judge(set, json!({"error": "it stops"})).1.len(), 1);
    assert_eq!(judge(none, Value::Null).1.len(), 1);
}

const UNLOADABLE: &str = "does not load before";
const UNTOUCHED: &str = "untouched";
const AS_ANNOUNCED: &str = "as announced";

/// The files of each deployment, by its name.
fn deployments(litellm: Release) -> Vec<(String, Files)> {
    let Some(corpus) = std::env::var_os("LITELLM_FIX_CORPUS") else { return examples() };
    let mut folders: Vec<PathBuf> =
        fs::read_dir(corpus).expect("the corpus").map(|entry| entry.expect("an entry").path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    let step = if litellm.version == NEWEST_RELEASE.version { 1 } else { SAMPLE };
    folders.iter().step_by(step).map(|folder| (named(folder), files_of(folder))).collect()
}

fn examples() -> Vec<(String, Files)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<PathBuf> = fs::read_dir(root.join("transforms"))
        .expect("pages")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    pages.retain(|page| page.extension().is_some_and(|ending| ending == "md"));
    pages.sort();
    let cases = pages.iter().filter_map(|path| {
        let cases = page::read(path, &fs::read_to_string(path).expect("a page"));
        let case = cases.into_iter().find(|case| case.diff.is_some())?;
        Some((format!("{}, {}", named(path), case.name), case.files))
    });
    let demo = root.join("fixtures/demo");
    std::iter::once((named(&demo), files_of(&demo))).chain(cases).collect()
}

fn named(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn files_of(folder: &Path) -> Files {
    let files = read_all(folder).into_iter();
    files.filter_map(|(name, bytes)| Some((name, String::from_utf8(bytes).ok()?))).collect()
}

/// A deployment before and after all fixes but the hazardous and those on request.
struct Fixed {
    before: Files,
    after: Files,
    report: Value,
}

impl Fixed {
    fn new(litellm: Release, files: &Files) -> Self {
        let place = Place::new(files);
        let version = litellm.version.to_string();
        let ran =
            place.run(&["--write", "--include-review", "--format", "json", "--litellm-version", &version]);
        let report = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
        Self { before: files.clone(), after: place.files(), report }
    }

    /// What became of each config of the deployment, with what is wrong about that.
    fn compare(&self, litellm: Release) -> Vec<(&'static str, Vec<String>)> {
        let variables =
            json!({ "before": self.variables(&self.before), "after": self.variables(&self.after) });
        let deployment = json!({ "before": self.before, "after": self.after, "variables": variables });
        let answer = litellm.answer(json!({ "deployment": deployment }), &[]);
        answer.as_array().expect("the configs").iter().map(|config| self.judge(config)).collect()
    }

    /// What the env files of each config's installation give, by the file that the config stands in.
    fn variables(&self, files: &Files) -> Map<String, Value> {
        let mut variables = Map::new();
        for members in self.report["installations"].as_array().into_iter().flatten().map(members) {
            let env_files = members.iter().filter(|(_, kind)| *kind == "env file");
            let texts = env_files.filter_map(|(file, _)| files.get(*file));
            let given: BTreeMap<_, _> = texts.flat_map(|text| docker_env(text)).collect();
            variables.extend(members.iter().map(|(file, _)| ((*file).to_owned(), json!(given))));
        }
        variables
    }

    fn judge(&self, config: &Value) -> (&'static str, Vec<String>) {
        let place = format!("{} {}", config["file"].as_str().unwrap_or_default(), config["where"]);
        let (before, after) = (&config["before"], &config["after"]);
        let titles = self.titles().join("; ");
        if let Some(error) = before.get("error") {
            println!("{place}: {error}");
            return (UNLOADABLE, Vec::new());
        }
        if let Some(error) = after.get("error") {
            return ("broken", vec![format!("{place}: no longer loads: {error}, after: {titles}")]);
        }
        if config["same"] == true {
            return (UNTOUCHED, Vec::new());
        }
        let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
            let gone =
                before.is_object().then(|| format!("{place}: is no config any longer, after: {titles}"));
            return ("new", gone.into_iter().collect());
        };
        let changes = changes(before, after);
        let what = if changes.is_empty() { "with equal values" } else { AS_ANNOUNCED };
        let announced = self.announced(config["file"].as_str().unwrap_or_default());
        let unannounced = changes.into_iter().filter(|name| !is_announced(name, &announced));
        let told = unannounced.map(|name| {
            let shown =
                |values: &Map<String, Value>| values.get(name).map_or("unset".into(), Value::to_string);
            format!("{place}: {name} was {}, is {}, after: {titles}", shown(before), shown(after))
        });
        (what, told.collect())
    }

    fn applied(&self) -> impl Iterator<Item = &Value> {
        let findings = self.report["findings"].as_array().into_iter().flatten();
        findings.filter(|finding| finding["status"] == "applied")
    }

    fn titles(&self) -> Vec<&str> {
        self.applied().filter_map(|finding| finding["fix"]["title"].as_str()).collect()
    }

    /// The settings, and the names of them, that the fixes of the installations with this file speak of.
    fn announced(&self, file: &str) -> BTreeSet<String> {
        let installations = self.report["installations"].as_array().into_iter().flatten();
        let ours: Vec<_> = installations
            .filter(|one| members(one).iter().any(|(member, _)| *member == file))
            .map(|one| &one["name"])
            .collect();
        let mut announced = BTreeSet::new();
        for finding in self.applied().filter(|finding| ours.contains(&&finding["installation"])) {
            let setting = finding["setting"].as_str().unwrap_or_default();
            let homes = settings::find(setting).into_iter().flat_map(settings::Setting::config_homes);
            announced.extend(homes.map(|(_, key)| key.to_owned()));
            let related = finding["related"].as_array().into_iter().flatten();
            let likewise =
                related.filter(|one| one["word"].as_str().is_some_and(|word| word.contains("likewise")));
            let places = likewise.chain([finding]).filter_map(|one| one["name"].as_str());
            announced.extend(places.filter_map(|name| name.rsplit('.').next()).map(str::to_owned));
            announced.insert(setting.to_owned());
        }
        announced
    }
}

/// The files of an installation, with what they are to it.
fn members(installation: &Value) -> Vec<(&str, &str)> {
    let files = installation["files"].as_array().into_iter().flatten();
    files.filter_map(|one| Some((one["file"].as_str()?, one["kind"].as_str()?))).collect()
}

/// The names of what is in force otherwise than before.
fn changes<'v>(before: &'v Map<String, Value>, after: &'v Map<String, Value>) -> BTreeSet<&'v str> {
    let names: BTreeSet<_> = before.keys().chain(after.keys()).map(String::as_str).collect();
    let section = |values: &Map<String, Value>| values.keys().any(|key| key.starts_with("general_settings."));
    let new_section = section(after) && !section(before);
    let differ = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    differ.filter(|name| !(new_section && OF_THE_SECTION.contains(name))).collect()
}

fn is_announced(name: &str, announced: &BTreeSet<String>) -> bool {
    let key = name.split_once('.').map_or(name, |(_, key)| key);
    let effects = EFFECTS.iter().filter(|(setting, _)| announced.contains(*setting));
    announced.contains(key)
        || effects.flat_map(|(_, effects)| *effects).any(|beginning| name.starts_with(beginning))
}
