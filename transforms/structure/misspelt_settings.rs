//! LiteLLM ignores a key or variable whose name is not exactly right, nearly always without a word.

use crate::plan::activate::Activation;
use crate::plan::{Area, Finding, Lines, Meta, NoParams, Severity};
use crate::project::settings::LATE_VARIABLES;
use crate::project::{Installation, Misspelt, Variable};
use crate::transforms::has_owner;

mod rename;

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
    let names = one.near.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
    let setting = one.rows.first().map_or(&*one.written, |row| row.name);
    let (written, holder) = (&one.written, &one.holder);
    let finding = Finding::new(&META, setting, "misspelt", one.place.clone())
        .title(format!("`{written}` in {holder} is ignored: it looks like a misspelled {names}"))
        .why("LiteLLM silently ignores the name as it is written");
    let [right] = one.near[..] else {
        return finding.advice("several names are equally similar: write the one you mean");
    };
    if let Some(taken) = &one.taken {
        let finding = finding.see(taken.clone(), format!("{names} is set here"));
        return finding.advice(format!("remove it: {names} is set as well"));
    }
    let late = one.is_variable && variable.is_none();
    if late && !installation.running().maybe_since(LATE_VARIABLES) {
        let text = format!("set {names} for the process instead, and remove it here: {}", applied());
        return finding.advice(text);
    }
    if let Some(text) = rename::by_hand(installation, &one, right) {
        return finding.advice(text);
    }
    let repair = match rename::activation(installation, &one, right) {
        Activation::AsItIs => None,
        Activation::Repaired(value) => Some(value),
        Activation::Refused(refusal) => {
            let text = format!(
                "it would not work as {names} as written: {}; rewrite it in that form, then rename it",
                refusal.reason
            );
            return finding.advice(text).lines(Lines::new(refusal.lines, ""));
        }
    };
    let fix = rename::fix(installation, &one, right, repair);
    let doubtful = late && installation.running().maybe_before(LATE_VARIABLES);
    finding.fix(if doubtful { fix.assuming(applied()) } else { fix })
}

fn applied() -> String {
    format!("LiteLLM sets the variables there only since {LATE_VARIABLES}")
}
