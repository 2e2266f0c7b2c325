//! Every fix, before and after: the values in force are those that the fix announces.

use litellm_fix::project::Version;
use litellm_fix::transforms::registry;
use serde_json::{Value, json};

use crate::MODELS;
use crate::harness::{Release, docker_env, fixed, on_each_release};

/// The transforms whose effect the process does not show, and why.
const NOT_IN_THE_PROCESS: [(&str, &str); 10] = [
    ("probes", "what Kubernetes asks is not the proxy's"),
    ("resources", "processor and memory are the container's"),
    ("plain_secrets", "it is advice: the process reads a secret alike wherever it stands"),
    ("database_tls", "the server of the database decides whether it offers TLS"),
    ("dead_fallbacks", "it is advice, and what it tells of shows only while a model fails"),
    ("health_checks", "it is advice, about calls of several processes"),
    ("scheduled_jobs", "it is advice, about moments of several processes"),
    ("read_only_root", "the file system is the container's"),
    ("trusted_proxy_ranges", "it is advice: nobody but the owner knows the proxies in front"),
    ("image_tag", "the release is chosen before there is a process"),
];

#[test]
fn each_transform_is_seen_in_the_process_or_cannot_be() {
    let rows = [include_str!("fixes.rs"), include_str!("start.rs")].concat();
    let seen = |id: &str| rows.contains(&format!("#[test]\nfn {id}() {{\n    on_each_release("));
    for id in registry().iter().map(|transform| transform.meta.id) {
        let cannot = NOT_IN_THE_PROCESS.iter().any(|(outside, _)| *outside == id);
        assert_ne!(seen(id), cannot, "{id}: a test of that name, or a reason why there is none");
    }
    for (id, _) in NOT_IN_THE_PROCESS {
        assert!(registry().iter().any(|transform| transform.meta.id == id), "there is no {id}");
    }
}

impl Release {
    /// The values in force before and after this fix, of a config and an env file that reaches the process as with
    /// `docker run --env-file`.
    pub fn around(self, id: &str, config: &str, env: &str) -> (Value, Value) {
        self.written_with(&["--write", "--include-review", "--select", id], config, env)
    }

    pub fn written_with(self, args: &[&str], config: &str, env: &str) -> (Value, Value) {
        let config = format!("{MODELS}{config}");
        let files = [("config.yaml", config.as_str()), (".env", env)];
        let version = self.version.to_string();
        let after = fixed(&files, &[args, &["--assume-litellm-version", &version]].concat());
        let load = |config: &str, env: &str| {
            let env = docker_env(env);
            let env: Vec<_> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            self.probe(config, &env)
        };
        (load(&config, env), load(&after["config.yaml"], &after[".env"]))
    }
}

pub const KEY: &str = "OPENAI_API_KEY=sk-test\n";

#[test]
fn retry_policy() {
    on_each_release(|litellm| {
        let of = |values: &Value| values["router"]["retry_policy"].clone();
        let (before, after) = litellm.around("retry_policy", "", KEY);
        assert_eq!(of(&before), Value::Null);
        let wanted = json!({
            "TimeoutErrorRetries": 3, "RateLimitErrorRetries": 5,
            "AuthenticationErrorRetries": 0, "ContentPolicyViolationErrorRetries": 0,
        });
        assert_eq!(of(&after), wanted);
        let misplaced = "litellm_settings:\n  retry_policy:\n    TimeoutErrorRetries: 2\n";
        let (before, after) = litellm.written_with(&["--write", "--include-review"], misplaced, KEY);
        assert_eq!(of(&before), Value::Null);
        assert_eq!(of(&after)["TimeoutErrorRetries"], json!(2));
    });
}

