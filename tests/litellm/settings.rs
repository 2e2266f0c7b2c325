//! The table of settings against the real thing: each key in each place, and the effects are those that the table claims.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use litellm_fix::project::Version;
use litellm_fix::project::settings::{self, Home, Setting, Shape};
use serde_json::{Map, Value, json};

use crate::harness::{Release, on_each_release};

const PLACES: [&str; 4] = ["", "litellm_settings", "general_settings", "router_settings"];

/// What every load has, so that settings which count only together with others can be seen.
fn base() -> Map<String, Value> {
    let base = json!({
        "model_list": [{"model_name": "gpt-4o", "litellm_params": {"model": "openai/gpt-4o", "api_key": "none"}}],
        "litellm_settings": {"cache": true, "cache_params": {"type": "local"}},
        "general_settings": {"database_connection_pool_limit": 11, "alerting": ["slack"]},
        "router_settings": {"set_verbose": true},
        "environment_variables": {},
    });
    base.as_object().expect("a map").clone()
}

/// Settings whose effect is seen at the same spot as that of another, or that change what others do: each has its load alone.
const TOUCHING: [&str; 15] = [
    "alerting",
    "allowed_fails",
    "allowed_fails_policy",
    "fallbacks",
    "default_fallbacks",
    "database_connection_timeout",
    "database_connection_pool_timeout",
    "disable_prisma_schema_update",
    "disable_schema_update",
    "debug",
    "detailed_debug",
    "router_set_verbose",
    "router_debug_level",
    "cache",
    "cache_params",
];

/// The settings of the process of which the loads below show nothing, and why. What only a chart or a platform reads is not among them.
const NOT_SEEN: [(&str, &[&str]); 10] = [
    (
        "the client of Redis takes it, and connects with it while it is made",
        &[
            "cache_type",
            "cache_url",
            "cache_host",
            "cache_port",
            "cache_password",
            "cache_username",
            "cache_ssl",
            "cache_db",
            "cache_max_connections",
            "cache_cluster",
            "cache_sentinels",
            "redis_url",
            "redis_host",
            "redis_port",
            "redis_password",
            "cache_kwargs",
            "router_redis_ssl",
            "router_redis_username",
            "router_redis_db",
            "router_redis_max_connections",
            "coordination_url",
            "coordination_host",
            "coordination_port",
            "coordination_password",
            "coordination_max_connections",
            "coordination_username",
            "coordination_ssl",
            "coordination_db",
            "coordination_cluster",
            "coordination_sentinels",
            "env_redis_cluster",
            "env_redis_sentinels",
            "enable_redis_auth_cache",
        ],
    ),
    (
        "it starts a process, or a connection to the database",
        &["pgbouncer", "prometheus_metrics_port", "database_read_replica"],
    ),
    ("it goes to the command line of prisma", &["use_prisma_migrate"]),
    ("the server it stands for is not installed", &["run_granian"]),
    ("it says which jobs a process of several runs", &["job_role"]),
    ("with it no server starts", &["validate_config"]),
    ("it names the config, and every load names one", &["config_option"]),
    ("it counts for a model that the command line names", &["request_timeout_option"]),
    (
        "the entrypoint of the image reads it, before the proxy",
        &["separate_health_app", "separate_health_port", "supervisord_stopwaitsecs"],
    ),
    ("it decides whether a `.env` is loaded at import, which the tests do without", &["litellm_mode"]),
];

/// How a row names this test as its evidence.
const HERE: &str = "tests/litellm/settings.rs: sections_that_work";

const BASE_ENV: [(&str, &str); 2] =
    [("DATABASE_URL", "postgresql://u:p@db.invalid:5432/base"), ("MAX_REQUESTS_BEFORE_RESTART", "11")];

