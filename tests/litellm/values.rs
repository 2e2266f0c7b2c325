//! What the table says of values, against the real thing: each place with a pool of values, in a server that starts and answers.
//!
//! What was found is kept for each release in `values/`, and holds for the table of today without any LiteLLM; a tenth of it is
//! found anew on the newest release. `VALUES=all UPDATE=1 cargo test --test litellm values_do` finds and writes all of it; of one
//! release where `LITELLM_FIX_RELEASE` names it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use litellm_fix::document::Value as Plain;
use litellm_fix::project::settings::{self, Effect, Setting, Verdict};
use litellm_fix::project::{KnownBy, Running, Version};
use serde_json::{Value, json};

use crate::harness::{NEWEST_RELEASE, Release, asked_for, on_each_release, skipped};

/// The releases that were run with the whole pool, and what was found: the files of `values/`.
fn found() -> Vec<(Version, String)> {
    let files = fs::read_dir(folder()).expect("the results").map(|entry| entry.expect("an entry").path());
    let version = |path: &Path| path.file_stem()?.to_str()?.parse().ok();
    files
        .map(|path| {
            let version =
                version(&path).unwrap_or_else(|| panic!("{}: named like no release", path.display()));
            (version, fs::read_to_string(path).expect("a result"))
        })
        .collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/litellm/values")
}

const HEAD: &str = "\
# The step that fails with a value at a place, in a server that is started: `load`, `start`, `request`, `refused` (a request that the
# provider refuses) or `jobs` (of a server with a database). Made by tests/litellm/values.rs, never by hand.
";

/// Places that are not tried, by the beginning of their path, and why.
const NOT_TRIED: [(&str, &str); 8] = [
    ("router_settings.stream_timeout", "it counts for streams, and none is asked for"),
    ("general_settings.master_key", "the requests are made with it"),
    ("litellm_settings.cache_params.", "it wants a type beside it; of some the test below tries the load"),
    (
        "general_settings.coordination_redis",
        "it wants a host beside it; of some the test below tries the load",
    ),
    ("router_settings.redis_", "the client of Redis takes it, which wants a Redis"),
    ("router_settings.cache_kwargs", "the client of Redis takes it, which wants a Redis"),
    ("general_settings.database_url", "no text of the pool is the address of a database"),
    ("general_settings.use_redis_transaction_buffer", "it wants a Redis where it is on"),
];

/// Values that want something beside them, or whose effect depends on the names in them or on chance: the place and the value.
const NEEDS_MORE: [(&str, &str); 4] = [
    // An interval of none, to which LiteLLM adds up to five seconds by chance: one start in six fails.
    ("general_settings.proxy_batch_write_at", "false"),
    ("litellm_settings.cache", "boolean"),
    ("router_settings.default_fallbacks", "mapping-of-lists"),
    ("litellm_settings.default_fallbacks", "mapping-of-lists"),
];

fn pool() -> Vec<(&'static str, Value)> {
    vec![
        ("null", Value::Null),
        ("empty", json!("")),
        ("text", json!("text")),
        ("quoted-number", json!("7")),
        ("duration", json!("30s")),
        ("quoted-boolean", json!("true")),
        ("number", json!(7)),
        ("fraction", json!(2.5)),
        ("boolean", json!(true)),
        ("false", json!(false)),
        ("list", json!(["text"])),
        ("empty-list", json!([])),
        ("list-of-numbers", json!([7])),
        ("list-of-mappings", json!([{"answers": ["refuses"]}])),
        ("mapping", json!({"key": "text"})),
        ("mapping-of-lists", json!({"answers": ["refuses"]})),
    ]
}

/// A place and a value to try there.
struct Try {
    setting: &'static Setting,
    section: &'static str,
    key: &'static str,
    form: &'static str,
    value: Value,
}

fn tries(release: Version) -> Vec<Try> {
    let mut tries = Vec::new();
    for setting in settings::all().filter(|row| row.versions.hold(release)) {
        for (section, key) in setting.config_homes() {
            let path = format!("{section}.{key}");
            if NOT_TRIED.iter().any(|(beginning, _)| path.starts_with(beginning)) {
                continue;
            }
            let all = pool().into_iter().filter(|(form, _)| !NEEDS_MORE.contains(&(&*path, form)));
            tries.extend(all.map(|(form, value)| Try { setting, section, key, form, value }));
        }
    }
    tries
}

/// What is asked of the client of Redis before it connects, so that none needs to answer: section, mapping, and what stands beside.
fn beside_redis() -> [(&'static str, &'static str, Value); 2] {
    [
        ("litellm_settings", "cache_params", json!({"type": "redis", "host": "redis.invalid", "port": 6379})),
        ("general_settings", "coordination_redis", json!({"host": "redis.invalid", "port": 6379})),
    ]
}

/// Keys of these mappings whose values are tried.
const BESIDE_REDIS: [&str; 3] = ["max_connections", "port", "ssl"];

/// Forms of which some values count as a boolean, such as 1 and "yes", and those of the pool do not.
const PARTLY_BOOLEAN: [&str; 4] = ["text", "quoted-number", "number", "fraction"];

impl Try {
    fn name(&self) -> String {
        format!("{}.{} {}", self.section, self.key, self.form)
    }

