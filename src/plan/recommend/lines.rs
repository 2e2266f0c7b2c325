//! Where the lines of an advice go, and how they look there: what can be pasted at that place as it is.

use crate::document::{Kind, Path, Style, Syntax, Value};
use crate::plan::finding::Lines;
use crate::plan::recommend::words::{is_expression, shown};
use crate::project::{At, FileId, Flavor, Giver, Installation, Operand, Place, Process, Variable};

/// Where a config key goes, for humans: the section of the file that finally defines it, in the values of a chart below the keys above. One
/// that stands there is named as such, since a second one would take its place.
pub fn goes_in(installation: &Installation<'_>, section: &str) -> String {
    let (path, file) = (section_path(installation, section), defining_file(installation, section));
    let layer = installation.definer(section);
    let place = Place::yaml(layer.file, layer.doc, layer.config.child(section));
    match installation.value_at(&place) {
        Some(value) if value != Value::Null => format!("the `{path}:` that stands in {file}"),
        _ => format!("`{path}:` of {file}"),
    }
}

/// The lines that give a section of the configuration these entries.
pub fn section_lines(installation: &Installation<'_>, section: &str, entries: &[(String, Value)]) -> Lines {
    Lines::new(yaml_lines(section, entries), goes_in(installation, section))
}

/// The lines of `section: {key: value}` in block style, for advice.
pub fn yaml_lines(section: &str, entries: &[(String, Value)]) -> Vec<String> {
    let mut lines = vec![format!("{section}:")];
    push_entries(entries, 2, &mut lines);
    lines
}

fn push_entries(entries: &[(String, Value)], indent: usize, lines: &mut Vec<String>) {
    for (key, value) in entries {
        match value {
            Value::Map(inner) if !is_expression(value) => {
                lines.push(format!("{:indent$}{key}:", ""));
                push_entries(inner, indent + 2, lines);
            }
            other => lines.push(format!("{:indent$}{key}: {}", "", shown(other))),
        }
    }
}

/// Where keys of two sections go, for humans.
pub fn goes_in_both(installation: &Installation<'_>, one: &str, other: &str) -> String {
    let file = defining_file(installation, one);
    format!("`{}:` and `{}:` of {file}", section_path(installation, one), section_path(installation, other))
}

fn defining_file<'a>(installation: &Installation<'a>, section: &str) -> &'a str {
    if installation.parts.flavor == Flavor::Process {
        return "its configuration";
    }
    installation.shown(installation.definer(section).file)
}

fn section_path(installation: &Installation<'_>, section: &str) -> String {
    match installation.parts.flavor {
        Flavor::OtherChart | Flavor::Chart(_) => {
            installation.definer(section).config.child(section).to_string()
        }
        Flavor::Config | Flavor::ConfigMap | Flavor::Process => section.to_owned(),
    }
}

/// A mapping, for humans: its keys and the file.
pub fn place_in_words(installation: &Installation<'_>, mapping: &Place) -> String {
    let spot = installation.files.spot(mapping);
    if spot.name.is_empty() {
        format!("the top level of {}", spot.file)
    } else {
        format!("`{}:` of {}:{}", spot.name, spot.file, spot.line)
    }
}

/// The values of the chart, for humans: a subchart has those of it below a key of its own.
fn chart_values(installation: &Installation<'_>) -> String {
    let main = installation.parts.main();
    match main.base.last_key() {
        None => format!("the values of {}", installation.shown(main.file)),
        Some(_) => place_in_words(installation, &Place::yaml(main.file, main.doc, main.base.clone())),
    }
}

/// Lines below these keys of the chart's values, with those of the keys that do not stand there yet, and where they go, for humans.
pub fn in_values(installation: &Installation<'_>, keys: &[&str], lines: &[String]) -> Lines {
    let (above, goes) = missing(installation, keys);
    Lines::new(below(above, lines), goes)
}

