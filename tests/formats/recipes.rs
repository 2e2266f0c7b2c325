//! The recipes in `docs/recipes`: fit for what reads them, and their commands run in a repository with a pull request.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use yaml_rust2::{Yaml, YamlLoader};

use crate::common::{self, Place, Ran};
use crate::venv::{passes, program, renovate, skipped};
use crate::{git, json, read, repository, write};

const RECIPES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/recipes");

#[test]
fn they_fit_what_reads_them() {
    if skipped() {
        return;
    }
    for (schema, file) in [("vendor.github-workflows", "github.yml"), ("vendor.gitlab-ci", "gitlab.yml")] {
        let file = format!("{RECIPES}/{file}");
        passes(program("check-jsonschema").args(["--builtin-schema", schema, &file]));
    }
    passes(program("pre-commit").args(["validate-config", &format!("{RECIPES}/pre-commit-config.yaml")]));
    let hooks = concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml");
    passes(program("pre-commit").args(["validate-manifest", hooks]));
}

/// A repository whose branch `change` brings a critical or high finding to the `main` of `origin`.
pub fn pull_request() -> Place {
    let place = repository();
    let folder = place.folder.path();
    git(folder, &["update-ref", "refs/remotes/origin/main", "main"]);
    git(folder, &["checkout", "-q", "-b", "change"]);
    let config = read(&place, "deploy/config.yaml")
        .replace("  retry_policy", "  callbacks: [prometheuss]\n  retry_policy");
    write(&place, "deploy/config.yaml", &config);
    let compose = read(&place, "deploy/compose.yaml").replace(
        "    env_file",
        "    environment: [LITELLM_DONT_SHOW_FEEDBACK_BOX=1, DEBUG_LITELLM=1]\n    env_file",
    );
    write(&place, "deploy/compose.yaml", &compose);
    git(folder, &["commit", "-q", "-a", "-m", "change"]);
    place
}

/// The script in a shell that finds the program, and scripts of this name and text.
pub fn shell(place: &Place, script: &str, env: &[(&str, &str)], programs: &[(&str, &str)]) -> Ran {
    common::shell(place.folder.path(), place.state.path(), script, env, programs)
}

/// The commands of a recipe that call the program.
fn commands(file: &str, job: &str, list: &str) -> Vec<String> {
    let text = fs::read_to_string(format!("{RECIPES}/{file}")).unwrap();
    let all = YamlLoader::load_from_str(&text).unwrap().remove(0);
    let job = if job.is_empty() { &all["litellm-fix"] } else { &all[job]["litellm-fix"] };
    let of = |step: &Yaml| step["run"].as_str().or(step.as_str()).map(str::to_owned);
    let commands = job[list].as_vec().unwrap().iter().filter_map(of);
    commands.filter(|command| command.starts_with("litellm-fix ")).collect()
}

#[test]
fn the_workflow_of_github_annotates_summarises_and_comments() {
    let place = pull_request();
    let summary = place.state.path().join("summary.md");
    let env = [("GITHUB_BASE_REF", "main"), ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let [command] = commands("github.yml", "jobs", "steps").try_into().unwrap();
    let ran = shell(&place, &command, &env, &[]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.lines().all(|line| line.starts_with("::")) && ran.out.contains("prometheuss"),
        "{}",
        ran.out
    );
    let comment = read(&place, "comment.md");
    assert!(comment.contains(" new finding") && comment.contains("prometheuss"), "{comment}");
    assert_eq!(fs::read_to_string(&summary).unwrap().trim_end(), comment.trim_end());
    let log = json(&read(&place, "litellm-fix.sarif"));
    assert_eq!(log["runs"][0]["invocations"][0]["exitCode"], 1);
    // What the branch brings is all that is told.
    git(place.folder.path(), &["checkout", "-q", "main"]);
    let ran = shell(&place, &command, &env, &[]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}{}", ran.out, ran.err);
    assert!(read(&place, "comment.md").contains("nothing new to fix"));
}

/// Stands in for `gh api`: keeps one comment in a file, and answers what is asked for it.
const GH: &str = r#"
printf '%s\n' "$*" >>"$KEPT.calls"
[ "$1" = api ]
case "$*" in
  *PATCH*repos/o/r/issues/comments/7*|*POST*repos/o/r/issues/12/comments*)
    for word; do case "$word" in body=@*) cat "${word#body=@}" >"$KEPT" ;; esac; done ;;
  *repos/o/r/issues/12/comments*) if [ -f "$KEPT" ] && head -n 1 "$KEPT" | grep -q '^<!-- litellm-fix -->'; then echo 7; echo 9; fi ;;
  *) exit 1 ;;
esac"#;

