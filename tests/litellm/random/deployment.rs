//! Random deployments: a config, and sometimes an env file, a compose file, an included file, values of the chart.

use litellm_fix::project::Version;
use litellm_fix::project::known;
use litellm_fix::project::settings;

use super::dice::Dice;
use super::people::{ANYTHING, GROUPS, MODELS, OF_A_MODEL, OFTEN, OTHER_SECTIONS, VARIABLES};
use super::writer::{Node, Writer};
use crate::common::Files;
use crate::deployments::Runs;

const SECTIONS: [&str; 3] = ["litellm_settings", "general_settings", "router_settings"];

/// What is deployed, and how it runs.
pub struct Deployment {
    pub files: Files,
    pub runs: Runs,
}

impl Deployment {
    pub fn new(seed: u64, release: Version) -> Self {
        let mut dice = Dice::new(seed);
        let mut files = Files::new();
        let entries = config(&mut dice);
        let service = match dice.below(100) {
            0..8 => {
                files.insert("values.yaml".to_owned(), values(&mut dice, &entries, release));
                return Self { files, runs: Runs { config: None, service: None, given_outside: true } };
            }
            8..12 => {
                files.insert("configmap.yaml".to_owned(), config_map(&mut dice, &entries));
                return Self { files, runs: Runs { config: None, service: None, given_outside: true } };
            }
            12..35 => Some("litellm"),
            _ => None,
        };
        let mut text = Writer::new(&mut dice).document(&entries);
        if dice.percent(4) {
            files.insert("more.yaml".to_owned(), more(&mut dice));
            text.push_str("include:\n  - more.yaml\n");
        }
        if dice.percent(3) {
            text = format!("---\n{text}");
        }
        files.insert("config.yaml".to_owned(), text);
        let env_file = dice.percent(45);
        if env_file {
            files.insert(".env".to_owned(), env(&mut dice, service.is_some()));
        }
        if service.is_some() {
            files.insert("compose.yaml".to_owned(), compose(&mut dice, release, env_file));
        }
        let given_outside = service.is_none() && dice.percent(60);
        Self { files, runs: Runs { config: Some("config.yaml"), service, given_outside } }
    }
}

/// The entries of a config, in an order of somebody's own.
fn config(dice: &mut Dice) -> Vec<(String, Node)> {
    let mut entries = vec![("model_list".to_owned(), models(dice))];
    for section in SECTIONS {
        if dice.percent(70) {
            entries.push((section.to_owned(), self::section(dice, section)));
        }
    }
    if dice.percent(18) {
        let late: Vec<_> = (0..=dice.below(4)).map(|_| variable(dice)).collect();
        let quoted = |(name, value): (String, String)| (name, Node::text(format!("\"{value}\"")));
        entries.push(("environment_variables".to_owned(), Node::Map(late.into_iter().map(quoted).collect())));
    }
    if dice.percent(12) {
        let name = *dice.one_of(OTHER_SECTIONS);
        let like = *dice.one_of(&SECTIONS);
        entries.push((name.to_owned(), self::section(dice, like)));
    }
    if dice.percent(15) {
        let section = *dice.one_of(&SECTIONS);
        entries.push(key(dice, section));
    }
    if dice.percent(3) {
        let section = *dice.one_of(&SECTIONS);
        entries.push((section.to_owned(), self::section(dice, section)));
    }
    if dice.percent(30) {
        let (a, b) = (dice.below(entries.len()), dice.below(entries.len()));
        entries.swap(a, b);
    }
    if dice.percent(6) {
        // A section inside another one.
        let at = dice.below(entries.len());
        let (name, inner) = entries.remove(at);
        let around = entries.iter_mut().find(|(key, _)| SECTIONS.contains(&key.as_str()));
        match around {
            Some((_, Node::Map(around))) => around.push((name, inner)),
            _ => entries.push((name, inner)),
        }
    }
    entries
}

