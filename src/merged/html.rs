//! The report of many as one page that needs nothing else: no network, no fonts, no scripts of others. Without its script it is whole; that
//! only sorts and searches.

use super::charts;
use super::model::{ById, Finding, Merged, Outcome, Standing};
use super::way::{Way, Ways};
use crate::plan::Severity;
use crate::report::{counted, one_line};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the policy of the page admits besides nothing; the test `the_policy_names_what_the_page_has` says what they have to be.
const STYLE_SUM: &str = "sha256-qC2F7Tk7h4MWggD2uesFacRnjaUvzbsUo+EWpe9l2nw=";
const SCRIPT_SUM: &str = "sha256-5imz8tLcGsu106Fbk8r5pbv9PlqRd8bgVNDrAUhuH2o=";

/// So many findings, and so many refused ones, have a row: a page of more is none that people read.
const MOST: usize = 1_000;

pub(super) fn html(merged: &Merged) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{STYLE_SUM}'; script-src '{SCRIPT_SUM}'; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>LiteLLM in {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
        counted(merged.repositories.len(), "repository", "repositories")
    );
    head(&mut out, merged);
    standings(&mut out, merged);
    course(&mut out, merged);
    out.push_str("<div class=\"columns\">\n");
    scores(&mut out, merged);
    ways(&mut out, merged);
    out.push_str("</div>\n");
    ids(&mut out, merged);
    repositories(&mut out, merged);
    worst(&mut out, merged);
    refused(&mut out, merged);
    failed(&mut out, merged);
    foot(&mut out);
    out.push_str(&format!("</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    out
}

/// A text as a part of the page.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The same of a sentence, with what stands between backticks as code.
fn sentence(sentence: &str) -> String {
    let text = text(sentence);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text;
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        0 => (*part).to_owned(),
        _ => format!("<code>{part}</code>"),
    };
    parts.iter().enumerate().map(part).collect()
}

fn head(out: &mut String, merged: &Merged) {
    let dates = merged.repositories.iter().map(|one| one.date.as_str()).filter(|date| !date.is_empty());
    let day = |date: &str| date.get(..10).unwrap_or(date).to_owned();
    let span = match (dates.clone().min().map(day), dates.max().map(day)) {
        (Some(first), Some(last)) if first == last => format!(" · judged on {}", text(&last)),
        (Some(first), Some(last)) => format!(" · judged from {} to {}", text(&first), text(&last)),
        _ => String::new(),
    };
    let all = counted(merged.repositories.len(), "repository", "repositories");
    out.push_str(&format!(
        "<header>\n<h1>LiteLLM in {all}</h1>\n<p class=\"faint\">{} with LiteLLM{span}</p>\n</header>\n",
        merged.with_litellm()
    ));
    let serious = merged.standings[0] + merged.standings[1];
    let score = merged.score.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"));
    let pending = Way::PENDING.iter().map(|way| merged.count(*way)).sum();
    let mut tiles = vec![
        (
            if serious > 0 { "bad" } else { "good" },
            serious.to_string(),
            "repositories with critical or high findings",
        ),
        ("", score, "average score, of 10"),
        ("", merged.open.iter().sum::<usize>().to_string(), "open findings"),
        ("good", merged.count(Way::Ready).to_string(), "fixes ready: --write applies them"),
        ("", usize::to_string(&pending), "fixes that wait for a decision"),
        ("", (merged.count(Way::ByHand) + merged.count(Way::Refused)).to_string(), "to be done by hand"),
    ];
    if merged.count(Way::Applied) > 0 {
        tiles[3] = ("good", merged.count(Way::Applied).to_string(), "fixes applied");
    }
    out.push_str("<div class=\"tiles\">\n");
    for (class, number, what) in tiles {
        out.push_str(&format!("<div class=\"tile {class}\"><b>{number}</b><span>{what}</span></div>\n"));
    }
    out.push_str("</div>\n");
}

fn standings(out: &mut String, merged: &Merged) {
    out.push_str("<section>\n<h2>Repositories by their worst open finding</h2>\n");
    out.push_str(&charts::stacked(&merged.standings));
    legend(out, Standing::ALL.iter().zip(merged.standings).filter(|(_, count)| *count > 0));
    out.push_str("</section>\n");
}

fn legend<'s>(out: &mut String, kinds: impl Iterator<Item = (&'s Standing, usize)>) {
    out.push_str("\n<ul class=\"legend\">\n");
    for (standing, count) in kinds {
        out.push_str(&format!(
            "<li><svg viewBox=\"0 0 11 11\" aria-hidden=\"true\"><rect class=\"s-{}\" width=\"11\" height=\"11\" rx=\"2\"/></svg>{} <b>{count}</b></li>\n",
            standing.name(),
            standing.words()
        ));
    }
    out.push_str("</ul>\n");
}

