//! The command line: exit codes, contradictions, and what a wrong word gets for an answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

#[path = "../common/mod.rs"]
mod common;
mod explain;
mod tracked;

use common::{Place, Ran};

const CONFIG: &str = "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n\
                      general_settings:\n  database_url: os.environ/DATABASE_URL\n";
const ONE: [&str; 2] = ["--select", "proxy_batch_write_at"];

struct Config(Place);

impl Config {
    fn run(&self, arguments: &[&str]) -> Ran {
        self.0.run(arguments)
    }

    /// Runs with what one fix finds only, and more.
    fn run_one(&self, more: &[&str]) -> Ran {
        self.run(&[&ONE[..], more].concat())
    }

    fn config(&self) -> String {
        self.0.files()["config.yaml"].clone()
    }

    /// The answer to a wrong use, which changes nothing.
    fn usage(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
        ran.err
    }
}

fn config() -> Config {
    with(&[("config.yaml", CONFIG)])
}

fn with(files: &[(&str, &str)]) -> Config {
    Config(Place::new(files.iter().copied()))
}

#[test]
fn a_preview_with_fixes_exits_with_1_and_writes_nothing() {
    let place = config();
    for options in [&[][..], &["--dry-run"], &["--strict"], &["--format", "json"], &["--format", "diff"]] {
        let ran = place.run_one(options);
        assert_eq!(ran.code, 1, "{options:?}: {}{}", ran.out, ran.err);
    }
    assert_eq!(place.run_one(&["--exit-zero"]).code, 0);
    assert_eq!(place.config(), CONFIG);
}

