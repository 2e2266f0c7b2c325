//! The README shows real output, and the pages name real tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

mod common;

use common::{Ran, command};

const README: &str = include_str!("../README.md");

fn run(args: &[&str]) -> String {
    let state = tempfile::tempdir().unwrap();
    Ran::of(command(Path::new(env!("CARGO_MANIFEST_DIR")), state.path()).args(args)).out
}

/// Lines without trailing blanks: an empty context line of a diff is one blank, which editors strip.
fn trimmed(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_session_is_what_the_demo_prints() {
    let start = README.find("$ cargo run --release -- fixtures/demo\n").expect("the session");
    let block = &README[start..][..README[start..].find("\n```").expect("its end")];
    let (_, shown) = block.split_once('\n').unwrap();
    let mut rest = trimmed(&run(&["fixtures/demo"]));
    let pieces: Vec<&str> = shown.split("\n…\n").map(|piece| piece.trim_matches('\n')).collect();
    assert!(pieces.len() > 2, "the session is shortened at several places");
    for piece in pieces {
        let piece = trimmed(piece);
        let at = rest
            .find(&piece)
            .unwrap_or_else(|| panic!("not in the output, or not in this order:\n{piece}\n\nof\n{rest}"));
        rest = rest.split_off(at + piece.len());
    }
}

#[test]
fn every_id_and_every_link_is_there() {
    for line in run(&["list"]).lines() {
        let id = line.split_whitespace().next().unwrap();
        assert!(README.contains(&format!("`{id}`")), "{id} is not in the README");
    }
    for link in README.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        let file = link.split('#').next().unwrap();
        if !file.is_empty() && !file.starts_with("http") {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            assert!(path.exists(), "{link} leads nowhere");
        }
    }
}

#[test]
fn every_option_that_it_names_exists() {
    let help = run(&["--help"]);
    let words = README
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.starts_with("--") && word[2..].starts_with(|c: char| c.is_ascii_lowercase()));
    for word in words.filter(|word| !["--release", "--locked", "--path", "--example"].contains(word)) {
        assert!(help.contains(word) || run(&["list", "--help"]).contains(word), "{word} is no option");
    }
}

#[test]
fn every_test_that_a_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = 0;
    for (name, page) in common::read_all(&root.join("transforms")) {
        if !name.ends_with(".md") {
            continue;
        }
        let page = String::from_utf8(page).unwrap();
        let references = page.split_once("\n## References\n").expect("references").1;
        for line in references.lines().filter(|line| line.starts_with("- `tests/")) {
            let mut words = line.split('`').skip(1).step_by(2);
            let file = words.next().unwrap();
            let tests = std::fs::read_to_string(root.join(file)).unwrap_or_default();
            for test in words {
                named += 1;
                assert!(
                    tests.contains(&format!("\n#[test]\nfn {test}() {{")),
                    "{name}: {file} has no {test}"
                );
            }
        }
    }
    assert!(named > 0, "no page names a test");
}