/// The keys that are not among the chart's values yet, and where they go.
fn missing<'k>(installation: &Installation<'_>, keys: &'k [&'k str]) -> (&'k [&'k str], String) {
    let main = installation.parts.main();
    let block = |depth: usize| main.base.join(&Path::keys(keys[..depth].iter().copied()));
    // Nothing goes on lines of its own into what is written in brackets, or stands for something else.
    let open = |depth: &usize| {
        let node = installation.files.node(main.file, main.doc, &block(*depth));
        node.is_some_and(|node| {
            matches!(node.kind(), Kind::Mapping | Kind::Sequence) && node.style() == Style::Block
        })
    };
    match (1..=keys.len()).rev().find(open) {
        Some(depth) => {
            let place = Place::yaml(main.file, main.doc, block(depth));
            (&keys[depth..], place_in_words(installation, &place))
        }
        None => (keys, chart_values(installation)),
    }
}

/// Where a line goes that replaces the value at a place, for humans.
pub fn instead_of(installation: &Installation<'_>, place: &Place) -> String {
    let spot = installation.files.spot(place);
    format!("in place of the value at {}:{}", spot.file, spot.line)
}

/// The lines of several places, each headed by where they go if that is not one place.
pub fn by_place(groups: impl IntoIterator<Item = Lines>) -> Lines {
    let mut places: Vec<Lines> = Vec::new();
    for group in groups {
        match places.iter_mut().find(|there| there.goes == group.goes) {
            Some(there) => there.lines.extend(group.lines),
            None => places.push(group),
        }
    }
    if places.len() == 1 {
        return places.remove(0);
    }
    let headed = |place: Lines| std::iter::once(format!("# {}", place.goes)).chain(place.lines);
    Lines::new(places.into_iter().flat_map(headed).collect(), "each where the comment above it says")
}

