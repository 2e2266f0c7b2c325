//! From options and `.litellm-fix.yaml` to the rules of each installation.

mod decided;
mod ignored;
mod own;
mod schema;
mod standing;
mod written;

use std::path::Path as FilePath;

use anyhow::{Context, bail};
pub use decided::{Decided, Reviewed, save};
pub use ignored::{ToIgnore, remembered};
pub use schema::schema;
use serde_json::Value as Json;
pub use standing::Standing;
use written::WrittenDecisions;

use crate::cli::RunArgs;
use crate::document::{Limits, Reader, Yaml};
use crate::own::{OwnRules, PREFIX, is_name, kept};
use crate::plan::{Rules, Transform, to_json};

/// The name of the preferences file.
pub const FILE: &str = ".litellm-fix.yaml";

/// `; did you mean …?`, or the whole list where nothing is near.
pub fn suggest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let plain = word.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    let near = known.iter().map(|one| (strsim::damerau_levenshtein(&plain, one), *one)).min();
    let part = || {
        let holds = |one: &&&str| one.contains(&plain) || plain.contains(**one);
        known.iter().filter(|_| plain.len() >= 4).filter(holds).min_by_key(|one| one.len())
    };
    match near {
        Some((distance, name)) if distance <= 3.max(plain.len() / 4) && distance < plain.len() => {
            format!("; did you mean `{name}`?")
        }
        _ => match part() {
            Some(name) => format!("; did you mean `{name}`?"),
            None => format!("; known are {}", known.join(", ")),
        },
    }
}

/// A word that somebody wrote where a name belongs; what cannot be a name may be anything, a secret too.
fn quoted(word: &str) -> String {
    let name =
        word.len() <= 64 && word.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'/' | b'.'));
    if name { format!("`{word}`") } else { format!("of that name ({} characters)", word.chars().count()) }
}

/// The id of the transform of this name or former name.
///
/// # Errors
/// No transform has it; the error suggests the nearest.
pub fn known_id(id: &str, transforms: &[Transform]) -> anyhow::Result<&'static str> {
    let found = transforms.iter().find(|one| one.meta.id == id || one.meta.aliases.contains(&id));
    match found {
        Some(transform) => Ok(transform.meta.id),
        None => {
            let setting = id.to_ascii_lowercase();
            let owner = transforms.iter().find(|one| one.meta.settings.contains(&&*setting));
            let suggestion = match owner {
                Some(owner) => format!("; did you mean `{}`, which looks after that setting?", owner.meta.id),
                None => suggest(id, transforms.iter().map(|one| one.meta.id)),
            };
            bail!("there is no fix {}{suggestion}", quoted(id))
        }
    }
}

/// The same for what options and decisions name. Of many repositories not each has every rule of the user's own: what is meant for
/// many is `of_many`.
///
/// # Errors
/// As with [`known_id`].
pub fn named_id(id: &str, transforms: &[Transform], of_many: bool) -> anyhow::Result<&'static str> {
    let is_rule = || id.strip_prefix(PREFIX).is_some_and(is_name);
    if of_many && is_rule() { Ok(kept(id.to_owned())) } else { known_id(id, transforms) }
}

fn known_param(id: &str, param: &str, transforms: &[Transform]) -> anyhow::Result<()> {
    let defaults = transforms.iter().find(|one| one.meta.id == id).and_then(|one| one.defaults.as_object());
    let Some(defaults) = defaults.filter(|defaults| !defaults.contains_key(param)) else { return Ok(()) };
    if defaults.is_empty() {
        bail!("`{id}` has no parameters");
    }
    let suggestion = suggest(param, defaults.keys().map(String::as_str));
    bail!("`{id}` has no parameter {}{suggestion}", quoted(param))
}

/// Puts the rules of the user's own in force that are about the installation whose configuration is `file`.
///
/// # Errors
/// Preferences that are wrong, or a path of a rule that is no glob.
pub fn own_rules(
    file: &FilePath,
    standing: &Standing,
    registry: &[Transform],
    all: &mut OwnRules,
) -> anyhow::Result<()> {
    let folder = file.parent().unwrap_or(FilePath::new(""));
    let Some(nearest) = standing.nearest(folder, registry)? else { return Ok(()) };
    let (home, preferences) = &*nearest;
    let real = std::fs::canonicalize(file)?;
    for rule in &preferences.rules {
        match own::is_about(rule, home, &real)? {
            true => all.add_for(rule, file),
            false => all.add(rule),
        }
    }
    Ok(())
}

/// The rules for an installation whose configuration is `file`.
///
/// # Errors
/// An unknown id, parameter or tier, in the options or in the preferences.
pub fn rules(
    args: &RunArgs,
    file: &FilePath,
    standing: &Standing,
    transforms: &[Transform],
) -> anyhow::Result<Rules> {
    let folder = file.parent().unwrap_or(FilePath::new(""));
    let mut rules = Rules { apply: args.apply(), ..Rules::default() };
    if let Some(nearest) = standing.nearest(folder, transforms)? {
        let (home, preferences) = &*nearest;
        add(&mut rules, &preferences.all);
        // Options are checked on a file that need not exist.
        if let Ok(file) = std::fs::canonicalize(file) {
            for one in preferences.overrides_of(home, &file)? {
                add(&mut rules, &one.decisions);
            }
        }
    }
    let known = |id: &str| named_id(id, transforms, args.is_one_of_many);
    for id in &args.select {
        rules.named.push(known(id)?.to_owned());
    }
    if !rules.named.is_empty() {
        rules.select = rules.named.clone();
        rules.ignore.retain(|id| !rules.named.contains(id));
    }
    for id in &args.only {
        rules.only.push(known(id)?.to_owned());
    }
    if !rules.only.is_empty() {
        rules.select.clear();
        rules.ignore.retain(|id| !rules.only.contains(id));
    }
    for id in &args.ignore {
        rules.ignore.push(known(id)?.to_owned());
    }
    for text in &args.set {
        let (id, param, value) = assignment(text)?;
        let id = known(id)?;
        known_param(id, param, transforms)?;
        rules.params.entry(id.to_owned()).or_default().insert(param.to_owned(), value);
    }
    Ok(rules)
}

/// Adds what one part of the preferences says, over what was said before.
fn add(rules: &mut Rules, decisions: &WrittenDecisions) {
    if !decisions.select.is_empty() {
        rules.select.clone_from(&decisions.select);
    }
    rules.ignore.extend(decisions.ignore.iter().cloned());
    for (id, params) in &decisions.parameters {
        rules.params.entry(id.clone()).or_default().extend(params.clone());
    }
    rules.safety.extend(decisions.safety.clone());
}

/// `id.param=value`; the value is read as YAML.
fn assignment(text: &str) -> anyhow::Result<(&str, &str, Json)> {
    let parts = text.split_once('=').and_then(|(name, value)| Some((name.split_once('.')?, value)));
    let Some(((id, param), value)) = parts else {
        bail!("`--set {text}` is not of the form ID.PARAM=VALUE, such as proxy_batch_write_at.seconds=30");
    };
    let yaml =
        Yaml::read(value, &Limits::default()).with_context(|| format!("the value of `--set {text}`"))?;
    Ok((id, param, yaml.root(0).map_or(Json::Null, |root| to_json(&root.value(Reader::PyYaml)))))
}
