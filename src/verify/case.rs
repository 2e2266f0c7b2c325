//! What an installation gives its proxy: files, variables and arguments, in one state of the files.

use std::collections::{BTreeMap, BTreeSet};

use super::beside;
use super::stand_in::stand_in;
use crate::document::{Path, Step, Value};
use crate::plan::to_json;
use crate::project::settings::{self, Home};
use crate::project::{Flavor, Giver, Installation, Layer, is_secret_name};

/// One proxy as it would be started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// The configuration and what stands beside it, by names with `/`.
    pub files: BTreeMap<String, String>,
    /// The name of the configuration.
    pub config: String,
    /// The variables of the process.
    pub env: BTreeMap<String, String>,
    /// Variables that are named and whose values are not visible: another value stands for them.
    pub placeholders: BTreeSet<String>,
    /// Variables that are named, and stay unset here.
    pub unset: BTreeSet<String>,
    /// Variables of the files that would let Python or the system run other code, and are not given.
    pub withheld: BTreeSet<String>,
    /// Options of the command line.
    pub arguments: Vec<String>,
    /// Whether the configuration is visible; else an empty one stands for it.
    pub is_visible: bool,
}

impl Launch {
    /// The names of the variables that are secrets.
    pub fn secrets(&self) -> Vec<&str> {
        let own = self.env.keys().filter(|name| is_secret_name(name) && !self.placeholders.contains(*name));
        own.map(String::as_str).collect()
    }
}

/// The proxies of an installation: one, or one for each result of its layers. Each with the name of its strongest layer, if there are several.
pub fn cases(installation: &Installation<'_>, trust: bool) -> Vec<(Option<String>, Launch)> {
    let parts = installation.parts;
    let of = |mut layers: Vec<&Layer>| {
        let named = layers.first().filter(|_| parts.layers.len() > 1);
        let name = named.map(|layer| installation.shown(layer.file).to_owned());
        layers.reverse();
        (name, case(installation, &layers, trust))
    };
    parts.stacks().into_iter().map(of).collect()
}

fn case(installation: &Installation<'_>, layers: &[&Layer], trust: bool) -> Launch {
    let mut case = Launch { is_visible: true, ..Launch::default() };
    configuration(installation, layers, &mut case);
    variables(installation, layers, &mut case);
    arguments(installation, &mut case);
    beside::add(installation, trust, &mut case.files);
    case
}

fn configuration(installation: &Installation<'_>, layers: &[&Layer], case: &mut Launch) {
    let (files, main) = (installation.files, installation.parts.main());
    let inside = files.get(main.file).inside.clone();
    let embedded = files.yaml(main.file).and_then(|yaml| {
        yaml.embedded().find(|(doc, path, _)| *doc == main.doc && path.child(Step::Inside) == main.config)
    });
    let whole =
        main.config == Path::root() && files.yaml(main.file).is_some_and(|yaml| yaml.documents() == 1);
    let text = match (layers, embedded) {
        ([_], _) if whole => Some(files.text(main.file).to_owned()),
        ([_], Some((_, _, yaml))) => Some(yaml.text().to_owned()),
        _ => merged(installation, layers).map(|value| to_json(&value).to_string()),
    };
    // Beside the file, where what it names by a relative path is found.
    let folder = inside.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    let is_file = whole && layers.len() == 1 && installation.parts.flavor == Flavor::Config;
    case.config = if is_file { inside } else { format!("{folder}litellm-fix-config.yaml") };
    case.is_visible = text.is_some();
    case.files.insert(case.config.clone(), text.unwrap_or_else(|| "model_list: []\n".into()));
    for include in &installation.parts.includes {
        case.files.insert(files.get(include.file).inside.clone(), files.text(include.file).to_owned());
    }
}

/// The configuration of some layers, merged as Helm merges them; [`None`] where no layer has one.
fn merged(installation: &Installation<'_>, layers: &[&Layer]) -> Option<Value> {
    let reader = installation.reader();
    let node = |layer: &&Layer| installation.files.node(layer.file, layer.doc, &layer.config);
    let mut values = layers.iter().filter_map(node).map(|node| node.resolve().value(reader));
    let first = values.next()?;
    Some(values.fold(first, over_each))
}

