//! A salt key where there is none: only a copy of the effective master key, by the user's hand, and only the reference to it by this program.

use super::super::master_key::{Key, is_public, key, made_from, same};
use super::{META, NAME, Params, is_gateway, standing};
use crate::document::{Path, Value};
use crate::plan::build::{add_entry, by_place, in_values, secret_lines, steps, variable_lines};
use crate::plan::{Finding, Fix, Intent, Lines, Question, Safety, Severity};
use crate::project::{Answer, Component, Installation, Place, Process, Sign, Source};

/// How the master key that is in use becomes the salt key.
fn copy() -> Vec<String> {
    vec![
        "copy the master key that is in use now, unchanged, into a Secret entry of its own (or a variable outside the repository); a new value would make everything stored so far unreadable".into(),
        format!("give that to every instance as {NAME}, as below, and deploy"),
        "from then on the master key can be replaced without losing what is stored".into(),
    ]
}

/// The finding where nothing sets a salt key, and there is a database.
pub fn unset(installation: &Installation<'_>, answer: &Answer, params: &Params) -> Option<Finding> {
    // The gateway's finding is about both components.
    let database = installation.database().filter(|_| !installation.parts.is_of(Component::Backend))?;
    // What cannot be seen is told with the installation.
    if !installation.environment_is_whole() {
        return None;
    }
    let (secret, entry) = (params.secret_name.as_deref().unwrap_or("litellm-salt-key"), &params.entry);
    let mut finding = Finding::new(&META, META.id, "unset", home(installation)).mention_comments(answer);
    finding.related.push((database.place, format!("sign of a database: {}", database.what)));
    let master = installation.setting("master_key");
    finding.related.extend(master.place().map(|place| (place.clone(), "the effective master key".into())));
    if let Key::Text(text, _) | Key::Default(text, _) = key(installation)
        && is_public(&text)
    {
        let first = "first replace the public master key: since LiteLLM 1.104 one start with LITELLM_MIGRATE_FROM_MASTER_KEY=<old key> encrypts the database anew, which a salt key would prevent".to_owned();
        let text = steps(&[vec![first], copy()].concat());
        return Some(finding.severity(Severity::High).advice(text).lines(lines(installation, secret, entry)));
    }
    let item = reference(secret, entry);
    let of_master = made_from(installation);
    let own = Source::SecretEntry { name: secret.into(), key: entry.clone() };
    if of_master.iter().any(|origin| same(&own, origin)) {
        let other =
            format!("{secret}/{entry} is the entry of the master key: the salt key needs one of its own");
        let text = steps(&[vec![other], copy()].concat());
        return Some(finding.advice(text));
    }
    match intents(installation, &item) {
        Some(intents) if installation.parts.layers.len() == 1 => {
            let title = format!("let {NAME} refer to {secret}/{entry}");
            // A variable is nothing that the database overlays, so this is no fix of a configuration.
            let mut assumptions = vec![
                format!(
                    "you have copied the master key that is in use now into {secret}/{entry} before this is deployed; with any other value everything stored so far becomes unreadable"
                ),
                "the master key is replaced only after that".into(),
            ];
            let stands = installation.value_at(&list(installation, &["extraEnvVars"])).is_some();
            if installation.parts.is_litellm_helm() && !stands {
                assumptions.push(
                    "the chart knows `extraEnvVars`, as litellm-helm does since March 2025: an older one ignores it".into(),
                );
            }
            let fix = Fix {
                questions: questions(params),
                assumptions,
                ..Fix::plain(title, Safety::Hazardous, intents)
            };
            Some(finding.fix(fix))
        }
        _ => Some(finding.advice(steps(&copy())).lines(lines(installation, secret, entry))),
    }
}

/// A salt key that only one of the two components gets.
pub fn other_component(installation: &Installation<'_>, place: &Place) -> Option<Finding> {
    let main = installation.parts.main();
    let backend = Place::yaml(main.file, main.doc, main.base.child("backend"));
    let opaque =
        installation.keys_at(&backend).iter().any(|key| key == "envSecrets" || key == "envConfigMaps");
    let list = list(installation, &["backend", "extraEnv"]);
    if !is_gateway(installation)
        || opaque
        || installation.parts.layers.len() > 1
        || gives(installation, &list)
    {
        return None;
    }
    let text = "give the backend the same entry. If the backend has already stored anything, its master key must be the same text, or that must be entered again";
    Some(
        Finding::new(&META, META.id, "one_component", backend)
            .title("the gateway has a salt key and the backend has none")
            .why("the backend encrypts with the master key, and neither can read what the other stored unless both keys are the same text")
            .severity(Severity::High)
            .advice(text).lines(in_values(installation, &["backend", "extraEnv"], &standing::for_backend(installation, place))),
    )
}

