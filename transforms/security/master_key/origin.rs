//! What the master key in force is made from, and whether something else is made from the same.

use crate::document::Value;
use crate::project::{Installation, Place, Source};

/// The variable that the chart itself gives the master key in.
pub fn chart_variable(installation: &Installation<'_>) -> Option<&'static str> {
    installation.parts.chart().map(|chart| chart.master_key)
}

/// What the master key in force is made from: its variables, and the entry of a Secret that the chart reads it from. What a salt key refers
/// to must not be among them.
pub fn made_from(installation: &Installation<'_>) -> Vec<Source> {
    let mut found = Vec::new();
    let answer = installation.setting("master_key");
    let key = |place: &Place| place.last_key() == Some("master_key");
    found.extend(answer.place().map(|place| installation.source_at(place)));
    if !answer.place().is_some_and(key) {
        found.push(Source::Variable("LITELLM_MASTER_KEY".into()));
        found.extend(chart_variable(installation).map(|name| Source::Variable(name.into())));
    }
    let mut at = 0;
    while at < found.len() && found.len() < 32 {
        if let Source::Variable(name) = &found[at] {
            let given = installation.variables(name).into_iter().next();
            found.extend(given.map(|given| installation.source_at(&given.place)));
        }
        at += 1;
    }
    let of_chart = chart_variable(installation).map(|name| Source::Variable(name.into()));
    if of_chart.is_some_and(|variable| found.contains(&variable)) {
        found.extend(chart_entry(installation));
    }
    found
}

/// The entry that the chart reads the master key from; without a name in the values it is one that the chart makes itself.
fn chart_entry(installation: &Installation<'_>) -> Option<Source> {
    let text = |name| {
        let answer = installation.setting(name);
        answer.value().and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let default = installation.parts.chart()?.master_key_entry;
    let key = text("chart_master_key_entry").unwrap_or_else(|| default.to_owned());
    let name = text("chart_master_key_secret").unwrap_or_else(|| "*-masterkey".to_owned());
    Some(Source::SecretEntry { name, key })
}

/// Whether two values come from the same variable or the same entry of a Secret.
pub fn same(one: &Source, other: &Source) -> bool {
    let name = |origin: &Source| match origin {
        Source::Variable(name) | Source::Caller { name, .. } => Some(name.clone()),
        _ => None,
    };
    match (one, other) {
        (Source::SecretEntry { name, key }, Source::SecretEntry { name: other, key: other_key }) => {
            let matches = match other.strip_prefix('*') {
                Some(end) => name.ends_with(end),
                None => name == other,
            };
            matches && key == other_key
        }
        _ => name(one).is_some_and(|one| name(other) == Some(one)),
    }
}
