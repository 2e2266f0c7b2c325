//! `.litellm-fix.yaml` as it is written. What is wrong is said by its place and kind: a value of the file is never quoted.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::path::Path as FilePath;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde_json::{Map, Value as Json};

use super::own;
use super::{known_id, known_param, suggest};
use crate::document::{Kind, Limits, Node, Reader, Yaml};
use crate::own::{OwnRules, Rule};
use crate::plan::{Safety, Transform, to_json};

/// The user's standing decisions.
#[derive(Clone, Debug, Default)]
pub struct Preferences {
    /// What they say in general.
    pub all: WrittenDecisions,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// What they say of some installations only, by the path of their configuration.
    pub overrides: Vec<Override>,
    /// Rules of the user's own, in the order in which they are written.
    pub rules: Vec<Arc<Rule>>,
}

/// What may be said in general and of some installations.
#[derive(Clone, Debug, Default)]
pub struct WrittenDecisions {
    /// The only ids to run; empty for all.
    pub select: Vec<String>,
    /// Ids not to run.
    pub ignore: Vec<String>,
    /// Parameters by id.
    pub parameters: BTreeMap<String, Map<String, Json>>,
    /// Changed tiers by id, with the reason given.
    pub safety: BTreeMap<String, (Safety, Option<String>)>,
}

/// Decisions for the installations whose configuration one of these globs matches.
#[derive(Clone, Debug, Default)]
pub struct Override {
    /// The globs.
    pub paths: Vec<String>,
    /// What is said of them.
    pub decisions: WrittenDecisions,
    compiled: OnceCell<Gitignore>,
}

/// The keys that stand at the top only.
pub(super) const TOP: [&str; 3] = ["exclude", "overrides", "rules"];
pub(super) const DECISIONS: [&str; 4] = ["select", "ignore", "parameters", "safety"];
pub(super) const TIERS: [(&str, Safety); 4] = [
    ("safe", Safety::Safe),
    ("review", Safety::Review),
    ("on_request", Safety::OnRequest),
    ("hazardous", Safety::Hazardous),
];

impl Preferences {
    /// Reads and checks them.
    ///
    /// # Errors
    /// No YAML, or an unknown key, id, parameter or tier, or a value of another kind.
    pub fn read(bytes: &[u8], transforms: &[Transform]) -> anyhow::Result<Self> {
        let yaml = Yaml::from_bytes(bytes, &Limits::default())?;
        let Some(root) = only(&yaml)?.filter(|root| !root.is_null(Reader::PyYaml)) else {
            return Ok(Self::default());
        };
        let entries = entries(root, "the file")?;
        let rules = entries.iter().find(|(key, _)| key.text() == "rules");
        let rules = rules.map(|(_, value)| own::read(*value)).transpose()?.unwrap_or_default();
        let mut found = Self { rules, ..Self::default() };
        // Other keys may name the rules.
        let mut own = OwnRules::default();
        found.rules.iter().for_each(|rule| own.add(rule));
        let known: Vec<Transform> = transforms.iter().cloned().chain(own.transforms(&[])).collect();
        let transforms = &*known;
        for (key, value) in entries {
            match &*key.text() {
                "rules" => {}
                "exclude" => found.exclude = texts(value, "exclude")?,
                "overrides" => found.overrides = overrides(value, transforms)?,
                _ => found.all.take(key, value, &TOP, transforms)?,
            }
        }
        Ok(found)
    }

    /// What is said of the installation with this configuration; `home` is the folder of the preferences, links followed in both.
    ///
    /// # Errors
    /// A glob that is none.
    pub fn overrides_of(&self, home: &FilePath, file: &FilePath) -> anyhow::Result<Vec<&Override>> {
        let mut those = Vec::new();
        for one in &self.overrides {
            if one.globs(home)?.matched_path_or_any_parents(file, false).is_ignore() {
                those.push(one);
            }
        }
        Ok(those)
    }
}

impl Override {
    /// Its globs, compiled once, for preferences that stand in this folder.
    fn globs(&self, home: &FilePath) -> anyhow::Result<&Gitignore> {
        if let Some(globs) = self.compiled.get() {
            return Ok(globs);
        }
        let globs = globs(home, &self.paths, "a path in overrides")?;
        Ok(self.compiled.get_or_init(|| globs))
    }
}

/// Globs as in `.gitignore`, from a folder.
///
/// # Errors
/// One that is none, or globs of which each only takes files out.
pub(super) fn globs(home: &FilePath, paths: &[String], what: &str) -> anyhow::Result<Gitignore> {
    let mut builder = GitignoreBuilder::new(home);
    for glob in paths {
        builder.add_line(None, glob).map_err(|_| anyhow::anyhow!("{what} is not a glob"))?;
    }
    let globs = builder.build()?;
    let names_some = paths.is_empty() || globs.num_ignores() > 0;
    ensure!(names_some, "{what} names no file: it only leaves some out");
    Ok(globs)
}

fn overrides(list: Node<'_>, transforms: &[Transform]) -> anyhow::Result<Vec<Override>> {
    let mut all = Vec::new();
    for item in items(list, "overrides")? {
        let mut one = Override::default();
        for (key, value) in entries(item, "an entry of overrides")? {
            match &*key.text() {
                "paths" => {
                    one.paths = texts(value, "paths")?;
                    globs(FilePath::new("/"), &one.paths, "it").with_context(|| at(value).to_string())?;
                }
                _ => one.decisions.take(key, value, &["paths"], transforms)?,
            }
        }
        all.push(one);
    }
    Ok(all)
}

