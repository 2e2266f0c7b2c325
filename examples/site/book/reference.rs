//! Pages that the program writes of itself: commands, fixes, parameters and settings.

use std::collections::HashSet;
use std::fmt::Write as _;

use anyhow::ensure;
use clap::{Arg, Command, CommandFactory};
use litellm_fix::cli::Cli;
use litellm_fix::plan::{Bounds, Parameter, Preset, Transform};
use litellm_fix::project::settings::{self, Home, Setting, Versions};
use litellm_fix::transforms::registry;

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}

/// Code in a cell of a table.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// The program and its commands, with each option.
pub fn commands() -> String {
    let mut command = Cli::command();
    command.build();
    let mut out = String::from("# Commands\n");
    let common: HashSet<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    out += "\n## litellm-fix\n";
    described(&mut out, &mut command.clone(), &HashSet::new());
    for one in command.get_subcommands().filter(|one| one.get_name() != "help") {
        let _ = write!(out, "\n## {}\n", one.get_name());
        let shared = if one.get_name() == "verify" { &common } else { &HashSet::new() };
        described(&mut out, &mut one.clone(), shared);
    }
    out
}

fn described(out: &mut String, command: &mut Command, shared: &HashSet<String>) {
    if let Some(about) = command.get_about() {
        let _ = write!(out, "\n{about}.\n");
    }
    let usage = command.render_usage().to_string();
    let _ =
        write!(out, "\n```text\n{}\n```\n", usage.trim_start_matches("Usage: ").replace("\n       ", "\n"));
    if let Some(more) = command.get_after_help() {
        let _ = write!(out, "\n{more}\n");
    }
    if !shared.is_empty() {
        *out += "\nIt takes the options of the main job.\n";
        return;
    }
    *out += "\n| option | meaning |\n|---|---|\n";
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        let _ = writeln!(out, "| {} | {} |", named(arg), meaning(arg));
    }
}

fn named(arg: &Arg) -> String {
    let mut names: Vec<String> = arg.get_short().map(|short| format!("-{short}")).into_iter().collect();
    names.extend(arg.get_long().map(|long| format!("--{long}")));
    let value = if arg.get_action().takes_values() { arg.get_value_names() } else { None };
    let value = value.and_then(|names| names.first()).map(ToString::to_string);
    match (names.is_empty(), value) {
        (true, value) => {
            code(&format!("<{}>", value.unwrap_or_else(|| arg.get_id().to_string().to_uppercase())))
        }
        (false, Some(value)) => code(&format!("{} <{value}>", names.join(", "))),
        (false, None) => code(&names.join(", ")),
    }
}

fn meaning(arg: &Arg) -> String {
    let mut text = cell(&arg.get_help().map(ToString::to_string).unwrap_or_default());
    if arg.get_action().takes_values() {
        for value in arg.get_possible_values() {
            let help =
                value.get_help().map(|help| format!(": {}", cell(&help.to_string()))).unwrap_or_default();
            let _ = write!(text, "<br>{}{help}", code(value.get_name()));
        }
        let defaults: Vec<String> =
            arg.get_default_values().iter().map(|value| code(&value.to_string_lossy())).collect();
        if !defaults.is_empty() {
            let _ = write!(text, "<br>default: {}", defaults.join(", "));
        }
    }
    text
}

/// The table of fixes of the README, with a link for each and how bad it is.
///
/// # Errors
/// A fix that is not in it.
pub fn fixes(readme: &str) -> anyhow::Result<String> {
    let mut out = String::from("# The fixes\n\n| id | what it looks after | severity |\n|---|---|---|\n");
    for transform in registry() {
        let meta = transform.meta;
        let row = readme.lines().find_map(|line| line.strip_prefix(&format!("| `{}` | ", meta.id)));
        ensure!(row.is_some(), "{} is not in the README", meta.id);
        let words = row.unwrap_or_default().trim_end_matches('|').trim();
        let _ = writeln!(
            out,
            "| [`{0}`](transforms/{1}/{0}.md) | {words} | {2} |",
            meta.id,
            transform.topic,
            meta.severity.name()
        );
    }
    Ok(out)
}

