//! Files made by strangers: nothing is waited for, nothing outside is read or written, no error quotes a secret.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails like the test")]

#[path = "common/mod.rs"]
mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use common::{Place, Ran, command};

const INCLUDES: &str = "include: [inc.yaml]\n";
const CONFIG: &str = "model_list: []\ngeneral_settings:\n  database_url: os.environ/DATABASE_URL\n";
const COMPOSE: &str = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.80.15\n    env_file: .env\n    volumes: [\"./config.yaml:/app/config.yaml\"]\n";

fn place() -> Place {
    Place::new([("config.yaml", CONFIG), ("compose.yaml", COMPOSE)])
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn special_files_are_never_waited_for() {
    let names = [
        "inc.yaml",
        ".gitignore",
        ".ignore",
        ".git/index",
        ".git/info/exclude",
        ".env",
        "x.yaml",
        ".litellm-fix.yaml",
    ];
    for name in names {
        for kind in ["pipe", "endless", "socket", "folder"] {
            let config = if name == "inc.yaml" { format!("{INCLUDES}{CONFIG}") } else { CONFIG.to_owned() };
            let place = Place::new([("config.yaml", config.as_str()), ("compose.yaml", COMPOSE)]);
            let path = place.folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match kind {
                "pipe" => rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RWXU).unwrap(),
                "endless" => symlink("/dev/zero", &path).unwrap(),
                "socket" => drop(std::os::unix::net::UnixListener::bind(&path).unwrap()),
                _ => fs::create_dir(&path).unwrap(),
            }
            let ran = place.run(&["-v", "."]);
            let expected = match (name, kind) {
                ("inc.yaml", "endless") => 0,
                ("inc.yaml", _) => 4,
                (".litellm-fix.yaml", _) => 2,
                _ => 1,
            };
            // A `.env` that is named and not there leaves nothing that is safe.
            let same = ran.code == expected || (expected, ran.code) == (1, 0);
            assert!(same, "{name} {kind}: {}{}", ran.out, ran.err);
            let said = ran.out.clone() + &ran.err;
            let silent = matches!(name, ".git/index")
                || (name, kind) == (".env", "folder")
                || name == ".env"
                || (name, kind) == ("x.yaml", "folder");
            assert!(silent || said.contains(name), "{name} {kind}: {said}");
        }
    }
}

#[test]
fn a_special_file_that_is_named_could_not_be_read() {
    let place = place();
    rustix::fs::mkfifoat(rustix::fs::CWD, place.folder.path().join("p.yaml"), rustix::fs::Mode::RWXU)
        .unwrap();
    let ran = place.run(&["p.yaml"]);
    assert!(ran.code == 4 && ran.out.contains("it is not a regular file"), "{}{}", ran.out, ran.err);
}

#[test]
fn rules_of_what_to_leave_out_hold_as_before() {
    let place = Place::new([
        (".gitignore", "/left\n*.local.yaml\n!kept.local.yaml\n"),
        (".ignore", "drafts/\n"),
        (".git/info/exclude", "mine.yaml\n"),
        ("left/config.yaml", CONFIG),
        ("sub/left/config.yaml", CONFIG),
        ("sub/.gitignore", "deep/*\n!deep/config.yaml\n"),
        ("sub/deep/config.yaml", CONFIG),
        ("sub/deep/other.yaml", CONFIG),
        ("drafts/config.yaml", CONFIG),
        ("a.local.yaml", CONFIG),
        ("kept.local.yaml", CONFIG),
        ("mine.yaml", CONFIG),
        ("inner/.git/config", ""),
        ("inner/a.local.yaml", CONFIG),
    ]);
    let found = |arguments: &[&str]| {
        let ran = place.run(&[&["list", "--installations"], arguments].concat());
        let mut names: Vec<String> =
            ran.out.lines().filter(|line| !line.starts_with(' ')).map(str::to_owned).collect();
        names.sort();
        names
    };
    let all = ["inner/a.local.yaml", "kept.local.yaml", "sub/deep/config.yaml", "sub/left/config.yaml"];
    assert_eq!(found(&["."]), all);
    assert_eq!(found(&["sub"]), ["sub/deep/config.yaml", "sub/left/config.yaml"]);
    assert_eq!(found(&[place.folder.path().to_str().unwrap()]).len(), 4);
}

#[test]
fn what_lies_elsewhere_is_not_written_through_a_link() {
    let other = "general_settings:\n  database_url: os.environ/DATABASE_URL\n";
    let config = "include: [link.yaml]\nmodel_list: []\n";
    let place = Place::new([("sub/config.yaml", config), ("other/x.yaml", other)]);
    let at = |name: &str| place.folder.path().join(name);
    symlink("../other/x.yaml", at("sub/link.yaml")).unwrap();
    symlink("../other", at("sub/folder")).unwrap();
    for include in ["link.yaml", "folder/x.yaml"] {
        fs::write(at("sub/config.yaml"), config.replace("link.yaml", include)).unwrap();
        let ran = place.run(&["--write", "--include-review", "sub"]);
        assert_eq!(fs::read_to_string(at("other/x.yaml")).unwrap(), other, "{}{}", ran.out, ran.err);
    }
    // What is linked twice is written once.
    fs::write(at("sub/config.yaml"), config).unwrap();
    assert_eq!(place.run(&["--write", "."]).code, 0);
    assert_eq!(fs::read_to_string(at("other/x.yaml")).unwrap().matches("proxy_batch").count(), 1);
}

#[test]
fn an_include_that_leads_out_of_the_repository_is_not_read() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("x.yaml"), "general_settings: {master_key: canary-9f3kd0}\n").unwrap();
    let place = Place::new([("config.yaml", format!("{INCLUDES}{CONFIG}"))]);
    symlink(outside.path().join("x.yaml"), place.folder.path().join("inc.yaml")).unwrap();
    let ran = place.run(&["--show-secrets", "--include-review", "."]);
    assert!(ran.out.contains("it is outside the repository"), "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains("canary"), "{}", ran.out);
}

