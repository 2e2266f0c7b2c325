//! The findings, one line each, and what to do about the worst.

use std::collections::BTreeMap;

use super::diff::Diff;
use super::model::{Entry, Model, Way};
use super::paint::{Ink, Paint};
use super::text::wrap;
use super::triage::{Triage, TriageLine};
use crate::document::Value;
use crate::plan::{Fate, Remedy, Safety, Severity};

/// Places wider than this lose their begin.
const WIDEST_PLACE: usize = 30;

/// A line for each finding: severity, place, id, what is wrong, and in brackets what can be done.
pub(crate) fn write_list(out: &mut String, model: &Model, triage: &Triage<'_>, paint: &Paint<'_>) {
    let places: Vec<String> = triage.lines.iter().map(|line| paint.text(&place(line, model))).collect();
    let widths = places.iter().map(|place| console::measure_text_width(place));
    let widest = widths.max().unwrap_or(0).min(WIDEST_PLACE);
    let severities = triage.lines.iter().map(|line| line.first().severity());
    let lows = triage.lows.iter().map(|entry| entry.severity());
    let names = severities.chain(lows).map(|severity| severity.name().len()).max().unwrap_or(0);
    for (line, place) in triage.lines.iter().zip(&places) {
        let severity = padded(&paint.severity(line.first().severity()), names);
        let place = padded(&paint.ink(Ink::Place, &shortened(place, widest)), widest);
        let way = format!("[{}]", line.first().way().words(model.mode));
        let id = paint.id(line.first().item.id);
        let used = names + widest + way.len() + console::measure_text_width(&id) + 2 + 2 + 2 + 1;
        let room = paint.style.width.saturating_sub(used).max(8);
        let title = paint.text(&line.first().item.finding.title);
        let title = console::truncate_str(&title, room, "…");
        let way = paint.way(line.first().way(), &way);
        out.push_str(&format!("{severity}  {place}  {id}: {title} {way}\n"));
    }
    write_lows(out, &triage.lows, names, triage.lines.is_empty(), paint);
    if !triage.lines.is_empty() || !triage.lows.is_empty() {
        out.push('\n');
    }
}

