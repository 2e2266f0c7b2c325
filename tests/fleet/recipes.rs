//! The recipes for many repositories: their commands are run, and what others read of them is read.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use yaml_rust2::{Yaml, YamlLoader};

use super::{CONFIG, Fleet, lines, names};
use crate::common::{self, Ran};
use crate::tools::{skipped, tool};

const RECIPES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/recipes");

/// Repositories, and the list of them.
fn fleet() -> Fleet {
    let fleet =
        Fleet::new(&["all/a", "all/b", "all/c", "all/d", "all/none"], &[("all/none/x.md", "nothing\n")]);
    for name in ["a", "b", "c", "d"] {
        fleet.write(&format!("all/{name}/config.yaml"), CONFIG);
    }
    fleet.write("repositories.txt", "all/a\nall/b\nall/c\nall/d\nall/none\n");
    fleet
}

fn recipe(name: &str) -> String {
    fs::read_to_string(format!("{RECIPES}/{name}")).unwrap()
}

fn yaml(name: &str) -> Yaml {
    YamlLoader::load_from_str(&recipe(name)).unwrap().remove(0)
}

/// The script in a shell that finds the program, and scripts of these names and texts.
fn shell(fleet: &Fleet, folder: &Path, script: &str, env: &[(&str, &str)], programs: &[(&str, &str)]) -> Ran {
    common::shell(folder, fleet.state.path(), script, env, programs)
}

/// The commands of a job that call the program.
fn commands(steps: &Yaml) -> Vec<String> {
    let of = |step: &Yaml| step["run"].as_str().or(step.as_str()).map(str::to_owned);
    let all = steps.as_vec().unwrap().iter().filter_map(of);
    all.filter(|command| command.starts_with("litellm-fix ")).collect()
}

fn whole(fleet: &Fleet, files: &[String]) {
    let mut all: Vec<String> = Vec::new();
    for file in files {
        all.extend(names(&lines(&fleet.read(file))).into_iter().map(str::to_owned));
    }
    all.sort();
    assert_eq!(all, ["all/a", "all/b", "all/c", "all/d", "all/none"]);
    assert!(fleet.read("report.html").contains("LiteLLM in 5 repositories"));
}

/// Stands in for what clones: says what is to be cloned.
const CLONES: &str = r#"printf '%s\n' "$*" >>"$CLONED"; [ "$3" != all/c ]"#;