/// What an advice gives to a variable.
enum Given<'a> {
    /// This text.
    Text(&'a str),
    /// Something that no file in a repository should hold, in these words.
    Secret(&'a str),
}

/// How a block of variables is written.
#[derive(Clone, Copy)]
enum Form {
    /// `NAME=value`, a line of an env file.
    Dotenv,
    /// `Environment=NAME=value`, a line of a unit of systemd.
    Unit,
    /// `NAME: value`.
    Map,
    /// `NAME: value`, or `NAME:` with `valueFrom:` below it.
    References,
    /// `- NAME=value`.
    Pairs,
    /// `- name: NAME` and `value:` below it.
    Objects,
}

/// A block of variables that reaches the process.
struct Carrier {
    form: Form,
    /// Whether it is written in brackets, so that an entry has no line of its own.
    flow: bool,
    /// The keys that the lines begin with: those of a chart's values, or of a block that is not there yet.
    above: Vec<String>,
    /// Where it is, for humans.
    goes: String,
}

/// The lines that give a variable to the process, and where they go, for humans.
pub fn variable_lines(installation: &Installation<'_>, name: &str, value: &str) -> Lines {
    lines_for(installation, name, &Given::Text(value))
}

/// The lines that give the process a variable whose value is a secret, and where they go; `what` says what to fill in.
pub fn secret_lines(installation: &Installation<'_>, name: &str, what: &str) -> Lines {
    lines_for(installation, name, &Given::Secret(what))
}

fn lines_for(installation: &Installation<'_>, name: &str, given: &Given<'_>) -> Lines {
    let standing = installation.variables(name).into_iter().next();
    let carrier = match &standing {
        Some(variable) => carrier_of(installation, variable),
        None => carrier(installation),
    };
    match (given, installation.parts.chart().filter(|_| standing.is_none())) {
        (Given::Secret(_), Some(chart)) => {
            in_values(installation, chart.secrets, &[format!("- <a Secret that holds {name}>")])
        }
        _ => match (given, standing.as_ref().and_then(|one| installation.operand(one))) {
            (Given::Text(text), Some(Operand::Value)) => {
                Lines::new(vec![format!("value: {text}")], carrier.goes)
            }
            (_, Some(Operand::Item)) => {
                let item = Carrier { form: Form::Objects, flow: true, ..carrier };
                Lines::new(vec![format!("value: {}", item.entry(name, given).join(""))], item.goes)
            }
            _ => Lines::new(below(&carrier.above, &carrier.entry(name, given)), carrier.goes),
        },
    }
}

/// The block that gives this variable already.
fn carrier_of(installation: &Installation<'_>, variable: &Variable) -> Carrier {
    let spot = installation.files.spot(&variable.place);
    let goes = format!("in place of the one at {}:{}", spot.file, spot.line);
    let (form, flow) = match (&variable.place.at, variable.giver) {
        (At::Yaml { doc, path }, _) => {
            let block = path.split_last().map(|(block, _)| block).unwrap_or_default();
            written(installation, variable.place.file, *doc, &block, variable.giver == Giver::ExtraEnv)
                .unwrap_or((Form::Map, false))
        }
        _ if installation.files.unit(variable.place.file).is_some() => (Form::Unit, false),
        _ => (Form::Dotenv, false),
    };
    Carrier { form, flow, above: Vec::new(), goes }
}

/// The block that would give a variable which nothing gives yet.
fn carrier(installation: &Installation<'_>) -> Carrier {
    let parts = installation.parts;
    let values = |keys: &[&'static str], form| {
        let (above, goes) = missing(installation, keys);
        Carrier { form, flow: false, above: above.iter().map(|key| (*key).to_owned()).collect(), goes }
    };
    match parts.chart() {
        Some(chart) if !chart.variables.is_empty() => return values(chart.variables, Form::Map),
        Some(chart) => return values(chart.entries, Form::Objects),
        None => {}
    }
    let env_file = parts.env_files.iter().rev().find(|link| link.is_certain()).map(|link| {
        let unit = installation.files.unit(link.file).map(|_| "the process of ");
        Carrier {
            form: if unit.is_some() { Form::Unit } else { Form::Dotenv },
            flow: false,
            above: Vec::new(),
            goes: format!("{}{}", unit.unwrap_or_default(), installation.shown(link.file)),
        }
    });
    match (env_file, parts.processes.first()) {
        (Some(env_file), _) => env_file,
        (None, Some(process)) => block(installation, process),
        (None, None) => Carrier {
            form: Form::Dotenv,
            flow: false,
            above: Vec::new(),
            goes: "the environment of LiteLLM's process".into(),
        },
    }
}

/// The first block of variables of a process, in the syntax that it has there.
fn block(installation: &Installation<'_>, process: &Process) -> Carrier {
    let whose = format!("{} in {}", process.name(installation.files), installation.shown(process.file));
    let taking = process.takes(installation.files).ok();
    let first = taking.or_else(|| process.platform.blocks(&process.path).into_iter().next());
    let mapped = if process.is_compose() { Form::Map } else { Form::References };
    let Some(block) = first else {
        return Carrier { form: Form::Map, flow: false, above: Vec::new(), goes: whose };
    };
    let objects = block.syntax == Syntax::Objects;
    let key = block.path.last_key().unwrap_or_default();
    let line = |path: &Path| {
        let place = Place::yaml(process.file, process.doc, path.clone());
        installation.files.spot(&place).line
    };
    match written(installation, process.file, process.doc, &block.path, objects) {
        Some((form, flow)) => {
            let within = if flow { "inside the brackets of " } else { "" };
            let line = line(&block.path);
            let form = if matches!(form, Form::Map) { mapped } else { form };
            Carrier { form, flow, above: Vec::new(), goes: format!("{within}`{key}:` of {whose}:{line}") }
        }
        None => {
            let form = if objects { Form::Objects } else { mapped };
            let goes = format!("{whose}:{}", line(&process.path));
            Carrier { form, flow: false, above: vec![key.to_owned()], goes }
        }
    }
}

/// How the block at a path is written, and whether in brackets; `None` where nothing is there. A list of `objects` has entries
/// with `name:` and `value:`.
fn written(
    installation: &Installation<'_>,
    file: FileId,
    doc: usize,
    path: &Path,
    objects: bool,
) -> Option<(Form, bool)> {
    let node = installation.files.node(file, doc, path)?.resolve();
    let objects = objects || node.items().any(|item| item.resolve().kind() == Kind::Mapping);
    let form = match node.kind() {
        Kind::Mapping => Form::Map,
        Kind::Sequence if objects => Form::Objects,
        Kind::Sequence => Form::Pairs,
        _ => return None,
    };
    Some((form, node.style() == Style::Flow && !node.is_empty()))
}

/// The lines of an entry of a block in this syntax; without one, of an env file.
pub(in crate::plan) fn entry(syntax: Option<Syntax>, name: &str, text: &str) -> Vec<String> {
    let form = match syntax {
        None => Form::Dotenv,
        Some(Syntax::Map) => Form::Map,
        Some(Syntax::Pairs) => Form::Pairs,
        Some(Syntax::Objects) => Form::Objects,
    };
    Carrier { form, flow: false, above: Vec::new(), goes: String::new() }.entry(name, &Given::Text(text))
}

/// The lines of a unit that give a variable to its process.
pub(in crate::plan) fn in_unit(name: &str, text: &str) -> Vec<String> {
    Carrier { form: Form::Unit, flow: false, above: Vec::new(), goes: String::new() }
        .entry(name, &Given::Text(text))
}

impl Carrier {
    /// The entry of a variable.
    fn entry(&self, name: &str, given: &Given<'_>) -> Vec<String> {
        let text = match given {
            Given::Text(text) => (*text).to_owned(),
            Given::Secret(what) => format!("<{what}>"),
        };
        match (self.form, given) {
            (Form::Dotenv, _) => vec![format!("{name}={text}")],
            (Form::Unit, Given::Text(text)) if text.contains(char::is_whitespace) => {
                vec![format!("Environment=\"{name}={text}\"")]
            }
            (Form::Unit, Given::Text(text)) => vec![format!("Environment={name}={text}")],
            (Form::Unit, Given::Secret(_)) => {
                vec![format!("EnvironmentFile=<a file that only root reads, which sets {name}>")]
            }
            (Form::References, Given::Secret(_)) => vec![
                format!("{name}:"),
                "  valueFrom:".into(),
                "    secretKeyRef:".into(),
                "      name: <your Secret>".into(),
                format!("      key: {name}"),
            ],
            (Form::Map | Form::References, _) => vec![format!("{name}: {}", scalar(&text))],
            (Form::Pairs, _) if self.flow => vec![format!("\"{name}={text}\"")],
            (Form::Pairs, _) => vec![format!("- {name}={text}")],
            (Form::Objects, Given::Text(_)) if self.flow => {
                vec![format!("{{name: {name}, value: \"{text}\"}}")]
            }
            (Form::Objects, Given::Text(_)) => {
                vec![format!("- name: {name}"), format!("  value: \"{text}\"")]
            }
            (Form::Objects, Given::Secret(_)) if self.flow => {
                vec![format!(
                    "{{name: {name}, valueFrom: {{secretKeyRef: {{name: <your Secret>, key: {name}}}}}}}"
                )]
            }
            (Form::Objects, Given::Secret(_)) => vec![
                format!("- name: {name}"),
                "  valueFrom:".into(),
                "    secretKeyRef:".into(),
                "      name: <your Secret>".into(),
                format!("      key: {name}"),
            ],
        }
    }
}

/// A text as a value of a mapping: in quotes unless it is a plain word that no reader takes for something else.
fn scalar(text: &str) -> String {
    const TAKEN: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
        && !TAKEN.iter().any(|word| text.eq_ignore_ascii_case(word));
    if plain { text.to_owned() } else { format!("\"{text}\"") }
}

/// The lines of an entry below these keys.
fn below<K: AsRef<str>>(keys: &[K], entry: &[String]) -> Vec<String> {
    let above = keys.iter().enumerate().map(|(depth, key)| format!("{:1$}{2}:", "", depth * 2, key.as_ref()));
    let entry = entry.iter().map(|line| format!("{:1$}{line}", "", keys.len() * 2));
    above.chain(entry).collect()
}