#[test]
fn allowed_fails_policy() {
    on_each_release(|litellm| {
        // A lone entry is not cooled down by what the policy lists.
        let second =
            "  - model_name: gpt-4o\n    litellm_params: {model: openai/gpt-4o-mini, api_key: sk-2}\n";
        let config = format!("{second}router_settings:\n  cooldown_time: 300\n");
        let (before, after) = litellm.around("allowed_fails_policy", &config, KEY);
        assert_eq!(before["router"]["allowed_fails_policy"], Value::Null);
        let wanted = json!({"AuthenticationErrorAllowedFails": 5, "RateLimitErrorAllowedFails": 10000});
        assert_eq!(after["router"]["allowed_fails_policy"], wanted);
        assert_eq!(after["router"]["cooldown_time"], json!(60));
    });
}

#[test]
fn proxy_batch_write_at() {
    on_each_release(|litellm| {
        let config = "general_settings:\n  database_url: os.environ/DATABASE_URL\n";
        let env = format!("{KEY}DATABASE_URL=postgresql://u:p@db.invalid:5432/litellm\n");
        let (before, after) = litellm.around("proxy_batch_write_at", config, &env);
        assert_eq!(before["proxy_batch_write_at"], json!(10));
        assert_eq!(after["proxy_batch_write_at"], json!(60));
    });
}

#[test]
fn redis_coordination() {
    on_each_release(|litellm| {
        let id = "redis_coordination";
        let cache =
            "litellm_settings:\n  cache: true\n  cache_params: {type: redis, redis_host: h, redis_port: 7}\n";
        let (before, after) = litellm.around(id, cache, KEY);
        assert_eq!(before["stage"], json!("load"));
        assert_eq!(
            (&after["redis"]["cache"]["host"], &after["redis"]["cache"]["port"]),
            (&json!("h"), &json!(7))
        );
        let untyped = "litellm_settings:\n  cache: true\n  cache_params: {host: h, port: 7}\n";
        let (before, after) = litellm.around(id, untyped, KEY);
        assert_eq!(
            (&before["redis"]["cache"], &before["redis"]["coordination"]),
            (&Value::Null, &Value::Null)
        );
        for client in ["cache", "coordination"] {
            assert_eq!(after["redis"][client]["host"], json!("h"), "{client}");
        }
        let empty = "litellm_settings:\n  cache: true\n  cache_params:\n";
        assert_eq!(litellm.around(id, empty, KEY).0["stage"], json!("load"));
        let router =
            "router_settings:\n  redis_host: h\n  redis_port: 6380\n  redis_ssl: true\n  redis_username: u\n";
        let (before, after) = litellm.around(id, router, KEY);
        let of = |values: &Value| {
            [values["redis"]["router"]["tls"].clone(), values["redis"]["router"]["username"].clone()]
        };
        assert_eq!(of(&before), [json!(false), Value::Null]);
        assert_eq!(of(&after), [json!(true), json!("u")]);
    });
}

#[test]
fn redis_url() {
    on_each_release(|litellm| {
        let config = "litellm_settings:\n  cache: true\n  cache_params:\n    type: redis\n    url: os.environ/REDIS_URL\n\
                      router_settings:\n  redis_url: os.environ/REDIS_URL\n";
        let env = format!("{KEY}REDIS_URL=rediss://u:p%40ss@h:6380/2\n");
        let (before, after) = litellm.around("redis_url", config, &env);
        let wanted =
            json!({"host": "h", "port": 6380, "username": "u", "password": "p@ss", "db": 2, "tls": true});
        for client in ["cache", "router", "coordination"] {
            assert_eq!(before["redis"][client], wanted, "{client}");
            assert_eq!(after["redis"][client], wanted, "{client}");
        }
    });
}

#[test]
fn redis_connection_pool() {
    on_each_release(|litellm| {
        let id = "redis_connection_pool";
        let of = |values: &Value, client: &str| values["redis_connections"][client].clone();
        let router = "router_settings:\n  redis_host: h\n  redis_port: 6380\n  redis_max_connections: 77\n";
        let (before, after) = litellm.around(id, router, KEY);
        assert_eq!((of(&before, "router"), of(&after, "router")), (json!(50), json!(77)));
        let cache = "litellm_settings:\n  cache: true\n  cache_params: {type: redis, host: h, port: 7, redis_max_connections: 77}\n";
        let (before, after) = litellm.around(id, cache, KEY);
        assert_ne!(of(&before, "cache"), json!(77));
        assert_eq!(of(&after, "cache"), json!(77));
    });
}

