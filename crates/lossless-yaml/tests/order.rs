//! The modules stand in an order: each knows only those above it, and no two know each other.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, from the words up to what is offered; each may know itself and those before it.
const ROOMS: [&str; 16] = [
    "model",
    "text",
    "scalar",
    "parse",
    "witness",
    "source",
    "comments",
    "read",
    "write",
    "operation",
    "prove",
    "edit",
    "unit",
    "apply",
    "dotenv",
    "variables",
];

/// What each module imports, by their paths (`edit::plan`); tests aside.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    let module = |file: &PathBuf| {
        let inner = file.strip_prefix(&root).unwrap().with_extension("");
        inner.to_string_lossy().replace(['/', '\\'], "::").trim_end_matches("::mod").to_owned()
    };
    let modules: BTreeSet<String> = files.iter().map(module).collect();
    files
        .iter()
        .map(|file| {
            let text = fs::read_to_string(file).unwrap();
            let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
            let known = used(text).into_iter().filter_map(|path| longest(&path, &modules));
            let name = module(file);
            // A module knows those that stand in its folder.
            let inside = modules.iter().filter(|other| other.starts_with(&format!("{name}::"))).cloned();
            let others = known.filter(|other| *other != name).chain(inside).collect();
            (name, others)
        })
        .filter(|(name, _)| name != "lib" && !name.split("::").any(|part| part == "tests"))
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

/// The module that an item's path leads to.
fn longest(path: &str, modules: &BTreeSet<String>) -> Option<String> {
    let mut path = path;
    loop {
        if modules.contains(path) {
            return Some(path.to_owned());
        }
        path = path.rsplit_once("::")?.0;
    }
}

/// Every path behind `crate::`, one for each name in braces.
fn used(text: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = code.flat_map(|line| [line, "\n"]).collect();
    let mut used = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(end);
        match tail.strip_prefix('{') {
            Some(list) => {
                let list = &list[..list.find('}').unwrap()];
                assert!(!list.contains('{'), "one level of braces: {list}");
                let head = head.trim_end_matches("::");
                used.extend(list.split(',').map(|name| match name.trim() {
                    "self" => head.to_owned(),
                    name => format!("{head}::{name}"),
                }));
            }
            None => drop(used.insert(head.to_owned())),
        }
    }
    used
}

fn room(module: &str) -> &str {
    module.split("::").next().unwrap()
}

#[test]
fn a_room_knows_only_those_before_it() {
    let rank = |module: &str| ROOMS.iter().position(|name| *name == room(module));
    let mut wrong = Vec::new();
    for (module, others) in imports() {
        let own = rank(&module).unwrap_or_else(|| panic!("{module} stands in no room"));
        let later = others.iter().filter(|other| rank(other).unwrap() > own);
        wrong.extend(later.map(|other| format!("{module} knows {other}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_modules_know_each_other() {
    let mut left = imports();
    assert!(left.values().map(BTreeSet::len).sum::<usize>() > 100);
    loop {
        let names: BTreeSet<String> = left.keys().cloned().collect();
        let before = left.len();
        left.retain(|_, others| others.iter().any(|other| names.contains(other)));
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "a circle among {:#?}", left);
}

#[test]
fn nothing_is_imported_through_the_front_door_or_from_above() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in sources(&root) {
        let text = fs::read_to_string(&file).unwrap();
        let is_test = file.iter().any(|part| part == "tests" || part == "tests.rs");
        let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
        let words = used(text);
        let short = words.iter().find(|path| !path.contains("::") && path.starts_with(char::is_uppercase));
        assert!(is_test || short.is_none(), "{}: crate::{}", file.display(), short.unwrap());
        assert!(is_test || !text.contains("super::"), "{} says super::", file.display());
    }
}
