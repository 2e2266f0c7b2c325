//! `--apply all` does what the column "after all" of the score announces.

use std::path::Path;

use crate::common::{Place, read_all};
use crate::{deployment, json};

fn demo() -> Place {
    Place::new(read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo")))
}

fn scores(report: &serde_json::Value, column: &str) -> Vec<(String, f64)> {
    let areas = report["score"]["areas"].as_object().unwrap();
    areas.iter().map(|(area, score)| (area.clone(), score[column].as_f64().unwrap())).collect()
}

#[test]
fn the_score_afterwards_is_the_one_that_was_announced() {
    for (tier, column) in [("safe", "after_safe"), ("all", "after_all")] {
        for (name, place) in [("demo", demo()), ("deployment", Place::new(deployment()))] {
            let announced = json(&place.run(&["--format", "json"]));
            let ran = place.run(&["--write", "--apply", tier]);
            assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
            let fresh = json(&place.run(&["--format", "json"]));
            assert_eq!(scores(&fresh, "today"), scores(&announced, column), "{name} {tier}");
        }
    }
}

#[test]
fn nothing_hazardous_and_nothing_that_waits_for_an_answer_is_applied() {
    let place = demo();
    let report = json(&place.run(&["--format", "json", "--apply", "all"]));
    for one in crate::findings(&report).iter().filter(|one| one["status"] == "left_out") {
        let fix = &one["fix"];
        let asks = fix["questions"].as_array().unwrap().iter().any(|asked| asked["required"] == true);
        assert!(fix["safety"] == "hazardous" || asks, "{one:#}");
    }
}