#[test]
fn litellm_log() {
    on_each_release(|litellm| {
        let (before, after) = litellm.around("litellm_log", "", KEY);
        assert_eq!(
            (&before["levels"]["LiteLLM"], &before["access_lines"]),
            (&json!("WARNING"), &json!(true))
        );
        let lines = !litellm.since(Version(1, 103, 0));
        assert_eq!((&after["levels"]["LiteLLM"], &after["access_lines"]), (&json!("ERROR"), &json!(lines)));
        let (before, after) =
            litellm.around("litellm_log", "", &format!("{KEY}LITELLM_LOG=\"ERROR\" # quiet\n"));
        assert_eq!(before["stage"], json!("import"));
        assert_eq!(after["levels"]["LiteLLM"], json!("ERROR"));
    });
}

#[test]
fn json_logs() {
    on_each_release(|litellm| {
        for (config, line) in [
            ("", ""),
            ("litellm_settings:\n  json_logs: \"true\"\n", ""),
            ("environment_variables:\n  JSON_LOGS: \"true\"\n", ""),
            ("", "JSON_LOGS=1\n"),
        ] {
            let (before, after) = litellm.around("json_logs", config, &format!("{KEY}{line}"));
            // Before 1.100 any text of the variable counts.
            let counts = !line.is_empty() && !litellm.since(Version(1, 100, 0));
            assert_eq!(before["litellm"]["json_logs"] == json!(true), counts, "{config}{line}");
            assert_eq!(after["litellm"]["json_logs"], json!(true), "{config}{line}");
        }
    });
}

#[test]
fn debug_mode() {
    on_each_release(|litellm| {
        let config = "litellm_settings:\n  set_verbose: true\nrouter_settings:\n  set_verbose: true\n  debug_level: DEBUG\n";
        let (before, after) = litellm.around("debug_mode", config, KEY);
        assert_eq!(before["levels"]["LiteLLM Router"], json!("DEBUG"));
        assert_eq!(after["levels"]["LiteLLM Router"], json!("WARNING"));
        assert_eq!(after["litellm"]["set_verbose"], json!(false));
        for line in ["LITELLM_LOG=DEBUG", "DETAILED_DEBUG=true"] {
            let (before, after) = litellm.around("debug_mode", "", &format!("{KEY}{line}\n"));
            assert_eq!(before["levels"]["LiteLLM Proxy"], json!("DEBUG"), "{line}");
            assert_ne!(after["levels"]["LiteLLM Proxy"], json!("DEBUG"), "{line}");
            assert_eq!(after["error"], Value::Null, "{line}");
        }
    });
}

#[test]
fn alerting() {
    on_each_release(|litellm| {
        let env = format!("{KEY}SLACK_WEBHOOK_URL=https://hooks.example.invalid/x\n");
        let (before, after) = litellm.around("alerting", "", &env);
        assert_eq!(before["alerting"], Value::Null);
        assert_eq!((&after["alerting"], &after["alerting_threshold"]), (&json!(["slack"]), &json!(300)));
        assert_eq!(after["webhook"], json!("https://hooks.example.invalid/x"));
        assert_eq!(after["litellm"]["redact_messages_in_exceptions"], json!(true));
        let misspelt = "general_settings:\n  alerting: [Slack]\n  alerting_threshold: 300\n";
        let (before, after) = litellm.around("alerting", misspelt, &env);
        // 1.72.6 leaves alerting off without the word, newer ones keep what nothing sends to.
        let kept = if litellm.since(Version(1, 80, 15)) { json!(["Slack"]) } else { Value::Null };
        assert_eq!((&before["alerting"], &after["alerting"]), (&kept, &json!(["slack"])));
    });
}

