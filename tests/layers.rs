//! A layer imports only what stands below it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules, and those that each may know besides itself. `document` is a crate of its own, which cargo keeps from knowing any.
const LAYERS: &[(&str, &[&str])] = &[
    ("project", &["document"]),
    ("plan", &["document", "project"]),
    ("transforms", &["document", "project", "plan"]),
    // Rules of the user's own are made into transforms.
    ("own", &["document", "project", "plan"]),
    // Text in, text out.
    ("cases", &[]),
    ("report", &["document", "project", "plan"]),
    ("commit", &["document", "project", "plan"]),
    ("review", &["document", "project", "plan", "report"]),
    ("verify", &["document", "project", "plan", "report"]),
    ("exit", &[]),
    ("day", &[]),
    // It is told how one repository is judged, and does not know the pipeline.
    ("fleet", &["cli", "commit", "day", "exit", "plan", "project", "report"]),
    ("merged", &["cli", "day", "plan", "report"]),
    // The top: the pipeline knows everything.
    ("cli", &["*"]),
    ("preferences", &["*"]),
    ("run", &["*"]),
];

/// The rooms of `project`, from the lowest on: each knows those before it.
const ROOMS: &[&str] = &[
    "platform",
    "repository",
    "process",
    "kubernetes",
    "settings",
    "secrets",
    "installation",
    "loading",
    "environment",
    "effective",
    "facts",
];

/// The rooms of `plan`, likewise.
const ROOMS_OF_PLAN: &[&str] = &["said", "recommend", "planner"];

/// What a transform may take from `document`: data, and nothing that reads or edits text.
const DATA: [&str; 3] = ["Value", "Path", "Step"];

#[test]
fn a_layer_knows_only_those_below() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for top in ["src", "transforms"] {
        for file in sources(&root.join(top)) {
            let shown = file.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let own = module(&shown);
            if own == "main" || own == "lib" {
                continue;
            }
            let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == own) else {
                wrong.push(format!("{shown}: the module {own} stands in no layer"));
                continue;
            };
            for used in used(&fs::read_to_string(&file).unwrap()) {
                seen += 1;
                let (first, rest) = used.split_once("::").unwrap_or((&used, ""));
                if first != own && !below.contains(&first) && !below.contains(&"*") {
                    wrong.push(format!("{shown} uses {used}: {own} may not know {first}"));
                }
                if own == "transforms" && first == "document" && !DATA.contains(&rest) {
                    wrong.push(format!("{shown} uses {used}: a transform never reads or edits text"));
                }
            }
        }
    }
    assert!(seen > 50, "only {seen} imports found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One word means one thing: no two types have one name that others than the module beside may see. Each transform has its `Params`.
#[test]
fn no_two_types_have_one_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut homes: HashMap<String, Vec<String>> = HashMap::new();
    for file in ["src", "transforms"].iter().flat_map(|top| sources(&root.join(top))) {
        let shown = file.strip_prefix(root).unwrap().display().to_string();
        for line in fs::read_to_string(&file).unwrap().lines() {
            let line = line.trim_start();
            let seen = ["pub ", "pub(crate) ", "pub(in crate::project) "];
            let Some(rest) = seen.iter().find_map(|seen| line.strip_prefix(seen)) else { continue };
            let Some(name) = ["struct ", "enum ", "trait "].iter().find_map(|kind| rest.strip_prefix(kind))
            else {
                continue;
            };
            let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
            homes.entry(name).or_default().push(shown.clone());
        }
    }
    assert!(homes.len() > 200, "only {} types found", homes.len());
    homes.retain(|name, homes| homes.len() > 1 && name != "Params");
    assert!(homes.is_empty(), "{homes:#?}");
}

#[test]
fn a_room_knows_only_those_below() {
    let wrong = [rooms("project", ROOMS, 500), rooms("plan", ROOMS_OF_PLAN, 50)].concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The imports of the rooms of a layer that lead up. Below all rooms are the files that stand beside them.
fn rooms(layer: &str, order: &[&str], least: usize) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(layer);
    let place = |room: &str| match root.join(format!("{room}.rs")).is_file() {
        true => Some(0),
        false => order.iter().position(|one| *one == room).map(|at| at + 1),
    };
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in sources(&root) {
        let shown = file.strip_prefix(&root).unwrap();
        let own = shown.components().next().unwrap().as_os_str().to_string_lossy();
        let own = own.trim_end_matches(".rs");
        if own == "mod" {
            continue;
        }
        let Some(at) = place(own) else {
            wrong.push(format!("the room {own} stands nowhere in the order"));
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        for used in used(&text).iter().filter_map(|used| used.strip_prefix(&format!("{layer}::"))) {
            seen += 1;
            // What a layer shows of all its rooms is for the layers above it.
            match place(used.split("::").next().unwrap()) {
                None => {
                    wrong.push(format!("{} uses {used}, and does not say of which room", shown.display()));
                }
                Some(other) if other > at => {
                    wrong
                        .push(format!("{} uses {used}: {own} may not know a room above it", shown.display()));
                }
                Some(_) => {}
            }
        }
    }
    for room in order {
        assert!(root.join(room).is_dir(), "the room {room} of {layer} is not there");
    }
    assert!(seen > least, "only {seen} imports found in {layer}");
    wrong
}

/// A transform asks the installation, which gives it facts and places, and no file.
#[test]
fn no_transform_sees_a_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("transforms");
    let text = |file: &PathBuf| fs::read_to_string(file).unwrap().split_whitespace().collect::<String>();
    let all = sources(&root);
    let asks = all.iter().filter(|file| text(file).contains("installation.setting(")).count();
    assert!(asks > 30, "only {asks} transforms ask for a setting");
    let sees = all.iter().filter(|file| text(file).contains("installation.files"));
    assert_eq!(sees.collect::<Vec<_>>(), Vec::<&PathBuf>::new());
}