#[test]
fn the_comment_is_written_once_and_updated_then() {
    let place = pull_request();
    let kept = place.state.path().join("kept");
    let env = [("GITHUB_REPOSITORY", "o/r"), ("PULL_REQUEST", "12"), ("KEPT", kept.to_str().unwrap())];
    for (text, told) in [
        ("<!-- litellm-fix -->\none\n", "wrote a comment\n"),
        ("<!-- litellm-fix -->\ntwo\n", "updated comment 7\n"),
    ] {
        write(&place, "comment.md", text);
        let ran = shell(&place, &format!("bash {RECIPES}/comment.sh comment.md"), &env, &[("gh", GH)]);
        assert_eq!((ran.code, ran.out.as_str()), (0, told), "{}", ran.err);
        assert_eq!(fs::read_to_string(&kept).unwrap(), text);
    }
}

#[test]
fn the_job_of_gitlab_writes_a_code_quality_report() {
    let place = pull_request();
    let base = git(place.folder.path(), &["rev-parse", "main"]);
    let env = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.trim())];
    let [command] = commands("gitlab.yml", "", "script").try_into().unwrap();
    let ran = shell(&place, &command, &env, &[]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let issues = json(&read(&place, "gl-code-quality-report.json"));
    let issues = issues.as_array().unwrap();
    assert!(
        issues.iter().any(|issue| issue["description"].as_str().unwrap().contains("prometheuss")),
        "{issues:?}"
    );
    assert!(issues.iter().all(|issue| issue["location"]["path"].as_str().unwrap().starts_with("deploy/")));
    assert!(read(&place, "comment.md").starts_with("<!-- litellm-fix -->\n"));
}

/// Stands in for reviewdog: keeps what it is given.
const REVIEWDOG: &str = r#"printf '%s\n' "$@" >"$KEPT.words"; cat >"$KEPT""#;

#[test]
fn reviewdog_gets_a_log_and_the_revision() {
    let place = pull_request();
    let kept = place.state.path().join("kept");
    let env = [("KEPT", kept.to_str().unwrap())];
    let ran = shell(
        &place,
        &format!("bash {RECIPES}/reviewdog.sh origin/main deploy"),
        &env,
        &[("reviewdog", REVIEWDOG)],
    );
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let words = fs::read_to_string(format!("{}.words", kept.display())).unwrap();
    assert!(words.contains("-f=sarif\n") && words.contains("-diff=git diff origin/main\n"), "{words}");
    let log = json(&fs::read_to_string(&kept).unwrap());
    assert!(!log["runs"][0]["results"].as_array().unwrap().is_empty());
}

#[test]
fn pre_commit_stops_a_commit_that_brings_something() {
    if skipped() {
        return;
    }
    let place = repository();
    let folder = place.folder.path();
    fs::copy(format!("{RECIPES}/pre-commit-config.yaml"), folder.join(".pre-commit-config.yaml")).unwrap();
    git(folder, &["add", "."]);
    let run = || {
        let mut pre_commit = program("pre-commit");
        let own = Path::new(env!("CARGO_BIN_EXE_litellm-fix")).parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap();
        let path = std::env::join_paths([own].into_iter().chain(std::env::split_paths(&path))).unwrap();
        pre_commit.current_dir(folder).env("PATH", path).env("LITELLM_FIX_STATE_DIR", place.state.path());
        Ran::of(pre_commit.args(["run", "--color", "never"]))
    };
    let ran = run();
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("Skipped"), "{}", ran.out);
    let config = read(&place, "deploy/config.yaml");
    write(&place, "deploy/config.yaml", &format!("{config}  # nothing new\n"));
    git(folder, &["add", "."]);
    let ran = run();
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("Passed"), "{}", ran.out);
    write(
        &place,
        "deploy/config.yaml",
        &config.replace("  retry_policy", "  callbacks: [prometheuss]\n  retry_policy"),
    );
    git(folder, &["add", "."]);
    let ran = run();
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("prometheuss"), "{}", ran.out);
}

#[test]
fn renovate_knows_its_configuration() {
    if skipped() {
        return;
    }
    let Some(mut validator) = renovate() else { return };
    let place =
        Place::new([("renovate.json", fs::read_to_string(format!("{RECIPES}/renovate.json")).unwrap())]);
    let told = passes(validator.current_dir(place.folder.path()).arg("renovate.json"));
    assert!(told.contains("validated successfully"), "{told}");
    // It does look: a wrong word is one.
    let wrong = read(&place, "renovate.json").replace("fileFilters", "fileFilterz");
    write(&place, "renovate.json", &wrong);
    let ran = validator.output().unwrap();
    assert!(!ran.status.success() || String::from_utf8_lossy(&ran.stdout).contains("Invalid"), "{ran:?}");
}