#[test]
fn the_matrix_of_github() {
    let fleet = fleet();
    let all = yaml("fleet-github.yml");
    let job = &all["jobs"]["judge"];
    let shares = job["strategy"]["matrix"]["shard"].as_vec().unwrap().len();
    assert_eq!(job["env"]["LITELLM_FIX_SHARD_INDEX"].as_str(), Some("${{ strategy.job-index }}"));
    let cloned = fleet.path("cloned");
    let mut files = Vec::new();
    for index in 0..shares {
        let [clone, judge] = commands(&job["steps"]).try_into().unwrap();
        let env = [
            ("LITELLM_FIX_SHARD_INDEX", &*index.to_string()),
            ("LITELLM_FIX_SHARDS", &*shares.to_string()),
            ("CLONED", cloned.to_str().unwrap()),
        ];
        let ran = shell(&fleet, fleet.folder.path(), &clone, &env, &[("gh", CLONES)]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let ran = shell(&fleet, fleet.folder.path(), &judge, &env, &[]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        files.push(format!("results/results-{index}/results.jsonl"));
        fleet.write(&files[index], &fleet.read("results.jsonl"));
    }
    let mut told: Vec<String> = fleet.read("cloned").lines().map(str::to_owned).collect();
    told.sort();
    assert_eq!(told.len(), 5);
    assert_eq!(told[0], "repo clone all/a all/a -- --quiet --depth 1");
    let summary = fleet.path("summary.md");
    for command in commands(&all["jobs"]["report"]["steps"]) {
        let env = [("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
        let ran = shell(&fleet, fleet.folder.path(), &command, &env, &[]);
        assert_eq!(ran.code, 0, "{command}: {}", ran.err);
    }
    assert!(fs::read_to_string(summary).unwrap().starts_with("# LiteLLM in all repositories\n"));
    whole(&fleet, &files);
}

#[test]
fn the_parallel_jobs_of_gitlab() {
    let fleet = fleet();
    let all = yaml("fleet-gitlab.yml");
    let shares = all["judge"]["parallel"].as_i64().unwrap();
    for index in 1..=shares {
        let env = [("CI_NODE_INDEX", &*index.to_string()), ("CI_NODE_TOTAL", &*shares.to_string())];
        let judge = commands(&all["judge"]["script"]).pop().unwrap();
        let ran = shell(&fleet, fleet.folder.path(), &judge, &env, &[]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let [report] = commands(&all["report"]["script"]).try_into().unwrap();
    assert_eq!(shell(&fleet, fleet.folder.path(), &report, &[], &[]).code, 0);
    whole(&fleet, &(1..=shares).map(|index| format!("results-{index}.jsonl")).collect::<Vec<_>>());
}

#[test]
fn the_job_of_kubernetes() {
    let fleet = fleet();
    let all = yaml("fleet-kubernetes.yaml");
    let container = &all["spec"]["template"]["spec"]["containers"][0];
    let shares = all["spec"]["completions"].as_i64().unwrap();
    assert_eq!(container["env"][0]["value"].as_str(), Some(&*shares.to_string()));
    let script = container["args"][0].as_str().unwrap();
    let results = fleet.path("");
    // The second pod of a share goes on; another Job begins anew.
    for (round, run) in ["one", "one", "two"].into_iter().enumerate() {
        if round == 2 {
            fleet.write("all/a/config.yaml", "model_list: []\n");
        }
        for index in 0..shares {
            let env = [
                ("JOB_COMPLETION_INDEX", &*index.to_string()),
                ("LITELLM_FIX_SHARDS", &*shares.to_string()),
                ("RESULTS", results.to_str().unwrap()),
                ("RUN", run),
            ];
            let ran = shell(&fleet, fleet.folder.path(), script, &env, &[]);
            assert_eq!(ran.code, 0, "{round} {index}: {}", ran.err);
        }
    }
    let [one, files] = ["one", "two"]
        .map(|run| (0..shares).map(|index| format!("{run}/{index}.jsonl")).collect::<Vec<String>>());
    let told = |files: &[String]| files.iter().map(|file| fleet.read(file)).collect::<String>();
    assert_ne!(told(&one), told(&files));
    let made: Vec<&str> = files.iter().map(String::as_str).collect();
    let ran = fleet.run(&[&["report", "--format", "html", "--output", "report.html"][..], &made].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    whole(&fleet, &files);
}

/// The real kubectl reads it into the types of its release, which drop what they do not know, and writes it again.
#[test]
fn kubectl_knows_every_field_of_the_job() {
    if skipped() {
        return;
    }
    for name in ["kubectl-1.32", "kubectl-1.37"] {
        let mut command = tool(name, Path::new(RECIPES));
        command.args(["annotate", "--local", "-o", "yaml", "-f"]).arg("fleet-kubernetes.yaml");
        let ran = command.arg("read=yes").stdin(Stdio::null()).output().unwrap();
        assert!(ran.status.success(), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
        let read = YamlLoader::load_from_str(&String::from_utf8(ran.stdout).unwrap()).unwrap().remove(0);
        is_in(&yaml("fleet-kubernetes.yaml"), &read, name);
    }
}

fn is_in(wanted: &Yaml, found: &Yaml, at: &str) {
    match wanted {
        Yaml::Hash(entries) => entries.iter().for_each(|(key, value)| {
            let key = key.as_str().unwrap();
            is_in(value, &found[key], &format!("{at}.{key}"));
        }),
        Yaml::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| is_in(item, &found[index], &format!("{at}[{index}]")));
        }
        other => assert_eq!(other, found, "{at}"),
    }
}

/// Stands in for GNU parallel: one after the other, with `{}` filled in.
const PARALLEL: &str = r#"
while [ "$1" != litellm-fix ]; do shift; done
failed=0
while read -r line; do "${@//\{\}/$line}" </dev/null || failed=$((failed + 1)); done
exit "$failed""#;

#[test]
fn parallel_runs_the_shares() {
    for broken in [false, true] {
        let fleet = fleet();
        if broken {
            fleet.write("all/b/.litellm-fix.yaml", "nonsense: 1\n");
        }
        let script = format!("bash {RECIPES}/fleet-parallel.sh repositories.txt 3");
        let ran = shell(&fleet, fleet.folder.path(), &script, &[], &[("parallel", PARALLEL)]);
        assert_eq!(ran.code, i32::from(broken), "{}{}", ran.out, ran.err);
        whole(&fleet, &(1..=3).map(|index| format!("results-{index}.jsonl")).collect::<Vec<_>>());
    }
}

#[test]
fn multi_gitter_runs_its_script_in_each_clone() {
    let fleet = fleet();
    for name in ["a", "none"] {
        let folder = fleet.path(&format!("all/{name}"));
        let ran = shell(&fleet, &folder, &format!("{RECIPES}/multi-gitter.sh"), &[], &[]);
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
    }
    assert_ne!(fleet.read("all/a/config.yaml"), CONFIG);
    fleet.write("all/b/.litellm-fix.yaml", "nonsense: 1\n");
    let ran = shell(&fleet, &fleet.path("all/b"), &format!("{RECIPES}/multi-gitter.sh"), &[], &[]);
    assert_eq!(ran.code, 2);
}

/// Stands in for turbolift: runs what follows `foreach --` in each clone.
const TURBOLIFT: &str = r#"
printf '%s\n' "$1" >>"$CLONED"
[ "$1" = foreach ] || exit 0
shift 2
for clone in all/*/; do (cd "$clone" && "$@"); done"#;

#[test]
fn a_campaign_of_turbolift() {
    let fleet = fleet();
    let cloned = fleet.path("told");
    let env = [("CLONED", cloned.to_str().unwrap())];
    let script = format!("bash {RECIPES}/turbolift.sh");
    let ran = shell(&fleet, fleet.folder.path(), &script, &env, &[("turbolift", TURBOLIFT)]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(fleet.read("told"), "clone\nforeach\ncommit\ncreate-prs\n");
    assert!(["a", "b", "c", "d"].iter().all(|name| fleet.read(&format!("all/{name}/config.yaml")) != CONFIG));
}

#[test]
fn renovate_runs_a_command_that_writes() {
    let fleet = fleet();
    let all: serde_json::Value = serde_json::from_str(&recipe("renovate.json")).unwrap();
    let commands = all["packageRules"][0]["postUpgradeTasks"]["commands"].as_array().unwrap();
    for command in commands {
        let ran = shell(&fleet, &fleet.path("all/a"), command.as_str().unwrap(), &[], &[]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    assert_ne!(fleet.read("all/a/config.yaml"), CONFIG);
}

/// As they stand there, one after the other.
#[test]
fn the_examples_of_the_readme() {
    let fleet = fleet();
    fs::rename(fleet.path("all"), fleet.path("clones")).unwrap();
    fleet.write("repositories.txt", &fleet.read("repositories.txt").replace("all/", "clones/"));
    let readme = include_str!("../../README.md");
    let start = readme.find("```sh\nlitellm-fix clones ").unwrap() + "```sh\n".len();
    let block = readme[start..].split("```").next().unwrap();
    assert_eq!(block.lines().count(), 6);
    for line in block.lines() {
        let ran = shell(&fleet, fleet.folder.path(), line, &[], &[]);
        assert!([0, 1].contains(&ran.code), "{line}: {}{}", ran.out, ran.err);
    }
    assert_eq!(lines(&fleet.read("results.jsonl")).len(), 5);
    assert!(fleet.read("report.html").contains("LiteLLM in 5 repositories"));
    assert_ne!(fleet.read("clones/a/config.yaml"), CONFIG);
}
