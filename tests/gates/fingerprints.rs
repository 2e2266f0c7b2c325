//! A finding keeps its fingerprint however the path is typed, wherever one stands, and whatever else moves.

use std::path::Path;

use crate::common::{Place, Ran, command};
use crate::{change, findings, fingerprints_of, json, place};

fn run(place: &Place, folder: &Path, words: &[&str]) -> serde_json::Value {
    json(&Ran::of(command(folder, place.state.path()).args(words).args(["--format", "json", "--exit-zero"])))
}

fn demo() -> Place {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let files = crate::common::read_all(&demo);
    Place::new(files.into_iter().map(|(name, bytes)| (format!("deploy/{name}"), bytes)))
}

#[test]
fn every_spelling_of_a_path_gives_the_same() {
    for place in [place(), demo()] {
        let root = place.folder.path();
        let deploy = root.join("deploy");
        let expected = fingerprints_of(&run(&place, root, &[]));
        assert!(expected.len() > 3);
        let mut unique = expected.clone();
        unique.dedup();
        assert_eq!(unique, expected, "two findings of one name");
        let absolute = deploy.to_str().unwrap();
        let dotted = format!("{absolute}/../deploy/.");
        for (folder, path) in [
            (root, "."),
            (root, "./"),
            (root, "deploy"),
            (root, "./deploy"),
            (root, "deploy/"),
            (root, root.to_str().unwrap()),
            (root, absolute),
            (root, &dotted),
            (deploy.as_path(), "."),
            (deploy.as_path(), ".."),
            (deploy.as_path(), "../deploy"),
            (Path::new("/"), absolute),
        ] {
            assert_eq!(
                fingerprints_of(&run(&place, folder, &[path])),
                expected,
                "{path} in {}",
                folder.display()
            );
        }
    }
}

#[test]
fn a_file_named_alone_gives_what_the_whole_gives() {
    let place = place();
    let root = place.folder.path();
    let all = fingerprints_of(&run(&place, root, &[]));
    for file in ["deploy/config.yaml", "./deploy/config.yaml", "deploy/.env", "deploy/compose.yaml"] {
        let named = run(&place, root, &[file]);
        let some = fingerprints_of(&named);
        assert!(!some.is_empty(), "{file}");
        let other: Vec<_> = findings(&named)
            .into_iter()
            .filter(|one| !all.contains(&one["fingerprint"].as_str().unwrap().to_owned()))
            .collect();
        assert!(other.is_empty(), "{file}: {other:#?}");
    }
}

#[test]
fn what_moves_beside_it_changes_nothing() {
    let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: litellm\ndata:\n  config.yaml: |\n    model_list:\n      - model_name: a\n        litellm_params: {model: openai/a}\n      - model_name: b\n        litellm_params: {model: openai/b, rpm: many}\n    litellm_settings:\n      set_verbose: true\n";
    let place = Place::new([("k8s/all.yaml", manifest)]);
    let root = place.folder.path().to_owned();
    let expected = fingerprints_of(&run(&place, &root, &[]));
    assert!(expected.len() > 1, "{expected:?}");
    change(&place, "k8s/all.yaml", |text| {
        format!("# a line\n\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: ai\n---\n{text}")
    });
    assert_eq!(fingerprints_of(&run(&place, &root, &[])), expected, "a document before");
    change(&place, "k8s/all.yaml", |text| {
        text.replace(
            "      - model_name: a\n",
            "      - model_name: c\n        litellm_params: {model: openai/c}\n      - model_name: a\n",
        )
    });
    assert_eq!(fingerprints_of(&run(&place, &root, &[])), expected, "an entry before");
}

#[test]
fn what_several_installations_share_is_another_finding_for_each() {
    let service = |name: &str| {
        format!(
            "  {name}:\n    image: ghcr.io/berriai/litellm:v1.80.15\n    env_file: .env\n    volumes: [./{name}.yaml:/app/config.yaml]\n    command: [\"--config\", \"/app/config.yaml\"]\n"
        )
    };
    let place = Place::new([
        ("compose.yaml", format!("services:\n{}{}", service("one"), service("two"))),
        ("one.yaml", crate::CONFIG.to_owned()),
        ("two.yaml", crate::CONFIG.to_owned()),
        (".env", "LITELLM_LOG=DEBUG\n".to_owned()),
    ]);
    let root = place.folder.path();
    let report = run(&place, root, &["--only", "debug_mode"]);
    let found = findings(&report);
    assert!(found.len() >= 2 && found.iter().all(|one| one["file"] == ".env"), "{found:#?}");
    assert_ne!(found[0]["fingerprint"], found[1]["fingerprint"]);
    let alone = fingerprints_of(&run(&place, root, &["--only", "debug_mode", "one.yaml"]));
    assert!(alone.iter().all(|one| fingerprints_of(&report).contains(one)), "{alone:?}");
}

/// Two repositories side by side: each finding has the name that it has in its own, as far as they can be told apart.
#[test]
fn repositories_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let state = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        std::fs::create_dir_all(folder.path().join(name).join(".git")).unwrap();
        std::fs::write(folder.path().join(name).join("config.yaml"), crate::CONFIG).unwrap();
    }
    let run = |paths: &[&str]| {
        json(&Ran::of(command(folder.path(), state.path()).args(paths).args([
            "--format",
            "json",
            "--exit-zero",
        ])))
    };
    let both = fingerprints_of(&run(&["a", "b"]));
    let mut unique = both.clone();
    unique.dedup();
    assert_eq!(unique, both);
    assert!(fingerprints_of(&run(&["a"])).iter().all(|one| both.contains(one)));
    assert_eq!(fingerprints_of(&run(&["a"])), fingerprints_of(&run(&["b"])));
}