#[test]
fn includes_that_go_round_hide_nothing() {
    for files in [
        &[("config.yaml", "[a.yaml]"), ("a.yaml", "[config.yaml]")][..],
        &[("config.yaml", "[config.yaml]")],
        &[("config.yaml", "[a.yaml]"), ("a.yaml", "[b.yaml]"), ("b.yaml", "[config.yaml]")],
    ] {
        let text = |include: &str| format!("include: {include}\n{CONFIG}");
        let place = Place::new(files.iter().map(|(name, include)| (*name, text(include))));
        assert_eq!(place.run(&["."]).code, 1, "{files:?}");
    }
}

#[test]
fn a_path_that_goes_up_twice_is_another_one() {
    let compose = COMPOSE.replace(".env", "../../.env");
    let place = Place::new([
        ("a/b/config.yaml", "model_list: []\n"),
        ("a/b/compose.yaml", &compose),
        ("a/b/.env", "UNRELATED=1\n"),
        (".env", "LITELLM_LOG=DEBUG\n"),
    ]);
    let folder = place.folder.path().join("a/b");
    let ran = Ran::of(command(&folder, place.state.path()).args(["--write", "--include-review"]));
    assert_eq!(fs::read_to_string(folder.join(".env")).unwrap(), "UNRELATED=1\n", "{}{}", ran.out, ran.err);
    assert_eq!(fs::read_to_string(place.folder.path().join(".env")).unwrap(), "LITELLM_LOG=DEBUG\n");
}

#[test]
fn preferences_are_plain_files_of_the_repository() {
    let secret = "machine api.example login bot password canary-netrc-77\n";
    let place = place();
    let preferences = place.folder.path().join(".litellm-fix.yaml");
    fs::write(place.folder.path().join("netrc"), secret).unwrap();
    symlink("netrc", &preferences).unwrap();
    for arguments in
        [&["."][..], &["--write"], &["list", "--installations"], &["explain", "retry_policy", "."]]
    {
        let ran = place.run(arguments);
        assert!(ran.code == 2 && ran.err.contains("it is a symbolic link"), "{}{}", ran.out, ran.err);
        assert!(!(ran.out + &ran.err).contains("canary"));
    }
    // Without a repository, nothing above the given path counts.
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    fs::write(folder.path().join("sub/config.yaml"), CONFIG).unwrap();
    fs::write(folder.path().join(".litellm-fix.yaml"), "ignore: [proxy_batch_write_at]\n").unwrap();
    let run = |path: &str| Ran::of(command(folder.path(), place.state.path()).arg(path));
    assert!(run("sub").out.contains("proxy_batch_write_at"));
    assert!(!run(".").out.contains("proxy_batch_write_at"));
}

