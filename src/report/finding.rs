//! One finding, for people.

use super::diff;
use super::paint::{Ink, Paint, spoken};
use crate::document::Value;
use crate::plan::{Advice, Fate, Fix, Item, Remedy};

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
pub(crate) fn write_item(out: &mut String, item: &Item, detail: Detail, paint: &Paint<'_>) {
    out.push_str(&head(item, paint));
    out.push('\n');
    let name = if item.spot.name.is_empty() { String::new() } else { format!("  {}", item.spot.name) };
    let place = format!("{}{name}", item.spot);
    out.push_str(&format!("  {} {}\n", paint.ink(Ink::Place, "-->"), paint.text(&place)));
    write_body(out, item, detail, paint);
}

/// The same without what it is and where.
pub(crate) fn write_body(out: &mut String, item: &Item, detail: Detail, paint: &Paint<'_>) {
    let finding = &item.finding;
    if !finding.why.is_empty() {
        paint.labelled(out, "why", &finding.why);
    }
    match &finding.remedy {
        Remedy::Fix(fix) => write_fix(out, item, fix, detail, paint),
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
        for change in &item.changes {
            diff::write_diff(out, change, true, "    ", paint);
        }
    }
}

/// `high[retry_policy] review: no retry policy is set`
pub(crate) fn head(item: &Item, paint: &Paint<'_>) -> String {
    let severity = paint.severity(item.finding.severity);
    let id = paint.ink(Ink::Strong, &format!("[{}]", item.id));
    let tier = match (&item.fate, &item.finding.remedy) {
        (Fate::Suppressed(_), _) => paint.ink(Ink::Faint, "suppressed"),
        (Fate::Refused(_), _) | (_, Remedy::Advice(_)) => paint.ink(Ink::Place, "advice"),
        (_, Remedy::Fix(fix)) => paint.safety(fix.safety, spoken(fix.safety)),
    };
    let title = paint.ink(Ink::Strong, &paint.text(&item.finding.title));
    format!("{severity}{id} {tier}: {title}")
}

fn write_fix(out: &mut String, item: &Item, fix: &Fix, detail: Detail, paint: &Paint<'_>) {
    paint.labelled(out, "fix", &fix.title);
    for assumption in &fix.assumptions {
        paint.labelled(out, "assumes", assumption);
    }
    for question in &fix.questions {
        let must = if question.required { ", must be answered" } else { "" };
        let default = paint.masker.mask_value(question.param, &shown_value(&question.default));
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
        let line = format!("{} {}", paint.ink(Ink::Faint, "│"), paint.ink(Ink::Good, &paint.line(line)));
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

/// A value as one would type it.
pub(crate) fn shown_value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Str(text) | Value::Other(text) => text.clone(),
        Value::Seq(items) => items.iter().map(shown_value).collect::<Vec<_>>().join(","),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{key}: {}", shown_value(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}
