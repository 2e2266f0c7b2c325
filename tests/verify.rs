//! `litellm-fix verify` and `--write --verify`, with a Python that is none: what is asked, what is said, and what is left behind.
//! `tests/litellm/verify.rs` has the real LiteLLM.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

mod common;

use common::{Place, Ran, command};
use serde_json::{Value, json};

const CONFIG: &str = "model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
general_settings:
  master_key: sk-0815-abcdefgh
  database_url: os.environ/DATABASE_URL
";
const OPTIONS: [&str; 4] = ["--select", "proxy_batch_write_at", "--assume-litellm-version", "1.106.2"];

const LEAVE: &str = "leave() { cat > $tools/$1.$$; mv $tools/$1.$$ $tools/$1; }";

/// A folder with a config, and a program beside it that stands for Python.
struct Fake {
    place: Place,
    tools: tempfile::TempDir,
}

impl Fake {
    /// The script reads the question into `$q`; `$tools` is a folder, where `leave NAME` puts its input, whole: several may run at once.
    fn new(script: &str) -> Self {
        Self::with(&[("config.yaml", CONFIG)], script)
    }

    fn with(files: &[(&str, &str)], script: &str) -> Self {
        let fake = Self { place: Place::new(files.iter().copied()), tools: tempfile::tempdir().unwrap() };
        fake.program("python", script);
        fake
    }

