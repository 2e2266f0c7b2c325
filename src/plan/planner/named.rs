//! A title names all that its fix does: what the words of a transform leave out is added.
//!
//! This is the one place that reads a title, and only for the names in it: nothing is decided by it but what the title still has to say. Titles made
//! of parts, with their names as data, would say each name twice in every transform, once to the reader and once to this module, and
//! nothing could check that the two agree; the words cannot disagree with themselves.

use crate::document::{Step, Value};
use crate::plan::finding::{Fix, Intent};
use crate::project::{At, Place};

/// So many names are listed; of more the rest is counted.
const LISTED: usize = 4;

/// Completes the title of a fix with the keys and variables that it sets, moves, renames or removes without naming them.
pub(in crate::plan) fn complete(fix: &mut Fix) {
    let added = unnamed(fix);
    // The only thing that a fix sets is what its title says, by the name that it has there: a key of a ConfigMap, for one.
    if let ([Intent::Set(place, _) | Intent::Ensure(place, _)], [_]) = (&*fix.intents, &*added)
        && let Some(key) = key(place)
        && added == [format!("set `{key}`")]
    {
        fix.title = format!("{}, as `{key}`", fix.title);
    } else if !added.is_empty() {
        fix.title = format!("{}; also {}", fix.title, added.join(", "));
    }
}

/// `set a, b`, `remove c`: what the title does not name, by what is done to it.
fn unnamed(fix: &Fix) -> Vec<String> {
    let words = words(&fix.title);
    let mut by_verb: Vec<(&str, Vec<String>)> = Vec::new();
    for intent in &fix.intents {
        let (verb, names) = names(intent);
        let known = |name: &String| words.contains(&plain(name));
        // One name is enough: a section that is named stands for what is in it, and of a new name the old one tells.
        if names.is_empty() || names.iter().any(|name| name.alone && known(&name.text)) {
            continue;
        }
        let at = by_verb.iter().position(|(known, _)| *known == verb).unwrap_or_else(|| {
            by_verb.push((verb, Vec::new()));
            by_verb.len() - 1
        });
        let listed = &mut by_verb[at].1;
        for name in names.into_iter().filter(|name| name.told).map(|name| name.text) {
            if !known(&name) && !listed.contains(&name) {
                listed.push(name);
            }
        }
    }
    by_verb.retain(|(_, names)| !names.is_empty());
    by_verb.into_iter().map(|(verb, names)| format!("{verb} {}", listed(&names))).collect()
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    match names.len().checked_sub(LISTED).filter(|more| *more > 0) {
        Some(more) => format!("{} and {more} more", quoted.join(", ")),
        None => quoted.join(", "),
    }
}

/// A name by which a change may be told.
struct Name {
    text: String,
    /// Whether the change is told with it alone.
    alone: bool,
    /// Whether it is added where it is missing.
    told: bool,
}

fn name(text: &str, alone: bool, told: bool) -> Name {
    Name { text: text.to_owned(), alone, told }
}

fn names(intent: &Intent) -> (&'static str, Vec<Name>) {
    let own = |place: &Place, told: bool| key(place).map(|key| name(&key, true, told));
    match intent {
        Intent::Set(place, value) | Intent::Ensure(place, value) => {
            let around = around(place).map(|key| name(&key, true, false));
            let inner: Vec<Name> = inside(value).iter().map(|key| name(key, false, true)).collect();
            let told = inner.is_empty();
            ("set", own(place, told).into_iter().chain(around).chain(inner).collect())
        }
        Intent::Append(place, value) => {
            let inner: Vec<Name> = item(value).iter().map(|key| name(key, true, true)).collect();
            let told = inner.is_empty();
            ("add to", own(place, told).into_iter().chain(inner).collect())
        }
        Intent::Rename(place, new) => {
            ("rename", own(place, true).into_iter().chain([name(new, true, false)]).collect())
        }
        Intent::Move(place, _) => ("move", own(place, true).into_iter().collect()),
        Intent::Remove { place, .. } => ("remove", own(place, true).into_iter().collect()),
        Intent::Comment(..) => ("", Vec::new()),
    }
}