/// The page of a fix, as `explain` prints it, with its card.
pub fn fix(transform: &Transform) -> String {
    let meta = transform.meta;
    let page = transform.page();
    let body = page.split_once('\n').map_or("", |(_, body)| body);
    format!(
        "# {}\n\n**{}**: {}.\n\n| | |\n|---|---|\n| severity | {} |\n| files | {} |\n| versions of LiteLLM | {} |\n| settings | {} |\n{body}",
        meta.id,
        sentence(meta.title),
        cell(meta.why),
        meta.severity.name(),
        cell(meta.files),
        cell(meta.versions),
        if meta.settings.is_empty() {
            "none of its own".to_owned()
        } else {
            meta.settings.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")
        },
    )
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

/// All parameters of all fixes.
pub fn parameters() -> String {
    let mut out = String::from(
        "\n## Parameters of the fixes\n\n| parameter | default | may be | meaning |\n|---|---|---|---|\n",
    );
    for transform in registry() {
        let id = transform.meta.id;
        for one in transform.meta.params {
            let name = format!("[`{id}.{}`](transforms/{}/{id}.md)", one.name, transform.topic);
            let _ = writeln!(out, "| {name} | {} | {} | {} |", preset(one), bounds(one), cell(one.meaning));
        }
    }
    out
}

fn preset(parameter: &Parameter) -> String {
    match parameter.default {
        Preset::Unknown => "none".into(),
        Preset::Number(number) => code(&number.to_string()),
        Preset::Text(text) => code(text),
        Preset::Texts(texts) => texts.iter().map(|text| code(text)).collect::<Vec<_>>().join(", "),
    }
}

fn bounds(parameter: &Parameter) -> String {
    match parameter.bounds {
        Bounds::Numbers(least, u32::MAX) => format!("a whole number from {least}"),
        Bounds::Numbers(least, most) => format!("a whole number from {least} to {most}"),
        Bounds::YesNo => "`true` or `false`".into(),
        Bounds::OneOf(words) => words.iter().map(|word| code(word)).collect::<Vec<_>>().join(", "),
        Bounds::Texts => "a list of texts".into(),
        Bounds::Text(_, rule) => cell(rule),
    }
}

/// The table of settings: where LiteLLM reads each, the strongest place first.
pub fn settings() -> String {
    let mut out = String::from(
        "---\nhide:\n  - toc\n---\n\n# Settings\n\nWhere LiteLLM reads each setting that the fixes know, the strongest place first, and what holds where nothing sets it. `litellm-fix explain ID PATH` shows \
         which of them is in force in your files.\n\n| setting | read from | default |\n|---|---|---|\n",
    );
    let mut all: Vec<&Setting> = settings::all().collect();
    all.sort_by_key(|setting| setting.name);
    for setting in all {
        let homes: Vec<String> = setting.homes.iter().map(home).collect();
        let releases = match setting.versions {
            Versions::ALL => String::new(),
            some => format!("<br>{}", cell(&some.words())),
        };
        let name = code(setting.name);
        let _ = writeln!(out, "| {name}{releases} | {} | {} |", homes.join("<br>"), cell(setting.default));
    }
    out
}

fn home(home: &Home) -> String {
    match home {
        Home::Config(section, key) => format!("key `{section}.{key}`"),
        Home::Env(name) => format!("variable `{name}`"),
        Home::LateEnv(name) => format!("key `environment_variables.{name}`"),
        Home::Flag(name) | Home::Option(name) => format!("argument `{name}`"),
        Home::Values(_, path) | Home::Chart(_, path) | Home::ChartArgument(_, path) => {
            format!("value of the chart `{}`", path.join("."))
        }
        Home::Process(_) => "what describes the process".into(),
        Home::Autoscaler(_) => "an autoscaler of the process".into(),
    }
}