    fn program(&self, name: &str, script: &str) {
        let (path, tools) = (self.tools.path().join(name), self.tools.path().display());
        fs::write(&path, format!("#!/bin/sh\ntools={tools}\n{LEAVE}\nq=$(cat)\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// One that answers with these before and after a fix that brings this text.
    fn answering(text: &str, before: &Value, after: &Value) -> Self {
        let fake =
            Self::new(&format!("case \"$q\" in *'{text}'*) cat $tools/after;; *) cat $tools/before;; esac"));
        fs::write(fake.tools.path().join("before"), before.to_string()).unwrap();
        fs::write(fake.tools.path().join("after"), after.to_string()).unwrap();
        fake
    }

    fn python(&self) -> String {
        self.tools.path().join("python").display().to_string()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let python = self.python();
        self.place.run(&[arguments, &OPTIONS, &["--python", &python]].concat())
    }

    fn left(&self, name: &str) -> String {
        fs::read_to_string(self.tools.path().join(name)).unwrap_or_default()
    }
}

fn told(value: &str) -> Value {
    json!({ "digest": format!("digest of {value}"), "shown": value })
}

fn answer(batch: &str, other: &str) -> Value {
    json!({
        "version": "1.106.2", "network": "left", "stubbed": [],
        "settings": {"proxy_batch_write_at": told(batch), "request_timeout": told(other)},
        "state": {"general_settings.proxy_batch_write_at": told(batch)},
    })
}

fn refusal() -> Value {
    json!({"version": "1.106.2", "stage": "load", "error": "ValueError: it does not like sk-0815-abcdefgh", "stubbed": []})
}

const FIX: &str = "proxy_batch_write_at: 60";

#[test]
fn what_was_announced_is_shown_setting_by_setting() {
    let fake = Fake::answering(FIX, &answer("10", "6000"), &answer("60", "6000"));
    let ran = fake.run(&["verify"]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains("LiteLLM 1.106.2 loads it before and after"), "{}", ran.out);
    assert!(ran.out.contains("proxy_batch_write_at  10 -> 60"), "{}", ran.out);
    assert!(ran.out.contains("with a stand-in: DATABASE_URL, OPENAI_API_KEY"), "{}", ran.out);
    assert_eq!(fake.place.files()["config.yaml"], CONFIG, "nothing is written");
}

#[test]
fn what_no_fix_announced_is_told() {
    let fake = Fake::answering(FIX, &answer("10", "6000"), &answer("60", "600"));
    let ran = fake.run(&["verify"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("request_timeout       6000 -> 600  NOT announced"), "{}", ran.out);
    let ran = fake.run(&["--write", "--verify"]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert_eq!(fake.place.files()["config.yaml"], CONFIG, "nothing is written");
    assert!((ran.out + &ran.err).contains("request_timeout"), "it says what");
}

#[test]
fn what_does_not_load_is_not_written_and_what_loads_is() {
    let fake = Fake::answering(FIX, &answer("10", "6000"), &refusal());
    let ran = fake.run(&["verify"]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert!(ran.out.contains("loads it before, and not after: ValueError"), "{}", ran.out);
    assert!(!ran.out.contains("sk-0815"), "{}", ran.out);
    let ran = fake.run(&["--write", "--verify"]);
    assert_eq!((ran.code, &*fake.place.files()["config.yaml"]), (4, CONFIG), "{}", ran.out);
    assert!(!(ran.out + &ran.err).contains("sk-0815"));
    let fake = Fake::answering(FIX, &answer("10", "6000"), &answer("60", "6000"));
    let ran = fake.run(&["--write", "--verify"]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(fake.place.files()["config.yaml"].contains(FIX));
}

#[test]
fn what_did_not_load_before_is_mended_or_stays_unproven() {
    let fake = Fake::answering(FIX, &refusal(), &answer("60", "6000"));
    let ran = fake.run(&["verify"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("does not load it before (ValueError"), "{}", ran.out);
    let fake = Fake::answering(FIX, &refusal(), &refusal());
    assert_eq!(fake.run(&["verify"]).code, 4);
    assert_eq!(fake.run(&["--write", "--verify"]).code, 4);
    assert_eq!(fake.place.files()["config.yaml"], CONFIG);
}

#[test]
fn what_is_unsteady_by_itself_is_no_difference() {
    let fake = Fake::new(
        "n=$(cat $tools/n 2>/dev/null); echo x$n > $tools/n.$$; mv $tools/n.$$ $tools/n
        d=$(date +%N)$$; printf '{\"version\":\"1\",\"settings\":{},\"state\":{\"server.now\":{\"digest\":\"%s\",\"shown\":\"1\"}}}' $d",
    );
    let ran = fake.run(&["verify"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
}

#[test]
fn without_a_litellm_the_three_ways_are_named() {
    let place = Place::new([("config.yaml", CONFIG)]);
    for arguments in [&["verify"][..], &["--write", "--verify"]] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, 2);
        assert!(["--python", "--image", "--install"].iter().all(|way| ran.err.contains(way)), "{}", ran.err);
    }
    assert_eq!(place.run(&["--python", "python3"]).code, 2, "it goes with a proof only");
    assert_eq!(place.run(&["--verify", "--python", "python3"]).code, 2);
    assert_eq!(place.run(&["verify", "--write", "--python", "python3"]).code, 2);
    assert_eq!(place.run(&["verify", "--python", "/no/such/python"]).code, 4);
    let none = Place::new([("readme.txt", "nothing")]);
    assert_eq!(none.run(&["verify", "--python", "python3"]).code, 3);
}

#[test]
fn a_load_gets_what_the_files_give_and_nothing_of_the_user() {
    let compose = "services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.106.2
    command: [\"--config\", \"/app/config.yaml\", \"--num_workers\", \"4\", \"--port\", \"80\"]
    volumes: [\"./config.yaml:/app/config.yaml\"]
    env_file: [.env]
    environment:
      LITELLM_LOG: ERROR
      PYTHONSTARTUP: ./evil.py
      LD_PRELOAD: ./evil.so
      OPENSSL_CONF: ./evil.cnf
      PROMETHEUS_MULTIPROC_DIR: /srv/metrics
      SMTP_PASSWORD: ${SMTP_PASSWORD}
";
    let files = [
        ("config.yaml", CONFIG),
        ("compose.yaml", compose),
        (".env", "DATABASE_URL=postgresql://u:pw-0815-abc@db/x\nOPENAI_API_KEY=sk-0816-abcdefgh\n"),
    ];
    let fake = Fake::with(
        &files,
        "printf '%s\\n' \"$q\" | leave question; env | leave env; ls -ld $HOME | leave mode; pwd | leave folder; echo '{\"version\":\"1.106.2\"}'",
    );
    let python = fake.python();
    let mut run = command(fake.place.folder.path(), fake.place.state.path());
    let ran = Ran::of(run.env("OF_THE_USER", "word").args([
        "verify",
        "--python",
        &python,
        "--ignore",
        "litellm_mode",
    ]));
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(!fake.left("env").contains("OF_THE_USER"), "{}", fake.left("env"));
    assert!(!fake.left("env").contains("sk-0816"), "what the files give goes through the question");
    let question: Value = serde_json::from_str(&fake.left("question")).unwrap();
    let env = &question["env"];
    assert_eq!((&env["LITELLM_LOG"], &env["OPENAI_API_KEY"]), (&json!("ERROR"), &json!("sk-0816-abcdefgh")));
    assert_eq!(env["SMTP_PASSWORD"], "sk-stand-in-of-litellm-fix");
    let withheld = ["LD_PRELOAD", "OPENSSL_CONF", "PROMETHEUS_MULTIPROC_DIR", "PYTHONSTARTUP"];
    assert!(withheld.iter().all(|name| env[name].is_null()), "{env}");
    assert_eq!(question["arguments"], json!(["--num_workers", "4"]));
    assert_eq!(question["trust"], false);
    assert!(
        ran.out.contains(&withheld.join(", ")) && ran.out.contains("stand-in: SMTP_PASSWORD"),
        "{}",
        ran.out
    );
    assert!(fake.left("mode").starts_with("drwx------"), "{}", fake.left("mode"));
    assert!(!Path::new(fake.left("folder").trim()).exists(), "the folder is removed");
    assert!(!ran.out.contains("0815") && !ran.out.contains("0816"), "{}", ran.out);
}

#[test]
fn values_and_names_go_through_the_masker() {
    let mut leak = answer("60", "\"sk-0815-abcdefgh\"");
    leak["stubbed"] = json!(["sk-0815-abcdefgh.handler"]);
    let fake = Fake::answering(FIX, &answer("10", "6000"), &leak);
    let ran = fake.run(&["verify"]);
    assert!(!ran.out.contains("sk-0815"), "{}", ran.out);
    assert!(ran.out.contains("NOT announced"), "{}", ran.out);
}

#[test]
fn files_that_are_included_or_named_come_along() {
    let files = [
        (
            "proxy/config.yaml",
            "include: [../shared/models.yaml]\nlitellm_settings: {drop_params: true}\ngeneral_settings:\n  custom_auth: auth.check\n  notes: ./notes.txt\n",
        ),
        ("shared/models.yaml", "model_list: []\n"),
        ("proxy/notes.txt", "words"),
        ("proxy/auth.py", "open('/tmp/never', 'w')"),
    ];
    let names = |arguments: &[&str]| {
        let fake =
            Fake::with(&files, "printf '%s\\n' \"$q\" | leave question; echo '{\"version\":\"1.106.2\"}'");
        let ran = fake.run(&[&["verify"], arguments].concat());
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        let question: Value = serde_json::from_str(&fake.left("question")).unwrap();
        assert_eq!(question["config"], "proxy/config.yaml");
        question["files"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["proxy/config.yaml", "proxy/notes.txt", "shared/models.yaml"]);
    assert!(names(&["--trust-code"]).contains(&"proxy/auth.py".to_owned()));
}

#[test]
fn a_load_that_takes_too_long_is_ended_with_all_that_it_started() {
    let fake = Fake::new("pwd | leave folder; sleep 1000 & echo $! | leave child; wait");
    let ran = fake.run(&["verify", "--timeout", "1"]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert!(ran.out.contains("did not load within 1 s"), "{}", ran.out);
    assert!(is_gone(&fake.left("child")), "what it started lives on");
    assert!(!Path::new(fake.left("folder").trim()).exists());
}

/// A program that LiteLLM starts is no child of its asker, which has the answer already.
#[test]
fn a_load_that_ends_by_itself_leaves_nothing_running() {
    let fake = Fake::new("sleep 1000 & echo $! > $tools/child.$$; echo '{\"version\":\"1.106.2\"}'");
    let ran = fake.run(&["verify"]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let children = fs::read_dir(fake.tools.path()).unwrap().map(|entry| entry.unwrap().path());
    let children: Vec<_> = children.filter(|path| path.to_string_lossy().contains("/child.")).collect();
    assert!(!children.is_empty());
    assert!(children.iter().all(|child| is_gone(&fs::read_to_string(child).unwrap())), "it lives on");
}

#[test]
fn ctrl_c_leaves_nothing_behind() {
    for arguments in [&["verify"][..], &["--write", "--verify"]] {
        let fake = Fake::new("pwd | leave folder; sleep 1000 & echo $! | leave child; wait");
        let python = fake.python();
        let mut run = command(fake.place.folder.path(), fake.place.state.path());
        run.args([arguments, &OPTIONS, &["--python", &python]].concat());
        let mut child = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while fake.left("child").is_empty() && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert!(is_gone(&fake.left("child")));
        assert!(!PathBuf::from(fake.left("folder").trim()).exists());
        assert_eq!(fake.place.files()["config.yaml"], CONFIG);
    }
}

/// Whether a process has ended, or does within a moment; without a number none has begun.
fn is_gone(pid: &str) -> bool {
    if pid.is_empty() {
        return true;
    }
    let pid = rustix::process::Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        rustix::process::test_kill_process(pid).is_err() || is_zombie(pid)
    })
}

fn is_zombie(pid: rustix::process::Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'))
}

#[test]
fn an_image_is_run_by_the_engine_that_is_there() {
    let fake = Fake::new("exit 1");
    fake.program("podman", "echo \"$@\" >> $tools/arguments; echo '{\"version\":\"1.106.2\"}'");
    let image = "ghcr.io/berriai/litellm:v1.106.2";
    let run = |arguments: &[&str]| {
        let mut run = command(fake.place.folder.path(), fake.place.state.path());
        let path = format!("{}:/nowhere", fake.tools.path().display());
        // The programs of the scripts are found by their own shell.
        fs::write(fake.tools.path().join("cat"), "#!/bin/sh\nexec /bin/cat \"$@\"\n").unwrap();
        fs::set_permissions(fake.tools.path().join("cat"), fs::Permissions::from_mode(0o755)).unwrap();
        Ran::of(run.env("PATH", path).args([&["verify", "--image", image], arguments].concat()))
    };
    let ran = run(&[]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let asked = fake.left("arguments");
    assert!(asked.starts_with("run --rm --interactive --name litellm-fix-"), "{asked}");
    for wanted in
        ["--network none", "--cap-drop ALL", "--entrypoint python3 ghcr.io/berriai/litellm:v1.106.2 -I -B -c"]
    {
        assert!(asked.contains(wanted), "{wanted}: {asked}");
    }
    assert!(!asked.contains("sk-0815"), "a command line is seen by every user");
    fake.program("podman", "echo 'Cannot connect to the daemon' >&2; exit 125");
    let ran = run(&[]);
    assert!(ran.code != 0 && ran.err.contains("Cannot connect to the daemon"), "{} {}", ran.code, ran.err);
    fs::remove_file(fake.tools.path().join("podman")).unwrap();
    let ran = run(&[]);
    assert!(ran.code == 2 && ran.err.contains("docker, podman or nerdctl"), "{}", ran.err);
}

/// Whatever becomes of a proof but one that is good.
#[test]
fn without_a_proof_nothing_is_written() {
    for script in [
        "exit 0",
        "exit 1",
        "kill -9 $$",
        "echo no answer",
        "echo '[]'",
        "echo '{}'",
        "echo '{\"version\":\"1.106.2\"'",
        "echo '{\"version\":null,\"stage\":\"install\",\"error\":\"no LiteLLM is installed\"}'",
        "echo '{\"version\":\"1.106.2\",\"stage\":\"import\",\"error\":\"ImportError: one\"}'",
        "sleep 1000",
    ] {
        let fake = Fake::new(script);
        let ran = fake.run(&["--write", "--verify", "--timeout", "1"]);
        assert_eq!(ran.code, 4, "{script}: {}\n{}", ran.out, ran.err);
        assert!((ran.out + &ran.err).contains("nothing was written"), "{script}");
        assert_eq!(fake.place.files()["config.yaml"], CONFIG, "{script}");
    }
    let fake = Fake::new("exit 1");
    let ran =
        fake.place.run(&[&["--write", "--verify", "--python", "/no/such/python"][..], &OPTIONS].concat());
    assert_eq!((ran.code, &*fake.place.files()["config.yaml"]), (4, CONFIG), "{}", ran.err);
}

#[test]
fn one_proxy_that_does_not_load_keeps_all_from_being_written() {
    let files = [("good/config.yaml", CONFIG), ("other/config.yaml", &*CONFIG.replace("gpt-4o", "gpt-5"))];
    let fake = Fake::with(&files, "true");
    fake.program(
        "python",
        "case \"$q\" in *gpt-5*'proxy_batch_write_at: 60'*) echo '{\"stage\":\"load\",\"error\":\"ValueError: one\"}';;
        *) echo '{\"version\":\"1.106.2\"}';; esac",
    );
    let ran = fake.run(&["--write", "--verify"]);
    assert_eq!(ran.code, 4, "{}\n{}", ran.out, ran.err);
    for (name, text) in files {
        assert_eq!(fake.place.files()[name], text, "{}", ran.out);
    }
}

#[test]
fn a_network_that_python_alone_refuses_is_said() {
    for (network, is_said) in [("left", false), ("refused", true)] {
        let fake = Fake::new(&format!("echo '{{\"version\":\"1.106.2\",\"network\":\"{network}\"}}'"));
        let ran = fake.run(&["verify"]);
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        assert_eq!(ran.out.contains("connections were refused in Python alone"), is_said, "{}", ran.out);
    }
}

/// What stands in a repository of a stranger says nothing to the programs that install.
#[test]
fn an_environment_is_made_apart_from_the_folder_of_the_user() {
    let python = "#!/bin/sh\ncat > /dev/null; echo '{\"version\":\"1.106.2\"}'\n";
    let fake =
        Fake::with(&[("config.yaml", CONFIG), ("uv.toml", "index-url = \"https://host.invalid\"\n")], "");
    fake.program("a-python", "");
    fs::write(fake.tools.path().join("a-python"), python).unwrap();
    fake.program(
        "uv",
        "echo \"$(pwd): $@\" >> $tools/asked
        [ \"$1\" != venv ] || { mkdir -p \"$3/bin\"; cp $tools/a-python \"$3/bin/python\"; chmod +x \"$3/bin/python\"; }",
    );
    let cache = tempfile::tempdir().unwrap();
    let path = format!("{}:{}", fake.tools.path().display(), std::env::var("PATH").unwrap());
    let mut run = command(fake.place.folder.path(), fake.place.state.path());
    run.env("PATH", path).env("XDG_CACHE_HOME", cache.path());
    let ran = Ran::of(run.args([&["verify", "--install"][..], &OPTIONS].concat()));
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let asked = fake.left("asked");
    assert!(asked.contains("litellm[proxy]==1.106.2"), "{asked}");
    assert!(asked.lines().all(|line| line.starts_with("/: ")), "{asked}");
}
