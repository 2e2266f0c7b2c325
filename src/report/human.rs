//! The report for people: what matters first, then what changes.

use super::card::write_card;
use super::details::{Detail, write_entry};
use super::list::{write_first, write_list, write_notes};
use super::model::{Entry, Model};
use super::paint::{Ink, Paint, Style, Verbosity};
use super::provenance::write_setting;
use super::text::wrap;
use super::triage::{self, NOT_JUDGED, Triage};
use super::{MemberSummary, Mode, ReportedProblem};
use crate::plan::{Fate, Severity};

/// The whole report.
pub(crate) fn human(model: &Model, style: &Style) -> String {
    let paint = Paint::of_masked(style);
    let mut out = String::new();
    let quiet = style.verbosity == Verbosity::Quiet;
    // Who went through a review has seen every finding.
    let findings = !quiet && model.mode != Mode::Interactive;
    if findings {
        write_sources(&mut out, model, &paint);
    }
    write_totals(&mut out, model, &paint);
    if findings {
        write_findings(&mut out, model, &paint);
    }
    for problem in &model.problems {
        write_problem(&mut out, problem, &paint);
    }
    if findings {
        write_unused(&mut out, model, &paint);
        write_changes(&mut out, model, &paint);
    }
    for file in &model.written {
        out.push_str(&format!("{} {}\n", paint.ink(Ink::Good, "written"), paint.text(file)));
    }
    for commit in &model.commits {
        let text = paint.text(&format!("{} {}", commit.hash, commit.title));
        out.push_str(&format!("{} {text}\n", paint.ink(Ink::Good, "committed")));
    }
    if !model.written.is_empty() {
        out.push('\n');
    }
    if let Some(card) = model.card.as_ref().filter(|_| !quiet && model.mode != Mode::Interactive) {
        write_card(&mut out, card, model, &paint);
    }
    if !quiet {
        write_next(&mut out, model, &paint);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// What a reader of the bare diff must know besides: fixes left out.
pub(crate) fn left_out_of_diff(model: &Model, style: &Style) -> String {
    let paint = Paint::of_masked(style);
    let mut out = String::new();
    for entry in model.patch.left_out.iter().filter_map(|at| model.findings.get(*at)) {
        let head = format!("{} ({})", entry.item.id, entry.item.spot);
        write_left_out(&mut out, &head, &paint);
    }
    for file in &model.patch.other_files {
        write_left_out(&mut out, &format!("a change of {file}"), &paint);
    }
    out
}

/// What could not be read or written.
pub(crate) fn problems(model: &Model, style: &Style) -> String {
    let paint = Paint::of_masked(style);
    let mut out = String::new();
    for problem in &model.problems {
        write_problem(&mut out, problem, &paint);
    }
    out
}

fn write_left_out(out: &mut String, what: &str, paint: &Paint<'_>) {
    let warning = paint.ink(Ink::Warn, "warning");
    let text = paint.text(what);
    out.push_str(&format!("{warning}: left out of the diff, since it would show a secret: {text}\n"));
    out.push_str("  help: --show-secrets prints it; --write applies it all the same\n");
}

/// What each file was taken for (with `-v`), and the settings that are asked for.
fn write_sources(out: &mut String, model: &Model, paint: &Paint<'_>) {
    if paint.style.verbosity == Verbosity::Verbose {
        for note in &model.notes {
            out.push_str(&format!("{}\n", paint.ink(Ink::Faint, &paint.text(note))));
        }
        if !model.notes.is_empty() {
            out.push('\n');
        }
        for installation in &model.installations {
            out.push_str(&format!("{}\n", paint.ink(Ink::Strong, &paint.text(&installation.name))));
            write_members(out, &installation.members, paint);
            out.push('\n');
        }
    }
    for installation in &model.installations {
        if model.installations.len() > 1 && !installation.settings.is_empty() {
            out.push_str(&format!("{}\n\n", paint.ink(Ink::Strong, &paint.text(&installation.name))));
        }
        for setting in &installation.settings {
            write_setting(out, setting, paint);
            out.push('\n');
        }
    }
}

fn write_members(out: &mut String, members: &[MemberSummary], paint: &Paint<'_>) {
    let width =
        |pick: fn(&MemberSummary) -> &String| members.iter().map(|m| pick(m).len()).max().unwrap_or(0);
    let (files, kinds) = (width(|m| &m.shown), width(|m| &m.kind));
    for member in members {
        let line = format!("{:<files$}  {:<kinds$}  {}", member.shown, member.kind, member.link);
        out.push_str(&format!("  {}\n", paint.ink(Ink::Faint, paint.text(&line).trim_end())));
    }
}

/// At most this many installations are named in the totals.
const NAMED: usize = 3;

fn write_totals(out: &mut String, model: &Model, paint: &Paint<'_>) {
    let folder = &model.folder;
    let place = if folder.is_empty() { String::new() } else { format!(" in {folder}") };
    let count = model.left().count();
    let errors = model.problems.iter().filter(|problem| problem.fatal).count();
    let mut errors =
        if errors == 0 { String::new() } else { format!(", {}", super::counted(errors, "error", "errors")) };
    let unread = model.problems.iter().filter(|problem| problem.unread_process).count();
    if unread > 0 {
        errors +=
            &format!("; {} (see below)", super::counted(unread, "part not checked", "parts not checked"));
    }
    let left = if model.mode == Mode::Preview { "" } else { " left" };
    let head = if model.has_judged_nothing() {
        format!("{NOT_JUDGED}{errors} (-v shows how each file was recognized)")
    } else if count == 0 {
        let new = if model.baseline { " new" } else { "" };
        format!("nothing{new}{left} to fix{place}: read {}{errors}", looked_at(model))
    } else {
        let found = super::counted(count, "finding", "findings");
        format!("{found}{left}{place}: {}{errors}", model.severity_words())
    };
    paint.paragraph(out, "", &head, Ink::Strong);
    let counts = model.counts.sentence(model.mode);
    if !counts.is_empty() {
        paint.paragraph(out, "", &counts, Ink::Plain);
    }
    if paint.style.verbosity == Verbosity::Quiet || model.mode == Mode::Interactive {
        return;
    }
    if model.installations.len() > NAMED {
        let path = model.path.as_deref().map(|path| format!(" {path}")).unwrap_or_default();
        let count = model.installations.len();
        let text = format!("{count} installations: litellm-fix list --installations{path}");
        paint.paragraph(out, "", &text, Ink::Faint);
    } else {
        for one in &model.installations {
            let unread = one.unread.as_ref().map(|unread| format!(" · not checked: {unread}"));
            let text = format!("{} · LiteLLM {}{}", one.name, one.litellm, unread.unwrap_or_default());
            paint.paragraph(out, "", &model.without_folder(&text), Ink::Faint);
        }
    }
    out.push('\n');
}

/// The files that were judged: all of a few.
fn looked_at(model: &Model) -> String {
    const FEW: usize = 5;
    let mut files: Vec<String> = Vec::new();
    for member in model.installations.iter().flat_map(|one| &one.members) {
        let file = model.without_folder(&member.shown);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    if files.is_empty() || files.len() > FEW {
        return super::counted(files.len(), "file", "files");
    }
    files.join(", ")
}

fn write_findings(out: &mut String, model: &Model, paint: &Paint<'_>) {
    let triage = Triage::new(model, paint.style.all);
    if paint.style.details {
        write_details(out, model, &triage, paint);
        return;
    }
    write_list(out, model, &triage, paint);
    write_first(out, model, &triage, paint);
    write_notes(out, &triage.notes, paint);
}

/// Every finding whole; with `-v` also what is suppressed, and what another fix mends.
fn write_details(out: &mut String, model: &Model, triage: &Triage<'_>, paint: &Paint<'_>) {
    let verbose = paint.style.verbosity == Verbosity::Verbose;
    let all = paint.style.all || verbose;
    let shown: Vec<_> = model
        .findings
        .iter()
        .filter(|entry| verbose || model.is_left(entry))
        .filter(|entry| all || entry.severity() > Severity::Low)
        .collect();
    let shared: Vec<&str> = triage::shared(shown.iter().copied()).into_iter().map(|(text, _)| text).collect();
    let several = model.installations.len() > 1;
    for entry in &shown {
        // What is applied stands in the combined diff; only what is left out shows its own.
        let detail = if matches!(entry.item.fate, Fate::LeftOut(_)) { Detail::Shown } else { Detail::Told };
        let of = several.then(|| model.installations.get(entry.item.installation)).flatten();
        write_entry(out, entry, detail, of.map(|one| one.name.as_str()), &shared, paint);
        out.push('\n');
    }
    if !all {
        super::list::write_lows(out, &triage.lows, 0, shown.is_empty(), paint);
        if !triage.lows.is_empty() {
            out.push('\n');
        }
    }
    for (at, text) in shared.iter().enumerate() {
        paint.labelled(out, &format!("note {}", at + 1), text);
    }
    if !shared.is_empty() {
        out.push('\n');
    }
    let remarks: Vec<String> =
        triage.notes.iter().filter(|note| !shared.iter().any(|text| note.ends_with(text))).cloned().collect();
    write_notes(out, &remarks, paint);
}

/// So many fixes are named above the diff.
const MOST_NAMED: usize = 12;

fn write_changes(out: &mut String, model: &Model, paint: &Paint<'_>) {
    if model.changes.is_empty() {
        return;
    }
    let applied_count = model.counts.applied.iter().sum();
    let (fixes, files) =
        (super::counted(applied_count, "fix", "fixes"), super::counted(model.changes.len(), "file", "files"));
    let (gone, come) = model.changes.iter().fold((0, 0), |(a, b), diff| (a + diff.removed, b + diff.added));
    let heading = match model.mode {
        Mode::Preview => format!("--write applies {fixes} in {files} (+{come} -{gone}):"),
        Mode::Write | Mode::Interactive => format!("{fixes} applied in {files} (+{come} -{gone}):"),
    };
    out.push_str(&format!("{}\n", paint.ink(Ink::Strong, &heading)));
    let applied = |entry: &&Entry| entry.item.fate == Fate::Applied;
    for entry in model.findings.iter().filter(applied).take(MOST_NAMED) {
        let lead = format!("  {}: ", entry.item.id);
        let now = if model.mode == Mode::Preview { "now" } else { "before" };
        let text = format!("{} ({now}: {})", entry.remedy(), entry.item.finding.title);
        paint.paragraph(out, &lead, &text, Ink::Faint);
    }
    if applied_count > MOST_NAMED {
        out.push_str(&format!("  … and {} more\n", applied_count - MOST_NAMED));
    }
    out.push('\n');
    for diff in &model.changes {
        diff.write(out, "", paint);
        out.push('\n');
    }
}

fn write_unused(out: &mut String, model: &Model, paint: &Paint<'_>) {
    for unused in &model.unused {
        let warning = paint.ink(Ink::Warn, "warning");
        let text = format!("the suppression of {} has no finding to suppress", unused.id);
        out.push_str(&format!("{warning}: {}\n", paint.text(&text)));
        out.push_str(&format!(
            "  {} {}\n",
            paint.ink(Ink::Place, "-->"),
            paint.text(&unused.spot.to_string())
        ));
        out.push_str("  help: remove the comment\n\n");
    }
}

fn write_problem(out: &mut String, problem: &ReportedProblem, paint: &Paint<'_>) {
    let head = if problem.fatal { paint.ink(Ink::Bad, "error") } else { paint.ink(Ink::Warn, "warning") };
    let indented = |out: &mut String, first: &str, text: &str| {
        for (at, line) in wrap(text, paint.style.width.saturating_sub(9)).iter().enumerate() {
            let lead = if at == 0 { first } else { "        " };
            out.push_str(&format!("{lead}{line}\n"));
        }
    };
    indented(out, &format!("{head}: "), &paint.text(&problem.reason));
    if !problem.file.is_empty() {
        let numbers = [problem.line, problem.column].into_iter().map_while(|n| n).map(|n| format!(":{n}"));
        let place = problem.file.clone() + &numbers.collect::<String>();
        out.push_str(&format!("  {} {}\n", paint.ink(Ink::Place, "-->"), paint.text(&place)));
    }
    if !problem.remedy.is_empty() {
        indented(out, "  help: ", &paint.text(&problem.remedy));
    }
    out.push('\n');
}

fn write_next(out: &mut String, model: &Model, paint: &Paint<'_>) {
    if model.next.is_empty() {
        return;
    }
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
    let commands: Vec<String> = model.next.iter().map(|next| paint.text(&next.command)).collect();
    let widest = commands.iter().map(|command| console::measure_text_width(command)).max().unwrap_or(0);
    let wide = model.next.iter().map(|next| console::measure_text_width(&next.does)).max().unwrap_or(0);
    let fits = widest + 4 + wide <= paint.style.width;
    for (command, next) in commands.iter().zip(&model.next) {
        let does = paint.ink(Ink::Faint, &paint.text(&next.does));
        if fits {
            let command = paint.ink(Ink::Place, &format!("{command:<widest$}"));
            out.push_str(&format!("  {command}  {does}\n"));
        } else {
            out.push_str(&format!("  {}\n      {does}\n", paint.ink(Ink::Place, command)));
        }
    }
}

/// `1 fix`, `2 fixes`
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
