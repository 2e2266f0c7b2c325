//! What a fix would write, as lines for somebody who does it by hand.

use crate::document::{Path, Step, Value};
use crate::plan::finding::{Advice, Fix, Intent};
use crate::plan::recommend::build::{place_in_words, shown, yaml_lines};
use crate::plan::recommend::lines;
use crate::project::{At, Installation, Place};

/// The lines of the changes of a fix, each headed by where it goes if there are several; what is removed, moved or renamed is told in
/// the text.
pub fn lines(installation: &Installation<'_>, fix: &Fix) -> Advice {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    let (mut text, mut renamed): (Vec<String>, Option<(&Place, &String)>) = (Vec::new(), None);
    for intent in &fix.intents {
        match intent {
            Intent::Set(place, value) | Intent::Ensure(place, value) => {
                let (goes, lines) = set(installation, place, value);
                match groups.iter_mut().find(|(known, _)| *known == goes) {
                    Some((_, known)) => known.extend(lines),
                    None => groups.push((goes, lines)),
                }
            }
            Intent::Append(place, value) => {
                groups.push((place_in_words(installation, place), vec![format!("- {}", shown(value))]));
            }
            Intent::Remove { place, .. } => text.push(format!("remove {}", spot(installation, place))),
            Intent::Move(from, to) => {
                let to = place_in_words(installation, to);
                // What was renamed just before is not there under its new name yet.
                let last = renamed.take().filter(|(place, new)| place.parent().child(new) == *from);
                let told = last.map(|(place, new)| {
                    text.pop();
                    format!("move {} to {to}, as `{new}`", spot(installation, place))
                });
                text.push(told.unwrap_or_else(|| format!("move {} to {to}", spot(installation, from))));
            }
            Intent::Rename(place, new) => {
                text.push(format!("rename {} to `{new}`", spot(installation, place)));
                renamed = Some((place, new));
            }
            Intent::Comment(..) => {}
        }
    }
    let text = text.join("; ");
    if let [(goes, lines)] = groups.as_slice() {
        return Advice { text, lines: lines.clone(), goes: goes.clone() };
    }
    let goes = if groups.is_empty() { "" } else { "the places named in the comments above the lines" };
    let lines =
        groups.into_iter().flat_map(|(goes, lines)| std::iter::once(format!("# {goes}")).chain(lines));
    Advice { text, lines: lines.collect(), goes: goes.to_owned() }
}

/// Where a value goes, and its lines there.
fn set(installation: &Installation<'_>, place: &Place, value: &Value) -> (String, Vec<String>) {
    let spot = installation.files.spot(place);
    let plain = value.as_str().map_or_else(|| shown(value), str::to_owned);
    match &place.at {
        At::Yaml { path, .. } => match path.steps().last() {
            Some(Step::Key(key)) => {
                let around = place.parent();
                let goes = format!("{} (line {})", place_in_words(installation, &around), spot.line);
                (goes, entry(key, value))
            }
            _ => (format!("in place of {}:{}", spot.file, spot.line), vec![shown(value)]),
        },
        At::Variable { block, name, .. } => {
            let key = block.path.last_key().unwrap_or_default();
            let line = lines::entry(Some(block.syntax), name, &plain);
            (format!("`{key}:` at {}:{}", spot.file, spot.line), line)
        }
        At::Argument { command, flag, .. } => {
            let key = command.last_key().unwrap_or_default();
            (format!("`{key}:` at {}:{}", spot.file, spot.line), vec![format!("{flag} {plain}")])
        }
        At::Env(name) if installation.files.unit(place.file).is_some() => {
            (spot.file, lines::in_unit(name, &plain))
        }
        At::Env(name) => (spot.file, lines::entry(None, name, &plain)),
        At::Line(_) => (format!("{}:{}", spot.file, spot.line), vec![plain]),
    }
}

fn entry(key: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Map(entries) if !entries.is_empty() => yaml_lines(key, entries),
        value => vec![format!("{key}: {}", shown(value))],
    }
}

/// What is at a place, and its line.
fn spot(installation: &Installation<'_>, place: &Place) -> String {
    let spot = installation.files.spot(place);
    let name = match &place.at {
        At::Yaml { path, .. } => last(path),
        At::Env(name) | At::Variable { name, .. } | At::Argument { flag: name, .. } => name.clone(),
        At::Line(_) => String::new(),
    };
    format!("`{name}` at {}:{}", spot.file, spot.line)
}

fn last(path: &Path) -> String {
    let key = path.steps().iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(key.clone()),
        _ => None,
    });
    key.unwrap_or_default()
}
