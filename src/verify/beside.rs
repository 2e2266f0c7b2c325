//! Files that a configuration names by relative paths, and modules beside it where they may run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::document::Value;
use crate::project::{Installation, inside};

/// No configuration needs more, and all of it is copied.
const MOST_FILES: usize = 200;
const LARGEST: u64 = 1_000_000;

/// Adds what a configuration names beside it. Code is added only where it is trusted.
pub fn add(installation: &Installation<'_>, trust: bool, files: &mut BTreeMap<String, String>) {
    let file = installation.files.get(installation.parts.main().file);
    let root = &file.repository.root;
    let Some(folder) = file.path.parent().and_then(|folder| {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        fs::canonicalize(folder).ok()
    }) else {
        return;
    };
    let mut named = Vec::new();
    for (_, config) in installation.configs() {
        texts(&config.value(installation.reader()), &mut named);
    }
    let mut found: Vec<PathBuf> = named.iter().filter_map(|text| path_of(&folder, text)).collect();
    if trust {
        modules(&folder, 3, &mut found);
    }
    for path in found.into_iter().take(MOST_FILES) {
        let is_code =
            path.extension().is_some_and(|ending| ending == "py" || ending == "pyc" || ending == "so");
        let small = fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() <= LARGEST);
        let Some(name) = inside(&path, root).filter(|_| small && (trust || !is_code)) else { continue };
        if let (false, Ok(text)) = (files.contains_key(&name), fs::read_to_string(&path)) {
            files.insert(name, text);
        }
    }
}

/// The file of the repository that a text names, if it names one.
fn path_of(folder: &Path, text: &str) -> Option<PathBuf> {
    let looks =
        text.len() < 200 && !text.contains("://") && !text.contains('\n') && text.contains(['.', '/']);
    let path = fs::canonicalize(folder.join(text)).ok().filter(|_| looks && !text.starts_with('/'))?;
    path.is_file().then_some(path)
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Str(text) => found.push(text.clone()),
        Value::Seq(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Map(entries) => entries.iter().for_each(|(_, value)| texts(value, found)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Other(_) => {}
    }
}

/// The modules of a folder and of those below it.
fn modules(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let other =
            name.starts_with('.') || ["node_modules", "venv", "target", "__pycache__"].contains(&&*name);
        let Ok(kind) = fs::symlink_metadata(&path) else { continue };
        if kind.is_dir() && depth > 0 && !other && found.len() < MOST_FILES {
            modules(&path, depth - 1, found);
        } else if kind.is_file() && name.ends_with(".py") {
            found.push(path);
        }
    }
}