/// One line for all that is worth knowing only; `only` says that there is nothing else.
pub(crate) fn write_lows(out: &mut String, lows: &[&Entry], column: usize, only: bool, paint: &Paint<'_>) {
    if lows.is_empty() {
        return;
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    lows.iter().for_each(|entry| *counts.entry(entry.item.id).or_default() += 1);
    let ids: Vec<String> = counts
        .into_iter()
        .map(|(id, count)| if count == 1 { id.to_owned() } else { format!("{id} ({count})") })
        .collect();
    let column = column.max(Severity::Low.name().len());
    let more = if only { "" } else { " more" };
    let text = format!("{}{more}: {} (--all lists them)", lows.len(), ids.join(", "));
    let severity = padded(&paint.severity(Severity::Low), column);
    for (at, line) in wrap(&text, paint.style.width.saturating_sub(column + 2)).iter().enumerate() {
        let lead = if at == 0 { severity.clone() } else { " ".repeat(column) };
        out.push_str(&format!("{lead}  {line}\n"));
    }
}

/// The worst findings with what to do about each.
pub(crate) fn write_first(out: &mut String, model: &Model, triage: &Triage<'_>, paint: &Paint<'_>) {
    if triage.first.is_empty() {
        return;
    }
    let head = "Start with these:";
    out.push_str(&format!("{}\n", paint.ink(Ink::Strong, head)));
    for (at, line) in triage.first.iter().enumerate() {
        let entry = line.first();
        let number = format!("{:>2}. ", at + 1);
        let text = format!("{}: {}", places(line, model), entry.item.finding.title);
        paint.paragraph(out, &number, &text, Ink::Plain);
        if !entry.item.finding.why.is_empty() {
            let why = model.without_folder(&entry.item.finding.why);
            paint.paragraph(out, "    ", &format!("why: {why}"), Ink::Plain);
        }
        write_remedy(out, entry, model, paint);
        // A command that is broken in two would do something else.
        let label = if entry.way().is_run() { "run" } else { "more" };
        let command = paint.ink(Ink::Place, &paint.text(&command(entry, model)));
        out.push_str(&format!("    {label}: {command}\n"));
        if let Some(elsewhere) = elsewhere(line, model) {
            paint.paragraph(out, "    ", &elsewhere, Ink::Faint);
        }
    }
    out.push('\n');
}

/// What to do in a few lines.
fn write_remedy(out: &mut String, entry: &Entry, model: &Model, paint: &Paint<'_>) {
    /// `explain` shows the others.
    const MOST_LINES: usize = 6;
    let indent = "    ";
    let short = |text: &str| paint.text(&model.without_folder(text));
    for sentence in sentences(entry).iter().filter(|sentence| !sentence.is_empty()) {
        paint.paragraph(out, indent, &short(sentence), Ink::Plain);
    }
    if let Remedy::Fix(fix) = &entry.item.finding.remedy {
        for question in fix.questions.iter().filter(|question| question.required) {
            paint.paragraph(out, indent, &format!("asks: {}", question.ask), Ink::Plain);
        }
    }
    let written = entry.lines().iter().flat_map(|lines| lines.split('\n')).map(|line| (Ink::Good, line));
    // What is applied stands in the diff below.
    let offered = entry.diffs.iter().filter(|_| matches!(entry.way(), Way::Offered(_) | Way::Asks(_)));
    let sign = |line: &str| if line.starts_with('-') { Ink::Bad } else { Ink::Good };
    let changed = offered.flat_map(Diff::changed).map(|line| (sign(line), line));
    let lines: Vec<(Ink, &str)> = written.chain(changed).collect();
    for (ink, line) in lines.iter().take(MOST_LINES) {
        let line = paint.ink(*ink, &short(line));
        out.push_str(format!("{indent}{} {line}", paint.ink(Ink::Faint, "│")).trim_end());
        out.push('\n');
    }
    if lines.len() > MOST_LINES {
        out.push_str(&format!("{indent}{}\n", paint.ink(Ink::Faint, "│ …")));
    }
}

/// What to do about a finding, in a sentence; for the lines to write see [`Entry::lines`].
pub(crate) fn remedy(entry: &Entry) -> String {
    sentences(entry).into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

/// What to do about a finding, and where; either may be empty.
fn sentences(entry: &Entry) -> [String; 2] {
    let what = match (&entry.item.finding.remedy, &entry.item.fate) {
        (Remedy::Fix(fix), Fate::Refused(why)) => {
            // The text names the same changes with their places.
            let told =
                fix.by_hand.as_ref().map(|advice| advice.text.as_str()).filter(|text| !text.is_empty());
            format!("by hand: {} (not edited: {why})", told.unwrap_or(&fix.title))
        }
        (Remedy::Fix(fix), _) if fix.safety == Safety::Hazardous => format!("fix, hazardous: {}", fix.title),
        (Remedy::Fix(fix), _) => format!("fix: {}", fix.title),
        (Remedy::Advice(advice), _) if advice.text.is_empty() => String::new(),
        (Remedy::Advice(advice), _) if advice.text.contains('\n') => format!("by hand:\n{}", advice.text),
        (Remedy::Advice(advice), _) => format!("by hand: {}", advice.text),
    };
    let goes = match &entry.item.finding.remedy {
        Remedy::Advice(advice) => Some(advice),
        Remedy::Fix(fix) => fix.by_hand.as_ref(),
    };
    let goes = goes.filter(|advice| !advice.goes.is_empty());
    let goes = goes.map(|advice| format!("where: {}", advice.goes)).unwrap_or_default();
    [what, goes]
}

/// Where else the command of a finding changes something.
fn elsewhere(line: &TriageLine<'_>, model: &Model) -> Option<String> {
    let entry = line.first();
    if !matches!(entry.way(), Way::Offered(tier) if tier <= Safety::OnRequest) {
        return None;
    }
    let own = |other: &&Entry| line.entries.iter().any(|one| std::ptr::eq(*one, *other));
    let others = model.left().filter(|other| other.item.id == entry.item.id && !own(other));
    let others = others.filter(
        |other| matches!(other.way(), Way::Offered(tier) | Way::Applied(tier) if tier <= Safety::OnRequest),
    );
    let mut places: Vec<String> = others
        .map(|other| format!("{}:{}", model.without_folder(&other.item.spot.file), other.item.spot.line))
        .collect();
    places.dedup();
    (!places.is_empty()).then(|| format!("(it also changes {})", places.join(", ")))
}

/// The command that mends a finding, or shows it whole.
pub(crate) fn command(entry: &Entry, model: &Model) -> String {
    let (id, path) = (entry.item.id, model.path.as_deref());
    match entry.way() {
        Way::Applied(_) => format!("litellm-fix --write{}", model.again),
        Way::Offered(_) | Way::Asks(_) if entry.way().is_run() => {
            let Remedy::Fix(fix) = &entry.item.finding.remedy else { return String::new() };
            let asked = fix.questions.iter().filter(|question| question.required);
            let answers = asked.map(|question| {
                let value = if matches!(question.default, Value::Bool(_)) { "true" } else { "VALUE" };
                format!(" --set {id}.{}={value}", question.param)
            });
            format!("litellm-fix --write --select {id}{}{}", answers.collect::<String>(), model.again)
        }
        _ => format!("litellm-fix explain {id} {}", path.unwrap_or(&entry.item.spot.file)),
    }
}

/// Sentences that belong to all of it.
pub(crate) fn write_notes(out: &mut String, notes: &[String], paint: &Paint<'_>) {
    /// The others are told with `-v`.
    const MOST: usize = 4;
    let verbose = paint.style.verbosity == super::Verbosity::Verbose;
    let shown = if verbose { notes.len() } else { MOST };
    for note in notes.iter().take(shown) {
        paint.paragraph(out, "note: ", note, Ink::Faint);
    }
    if notes.len() > shown {
        let text =
            format!("{} (-v shows them)", super::counted(notes.len() - shown, "more note", "more notes"));
        paint.paragraph(out, "note: ", &text, Ink::Faint);
    }
    if !notes.is_empty() {
        out.push('\n');
    }
}

/// Every place of a few.
fn places(line: &TriageLine<'_>, model: &Model) -> String {
    const FEW: usize = 4;
    let named = line.entries.iter().take(FEW);
    let mut named: Vec<String> = named
        .map(|entry| format!("{}:{}", model.without_folder(&entry.item.spot.file), entry.item.spot.line))
        .collect();
    if line.entries.len() > FEW {
        named.push(format!("{} more", line.entries.len() - FEW));
    }
    named.join(", ")
}

/// Where it is; of several findings how many there are.
fn place(line: &TriageLine<'_>, model: &Model) -> String {
    let spot = &line.first().item.spot;
    if line.by_id {
        return super::counted(line.entries.len(), "place", "places");
    }
    let more = match line.entries.len() {
        1 => String::new(),
        count => format!(" (+{})", count - 1),
    };
    format!("{}:{}{more}", model.without_folder(&spot.file), spot.line)
}

fn padded(text: &str, width: usize) -> String {
    console::pad_str(text, width, console::Alignment::Left, None).into_owned()
}

/// The end of a place says more than its begin.
fn shortened(place: &str, width: usize) -> String {
    let wide = console::measure_text_width(place);
    if wide <= width {
        return place.to_owned();
    }
    let mut rest = place;
    while console::measure_text_width(rest) + 1 > width {
        let mut chars = rest.chars();
        chars.next();
        rest = chars.as_str();
    }
    format!("…{rest}")
}
