//! One finding for people, with all that there is to know about it.

use super::model::Entry;
use super::paint::{Ink, Paint, spoken};
use crate::plan::{Advice, Fate, Fix, Item, Remedy, typed};

/// How much of a finding is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// All but its diff.
    Told,
    /// Also what its fix alone would change.
    Shown,
    /// The same for somebody who decides just now: nothing of options that would decide.
    Asked,
}

/// Writes a finding with all that there is to know about it.
/// `of` names its installation where there are several; an assumption that is `shared` is told below all of them.
pub(crate) fn write_entry(
    out: &mut String,
    entry: &Entry,
    detail: Detail,
    of: Option<&str>,
    shared: &[&str],
    paint: &Paint<'_>,
) {
    let item = &entry.item;
    out.push_str(&head(item, paint));
    out.push('\n');
    let name = if item.spot.name.is_empty() { String::new() } else { format!("  {}", item.spot.name) };
    let place = format!("{}{name}", item.spot);
    out.push_str(&format!("  {} {}\n", paint.ink(Ink::Place, "-->"), paint.text(&place)));
    if let Some(of) = of.filter(|of| *of != item.spot.file) {
        paint.labelled(out, "of", of);
    }
    write_body(out, entry, detail, shared, paint);
}

/// The same without what it is and where.
pub(crate) fn write_body(
    out: &mut String,
    entry: &Entry,
    detail: Detail,
    shared: &[&str],
    paint: &Paint<'_>,
) {
    let item = &entry.item;
    let finding = &item.finding;
    if !finding.why.is_empty() {
        paint.labelled(out, "why", &finding.why);
    }
    match &finding.remedy {
        Remedy::Fix(fix) => {
            write_fix(out, item, fix, detail, shared, paint);
            if let Some(advice) = &fix.by_hand {
                write_advice(out, advice, paint);
            }
        }
        Remedy::Advice(advice) => write_advice(out, advice, paint),
    }
    for (spot, word) in &item.related {
        let name = if spot.name.is_empty() { String::new() } else { format!(" {}", spot.name) };
        paint.labelled(out, "see", &format!("{spot}{name}: {word}"));
    }
    if let Some((label, text)) = fate(item).filter(|_| detail != Detail::Asked) {
        paint.labelled(out, label, &text);
    }
    if detail != Detail::Told {
        for diff in &entry.diffs {
            diff.write(out, "    ", paint);
        }
    }
}

/// `high[retry_policy] review: no retry policy is set`
pub(crate) fn head(item: &Item, paint: &Paint<'_>) -> String {
    let severity = paint.severity(item.finding.severity);
    let id = format!("[{}]", paint.id(item.id));
    let tier = match (&item.fate, &item.finding.remedy) {
        (Fate::Suppressed(_), _) => paint.ink(Ink::Faint, "suppressed"),
        (Fate::Refused(_), _) | (_, Remedy::Advice(_)) => paint.ink(Ink::Place, "by hand"),
        (_, Remedy::Fix(fix)) => paint.safety(fix.safety, spoken(fix.safety)),
    };
    let title = paint.ink(Ink::Strong, &paint.text(&item.finding.title));
    format!("{severity}{id} {tier}: {title}")
}

fn write_fix(out: &mut String, item: &Item, fix: &Fix, detail: Detail, shared: &[&str], paint: &Paint<'_>) {
    paint.labelled(out, "fix", &fix.title);
    for assumption in &fix.assumptions {
        match shared.iter().position(|one| one == assumption) {
            Some(at) => paint.labelled(out, "assumes", &format!("note {} below", at + 1)),
            None => paint.labelled(out, "assumes", assumption),
        }
    }
    for question in &fix.questions {
        let must = if question.required { ", must be answered" } else { "" };
        let default = typed(&question.default);
        let reason =
            if question.reason.is_empty() { String::new() } else { format!(": {}", question.reason) };
        let option = match detail {
            Detail::Asked => String::new(),
            Detail::Told | Detail::Shown => format!("  --set {}.{}=…", item.id, question.param),
        };
        let text = format!("{} [{default}{must}{reason}]{option}", question.ask);
        paint.labelled(out, "asks", &text);
    }
}

fn write_advice(out: &mut String, advice: &Advice, paint: &Paint<'_>) {
    if !advice.text.is_empty() {
        paint.labelled(out, "advice", &advice.text);
    }
    if !advice.goes.is_empty() {
        paint.labelled(out, "where", &advice.goes);
    }
    for line in advice.lines.iter().flat_map(|lines| lines.split('\n')) {
        let line = format!("{} {}", paint.ink(Ink::Faint, "│"), paint.ink(Ink::Good, &paint.text(line)));
        out.push_str(&format!("           {}\n", line.trim_end()));
    }
}

fn fate(item: &Item) -> Option<(&'static str, String)> {
    Some(match &item.fate {
        Fate::Applied | Fate::Advice => return None,
        Fate::Mended(by) => ("mended", format!("the fix {by} already does it")),
        Fate::LeftOut(admits) => ("left out", format!("{admits} applies it")),
        Fate::Declined => ("declined", "you said no".to_owned()),
        Fate::Refused(why) => ("not done", why.clone()),
        Fate::Failed(why) => ("failed", why.clone()),
        Fate::Suppressed(reason) if reason.is_empty() => ("ignored", "without a reason".to_owned()),
        Fate::Suppressed(reason) => ("ignored", reason.clone()),
    })
}
