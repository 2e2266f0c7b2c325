//! The registry and the table of settings fit together.

use std::collections::BTreeMap;

use litellm_fix::plan::Area;
use litellm_fix::project::settings;
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
