//! What programs of others make of the reports.

use std::process::Command;

use crate::common::Place;
use crate::venv::{multitool, passes, program, skipped};
use crate::{json, place, write};

const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas");

/// Deployments with something of each kind to say: findings, problems, odd names, nothing.
fn places() -> Vec<Place> {
    let broken = place();
    write(&broken, "deploy/config2.yaml", "model_list:\n  - model_name: a\n b: [\n");
    let odd = Place::new([("a b/ä%[x](y).yaml", crate::CONFIG)]);
    vec![place(), broken, odd, Place::new([("readme.txt", "nothing")])]
}

/// The reports of all of them, of previews and of writes, as files.
fn reports(format: &str) -> Vec<(Place, String)> {
    let run = |place: Place, words: &[&str]| {
        let report = format!("{format}=report.{format}");
        let ran = place.run(&[words, &["--output", &report]].concat());
        assert!([0, 1, 3, 4].contains(&ran.code), "{}", ran.err);
        let path = place.folder.path().join(format!("report.{format}"));
        (place, path.to_str().unwrap().to_owned())
    };
    let previews = places().into_iter().map(|place| run(place, &["--apply", "all"]));
    previews.chain(places().into_iter().map(|place| run(place, &["--write"]))).collect()
}

#[test]
fn sarif_fits_its_schema_and_is_read_back() {
    if skipped() {
        return;
    }
    let reports = reports("sarif");
    let files: Vec<&String> = reports.iter().map(|(_, file)| file).collect();
    let schema = format!("{SCHEMAS}/sarif-2.1.0.json");
    passes(program("check-jsonschema").args(["--schemafile", &schema]).args(&files));
    for (_, file) in &reports {
        let log = json(&std::fs::read_to_string(file).unwrap());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let told = passes(program("sarif").args(["summary", file]));
        for level in ["error", "warning", "note"] {
            let count = results.iter().filter(|result| result["level"] == level).count();
            assert!(told.contains(&format!("{level}: {count}\n")), "{level} {count}: {told}");
        }
    }
    let Some(tool) = multitool() else { return };
    let told = passes(Command::new(tool).arg("validate").args(&files));
    // It has no address yet.
    let others = told.lines().filter(|line| line.contains("SARIF") && line.contains("): "));
    let others: Vec<&str> =
        others.filter(|line| !line.contains("SARIF2005") && !line.contains("SARIF Multitool")).collect();
    assert!(others.is_empty(), "{}", others.join("\n"));
}

#[test]
fn lines_of_repositories_fit_their_schema() {
    if skipped() {
        return;
    }
    let mut lines = Vec::new();
    for place in places() {
        for words in [&["--apply", "all"][..], &["--write"]] {
            lines.extend(
                place.run(&[&["--format", "jsonl"][..], words].concat()).out.lines().map(str::to_owned),
            );
        }
    }
    lines.extend(places()[0].run(&["--format", "jsonl", "gone"]).out.lines().map(str::to_owned));
    assert_eq!(lines.len(), 9);
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = (0..lines.len()).map(|at| folder.path().join(format!("{at}.json"))).collect();
    files.iter().zip(&lines).for_each(|(file, line)| std::fs::write(file, line).unwrap());
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fleet.schema.json");
    passes(program("check-jsonschema").args(["--schemafile", schema]).args(&files));
}

#[test]
fn gitlab_fits_its_schema() {
    if skipped() {
        return;
    }
    let reports = reports("gitlab");
    let schema = format!("{SCHEMAS}/gitlab-code-quality.json");
    passes(
        program("check-jsonschema")
            .args(["--schemafile", &schema])
            .args(reports.iter().map(|(_, file)| file)),
    );
    for (_, file) in &reports {
        let issues = json(&std::fs::read_to_string(file).unwrap());
        let mut names: Vec<&str> =
            issues.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "GitLab takes equal fingerprints for one issue");
    }
}

#[test]
fn json_fits_its_schema() {
    if skipped() {
        return;
    }
    let reports = reports("json");
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/report.schema.json");
    passes(
        program("check-jsonschema").args(["--schemafile", schema]).args(reports.iter().map(|(_, file)| file)),
    );
}

/// What the reader of preferences takes and refuses (`tests/rules.rs`), the schema takes and refuses too.
#[test]
fn preferences_fit_their_schema() {
    if skipped() {
        return;
    }
    let place = place();
    let schema = place.run(&["preferences", "schema"]);
    assert_eq!(schema.code, 0, "{}", schema.err);
    write(&place, "schema.json", &schema.out);
    let schema = place.folder.path().join("schema.json");
    let schema = schema.to_str().unwrap();
    passes(program("check-jsonschema").args(["--check-metaschema", schema]));
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |kind: &str| -> Vec<_> {
        let files = std::fs::read_dir(root.join("tests/preferences").join(kind)).unwrap();
        files.map(|file| file.unwrap().path()).collect()
    };
    let rules = root.join("tests/rules/.litellm-fix.yaml");
    passes(program("check-jsonschema").args(["--schemafile", schema]).args(files("good")).arg(rules));
    let bad = files("bad");
    let ran =
        program("check-jsonschema").args(["-o", "json", "--schemafile", schema]).args(&bad).output().unwrap();
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    for file in &bad {
        assert!(told.contains(file.to_str().unwrap()), "{} fits: {told}", file.display());
    }
}

/// What a review writes down, what the README shows, and what the reader refuses.
#[test]
fn decisions_fit_their_schema() {
    if skipped() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let readme = include_str!("../../README.md");
    let shown = readme.split("### Decisions that replay").nth(1).unwrap().split("```yaml\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/decisions.schema.json");
    passes(program("check-jsonschema").args(["--check-metaschema", schema]));
    passes(program("check-jsonschema").args(["--schemafile", schema]).arg(write("shown.yaml", shown)));
    for (at, (right, wrong)) in [
        ("version: 1", "version: 2"),
        ("    by: Jana", "    from: Jana"),
        ("answer: yes", "answer: maybe"),
        ("2099-06-30", "soon"),
        ("    state: unset\n", ""),
    ]
    .iter()
    .enumerate()
    {
        let file = write(&format!("{at}.yaml"), &shown.replace(right, wrong));
        let ran = program("check-jsonschema").args(["--schemafile", schema]).arg(file).output().unwrap();
        assert!(!ran.status.success(), "{wrong}");
    }
}
