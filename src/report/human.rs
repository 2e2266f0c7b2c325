//! The report for people.

use super::card::write_card;
use super::diff::{stat, write_diff};
use super::finding::{Detail, write_item};
use super::paint::{Ink, Paint, Verbosity};
use super::patch::Patch;
use super::provenance::write_setting;
use super::{Counts, InstallationSummary, Mode, Problem, Report};
use crate::plan::{Fate, Item, Prominence, Severity};
use crate::project::Idle;

/// The whole report.
pub(crate) fn human(report: &Report<'_>, paint: &Paint<'_>) -> String {
    let mut out = String::new();
    if paint.style.verbosity > Verbosity::Quiet {
        write_notes(&mut out, report, paint);
        let reviewed = report.mode == Mode::Interactive && paint.style.verbosity < Verbosity::Verbose;
        for (at, installation) in report.installations.iter().enumerate() {
            if !reviewed || shown_items(at, report, paint).next().is_some() {
                write_installation(&mut out, at, installation, report, paint);
            }
        }
        // The summary of a review has just shown the same diff.
        if !reviewed {
            write_changes(&mut out, report, paint);
        }
        write_unused(&mut out, report, paint);
    }
    for problem in report.problems {
        write_problem(&mut out, problem, paint);
    }
    if let Some(card) = report.card.filter(|_| paint.style.verbosity > Verbosity::Quiet) {
        write_card(&mut out, card, paint);
    }
    write_end(&mut out, report, paint);
    out
}

/// What a reader of the bare diff must know besides: fixes left out, and problems.
pub(crate) fn beside_diff(report: &Report<'_>, patch: &Patch, paint: &Paint<'_>) -> String {
    let mut out = String::new();
    for item in patch.left_out.iter().filter_map(|at| report.plan.items.get(*at)) {
        let head = format!("{} ({})", item.id, item.spot);
        write_left_out(&mut out, &head, paint);
    }
    for file in &patch.other_files {
        write_left_out(&mut out, &format!("a change of {file}"), paint);
    }
    for problem in report.problems {
        write_problem(&mut out, problem, paint);
    }
    out
}

fn write_left_out(out: &mut String, what: &str, paint: &Paint<'_>) {
    let warning = paint.ink(Ink::Warn, "warning");
    let text = paint.text(what);
    out.push_str(&format!("{warning}: left out of the diff, since it would show a secret: {text}\n"));
    out.push_str("  help: --show-secrets prints it; --write applies it all the same\n");
}

fn write_notes(out: &mut String, report: &Report<'_>, paint: &Paint<'_>) {
    if paint.style.verbosity < Verbosity::Verbose || report.notes.is_empty() {
        return;
    }
    for note in report.notes {
        out.push_str(&paint.ink(Ink::Faint, &paint.text(note)));
        out.push('\n');
    }
    out.push('\n');
}

fn write_installation(
    out: &mut String,
    at: usize,
    installation: &InstallationSummary,
    report: &Report<'_>,
    paint: &Paint<'_>,
) {
    let name = paint.ink(Ink::Strong, &paint.text(&installation.name));
    out.push_str(&format!("{name} · LiteLLM {}\n", paint.text(&installation.litellm)));
    write_members(out, installation, paint);
    for remark in &installation.remarks {
        paint.labelled(out, "note", remark);
    }
    out.push('\n');
    for setting in &installation.settings {
        write_setting(out, setting, paint);
        out.push('\n');
    }
    for item in shown_items(at, report, paint) {
        write_item(out, item, detail(item), paint);
        out.push('\n');
    }
    write_folded(out, at, report, paint);
    if !report.plan.items.iter().any(|item| item.installation == at && is_open(item)) {
        out.push_str(&format!("  {}\n\n", paint.ink(Ink::Faint, "nothing found")));
    }
}

/// The findings of an installation that the reader has not seen yet: who went through a review has seen what it asked.
fn shown_items<'r>(at: usize, report: &Report<'r>, paint: &Paint<'_>) -> impl Iterator<Item = &'r Item> {
    let verbose = paint.style.verbosity >= Verbosity::Verbose;
    let asked = report.mode == Mode::Interactive;
    report.plan.items.iter().filter(move |item| {
        let answered = asked && matches!(item.fate, Fate::Applied | Fate::Declined);
        item.installation == at && (verbose || (is_open(item) && !answered && !is_folded(item)))
    })
}

fn is_folded(item: &Item) -> bool {
    item.finding.prominence.is_folded() && !matches!(item.fate, Fate::Failed(_))
}

/// The lines that several findings share: what they have in common, and why that matters little.
const FOLDS: [(Prominence, &str, &str); 4] = [
    (
        Prominence::Idle(Idle::NotLoaded),
        "without effect while the configuration is not loaded",
        "nothing of the file is in force until the process is told to load it",
    ),
    (
        Prominence::Idle(Idle::Sample),
        "found in a sample",
        "it stands among samples, tests, documentation, vendored charts or LiteLLM's own sources, and nothing here runs it",
    ),
    (
        Prominence::Inert,
        "without effect, and without a promise that would matter",
        "what looks like a setting and is none misleads only who reads the file",
    ),
    (
        Prominence::ProductionDefault,
        "production defaults that are not set",
        "LiteLLM's production page advises them; nothing here shows that they matter yet",
    ),
];

