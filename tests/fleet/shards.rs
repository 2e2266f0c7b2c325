//! Shares of a list.

use std::collections::BTreeSet;

use super::{Fleet, lines, names};
use crate::common::Ran;

#[test]
fn shares_are_the_same_everywhere_and_make_the_whole() {
    let fleet = Fleet::of(40);
    let whole = lines(&fleet.run(&["--format", "jsonl", "all"]).out);
    let share = |words: &[&str]| -> Vec<String> {
        let ran = fleet.run(&[words, &["--format", "jsonl"]].concat());
        assert!(ran.code < 2, "{}", ran.err);
        names(&lines(&ran.out)).into_iter().map(str::to_owned).collect()
    };
    let mut seen = BTreeSet::new();
    for k in ["1/3", "2/3", "3/3"] {
        let part = share(&["all", "--shard", k]);
        assert!(part.len() > 5, "{part:?}");
        // Its order is that of the list, and it does not depend on what else is in it.
        let list = part.iter().rev().map(|name| format!("{name}\n")).collect::<String>();
        fleet.write("list", &list);
        let turned: Vec<String> = part.iter().rev().cloned().collect();
        assert_eq!(share(&["--from-file", "list", "--shard", k]), turned);
        seen.extend(part);
    }
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), names(&whole));
    assert_eq!(fleet.run(&["all", "--shard", "4/3"]).code, 2);
}

#[test]
fn the_environment_of_a_job_says_which() {
    let fleet = Fleet::of(20);
    let list = |words: &[&str], variables: &[(&str, &str)]| {
        let mut command = fleet.command(&[&["list", "--repositories", "all"], words].concat());
        for name in ["JOB_COMPLETION_INDEX", "CI_NODE_INDEX", "CI_NODE_TOTAL"] {
            command.env_remove(name);
        }
        Ran::of(command.envs(variables.iter().copied()))
    };
    let second = list(&["--shard", "2/4"], &[]).out;
    assert!(second.lines().count() > 1, "{second}");
    for variables in [
        [("JOB_COMPLETION_INDEX", "1"), ("LITELLM_FIX_SHARDS", "4")],
        [("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")],
        [("LITELLM_FIX_SHARD_INDEX", "1"), ("LITELLM_FIX_SHARDS", "4")],
    ] {
        assert_eq!(list(&["--shard", "auto"], &variables).out, second, "{variables:?}");
    }
    let ran = list(&["--shard", "auto"], &[]);
    assert!(ran.code == 2 && ran.err.contains("LITELLM_FIX_SHARDS"), "{}", ran.err);
}

#[test]
fn a_share_is_listed_before_there_is_a_clone() {
    let fleet = Fleet::new(&[], &[("list", "a/b\nc/d\n# e/f\n")]);
    let ran = fleet.run(&["list", "--repositories", "--from-file", "list"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "a/b\nc/d\n"));
    let shares = ["1/2", "2/2"]
        .map(|k| fleet.run(&["list", "--repositories", "--from-file", "list", "--shard", k]).out);
    assert_eq!(shares.concat().lines().count(), 2);
    // A share without repositories has done what it was asked for.
    let empty = shares.iter().position(String::is_empty).map(|at| format!("{}/2", at + 1));
    if let Some(k) = empty {
        assert_eq!(fleet.run(&["--from-file", "list", "--shard", &k]).code, 0);
    }
}
