//! Variables that nothing fills in, and references to variables that the process does not have: each kind once for an installation.

use super::META;
use crate::document::Value;
use crate::plan::build::named;
use crate::plan::{Finding, Fix, Intent, Lines, Safety, Severity};
use crate::project::{At, Defect, Installation, Place, Unfilled};

pub fn findings(installation: &Installation<'_>, defects: &[(Place, Defect)]) -> Vec<Finding> {
    let texts: Vec<(&Place, &Unfilled)> = defects
        .iter()
        .filter_map(|(place, defect)| match defect {
            Defect::Unfilled(text) => Some((place, text)),
            _ => None,
        })
        .collect();
    let (ready, mut rest): (Vec<_>, Vec<_>) =
        texts.into_iter().partition(|(place, text)| is_ready(installation, place, text));
    // The worst first: a finding has the title of its first place.
    rest.sort_by_key(|(place, _)| key(place) != MASTER);
    [replaceable(installation, &ready), to_write(&rest), lacking(installation, defects)]
        .into_iter()
        .flatten()
        .collect()
}

/// Not for a program to put in force: what a database holds may be encrypted with the master key, and another address is another database.
const HELD: [&str; 2] = [MASTER, "database_url"];
const MASTER: &str = "master_key";

/// Whether a reference in its place finds the variable.
fn is_ready(installation: &Installation<'_>, place: &Place, text: &Unfilled) -> bool {
    let given = |name: &String| !installation.variables(name).is_empty();
    !HELD.contains(&key(place)) && text.plain.as_ref().is_some_and(given)
}

fn key(place: &Place) -> &str {
    match &place.at {
        At::Yaml { path, .. } => path.last_key().unwrap_or_default(),
        At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => "",
    }
}

fn literal(state: &'static str, texts: &[(&Place, &Unfilled)]) -> Option<Finding> {
    let (first, rest) = texts.split_first()?;
    let more = match rest.len() {
        0 => String::new(),
        1 => ", and so is 1 more value".to_owned(),
        more => format!(", and so are {more} more values"),
    };
    let mut finding = Finding::new(&META, META.id, state, first.0.clone())
        .severity(Severity::Medium)
        .title(format!("taken literally: `{}: {}`{more}", key(first.0), first.1.text))
        .why("LiteLLM does not expand `${NAME}`; only a whole value `os.environ/NAME` refers to a variable");
    let others = rest.iter().map(|(place, text)| ((*place).clone(), format!("{} is literal", text.text)));
    finding.related.extend(others);
    Some(finding)
}

fn replaceable(installation: &Installation<'_>, texts: &[(&Place, &Unfilled)]) -> Option<Finding> {
    let plain = texts.iter().filter_map(|(place, text)| Some((*place, text.plain.as_ref()?)));
    let intents = plain
        .clone()
        .map(|(place, name)| Intent::Set(place.clone(), Value::Str(format!("os.environ/{name}"))))
        .collect();
    let mut names: Vec<String> = plain.map(|(_, name)| name.clone()).collect();
    names.dedup();
    let title = format!("refer to {}", named(&names));
    Some(literal("unfilled", texts)?.fix(Fix::new(installation, title, Safety::Review, intents)))
}

fn to_write(texts: &[(&Place, &Unfilled)]) -> Option<Finding> {
    let lines = texts
        .iter()
        .filter_map(|(place, text)| Some(format!("{}: os.environ/{}", key(place), text.plain.as_ref()?)))
        .collect();
    let refer = "put the whole value into a variable of the process, and refer to it";
    let finding = literal("unfilled_text", texts)?;
    let finding = match texts.first().filter(|(place, _)| key(place) == MASTER) {
        Some((_, text)) => finding
            .severity(Severity::Critical)
            .why("LiteLLM does not expand `${NAME}`: this text itself is the master key, and whoever reads the file is admin")
            .advice(format!(
                "{refer}. Until now the text `{}` itself is the master key: clients may use it, and what a database holds may be encrypted with it",
                text.text
            )),
        None => finding.advice(refer),
    };
    Some(finding.lines(Lines::new(lines, "the configuration")))
}

fn lacking(installation: &Installation<'_>, defects: &[(Place, Defect)]) -> Option<Finding> {
    let mut names: Vec<String> = Vec::new();
    let mut places: Vec<(&Place, &str)> = Vec::new();
    for (place, defect) in defects {
        let Defect::Lacking(name) = defect else { continue };
        places.push((place, name));
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let ((first, _), rest) = places.split_first()?;
    let verb = if names.len() == 1 { "is" } else { "are" };
    let them = if names.len() == 1 { "it" } else { "them" };
    let mut finding = Finding::new(&META, META.id, "lacking", (*first).clone())
        .severity(Severity::Medium)
        .title(format!("{} {verb} referred to, but nothing sets {them} for the process", named(&names)))
        .why("LiteLLM reads null there, and continues as if the key were not set")
        .advice(format!("set {them} for the process, or remove the reference to {them}"))
        .lines(Lines::new(
            names.iter().map(|name| format!("{name}=<value>")).collect(),
            format!("the environment of {}", installation.process_words()),
        ));
    finding.related.extend(rest.iter().map(|(place, name)| ((*place).clone(), format!("refers to {name}"))));
    Some(finding)
}