impl WrittenDecisions {
    fn take(
        &mut self,
        key: Node<'_>,
        value: Node<'_>,
        others: &[&str],
        transforms: &[Transform],
    ) -> anyhow::Result<()> {
        match &*key.text() {
            "select" => self.select = ids(value, "select", transforms)?,
            "ignore" => self.ignore = ids(value, "ignore", transforms)?,
            "parameters" => {
                for (id, params) in entries(value, "parameters")? {
                    let id = id_of(id, transforms)?;
                    let mut given = Map::new();
                    for (param, value) in entries(params, "the parameters of an id")? {
                        known_param(id, &param.text(), transforms).with_context(|| at(param))?;
                        given.insert(param.text().into_owned(), to_json(&value.value(Reader::PyYaml)));
                    }
                    self.parameters.entry(id.to_owned()).or_default().extend(given);
                }
            }
            "safety" => {
                for (id, tier) in entries(value, "safety")? {
                    self.safety.insert(id_of(id, transforms)?.to_owned(), tier_of(tier)?);
                }
            }
            name => {
                let known = DECISIONS.iter().chain(others).copied();
                bail!("{}: unknown key {}{}", at(key), super::quoted(name), suggest(name, known));
            }
        }
        Ok(())
    }
}

pub(super) fn tier_named(node: Node<'_>) -> anyhow::Result<Safety> {
    let text = node.resolve().text().into_owned();
    let found = TIERS.iter().find(|(name, _)| *name == text);
    let tier = found.map(|(_, tier)| *tier);
    tier.with_context(|| format!("{}: unknown tier{}", at(node), suggest(&text, TIERS.iter().map(|t| t.0))))
}

fn tier_of(node: Node<'_>) -> anyhow::Result<(Safety, Option<String>)> {
    if node.resolve().kind() == Kind::Scalar {
        return Ok((tier_named(node)?, None));
    }
    let (mut tier, mut reason) = (None, None);
    for (key, value) in entries(node, "a tier with its reason")? {
        match &*key.text() {
            "tier" => tier = Some(tier_named(value)?),
            "reason" => reason = Some(one_line(value, "reason")?),
            name => {
                let suggestion = suggest(name, ["tier", "reason"].into_iter());
                bail!("{}: unknown key {}{suggestion}", at(key), super::quoted(name))
            }
        }
    }
    match (tier, reason) {
        (Some(tier), Some(reason)) => Ok((tier, Some(reason))),
        _ => bail!("{}: a mapping under safety needs `tier` and `reason`", at(node)),
    }
}

fn ids(list: Node<'_>, what: &str, transforms: &[Transform]) -> anyhow::Result<Vec<String>> {
    let id = |node: Node<'_>| id_of(node, transforms).map(str::to_owned);
    items(list, what)?.into_iter().map(id).collect()
}

fn id_of(node: Node<'_>, transforms: &[Transform]) -> anyhow::Result<&'static str> {
    known_id(&node.resolve().text(), transforms).with_context(|| at(node))
}

pub(super) fn texts(list: Node<'_>, what: &str) -> anyhow::Result<Vec<String>> {
    let text = |node: Node<'_>| match node.resolve().kind() {
        Kind::Scalar => Ok(node.resolve().text().into_owned()),
        _ => bail!("{}: `{what}` must be a list of texts", at(node)),
    };
    items(list, what)?.into_iter().map(text).collect()
}

/// A text that says something, in one line.
pub(super) fn one_line(node: Node<'_>, what: &str) -> anyhow::Result<String> {
    let resolved = node.resolve();
    let is_text = resolved.kind() == Kind::Scalar && !resolved.is_null(Reader::PyYaml);
    let text = resolved.text().split_whitespace().collect::<Vec<_>>().join(" ");
    ensure!(is_text && !text.is_empty(), "{}: `{what}` must be a text", at(node));
    Ok(text)
}

/// The items of a list; none where the value is commented out.
pub(super) fn items<'a>(node: Node<'a>, what: &str) -> anyhow::Result<Vec<Node<'a>>> {
    let resolved = node.resolve();
    match resolved.kind() {
        Kind::Sequence => Ok(resolved.items().collect()),
        _ if resolved.is_null(Reader::PyYaml) => Ok(Vec::new()),
        _ => bail!("{}: `{what}` must be a list", at(node)),
    }
}

/// The root of the only document.
///
/// # Errors
/// There is another one, which nobody would read.
pub(super) fn only(yaml: &Yaml) -> anyhow::Result<Option<Node<'_>>> {
    if let Some(other) = yaml.root(1) {
        bail!("{}: it is one document, and here another one begins", at(other));
    }
    Ok(yaml.root(0))
}

/// The entries of a mapping, each key once; none where they are commented out.
pub(super) fn entries<'a>(node: Node<'a>, what: &str) -> anyhow::Result<Vec<(Node<'a>, Node<'a>)>> {
    let resolved = node.resolve();
    match resolved.kind() {
        Kind::Mapping => {
            let mut names = HashSet::new();
            if let Some((key, _)) = resolved.entries().find(|(key, _)| !names.insert(key.text())) {
                bail!("{}: this key is there twice", at(key));
            }
            Ok(resolved.entries().collect())
        }
        _ if resolved.is_null(Reader::PyYaml) => Ok(Vec::new()),
        _ => bail!("{}: {what} must be a mapping", at(node)),
    }
}

pub(super) fn at(node: Node<'_>) -> String {
    let (line, column) = node.position();
    format!("line {line}, column {column}")
}