/// Facts travel as types: below the edge nothing gives a sentence as a reason. What `loading` could not read it tells itself; that a text is
/// no version, the standard library tells.
#[test]
fn no_reason_is_a_sentence() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/project");
    let told = |file: &Path, line: &str| {
        let code = line.trim_start();
        let field = ["String", "&'static str", "Option<String>"]
            .iter()
            .any(|text| code.trim_start_matches("pub ").starts_with(&format!("reason: {text}")));
        let error = code.contains("-> Result<") && code.contains(", String>");
        field || error && !(code.starts_with("fn from_str") && file.ends_with("settings/version.rs"))
    };
    let mut wrong = Vec::new();
    for file in sources(&root).iter().filter(|file| !file.starts_with(root.join("loading"))) {
        for line in fs::read_to_string(file).unwrap().lines().filter(|line| told(file, line)) {
            wrong.push(format!("{}: {}", file.strip_prefix(&root).unwrap().display(), line.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing asks what a text for people says: of titles, reasons, assumptions and the words of a fact. What is shown is cut and wrapped in
/// `report`; tests look at all of it.
#[test]
fn nobody_reads_what_is_told() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let told = [".title", ".why", ".assumptions", ".words()"];
    let asked = [
        "==\"",
        "!=\"",
        ".contains(",
        ".starts_with(",
        ".ends_with(",
        ".strip_",
        ".split",
        ".rsplit",
        ".retain(",
    ];
    let mut wrong = Vec::new();
    for file in ["src", "transforms"].iter().flat_map(|top| sources(&root.join(top))) {
        let shown = file.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        if shown.starts_with("src/report/") || shown.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code: String = text.split("#[cfg(test)]").next().unwrap().split_whitespace().collect();
        for told in told {
            for rest in code.split(told).skip(1) {
                if asked.iter().any(|asked| rest.starts_with(asked)) {
                    wrong.push(format!("{shown} reads {told}{}", rest.chars().take(40).collect::<String>()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A method on an installation may be written in any room, and needs no import.
#[test]
fn a_method_asks_only_rooms_below() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/project");
    let mut methods = Vec::new();
    let mut lowest: HashMap<String, usize> = HashMap::new();
    for (at, room) in ROOMS.iter().enumerate() {
        for file in sources(&root.join(room)) {
            let shown = file.strip_prefix(&root).unwrap().display().to_string();
            for body in of_installation(&fs::read_to_string(&file).unwrap()) {
                for line in body.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "))
                {
                    let Some((_, name)) = line.split_once("fn ") else { continue };
                    lowest.entry(word(name).to_owned()).or_insert(at);
                }
                methods.push((at, shown.clone(), body));
            }
        }
    }
    let mut wrong = Vec::new();
    for (at, file, body) in methods {
        let code: String = body.split_whitespace().collect();
        for asked in ["self.", "Self::"].iter().flat_map(|on| code.split(on).skip(1)) {
            let name = word(asked);
            let called = asked[name.len()..].starts_with(['(', ')', ':', ',']);
            if let Some(room) = lowest.get(name).filter(|room| called && **room > at) {
                wrong.push(format!("{file} asks {name}, which stands in {}", ROOMS[*room]));
            }
        }
    }
    assert!(lowest.len() > 100, "only {} methods found", lowest.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The bodies of `impl Installation`.
fn of_installation(text: &str) -> Vec<String> {
    let blocks = text.split("\nimpl").skip(1).filter_map(|block| {
        let (head, body) = block.split_once('\n')?;
        let of = head.contains(" Installation<") && !head.contains(" for ");
        of.then(|| body.split("\n}").next().unwrap_or_default().to_owned())
    });
    blocks.collect()
}

/// The name that a text begins with.
fn word(text: &str) -> &str {
    &text[..text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())]
}

/// The first folder, or the file's own name, below `src`.
fn module(shown: &str) -> &str {
    let Some(inner) = shown.strip_prefix("src/") else { return "transforms" };
    inner.split(['/', '.']).next().unwrap()
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

/// Every path after `crate::`, one for each name in braces: `document::Value`.
fn used(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut used = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let mut names = Vec::new();
        expand("", rest, &mut names);
        used.extend(names);
    }
    used
}

/// Reads one path, or a braced list of paths, and returns what follows it.
fn expand<'a>(prefix: &str, text: &'a str, into: &mut Vec<String>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return rest;
            }
            if let Some(after) = rest.strip_prefix('}') {
                return after;
            }
            rest = expand(prefix, rest, into).trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    // A star, a rename: read over it, so that every step forward is one.
    if end == 0 {
        let mut chars = text.chars();
        chars.next();
        return chars.as_str();
    }
    let path = if prefix.is_empty() { text[..end].to_owned() } else { format!("{prefix}::{}", &text[..end]) };
    match text[end..].strip_prefix("::") {
        Some(rest) if !rest.starts_with('<') => expand(&path, rest, into),
        _ => {
            into.push(path);
            &text[end..]
        }
    }
}

#[test]
fn imports_are_read() {
    let text =
        "use crate::plan::{A, build::{b, c}};\n// crate::no\nfn x() { crate::run::go(1) }\nuse crate::cli;";
    assert_eq!(used(text), ["plan::A", "plan::build::b", "plan::build::c", "run::go", "cli"]);
}