#[test]
fn preferences_of_somebody_else_are_refused() {
    if !is_root() {
        eprintln!("not run: only root can give a file away");
        return;
    }
    let place = place();
    let path = place.folder.path().join(".litellm-fix.yaml");
    fs::write(&path, "ignore: [proxy_batch_write_at]\n").unwrap();
    std::os::unix::fs::chown(&path, Some(4321), None).unwrap();
    let ran = place.run(&["."]);
    assert!(ran.code == 2 && ran.err.contains("it belongs to user 4321"), "{}{}", ran.out, ran.err);
    std::os::unix::fs::chown(place.folder.path(), Some(4321), None).unwrap();
    assert!(!place.run(&["."]).out.contains("[proxy_batch_write_at]"));
}

#[test]
fn no_error_quotes_a_value() {
    let canaries = [
        "canary-token-0123",
        "canarycanary",
        "login bot password canary",
        "postgres://u:canary@h/db",
        "Canary9",
    ];
    for canary in canaries {
        for text in [
            "CANARY\n",
            "[CANARY]\n",
            "'CANARY': x\n",
            "select: CANARY\n",
            "select: [CANARY]\n",
            "select: [{a: CANARY}]\n",
            "exclude: CANARY\n",
            "exclude: ['[CANARY']\n",
            "parameters: CANARY\n",
            "parameters: {alerting: CANARY}\n",
            "parameters: {proxy_batch_write_at: {seconds: CANARY}}\n",
            "parameters: {proxy_batch_write_at: {seconds: [CANARY]}}\n",
            "safety: CANARY\n",
            "safety: {debug_mode: CANARY}\n",
            "safety: {debug_mode: {tier: CANARY, reason: x}}\n",
            "safety: {debug_mode: {tier: safe, reason: [CANARY]}}\n",
            "overrides: CANARY\n",
            "overrides: [CANARY]\n",
            "overrides: [{paths: CANARY}]\n",
            "overrides: [{paths: ['[CANARY'], ignore: [alerting]}]\n",
            "a: CANARY\n\tb: [CANARY\n",
        ] {
            let place = place();
            let written = text.replace("CANARY", canary);
            fs::write(place.folder.path().join(".litellm-fix.yaml"), &written).unwrap();
            for arguments in [&["."][..], &["--format", "json"], &["explain", "alerting", "."]] {
                let ran = place.run(arguments);
                let said = ran.out + &ran.err;
                let name_of_letters =
                    canary == "canarycanary" && ["'CANARY': x\n", "select: [CANARY]\n"].contains(&text);
                assert!(name_of_letters || !said.to_lowercase().contains("canary"), "{written}: {said}");
            }
        }
        let place = place();
        for set in ["proxy_batch_write_at.seconds=CANARY", "proxy_batch_write_at.seconds=[CANARY]"] {
            let ran = place.run(&["--set", &set.replace("CANARY", canary)]);
            assert!(ran.code == 2 && !ran.err.to_lowercase().contains("canary"), "{}", ran.err);
        }
    }
}

#[test]
fn exit_codes_are_those_of_the_readme() {
    let place = place();
    for arguments in [&["."][..], &["--write", "."], &["--format", "json"], &["list"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut run = command(place.folder.path(), place.state.path());
        assert_eq!(run.args(arguments).stdout(full).status().unwrap().code(), Some(4), "{arguments:?}");
    }
    let name = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"inv\xff.yaml");
    if fs::write(place.folder.path().join(name), CONFIG).is_ok() {
        let ran = place.run(&["."]);
        assert!(ran.code == 4 && ran.out.contains("its name is not UTF-8"), "{}{}", ran.out, ran.err);
        fs::remove_file(place.folder.path().join(name)).unwrap();
    }
    if is_root() {
        return;
    }
    let config = place.folder.path().join("config.yaml");
    fs::set_permissions(&config, fs::Permissions::from_mode(0o000)).unwrap();
    assert_eq!(place.run(&["."]).code, 4);
}

#[test]
fn the_name_of_a_folder_is_no_secret() {
    let compose = COMPOSE.replace("    env_file: .env\n", "    environment:\n      WEBUI_SECRET_KEY: NAME\n");
    for name in ["open-webui", "gateway", "homelab", "ai-stack", "staging", "gpt4-team"] {
        let place = Place::new([
            (format!("{name}/config.yaml"), format!("# {name} of ours\n{CONFIG}")),
            (
                "compose.yaml".to_owned(),
                compose.replace("NAME", name).replace("./config", &format!("./{name}/config")),
            ),
        ]);
        let ran = place.run(&["--include-review", "--details", "--all", "."]);
        assert!(ran.out.contains(&format!("--> {name}/config.yaml:")), "{}", ran.out);
        assert!(ran.out.contains(&format!("+++ b/{name}/config.yaml")), "{}", ran.out);
        let diff = place.run(&["--format", "diff", "."]).out;
        assert!(
            diff.contains(&format!("+++ b/{name}/config.yaml")) && diff.contains("+  proxy_batch"),
            "{diff}"
        );
        let json = place.run(&["--format", "json", "."]).out;
        assert!(json.contains(&format!("\"file\": \"{name}/config.yaml\"")), "{json}");
        assert!(!json.contains(&format!("WEBUI_SECRET_KEY: {name}")), "{json}");
    }
}

