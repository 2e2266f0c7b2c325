//! Where the number of workers counts: what stands there with another number, or the place where nothing stands yet.

use super::VARIABLE;
use crate::document::Value;
use crate::plan::Lines;
use crate::plan::build::{in_values, instead_of, variable_lines};
use crate::project::{At, Installation, OfficialChart, Place};

const OPTION: &str = "--num_workers";

/// The lines that set this number where it counts, and where they go. `place` is that of the effective number, where something sets it.
pub fn lines(installation: &Installation<'_>, place: Option<&Place>, number: u64) -> Lines {
    if let Some((place, key)) = place.and_then(|place| Some((place, argument(place)?))) {
        let line = rewritten(installation, place, key, number);
        return Lines::new(vec![line], instead_of(installation, place));
    }
    let line = format!("numWorkers: {number}");
    match (installation.parts.chart(), place) {
        (Some(_), Some(place)) if place.last_key() == Some("numWorkers") => {
            Lines::new(vec![line], instead_of(installation, place))
        }
        (Some(OfficialChart { key: Some(key), .. }), _) => in_values(installation, &[key], &[line]),
        (Some(_), None) => in_values(installation, &[], &[line]),
        (_, place) => {
            let given = place.and_then(|place| {
                installation.all_variables().iter().find(|variable| variable.stands_at(place))
            });
            variable_lines(installation, given.map_or(VARIABLE, |given| &given.name), &number.to_string())
        }
    }
}

/// The lines that make so many instances, and where they go; `None` where nothing shows how many there are.
pub fn instances(installation: &Installation<'_>, number: u64) -> Option<Lines> {
    let answer = installation.setting("replicas");
    let line = |key: &str| format!("{key}: {number}");
    if let Some(place) = answer.place() {
        return Some(Lines::new(vec![line(place.last_key()?)], instead_of(installation, place)));
    }
    let chart = installation.parts.is_litellm_helm();
    chart.then(|| in_values(installation, &[], &[line("replicaCount")]))
}

/// The key of the command or arguments that a place lies in.
fn argument(place: &Place) -> Option<&'static str> {
    let At::Yaml { path, .. } = &place.at else { return None };
    let last = path.steps().iter().rev().take(2);
    ["command", "args", "entrypoint", "extraArgs"]
        .into_iter()
        .find(|key| last.clone().any(|step| *step == (*key).into()))
}

/// The arguments that stand there, with another number; in a script only the option itself.
fn rewritten(installation: &Installation<'_>, place: &Place, key: &str, number: u64) -> String {
    let list = match &place.at {
        At::Yaml { doc, path } if path.last_key().is_none_or(|last| last != key) => {
            path.split_last().map(|(list, _)| Place::yaml(place.file, *doc, list))
        }
        _ => Some(place.clone()),
    };
    let words =
        list.and_then(|list| installation.value_at(&list)).and_then(|value| Installation::texts(&value));
    let Some(mut words) = words.filter(|words| words.iter().any(|word| word.starts_with(OPTION))) else {
        return format!("{OPTION} {number}");
    };
    for at in 0..words.len() {
        if words[at] == OPTION && at + 1 < words.len() {
            words[at + 1] = number.to_string();
        } else if words[at].starts_with("--num_workers=") {
            words[at] = format!("{OPTION}={number}");
        }
    }
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    format!("{key}: [{}]", words.join(", "))
}

/// Whether a value is a whole number, also as a text.
pub fn is_whole(value: &Value) -> bool {
    match value {
        Value::Int(_) => true,
        Value::Str(text) => text.trim().parse::<i64>().is_ok(),
        _ => false,
    }
}