fn section(dice: &mut Dice, name: &str) -> Node {
    if dice.percent(3) {
        return Node::text(*dice.one_of(&["", "null", "{}", "[]", "text"]));
    }
    let mut entries: Vec<_> = (0..dice.below(7)).map(|_| key(dice, name)).collect();
    if !dice.percent(4) {
        // Equal keys are rare; they stay in every 25th section that has them.
        let mut seen = std::collections::BTreeSet::new();
        entries.retain(|(key, _)| seen.insert(key.clone()));
    }
    Node::Map(entries)
}

/// A key for a section: in most cases one that it reads, and under its right name.
fn key(dice: &mut Dice, section: &str) -> (String, Node) {
    let right = dice.percent(68);
    let (name, values) = match dice.below(100) {
        0..78 => {
            let fits = |one: &&(&str, &[&str])| {
                !right || settings::reads(section, one.0) || known::knows(section, one.0)
            };
            let fitting: Vec<_> = OFTEN.iter().filter(fits).collect();
            let (name, values) = **dice.one_of(&fitting);
            (name.to_owned(), values)
        }
        78..90 => {
            let rows: Vec<_> = settings::all()
                .flat_map(|row| row.config_homes())
                .filter(|(_, key)| !key.contains('.'))
                .collect();
            (dice.one_of(&rows).1.to_owned(), ANYTHING)
        }
        _ => {
            let names: Vec<_> = known::keys(section).collect();
            (names.get(dice.below(names.len())).map_or("nothing", |name| name).to_owned(), ANYTHING)
        }
    };
    // The first values are those that are right.
    let value = match dice.below(100) {
        0..45 => values[0],
        45..90 => *dice.one_of(values),
        _ => *dice.one_of(ANYTHING),
    };
    let name = if dice.percent(11) { misspelt(dice, &name) } else { name };
    (name, Node::text(value))
}

fn misspelt(dice: &mut Dice, name: &str) -> String {
    let at = dice.below(name.len());
    match dice.below(8) {
        0 => format!("{}{}", &name[..at], &name[at + 1..]),
        1 => format!("{}{}", &name[..=at], &name[at..]),
        2 => camel_case(name),
        3 => name.replace('_', "-"),
        4 => format!("{name}s"),
        5 => name.strip_suffix('s').unwrap_or(name).to_owned(),
        6 => name.to_uppercase(),
        _ => name.replace('_', ""),
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (head, rest) = word.split_at(word.len().min(1));
        format!("{name}{}{rest}", head.to_uppercase())
    })
}

fn models(dice: &mut Dice) -> Node {
    if dice.percent(2) {
        return Node::text(*dice.one_of(&["", "[]", "null"]));
    }
    Node::List((0..=dice.below(3)).map(|_| model(dice)).collect())
}

fn model(dice: &mut Dice) -> Node {
    let mut params = vec![
        ("model".to_owned(), Node::text(*dice.one_of(MODELS))),
        (
            "api_key".to_owned(),
            Node::text(*dice.one_of(&["os.environ/OPENAI_API_KEY", "sk-openai", "none", "\"\""])),
        ),
    ];
    if dice.percent(40) {
        let (name, values) = dice.one_of(OF_A_MODEL);
        let value = if dice.percent(50) { values[0] } else { *dice.one_of(values) };
        params.push(((*name).to_owned(), Node::text(value)));
    }
    let mut entries = vec![
        ("model_name".to_owned(), Node::text(*dice.one_of(GROUPS))),
        ("litellm_params".to_owned(), Node::Map(params)),
    ];
    if dice.percent(15) {
        let info = *dice.one_of(&[
            "{mode: chat}",
            "{id: one}",
            "{base_model: azure/gpt-4o}",
            "{max_tokens: \"4096\"}",
        ]);
        entries.push(("model_info".to_owned(), Node::text(info)));
    }
    if dice.percent(6) {
        let (name, values) = dice.one_of(OF_A_MODEL);
        entries.push(((*name).to_owned(), Node::text(values[0])));
    }
    Node::Map(entries)
}

fn variable(dice: &mut Dice) -> (String, String) {
    let (name, values) = dice.one_of(VARIABLES);
    let value = *dice.one_of(values);
    let name = if dice.percent(6) { misspelt(dice, name) } else { (*name).to_owned() };
    (name.to_uppercase(), value.to_owned())
}

