//! What is refused or passed over names the way out.

use crate::common::{Place, Ran, command};
use crate::{CONFIG, change, json};

fn verbose() -> Place {
    Place::new([("config.yaml", CONFIG.to_owned() + "litellm_settings:\n  set_verbose: true\n")])
}

#[test]
fn a_run_that_was_reverted_by_hand_can_be_dropped() {
    let place = verbose();
    let before = place.files();
    assert_eq!(place.run(&["--write", "--select", "debug_mode"]).code, 0);
    let between = place.files();
    assert_eq!(place.run(&["--write", "--select", "master_key,salt_key,proxy_batch_write_at"]).code, 0);
    assert_ne!(place.files(), between);
    change(&place, "config.yaml", |_| between["config.yaml"].clone());
    let refused = place.run(&["undo"]);
    assert_eq!(refused.code, 2);
    let run = refused.err.split("`litellm-fix undo --drop ").nth(1).unwrap().split('`').next().unwrap();
    assert!(refused.err.contains("config.yaml"), "{}", refused.err);
    let other = place.run(&["undo", "--drop", "000000000000001-1"]);
    assert!(other.code == 2 && other.err.contains(run), "{}", other.err);
    let dropped = place.run(&["undo", "--drop", run]);
    assert_eq!((dropped.code, dropped.out.as_str()), (0, "left as it is: config.yaml\n"), "{}", dropped.err);
    // The file is another one now, so the run before is not taken back over it either, and is named in turn.
    let next = place.run(&["undo"]);
    assert!(next.code == 0 || (next.err.contains("--drop") && !next.err.contains(run)), "{}", next.err);
    if next.code == 0 {
        assert_eq!(place.files(), before);
    }
}

#[cfg(unix)]
#[test]
fn a_state_folder_that_cannot_be_written_names_the_variable() {
    let place = verbose();
    let file = place.state.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut run = command(place.folder.path(), &file);
    let ran = Ran::of(run.args(["--write", "--select", "debug_mode"]));
    assert_eq!(ran.code, 4, "{}{}", ran.out, ran.err);
    assert!((ran.out + &ran.err).contains("LITELLM_FIX_STATE_DIR"));
}

#[test]
fn preferences_under_another_name_are_told() {
    for name in [".litellm-fix.yml", ".litellm-fix.yaml.yaml", "litellm-fix.yaml"] {
        let place = verbose();
        std::fs::write(place.folder.path().join(name), "ignore: [debug_mode]\n").unwrap();
        let ran = place.run(&["--only", "debug_mode", "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let problem = &json(&ran)["problems"][0];
        assert_eq!((problem["file"].as_str(), problem["fatal"].as_bool()), (Some(name), Some(false)));
        assert!(problem["remedy"].as_str().unwrap().contains("rename it to .litellm-fix.yaml"));
    }
}

#[test]
fn a_file_that_is_too_large_names_the_option() {
    let place = verbose();
    for words in [&["config.yaml"][..], &[]] {
        let ran = place.run(&[&["--max-file-size", "100", "--format", "json"], words].concat());
        let report = json(&ran);
        let problem = &report["problems"][0];
        assert!(problem["reason"].as_str().unwrap().contains("--max-file-size"), "{problem}");
        assert!(problem["remedy"].as_str().unwrap().starts_with("raise --max-file-size"), "{problem}");
    }
}

#[test]
fn one_file_under_two_names_is_listed_once() {
    let place = verbose();
    let absolute = place.folder.path().join("config.yaml");
    let ran = place.run(&["list", "--installations", ".", absolute.to_str().unwrap(), "./config.yaml"]);
    assert_eq!(ran.out.matches("config.yaml (").count(), 1, "{}", ran.out);
    assert!(!ran.out.contains("same file"), "{}", ran.out);
}

#[test]
fn the_address_of_an_embedded_text_ends_where_it_stands() {
    let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: litellm\ndata:\n  config.yaml: |\n    model_list: []\n";
    let place = Place::new([("all.yaml", manifest)]);
    let report = json(&place.run(&["--format", "json", "--exit-zero"]));
    let names = crate::findings(&report);
    let names: Vec<_> = names.iter().filter_map(|one| one["name"].as_str()).collect();
    assert!(names.iter().all(|name| !name.ends_with("> ")), "{names:?}");
}
