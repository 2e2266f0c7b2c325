//! What is ignored for good where no comment can stand.

use crate::common::{Files, Place};
use crate::screen::{FIX, PREFERENCES, Screen};

/// In flow style no comment can stand.
const FLOW: &str = "{model_list: [{model_name: chat, litellm_params: {model: openai/gpt-4o}}], litellm_settings: {set_verbose: true}}\n";

fn ignores_in_flow_style(more: Option<&str>) -> Files {
    let flow = ("flow.yaml", FLOW.to_owned());
    let files = [flow].into_iter().chain(more.map(|text| (PREFERENCES, text.to_owned())));
    let mut screen = Screen::over(files, &["--select", "debug_mode", "--format", "diff", "."]);
    screen.sees(FIX);
    screen.press("i");
    screen.sees("Reason");
    screen.press("ticket 42\r");
    screen.sees("no comment can stand there");
    screen.sees("0 fixes taken, 1 ignored for good, 1 file to write");
    screen.sees("write 1 file?");
    screen.press("y");
    screen.ends_written()
}

#[test]
fn what_cannot_have_a_comment_is_ignored_by_path() {
    let files = ignores_in_flow_style(None);
    let entry =
        "  - paths:\n      - /flow.yaml\n    ignore:\n      # debug_mode: ticket 42\n      - debug_mode\n";
    assert_eq!(files[PREFERENCES], format!("overrides:\n{entry}"));
    assert_eq!(files["flow.yaml"], FLOW);
    let ran = Place::new([("flow.yaml", FLOW), ("other.yaml", FLOW), (PREFERENCES, &files[PREFERENCES])])
        .run(&["--format", "json", "."]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let open =
        |finding: &&serde_json::Value| finding["id"] == "debug_mode" && finding["status"] != "suppressed";
    let found: Vec<_> = report["findings"].as_array().unwrap().iter().filter(open).collect();
    assert_eq!(found.len(), 1, "{}", ran.out);
    assert!(found[0].to_string().contains("other.yaml"), "{}", ran.out);
    let before = "ignore: [alerting] # no Slack here\n";
    let files = ignores_in_flow_style(Some(before));
    // The list that is there is in flow style, and so are the new ones.
    let entry = "  - paths: [/flow.yaml]\n    # debug_mode: ticket 42\n    ignore: [debug_mode]\n";
    assert_eq!(files[PREFERENCES], format!("{before}overrides:\n{entry}"));
}