fn questions(params: &Params) -> Vec<Question> {
    let secret = params.secret_name.clone().unwrap_or_else(|| "litellm-salt-key".into());
    vec![
        Question::new(
            "secret_name",
            "Which Secret holds a copy of today's master key?",
            secret,
            "its own entry, so that the next rotation does not change it",
        )
        .required(),
        Question::new("entry", "Under which key?", params.entry.clone(), "the name of the variable"),
    ]
}

/// The env entry that refers to an entry of a Secret.
fn reference(secret: &str, key: &str) -> Value {
    let text = |text: &str| Value::Str(text.to_owned());
    let entry = Value::Map(vec![("name".into(), text(secret)), ("key".into(), text(key))]);
    let from = Value::Map(vec![("secretKeyRef".into(), entry)]);
    Value::Map(vec![("name".into(), text(NAME)), ("valueFrom".into(), from)])
}

/// The lists of env entries of the chart that LiteLLM's processes get.
fn lists(installation: &Installation<'_>) -> &'static [&'static [&'static str]] {
    installation.parts.chart().map_or(&[], |chart| chart.all_entries)
}

fn list(installation: &Installation<'_>, keys: &[&str]) -> Place {
    let main = installation.parts.main();
    Place::yaml(main.file, main.doc, main.base.join(&Path::keys(keys.iter().copied())))
}

/// Where the salt key would stand.
fn home(installation: &Installation<'_>) -> Place {
    match lists(installation).first() {
        Some(keys) => list(installation, keys),
        None => installation.config_place(),
    }
}

fn gives(installation: &Installation<'_>, list: &Place) -> bool {
    let items = installation.value_at(list);
    items
        .as_ref()
        .and_then(Value::as_seq)
        .is_some_and(|items| items.iter().any(|item| item.get("name").and_then(Value::as_str) == Some(NAME)))
}

/// What adds the item to each list that lacks it; `None` where a list is something else.
fn intents(installation: &Installation<'_>, item: &Value) -> Option<Vec<Intent>> {
    let mut intents = Vec::new();
    for keys in lists(installation) {
        let place = list(installation, keys);
        if gives(installation, &place) {
            continue;
        }
        intents.push(add_entry(installation, place, item)?);
    }
    Some(intents).filter(|intents| !intents.is_empty())
}

/// The env entry that refers to an entry of a Secret, indented.
pub fn item(indent: usize, secret: &str, key: &str) -> [String; 5] {
    let blank = " ".repeat(indent);
    [
        format!("{blank}- name: {NAME}"),
        format!("{blank}  valueFrom:"),
        format!("{blank}    secretKeyRef:"),
        format!("{blank}      name: {secret}"),
        format!("{blank}      key: {key}"),
    ]
}

/// The same as an entry of a mapping.
pub fn mapped(secret: &str, key: &str) -> [String; 5] {
    item(0, secret, key).map(|line| match line.strip_prefix("- name: ") {
        Some(name) => format!("{name}:"),
        None => line,
    })
}

/// Whether the variable would go into the compose file itself.
fn by_compose(installation: &Installation<'_>) -> bool {
    installation.parts.on_compose() && installation.parts.env_files.iter().all(|link| !link.is_certain())
}

/// The lines that give a process without a salt key an entry of a Secret that holds a copy of today's master key, and where they go.
fn lines(installation: &Installation<'_>, secret: &str, key: &str) -> Lines {
    let lists = lists(installation);
    if !lists.is_empty() {
        by_place(lists.iter().map(|keys| in_values(installation, keys, &item(0, secret, key))))
    } else if installation.parts.in_pods() {
        let maps = |one: &Process| installation.maps_variables(one);
        let entry = match installation.parts.containers().all(maps) {
            true => mapped(secret, key),
            false => item(0, secret, key),
        };
        Lines::new(entry.to_vec(), "`env:` of every container that runs LiteLLM")
    } else if by_compose(installation) {
        // Compose takes it from outside of the repository, and does not start without it.
        let own = variable_lines(installation, NAME, &format!("${{{NAME}:?}}"));
        match installation.parts.services().nth(1).and_then(|_| installation.database()) {
            Some(database) => Lines::new(own.lines, of_all_services(installation, &database)),
            None => own,
        }
    } else {
        let own = secret_lines(installation, NAME, "a copy of the master key in use");
        Lines::new(
            own.lines,
            "the environment of every LiteLLM process, from a Secret or a file outside the repository, without quotes or blanks",
        )
    }
}

fn of_all_services(installation: &Installation<'_>, database: &Sign) -> String {
    let spot = installation.spot(&database.place);
    format!(
        "the environment of each service that runs LiteLLM with the database named at {}:{}",
        spot.file, spot.line
    )
}
