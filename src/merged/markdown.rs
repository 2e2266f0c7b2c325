//! The report of many as Markdown: what matters, in a size that fits a comment or the summary of a job.

use super::model::{Merged, Outcome, Standing};
use super::way::Way;
use crate::plan::Severity;
use crate::report::{code, counted, plain};

/// So many repositories, and so many ids, have a row.
const ROWS: usize = 50;

pub(super) fn markdown(merged: &Merged) -> String {
    let mut out = String::from("# LiteLLM in all repositories\n\n");
    out.push_str(&totals(merged));
    let kinds = Standing::ALL.iter().zip(merged.standings).filter(|(_, count)| *count > 0);
    out.push_str("\n## Repositories by their worst finding\n\n| worst | repositories |\n|---|--:|\n");
    kinds.for_each(|(one, count)| out.push_str(&format!("| {} | {count} |\n", one.words())));
    if !merged.ids.is_empty() {
        out.push_str("\n## Findings\n\n| id | repositories | critical | high | medium | low | ready | review | on request | hazardous | by hand | refused |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    }
    for (id, of) in merged.ids.iter().take(ROWS) {
        let ways = Way::ALL[..6].iter().map(|way| of.ways.get(way).copied().unwrap_or(0));
        let counts = [of.repositories].into_iter().chain(of.open).chain(ways);
        let cells: String = counts.map(|count| format!(" {} |", number(count))).collect();
        out.push_str(&format!("| {} |{cells}\n", cell(id)));
    }
    more(&mut out, merged.ids.len());
    let told: Vec<&Outcome> =
        merged.repositories.iter().filter(|one| one.standing != Standing::Nothing).collect();
    if !told.is_empty() {
        out.push_str("\n## Repositories\n\n| repository | worst | score | critical | high | medium | low | ready | by hand |\n|---|---|--:|--:|--:|--:|--:|--:|--:|\n");
    }
    for one in told.iter().take(ROWS) {
        let score = one.score.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"));
        let counts = one.open.into_iter().chain([one.count(Way::Ready), one.count(Way::ByHand)]);
        let cells: String = counts.map(|count| format!(" {} |", number(count))).collect();
        out.push_str(&format!("| {} | {} | {score} |{cells}\n", cell(&one.name), one.standing.words()));
    }
    more(&mut out, told.len());
    if merged.days.len() > 1 {
        out.push_str("\n## Over time\n\n| day | critical | high | medium | low | clean | open findings | score |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
        for day in &merged.days {
            let cells: String = day.standings[..5].iter().map(|count| format!(" {count} |")).collect();
            let score = day.score.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"));
            out.push_str(&format!("| {} |{cells} {} | {score} |\n", plain(&day.day), day.open));
        }
    }
    let failed: Vec<&Outcome> = merged.failed().collect();
    if !failed.is_empty() {
        out.push_str("\n## Not judged, or not wholly\n\n");
        for one in failed.iter().take(ROWS) {
            out.push_str(&format!("- {}: {}\n", code(&one.name), plain(&one.error)));
        }
        more(&mut out, failed.len());
    }
    out
}

fn totals(merged: &Merged) -> String {
    let severities = Severity::ALL.iter().zip(merged.open).filter(|(_, count)| *count > 0);
    let severities: Vec<String> =
        severities.map(|(severity, count)| format!("{count} {}", severity.name())).collect();
    let mut out = format!(
        "{}, {} of them with LiteLLM.",
        counted(merged.repositories.len(), "repository", "repositories"),
        merged.with_litellm()
    );
    let open: usize = merged.open.iter().sum();
    if open > 0 {
        let all = counted(open, "open finding", "open findings");
        out.push_str(&format!(" {all}: {}.", severities.join(", ")));
    }
    if let Some(score) = merged.score {
        out.push_str(&format!(" Score {score:.1} of 10 on average."));
    }
    let ways = Way::ALL.iter().map(|way| (way, merged.count(*way))).filter(|(_, count)| *count > 0);
    let ways: Vec<String> = ways.map(|(way, count)| format!("{count} {}", way.words())).collect();
    if !ways.is_empty() {
        out.push_str(&format!("\nWhat can be done: {}.", ways.join(", ")));
    }
    out.push('\n');
    out
}

/// A name in a cell of a table: code ends no cell, but a `|` does, even there.
fn cell(name: &str) -> String {
    code(name).replace('|', "\\|")
}

fn number(count: usize) -> String {
    if count == 0 { "·".to_owned() } else { count.to_string() }
}

fn more(out: &mut String, all: usize) {
    if all > ROWS {
        out.push_str(&format!("\n{} more are in the other formats.\n", all - ROWS));
    }
}