#[test]
fn metrics() {
    on_each_release(|litellm| {
        // 1.72.6 keeps the name in the list, newer ones what it stands for.
        let served = |values: &Value| {
            let callbacks = values["litellm"]["callbacks"].as_array();
            callbacks
                .is_some_and(|all| all.iter().any(|one| one == "prometheus" || one == "PrometheusLogger"))
        };
        let (before, after) = litellm.around("metrics", "litellm_settings:\n  callbacks: prometheus\n", KEY);
        assert_eq!(before["stage"], json!("load"));
        assert!(served(&after), "{after}");
        let config = "litellm_settings:\n  service_callback: [prometheus_system]\n  enable_metrics: true\n";
        let (before, after) = litellm.around("metrics", config, KEY);
        assert!(!served(&before), "{before}");
        assert!(served(&after), "{after}");
    });
}

#[test]
fn database_connection_pool() {
    on_each_release(|litellm| {
        let config = "litellm_settings:\n  database_connection_pool_limit: 20\ngeneral_settings:\n  database_url: os.environ/DATABASE_URL\n";
        let env = format!("{KEY}DATABASE_URL=postgresql://u:p@db.invalid:5432/litellm\n");
        let of = |values: &Value| values["general_settings"]["database_connection_pool_limit"].clone();
        let (before, after) = litellm.around("database_connection_pool", config, &env);
        assert_eq!((of(&before), of(&after)), (Value::Null, json!(20)));
    });
}

#[test]
fn workers() {
    on_each_release(|litellm| {
        let args = ["--write", "--include-review", "--select", "workers", "--set", "workers.count=4"];
        let (before, after) = litellm.written_with(&args, "", KEY);
        assert_eq!((&before["num_workers"], &after["num_workers"]), (&json!(1), &json!(4)));
        let ignored = "general_settings:\n  num_workers: 4\nenvironment_variables:\n  NUM_WORKERS: 4\n";
        let (before, _) = litellm.around("workers", ignored, KEY);
        assert_eq!(before["num_workers"], json!(1));
    });
}

#[test]
fn worker_recycling() {
    on_each_release(|litellm| {
        let (before, after) = litellm.around("worker_recycling", "", &format!("{KEY}NUM_WORKERS=2\n"));
        assert_eq!(before["max_requests_before_restart"], Value::Null);
        let read = litellm.since(Version(1, 77, 7));
        assert_eq!(after["max_requests_before_restart"], if read { json!(10000) } else { Value::Null });
    });
}

#[test]
fn service_callbacks() {
    on_each_release(|litellm| {
        for line in [
            "service_callbacks: [prometheus_system]",
            "service_callback: [prometheus]",
            "service_callback: prometheus_system",
        ] {
            let (before, after) =
                litellm.around("service_callbacks", &format!("litellm_settings:\n  {line}\n"), KEY);
            assert_eq!(before["emits_service_metrics"], json!(false), "{line}");
            assert_eq!(after["emits_service_metrics"], json!(true), "{line}");
        }
        let config = "litellm_settings:\n  callbacks: [prometheus]\ngeneral_settings:\n  database_url: os.environ/DATABASE_URL\n";
        let env = format!("{KEY}DATABASE_URL=postgresql://u:p@db.invalid:5432/litellm\n");
        let (before, after) = litellm.around("service_callbacks", config, &env);
        assert_eq!(before["emits_service_metrics"], json!(false));
        assert_eq!(after["emits_service_metrics"], json!(true));
        assert_eq!(after["litellm"]["callbacks"], before["litellm"]["callbacks"]);
    });
}

