//! The registry and the table of settings fit together.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails like the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

mod common;

use litellm_fix::plan::{Area, Bounds, Parameter, Transform};
use litellm_fix::project::settings::{self, LATE_VARIABLES};
use litellm_fix::project::{At, Place, Project, Scope, Told, Version, Walk};
use litellm_fix::transforms::registry;

#[test]
fn each_setting_has_one_row_and_one_owner() {
    let mut rows = BTreeMap::new();
    for setting in settings::all() {
        assert!(rows.insert(setting.name, setting).is_none(), "{} has two rows", setting.name);
        assert!(!setting.homes.is_empty(), "{} is read nowhere", setting.name);
    }
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for transform in registry() {
        for name in transform.meta.settings {
            assert!(rows.contains_key(name), "{}: there is no setting {name}", transform.meta.id);
            let other = owners.insert(name, transform.meta.id);
            assert_eq!(other, None, "{name} is owned by {} too", transform.meta.id);
        }
    }
}

/// What is known about one topic has one name: the folder of its transforms is called as the file with the rows of their settings.
#[test]
fn each_transform_stands_with_the_topic_of_its_settings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rows = |topic: &str| {
        std::fs::read_to_string(root.join(format!("src/project/settings/rows/{topic}.rs")))
            .unwrap_or_default()
    };
    let registered = registry();
    for transform in &registered {
        let (id, topic) = (transform.meta.id, transform.topic);
        let rows = rows(topic);
        for name in transform.meta.settings {
            assert!(rows.contains(&format!("\"{name}\"")), "{id}: the row of {name} is not one of {topic}");
        }
    }
    let pages: BTreeSet<PathBuf> = common::pages().into_iter().collect();
    let known =
        registered.iter().map(|one| root.join(format!("transforms/{}/{}.md", one.topic, one.meta.id)));
    assert_eq!(pages, known.collect());
}

#[test]
fn each_row_is_known_from_a_page_a_run_or_a_test_that_exists() {
    for setting in settings::all() {
        let (name, evidence) = (setting.name, setting.evidence);
        let Some((file, test)) = evidence.split_once(": ").filter(|_| evidence.starts_with("tests/")) else {
            assert!(evidence.contains("https://") || evidence.starts_with("run on LiteLLM 1."), "{name}");
            continue;
        };
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        assert!(text.contains(&format!("#[test]\nfn {test}()")), "{name}: {evidence}");
    }
}

/// An installation with an env file, of a release that the files do not tell, or of this one.
fn project(version: Told) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    let config =
        "model_list: []\ngeneral_settings:\n  alerting: []\nenvironment_variables:\n  LANGFUSE_HOST: a\n";
    std::fs::write(folder.path().join("config.yaml"), config).unwrap();
    std::fs::write(folder.path().join(".env"), "OPENAI_API_KEY=sk-test\n").unwrap();
    let service = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:main-latest\n    env_file: .env\n    volumes: [\"./config.yaml:/app/config.yaml\"]\n";
    std::fs::write(folder.path().join("compose.yaml"), service).unwrap();
    let paths = vec![folder.path().to_owned()];
    let scope = Scope {
        paths,
        exclude: Vec::new(),
        exclude_from: ".".into(),
        max_file_size: 1 << 20,
        walk: Walk::default(),
    };
    let project = Project::load(&scope, version).unwrap();
    (folder, project)
}

#[test]
fn nothing_is_written_where_only_some_of_the_releases_that_may_run_read_it() {
    let late = |place: &Place| match &place.at {
        At::Yaml { path, .. } => path.to_string().starts_with("environment_variables"),
        _ => false,
    };
    let before = Version(LATE_VARIABLES.0, LATE_VARIABLES.1, LATE_VARIABLES.2 - 1);
    for (version, expected) in
        [(Told::Nothing, false), (Told::IfUnseen(before), false), (Told::IfUnseen(LATE_VARIABLES), true)]
    {
        let (_folder, project) = project(version);
        let installation = project.installation(0);
        let homes = settings::all().flat_map(|setting| installation.setting(setting.name).homes);
        assert_eq!(homes.filter(late).count() > 0, expected, "{version:?}");
        // The process takes it in every release.
        assert!(!installation.setting("salt_key").homes.is_empty(), "{version:?}");
    }
}

