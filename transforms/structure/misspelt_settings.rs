//! LiteLLM ignores a key or variable whose name is not exactly right, nearly always without a word.

use crate::document::Value;
use crate::plan::activate::{self, Activation};
use crate::plan::build::{renamed, shown, shown_briefly};
use crate::plan::{Area, Finding, Fix, Intent, Lines, Meta, NoParams, Safety, Severity};
use crate::project::settings::{LATE_VARIABLES, hazard};
use crate::project::{At, Installation, Misspelt, Place, Variable, is_secret_name, known};
use crate::transforms::has_owner;

pub const META: Meta = Meta {
    id: "misspelt_settings",
    title: "a name is ignored that looks like a misspelled setting",
    why: "it looks set but is not: LiteLLM silently accepts unknown names",
    severity: Severity::Medium,
    worst: Severity::Medium,
    gap: "misspelt",
    files: "config.yaml, env files, Helm values, ConfigMaps, compose files, Kubernetes manifests",
    versions: "the names of 1.72.6 to 1.110.2",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 2), (Area::Observability, 1)],
    aliases: &[],
};

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let keys = installation.misspelt_keys().into_iter().map(|one| (one, None));
    let values = installation.misspelt_values().into_iter().map(|one| (one, None));
    keys.chain(installation.misspelt_variables())
        .chain(values)
        .filter(|(one, _)| !one.rows.iter().any(|row| has_owner(row.name)))
        .map(|(one, variable)| finding(installation, one, variable.as_ref()))
        .collect()
}

fn finding(installation: &Installation<'_>, one: Misspelt, variable: Option<&Variable>) -> Finding {
    let Misspelt { place, written, holder, is_variable, near, rows, taken, read, keys } = one;
    let names = near.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
    let setting = rows.first().map_or(&*written, |row| row.name);
    let mut finding = Finding::new(&META, setting, "misspelt", place.clone())
        .title(format!("`{written}` in {holder} is ignored: it looks like a misspelled {names}"))
        .why("LiteLLM silently ignores the name as it is written");
    let [right] = near.as_slice() else {
        return finding.advice("several names are equally similar: write the one you mean");
    };
    if let Some(taken) = taken {
        finding.related.push((taken, format!("{names} is set here")));
        return finding.advice(format!("remove it: {names} is set as well"));
    }
    let late = is_variable && variable.is_none();
    if late && !installation.running().maybe_since(LATE_VARIABLES) {
        let text = format!("set {names} for the process instead, and remove it here: {}", applied());
        return finding.advice(text);
    }
    if read != Some(true) {
        let text = format!(
            "not every release that may run here reads {names}: check which one runs, then rename it"
        );
        return finding.advice(text);
    }
    if let Some((key, reason)) = hazard::of(right).map(|reason| (*right, reason)).or(hazard::among(&keys)) {
        let text = format!("rename it by hand if you want the effect of `{key}`: {reason}");
        return finding.advice(text);
    }
    let mut repair = None;
    if let (false, Some(value)) = (is_variable, installation.value_at(&place)) {
        let at = renamed_place(&place, right);
        let section = section_of(&place);
        if let Some(reason) = activate::section(installation, right, &value).filter(|_| section == known::TOP)
        {
            let text = format!("rename it once LiteLLM accepts all of it: {reason}");
            return finding.advice(text);
        }
        let activation = match rows.first() {
            Some(row) => activate::at(installation, row, &at, &value),
            None => activate::of(installation, None, &section, right, &value),
        };
        match activation {
            Activation::AsItIs => {}
            Activation::Repaired(value) => repair = Some((at, value)),
            Activation::Refused(refusal) => {
                let text = format!(
                    "it would not work as {names} as written: {}; rewrite it in that form, then rename it",
                    refusal.reason
                );
                return finding.advice(text).lines(Lines::new(refusal.lines, ""));
            }
        }
    }
    let value = match installation.value_at(&place) {
        Some(value) if !is_variable && !is_secret_name(right) => announced(&value, &keys),
        _ => "its value".into(),
    };
    let mut intents = vec![renamed(installation, &place, (*right).to_owned())];
    let taken = repair.as_ref().map(|(_, value)| format!("; LiteLLM reads it as {}", shown(value)));
    intents.extend(repair.map(|(at, value)| Intent::Set(at, value)));
    let fix = Fix::new(installation, format!("rename `{written}` to {names}"), Safety::Review, intents);
    let taken = taken.unwrap_or_default();
    let fix = fix.assuming(format!("the rename activates it: {value} was not effective before{taken}"));
    let doubtful = late && installation.running().maybe_before(LATE_VARIABLES);
    finding.fix(if doubtful { fix.assuming(applied()) } else { fix })
}

/// The section that a key stands in: the name of its mapping, or of the configuration itself.
fn section_of(place: &Place) -> String {
    let section = match &place.at {
        At::Yaml { path, .. } => {
            path.split_last().and_then(|(parent, _)| parent.last_key().map(str::to_owned))
        }
        _ => None,
    };
    section.unwrap_or_else(|| known::TOP.to_owned())
}

/// The place once the key there is called this.
fn renamed_place(place: &Place, key: &str) -> Place {
    match &place.at {
        At::Yaml { doc, path } => match path.split_last() {
            Some((parent, _)) => Place::yaml(place.file, *doc, parent.child(key)),
            None => place.clone(),
        },
        _ => place.clone(),
    }
}

fn applied() -> String {
    format!("LiteLLM sets the variables there only since {LATE_VARIABLES}")
}

fn announced(value: &Value, keys: &[String]) -> String {
    match value {
        Value::Map(_) if !keys.is_empty() => keys.join(", "),
        value => shown_briefly(value),
    }
}