#[test]
fn request_timeout() {
    on_each_release(|litellm| {
        let router = |values: &Value| values["router"]["timeout"].as_f64();
        let of_all = |values: &Value| values["litellm"]["request_timeout"].as_f64();
        let (before, after) = litellm.around("request_timeout", "", KEY);
        assert_eq!((of_all(&before), router(&before)), (Some(6000.0), Some(6000.0)));
        assert_eq!((of_all(&after), router(&after)), (Some(600.0), Some(600.0)));
        let misplaced = "litellm_settings:\n  timeout: 45\n";
        let (before, after) = litellm.around("request_timeout", misplaced, KEY);
        assert_eq!((router(&before), router(&after)), (Some(6000.0), Some(45.0)));
        let (before, after) = litellm.around("request_timeout", "", &format!("{KEY}REQUEST_TIMEOUT=\n"));
        // Since 1.108 an empty variable counts as unset.
        let stops = if litellm.since(Version(1, 108, 0)) { Value::Null } else { json!("import") };
        assert_eq!(before["stage"], stops);
        assert_eq!(of_all(&after), Some(600.0));
    });
}

#[test]
fn num_retries_as_a_number() {
    on_each_release(|litellm| {
        let text = "router_settings:\n  num_retries: \"4\"\n";
        let (before, after) = litellm.around("retry_policy", text, KEY);
        // Since 1.110 the text counts as the number, and stays.
        let number = if litellm.since(Version(1, 110, 0)) { json!("4") } else { json!(4) };
        assert_eq!(
            (&before["router"]["num_retries"], &after["router"]["num_retries"]),
            (&json!("4"), &number)
        );
    });
}

#[test]
fn salt_key() {
    on_each_release(|litellm| {
        let reads = |env: &[(&str, &str)], late: &str| {
            let config = format!("{MODELS}general_settings:\n  master_key: sk-before\n{late}");
            litellm.probe(&config, env)["reads_what_the_master_key_wrote"].clone()
        };
        let salt = "LITELLM_SALT_KEY";
        assert_eq!(reads(&[], ""), json!(true));
        assert_eq!(reads(&[(salt, "sk-before")], ""), json!(true));
        for wrong in ["sk-new", "", "\"sk-before\"", "sk-before "] {
            assert_eq!(reads(&[(salt, wrong)], ""), json!(false), "{wrong:?}");
        }
        // What stands under `environment_variables:` overwrites what the process was given; 1.72.6 still asked the process first.
        let overwrites = litellm.since(Version(1, 80, 15));
        let late = format!("environment_variables:\n  {salt}: sk-new\n");
        assert_eq!(reads(&[(salt, "sk-before")], &late), json!(!overwrites));
    });
}

#[test]
fn master_key() {
    on_each_release(|litellm| {
        let key = |sections: &str, env: &[(&str, &str)]| {
            litellm.probe(&format!("{MODELS}{sections}"), env)["master_key"].clone()
        };
        let given = [("LITELLM_MASTER_KEY", "sk-process")];
        let settings = "general_settings:\n  background_health_checks: false\n";
        assert_eq!(key(settings, &given), json!("sk-process"));
        assert_eq!(key("general_settings:\n  master_key: null\n", &given), Value::Null);
        assert_eq!(key("general_settings:\n  master_key: os.environ/PROXY_KEY\n", &given), Value::Null);
        let late = "general_settings:\n  master_key: os.environ/PROXY_KEY\nenvironment_variables:\n  PROXY_KEY: sk-late\n";
        assert_eq!(key(late, &given), Value::Null);
        // 1.72.6 asks the process first, and makes the text `None` of what it lacks.
        if litellm.since(Version(1, 80, 15)) {
            let late = "environment_variables:\n  LITELLM_MASTER_KEY: sk-late\n";
            assert_eq!(key(&format!("{settings}{late}"), &given), json!("sk-late"));
            assert_eq!(key(late, &[]), Value::Null);
        }
    });
}

