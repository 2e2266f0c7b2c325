//! The comment on a pull request: what is in it, how large it may be, and that no file writes into it.

use crate::common::Place;
use crate::venv::{passes, program, skipped};
use crate::{CONFIG, place};

#[test]
fn it_tells_what_and_why_and_how_to_go_back() {
    let out = place().run(&["deploy", "--format", "markdown"]).out;
    assert!(out.starts_with("<!-- litellm-fix -->\n### litellm-fix: "), "{out}");
    for part in [
        "Score **",
        "- **Why:** ",
        "- **Fix:** ",
        "- **By hand:** ",
        "- **Risk:** ",
        "- **Rollback:** ",
        "- **Next:** ",
        "```diff\n--- a/deploy/",
        "of low severity</summary>",
        "`litellm-fix --write deploy`",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    assert_eq!(out.matches("<details>").count(), out.matches("</details>").count());
}

/// Many findings, each with a long diff.
fn large(models: usize) -> Place {
    let mut compose = String::from("services:\n");
    let mut files = Vec::new();
    for at in 0..models {
        compose += &format!(
            "  l{at}:\n    image: ghcr.io/berriai/litellm:v1.80.15\n    volumes: [./c{at}.yaml:/app/config.yaml]\n    command: [\"--config\", \"/app/config.yaml\"]\n"
        );
        files.push((
            format!("deploy/c{at}.yaml"),
            CONFIG.replace("gpt\n", &format!("{}\n", "long-name-".repeat(20))),
        ));
    }
    files.push(("deploy/compose.yaml".into(), compose));
    Place::new(files)
}

#[test]
fn it_is_never_longer_than_a_comment_may_be_and_says_what_is_left_out() {
    let place = large(40);
    let out = place.run(&["deploy", "--format", "markdown"]).out;
    assert!(out.len() <= 65_536, "{}", out.len());
    assert!(out.contains("left out, since the text would be too long"), "{out}");
    assert_eq!(out.matches("<details>").count(), out.matches("</details>").count());
    assert!(out.trim_end().ends_with("every finding in full"), "{out}");
    let fences = out.lines().filter(|line| line.starts_with("```")).count();
    assert_eq!(fences % 2, 0);
}

/// A deployment whose names and comments would write into the comment.
fn hostile() -> Place {
    let name = "x`</summary><img src=x>@team [a](https://evil.example) ![b](c) | #12";
    let config = format!(
        "model_list:\n  - model_name: gpt\n    litellm_params: {{model: openai/gpt-4o}}\nrouter_settings:\n  \
         fallbacks: [{{gpt: [\"{name}\"]}}]\n  routing_strategy: \"```\\n# big\\n@all\"\n# ```\n# </details>\nlitellm_settings:\n  set_verbose: true\n"
    );
    Place::new([("config.yaml", config)])
}

/// GitHub's own renderer, and what it makes of standard input.
const RENDER: &str = "import sys, cmarkgfm; \
                      print(cmarkgfm.markdown_to_html_with_extensions(sys.stdin.read(), cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE, ['table', 'autolink', 'strikethrough']))";

#[test]
fn github_renders_what_was_meant_and_no_more() {
    if skipped() {
        return;
    }
    for place in [hostile(), place(), large(3)] {
        let report = place.state.path().join("report.md");
        std::fs::write(&report, place.run(&["--format", "markdown", "--exit-zero"]).out).unwrap();
        let html =
            passes(program("python").args(["-c", RENDER]).stdin(std::fs::File::open(&report).unwrap()));
        let allowed = ["h3", "p", "strong", "b", "code", "pre", "ul", "li", "details", "summary", "!--"]
            .map(|name| format!("<{name}"));
        for (at, _) in html.match_indices('<') {
            let tag = html[at..].replacen("</", "<", 1);
            assert!(
                allowed.iter().any(|allowed| tag.starts_with(allowed)),
                "{} in {html}",
                &html[at..][..40.min(html.len() - at)]
            );
        }
        assert_eq!(html.matches("<details>").count(), html.matches("</details>").count());
        let text = html.replace("<code>", "\u{1}").replace("</code>", "\u{2}");
        let outside: String =
            text.split('\u{1}').map(|part| part.split_once('\u{2}').map_or(part, |(_, rest)| rest)).collect();
        assert!(!outside.contains("@team") && !outside.contains("@all"), "{outside}");
    }
}

#[test]
fn no_file_writes_markup_mentions_or_links() {
    let out = hostile().run(&["--format", "markdown", "--exit-zero"]).out;
    assert!(out.contains("team"), "the name is shown: {out}");
    let mut fence: Option<String> = None;
    for line in out.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if ticks.len() >= open.len() && line == ticks => fence = None,
            Some(_) => continue,
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => {
                let text = outside_code(line);
                for bad in ["<img", "@team", "@all", "](http", "![", " #12", "https://evil"] {
                    assert!(!text.contains(bad), "{bad} in {line}");
                }
                assert!(!line.starts_with("# "), "{line}");
            }
        }
    }
    assert_eq!(fence, None);
    assert_eq!(out.matches("<details>").count(), out.lines().filter(|line| *line == "</details>").count());
}

/// A line without what stands in code.
fn outside_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let escaped = rest[..at].ends_with('\\');
        let run = rest[at..].bytes().take_while(|b| *b == b'`').count();
        out.push_str(&rest[..at]);
        let after = &rest[at + run..];
        let fence = "`".repeat(run);
        rest = match after.find(&fence) {
            Some(end) if !escaped => &after[end + run..],
            _ => after,
        };
    }
    out + rest
}