/// A value that is not the default and not that of the base: where the shape alone does not give one.
fn value(setting: &Setting, release: Release) -> Value {
    match setting.name {
        "retry_policy" => json!({"TimeoutErrorRetries": 7}),
        "model_group_retry_policy" => json!({"gpt-4o": {"TimeoutErrorRetries": 7}}),
        "allowed_fails_policy" => json!({"RateLimitErrorAllowedFails": 7}),
        "fallbacks" | "context_window_fallbacks" | "content_policy_fallbacks" => {
            json!([{"gpt-4o": ["gpt-4o"]}])
        }
        "default_fallbacks" => json!(["gpt-4o"]),
        "routing_strategy" => json!("least-busy"),
        "router_debug_level" => json!("DEBUG"),
        "router_set_verbose" | "cache" => json!(false),
        "require_auth_for_metrics_endpoint" => json!(!release.since(Version(1, 85, 0))),
        "cache_params" => json!({"type": "local", "ttl": 7}),
        "alerting" => json!(["email"]),
        "alert_types" => json!(["llm_exceptions"]),
        "alert_to_webhook_url" => json!({"llm_exceptions": "https://hook.invalid"}),
        "litellm_log" => json!("ERROR"),
        "database_url" | "direct_url" => json!("postgresql://u:p@db.invalid:5432/other"),
        "env_redis_url" => json!("redis://redis.invalid:6379"),
        "coordination_redis" => json!({"host": "redis.invalid", "port": 6379}),
        "callbacks" | "success_callback" | "failure_callback" => json!(["prometheus"]),
        _ => match setting.shape {
            Shape::Bool => json!(!setting.default.starts_with("true")),
            Shape::Int | Shape::Number | Shape::Seconds => json!(7),
            Shape::Text | Shape::OneOf(..) | Shape::Address(..) => json!("text"),
            Shape::List | Shape::Names(..) | Shape::Fallbacks => json!(["text"]),
            Shape::Map => json!({"key": "text"}),
        },
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A place for a key, and whether the table says that it counts there.
struct Try {
    setting: &'static Setting,
    place: Spot,
    claimed: bool,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    Config(&'static str, &'static str),
    Env(&'static str),
    Late(&'static str),
    Argument(&'static str, bool),
}

impl Spot {
    fn shown(&self) -> String {
        match self {
            Self::Config("", key) => format!("{key} at the top level"),
            Self::Config(section, key) => format!("{section}.{key}"),
            Self::Env(name) => format!("{name} in the environment"),
            Self::Late(name) => format!("{name} under environment_variables"),
            Self::Argument(flag, _) => (*flag).to_owned(),
        }
    }
}

/// Every place for a setting that somebody may put it in.
fn tries(setting: &'static Setting, release: Release) -> Vec<Try> {
    let mut places = BTreeSet::new();
    for home in setting.homes {
        match home {
            Home::Config(_, key) => places.extend(PLACES.map(|section| Spot::Config(section, key))),
            Home::Env(name) | Home::LateEnv(name) => places.extend([Spot::Env(name), Spot::Late(name)]),
            Home::Flag(flag) => places.extend([Spot::Argument(flag, false)]),
            Home::Option(flag) => places.extend([Spot::Argument(flag, true)]),
            _ => {}
        }
    }
    let read = |home: &&Home| {
        setting.versions.hold(release.version) && setting.later(home).is_none_or(|since| release.since(since))
    };
    let homes: BTreeSet<_> = setting.homes.iter().filter(read).filter_map(spot).collect();
    let one = |place: Spot| Try { setting, claimed: homes.contains(&place), place };
    places.into_iter().map(one).collect()
}

fn spot(home: &Home) -> Option<Spot> {
    Some(match home {
        Home::Config(section, key) => Spot::Config(section, key),
        Home::Env(name) => Spot::Env(name),
        Home::LateEnv(name) => Spot::Late(name),
        Home::Flag(flag) => Spot::Argument(flag, false),
        Home::Option(flag) => Spot::Argument(flag, true),
        _ => return None,
    })
}

/// The homes of the settings, as `src/verify/proxy.py` takes them.
pub fn homes() -> Value {
    let home = |home: &Home| match home {
        Home::Config(section, key) => json!(["config", section, key]),
        Home::LateEnv(name) => json!(["late", "", name]),
        _ => json!(["", "", ""]),
    };
    settings::all().map(|row| (row.name.to_owned(), row.homes.iter().map(home).collect::<Value>())).collect()
}

impl Release {
    /// What is seen of the settings with these tries in one load.
    fn seen(self, tries: &[&Try]) -> Value {
        let mut config = base();
        let mut env: BTreeMap<&str, String> = BASE_ENV.map(|(name, value)| (name, value.to_owned())).into();
        let mut arguments = Vec::new();
        for one in tries {
            let value = value(one.setting, self);
            match &one.place {
                Spot::Config("", key) => _ = config.insert((*key).to_owned(), value),
                Spot::Config(section, key) => config[*section][*key] = value,
                Spot::Late(name) => config["environment_variables"][*name] = json!(text(&value)),
                Spot::Env(name) => _ = env.insert(name, text(&value)),
                Spot::Argument(flag, false) => arguments.push((*flag).to_owned()),
                Spot::Argument(flag, true) => arguments.extend([(*flag).to_owned(), text(&value)]),
            }
        }
        let config = Value::Object(config).to_string();
        let env: Vec<_> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let question =
            json!({ "files": {"config.yaml": config}, "settings": homes(), "arguments": arguments });
        self.answer(question, &env)
    }

    /// What is wrong with the claims of these tries, seen in one load.
    fn wrong(self, tries: &[&Try], unset: &Value) -> Vec<String> {
        let seen = self.seen(tries);
        if seen["error"].as_str().is_some_and(|error| error.starts_with("NoSuchOption"))
            && tries.iter().all(|one| !one.claimed)
        {
            return Vec::new();
        }
        if let Some(error) = seen["error"].as_str() {
            let shown: Vec<_> = tries.iter().map(|one| one.place.shown()).collect();
            return vec![format!("LiteLLM {}: {}: {error}", self.version, shown.join(", "))];
        }
        // What becomes of a variable of the config in releases that do not apply it.
        let nothing = |one: &Try| matches!(one.place, Spot::Late(_)) && seen[one.setting.name] == "None";
        let has_effect = |one: &Try| seen[one.setting.name] != unset[one.setting.name] && !nothing(one);
        let changed = |one: &&&Try| has_effect(one) != one.claimed;
        let says = |one: &&Try| {
            let found = if one.claimed { "has no effect" } else { "has an effect" };
            let (place, seen) = (one.place.shown(), &seen[one.setting.name]);
            format!("LiteLLM {}: {}: {place} {found}: {seen}", self.version, one.setting.name)
        };
        tries.iter().filter(changed).map(says).collect()
    }
}

#[test]
fn sections_that_work() {
    on_each_release(|litellm| {
        let unset = litellm.seen(&[]);
        assert_eq!(unset["error"], Value::Null);
        let (rows, hidden): (Vec<_>, Vec<_>) = settings::all()
            .filter(|row| row.homes.iter().any(|home| spot(home).is_some()))
            .partition(|row| unset.get(row.name).is_some());
        let hidden: BTreeSet<&str> = hidden.iter().map(|row| row.name).collect();
        assert_eq!(hidden, not_seen());
        let tries: Vec<Try> = rows.iter().flat_map(|row| tries(row, litellm)).collect();
        let mut loads: BTreeMap<(bool, String), Vec<&Try>> = BTreeMap::new();
        for one in &tries {
            loads.entry((one.claimed, one.load())).or_default().push(one);
        }
        let wrong: Vec<String> =
            loads.values().flat_map(|together| litellm.wrong_together(together, &unset)).collect();
        let (seen, not_seen) = (rows.len(), hidden.len());
        let line = format!(
            "LiteLLM {}: {seen} settings checked in {} places; {not_seen} cannot be seen in the process\n",
            litellm.version,
            tries.len()
        );
        let _ = std::io::stderr().write_all(line.as_bytes());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

fn not_seen() -> BTreeSet<&'static str> {
    NOT_SEEN.iter().flat_map(|(_, names)| names.iter().copied()).collect()
}

#[test]
fn the_rows_that_are_checked_name_a_test() {
    for row in settings::all() {
        let checked = row.homes.iter().any(|home| spot(home).is_some()) && !not_seen().contains(row.name);
        // Some have a test of their own besides.
        let named = row.evidence == HERE || (checked && row.evidence.starts_with("tests/"));
        assert_eq!(named, checked, "{}: {}", row.name, row.evidence);
    }
}

impl Try {
    /// Which tries share its load: those of other settings in places of the same kind, if they do not touch each other.
    fn load(&self) -> String {
        let refused = matches!(self.place, Spot::Config(at, _) if self.setting.refused.iter().any(|(section, _)| *section == at));
        let position = self.setting.homes.iter().filter_map(spot).position(|home| home == self.place);
        match self.place {
            _ if refused || TOUCHING.contains(&self.setting.name) => {
                format!("{} {}", self.setting.name, self.place.shown())
            }
            Spot::Config(section, _) => section.to_owned(),
            Spot::Env(_) => format!("environment {position:?}"),
            Spot::Late(_) => "late".to_owned(),
            Spot::Argument(flag, _) => flag.to_owned(),
        }
    }
}

impl Release {
    /// What is wrong with tries that share a load; each alone where that shows something.
    fn wrong_together(self, tries: &[&Try], unset: &Value) -> Vec<String> {
        let refused = |one: &&Try| matches!(one.place, Spot::Config(at, _) if one.setting.refused.iter().any(|(section, since)| *section == at && self.since(*since)));
        if let [one] = tries
            && refused(one)
        {
            let loads = self.seen(tries)["error"].is_null();
            return loads
                .then(|| format!("LiteLLM {}: {} loads", self.version, one.place.shown()))
                .into_iter()
                .collect();
        }
        let wrong = self.wrong(tries, unset);
        // A load that is refused does not tell by which of them.
        if tries.len() == 1 || !self.seen(tries)["error"].is_string() {
            return wrong;
        }
        let alone: Vec<String> = tries.iter().flat_map(|one| self.wrong(&[one], unset)).collect();
        if alone.is_empty() { wrong } else { alone }
    }
}
