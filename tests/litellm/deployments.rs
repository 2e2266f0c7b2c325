//! Whole deployments with all fixes at once: LiteLLM loads what it loaded before, and nothing is effective that was not before
//! but what the fixes announced.
//!
//! The folders of `LITELLM_FIX_CORPUS` are one deployment each; without it, the demonstration and a case of each page.

#![allow(clippy::print_stdout, reason = "it tells on request what did not load before")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Map, Value, json};

use crate::announced::{Announced, applied, changes};
use crate::common::{Files, Place, in_parallel, pages, read_all};
use crate::harness::{NEWEST_RELEASE, Release, docker_env, on_each_release};

/// Of the corpus, older releases take one in so many.
const SAMPLE: usize = 6;

#[test]
fn what_loaded_before_all_fixes_loads_after_them() {
    on_each_release(|litellm| {
        let begun = Instant::now();
        let deployments = deployments(litellm);
        let fixed = in_parallel(&deployments, |(_, files)| Fixed::new(litellm, files));
        let (mut counts, mut wrong) = (BTreeMap::<&str, usize>::new(), Vec::new());
        for ((name, _), fixed) in deployments.iter().zip(fixed) {
            for (what, failures) in
                fixed.compare(litellm, &Runs { config: None, service: None, given_outside: true })
            {
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

pub const UNLOADABLE: &str = "does not load before";
const UNTOUCHED: &str = "untouched";
pub const AS_ANNOUNCED: &str = "as announced";

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
    let pages = pages();
    let cases = pages.iter().filter_map(|path| {
        let cases = litellm_fix::cases::read(path, &fs::read_to_string(path).expect("a page"), &[]);
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

/// How a deployment runs, as far as its files do not tell.
pub struct Runs {
    /// The file that is a config whatever it holds.
    pub config: Option<&'static str>,
    /// The compose service whose environment and arguments the process gets.
    pub service: Option<&'static str>,
    /// Whether something else gives the variables that the config refers to and no file has.
    pub given_outside: bool,
}

/// A deployment before and after all fixes but the hazardous and those on request.
pub struct Fixed {
    pub before: Files,
    pub after: Files,
    pub report: Value,
}

impl Fixed {
    fn new(litellm: Release, files: &Files) -> Self {
        Self::with_place(litellm, files).0
    }

    /// With the folder that it was done in.
    pub fn with_place(litellm: Release, files: &Files) -> (Self, Place) {
        let place = Place::new(files);
        let report = written(litellm, &place);
        (Self { before: files.clone(), after: place.files(), report }, place)
    }

    /// The report of a second run.
    pub fn again(&self, litellm: Release, place: &Place) -> Value {
        written(litellm, place)
    }

    /// The proofs that failed.
    pub fn failed(&self) -> Vec<String> {
        let findings = self.report["findings"].as_array().into_iter().flatten();
        let failed = findings.filter(|finding| finding["status"] == "failed");
        failed.map(|one| format!("{} at {} failed: {}", one["id"], one["name"], one["detail"])).collect()
    }

    /// What became of each config of the deployment, with what is wrong about that.
    pub fn compare(&self, litellm: Release, runs: &Runs) -> Vec<(&'static str, Vec<String>)> {
        let variables =
            json!({ "before": self.variables(&self.before), "after": self.variables(&self.after) });
        let deployment = json!({
            "before": self.before, "after": self.after, "variables": variables,
            "config": runs.config, "service": runs.service, "given_outside": runs.given_outside,
        });
        let answer = litellm.answer(json!({ "deployment": deployment }), &[]);
        let configs = answer.as_array().expect("the configs");
        configs
            .iter()
            .filter(|config| !configs.iter().any(|other| is_inside(config, other)))
            .map(|config| self.judge(config))
            .collect()
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
        let announced = Announced::of(&self.report, config["file"].as_str().unwrap_or_default());
        let unannounced = changes.into_iter().filter(|name| !announced.explains(name));
        let told = unannounced.map(|name| {
            let shown =
                |values: &Map<String, Value>| values.get(name).map_or("unset".into(), Value::to_string);
            format!("{place}: {name} was {}, is {}, after: {titles}", shown(before), shown(after))
        });
        (what, told.collect())
    }

    fn titles(&self) -> Vec<&str> {
        applied(&self.report).filter_map(|finding| finding["fix"]["title"].as_str()).collect()
    }
}

/// Whether a config stands inside another one: what leaves it there is looked at with that one.
fn is_inside(config: &Value, other: &Value) -> bool {
    let place = |one: &Value| one["where"].as_str().unwrap_or_default().to_owned();
    config["file"] == other["file"] && place(config).starts_with(&format!("{}.", place(other)))
}

/// The report of a run that writes all but the hazardous and what is on request.
fn written(litellm: Release, place: &Place) -> Value {
    let version = litellm.version.to_string();
    let ran =
        place.run(&["--write", "--include-review", "--format", "json", "--assume-litellm-version", &version]);
    assert!(ran.code != 2 && ran.code != 101, "exit {}: {}", ran.code, ran.err);
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err))
}

/// The files of an installation, with what they are to it.
pub fn members(installation: &Value) -> Vec<(&str, &str)> {
    let files = installation["files"].as_array().into_iter().flatten();
    files.filter_map(|one| Some((one["file"].as_str()?, one["kind"].as_str()?))).collect()
}