#[test]
fn a_patch_that_leaves_out_one_fix_carries_the_rest() {
    let config = "litellm_settings:\n  set_verbose: true # redis://:canary-pw-1@h\nmodel_list: []\n\n\n\n\n\n\ngeneral_settings:\n  database_url: os.environ/DATABASE_URL\n";
    let place = Place::new([("config.yaml", config)]);
    let ran = place.run(&["--include-review", "--format", "diff", "."]);
    assert!(ran.out.contains("+  proxy_batch_write_at: 60"), "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains("set_verbose: false") && !ran.out.contains("canary"), "{}", ran.out);
    assert!(ran.err.contains("left out of the diff"), "{}", ran.err);
}

#[test]
fn a_quote_that_stays_open_is_no_reason_to_panic() {
    for quote in ['"', '\''] {
        for (above, below) in
            [("# api_key: QUOTEask ops", ""), ("api_key: QUOTEask", "# QUOTE"), ("# token: QUOTE", "")]
        {
            let above = above.replace("QUOTE", &quote.to_string());
            let below = below.replace("QUOTE", &quote.to_string());
            for blank in [" ", "\t", "  \r", " \u{a0}"] {
                let text = format!(
                    "model_list: []\n{above}\ngeneral_settings:{blank}\n  database_url: os.environ/D\n{below}\n"
                );
                let place = Place::new([("config.yaml", text.as_str())]);
                let ran = place.run(&["."]);
                assert!(
                    [0, 1, 3, 4].contains(&ran.code) && !ran.err.contains("this is a bug"),
                    "{text:?}: {}{}",
                    ran.out,
                    ran.err
                );
            }
        }
    }
}

#[test]
fn the_file_system_stays_as_it_is_where_nothing_is_written() {
    let place = place();
    let listed = |folder: &Path| fs::read_dir(folder).unwrap().count();
    let before = listed(place.folder.path());
    place.run(&["."]);
    assert_eq!(listed(place.folder.path()), before);
    assert_eq!(listed(place.state.path()), 0);
}

#[test]
fn files_that_only_tell_how_it_runs_are_judged_where_they_are_named() {
    let bad = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.82.7\n    environment: {LITELLM_MASTER_KEY: sk-1234}\n    volumes: [\"./config.yaml:/app/config.yaml\"]\n";
    let place = Place::new([
        ("config.yaml", CONFIG),
        ("compose.yaml", bad),
        ("other/Dockerfile", "FROM ghcr.io/berriai/litellm:v1.82.7\n"),
        ("other/config.yaml", CONFIG),
        ("unrelated.yaml", "a: 1\n"),
    ]);
    for (arguments, code) in [
        (&["--strict", "compose.yaml"][..], 1),
        (&["--strict", "compose.yaml", "unrelated.yaml"], 1),
        (&["compose.yaml"], 0),
        (&["--strict", "other/Dockerfile"], 1),
        // What pre-commit hands over of other kinds is no error.
        (&["--strict", "unrelated.yaml"], 0),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(code == 0 || ran.out.contains("critical") || ran.out.contains("high"), "{}", ran.out);
        // Only what was named is written.
        place.run(&[arguments, &["--write", "--include-review"]].concat());
        assert_eq!(fs::read_to_string(place.folder.path().join("config.yaml")).unwrap(), CONFIG);
    }
    // Without its configuration it is no clean bill: what the service says by itself is judged.
    fs::remove_file(place.folder.path().join("config.yaml")).unwrap();
    let ran = place.run(&["--strict", "compose.yaml"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
}

#[test]
fn what_git_stands_in_is_not_waited_for_either() {
    for kind in ["pipe", "endless", "names endless", "names a folder with a pipe"] {
        let folder = tempfile::tempdir().unwrap();
        let state = tempfile::tempdir().unwrap();
        let git = folder.path().join(".git");
        let pipe = |path: &Path| rustix::fs::mkfifoat(rustix::fs::CWD, path, rustix::fs::Mode::RWXU).unwrap();
        fs::write(folder.path().join("config.yaml"), CONFIG).unwrap();
        match kind {
            "pipe" => pipe(&git),
            "endless" => symlink("/dev/zero", &git).unwrap(),
            "names endless" => fs::write(&git, "gitdir: /dev/zero\n").unwrap(),
            _ => {
                fs::create_dir(folder.path().join("elsewhere")).unwrap();
                pipe(&folder.path().join("elsewhere/index"));
                fs::write(&git, "gitdir: elsewhere\n").unwrap();
            }
        }
        let ran = Ran::of(command(folder.path(), state.path()).arg("."));
        assert_eq!(ran.code, 1, "{kind}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn names_and_addresses_made_to_hurt_only_cost_their_files() {
    let up = "../".repeat(3000);
    let include = format!(
        "include: [\"{up}etc/passwd\", /etc/passwd, \"\", \".\", \"a/\\0b\", /proc/self/environ]\n{CONFIG}"
    );
    let env = COMPOSE
        .replace("env_file: .env", "env_file: [/dev/zero, /dev/stdin, /proc/self/environ, \"\", \".\"]");
    let place = Place::new([
        ("a/config.yaml", include.as_str()),
        ("b/config.yaml", CONFIG),
        ("b/compose.yaml", env.as_str()),
        ("c/\u{1b}[31mred\nline.yaml", CONFIG),
        (&*format!("{}config.yaml", "d/".repeat(200)), CONFIG),
    ]);
    let ran = place.run(&["--show-secrets", "-v", "."]);
    assert!(!ran.out.contains("root:") && !ran.out.contains("PATH="), "{}", ran.out);
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{}{}", ran.out, ran.err);
    place.run(&["--write", "."]);
    let written = |name: &str| fs::read_to_string(place.folder.path().join(name)).unwrap() != CONFIG;
    assert!(written("c/\u{1b}[31mred\nline.yaml") && written(&format!("{}config.yaml", "d/".repeat(200))));
}

/// The index of a repository in version 4, in which each name is the one before and one letter more: <https://git-scm.com/docs/index-format>.
#[cfg(target_os = "linux")]
fn index_of_growing_names(count: u32) -> Vec<u8> {
    let mut bytes = [b"DIRC".as_slice(), &4u32.to_be_bytes(), &count.to_be_bytes()].concat();
    for length in 1..=count {
        bytes.extend_from_slice(&[0; 60]);
        bytes.extend_from_slice(&(length.min(0xfff) as u16).to_be_bytes());
        bytes.extend_from_slice(b"\0a\0");
    }
    bytes.extend_from_slice(&[0; 20]);
    bytes
}

#[test]
#[cfg(target_os = "linux")]
fn memory_is_bounded_by_the_bytes() {
    let of = |count: usize, text: &str| -> Vec<u8> {
        (0..count).map(|number| text.replace("#N", &number.to_string())).collect::<String>().into()
    };
    let map = "kind: ConfigMap\nmetadata: {name: c#N}\ndata:\n  config.yaml: |\n    litellm_settings: {drop_params: true}\n---\n";
    let shapes = [
        ("config.yaml", CONFIG.as_bytes().to_vec()),
        (".git/index", index_of_growing_names(40_000)),
        (".gitignore", of(2_000, "x#N/**/y\n")),
        (".env", of(500, "V#N_TOKEN=abcdef#N\n")),
        ("config.yaml", [CONFIG.as_bytes(), &of(1_000, "  k#N: v\n")].concat()),
        ("config.yaml", [CONFIG.as_bytes(), &of(5_000, "# comment #N\n")].concat()),
        ("config.yaml", format!("{CONFIG}  k: \"{}\"\n", "word ".repeat(20_000)).into()),
        ("all.yaml", of(10, map)),
    ];
    for (name, bytes) in shapes {
        let place = place();
        fs::create_dir_all(place.folder.path().join(".git")).unwrap();
        fs::write(place.folder.path().join(name), &bytes).unwrap();
        let state = tempfile::tempdir().unwrap();
        let program = command(place.folder.path(), state.path());
        let mut shell = std::process::Command::new("sh");
        shell
            .args(["-c", "ulimit -v 300000 && exec \"$0\" --quiet --exit-zero ."])
            .arg(program.get_program());
        shell.current_dir(&place.folder).env("LITELLM_FIX_STATE_DIR", state.path());
        let ran = shell.output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(0), "{name} of {} bytes: {said}", bytes.len());
    }
}
