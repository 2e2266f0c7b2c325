//! `--output`: several files beside standard output, and none in the place of what is judged.

use crate::{json, place, read, write};

#[test]
fn several_files_are_written_beside_what_is_printed() {
    let place = place();
    write(&place, "old.sarif", "what an earlier run wrote");
    let ran = place.run(&["deploy", "--output", "sarif=old.sarif", "--output=gitlab=a=b.json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("findings"), "{}", ran.out);
    assert_eq!(json(&read(&place, "old.sarif"))["version"], "2.1.0");
    assert!(json(&read(&place, "a=b.json")).is_array());
}

#[test]
fn no_report_replaces_a_file_of_a_deployment() {
    let place = place();
    let before = place.files();
    for file in ["deploy/config.yaml", "deploy/../deploy/.env", "deploy/compose.yaml"] {
        let ran = place.run(&["--write", "deploy", "--output", &format!("json={file}")]);
        assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
        assert!(ran.err.contains("which no report replaces"), "{}", ran.err);
    }
    assert_eq!(place.files(), before);
    write(&place, "other.yml", "not LiteLLM's: true\n");
    assert_eq!(place.run(&["deploy", "--output", "json=other.yml"]).code, 2);
    std::fs::write(place.folder.path().join("base.json"), place.run(&["--format", "json", "deploy"]).out)
        .unwrap();
    let ran = place.run(&["--baseline", "base.json", "--output", "json=base.json", "deploy"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_of_a_deployment_is_that_file() {
    let place = place();
    std::os::unix::fs::symlink("deploy/config.yaml", place.folder.path().join("report")).unwrap();
    let ran = place.run(&["deploy", "--output", "json=report"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
}

#[test]
fn what_cannot_be_written_exits_with_4_before_anything_is_written() {
    let place = place();
    let before = place.files();
    for file in ["missing/report.json", "deploy"] {
        let ran = place.run(&["--write", "--include-review", "deploy", "--output", &format!("json={file}")]);
        assert_eq!(ran.code, 4, "{file}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(&format!("--output {file} cannot be written: ")), "{}", ran.err);
        assert_eq!(place.files(), before);
    }
}

#[test]
fn a_file_is_for_one_report_and_a_format_is_known() {
    let place = place();
    let ran = place.run(&["deploy", "--output", "json=r", "--output", "sarif=./r"]);
    assert_eq!((ran.code, ran.err.contains("two reports")), (2, true), "{}", ran.err);
    let ran = place.run(&["deploy", "--output", "junit=r"]);
    assert_eq!((ran.code, ran.err.contains("there is no format junit")), (2, true), "{}", ran.err);
    assert_eq!(place.run(&["deploy", "--output", "json"]).code, 2);
    assert!(!place.folder.path().join("r").exists());
}

#[test]
fn after_a_write_the_reports_tell_what_is_left() {
    let place = place();
    let ran =
        place.run(&["--write", "--include-review", "deploy", "--output", "sarif=r", "--output=markdown=m"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let log = json(&read(&place, "r"));
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().all(|one| one["properties"]["remedy"] != "done" && one["fixes"].is_null()));
    let markdown = read(&place, "m");
    assert!(markdown.contains("[done]") && markdown.contains("`litellm-fix undo` where it was written"));
}
