//! The README shows real output, and the pages name real tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
#[cfg(unix)]
use std::time::Duration;

#[cfg(unix)]
use expectrl::{Eof, Expect, Session};

mod common;

#[cfg(unix)]
use common::Place;
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

/// The pieces of the block of the README that begins with this command stand in `output`, in this order.
fn is_shown(command: &str, output: &str) {
    let start = README.find(&format!("$ {command}\n")).expect("the session");
    let block = &README[start..][..README[start..].find("\n```").expect("its end")];
    let (_, shown) = block.split_once('\n').unwrap();
    let mut rest = trimmed(output);
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

/// In a checkout, where git tracks the demo's env file: that its keys are shared is a part of what is shown.
#[test]
fn the_preview_is_what_the_demo_prints() {
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join(".git").exists() {
        return;
    }
    is_shown("cargo run --release -- fixtures/demo --exit-zero", &run(&["fixtures/demo", "--exit-zero"]));
}

/// On a real terminal, with the keys that the README names.
#[cfg(unix)]
#[test]
fn the_review_is_what_the_demo_asks() {
    let demo = common::read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo"));
    let files =
        demo.into_iter().map(|(name, text)| (format!("demo/{name}"), String::from_utf8(text).unwrap()));
    let place = Place::new(files);
    let mut review = command(place.folder.path(), place.state.path());
    review.args(["--interactive", "--select", "proxy_batch_write_at,debug_mode", "demo"]);
    let mut session = Session::spawn(review).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(60)));
    session.get_process_mut().set_window_size(100, 40).unwrap();
    let mut seen = String::new();
    for (question, key) in [("[y,n,", "y"), ("[y,n,", "n"), ("[y,n,", "q"), ("[y/n]", "y")] {
        let found = session.expect(question).unwrap();
        seen += &String::from_utf8_lossy(found.before());
        seen += question;
        session.send(key).unwrap();
    }
    seen += &String::from_utf8_lossy(session.expect(Eof).unwrap().as_bytes());
    is_shown(
        "litellm-fix --interactive --select proxy_batch_write_at,debug_mode demo",
        &seen.replace('\r', "").replace("\u{1b}[?25h", ""),
    );
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
    let help = [
        &["--help"][..],
        &["list", "--help"],
        &["undo", "--help"],
        &["report", "--help"],
        &["rules", "test", "--help"],
    ]
    .map(run)
    .concat();
    let words = README
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.starts_with("--") && word[2..].starts_with(|c: char| c.is_ascii_lowercase()));
    const OF_OTHERS: [&str; 7] =
        ["--release", "--locked", "--path", "--example", "--cached", "--only", "--grep"];
    for word in words.filter(|word| !OF_OTHERS.contains(word)) {
        assert!(help.contains(word), "{word} is no option");
    }
}

/// The rules that it shows, with the case that it shows.
#[test]
fn the_rules_pass_their_case() {
    let section =
        README.split("### Rules of your own").nth(1).unwrap().split("\n### Decisions").next().unwrap();
    let block = |fence: &str, end: &str| {
        let rest = section.split_once(fence).expect("a block").1;
        rest.split_once(end).expect("its end").0.to_owned()
    };
    let place = common::Place::new([
        (".litellm-fix.yaml", block("```yaml\n", "\n```\n")),
        (".litellm-fix/gateway_timeout.md", block("````markdown\n", "\n````\n")),
    ]);
    let ran = place.run(&["rules", "test"]);
    let told = "ok   .litellm-fix/gateway_timeout.md: Another value\n1 case, 0 failed\n";
    assert_eq!((ran.code, ran.out.as_str()), (0, told), "{}", ran.err);
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
        for line in references.lines().filter(|line| line.starts_with("- [`tests/")) {
            let mut words = line.split('`').skip(1).step_by(2);
            let file = words.next().unwrap();
            assert!(line.contains(&format!("](../../{file})")), "{name}: {line} links to another file");
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
