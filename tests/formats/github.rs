//! Annotations within GitHub's limits, and the summary of the job.

use std::fmt::Write as _;

use crate::common::{Place, Ran, command};
use crate::place;

/// A deployment with more findings than are annotated.
fn many() -> Place {
    let mut config = String::from("model_list:\n");
    for at in 0..30 {
        write!(
            config,
            "  - model_name: m{at}\n    litellm_params:\n      model: openai/gpt-4o\n      tpmm: 1\n"
        )
        .unwrap();
    }
    config += "router_settings:\n  fallbacks:\n";
    for at in 0..40 {
        writeln!(config, "    - m{at}: [gone{at}]").unwrap();
    }
    Place::new([("config.yaml", config)])
}

#[test]
fn the_worst_are_annotated_and_one_line_counts_the_others() {
    let place = many();
    let ran = place.run(&["--format", "github", "--exit-zero"]);
    let of = |level: &str| ran.out.lines().filter(|line| line.starts_with(&format!("::{level} "))).count();
    let all = place.run(&["--format", "concise", "--exit-zero"]).out.lines().count();
    let counts = [of("error"), of("warning"), of("notice")];
    assert!(counts.iter().all(|count| *count <= 10), "{counts:?}");
    let shown: usize = counts.iter().sum();
    assert_eq!(shown, ran.out.lines().count());
    let last = ran.out.lines().last().unwrap();
    assert!(all > 30, "{all}");
    assert!(last.contains(&format!("::{} more are not annotated", all - (shown - 1))), "{last}");
}

#[test]
fn the_summary_is_added_to_what_stands_there() {
    let place = place();
    let summary = place.state.path().join("summary.md");
    std::fs::write(&summary, "# before\n").unwrap();
    let run = |words: &[&str]| {
        let mut command = command(place.folder.path(), place.state.path());
        Ran::of(command.env("GITHUB_STEP_SUMMARY", &summary).args(words))
    };
    run(&["deploy"]);
    assert_eq!(std::fs::read_to_string(&summary).unwrap(), "# before\n");
    let ran = run(&["deploy", "--format", "github"]);
    let text = std::fs::read_to_string(&summary).unwrap();
    let markdown = place.run(&["deploy", "--format", "markdown"]).out;
    assert_eq!(text, format!("# before\n{markdown}\n"));
    assert!(ran.out.lines().all(|line| line.starts_with("::")), "{}", ran.out);
    std::fs::write(&summary, "x".repeat(1_048_000)).unwrap();
    run(&["deploy", "--format", "github"]);
    assert!(std::fs::metadata(&summary).unwrap().len() <= 1_048_576);
    std::fs::remove_file(&summary).unwrap();
    std::fs::create_dir(&summary).unwrap();
    let ran = run(&["deploy", "--format", "github"]);
    assert_eq!((ran.code, ran.err.contains("GITHUB_STEP_SUMMARY")), (4, true), "{}", ran.err);
}
