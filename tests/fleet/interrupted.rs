//! Ctrl-C, and going on.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::{CONFIG, Fleet, lines, names};
use crate::common::Ran;

/// Lets the run print so many lines, then sends it a signal. What it printed in all. The whole reports (`--details`) of so many repositories are
/// more than a pipe holds, so that it cannot be at its end before.
fn interrupt(mut child: Child, after: usize, signal: Signal) -> (Ran, String) {
    let mut out = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..after {
        assert!(reader.read_line(&mut out).unwrap() > 0, "{out}");
    }
    kill_process(Pid::from_child(&child), signal).unwrap();
    std::io::Read::read_to_string(&mut reader, &mut out).unwrap();
    let ended = Ran::from(child.wait_with_output().unwrap());
    (ended, out)
}

fn start(fleet: &Fleet, words: &[&str]) -> Child {
    let mut command = fleet.command(words);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn an_interrupted_run_goes_on_where_it_stood() {
    for signal in [Signal::INT, Signal::TERM] {
        let fleet = Fleet::of(120);
        let whole = fleet.run(&["--format", "jsonl", "all"]).out;
        let options = ["--write", "--details", "--jobs", "2", "--output", "jsonl=results.jsonl", "all"];
        let (ended, out) = interrupt(start(&fleet, &options), 10, signal);
        assert_eq!(ended.code, 130, "{}", ended.err);
        let first = fleet.read("results.jsonl");
        let done = names(&lines(&first)).len();
        assert!((1..120).contains(&done), "{done}");
        assert!(out.contains(&format!("\n{done} repositories: ")), "{out}");
        assert!(
            ended.err.contains(&format!("{done} of 120 repositories"))
                && ended.err.contains("--resume results.jsonl"),
            "{}",
            ended.err
        );
        // What was told is written, and nothing else.
        for at in 0..120 {
            let text = fleet.read(&format!("all/repository-{at:03}/config.yaml"));
            assert_eq!(text != CONFIG, at < done, "{at} of {done}");
        }
        let ran = fleet.run(&[&options[..], &["--resume", "results.jsonl"]].concat());
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        assert!(
            ran.out.contains("\n120 repositories: ") && ran.out.contains("\napplied 120 fixes "),
            "{}",
            ran.out
        );
        let results = fleet.read("results.jsonl");
        assert!(results.starts_with(&first));
        assert_eq!(names(&lines(&results)), names(&lines(&whole)));
    }
}

#[test]
fn a_run_whose_results_have_no_file_can_go_on_too() {
    let fleet = Fleet::of(120);
    let whole = fleet.run(&["--details", "all"]);
    let (ended, _) = interrupt(start(&fleet, &["--details", "--jobs", "2", "all"]), 10, Signal::INT);
    assert_eq!(ended.code, 130, "{}", ended.err);
    let file = ended.err.split("--resume ").nth(1).unwrap().split_whitespace().next().unwrap();
    let ran = fleet.run(&["--details", "all", "--resume", file]);
    assert_eq!(ran.code, whole.code, "{}{}", ran.out, ran.err);
    let totals = |out: &str| out.split("\n120 repositories: ").nth(1).unwrap().to_owned();
    assert_eq!(totals(&ran.out), totals(&whole.out));
    assert!(ran.out.lines().count() < whole.out.lines().count(), "{}", ran.out);
    assert!(!std::path::Path::new(file).exists());
}

#[test]
fn a_line_that_was_cut_off_is_made_again() {
    let fleet = Fleet::of(4);
    let whole = fleet.run(&["--output", "jsonl=results.jsonl", "all"]);
    let results = fleet.read("results.jsonl");
    let cut = results.len() - 100;
    fleet.write("results.jsonl", &results[..cut]);
    let ran = fleet.run(&["all", "--resume", "results.jsonl"]);
    assert_eq!((ran.code, fleet.read("results.jsonl")), (whole.code, results.clone()));
    // In the middle of a character too.
    let mut bytes = results.as_bytes()[..cut].to_vec();
    bytes.extend(&"é".as_bytes()[..1]);
    std::fs::write(fleet.path("results.jsonl"), bytes).unwrap();
    let ran = fleet.run(&["all", "--resume", "results.jsonl"]);
    assert_eq!((ran.code, fleet.read("results.jsonl")), (whole.code, results), "{}", ran.err);
    let ran = fleet.run(&["all", "--write", "--resume", "results.jsonl"]);
    assert!(ran.code == 2 && ran.err.contains("preview"), "{}", ran.err);
    for wrong in ["{}\n", "[1]\n", "not json\n"] {
        fleet.write("wrong", wrong);
        let ran = fleet.run(&["all", "--resume", "wrong"]);
        assert!(ran.code == 2 && ran.err.contains("line 1"), "{}", ran.err);
        assert_eq!(fleet.read("wrong"), wrong);
    }
}