/// The key or variable that a place is about: of an item that of its list.
fn key(place: &Place) -> Option<String> {
    match &place.at {
        At::Yaml { path, .. } => {
            let mut path = path.clone();
            loop {
                if let Some(key) = path.last_key() {
                    return Some(key.to_owned());
                }
                path = path.split_last()?.0;
            }
        }
        At::Env(name) | At::Variable { name, .. } | At::Argument { flag: name, .. } => Some(name.clone()),
        At::Line(_) => None,
    }
}

/// What a value in a probe or a list belongs to: the probe, or the variable that an item gives.
fn around(place: &Place) -> Option<String> {
    let At::Yaml { path, .. } = &place.at else { return None };
    let keys = path.steps().iter().rev().skip(1).filter_map(|step| match step {
        Step::Key(key) => Some(key),
        _ => None,
    });
    const PROBES: [&str; 4] = ["healthcheck", "liveness", "readiness", "startup"];
    keys.take(3).find(|key| key.ends_with("Probe") || PROBES.contains(&key.as_str())).cloned()
}

/// The keys of a mapping.
fn inside(value: &Value) -> Vec<String> {
    match value {
        Value::Map(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The variable that an item of a list gives; nothing of another item, which may hold anything.
fn item(value: &Value) -> Vec<String> {
    let named = |(key, value): &(String, Value)| match value {
        Value::Str(text) if key == "name" => Some(text.clone()),
        _ => None,
    };
    match value {
        Value::Map(entries) => entries.iter().find_map(named).into_iter().collect(),
        Value::Str(text) => text.split_once('=').map(|(name, _)| name.to_owned()).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The words of a title that may be names.
fn words(title: &str) -> Vec<String> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let words = title.split(|c: char| !is_name(c)).filter(|word| !word.is_empty());
    // `general_settings.alerting` names both.
    words.flat_map(|word| word.split('.').chain([word])).map(plain).collect()
}

/// A setting and its variable differ in letter case alone.
fn plain(name: &str) -> String {
    name.trim_matches(['-', '.']).to_ascii_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Path;
    use crate::plan::finding::Safety;
    use crate::project::FileId;

    fn title(title: &str, intents: Vec<Intent>) -> String {
        let mut fix = Fix::plain(title, Safety::Safe, intents);
        complete(&mut fix);
        fix.title
    }

    fn at(keys: &[&str]) -> Place {
        Place::yaml(FileId(0), 0, Path::keys(keys.iter().copied()))
    }

    #[test]
    fn what_a_title_leaves_out_is_added() {
        let set = |key: &str| Intent::Set(at(&["general_settings", key]), Value::Int(1));
        assert_eq!(title("set a to 1", vec![set("a")]), "set a to 1");
        assert_eq!(title("set a to 1", vec![set("a"), set("b")]), "set a to 1; also set `b`");
        let remove = |key: &str| Intent::Remove { place: at(&[key]), comments: true };
        assert_eq!(
            title("set a to 1", vec![set("a"), set("b"), remove("c")]),
            "set a to 1; also set `b`, remove `c`"
        );
        let many = ["b", "c", "d", "e", "f", "g"].map(set).to_vec();
        assert_eq!(title("set a", many), "set a; also set `b`, `c`, `d`, `e` and 2 more");
    }

    #[test]
    fn what_is_told_by_its_section_its_variable_or_its_new_name_is_named() {
        let map = Value::Map(vec![("b".into(), Value::Int(1))]);
        assert_eq!(
            title("set section to b 1", vec![Intent::Set(at(&["section"]), map.clone())]),
            "set section to b 1"
        );
        assert_eq!(title("add b", vec![Intent::Ensure(at(&["section"]), map)]), "add b");
        assert_eq!(
            title(
                "set litellm_log to ERROR",
                vec![Intent::Set(Place::env(FileId(0), "LITELLM_LOG"), Value::Int(1))]
            ),
            "set litellm_log to ERROR"
        );
        assert_eq!(
            title("write it as `new`", vec![Intent::Rename(at(&["old"]), "new".into())]),
            "write it as `new`"
        );
        let item = Value::Map(vec![("name".into(), "JSON_LOGS".into()), ("value".into(), "true".into())]);
        assert_eq!(title("set JSON_LOGS", vec![Intent::Append(at(&["env"]), item)]), "set JSON_LOGS");
    }
}
