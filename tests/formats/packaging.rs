//! What packages are made of: fit for what reads it, and of one mind with the manifest of the package.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use yaml_rust2::YamlLoader;

use crate::recipes::{pull_request, shell};
use crate::venv::{passes, program, skipped};
use crate::{git, json};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(name)).unwrap()
}

#[test]
fn they_fit_what_reads_them() {
    if skipped() {
        return;
    }
    for (schema, file) in [
        ("vendor.github-workflows", ".github/workflows/release.yml"),
        ("vendor.github-actions", "action.yml"),
    ] {
        passes(program("check-jsonschema").current_dir(ROOT).args(["--builtin-schema", schema, file]));
    }
    let workflows = ["--offline", "--no-progress", "--config", ".github/zizmor.yml", ".github", "action.yml"];
    passes(program("zizmor").current_dir(ROOT).args(workflows));
    passes(program("hadolint").current_dir(ROOT).arg("Dockerfile"));
}

/// The value of a key that stands at the beginning of a line.
fn value<'t>(text: &'t str, key: &str) -> &'t str {
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='));
    line.unwrap_or_else(|| panic!("no {key}")).trim()
}

#[test]
fn the_wheel_says_what_the_crate_says() {
    let (wheel, manifest) = (read("pyproject.toml"), read("Cargo.toml"));
    let crate_ = &manifest[manifest.find("[package]").unwrap()..];
    for key in ["name", "description", "keywords", "readme"] {
        assert_eq!(value(&wheel, key), value(crate_, key), "{key}");
    }
    assert_eq!(value(&wheel, "license"), value(&manifest, "license"));
    let built = |text: &str| text.contains("1.95");
    assert!(built(&read("Dockerfile")) && built(&read(".github/workflows/release.yml")));
}

#[test]
fn the_image_gets_all_that_is_built() {
    let ignored = read(".dockerignore");
    for name in ["Cargo.toml", "Cargo.lock", "crates", "src", "transforms", "benches"] {
        assert!(ignored.lines().any(|line| line == format!("!{name}")), "{name} is left out");
    }
    assert!(
        read("Dockerfile").contains("\nFROM scratch\n")
            && read("Dockerfile").contains("\nUSER 65532:65532\n")
    );
}

#[test]
fn an_archive_has_pages_completions_and_licences() {
    let work = tempfile::tempdir().unwrap();
    let release = work.path().join("x86_64-unknown-linux-musl/release");
    fs::create_dir_all(&release).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_litellm-fix"), release.join("litellm-fix")).unwrap();
    let mut pack = Command::new("bash");
    pack.arg(Path::new(ROOT).join("packaging/archive.sh")).arg("x86_64-unknown-linux-musl");
    passes(pack.arg(work.path().join("out")).env("CARGO_TARGET_DIR", work.path()));
    let archive = work.path().join("out/litellm-fix-x86_64-unknown-linux-musl.tar.gz");
    let listed = passes(Command::new("tar").arg("-tzf").arg(archive));
    for file in [
        "litellm-fix",
        "LICENSE-MIT",
        "man/man1/litellm-fix.1",
        "man/man1/litellm-fix-verify.1",
        "completions/litellm-fix.bash",
        "completions/_litellm-fix",
        "completions/litellm-fix.fish",
    ] {
        let name = format!("litellm-fix-x86_64-unknown-linux-musl/{file}\n");
        assert!(listed.contains(&name), "{file} in {listed}");
    }
}

/// The script of the action, as GitHub's runner starts it.
#[test]
fn the_action_annotates_and_leaves_a_log_and_a_comment() {
    let action = YamlLoader::load_from_str(&read("action.yml")).unwrap().remove(0);
    let steps = action["runs"]["steps"].as_vec().unwrap();
    let check = steps.iter().find(|step| step["id"].as_str() == Some("check")).unwrap();
    let script = check["run"].as_str().unwrap();
    let place = pull_request();
    let temp = place.state.path().to_str().unwrap();
    let output = format!("{temp}/output");
    let env = |paths, base| {
        let common = [("RUNNER_TEMP", temp), ("GITHUB_OUTPUT", &*output), ("FAIL_ON", "high")];
        [&common[..], &[("PATHS", paths), ("BASELINE_REF", base)]].concat()
    };
    let ran = shell(&place, script, &env("deploy", "origin/main"), &[]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.lines().all(|line| line.starts_with("::")) && ran.out.contains("prometheuss"),
        "{}",
        ran.out
    );
    let told = fs::read_to_string(&output).unwrap();
    let named = |name: &str| {
        let path = told.lines().find_map(|line| line.strip_prefix(&format!("{name}="))).unwrap().to_owned();
        fs::read_to_string(path).unwrap()
    };
    assert_eq!(json(&named("sarif"))["runs"][0]["invocations"][0]["exitCode"], 1);
    assert!(named("comment").starts_with("<!-- litellm-fix -->\n"));
    git(place.folder.path(), &["checkout", "-q", "main"]);
    let ran = shell(&place, script, &env("deploy", "origin/main"), &[]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}{}", ran.out, ran.err);
    // All of it, in two paths.
    let ran = shell(&place, script, &env("deploy/config.yaml deploy", ""), &[]);
    assert!(ran.out.contains("retry_policy"), "{}{}", ran.out, ran.err);
}
