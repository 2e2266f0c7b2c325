//! From options and `.litellm-fix.yaml` to the rules of each installation.

mod ignored;

use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};

use anyhow::{Context, bail};
use ignore::gitignore::GitignoreBuilder;
pub use ignored::{Ignored, remembered};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::cli::RunArgs;
use crate::document::{Limits, Reader, Value, Yaml};
use crate::plan::{Rules, Safety, Transform};

/// The name of the preferences file.
pub const FILE: &str = ".litellm-fix.yaml";

/// The user's standing decisions, as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Preferences {
    select: Vec<String>,
    ignore: Vec<String>,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    parameters: BTreeMap<String, Map<String, Json>>,
    safety: BTreeMap<String, Tier>,
    overrides: Vec<Override>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Tier {
    Plain(Safety),
    Reasoned { tier: Safety, reason: String },
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Override {
    paths: Vec<String>,
    select: Vec<String>,
    ignore: Vec<String>,
    parameters: BTreeMap<String, Map<String, Json>>,
    safety: BTreeMap<String, Tier>,
}

const KEYS: [&str; 6] = ["select", "ignore", "exclude", "parameters", "safety", "overrides"];
const OVERRIDE_KEYS: [&str; 5] = ["paths", "select", "ignore", "parameters", "safety"];

/// The preferences nearest to a folder, looked for upwards to the folder with `.git`; where they stand, if there are any.
///
/// # Errors
/// A file that cannot be read, or has an unknown key, id, parameter or tier.
pub fn nearest(
    folder: &FilePath,
    transforms: &[Transform],
) -> anyhow::Result<Option<(PathBuf, Preferences)>> {
    let start =
        std::fs::canonicalize(if folder.as_os_str().is_empty() { FilePath::new(".") } else { folder })?;
    for folder in start.ancestors() {
        let path = folder.join(FILE);
        if path.is_file() {
            let preferences = read(&path, transforms).with_context(|| path.display().to_string())?;
            return Ok(Some((folder.to_owned(), preferences)));
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    Ok(None)
}

fn read(path: &FilePath, transforms: &[Transform]) -> anyhow::Result<Preferences> {
    let yaml = Yaml::from_bytes(&std::fs::read(path)?, &Limits::default())?;
    let Some(root) = yaml.root(0) else { return Ok(Preferences::default()) };
    for (key, _) in root.entries() {
        check_key(&key.text(), &KEYS, key.position())?;
    }
    for item in root.get("overrides").into_iter().flat_map(|list| list.items()) {
        for (key, _) in item.entries() {
            check_key(&key.text(), &OVERRIDE_KEYS, key.position())?;
        }
    }
    let mut written = json(&root.value(Reader::PyYaml));
    written.as_object_mut().into_iter().for_each(drop_empty);
    let overrides = written.get_mut("overrides").and_then(Json::as_array_mut).into_iter().flatten();
    overrides.filter_map(Json::as_object_mut).for_each(drop_empty);
    let preferences: Preferences = serde_json::from_value(written)?;
    preferences.check(transforms)?;
    Ok(preferences)
}

/// A key without a value, such as one whose list is commented out, says nothing.
fn drop_empty(map: &mut Map<String, Json>) {
    map.retain(|_, value| !value.is_null());
}

fn check_key(key: &str, known: &[&str], (line, column): (usize, usize)) -> anyhow::Result<()> {
    if known.contains(&key) {
        return Ok(());
    }
    bail!("line {line}, column {column}: unknown key `{key}`{}", suggest(key, known.iter().copied()))
}

/// `; did you mean …?`, or the whole list where nothing is near.
pub fn suggest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let near = known.iter().map(|one| (strsim::damerau_levenshtein(word, one), *one)).min();
    match near {
        Some((distance, name)) if distance <= 3 => format!("; did you mean `{name}`?"),
        _ => format!("; known are {}", known.join(", ")),
    }
}

impl Preferences {
    fn check(&self, transforms: &[Transform]) -> anyhow::Result<()> {
        let ids =
            self.select.iter().chain(&self.ignore).chain(self.parameters.keys()).chain(self.safety.keys());
        let inner = self.overrides.iter().flat_map(|one| {
            one.select.iter().chain(&one.ignore).chain(one.parameters.keys()).chain(one.safety.keys())
        });
        for id in ids.chain(inner) {
            known_id(id, transforms)?;
        }
        for (id, params) in
            self.parameters.iter().chain(self.overrides.iter().flat_map(|one| &one.parameters))
        {
            for param in params.keys() {
                known_param(id, param, transforms)?;
            }
        }
        Ok(())
    }
}

/// The id of the transform of this name or former name.
///
/// # Errors
/// No transform has it; the error suggests the nearest.
pub fn known_id(id: &str, transforms: &[Transform]) -> anyhow::Result<&'static str> {
    let found = transforms.iter().find(|one| one.meta.id == id || one.meta.aliases.contains(&id));
    match found {
        Some(transform) => Ok(transform.meta.id),
        None => bail!("there is no fix `{id}`{}", suggest(id, transforms.iter().map(|one| one.meta.id))),
    }
}

fn known_param(id: &str, param: &str, transforms: &[Transform]) -> anyhow::Result<()> {
    let defaults = transforms.iter().find(|one| one.meta.id == id).and_then(|one| one.defaults.as_object());
    let Some(defaults) = defaults.filter(|defaults| !defaults.contains_key(param)) else { return Ok(()) };
    if defaults.is_empty() {
        bail!("`{id}` has no parameters");
    }
    bail!("`{id}` has no parameter `{param}`{}", suggest(param, defaults.keys().map(String::as_str)))
}

/// The rules for an installation whose configuration is `file`.
///
/// # Errors
/// An unknown id, parameter or tier, in the options or in the preferences.
pub fn rules(args: &RunArgs, file: &FilePath, transforms: &[Transform]) -> anyhow::Result<Rules> {
    let folder = file.parent().unwrap_or(FilePath::new(""));
    let mut rules = Rules { include_review: args.include_review, ..Rules::default() };
    if let Some((home, preferences)) = nearest(folder, transforms)? {
        rules.select = canonical(preferences.select, transforms);
        rules.ignore = canonical(preferences.ignore, transforms);
        add(&mut rules, transforms, preferences.parameters, preferences.safety);
        for one in preferences.overrides {
            if matches(&home, &one.paths, file)? {
                if !one.select.is_empty() {
                    rules.select = canonical(one.select, transforms);
                }
                rules.ignore.extend(canonical(one.ignore, transforms));
                add(&mut rules, transforms, one.parameters, one.safety);
            }
        }
    }
    for id in &args.select {
        rules.named.push(known_id(id, transforms)?.to_owned());
    }
    if !rules.named.is_empty() {
        rules.select = rules.named.clone();
        rules.ignore.retain(|id| !rules.named.contains(id));
    }
    for id in &args.ignore {
        rules.ignore.push(known_id(id, transforms)?.to_owned());
    }
    for text in &args.set {
        let (id, param, value) = assignment(text)?;
        let id = known_id(id, transforms)?;
        known_param(id, param, transforms)?;
        rules.params.entry(id.to_owned()).or_default().insert(param.to_owned(), value);
    }
    Ok(rules)
}

/// Former names of ids as their names of today; the preferences were checked when they were read.
fn canonical(ids: Vec<String>, transforms: &[Transform]) -> Vec<String> {
    ids.into_iter().map(|id| known_id(&id, transforms).map_or(id, str::to_owned)).collect()
}

fn add(
    rules: &mut Rules,
    transforms: &[Transform],
    parameters: BTreeMap<String, Map<String, Json>>,
    safety: BTreeMap<String, Tier>,
) {
    for (id, params) in parameters {
        let id = known_id(&id, transforms).map_or(id, str::to_owned);
        rules.params.entry(id).or_default().extend(params);
    }
    for (id, tier) in safety {
        let tier = match tier {
            Tier::Plain(tier) => (tier, None),
            Tier::Reasoned { tier, reason } => (tier, Some(reason)),
        };
        let id = known_id(&id, transforms).map_or(id, str::to_owned);
        rules.safety.insert(id, tier);
    }
}

fn matches(home: &FilePath, globs: &[String], file: &FilePath) -> anyhow::Result<bool> {
    let mut builder = GitignoreBuilder::new(home);
    for glob in globs {
        builder.add_line(None, glob).with_context(|| format!("`{glob}` in overrides is not a glob"))?;
    }
    // Options are checked on a file that need not exist.
    let Ok(file) = std::fs::canonicalize(file) else { return Ok(false) };
    Ok(builder.build()?.matched_path_or_any_parents(&file, false).is_ignore())
}

/// `id.param=value`; the value is read as YAML.
fn assignment(text: &str) -> anyhow::Result<(&str, &str, Json)> {
    let parts = text.split_once('=').and_then(|(name, value)| Some((name.split_once('.')?, value)));
    let Some(((id, param), value)) = parts else {
        bail!("`--set {text}` is not of the form ID.PARAM=VALUE, such as proxy_batch_write_at.seconds=30");
    };
    let yaml =
        Yaml::read(value, &Limits::default()).with_context(|| format!("the value of `--set {text}`"))?;
    Ok((id, param, yaml.root(0).map_or(Json::Null, |root| json(&root.value(Reader::PyYaml)))))
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Int(int) => i64::try_from(*int).map_or_else(|_| Json::String(int.to_string()), Json::from),
        Value::Float(float) => Json::from(*float),
        Value::Str(text) | Value::Other(text) => Json::from(text.as_str()),
        Value::Seq(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), json(value))).collect())
        }
    }
}
