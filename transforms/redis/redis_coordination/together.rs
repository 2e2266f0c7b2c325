//! Findings that are one: names that leave one mapping for another one, or are renamed in one.

use crate::plan::{Finding, Fix, Intent, Remedy, State};
use crate::project::{At, Installation, Place};

/// Entries that leave one mapping for another one, or are renamed in one.
pub fn belong_together(one: &Finding, other: &Finding) -> bool {
    // The one does nothing without the other.
    let cache = |finding: &Finding| {
        matches!(finding.setting.as_str(), "cache" | "cache_params")
            && matches!(finding.remedy, Remedy::Fix(_))
    };
    if cache(one) && cache(other) {
        return true;
    }
    let to = |finding: &Finding| match &finding.remedy {
        Remedy::Fix(fix) => match fix.intents.first() {
            Some(Intent::Move(_, to)) => Some(to.clone()),
            _ => mapping(&finding.place),
        },
        Remedy::Advice(_) => mapping(&finding.place).filter(|_| finding.state == State::WRONG_SECTION),
    };
    let kind = |finding: &Finding| matches!(finding.remedy, Remedy::Fix(_));
    one.state == other.state && kind(one) == kind(other) && to(one).is_some() && to(one) == to(other)
}

/// The mapping that a place stands in, with its file.
fn mapping(place: &Place) -> Option<Place> {
    match &place.at {
        At::Yaml { doc, path } => Some(Place::yaml(place.file, *doc, path.split_last()?.0)),
        _ => None,
    }
}

/// One finding of both.
pub fn join(installation: &Installation<'_>, finding: &mut Finding, other: Finding) {
    match (&mut finding.remedy, other.remedy) {
        (Remedy::Fix(fix), Remedy::Fix(more)) => {
            let title = format!("{}, {}", fix.title, more.title);
            let intents = fix.intents.drain(..).chain(more.intents).collect();
            *fix = Fix::new(installation, title, fix.safety.max(more.safety), intents)
                .assuming("this activates them: they were not effective before");
            finding.why = "they look set, but none of them is effective".into();
        }
        (Remedy::Advice(advice), _) => {
            advice.text = "remove them there, or move them to where LiteLLM reads them".into();
            finding.why = "they look set, but are ineffective there".into();
        }
        (Remedy::Fix(_), Remedy::Advice(_)) => return,
    }
    finding.related.push((other.place, "also ignored".into()));
    let places = std::iter::once(&finding.place).chain(finding.related.iter().map(|(place, _)| place));
    let names: Vec<String> = places.map(|place| format!("`{}`", last(place))).collect();
    finding.title = format!("{} are ignored: LiteLLM does not read these names there", names.join(", "));
}

fn last(place: &Place) -> &str {
    match &place.at {
        At::Yaml { path, .. } => path.last_key().unwrap_or_default(),
        At::Env(name) | At::Variable { name, .. } | At::Argument { flag: name, .. } => name,
        At::Line(_) => "",
    }
}
