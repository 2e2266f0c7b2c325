//! Charts as SVG: shapes and numbers only. Colours come from classes, so that they follow light and dark.

use super::model::{Day, Standing};

/// The width of a chart in a column, in its own units.
const WIDTH: usize = 440;
/// That of one across the page.
const WIDE: usize = 920;

/// One bar of several parts: repositories by their standing.
pub(super) fn stacked(counts: &[usize; 7]) -> String {
    let total: usize = counts.iter().sum();
    let parts = Standing::ALL.iter().zip(counts).filter(|(_, count)| **count > 0);
    let mut svg = open(WIDE, 34, "Repositories by their worst open finding");
    let mut at = 0.0;
    for (standing, count) in parts {
        let width = share(*count, total, WIDE);
        // A line of the ground between parts, so that they differ without their colours too.
        let shown = (width - 2.0).max(1.0);
        svg.push_str(&format!(
            "<rect class=\"s-{}\" x=\"{at:.1}\" y=\"0\" width=\"{shown:.1}\" height=\"34\" rx=\"3\"><title>{}: {count}</title></rect>",
            standing.name(),
            standing.words()
        ));
        at += width;
    }
    svg + "</svg>"
}

/// Repositories by score, a bar for each point.
pub(super) fn histogram(scores: &[usize; 10]) -> String {
    const HEIGHT: usize = 190;
    const GROUND: f64 = 160.0;
    let most = scores.iter().copied().max().unwrap_or(0);
    let mut svg = open(WIDTH, HEIGHT, "Repositories by their score");
    let step = as_float(WIDTH) / 10.0;
    for (at, count) in scores.iter().enumerate() {
        let left = as_float(at) * step;
        let middle = left + step / 2.0;
        let height = if most == 0 { 0.0 } else { as_float(*count) / as_float(most) * 130.0 };
        let (top, from) = (GROUND - height, at);
        if *count > 0 {
            svg.push_str(&format!(
                "<rect class=\"bar\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{height:.1}\" rx=\"2\"><title>{from} to {}: {count}</title></rect><text class=\"value\" x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{count}</text>",
                left + 3.0,
                step - 6.0,
                at + 1,
                top - 6.0
            ));
        }
        svg.push_str(&format!(
            "<text x=\"{left:.1}\" y=\"178\" text-anchor=\"{}\">{from}</text>",
            anchor(at)
        ));
    }
    svg.push_str(&format!("<text x=\"{WIDTH}\" y=\"178\" text-anchor=\"end\">10</text>"));
    svg.push_str(&format!("<line class=\"axis\" x1=\"0\" y1=\"{GROUND}\" x2=\"{WIDTH}\" y2=\"{GROUND}\"/>"));
    svg + "</svg>"
}

fn anchor(at: usize) -> &'static str {
    if at == 0 { "start" } else { "middle" }
}

/// A bar in a row of a table, of its open findings by severity; `most` is the longest.
pub(super) fn bar(open: &[usize; 4], most: usize) -> String {
    let total: usize = open.iter().sum();
    let mut svg =
        format!("<svg class=\"rowbar\" viewBox=\"0 0 160 10\" role=\"img\" aria-label=\"{total}\">");
    let mut at = 0.0;
    for (standing, count) in Standing::ALL.iter().zip(open).filter(|(_, count)| **count > 0) {
        let width = share(*count, most, 160);
        svg.push_str(&format!(
            "<rect class=\"s-{}\" x=\"{at:.1}\" y=\"0\" width=\"{:.1}\" height=\"10\"/>",
            standing.name(),
            (width - 0.6).max(0.8)
        ));
        at += width;
    }
    svg + "</svg>"
}

/// A column of parts for each day, and the score above them.
pub(super) fn course(days: &[Day]) -> String {
    const HEIGHT: usize = 250;
    const GROUND: f64 = 215.0;
    const ROOM: f64 = 175.0;
    let most = days.iter().map(|day| day.standings[..5].iter().sum()).max().unwrap_or(0);
    let mut svg = open(WIDE, HEIGHT, "How all repositories stood, day by day");
    let step = as_float(WIDE) / as_float(days.len().max(1));
    let width = (step * 0.7).min(56.0);
    // Not every day has room for its name.
    let each = (as_float(days.len()) * 78.0 / as_float(WIDE)).ceil().max(1.0);
    for (at, day) in days.iter().enumerate() {
        let middle = as_float(at) * step + step / 2.0;
        let mut ground = GROUND;
        for (standing, count) in Standing::ALL.iter().zip(&day.standings[..5]).rev().filter(|(_, n)| **n > 0)
        {
            let height = as_float(*count) / as_float(most) * ROOM;
            ground -= height;
            svg.push_str(&format!(
                "<rect class=\"s-{}\" x=\"{:.1}\" y=\"{ground:.1}\" width=\"{width:.1}\" height=\"{:.1}\"><title>{}, {}: {count}</title></rect>",
                standing.name(),
                middle - width / 2.0,
                (height - 1.0).max(0.8),
                day.day,
                standing.words()
            ));
        }
        let above = ground - 8.0;
        let score = day.score.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"));
        svg.push_str(&format!(
            "<text class=\"value\" x=\"{middle:.1}\" y=\"{above:.1}\" text-anchor=\"middle\">{score}</text>"
        ));
        if (as_float(at) % each) == 0.0 {
            let y = GROUND + 20.0;
            svg.push_str(&format!(
                "<text x=\"{middle:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>",
                day.day
            ));
        }
    }
    svg.push_str(&format!("<line class=\"axis\" x1=\"0\" y1=\"{GROUND}\" x2=\"{WIDE}\" y2=\"{GROUND}\"/>"));
    svg + "</svg>"
}

fn open(width: usize, height: usize, label: &str) -> String {
    format!("<svg class=\"chart\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">")
}

fn share(count: usize, of: usize, width: usize) -> f64 {
    if of == 0 { 0.0 } else { as_float(count) / as_float(of) * as_float(width) }
}

fn as_float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
