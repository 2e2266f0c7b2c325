//! Diffs name paths from the root of the repository: `git apply` works there, whatever path was given and wherever one stood.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::{Ran, command};
use crate::{findings, git, json, place, repository};

fn apply(root: &Path, patch: &str) {
    let mut git = Command::new("git")
        .current_dir(root)
        .args(["apply", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    git.stdin.take().unwrap().write_all(patch.as_bytes()).unwrap();
    let ran = git.wait_with_output().unwrap();
    assert!(ran.status.success(), "{}\n{patch}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn git_apply_takes_the_patch_at_the_root() {
    let spellings: [(&str, &str); 8] = [
        ("", "."),
        ("", "deploy"),
        ("", "./deploy/config.yaml"),
        ("", "ABSOLUTE"),
        ("deploy", "."),
        ("deploy", "config.yaml"),
        ("deploy", ".."),
        ("deploy", "ABSOLUTE"),
    ];
    for (stand, path) in spellings {
        let place = repository();
        let root = place.folder.path();
        let absolute = root.join("deploy");
        let path = path.replace("ABSOLUTE", absolute.to_str().unwrap());
        let options = ["--include-review", "--only", "debug_mode,proxy_batch_write_at", "--exclude", ".env"];
        let run = |more: &[&str]| {
            let mut run = command(&root.join(stand), place.state.path());
            Ran::of(run.args(options).arg(&path).args(more))
        };
        let patch = run(&["--format", "diff"]).out;
        assert!(patch.contains("--- a/deploy/config.yaml\n"), "{stand} {path}: {patch}");
        assert!(run(&[]).out.contains("--- a/deploy/config.yaml"), "{path}");
        let report = json(&run(&["--format", "json"]));
        let diff = report["changes"][0]["diff"].as_str().unwrap();
        assert!(diff.starts_with("--- a/deploy/config.yaml\n"), "{diff}");
        let fixed = findings(&report);
        let own = |one: &serde_json::Value| one["fix"]["changes"][0]["diff"].as_str().map(str::to_owned);
        let alone = fixed.iter().find_map(own).unwrap();
        assert!(alone.starts_with("--- a/deploy/config.yaml\n"), "{alone}");
        apply(root, &patch);
        let patched = place.files();
        git(root, &["checkout", "-q", "."]);
        assert_eq!(run(&["--write"]).code, 0);
        assert_eq!(place.files(), patched, "{stand} {path}");
    }
}

#[test]
fn places_stay_as_they_are_typed() {
    let place = place();
    let deploy = place.folder.path().join("deploy");
    let ran = Ran::of(command(&deploy, place.state.path()).args([
        "--only",
        "debug_mode",
        "--include-review",
        "--exclude",
        ".env",
    ]));
    assert!(ran.out.contains("config.yaml:9 ") && !ran.out.contains("deploy/config.yaml:9"), "{}", ran.out);
    let ran = Ran::of(command(&deploy, place.state.path()).args([
        "--only",
        "debug_mode",
        "--include-review",
        "--write",
    ]));
    assert!(ran.out.contains("written config.yaml\n"), "{}", ran.out);
}

#[test]
fn outside_of_a_repository_paths_start_at_the_given_folder() {
    let place = place();
    let root = place.folder.path();
    std::fs::remove_dir(root.join(".git")).unwrap();
    let options = ["--only", "debug_mode", "--include-review", "--format", "diff", "--exclude", ".env"];
    for (path, name) in
        [(".", "deploy/config.yaml"), ("deploy", "config.yaml"), ("deploy/config.yaml", "config.yaml")]
    {
        let ran = place.run(&[&options[..], &[path]].concat());
        assert!(ran.out.starts_with(&format!("--- a/{name}\n+++ b/{name}\n")), "{path}: {}", ran.out);
    }
}

#[test]
fn of_several_repositories_paths_start_above_them() {
    let folder = tempfile::tempdir().unwrap();
    let state = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        std::fs::create_dir_all(folder.path().join(name).join(".git")).unwrap();
        let config = crate::CONFIG.to_owned() + "litellm_settings:\n  set_verbose: true\n";
        std::fs::write(folder.path().join(name).join("config.yaml"), config).unwrap();
    }
    let options = ["--only", "debug_mode", "--include-review"];
    let run = |more: &[&str]| Ran::of(command(folder.path(), state.path()).args(options).args(more));
    let patch = run(&["--format", "diff", "a", "b"]).out;
    assert!(patch.contains("--- a/a/config.yaml\n") && patch.contains("--- a/b/config.yaml\n"), "{patch}");
    apply(folder.path(), &patch);
    assert_eq!(run(&["--strict", "a", "b"]).code, 0);
}