fn env(dice: &mut Dice, may_quote: bool) -> String {
    let mut text = String::new();
    for _ in 0..=dice.below(9) {
        let (name, value) = variable(dice);
        if dice.percent(10) {
            text.push_str("# about what follows\n");
        }
        match dice.below(20) {
            0 if may_quote => text.push_str(&format!("{name}=\"{value}\"\n")),
            1 if may_quote => text.push_str(&format!("export {name}={value}\n")),
            2 => text.push_str(&format!("# {name}={value}\n")),
            3 => text.push_str(&format!("\n{name}={value}\n")),
            _ => text.push_str(&format!("{name}={value}\n")),
        }
    }
    text
}

fn compose(dice: &mut Dice, release: Version, env_file: bool) -> String {
    let mut service = vec![
        ("image".to_owned(), Node::text(format!("ghcr.io/berriai/litellm:v{release}-stable"))),
        ("volumes".to_owned(), Node::text("[\"./config.yaml:/app/config.yaml\"]")),
    ];
    let mut command = vec!["\"--config\"".to_owned(), "/app/config.yaml".to_owned()];
    match dice.below(6) {
        0 => command.extend(["--num_workers".to_owned(), "\"4\"".to_owned()]),
        1 => command.push("--detailed_debug".to_owned()),
        _ => {}
    }
    let command = format!("[{}]", command.join(", "));
    service.push(("command".to_owned(), Node::text(command)));
    if env_file {
        service.push(("env_file".to_owned(), Node::text(*dice.one_of(&[".env", "[.env]"]))));
    }
    if dice.percent(50) {
        let mut variables: Vec<_> = (0..=dice.below(4)).map(|_| variable(dice)).collect();
        let mut seen = std::collections::BTreeSet::new();
        variables.retain(|(name, _)| seen.insert(name.clone()));
        let environment = if dice.percent(50) {
            Node::Map(
                variables
                    .into_iter()
                    .map(|(name, value)| (name, Node::text(format!("\"{value}\""))))
                    .collect(),
            )
        } else {
            Node::List(
                variables
                    .into_iter()
                    .map(|(name, value)| Node::text(format!("\"{name}={value}\"")))
                    .collect(),
            )
        };
        service.push(("environment".to_owned(), environment));
    }
    if dice.percent(50) {
        service.push((
            "restart".to_owned(),
            Node::text(*dice.one_of(&["unless-stopped", "always", "on-failure"])),
        ));
    }
    let services = Node::Map(vec![("litellm".to_owned(), Node::Map(service))]);
    let mut writer = Writer::new(dice);
    writer.aliases = false;
    writer.document(&[("services".to_owned(), services)])
}

/// A file that the config includes.
fn more(dice: &mut Dice) -> String {
    let section = *dice.one_of(&SECTIONS);
    let entries = vec![(section.to_owned(), self::section(dice, section))];
    Writer::new(dice).document(&entries)
}

/// Values of litellm-helm.
fn values(dice: &mut Dice, config: &[(String, Node)], release: Version) -> String {
    let mut entries = vec![
        (
            "image".to_owned(),
            Node::text(format!("{{repository: ghcr.io/berriai/litellm, tag: v{release}-stable}}")),
        ),
        ("proxy_config".to_owned(), Node::Map(config.to_vec())),
    ];
    if dice.percent(60) {
        let variables = (0..=dice.below(4)).map(|_| variable(dice));
        let mut variables: Vec<_> =
            variables.map(|(name, value)| (name, Node::text(format!("\"{value}\"")))).collect();
        let mut seen = std::collections::BTreeSet::new();
        variables.retain(|(name, _)| seen.insert(name.clone()));
        entries.push(("envVars".to_owned(), Node::Map(variables)));
    }
    if dice.percent(40) {
        entries.push(("replicaCount".to_owned(), Node::text(*dice.one_of(&["1", "3"]))));
    }
    Writer::new(dice).document(&entries)
}

fn config_map(dice: &mut Dice, config: &[(String, Node)]) -> String {
    let inner = Writer::new(dice).document(config);
    let lines: String = inner
        .lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") })
        .collect();
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: litellm\ndata:\n  config.yaml: |\n{lines}")
}
