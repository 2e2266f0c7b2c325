//! The same input gives the same bytes in every format, wherever it goes and whatever else is asked for.

use crate::{FORMATS, place, read};

#[test]
fn a_format_has_the_same_bytes_alone_and_among_others() {
    let alone = place();
    let stdout: Vec<String> =
        FORMATS.map(|format| alone.run(&["--format", format, "deploy"]).out).into_iter().collect();
    for main in FORMATS {
        let mut words = vec!["--format".to_owned(), main.to_owned(), "deploy".to_owned()];
        words.extend(FORMATS.iter().rev().map(|format| format!("--output={format}=out.{format}")));
        let ran = alone.run(&words);
        for (format, expected) in FORMATS.iter().zip(&stdout) {
            assert_eq!(&read(&alone, &format!("out.{format}")), expected, "{format} beside {main}");
            if *format == main {
                assert_eq!(&ran.out, expected);
            }
        }
    }
}

#[test]
fn no_format_has_a_secret() {
    let place = place();
    for format in FORMATS {
        for more in [&["--dry-run"][..], &["--apply", "all", "--details"], &["--include-review", "--all"]] {
            let ran = place.run(&[&["--format", format, "deploy"], more].concat());
            assert!(!ran.out.contains("canary") && !ran.err.contains("canary"), "{format}: {}", ran.out);
        }
    }
    for format in FORMATS {
        assert!(!place.run(&["--format", format, "-w", "--include-review", "deploy"]).out.contains("canary"));
    }
}

#[test]
fn concise_is_a_line_for_each_finding_and_nothing_else() {
    let place = place();
    let ran = place.run(&["--format", "concise", "deploy"]);
    let report = crate::json(&place.run(&["--format", "json", "deploy"]).out);
    let lines: Vec<&str> = ran.out.lines().collect();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(lines.len(), findings.len());
    for (line, finding) in lines.iter().zip(findings) {
        let head = format!(
            "{}:{}:{}: {}[{}] ",
            finding["file"].as_str().unwrap(),
            finding["line"],
            finding["column"],
            finding["severity"].as_str().unwrap(),
            finding["id"].as_str().unwrap()
        );
        assert!(line.starts_with(&head), "{line}");
    }
}
