//! Writing down what was said in a review.

use std::path::Path as FilePath;

use anyhow::{Context, anyhow};

use super::Decided;
use crate::document::{Limits, Op, Path, Step, Value, Yaml};
use crate::plan::{Decision, Item, Remedy, Safety, Transform};
use crate::project::SUBJECT;
use crate::report::Masker;

const HEAD: &str = "\
# What was decided in a review with litellm-fix. `litellm-fix --decisions FILE` decides the same elsewhere.
# `path` takes patterns as .gitignore does: \"**/config.yaml\" is that file in every folder, of every repository.
version: 1
";

/// A finding that was asked about, and the answer.
#[derive(Clone, Copy, Debug)]
pub struct Reviewed<'a> {
    /// The finding.
    pub item: &'a Item,
    /// What was said.
    pub decision: &'a Decision,
}

/// The text of a file of decisions with these: in place of one about the same, else at the end. What is there stays as it is written.
///
/// # Errors
/// A file that is there and holds no decisions, or that cannot be added to.
pub fn save(
    path: &FilePath,
    reviewed: &[Reviewed<'_>],
    by: Option<&str>,
    masker: &Masker,
    transforms: &[Transform],
) -> anyhow::Result<String> {
    let mut yaml = match path.exists() {
        false => Yaml::read(HEAD, &Limits::default())?,
        true => {
            Decided::open(path, transforms)?;
            let bytes = super::bytes_of(path)?;
            Yaml::from_bytes(&bytes, &Limits::default())?
        }
    }
    .about(SUBJECT);
    for one in reviewed {
        let ambiguous =
            reviewed.iter().any(|other| is_alike(one.item, other.item) && one.decision != other.decision);
        let Some((value, left_out)) = value(one, ambiguous, by, masker) else { continue };
        yaml = added(&yaml, one.item, value, left_out, masker)
            .with_context(|| format!("the decision about {} cannot be added", one.item.id))?;
    }
    Ok(yaml.text().to_owned())
}

/// Whether only the address in the file tells them apart.
fn is_alike(one: &Item, other: &Item) -> bool {
    let key =
        |item: &Item| (item.id, item.finding.setting.clone(), item.finding.state, item.spot.inside.clone());
    one.fingerprint != other.fingerprint && key(one) == key(other)
}

/// The decision as it is written, and whether a secret value was left out; `None` where nothing was said.
fn value(one: &Reviewed<'_>, ambiguous: bool, by: Option<&str>, masker: &Masker) -> Option<(Value, bool)> {
    let item = one.item;
    let hazardous = matches!(&item.finding.remedy, Remedy::Fix(fix) if fix.safety == Safety::Hazardous);
    let (answer, values, why): (_, &[(String, Value)], _) = match one.decision {
        Decision::Yes { answers, .. } => ("yes", answers, None),
        Decision::No => ("no", &[], None),
        Decision::Ignore { reason } => {
            ("ignored", &[], Some(reason.as_str()).filter(|text| !text.is_empty()))
        }
        Decision::Left => return None,
    };
    let mut entries: Vec<(String, Value)> = Vec::new();
    let mut put = |key: &str, text: &str| entries.push((key.to_owned(), Value::from(text)));
    put("id", item.id);
    put("setting", &item.finding.setting);
    put("state", item.finding.state.name());
    put("path", &escaped(&item.spot.inside));
    if (ambiguous || hazardous) && !item.spot.name.is_empty() {
        put("at", &item.spot.name);
    }
    put("answer", answer);
    let is_plain = |(param, value): &&(String, Value)| {
        let text = format!("{}: {}", param, crate::plan::build::shown(value));
        masker.mask_lines(&text) == text
    };
    let plain: Vec<(String, Value)> = values.iter().filter(is_plain).cloned().collect();
    let left_out = plain.len() < values.len();
    if !plain.is_empty() {
        entries.push(("values".to_owned(), Value::Map(plain)));
    }
    if let Some(by) = by {
        entries.push(("by".to_owned(), Value::from(by)));
    }
    let why = why.or_else(|| (answer == "ignored").then_some("no reason was given"));
    if let Some(why) = why {
        entries.push(("why".to_owned(), Value::from(&*masker.mask(why))));
    }
    Some((Value::Map(entries), left_out))
}

/// A path that only this file matches.
fn escaped(path: &str) -> String {
    let mut pattern = String::from("/");
    for c in path.chars() {
        if "\\*?[]{}! #".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

fn added(yaml: &Yaml, item: &Item, value: Value, left_out: bool, masker: &Masker) -> anyhow::Result<Yaml> {
    let list = Path::keys(["decisions"]);
    let there: Vec<_> = yaml.get(0, &list).into_iter().flat_map(|list| list.items()).collect();
    let same = |node: &crate::document::Node<'_>| {
        let Value::Map(wanted) = &value else { return false };
        ["id", "setting", "state", "path", "at"].iter().all(|key| {
            let has = node.get(key).map(|node| node.text().into_owned());
            let wants = wanted.iter().find(|(name, _)| name == key).map(|(_, value)| match value {
                Value::Str(text) => text.clone(),
                _ => String::new(),
            });
            has == wants
        })
    };
    let count = there.len();
    let known = there.iter().position(same);
    drop(there);
    let entry = list.child(Step::Index(known.unwrap_or(count)));
    let op = match known {
        Some(_) => Op::Replace { at: entry.clone(), value },
        None if count == 0 => {
            Op::Set { at: Path::root(), key: "decisions".into(), value: vec![value].into() }
        }
        None => Op::Append { at: list, value },
    };
    let made = yaml.apply(0, &op).map_err(|refusal| anyhow!("{refusal}"))?.yaml;
    if known.is_some() {
        return Ok(made);
    }
    let finding = &item.finding;
    let fix = match &finding.remedy {
        Remedy::Fix(fix) => format!("; {}", fix.title),
        Remedy::Advice(_) => String::new(),
    };
    let tier = match &finding.remedy {
        Remedy::Fix(fix) if fix.safety == Safety::Hazardous => " (hazardous: it holds only with `why`)",
        _ => "",
    };
    let secret = if left_out { " (a value was left out: it may be a secret)" } else { "" };
    let text = format!("{}: {}{fix}{tier}{secret}", finding.severity.name(), finding.title);
    let text = crate::report::visible(&masker.mask(&text)).replace(['\n', '\r'], " ");
    Ok(yaml_with_comment(&made, entry, text).unwrap_or(made))
}

fn yaml_with_comment(yaml: &Yaml, at: Path, text: String) -> Option<Yaml> {
    yaml.apply(0, &Op::Comment { at, text }).ok().map(|applied| applied.yaml)
}
