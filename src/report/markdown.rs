//! The comment on a pull request, and the summary of a job, in Markdown that GitHub and GitLab read alike.

use super::escape::{block, code, html, plain};
use super::list::command;
use super::model::{Entry, Model, Way};
use super::text::{at_most, visible};
use super::triage::{NOT_JUDGED, Triage};
use super::{Mode, counted};
use crate::plan::{Fate, Remedy, Safety, Severity};

/// So many characters a comment on GitHub has at most. Counted in bytes here, which are never fewer.
pub(crate) const COMMENT: usize = 65_536;

/// So large the summary of a step of a GitHub workflow is at most.
pub(crate) const SUMMARY: usize = 1_048_576;

/// By this a bot finds its comment again.
const MARKER: &str = "<!-- litellm-fix -->\n";

/// No sentence or list of lines is longer in bytes: what says more is told by the command beside it.
const LONGEST: usize = 1_500;

/// What is dropped where the whole is too long comes last.
struct Block {
    head: String,
    diff: String,
    tail: &'static str,
}

/// The report in at most so many bytes: diffs are dropped first, then findings; those of the least severity before others.
pub(crate) fn markdown(model: &Model, room: usize) -> String {
    let (low, worse): (Vec<&Entry>, Vec<&Entry>) =
        model.told().partition(|entry| entry.severity() == Severity::Low && !done(entry, model));
    let head = MARKER.to_owned() + &head(model);
    let foot = foot(model);
    let mut blocks: Vec<Block> = worse.iter().map(|entry| finding(entry, model)).collect();
    let mut lows = lows(&low);
    // The notes about what is dropped take little.
    let room = room.saturating_sub(head.len() + foot.len() + 300);
    let (mut without_diff, mut without_place) = (0, 0);
    for at in (0..blocks.len()).rev() {
        if size(&blocks, &lows) > room && !blocks[at].diff.is_empty() {
            blocks[at].diff.clear();
            without_diff += 1;
        }
    }
    if size(&blocks, &lows) > room && !low.is_empty() {
        lows = format!("{} of low severity.\n\n", counted(low.len(), "more finding is", "more findings are"));
    }
    while size(&blocks, &lows) > room && blocks.pop().is_some() {
        without_place += 1;
    }
    let mut out = head;
    for block in &blocks {
        out.push_str(&block.head);
        out.push_str(&block.diff);
        out.push_str(block.tail);
    }
    out.push_str(&lows);
    if without_diff > 0 {
        let diffs = counted(without_diff, "diff is", "diffs are");
        out.push_str(&format!("{diffs} left out, since the text would be too long for this place.\n\n"));
    }
    if without_place > 0 {
        let findings = counted(without_place, "finding is", "findings are");
        out.push_str(&format!("{findings} left out, since the text would be too long for this place.\n\n"));
    }
    out + &foot
}

fn size(blocks: &[Block], lows: &str) -> usize {
    let block = |block: &Block| block.head.len() + block.diff.len() + block.tail.len();
    blocks.iter().map(block).sum::<usize>() + lows.len()
}

fn done(entry: &Entry, model: &Model) -> bool {
    model.mode != Mode::Preview && matches!(entry.way(), Way::Applied(_))
}

fn head(model: &Model) -> String {
    let count = model.left().count();
    let new = if model.baseline { "new " } else { "" };
    let left = if model.mode == Mode::Preview { "" } else { " left" };
    let severities = model.severity_words();
    let title = match count {
        _ if model.has_judged_nothing() => NOT_JUDGED.into(),
        0 => format!("nothing {new}{} to fix", left.trim_start()).replace("  ", " "),
        1 => format!("1 {new}finding{left} ({})", severities),
        _ => format!("{count} {new}findings{left} ({})", severities),
    };
    let mut out = format!("### litellm-fix: {title}\n\n");
    if let Some(card) = &model.card {
        let score = &card.overall;
        let text = match model.mode {
            Mode::Preview => format!(
                "Score **{:.1}** of 10 now; {:.1} with `--write`, {:.1} with `--include-review`, {:.1} with `--apply all`.",
                score.today, score.after_safe, score.after_review, score.after_all
            ),
            _ => format!("Score **{:.1}** of 10 before, **{:.1}** now.", score.today, score.after_plan),
        };
        out.push_str(&format!("{text}\n\n"));
    }
    let counts = model.counts.sentence(model.mode);
    if !counts.is_empty() {
        out.push_str(&format!("{}\n\n", plain(&counts)));
    }
    for problem in &model.problems {
        let file = problem.path();
        let word = if problem.fatal { "Error" } else { "Warning" };
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        let at = if file.is_empty() { String::new() } else { format!(" {}", code(&format!("{file}{line}"))) };
        let text = [problem.reason.as_str(), &problem.remedy].join("; ");
        let text = plain(&at_most(text.trim_end_matches("; "), LONGEST));
        out.push_str(&format!("**{word}**{at}: {text}\n\n"));
    }
    cut(out)
}