fn over_each(under: Value, over: Value) -> Value {
    let (mut under, over) = match (under, over) {
        (Value::Map(under), Value::Map(over)) => (under, over),
        (_, over) => return over,
    };
    for (key, value) in over {
        let at = under.iter().position(|(name, _)| *name == key);
        match (at, value) {
            (Some(at), Value::Null) => drop(under.remove(at)),
            (Some(at), value) => {
                let old = std::mem::replace(&mut under[at].1, Value::Null);
                under[at].1 = over_each(old, value);
            }
            (None, value) => under.push((key, value)),
        }
    }
    Value::Map(under)
}

fn variables(installation: &Installation<'_>, layers: &[&Layer], case: &mut Launch) {
    let mut hidden = BTreeSet::new();
    let of_layers = |file| {
        let other = installation.parts.layers.iter().any(|layer| layer.file == file);
        !other || layers.iter().any(|layer| layer.file == file)
    };
    for variable in installation.all_variables() {
        let by_chart = matches!(variable.giver, Giver::EnvVars | Giver::ExtraEnv);
        let known = case.env.contains_key(&variable.name) || hidden.contains(&variable.name);
        if known || (by_chart && !of_layers(variable.place.file)) {
            continue;
        }
        match &variable.text {
            _ if runs_other_code(&variable.name) => drop(case.withheld.insert(variable.name.clone())),
            // Neither an environment nor a name can hold it.
            Some(text) if text.contains('\0') || !is_name(&variable.name) => {}
            Some(text) => drop(case.env.insert(variable.name.clone(), text.clone())),
            None => drop(hidden.insert(variable.name.clone())),
        }
    }
    let referenced: BTreeSet<String> = case.files.values().flat_map(|text| references(text)).collect();
    if !installation.environment_is_whole() {
        let unknown = referenced.iter().filter(|name| !case.env.contains_key(*name));
        hidden.extend(unknown.cloned());
    }
    for name in hidden.into_iter().filter(|name| is_name(name) && !runs_other_code(name)) {
        match stand_in(&name, referenced.contains(&name)) {
            Some(value) => {
                case.env.insert(name.clone(), value.into());
                case.placeholders.insert(name);
            }
            None => drop(case.unset.insert(name)),
        }
    }
}

/// The variables that a configuration refers to.
fn references(text: &str) -> Vec<String> {
    let name = |(at, sign): (usize, &str)| {
        let rest = &text[at + sign.len()..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest[..end].to_owned()
    };
    let names = text.match_indices("os.environ/").map(name);
    names.filter(|name| !name.is_empty()).collect()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['=', '\0'])
}

/// Variables that change which code Python, OpenSSL, the dynamic linker or LiteLLM runs, or where they write.
fn runs_other_code(name: &str) -> bool {
    const BEGIN: [&str; 7] = ["PYTHON", "LD_", "DYLD_", "PRISMA_", "GLIBC_", "GCONV_", "OPENSSL_"];
    const ALONE: [&str; 10] = [
        "PATH",
        "HOME",
        "TMPDIR",
        "TEMP",
        "TMP",
        "BASH_ENV",
        "WORKER_CONFIG",
        "LITELLM_WORKER_STARTUP_HOOKS",
        // It is wiped at every start.
        "PROMETHEUS_MULTIPROC_DIR",
        "SSLKEYLOGFILE",
    ];
    // On Windows they mean the same in any case.
    let name = name.to_ascii_uppercase();
    BEGIN.iter().any(|begin| name.starts_with(begin)) || ALONE.contains(&&*name)
}

/// The options of the command line that the table of settings knows.
fn arguments(installation: &Installation<'_>, case: &mut Launch) {
    let homes = || settings::all().flat_map(|row| row.homes);
    let mut words = installation.command_words().into_iter().peekable();
    while let Some(word) = words.next() {
        let (name, value) = word
            .split_once('=')
            .map_or((word.as_str(), None), |(name, value)| (name, Some(value.to_owned())));
        let flag = homes().any(|home| matches!(home, Home::Flag(flag) if *flag == name));
        let option = homes().any(|home| matches!(home, Home::Option(option) if *option == name));
        if flag && value.is_none() {
            case.arguments.push(name.to_owned());
        } else if option && !matches!(name, "--config" | "-c" | "--port" | "--host") {
            let value = value.or_else(|| words.next_if(|next| !next.starts_with("--")));
            let visible = value.filter(|value| !value.contains('$'));
            case.arguments.extend(visible.into_iter().flat_map(|value| [name.to_owned(), value]));
        }
    }
}
