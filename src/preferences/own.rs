//! `rules:` of the preferences, as they are written. No value is quoted in what is said about them.

use std::path::Path as FilePath;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};

use super::written::{at, entries, globs, items, one_line, tier_named};
use super::{quoted, suggest};
use crate::document::{Kind as NodeKind, Node, Reader, Value};
use crate::own::{Act, Address, Kind, PREFIX, Releases, Rule, Verb, When, is_name, kept};
use crate::plan::{Safety, Severity};
use crate::project::settings::SETTINGS;
use crate::project::{is_secret_name, known, secrets_in_line};

/// Whether a rule is about the installation with this configuration; `home` is the folder of the preferences, links followed in both.
///
/// # Errors
/// A path that is no glob.
pub fn is_about(rule: &Rule, home: &FilePath, file: &FilePath) -> anyhow::Result<bool> {
    let paths = &rule.when.paths;
    let globs = globs(home, paths, "a path of a rule")?;
    Ok(paths.is_empty() || globs.matched_path_or_any_parents(file, false).is_ignore())
}

/// The keys of a rule beside its verb.
pub(super) const KEYS: [&str; 4] = ["why", "severity", "safety", "when"];
/// The keys of `when`.
pub(super) const WHEN: [&str; 3] = ["file", "path", "litellm"];

/// The rules of a mapping by their names.
pub(super) fn read(rules: Node<'_>) -> anyhow::Result<Vec<Arc<Rule>>> {
    let mut all: Vec<Arc<Rule>> = Vec::new();
    for (key, value) in entries(rules, "rules")? {
        let name = key.text();
        ensure!(
            is_name(&name),
            "{}: the name of a rule is of lower case letters, digits and `_`, a letter first",
            at(key)
        );
        let id = kept(format!("{PREFIX}{name}"));
        all.push(Arc::new(rule(id, key, value)?));
    }
    Ok(all)
}

fn rule(id: &'static str, name: Node<'_>, node: Node<'_>) -> anyhow::Result<Rule> {
    let mut rule = Rule {
        id,
        why: String::new(),
        severity: Severity::Low,
        safety: Safety::Review,
        when: When::default(),
        acts: Vec::new(),
    };
    let mut verb = None;
    for (key, value) in entries(node, "a rule")? {
        let text = key.text();
        if let Some(new) = Verb::ALL.into_iter().find(|verb| verb.name() == text) {
            ensure!(verb.replace(new).is_none(), "{}: a rule has one of {}", at(key), verbs());
            rule.acts = acts(new, value)?;
            ensure!(!rule.acts.is_empty(), "{}: `{text}` names nothing", at(key));
            continue;
        }
        match &*text {
            "why" => rule.why = one_line(value, "why")?,
            "severity" => rule.severity = severity(value)?,
            "safety" => rule.safety = tier_named(value)?,
            "when" => rule.when = when(value)?,
            name => {
                let known = KEYS.into_iter().chain(Verb::ALL.map(Verb::name));
                bail!("{}: unknown key {}{}", at(key), quoted(name), suggest(name, known))
            }
        }
    }
    ensure!(verb.is_some(), "{}: a rule needs one of {}", at(name), verbs());
    ensure!(!rule.why.is_empty(), "{}: a rule needs `why`: the reason that people are told", at(name));
    Ok(rule)
}

fn verbs() -> String {
    Verb::ALL.map(|verb| format!("`{}`", verb.name())).join(", ")
}

fn severity(node: Node<'_>) -> anyhow::Result<Severity> {
    let text = node.resolve().text().into_owned();
    let found = Severity::ALL.into_iter().find(|severity| severity.name() == text);
    let names = Severity::ALL.map(Severity::name);
    found.with_context(|| format!("{}: unknown severity{}", at(node), suggest(&text, names.into_iter())))
}

fn when(node: Node<'_>) -> anyhow::Result<When> {
    let mut when = When::default();
    for (key, value) in entries(node, "when")? {
        match &*key.text() {
            "file" => {
                let kind = |node: &Node<'_>| {
                    let text = node.resolve().text().into_owned();
                    let found = Kind::ALL.into_iter().find(|kind| kind.name() == text);
                    let names = Kind::ALL.map(Kind::name);
                    found.with_context(|| {
                        format!("{}: unknown kind of file{}", at(*node), suggest(&text, names.into_iter()))
                    })
                };
                when.files = one_or_more(value, "file")?.iter().map(kind).collect::<anyhow::Result<_>>()?;
            }
            "path" => {
                let globs = one_or_more(value, "path")?;
                when.paths =
                    globs.iter().map(|node| one_line(*node, "path")).collect::<anyhow::Result<_>>()?;
                super::written::globs(FilePath::new("/"), &when.paths, "it")
                    .with_context(|| at(value).to_string())?;
            }
            "litellm" => {
                let text = one_line(value, "litellm")?;
                let releases = Releases::read(&text);
                when.litellm = Some(releases.with_context(|| {
                    format!("{}: `litellm` takes bounds such as \">=1.80, <1.100\"", at(value))
                })?);
            }
            name => bail!("{}: unknown key {}{}", at(key), quoted(name), suggest(name, WHEN.into_iter())),
        }
    }
    Ok(when)
}

