//! The README shows real output.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

const README: &str = include_str!("../README.md");

fn run(args: &[&str]) -> String {
    let state = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_litellm-fix"))
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("LITELLM_FIX_STATE_DIR", state.path())
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
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
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
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
