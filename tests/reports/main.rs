//! What people and programs get to see.
#![allow(clippy::unwrap_used, reason = "in helpers of tests too")]

mod apply;
mod demo;
mod schema;
mod secrets;
mod triage;

use demo::{BEFORE, ENV, demo_plan, shown};
use litellm_fix::report::{Format, Mode, Verbosity};

#[test]
fn for_people() {
    insta::assert_snapshot!(shown(&demo_plan(), &[BEFORE, ENV], Format::Human, |_, _| ()).out);
}

#[test]
fn for_people_with_details() {
    insta::assert_snapshot!(
        shown(&demo_plan(), &[BEFORE, ENV], Format::Human, |_, style| {
            style.details = true;
            style.all = true;
        })
        .out
    );
}

#[test]
fn for_people_who_want_to_know_all() {
    let out = shown(&demo_plan(), &[BEFORE, ENV], Format::Human, |_, style| {
        style.verbosity = Verbosity::Verbose;
        style.details = true;
    })
    .out;
    insta::assert_snapshot!(out);
}

#[test]
fn for_people_in_a_hurry() {
    let out =
        shown(&demo_plan(), &[BEFORE, ENV], Format::Human, |_, style| style.verbosity = Verbosity::Quiet).out;
    insta::assert_snapshot!(out);
}

#[test]
fn for_people_after_writing() {
    let out = shown(&demo_plan(), &[BEFORE, ENV], Format::Human, |report, _| report.mode = Mode::Write).out;
    insta::assert_snapshot!(out);
}

#[test]
fn in_colour() {
    let out = shown(&demo_plan(), &[BEFORE, ENV], Format::Human, |_, style| style.colour = true).out;
    assert!(out.contains("\u{1b}[32m+  proxy_batch_write_at: 60\u{1b}[0m"), "{out:?}");
    let plain = shown(&demo_plan(), &[BEFORE, ENV], Format::Human, |_, _| ()).out;
    assert_eq!(console::strip_ansi_codes(&out), plain);
}

#[test]
fn as_a_diff() {
    let shown = shown(&demo_plan(), &[BEFORE, ENV], Format::Diff, |_, _| ());
    insta::assert_snapshot!(shown.out);
    insta::assert_snapshot!("as_a_diff_beside", shown.err);
}

#[test]
fn for_programs() {
    insta::assert_snapshot!(shown(&demo_plan(), &[BEFORE, ENV], Format::Json, |_, _| ()).out);
}