/// The parameters of a page as its card has them.
fn parameters(transform: &Transform) -> String {
    if transform.meta.params.is_empty() {
        return "None.".into();
    }
    let head = "| name | default | bounds | meaning |\n|---|---|---|---|".to_owned();
    let rows = transform.meta.params.iter().map(Parameter::row);
    std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_parameters_of_a_page_are_those_of_the_card() {
    for transform in registry() {
        let (head, after) = transform.docs.split_once("\n## Parameters\n").unwrap();
        let (_, tail) = after.split_once("\n## ").unwrap();
        let expected = format!("{head}\n## Parameters\n\n{}\n\n## {tail}", parameters(&transform));
        if std::env::var_os("UPDATE").is_some() {
            let page = format!(
                "{}/transforms/{}/{}.md",
                env!("CARGO_MANIFEST_DIR"),
                transform.topic,
                transform.meta.id
            );
            std::fs::write(page, expected).unwrap();
        } else {
            assert_eq!(transform.docs, expected, "UPDATE=1 cargo test --test registry writes the table");
        }
    }
}

/// A transform takes what its card says: the recommendations, and both ends of every bound.
#[test]
fn every_bound_fits_the_type_of_its_parameter() {
    let (_folder, project) = project(Told::default());
    let installation = project.installation(0);
    for transform in registry() {
        let takes = |name: &str, value: serde_json::Value| {
            let given = serde_json::json!({ name: value });
            assert!(transform.assess(&installation, &given).is_ok(), "{}: {given}", transform.meta.id);
        };
        for param in transform.meta.params {
            takes(param.name, param.default_json());
            match param.bounds {
                Bounds::Numbers(least, most) => {
                    [least, most].into_iter().for_each(|one| takes(param.name, one.into()))
                }
                Bounds::YesNo => [true, false].into_iter().for_each(|one| takes(param.name, one.into())),
                Bounds::OneOf(words) => words.iter().for_each(|one| takes(param.name, (*one).into())),
                Bounds::Texts => takes(param.name, vec!["one", "two"].into()),
                Bounds::Text(..) => takes(param.name, "main-v1.80.15-stable".into()),
            }
        }
        let wrong = serde_json::json!({ "no_such_parameter": 1 });
        assert!(transform.assess(&installation, &wrong).is_err(), "{}", transform.meta.id);
    }
}

#[test]
fn each_transform_counts_on_the_score_card() {
    for transform in registry() {
        let areas = transform.meta.weights;
        assert!(!areas.is_empty(), "{} counts nowhere", transform.meta.id);
        assert!(areas.iter().all(|(_, weight)| (1..=5).contains(weight)), "{}", transform.meta.id);
    }
}

#[test]
fn the_page_of_the_score_shows_every_weight() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/score.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (head, _) = page.split_once("## Weights\n").unwrap();
    let mut expected = format!("{head}## Weights\n\n| transform |");
    expected += &Area::ALL.map(|area| format!(" {} |", area.name())).concat();
    expected += &format!("\n|---|{}\n", "---|".repeat(Area::ALL.len()));
    for transform in registry() {
        let weight =
            |area| transform.meta.weights.iter().find(|(of, _)| *of == area).map(|(_, weight)| *weight);
        let cells =
            Area::ALL.map(|area| weight(area).map_or("  |".to_owned(), |weight| format!(" {weight} |")));
        expected += &format!("| `{}` |{}\n", transform.meta.id, cells.concat());
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, expected).unwrap();
    } else {
        assert_eq!(page, expected, "UPDATE=1 cargo test --test registry writes the table");
    }
}