fn course(out: &mut String, merged: &Merged) {
    if merged.days.len() < 2 {
        return;
    }
    out.push_str("<section>\n<h2>Over time</h2>\n<div class=\"scroll newest\"><div class=\"wide\">");
    out.push_str(&charts::course(&merged.days));
    out.push_str("</div></div>\n<p class=\"note\">Repositories with LiteLLM by their worst open finding; above each day the average score. One that was not judged on a day stands as it did before.</p>\n</section>\n");
}

fn scores(out: &mut String, merged: &Merged) {
    out.push_str("<section>\n<h2>Scores</h2>\n");
    out.push_str(&charts::histogram(&merged.scores));
    out.push_str("<p class=\"note\">Repositories by score: 10 is the best, and one with a critical finding has at most 3.</p>\n</section>\n");
}

fn ways(out: &mut String, merged: &Merged) {
    out.push_str("<section>\n<h2>What can be done</h2>\n<dl class=\"ways\">\n");
    for (way, what) in [
        (Way::Applied, "applied in this run"),
        (Way::Ready, "ready: <code>--write</code> applies them"),
        (Way::Review, "pending: change behavior, <code>--include-review</code>"),
        (Way::OnRequest, "pending: only on request, <code>--apply all</code>"),
        (Way::Hazardous, "pending: can cost data or security, each asks by itself"),
        (Way::ByHand, "by hand: the report has the lines"),
        (Way::Refused, "refused: there is a fix that may not be made there"),
        (Way::Other, "declined, or their proof failed"),
    ] {
        let count = merged.count(way);
        if count > 0 || matches!(way, Way::Ready | Way::Review | Way::ByHand | Way::Refused) {
            out.push_str(&format!("<dt>{count}</dt><dd>{what}</dd>\n"));
        }
    }
    out.push_str("</dl>\n</section>\n");
}

