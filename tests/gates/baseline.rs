//! `--baseline` and `--baseline-ref`: only what is new is shown, applied and counted.

use std::path::Path;

use crate::common::{Place, Ran, command, read_all};
use crate::{change, findings, fingerprints_of, git, json, place, repository};

fn add_timeout(place: &Place) {
    change(place, "deploy/config.yaml", |text| text + "  request_timout: 30\n");
}

/// A report in the state folder, outside of what is looked at.
fn report(place: &Place, options: &[&str]) -> String {
    let ran = place.run(&[&["--format", "json", "--exit-zero"], options].concat());
    let file = place.state.path().join("before.json");
    std::fs::write(&file, ran.out).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn only_what_is_new_is_shown_in_every_format() {
    let place = place();
    let before = report(&place, &[]);
    let known = findings(&json(&place.run(&["--format", "json"]))).len();
    let baseline = ["--baseline", &before];
    let ran = place.run(&[&baseline[..], &["--strict", "--fail-on", "low"]].concat());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(&format!("known before and not shown: {known}")), "{}", ran.out);

    add_timeout(&place);
    let all = ["--include-review", "--baseline", &before];
    let ran = place.run(&all);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("request_timout") && !ran.out.contains("set_verbose to"), "{}", ran.out);
    let ran = place.run(&[&all[..], &["--format", "json"]].concat());
    let new = json(&ran);
    assert_eq!(findings(&new).len(), 1, "{}", ran.out);
    // That the timeout is not set is no longer said.
    let known = known - 1;
    assert_eq!((&new["baseline"]["known"], &new["summary"]["known"]), (&known.into(), &known.into()));
    let ran = place.run(&[&all[..], &["--format", "diff"]].concat());
    assert!(
        ran.out.contains("+  request_timeout: 30") && !ran.out.contains("set_verbose: false"),
        "{}",
        ran.out
    );
    assert_eq!(place.run(&[&baseline[..], &["--fail-on", "medium"]].concat()).code, 1);
}