/// A single scalar, or the scalars of a list.
fn one_or_more<'a>(node: Node<'a>, what: &str) -> anyhow::Result<Vec<Node<'a>>> {
    let all = match node.resolve().kind() {
        NodeKind::Scalar => vec![node],
        _ => items(node, what)?,
    };
    for one in &all {
        ensure!(one.resolve().kind() == NodeKind::Scalar, "{}: `{what}` takes texts", at(*one));
    }
    Ok(all)
}

fn acts(verb: Verb, node: Node<'_>) -> anyhow::Result<Vec<Act>> {
    let is_mapping = node.resolve().kind() == NodeKind::Mapping;
    let pairs = || entries(node, verb.name());
    match verb {
        Verb::Ensure | Verb::Set => {
            let act = |(key, value): (Node<'_>, Node<'_>)| {
                let address = read_by_litellm(key)?;
                let value = plain(&address, value)?;
                Ok(if verb == Verb::Ensure { Act::Ensure(address, value) } else { Act::Set(address, value) })
            };
            pairs()?.into_iter().map(act).collect()
        }
        Verb::Rename => {
            let act = |(key, value): (Node<'_>, Node<'_>)| {
                let (from, to) = (address(key)?, read_by_litellm(value)?);
                for (end, node) in [(&from, key), (&to, value)] {
                    let variable = matches!(end, Address::Variable(_));
                    ensure!(!variable, "{}: `rename` is about keys of the configuration", at(node));
                }
                ensure!(from != to, "{}: both names are the same", at(value));
                Ok(Act::Rename(from, to))
            };
            pairs()?.into_iter().map(act).collect()
        }
        Verb::Remove => {
            one_or_more(node, "remove")?.into_iter().map(|one| address(one).map(Act::Remove)).collect()
        }
        Verb::Forbid if is_mapping => {
            let act = |(key, value): (Node<'_>, Node<'_>)| {
                let address = address(key)?;
                let value = plain(&address, value)?;
                Ok(Act::Forbid(address, Some(value)))
            };
            pairs()?.into_iter().map(act).collect()
        }
        Verb::Forbid => {
            let all = one_or_more(node, "forbid")?.into_iter();
            all.map(|one| address(one).map(|address| Act::Forbid(address, None))).collect()
        }
    }
}

fn address(node: Node<'_>) -> anyhow::Result<Address> {
    Address::read(&node.resolve().text()).with_context(|| {
        format!(
            "{}: an address is SECTION.KEY, with a section among {}, or env.NAME",
            at(node),
            SETTINGS.join(", ")
        )
    })
}

/// An address that something may be written to: some release of LiteLLM reads it.
fn read_by_litellm(node: Node<'_>) -> anyhow::Result<Address> {
    let address = address(node)?;
    if let Address::Key(section, key) = &address {
        let first = key.split('.').next().unwrap_or(key);
        if !known::knows(section, first) {
            let near = known::near(first, known::keys(section));
            let near = near.first().map(|name| format!("; did you mean `{section}.{name}`?"));
            bail!(
                "{}: no release of LiteLLM reads that key in `{section}`{}",
                at(node),
                near.unwrap_or_default()
            );
        }
    }
    Ok(address)
}

/// A value that fits its address, and is no secret: preferences are read by everybody who reads the repository.
fn plain(address: &Address, node: Node<'_>) -> anyhow::Result<Value> {
    let value = node.resolve().value(Reader::PyYaml);
    let is_text = matches!(value, Value::Str(_) | Value::Bool(_) | Value::Int(_) | Value::Float(_));
    let is_variable = matches!(address, Address::Variable(_));
    ensure!(!is_variable || is_text, "{}: a variable holds a text", at(node));
    let name = address.names().last().copied().unwrap_or_default();
    ensure!(
        !holds_secret(name, &value),
        "{}: a rule holds no secret: write a reference, such as os.environ/NAME",
        at(node)
    );
    Ok(value)
}

fn holds_secret(name: &str, value: &Value) -> bool {
    match value {
        Value::Str(text) if text.starts_with("os.environ/") || text.is_empty() => false,
        Value::Str(text) => is_secret_name(name) || !secrets_in_line(&format!("{name}: {text}")).is_empty(),
        Value::Int(_) | Value::Float(_) | Value::Other(_) => is_secret_name(name),
        Value::Seq(items) => items.iter().any(|item| holds_secret(name, item)),
        Value::Map(entries) => entries.iter().any(|(key, value)| holds_secret(key, value)),
        Value::Null | Value::Bool(_) => false,
    }
}