    /// The step that the table says fails with it.
    fn said(&self, release: Version) -> &'static str {
        let running = Running::Known(release, KnownBy::Told, None);
        match settings::judge(self.setting, self.section, self.key, &plain(&self.value), &running) {
            Verdict::Wrong(Effect::StopsLoad, _) => "load",
            Verdict::Wrong(Effect::StopsStart, _) => "start",
            Verdict::Wrong(Effect::StopsWithDatabase, _) => "jobs",
            Verdict::Wrong(Effect::FailsRequests, _) => "request",
            Verdict::Wrong(Effect::FailsRefused, _) => "refused",
            _ => "none",
        }
    }

    /// What becomes of the real server with it.
    fn question(&self) -> Value {
        let mut config = json!({
            "model_list": [
                {"model_name": "answers", "litellm_params": {"model": "openai/a", "api_key": "none", "mock_response": "yes"}},
                {"model_name": "refuses", "litellm_params": {"model": "openai/b", "api_key": "none", "mock_response": "litellm.RateLimitError"}},
                {"model_name": "refuses", "litellm_params": {"model": "openai/c", "api_key": "none", "mock_response": "litellm.RateLimitError"}},
            ],
            "general_settings": {"master_key": "sk-0815-abcdefgh"},
        });
        config[self.section][self.key] = self.value.clone();
        json!({"files": {"config.yaml": config.to_string()}, "serve": "all"})
    }
}

/// The step that fails, by the answer of the real server.
fn step(answer: &Value) -> &str {
    answer["step"].as_str().or(answer["stage"].as_str()).unwrap_or("none")
}

/// The value as litellm-fix reads it.
pub fn plain(value: &Value) -> Plain {
    match value {
        Value::Null => Plain::Null,
        Value::Bool(bool) => Plain::Bool(*bool),
        Value::Number(number) => match number.as_i64() {
            Some(int) => Plain::Int(int.into()),
            None => Plain::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Plain::Str(text.clone()),
        Value::Array(items) => Plain::Seq(items.iter().map(plain).collect()),
        Value::Object(map) => {
            Plain::Map(map.iter().map(|(key, value)| (key.clone(), plain(value))).collect())
        }
    }
}

/// What was found, by name: only the steps that failed.
fn kept(text: &str, name: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or("none").to_owned()
}

#[test]
fn the_table_says_what_was_found() {
    let mut wrong = String::new();
    for (release, text) in found() {
        for one in tries(release) {
            let (said, found) = (one.said(release), kept(&text, &one.name()));
            if said != found {
                let _ = writeln!(wrong, "{release} {}: said {said}, found {found}", one.name());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn values_do_what_the_table_says() {
    if skipped() {
        return;
    }
    let all = std::env::var("VALUES").is_ok_and(|value| value == "all");
    let releases: Vec<Release> = match all {
        true => asked_for().collect(),
        false => vec![NEWEST_RELEASE],
    };
    let mut wrong = String::new();
    for release in releases {
        let mut text = HEAD.to_owned();
        // Every tenth, of each place another value.
        let tries: Vec<_> = match all {
            true => tries(release.version),
            false => tries(release.version).into_iter().skip(3).step_by(10).collect(),
        };
        let questions: Vec<_> = tries.iter().map(Try::question).collect();
        for (one, answer) in tries.iter().zip(release.answers(&questions)) {
            let (said, found) = (one.said(release.version), step(&answer));
            if found != "none" {
                let _ = writeln!(text, "{} {found}", one.name());
            }
            if said != found {
                let _ = writeln!(wrong, "{} {}: said {said}, found {found}", release.version, one.name());
            }
        }
        if all && std::env::var_os("UPDATE").is_some() {
            fs::write(folder().join(format!("{}.txt", release.version)), text)
                .expect("the result is written");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn values_for_the_client_of_redis_stop_the_load_as_the_table_says() {
    on_each_release(|release| {
        let mut tries = Vec::new();
        for (section, mapping, beside) in beside_redis() {
            for key in BESIDE_REDIS {
                let path = format!("{mapping}.{key}");
                let home = |row: &&Setting| row.config_homes().any(|home| home == (section, path.as_str()));
                let rows = settings::all().filter(home).filter(|row| row.versions.hold(release.version));
                for (row, (form, value)) in rows.flat_map(|row| pool().into_iter().map(move |one| (row, one)))
                {
                    let mut config = json!({section: {mapping: beside.clone()}});
                    config["model_list"] = json!([]);
                    config["litellm_settings"]["cache"] = json!(section == "litellm_settings");
                    config[section][mapping][key] = value.clone();
                    let question = json!({"files": {"config.yaml": config.to_string()}, "serve": "load"});
                    let running = Running::Known(release.version, KnownBy::Told, None);
                    let verdict = settings::judge(row, section, &path, &plain(&value), &running);
                    let said = matches!(verdict, Verdict::Wrong(Effect::StopsLoad, _));
                    tries.push((format!("{section}.{path} {form}"), form, said, question));
                }
            }
        }
        let questions: Vec<_> = tries.iter().map(|(.., question)| question.clone()).collect();
        let mut wrong = String::new();
        for ((name, form, said, _), answer) in tries.iter().zip(release.answers(&questions)) {
            let found = step(&answer) == "load";
            let may = name.contains(".ssl ") && PARTLY_BOOLEAN.contains(form);
            if found != *said && !(found && may) {
                let _ = writeln!(wrong, "{} {name}: said {said}, found {found}", release.version);
            }
        }
        assert!(wrong.is_empty() && !tries.is_empty(), "{wrong}");
    });
}