#[test]
fn a_write_applies_only_what_is_new() {
    let place = place();
    let before = report(&place, &[]);
    add_timeout(&place);
    let ran = place.run(&["--write", "--include-review", "--baseline", &before]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let files = place.files();
    assert!(files["deploy/config.yaml"].ends_with("set_verbose: true\n  request_timeout: 30\n"), "{files:?}");
    assert_eq!(files["deploy/.env"].lines().next(), Some("LITELLM_LOG=DEBUG"));
}

#[test]
fn what_was_written_or_silenced_before_is_not_known() {
    let place = place();
    let ran = place.run(&["--write", "--apply", "all", "--only", "debug_mode", "--format", "json"]);
    let before = place.state.path().join("written.json");
    std::fs::write(&before, &ran.out).unwrap();
    let check = ["--only", "debug_mode", "--baseline", before.to_str().unwrap(), "--fail-on", "low"];
    assert_eq!(place.run(&check).code, 0);
    change(&place, "deploy/config.yaml", |text| text.replace("set_verbose: false", "set_verbose: true"));
    assert_eq!(place.run(&check).code, 1);

    let silence = "  # litellm-fix: ignore[debug_mode] this week\n  set_verbose: true";
    change(&place, "deploy/config.yaml", |text| text.replace("  set_verbose: true", silence));
    let before = report(&place, &["--only", "debug_mode"]);
    let check = ["--only", "debug_mode", "--baseline", &before, "--fail-on", "low"];
    assert_eq!(place.run(&check).code, 0);
    change(&place, "deploy/config.yaml", |text| text.replace(silence, "  set_verbose: true"));
    assert_eq!(place.run(&check).code, 1);
}

#[test]
fn a_file_that_is_no_report_is_refused_with_what_to_give() {
    let place = place();
    let file = place.state.path().join("x");
    let refused = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let ran = place.run(&["--baseline", file.to_str().unwrap()]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{text}");
        assert!(ran.err.contains("--format json"), "{}", ran.err);
        assert!(ran.err.contains(file.to_str().unwrap()), "{}", ran.err);
        ran.err
    };
    assert!(refused("nothing").contains("it is not JSON (line 1, column "));
    assert!(refused("{}").contains("not a report of litellm-fix"));
    assert!(refused("[]").contains("not a report of litellm-fix"));
    let before = report(&place, &[]);
    let whole: String = std::fs::read_to_string(&before).unwrap();
    assert!(refused(&whole.replace("\"version\": 1,", "\"version\": 2,")).contains("version 2"));
    assert!(refused(&whole[..whole.len() / 2]).contains("it is not JSON"));
    assert!(refused(&whole.replace("\"fingerprint\"", "\"finger\"")).contains("no fingerprint"));
    let again = place.run(&["--format", "json", "--baseline", &before]);
    assert!(refused(&again.out).contains("made with a baseline"));
    let ran = place.run(&["--baseline", "missing.json"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    let ran = place.run(&["--baseline", &before, "--baseline-ref", "main"]);
    assert!(ran.code == 2 && ran.err.contains("cannot be used with"), "{}", ran.err);
}

/// What a pull request adds is new, whatever path is given and wherever one stands.
#[test]
fn a_revision_is_a_baseline() {
    let place = repository();
    let root = place.folder.path().to_owned();
    let strict = |folder: &Path, words: &[&str]| {
        Ran::of(command(folder, place.state.path()).args(words).args(["--strict", "--format", "json"]))
    };
    let before = snapshot(&root);
    let ran = strict(&root, &["--baseline-ref", "main"]);
    assert_eq!((ran.code, findings(&json(&ran)).len()), (0, 0), "{}{}", ran.out, ran.err);
    assert!(json(&ran)["baseline"]["known"].as_u64().unwrap() > 2);

    add_timeout(&place);
    git(&root, &["commit", "-aqm", "after"]);
    let deploy = root.join("deploy");
    for (folder, words) in [
        (&root, vec!["--baseline-ref", "HEAD~1"]),
        (&root, vec!["--baseline-ref", "HEAD~1", "deploy"]),
        (&root, vec!["--baseline-ref", "HEAD~1", "deploy/config.yaml"]),
        (&root, vec!["--baseline-ref", "HEAD~1", deploy.to_str().unwrap()]),
        (&deploy, vec!["--baseline-ref", "HEAD~1"]),
        (&deploy, vec!["--baseline-ref", "HEAD~1", ".."]),
        (&deploy, vec!["--baseline-ref", "HEAD~1", "config.yaml"]),
    ] {
        let ran = strict(folder, &words);
        let new = findings(&json(&ran));
        assert_eq!(ran.code, 1, "{words:?}: {}", ran.err);
        assert_eq!(new.len(), 1, "{words:?}: {new:#?}");
        assert_eq!(new[0]["id"], "request_timeout", "{words:?}");
    }
    // A folder that the revision has not is all new.
    std::fs::create_dir(root.join("more")).unwrap();
    std::fs::copy(deploy.join("config.yaml"), root.join("more/config.yaml")).unwrap();
    assert!(!findings(&json(&strict(&root, &["--baseline-ref", "HEAD~1", "more"]))).is_empty());
    // Neither the tree nor the index nor anything else of the repository is touched.
    std::fs::remove_dir_all(root.join("more")).unwrap();
    git(&root, &["reset", "-q", "--hard", "HEAD~1"]);
    let ran = strict(&root, &["--baseline-ref", "main"]);
    assert_eq!(ran.code, 0);
    let mut now = snapshot(&root);
    let ignored = |name: &String| {
        name.starts_with("logs/") || name.contains("ORIG_HEAD") || name.starts_with("objects/")
    };
    now.retain(|name, _| !ignored(name) && name != "index" && name != "COMMIT_EDITMSG");
    let mut then = before;
    then.retain(|name, _| !ignored(name) && name != "index" && name != "COMMIT_EDITMSG");
    assert_eq!(now, then);
}

/// Everything below `.git`.
fn snapshot(root: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    read_all(&root.join(".git"))
}

#[test]
fn a_revision_goes_by_its_own_preferences_and_globs_hold_in_it() {
    let place = repository();
    let root = place.folder.path();
    std::fs::write(root.join(".litellm-fix.yaml"), "ignore: [debug_mode]\n").unwrap();
    git(root, &["add", "."]);
    git(root, &["commit", "-qm", "ignore"]);
    std::fs::remove_file(root.join(".litellm-fix.yaml")).unwrap();
    let new = |more: &[&str]| {
        let ran = place.run(&[&["--baseline-ref", "HEAD", "--format", "json"], more].concat());
        findings(&json(&ran)).iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(new(&[]), ["debug_mode", "debug_mode"]);
    assert_eq!(new(&["--exclude", "deploy/.env", "--ignore", "debug_mode"]), Vec::<String>::new());
}

#[test]
fn a_revision_that_is_none_is_refused() {
    let place = repository();
    for (name, words) in [
        ("nothing-like-this", "git finds no such revision"),
        ("--upload-pack=touch${IFS}/tmp/x", "takes a branch, a tag or a commit"),
        ("-x", "takes a branch, a tag or a commit"),
        ("", "takes a branch, a tag or a commit"),
        ("main\nHEAD", "takes a branch, a tag or a commit"),
    ] {
        let ran = place.run(&[format!("--baseline-ref={name}")]);
        assert_eq!(ran.code, 2, "{name}: {}", ran.err);
        assert!(ran.err.contains(words), "{name}: {}", ran.err);
    }
    let outside = Place::new([("config.yaml", crate::CONFIG)]);
    std::fs::remove_dir(outside.folder.path().join(".git")).unwrap();
    let ran = outside.run(&["--baseline-ref", "main"]);
    assert!(ran.code == 2 && ran.err.contains("not in a git repository"), "{}", ran.err);
    let mut without = command(place.folder.path(), place.state.path());
    let ran = Ran::of(without.env("PATH", ".:bin").args(["--baseline-ref", "main"]));
    assert!(ran.code == 2 && ran.err.contains("not in PATH"), "{}", ran.err);
}

/// A repository of a stranger names programs wherever git knows a place for one: none of them runs, and blobs are taken as stored.
#[cfg(unix)]
#[test]
fn nothing_that_a_repository_names_is_run() {
    use std::os::unix::fs::PermissionsExt;
    let place = repository();
    let root = place.folder.path();
    let mark = place.state.path().join("ran");
    let script = place.state.path().join("evil");
    std::fs::write(&script, format!("#!/bin/sh\ntouch {}\ncat\n", mark.display())).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let evil = script.to_str().unwrap();
    std::fs::write(root.join(".gitattributes"), "* filter=evil diff=evil\n").unwrap();
    git(root, &["add", ".gitattributes"]);
    git(root, &["commit", "-qm", "attributes"]);
    std::fs::create_dir_all(root.join(".git/hooks")).unwrap();
    for hook in
        ["post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"]
    {
        std::fs::copy(&script, root.join(".git/hooks").join(hook)).unwrap();
    }
    for (key, value) in [
        ("core.fsmonitor", evil),
        ("core.pager", evil),
        ("core.sshCommand", evil),
        ("core.editor", evil),
        ("core.askPass", evil),
        ("core.alternateRefsCommand", evil),
        ("pager.ls-tree", evil),
        ("pager.cat-file", evil),
        ("alias.ls-tree", &format!("!{evil}")),
        ("alias.cat-file", &format!("!{evil}")),
        ("alias.rev-parse", &format!("!{evil}")),
        ("filter.evil.smudge", evil),
        ("filter.evil.clean", evil),
        ("filter.evil.process", evil),
        ("filter.evil.required", "true"),
        ("diff.evil.textconv", evil),
        ("diff.evil.command", evil),
        ("diff.external", evil),
        ("credential.helper", evil),
        ("remote.origin.url", &format!("ext::{evil}")),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialclonefilter", "blob:none"),
        ("protocol.ext.allow", "always"),
        ("extensions.partialClone", "origin"),
        ("core.repositoryFormatVersion", "1"),
    ] {
        git(root, &["config", key, value]);
    }
    let ran = place.run(&["--baseline-ref", "main", "--strict"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(!mark.exists());
    // What a partial clone lacks is not fetched.
    let blob = git(root, &["rev-parse", "main:deploy/config.yaml"]);
    let (head, tail) = blob.trim().split_at(2);
    std::fs::remove_file(root.join(".git/objects").join(head).join(tail)).unwrap();
    let ran = place.run(&["--baseline-ref", "main"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("git has no deploy/config.yaml of main here"), "{}", ran.err);
    assert!(!mark.exists());
}

#[test]
fn the_environment_does_not_lead_git_elsewhere() {
    let place = repository();
    let mut run = command(place.folder.path(), place.state.path());
    run.env("GIT_DIR", "/nowhere").env("GIT_INDEX_FILE", "/nowhere").env("GIT_OBJECT_DIRECTORY", "/nowhere");
    run.env("TMPDIR", place.state.path()).args(["--baseline-ref", "main", "--strict"]);
    let ran = Ran::of(&mut run);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let left = std::fs::read_dir(place.state.path()).unwrap().flatten();
    let left: Vec<_> =
        left.filter(|one| one.file_name().to_string_lossy().starts_with("litellm-fix-")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_same_findings_as_a_report_of_that_revision() {
    let place = repository();
    let before = report(&place, &[]);
    add_timeout(&place);
    let of_report = json(&place.run(&["--format", "json", "--baseline", &before]));
    let of_revision = json(&place.run(&["--format", "json", "--baseline-ref", "HEAD"]));
    assert_eq!(fingerprints_of(&of_report), fingerprints_of(&of_revision));
    assert_eq!(of_report["baseline"], of_revision["baseline"]);
}
