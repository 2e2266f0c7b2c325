//! LiteLLM takes any key, and what nothing reads looks like a setting that is effective.

mod idle;

use crate::document::Value;
use crate::plan::{Area, Finding, Fix, Intent, Meta, NoParams, Safety, Severity};
use crate::project::{Installation, Nobody, Running};

pub const META: Meta = Meta {
    id: "unread_settings",
    title: "LiteLLM does not read these keys",
    why: "they look like effective settings, but are silently ignored",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "settings that nobody reads",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "the keys of the releases that the table of known keys was made from",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 1)],
    aliases: &[],
};

/// Words of keys that promise a protection.
const PROTECTS: [&str; 16] = [
    "allow", "auth", "block", "budget", "cooldown", "guard", "limit", "max", "pii", "quota", "retrie",
    "retry", "rpm", "security", "timeout", "tpm",
];

/// What a key begins with that turns something off.
const OFF: [&str; 5] = ["bypas", "disable", "ignore", "no", "skip"];

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let unread = installation.read_by_nobody().into_iter().filter_map(|one| finding(installation, one));
    unread.chain(idle::blocks(installation)).collect()
}

fn finding(installation: &Installation<'_>, one: Nobody) -> Option<Finding> {
    let Nobody { section, keys, elsewhere } = one;
    let (_, first) = keys.first()?;
    let names: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    let believed: Vec<&str> = keys
        .iter()
        .filter(|(key, place)| promises(key, installation.value_at(place).as_ref()))
        .map(|(key, _)| key.as_str())
        .collect();
    let release = match installation.running() {
        Running::Known(version, ..) => format!("LiteLLM {version}"),
        Running::Unknown(..) => "LiteLLM".to_owned(),
    };
    let (holder, at) = match section {
        "top" => ("at the top level".to_owned(), "at the top level"),
        section => (format!("in `{section}`"), "in it"),
    };
    let mut finding = Finding::new(&META, section, "unread", first.clone())
        .title(format!("{release} does not read {} {holder}", listed(&names)))
        .why(why(section, &believed, elsewhere));
    finding.related = keys.iter().skip(1).map(|(key, place)| (place.clone(), format!("`{key}`"))).collect();
    let remove =
        keys.iter().map(|(_, place)| Intent::Remove { place: place.clone(), comments: true }).collect();
    let title = format!("remove what nothing reads {at}: {}", listed(&names));
    let fix = Fix::new(installation, title, Safety::OnRequest, remove);
    let finding = finding.fix(fix.assuming("no other program reads them from this file"));
    Some(if believed.is_empty() { finding.inert() } else { finding })
}

fn why(section: &str, believed: &[&str], elsewhere: bool) -> String {
    let what = match section {
        "router_settings" => "the router drops keys that it has no parameter for",
        "litellm_settings" => "LiteLLM accepts any key there, but never uses it",
        "general_settings" => "LiteLLM reads the keys that it knows there, and ignores the others",
        _ => "LiteLLM reads the sections that it knows, and ignores the others",
    };
    let believed = match believed.len() {
        0 => String::new(),
        1 => format!(": what {} promises does not happen", listed(believed)),
        _ => format!(": what {} promise does not happen", listed(believed)),
    };
    let other = if elsewhere { "; other releases read some of it" } else { "" };
    format!("{what}{believed}{other}")
}

/// Whether a key promises a protection: nothing does that has no value, or that leaves something on.
fn promises(name: &str, value: Option<&Value>) -> bool {
    let mut words = name.split(['_', '-']).map(|word| word.trim_end_matches('s')).peekable();
    let leaves_on =
        words.peek().is_some_and(|first| OFF.contains(first)) && value == Some(&Value::Bool(false));
    !leaves_on && value != Some(&Value::Null) && words.any(|word| PROTECTS.contains(&word))
}

/// Up to six names.
fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(6).map(|name| format!("`{name}`")).collect();
    match (names.len().saturating_sub(6), shown.as_slice()) {
        (0, [one]) => one.clone(),
        (0, [most @ .., last]) => format!("{} and {last}", most.join(", ")),
        (more, most) => format!("{} and {more} more", most.join(", ")),
    }
}
