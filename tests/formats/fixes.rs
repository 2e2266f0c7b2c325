//! The fixes of a SARIF log are made by who reads the log alone, by lines and by bytes.

use serde_json::Value as Json;

use crate::common::Place;
use crate::{json, place, read, write};

#[test]
fn each_fix_of_a_log_mends_its_finding() {
    let files = place().files();
    let log = json(&place().run(&["--format", "sarif", "deploy"]).out);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let with_fixes: Vec<&Json> = results.iter().filter(|one| one["fixes"].is_array()).collect();
    assert!(with_fixes.len() >= 3, "{log:#}");
    for result in with_fixes {
        let place = Place::new(&files);
        for change in result["fixes"][0]["artifactChanges"].as_array().unwrap() {
            let file = change["artifactLocation"]["uri"].as_str().unwrap();
            let before = read(&place, file);
            let (by_bytes, by_lines) = (applied(&before, change, bytes), applied(&before, change, lines));
            assert_eq!(by_bytes, by_lines);
            write(&place, file, &by_bytes);
        }
        let after = json(&place.run(&["--format", "sarif", "deploy"]).out);
        let name = &result["partialFingerprints"]["litellmFix/v1"];
        let left = after["runs"][0]["results"].as_array().unwrap();
        assert!(left.iter().all(|one| &one["partialFingerprints"]["litellmFix/v1"] != name), "{result:#}");
    }
}

fn applied(text: &str, change: &Json, range: fn(&str, &Json) -> std::ops::Range<usize>) -> String {
    let mut text = text.to_owned();
    for one in change["replacements"].as_array().unwrap().iter().rev() {
        let range = range(&text, &one["deletedRegion"]);
        text.replace_range(range, one["insertedContent"]["text"].as_str().unwrap());
    }
    text
}

fn number(region: &Json, name: &str) -> usize {
    usize::try_from(region[name].as_u64().unwrap()).unwrap()
}

fn bytes(_: &str, region: &Json) -> std::ops::Range<usize> {
    let start = number(region, "byteOffset");
    start..start + number(region, "byteLength")
}

fn lines(text: &str, region: &Json) -> std::ops::Range<usize> {
    let at = |line: usize, column: usize| {
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let inside: usize = text[start..].chars().take(column - 1).map(char::len_utf8).sum();
        start + inside
    };
    at(number(region, "startLine"), number(region, "startColumn"))
        ..at(number(region, "endLine"), number(region, "endColumn"))
}
