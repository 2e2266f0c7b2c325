//! A configuration that LiteLLM does not load, or of which it loses a part without a word.

use crate::plan::{Area, Finding, Lines, Meta, NoParams, Severity};
use crate::project::{Defect, Installation, Place};

pub mod accepted;
mod amiss;
mod compose;
mod stopping;
mod variables;

pub const META: Meta = Meta {
    id: "config_structure",
    title: "LiteLLM does not load this configuration, or ignores a part of it",
    why: "the lost part looks set, and no message says otherwise",
    severity: Severity::High,
    worst: Severity::Critical,
    gap: "configuration that does not load",
    files: "config.yaml, compose files",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 4)],
    aliases: &[],
};

const STOPS: &str = "the configuration fails to load, and LiteLLM does not start";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let (variables, defects): (Vec<_>, Vec<_>) = installation
        .defects()
        .into_iter()
        .partition(|(_, defect)| matches!(defect, Defect::Lacking(_) | Defect::Unfilled(_)));
    let defects = defects.into_iter().map(|(place, defect)| finding(installation, place, defect));
    let variables = variables::findings(installation, &variables);
    defects
        .chain(variables)
        .chain(amiss::findings(installation))
        .chain(stopping::findings(installation))
        .collect()
}

fn finding(installation: &Installation<'_>, place: Place, defect: Defect) -> Finding {
    let new = |state| Finding::new(&META, META.id, state, place.clone());
    let stops = |state| new(state).severity(Severity::Critical).why(STOPS);
    match defect {
        Defect::NoMapping(name, stops_it) => {
            let finding = if stops_it { stops("no_mapping") } else { new("no_mapping") };
            finding
                .title(if stops_it {
                    format!("`{name}` is not a mapping: LiteLLM does not start")
                } else {
                    format!("`{name}` is not a mapping: none of it is effective")
                })
                .advice("write each setting as `key: value` below it, or remove it")
        }
        Defect::NoList => stops("no_list").title("`model_list` is not a list: LiteLLM does not start").advice("write each model as an item").lines(Lines::new([
                "model_list:",
                "  - model_name: <name>",
                "    litellm_params:",
                "      model: <provider>/<model>",
            ]
            .map(str::to_owned)
            .into(), "")),
        Defect::IncludeNoList => stops("include_no_list")
            .title("`include` is not a list: LiteLLM does not start")
            .advice("write it as a list").lines(Lines::new(vec!["include:".into(), "  - <file>".into()], "")),
        Defect::IncludeMissing(reason) => new("include_missing")
            .title(reason.to_string())
            .why(
                "if it is missing when LiteLLM starts, the configuration fails to load; its content is not checked here",
            )
            .advice("add the file there, or remove it from `include:`"),
        Defect::EntryLacks(name, what) => stops("entry_lacks")
            .title(if name.is_empty() {
                format!("an entry of `model_list` has no `{what}`: LiteLLM does not start")
            } else {
                format!("the entry `{name}` of `model_list` has no `{what}`: LiteLLM does not start")
            })
            .advice("add it, or remove the entry"),
        Defect::Erased(name, keys) => new("erased")
            .title(format!("a second `{name}:` erases the first: {}", lost(&keys)))
            .why("PyYAML silently keeps the last of equal keys")
            .advice("merge the two sections into one"),
        Defect::Replaced(name, by, keys) => replaced(installation, new("replaced"), name, by, &keys),
        Defect::Literal(list) => literal(installation, &new("literal"), &list),
        Defect::Late(name, late) => {
            let mut finding = new("late_reference")
                .severity(Severity::Medium)
                .title(format!("the reference to {name} yields null: it is set only under `environment_variables:`"))
                .why("references are resolved before `environment_variables:` is applied: the value is null, and LiteLLM falls back to the provider's own variable, if it is set")
                .advice(format!("give {name} to the process itself, and remove it from `environment_variables:`"));
            finding.related.push((late, format!("{name} is set here")));
            finding
        }
        Defect::NotTaken(takes, value) => compose::not_taken(installation, &place, takes, &value),
        Defect::Lacking(_)
        | Defect::Unfilled(_)
        | Defect::Documents(_)
        | Defect::Tab
        | Defect::Tag(_)
        | Defect::Repeated { .. } => refused(stops, &defect),
        Defect::TooLate(name) => new("too_late")
            .title(format!(
                "LiteLLM runs without this database: {name} has no effect under `environment_variables:`"
            ))
            .why("the command line reads it before the configuration is loaded")
            .advice(format!("give {name} to the process itself")).lines(Lines::new(vec![format!("{name}=<the address of the database>")], "the environment of LiteLLM's process")),
    }
}

