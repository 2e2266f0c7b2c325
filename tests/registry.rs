//! The registry and the table of settings fit together.

use std::collections::BTreeMap;

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