/// One line for the findings that share one.
fn write_folded(out: &mut String, at: usize, report: &Report<'_>, paint: &Paint<'_>) {
    if paint.style.verbosity >= Verbosity::Verbose {
        return;
    }
    for (prominence, what, why) in FOLDS {
        let items = report.plan.items.iter();
        let folded = items.filter(|item| {
            item.installation == at
                && is_open(item)
                && is_folded(item)
                && item.finding.prominence == prominence
        });
        // A fix that the diff shows all the same is named as one.
        let done = if report.mode == Mode::Preview { "to apply" } else { "applied" };
        let named = |item: &Item| match (&item.fate, prominence) {
            (_, Prominence::Inert) => item.finding.title.clone(),
            (Fate::Applied, _) => format!("{} ({done})", item.id),
            _ => item.id.to_owned(),
        };
        let mut ids: Vec<String> = folded.map(named).collect();
        ids.dedup();
        if ids.is_empty() {
            continue;
        }
        // What shares a line matters little now, whatever each would be by itself.
        let head = paint.severity(Severity::Low);
        let text = format!("{what}: {}", ids.join(", "));
        out.push_str(&format!("{head} {}\n", paint.ink(Ink::Strong, &paint.text(&text))));
        paint.labelled(out, "why", &format!("{why}. -v or --select ID shows each"));
        out.push('\n');
    }
}

fn is_open(item: &Item) -> bool {
    !matches!(item.fate, Fate::Suppressed(_) | Fate::Mended(_))
}

/// What is applied stands in the combined diff; only what is left out shows its own.
fn detail(item: &Item) -> Detail {
    if matches!(item.fate, Fate::LeftOut(_)) { Detail::Shown } else { Detail::Told }
}

fn write_members(out: &mut String, installation: &InstallationSummary, paint: &Paint<'_>) {
    if paint.style.verbosity < Verbosity::Verbose {
        let files: Vec<&str> = installation.members.iter().map(|member| member.shown.as_str()).collect();
        for line in super::text::wrap(&paint.text(&files.join(", ")), paint.style.width - 2) {
            out.push_str(&format!("  {}\n", paint.ink(Ink::Faint, &line)));
        }
        return;
    }
    let width =
        |pick: fn(&super::Member) -> &String| installation.members.iter().map(|m| pick(m).len()).max();
    let (files, kinds) = (width(|m| &m.shown).unwrap_or(0), width(|m| &m.kind).unwrap_or(0));
    for member in &installation.members {
        let line = format!("{:<files$}  {:<kinds$}  {}", member.shown, member.kind, member.link);
        out.push_str(&format!("  {}\n", paint.ink(Ink::Faint, paint.text(&line).trim_end())));
    }
}

fn write_changes(out: &mut String, report: &Report<'_>, paint: &Paint<'_>) {
    if report.plan.changes.is_empty() {
        return;
    }
    let applied = report.plan.items.iter().filter(|item| item.fate == Fate::Applied).count();
    let (fixes, files) =
        (counted(applied, "fix", "fixes"), counted(report.plan.changes.len(), "file", "files"));
    let (gone, come) = report.plan.changes.iter().map(stat).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let done = if report.mode == Mode::Preview { "to apply" } else { "applied" };
    let heading = format!("{fixes} {done} in {files} (+{come} -{gone})");
    out.push_str(&paint.ink(Ink::Strong, &heading));
    out.push_str("\n\n");
    for change in &report.plan.changes {
        write_diff(out, change, true, "", paint);
        out.push('\n');
    }
}

/// `1 fix`, `2 fixes`
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn write_unused(out: &mut String, report: &Report<'_>, paint: &Paint<'_>) {
    for unused in &report.plan.unused_suppressions {
        let warning = paint.ink(Ink::Warn, "warning");
        let text = format!("the suppression of {} silences nothing", unused.id);
        out.push_str(&format!("{warning}: {}\n", paint.text(&text)));
        out.push_str(&format!(
            "  {} {}\n",
            paint.ink(Ink::Place, "-->"),
            paint.text(&unused.spot.to_string())
        ));
        out.push_str("  help: remove the comment\n\n");
    }
}

fn write_problem(out: &mut String, problem: &Problem, paint: &Paint<'_>) {
    let head = if problem.fatal { paint.ink(Ink::Bad, "error") } else { paint.ink(Ink::Warn, "warning") };
    out.push_str(&format!("{head}: {}\n", paint.text(&problem.reason)));
    if !problem.file.is_empty() {
        let numbers = [problem.line, problem.column].into_iter().map_while(|n| n).map(|n| format!(":{n}"));
        let place = problem.file.clone() + &numbers.collect::<String>();
        out.push_str(&format!("  {} {}\n", paint.ink(Ink::Place, "-->"), paint.text(&place)));
    }
    if !problem.remedy.is_empty() {
        out.push_str(&format!("  help: {}\n", paint.text(&problem.remedy)));
    }
    out.push('\n');
}

fn write_end(out: &mut String, report: &Report<'_>, paint: &Paint<'_>) {
    for file in report.written {
        out.push_str(&format!("{} {}\n", paint.ink(Ink::Good, "written"), paint.text(file)));
    }
    let counts = Counts::of(report.plan);
    let nothing = report.installations.is_empty() && report.plan.items.is_empty();
    let sentence = match nothing {
        true => "nothing was judged: no configuration of LiteLLM was read".to_owned(),
        false => counts.sentence(report.mode),
    };
    let errors = report.problems.iter().filter(|problem| problem.fatal).count();
    let sentence =
        if errors == 0 { sentence } else { format!("{sentence}, {}", counted(errors, "error", "errors")) };
    out.push_str(&paint.ink(Ink::Strong, &sentence));
    out.push('\n');
    if paint.style.verbosity == Verbosity::Quiet || report.next.is_empty() {
        return;
    }
    out.push('\n');
    for next in &report.next {
        let (command, word) = next.split_once("  ").unwrap_or((next, ""));
        let command = paint.ink(Ink::Place, &format!("{:<44}", paint.text(command)));
        let line = format!("  {command}  {}", paint.ink(Ink::Faint, paint.text(word).trim()));
        out.push_str(line.trim_end());
        out.push('\n');
    }
}