#[test]
fn db_unavailable() {
    on_each_release(|litellm| {
        for value in ["true", "\"True\""] {
            let config = format!("{MODELS}general_settings:\n  allow_requests_on_db_unavailable: {value}\n");
            let compose = format!(
                "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v{}\n    volumes: [./config.yaml:/app/config.yaml]\n    ports: [\"4000:4000\"]\n",
                litellm.version
            );
            let files = [("config.yaml", config.as_str()), ("compose.yaml", compose.as_str())];
            let after = fixed(&files, &["--write", "--include-review", "--select", "db_unavailable"]);
            let serves = |config: &str| litellm.probe(config, &[])["serves_without_database"].clone();
            assert_eq!(
                (serves(&config), serves(&after["config.yaml"])),
                (json!(true), json!(false)),
                "{value}"
            );
        }
        let elsewhere = format!("{MODELS}litellm_settings:\n  allow_requests_on_db_unavailable: true\n");
        assert_eq!(litellm.probe(&elsewhere, &[])["serves_without_database"], json!(false));
    });
}

#[test]
fn misplaced_settings() {
    on_each_release(|litellm| {
        let config = "general_settings:\n  default_redis_ttl: 77\n  retry_after: 7\n";
        let (before, after) = litellm.around("misplaced_settings", config, KEY);
        assert_eq!(before["litellm"]["default_redis_ttl"], Value::Null);
        assert_eq!(before["router"]["retry_after"], json!(0));
        assert_eq!(after["litellm"]["default_redis_ttl"], json!(77));
        assert_eq!(after["router"]["retry_after"], json!(7));
        let config = "router_settings:\n  health_check_interval: 60\n";
        let (before, after) = litellm.around("misplaced_settings", config, KEY);
        let refused = before["error"].as_str().is_some_and(|error| error.contains("health_check_interval"));
        assert_eq!(refused, litellm.since(Version(1, 82, 0)), "{before}");
        assert_eq!(after["general_settings"]["health_check_interval"], json!(60));
        let nested = "litellm_settings:\n  general_settings:\n    proxy_batch_write_at: 60\n";
        let (before, after) = litellm.around("misplaced_settings", nested, KEY);
        assert_eq!(before["proxy_batch_write_at"], json!(10));
        assert_eq!(after["proxy_batch_write_at"], json!(60));
    });
}

#[test]
fn misspelt_settings() {
    on_each_release(|litellm| {
        let config = "litellm_settings:\n  default_redi_ttl: 77\nrouter_settings:\n  retryAfter: 7\n";
        let (before, after) = litellm.around("misspelt_settings", config, KEY);
        assert_eq!(before["litellm"]["default_redis_ttl"], Value::Null);
        assert_eq!(before["router"]["retry_after"], json!(0));
        assert_eq!(after["litellm"]["default_redis_ttl"], json!(77));
        assert_eq!(after["router"]["retry_after"], json!(7));
    });
}

#[test]
fn database_writes() {
    on_each_release(|litellm| {
        let env = format!("{KEY}DATABASE_URL=postgresql://u:p@db.invalid:5432/litellm\n");
        let config =
            "general_settings:\n  database_url: os.environ/DATABASE_URL\n  disable_spend_logs: \"false\"\n";
        let (before, after) = litellm.around("database_writes", config, &env);
        assert_eq!(before["disable_spend_logs"], json!("false"));
        assert_eq!(after["disable_spend_logs"], json!(false));
        assert_eq!(before["general_settings"]["disable_error_logs"], Value::Null);
        assert_eq!(after["general_settings"]["disable_error_logs"], json!(true));
    });
}

#[test]
fn a_reference_gives_proxy_batch_write_at_a_text() {
    on_each_release(|litellm| {
        let env = format!("{KEY}DATABASE_URL=postgresql://u:p@db.invalid:5432/litellm\nWRITE_AT=60\n");
        let config = "general_settings:\n  database_url: os.environ/DATABASE_URL\n  proxy_batch_write_at: os.environ/WRITE_AT\n";
        let (before, after) = litellm.around("proxy_batch_write_at", config, &env);
        assert_eq!(before["proxy_batch_write_at"], json!("60"));
        assert_eq!(after["proxy_batch_write_at"], json!(60));
    });
}