/// The head of a section with a table: what is searched for, and the kinds to choose from.
fn table(out: &mut String, title: &str, kinds: &[&str], heads: &[(&str, bool)]) {
    out.push_str(&format!(
        "<section class=\"table\">\n<h2>{title}</h2>\n<div class=\"tools\" hidden><input type=\"search\" placeholder=\"Search\" aria-label=\"Search in this table\">"
    ));
    if !kinds.is_empty() {
        out.push_str("<select aria-label=\"Only these\"><option value=\"\">all</option>");
        kinds.iter().for_each(|kind| {
            out.push_str(&format!(
                "<option value=\"{kind}\">{}</option>",
                kind.replace("no_litellm", "no LiteLLM")
            ));
        });
        out.push_str("</select>");
    }
    out.push_str("<span class=\"shown faint\"></span></div>\n<div class=\"scroll\"><table>\n<thead><tr>");
    for (head, is_number) in heads {
        let class = if *is_number { " class=\"n\"" } else { "" };
        out.push_str(&format!("<th scope=\"col\"{class}>{head}</th>"));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
}

const END: &str = "</tbody>\n</table></div>\n";

fn number(count: usize) -> String {
    let class = if count == 0 { "n zero" } else { "n" };
    format!("<td class=\"{class}\">{count}</td>")
}

fn badge(standing: Standing) -> String {
    let (name, words) = (standing.name(), standing.words());
    format!("<td data-key=\"{}\"><span class=\"badge b-{name}\">{words}</span></td>", 9 - standing.rank())
}

/// Open findings by severity, and what can be done about them.
const COUNTS: [(&str, bool); 8] = [
    ("critical", true),
    ("high", true),
    ("medium", true),
    ("low", true),
    ("ready", true),
    ("pending", true),
    ("by hand", true),
    ("refused", true),
];

/// Their cells.
fn counts(open: &[usize; 4], ways: &Ways) -> String {
    let count = |way: &Way| ways.get(way).copied().unwrap_or(0);
    let pending = Way::PENDING.iter().map(count).sum();
    let by_way = [count(&Way::Ready), pending, count(&Way::ByHand), count(&Way::Refused)];
    open.iter().copied().chain(by_way).map(number).collect()
}

fn ids(out: &mut String, merged: &Merged) {
    if merged.ids.is_empty() {
        return;
    }
    let first = [("id", false), ("open", false), ("repositories", true)];
    let heads = [&first[..], &COUNTS].concat();
    table(out, "Findings by id", &[], &heads);
    let most = merged.ids.iter().map(|(_, of)| of.total()).max().unwrap_or(0);
    merged.ids.iter().for_each(|(id, of)| out.push_str(&id_row(id, of, most)));
    out.push_str(END);
    out.push_str("<p class=\"note\"><code>litellm-fix explain ID</code> has the whole story of each.</p>\n</section>\n");
}

fn id_row(id: &str, of: &ById, most: usize) -> String {
    format!(
        "<tr><td class=\"id\"><code title=\"{}\">{}</code></td><td data-key=\"{}\">{}</td>{}{}</tr>\n",
        text(&of.title),
        text(id),
        of.total(),
        charts::bar(&of.open, most),
        number(of.repositories),
        counts(&of.open, &of.ways)
    )
}

fn repositories(out: &mut String, merged: &Merged) {
    let kinds: Vec<&str> = Standing::ALL
        .iter()
        .zip(merged.standings)
        .filter(|(_, count)| *count > 0)
        .map(|(one, _)| one.name())
        .collect();
    let first = [("repository", false), ("worst", false), ("score", true)];
    let heads = [&first[..], &COUNTS, &[("LiteLLM", false)]].concat();
    table(out, "Repositories", &kinds, &heads);
    for one in &merged.repositories {
        let score = one.score.map_or_else(
            || "<td class=\"n zero\" data-key=\"-1\">–</td>".to_owned(),
            |score| format!("<td class=\"n\">{score:.1}</td>"),
        );
        let releases: Vec<String> = one.releases.iter().map(|release| text(release)).collect();
        out.push_str(&format!(
            "<tr data-kind=\"{}\"><td class=\"name\">{}</td>{}{score}{}<td>{}</td></tr>\n",
            one.standing.name(),
            text(&one.name),
            badge(one.standing),
            counts(&one.open, &one.ways),
            releases.join(", ")
        ));
    }
    out.push_str(END);
    out.push_str("</section>\n");
}

fn finding(one: &Outcome, of: &Finding, last: &str) -> String {
    format!(
        "<tr data-kind=\"{}\">{}<td class=\"id\"><code>{}</code></td><td title=\"{}\">{}</td><td class=\"name\">{}</td><td class=\"name\"><code>{}</code></td><td>{}</td></tr>\n",
        of.severity.name(),
        badge(Standing::Open(of.severity)),
        text(&of.id),
        text(&of.why),
        sentence(&of.title),
        text(&one.name),
        text(&of.place),
        sentence(last)
    )
}

const COLUMNS: [(&str, bool); 5] =
    [("severity", false), ("id", false), ("finding", false), ("repository", false), ("place", false)];

fn worst(out: &mut String, merged: &Merged) {
    let all = merged.findings(Severity::High);
    if all.is_empty() {
        return;
    }
    let heads: Vec<_> = COLUMNS.into_iter().chain([("what can be done", false)]).collect();
    table(out, "Critical and high findings", &["critical", "high"], &heads);
    all.iter().take(MOST).for_each(|(one, of)| out.push_str(&finding(one, of, of.way.words())));
    out.push_str(END);
    more(out, all.len());
    out.push_str("</section>\n");
}

fn refused(out: &mut String, merged: &Merged) {
    let mut all = merged.findings(Severity::Low);
    all.retain(|(_, of)| of.way == Way::Refused);
    if all.is_empty() {
        return;
    }
    let heads: Vec<_> = COLUMNS.into_iter().chain([("why it is refused", false)]).collect();
    table(out, "Refused fixes", &["critical", "high", "medium", "low"], &heads);
    all.iter().take(MOST).for_each(|(one, of)| out.push_str(&finding(one, of, &of.detail)));
    out.push_str(END);
    more(out, all.len());
    out.push_str("</section>\n");
}

fn more(out: &mut String, all: usize) {
    if all > MOST {
        out.push_str(&format!("<p class=\"note\">{} more are in the lines of JSON.</p>\n", all - MOST));
    }
}

fn failed(out: &mut String, merged: &Merged) {
    let mut all = merged.failed().peekable();
    if all.peek().is_none() {
        return;
    }
    table(out, "Not judged, or not wholly", &[], &[("repository", false), ("why", false)]);
    for one in all {
        out.push_str(&format!(
            "<tr><td class=\"name\">{}</td><td>{}</td></tr>\n",
            text(&one.name),
            sentence(&one.error)
        ));
    }
    out.push_str(END);
    out.push_str("</section>\n");
}

fn foot(out: &mut String) {
    out.push_str("<footer>\n<dl>\n");
    for (word, meaning) in [
        ("critical", "stopped, open or losing data today"),
        ("high", "fails in an ordinary incident"),
        ("medium", "costs under load"),
        ("low", "worth knowing"),
        ("ready", "sets what nothing sets; no reasonable installation is worse off"),
        ("pending", "changes behavior, or is no general advice: somebody has to say yes"),
    ] {
        out.push_str(&format!("<dt>{word}</dt><dd>{meaning}</dd>\n"));
    }
    out.push_str(&format!("</dl>\n<p>Made by litellm-fix {}.</p>\n</footer>\n", env!("CARGO_PKG_VERSION")));
}