#[test]
fn done_exits_with_0() {
    let place = config();
    let ran = place.run_one(&["--write"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(place.config(), CONFIG.to_owned() + "  proxy_batch_write_at: 60\n");
    assert_eq!(place.run_one(&[]).code, 0);
    let ran = place.run(&["undo"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "restored config.yaml\n"), "{}", ran.err);
    assert_eq!(place.config(), CONFIG);
    assert!(place.usage(&["undo"]).contains("there is nothing to undo"));
}

#[test]
fn without_litellm_folders_exit_with_3_and_files_with_0() {
    let place = with(&[("compose.yaml", "services:\n  web:\n    image: nginx:1\n")]);
    let ran = place.run(&[]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (
            3,
            "nothing was checked: no LiteLLM configuration or process was read (-v shows how each file was\nrecognized)\n"
        )
    );
    assert_eq!(place.run(&["."]).code, 3);
    assert_eq!(place.run(&["compose.yaml"]).code, 0);
}

#[test]
fn a_file_that_cannot_be_read_exits_with_4() {
    let place = with(&[("config.yaml", CONFIG), ("b/config.yaml", "litellm_settings: [a\nx: {\n")]);
    for options in [&[][..], &["--exit-zero"]] {
        let ran = place.run_one(options);
        assert_eq!(ran.code, 4);
        assert!((ran.out + &ran.err).contains("b/config.yaml:3:1"));
    }
    assert_eq!(place.run_one(&["--exclude", "b/"]).code, 1);
}

#[test]
fn contradictions_are_usage_errors() {
    let place = config();
    let pairs = [
        ["--write", "--dry-run"],
        ["--interactive", "--write"],
        ["--interactive", "--dry-run"],
        ["--strict", "--exit-zero"],
        ["--quiet", "--verbose"],
    ];
    for pair in pairs {
        assert!(place.usage(&pair).contains("cannot be used with"), "{pair:?}");
    }
    place.usage(&["--format", "xml"]);
    place.usage(&["--no-such-option"]);
    assert_eq!(place.config(), CONFIG);
}

#[test]
fn interactive_without_a_terminal_names_the_other_commands() {
    insta::assert_snapshot!(config().usage(&["--interactive"]), @r"
    error: --interactive needs a terminal on standard input and output. Without one, use
      litellm-fix --dry-run PATH                 to see the diff
      litellm-fix --write PATH                   to apply what is safe
      litellm-fix --write --include-review PATH  to apply what changes behavior too
    ");
}

#[test]
fn an_unknown_word_gets_a_suggestion() {
    let place = config();
    for option in ["--select", "--ignore"] {
        assert_eq!(
            place.usage(&[option, "proxy_batch_write"]),
            "error: there is no fix `proxy_batch_write`; did you mean `proxy_batch_write_at`?\n"
        );
    }
    assert!(place.usage(&["explain", "retry_polcy"]).contains("did you mean `retry_policy`?"));
    assert!(place.usage(&["--select", "quite_another"]).contains("known are config_structure, "));
    assert!(place.usage(&["no-such-folder"]).contains("give files or folders that exist"));
    assert!(place.usage(&["--litellm-version", "x"]).contains("is not a LiteLLM version"));
}

#[test]
fn no_option_applies_what_is_hazardous() {
    let moved = "litellm_settings:\n  allow_requests_on_db_unavailable: true\n";
    let text = format!("model_list: []\n{moved}");
    for options in [
        &["--write", "--include-review"][..],
        &["--write", "--select", "db_unavailable"],
        &["--write", "--include-review", "--select", "db_unavailable", "--strict"],
    ] {
        let place = with(&[("config.yaml", &text)]);
        let ran = place.run(options);
        assert!(place.config().contains(moved), "{options:?}: {}{}", ran.out, ran.err);
        assert!(lists(&ran.out, "medium", "db_unavailable"), "{options:?}: {}", ran.out);
        assert!(ran.out.contains("[hazardous]"), "{options:?}: {}", ran.out);
        let details = place.run(&["--details", "--select", "db_unavailable"]).out;
        assert!(details.contains("with a typed confirmation"), "{options:?}: {details}");
    }
    let preferences = |text: &str| {
        let place =
            with(&[("config.yaml", &format!("model_list: []\n{moved}")), (".litellm-fix.yaml", text)]);
        place.run(&["--write", "--include-review", "--select", "db_unavailable"]);
        place.config()
    };
    assert!(preferences("safety: {db_unavailable: safe}\n").contains(moved));
    let reason = "safety: {db_unavailable: {tier: review, reason: closed network}}\n";
    assert!(!preferences(reason).contains(moved));
}

#[test]
fn parameters_are_checked() {
    let place = config();
    insta::assert_snapshot!(
        place.usage(&["--set", "proxy_batch_write_at.seconds=5"]),
        @"error: parameters of proxy_batch_write_at: seconds must be a whole number from 10 to 3600"
    );
    insta::assert_snapshot!(
        place.usage(&["--set", "proxy_batch_write_at.second=50"]),
        @"error: `proxy_batch_write_at` has no parameter `second`; did you mean `seconds`?"
    );
    insta::assert_snapshot!(
        place.usage(&["--set", "seconds"]),
        @"error: `--set seconds` is not of the form ID.PARAM=VALUE, such as proxy_batch_write_at.seconds=30"
    );
    let ran = place.run_one(&["--set", "proxy_batch_write_at.seconds=30", "--format", "diff"]);
    assert!(ran.out.ends_with("\n+  proxy_batch_write_at: 30\n"), "{}{}", ran.out, ran.err);
}

#[test]
fn preferences_are_checked() {
    let place = with(&[("config.yaml", CONFIG), (".litellm-fix.yaml", "selct: [retry_policy]\n")]);
    let error = place.usage(&["--write"]);
    assert!(error.contains("line 1, column 1: unknown key `selct`; did you mean `select`?"), "{error}");
    assert_eq!(place.config(), CONFIG);
}

#[test]
fn overrides_are_by_the_path_of_the_configuration() {
    let preferences =
        "overrides:\n  # safety: none yet\n  - paths: [/other.yaml]\n    ignore: [debug_mode]\nexclude:\n";
    let verbose = "litellm_settings:\n  set_verbose: true\nmodel_list: []\n";
    let place =
        Place::new([("proxy.yaml", verbose), ("other.yaml", verbose), (".litellm-fix.yaml", preferences)]);
    let ran = place.run(&["--details", "."]);
    let found: Vec<_> = ran.out.split("[debug_mode]").skip(1).collect();
    assert!(found.len() == 1 && found[0].contains("--> proxy.yaml:2"), "{}{}", ran.out, ran.err);
}

#[test]
fn list_explain_and_completions() {
    let place = config();
    let list = place.run(&["list"]);
    assert_eq!(list.code, 0);
    assert!(list.out.lines().count() > 1);
    for line in list.out.lines() {
        let id = line.split_whitespace().next().unwrap();
        let page = place.run(&["explain", id]);
        assert_eq!(page.code, 0, "{}", page.err);
        assert!(page.out.starts_with(&format!("# {id}\n")), "{}", page.out);
        assert!(!page.out.contains("\n## Cases"), "{id}");
    }
    let here = place.run(&["explain", "proxy_batch_write_at", "."]);
    assert_eq!(here.code, 0);
    assert!(here.out.contains("proxy_batch_write_at: 60"), "{}", here.out);
    let found = place.run(&["list", "--installations"]);
    assert_eq!(found.code, 0);
    assert!(found.out.contains("config.yaml"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = place.run(&["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("litellm-fix"), "{shell}");
        // The scripts of the others complete no values of options.
        if ["bash", "zsh", "fish"].contains(&shell) {
            assert!(ran.out.contains("redis_url"), "{shell} completes no ids");
            assert!(ran.out.contains("proxy_batch_write_at.seconds="), "{shell} completes no parameters");
        }
    }
}

/// A shell completes what is typed, as bash does it.
#[cfg(unix)]
#[test]
fn ids_are_completed_by_a_shell() {
    let place = config();
    let script = place.run(&["completions", "bash"]).out;
    let ask = "\nCOMP_WORDS=(litellm-fix --select redis_u); COMP_CWORD=2\n\
               _litellm__fix litellm-fix redis_u --select; printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    let ran = std::process::Command::new("bash").args(["-c", &format!("{script}{ask}")]).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert_eq!((&*out, &*err), ("redis_url\n", ""));
}

#[test]
fn each_command_has_a_manual_page() {
    let place = config();
    let ran = place.run(&["man", "pages/man1"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    let folder = place.0.folder.path().join("pages/man1");
    let page = std::fs::read_to_string(folder.join("litellm-fix.1")).unwrap();
    assert!(page.contains(".TH litellm-fix 1") && page.contains("include\\-review"), "{page}");
    let commands =
        ["completions", "explain", "list", "man", "preferences", "report", "rules", "undo", "verify"];
    for command in commands {
        assert!(folder.join(format!("litellm-fix-{command}.1")).is_file(), "{command}");
    }
    std::fs::write(place.0.folder.path().join("file"), "").unwrap();
    let ran = place.run(&["man", "file"]);
    assert!(ran.code == 4 && ran.err.contains("file"), "{} {}", ran.code, ran.err);
}

/// Whether the list has a line for this id with this severity.
fn lists(out: &str, severity: &str, id: &str) -> bool {
    out.lines().any(|line| line.starts_with(severity) && line.contains(&format!(" {id}: ")))
}

/// What nothing loads, a sample of LiteLLM itself, and what matters under load alone: each shares a line.
#[test]
fn what_has_no_effect_or_matters_little_shares_a_line() {
    let service = |arguments: &str| {
        format!(
            "services:\n  proxy:\n    image: ghcr.io/berriai/litellm:v1.106.2\n    command: [{arguments}]\n    volumes: [\"./config.yaml:/app/config.yaml:ro\"]\n"
        )
    };
    let written = CONFIG.to_owned() + "litellm_settings:\n  retry_after: 4\n";
    let ran = |compose: String| with(&[("config.yaml", &written), ("compose.yaml", &compose)]).run(&[]).out;
    let lost = ran(service("\"--port\", \"4000\""));
    assert!(lists(&lost, "critical", "workers"), "{lost}");
    assert!(lost.contains(" in a configuration that no process here is started with: "), "{lost}");
    assert!(!lists(&lost, "medium", "misplaced_settings"), "{lost}");
    let loaded = ran(service("\"--config\", \"/app/config.yaml\""));
    assert!(lists(&loaded, "medium", "misplaced_settings"), "{loaded}");
    assert!(!lists(&loaded, "medium", "proxy_batch_write_at"), "{loaded}");
    assert!(loaded.contains("proxy_batch_write_at") && loaded.contains("(--all lists"), "{loaded}");
    let busy = ran(service("\"--config\", \"/app/config.yaml\", \"--num_workers\", \"4\""));
    assert!(lists(&busy, "medium", "proxy_batch_write_at"), "{busy}");

    let files = [("proxy_config.yaml", &*written), ("litellm/proxy/proxy_server.py", "")];
    let place = with(&files);
    let tried = with(&[("config.local-test.yaml", &*written)]).run(&[]).out;
    assert!(tried.contains(" in samples ("), "{tried}");
    let named = with(&[("config.example.yaml", &*written)]).run(&["config.example.yaml"]).out;
    assert!(lists(&named, "medium", "misplaced_settings"), "{named}");
    let sample = place.run(&[]).out;
    assert!(sample.contains(" in samples ("), "{sample}");
    assert!(!lists(&sample, "medium", "misplaced_settings"), "{sample}");
    assert!(lists(&place.run(&["--all"]).out, "low", "misplaced_settings"));
    assert!(lists(&place.run(&["--select", "misplaced_settings"]).out, "medium", "misplaced_settings"));
    let report: serde_json::Value = serde_json::from_str(&place.run(&["--format", "json"]).out).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().any(|one| one["id"] == "misplaced_settings" && one["folded"] == true));
}

/// The configuration stands in a template, which is not written; what runs it is.
#[test]
fn what_is_written_may_rest_on_a_template() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: litellm-config\n  labels:\n    {{- include \"labels\" . | nindent 4 }}\ndata:\n  config.yaml: |\n    model_list: []\n";
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: litellm}\nspec:\n  template:\n    spec:\n      containers:\n        - name: litellm\n          image: ghcr.io/berriai/litellm:v1.85.1\n          args: [--config, /etc/litellm/config.yaml]\n          env:\n            - {name: LITELLM_LOG, value: DEBUG}\n          volumeMounts:\n            - {name: config, mountPath: /etc/litellm}\n      volumes:\n        - name: config\n          configMap: {name: litellm-config}\n";
    let place = Place::new([("templates/map.yaml", map), ("deployment.yaml", deployment)]);
    let ran = place.run(&["--write", "--select", "debug_mode"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(place.files()["deployment.yaml"].contains("value: ERROR"));
    assert_eq!(place.files()["templates/map.yaml"], map);
}