/// Which lines set the same key.
fn delete_one(lines: &[usize]) -> String {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    match lines.split_last() {
        Some((last, others)) if !others.is_empty() => {
            format!("keep the one that is meant, and delete the rest: lines {} and {last}", others.join(", "))
        }
        _ => "keep the one that is meant, and delete the rest".to_owned(),
    }
}

/// What the reader of the file refuses, although it is YAML.
fn refused(stops: impl Fn(&'static str) -> Finding, defect: &Defect) -> Finding {
    match defect {
        Defect::Documents(count) => stops("documents")
            .title(format!("{count} documents in the file: LiteLLM does not load it"))
            .why("PyYAML expects a single document: nothing may follow a second `---`")
            .advice("keep one document here, and move the others to files of their own"),
        Defect::Tab => stops("tab")
            .title("a tab character here keeps LiteLLM from loading the file")
            .why("YAML 1.2 allows a tab between a value and a comment, PyYAML does not: `found character '\\t' that cannot start any token`")
            .advice("write spaces instead"),
        Defect::Tag(tag) => stops("tag")
            .title(format!("unknown tag {tag}: LiteLLM does not load the file"))
            .why("PyYAML's safe loader rejects tags that it does not know")
            .advice("remove the tag; a reference to a variable is written as os.environ/NAME"),
        Defect::Repeated { key, lines } => stops("repeated")
            .title(format!("`{key}` is set twice in one mapping: compose refuses the file"))
            .why("docker compose rejects duplicate keys, and starts no service of the file")
            .advice(delete_one(lines)),
        _ => stops("refused"),
    }
}

fn replaced(
    installation: &Installation<'_>,
    finding: Finding,
    name: &str,
    by: Place,
    keys: &[String],
) -> Finding {
    let file = installation.shown(by.file);
    let mut finding = finding
        .title(format!("overridden by `{name}` of the included file: {}", lost(keys)))
        .why("LiteLLM joins lists from included files, but replaces every other key as a whole")
        .advice(format!("move what you need into `{name}:` of {file}"));
    finding.related.push((by, "this one is effective".into()));
    finding
}

/// References count as values of keys only; a callback of such a name cannot be imported.
fn literal(installation: &Installation<'_>, finding: &Finding, list: &str) -> Finding {
    let text = installation.value_at(&finding.place).and_then(|value| value.as_str().map(str::to_owned));
    let name = text.as_deref().and_then(|text| text.strip_prefix("os.environ/")).unwrap_or_default();
    let callback = matches!(list, "callbacks" | "success_callback" | "failure_callback");
    let finding = finding
        .clone()
        .title(format!("os.environ/{name} as an item of `{list}` is taken literally"))
        .why("LiteLLM resolves references in values of keys, not in items of a list");
    let finding = match callback {
        true => finding.severity(Severity::Critical).why("LiteLLM does not resolve references in lists; it fails to import a callback of that name, and does not start"),
        false => finding.severity(Severity::Medium),
    };
    finding.advice("write the value itself there")
}

fn lost(keys: &[String]) -> String {
    let names: Vec<String> = keys.iter().take(6).map(|key| format!("`{key}`")).collect();
    let more = keys.len().saturating_sub(names.len());
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let verb = if keys.len() == 1 { "is" } else { "are" };
    format!("{}{rest} {verb} lost", names.join(", "))
}