/// What stands above and below the findings leaves them room.
fn cut(text: String) -> String {
    const MOST: usize = 12_000;
    if text.len() <= MOST {
        return text;
    }
    let start = at_most(&text, MOST);
    let whole = start.rfind('\n').map_or("", |end| &start[..end]);
    format!("{whole}\n\n…\n\n")
}

/// A finding with all that is to be known of it, folded under one line.
fn finding(entry: &Entry, model: &Model) -> Block {
    let (item, finding) = (&entry.item, &entry.item.finding);
    let mut head = format!(
        "<details><summary><b>{}</b> <code>{}</code> <code>{}:{}</code>: {} [{}]</summary>\n\n",
        entry.severity().name(),
        html(item.id),
        html(&item.spot.inside),
        item.spot.line,
        html(&at_most(&finding.title, LONGEST)),
        entry.way().words(model.mode),
    );
    let mut point = |label: &str, text: &str| head.push_str(&format!("- **{label}:** {text}\n"));
    if model.installations.len() > 1
        && let Some(of) = model.installations.get(item.installation)
    {
        point("In", &code(&at_most(&of.name, LONGEST)));
    }
    if !finding.why.is_empty() {
        point("Why", &plain(&at_most(&finding.why, LONGEST)));
    }
    match (&finding.remedy, &item.fate) {
        (Remedy::Fix(fix), fate) => {
            point(
                if entry.way() == Way::ByHand { "By hand" } else { "Fix" },
                &plain(&at_most(&fix.title, LONGEST)),
            );
            if let Fate::Refused(why) | Fate::Failed(why) = fate {
                point("Not done here", &plain(&at_most(why, LONGEST)));
            }
            let assumptions = plain(&at_most(&fix.assumptions.join("; "), LONGEST));
            let risk = [risk(fix.safety), &assumptions].join("; ");
            point("Risk", risk.trim_end_matches("; "));
            if entry.way() != Way::ByHand {
                point("Rollback", rollback(entry, model));
            }
        }
        (Remedy::Advice(advice), _) => {
            let steps: Vec<String> = at_most(&advice.text, LONGEST).split('\n').map(plain).collect();
            point("By hand", &steps.join("<br>"));
            if !advice.goes.is_empty() {
                point("Where", &plain(&at_most(&advice.goes, LONGEST)));
            }
        }
    }
    if !done(entry, model) {
        point("Next", &code(&command(entry, model)));
    }
    head.push('\n');
    if !entry.lines().is_empty() {
        let lines = visible(&entry.lines().join("\n")).into_owned();
        head.push_str(&(block("", &at_most(&lines, LONGEST)) + "\n"));
    }
    let diff: String =
        entry.diffs.iter().map(|diff| visible(&diff.text.replace("\r\n", "\n")).into_owned()).collect();
    let diff = if diff.is_empty() { diff } else { block("diff", &diff) + "\n" };
    Block { head, diff, tail: "</details>\n\n" }
}

fn risk(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "none is known: it sets, as LiteLLM recommends, what nothing sets",
        Safety::Review => "it changes behaviour",
        Safety::OnRequest => "it is no general advice, and fits some deployments only",
        Safety::Hazardous => "it can cost data or security",
    }
}

fn rollback(entry: &Entry, model: &Model) -> &'static str {
    if done(entry, model) {
        "`litellm-fix undo` where it was written, or `git revert` of its commit"
    } else {
        "`litellm-fix undo` after `--write`, or `git revert` once it is committed"
    }
}

/// The findings of low severity, a line each, folded.
fn lows(entries: &[&Entry]) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let mut out = format!("<details><summary>{} of low severity</summary>\n\n", entries.len());
    for entry in entries {
        let (item, title) = (&entry.item, at_most(&entry.item.finding.title, 300));
        let place = code(&format!("{}:{}", item.spot.inside, item.spot.line));
        out.push_str(&format!("- {} {place}: {}\n", code(item.id), plain(&title)));
    }
    out + "\n</details>\n\n"
}

/// What is assumed and not seen, and what to type next.
fn foot(model: &Model) -> String {
    let mut out = String::new();
    for note in &Triage::new(model, false).notes {
        out.push_str(&format!("- {}\n", plain(&at_most(note, LONGEST))));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out = cut(out);
    for next in &model.next {
        out.push_str(&format!("- {}: {}\n", code(&at_most(&next.command, LONGEST)), plain(&next.does)));
    }
    out
}
