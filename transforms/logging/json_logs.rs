//! Logs are plain text, which no collector can read by field, unless `litellm_settings.json_logs` is a real `true`.

use crate::document::Value;
use crate::plan::build::{ineffective_places, shown, variable_lines};
use crate::plan::policy::lands;
use crate::plan::{Area, Finding, Fix, Intent, Meta, NoParams, Recommended, Remedy, Safety, Severity};
use crate::project::{Answer, Effective, Flavor, Installation, Running, Variable, Version, Why};

pub const META: Meta = Meta {
    id: "json_logs",
    title: "logs are plain text: `json_logs` is not set",
    why: "a stack trace becomes many log records, and no collector finds level or model; LiteLLM's production page advises JSON",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "structured logs",
    files: "config.yaml, Helm values, ConfigMaps, env files, compose files, Kubernetes manifests",
    versions: "all; the variable JSON_LOGS counts differently before 1.100",
    settings: &["json_logs"],
    params: &[],
    weights: &[(Area::Observability, 2)],
    aliases: &[],
};

const VARIABLE: &str = "JSON_LOGS";
/// A release of which it is known that a worker reads the key by itself; 1.80.15 does not.
const READ_BY_WORKER: Version = Version(1, 85, 0);
/// Since this release the variable counts only for the word true; before, any text that is not empty turned JSON on.
const STRICT: Version = Version(1, 100, 0);
/// Since this release the handler of the JSON lines minds the level.
const MINDS_THE_LEVEL: Version = Version(1, 101, 0);

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let variable = installation.variables(VARIABLE).into_iter().next();
    let by_variable = variable.as_ref().and_then(|one| counts(installation, one));
    let on = is_on(&answer) || by_variable == Some(true);
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        also_on(installation, &answer, finding, on);
    }
    let offered = findings.iter().any(|finding| matches!(finding.remedy, Remedy::Fix(_)));
    if is_on(&answer) {
        if let Some(giver) = by_file_path(installation).filter(|_| by_variable != Some(true)) {
            findings.extend(comes_late(installation, &answer, &giver));
        }
        return findings;
    }
    if offered {
        return findings;
    }
    let json = Recommended::new(installation, &answer, true);
    let of_variable =
        variable.filter(|one| one.text.is_some() && answer.place().is_some_and(|place| one.stands_at(place)));
    if of_variable.is_none()
        && let Some(hidden) = json.hidden(&META)
    {
        findings.push(hidden);
        return findings;
    }
    findings.extend(judged(installation, &answer, &json, of_variable.is_some(), on));
    findings
}

/// What is said of the effective value, or of none; `None` where JSON logs are as they should be.
fn judged(
    installation: &Installation<'_>,
    answer: &Answer,
    json: &Recommended<'_>,
    of_variable: bool,
    on: bool,
) -> Option<Finding> {
    let said = |state: &'static str| json.finding(&META, state);
    let finding = match &answer.effective {
        Effective::Set { value: Value::Str(text), .. } if of_variable => {
            let (title, why) = words(installation, text)?;
            said("variable").title(title).why(why)
        }
        Effective::Set { value: Value::Bool(_), .. } if on => {
            let text = format!("write true, which is the effective value, or unset {VARIABLE}");
            return Some(
                said("undone")
                    .title(format!("JSON logs are on although `json_logs` is false: {VARIABLE} in the environment turns them on"))
                    .why("false in the config does not override the variable")
                    .advice(text)
                    .lines(json.lines()),
            );
        }
        Effective::Unset | Effective::Set { value: Value::Null, .. } if on => return None,
        Effective::Unset | Effective::Set { value: Value::Null, .. } => {
            let finding = said("unset").production_default(installation);
            if by_file_path(installation).is_some() {
                let text = "the configuration is given with CONFIG_FILE_PATH, and is then read too late for the server's own lines: this applies to all lines";
                return Some(finding.advice(text).lines(variable_lines(installation, VARIABLE, "true")));
            }
            finding
        }
        // Plain text is somebody's choice.
        Effective::Set { value: Value::Bool(_), .. } => {
            said("differs").title("`json_logs` is false; true is advised").offer()
        }
        Effective::Set { value, .. } => said("wrong_type")
            .title(format!(
                "`json_logs` is {}, which has no effect: only the boolean true counts",
                shown(value)
            ))
            .why("LiteLLM silently ignores any other value, and the logs stay plain text"),
        Effective::Hidden { .. } => return None,
    };
    let unseen = installation.unseen_variables().filter(|_| !of_variable);
    Some(json.mend(finding, Safety::Review, |mut fix| {
        let off = |unseen| format!("{VARIABLE} does not already turn it on: {unseen}");
        fix.assumptions.extend(unseen.map(off));
        warned(installation, fix)
    }))
}

/// What hands the configuration over by `CONFIG_FILE_PATH` alone: the command line, which sets up the logs of the server, never sees it.
fn by_file_path(installation: &Installation<'_>) -> Option<Variable> {
    if !matches!(installation.parts.flavor, Flavor::Config | Flavor::ConfigMap) {
        return None;
    }
    let variable = installation.variables("CONFIG_FILE_PATH").into_iter().next()?;
    (installation.setting("config_option").place() == Some(&variable.place)).then_some(variable)
}

/// JSON logs that are turned on in a configuration which the command line does not read.
fn comes_late(installation: &Installation<'_>, answer: &Answer, giver: &Variable) -> Option<Finding> {
    let running = installation.running();
    let (title, why) = if !running.maybe_since(READ_BY_WORKER) {
        (
            "`json_logs` has no effect: the configuration is given with CONFIG_FILE_PATH".to_owned(),
            "in this version only the command line turns JSON logs on, and it reads only `--config`"
                .to_owned(),
        )
    } else {
        let before = if running.maybe_before(READ_BY_WORKER) {
            format!("; before LiteLLM {READ_BY_WORKER} it has no effect at all")
        } else {
            String::new()
        };
        (
            format!("`json_logs` does not affect the server's own lines: the configuration is given with CONFIG_FILE_PATH{before}"),
            "the command line sets up the logs of the server, and it reads only `--config`: its lines stay plain text among JSON".to_owned(),
        )
    };
    let lines = variable_lines(installation, VARIABLE, "true");
    let mut finding = Finding::new(&META, META.id, "comes_late", answer.place()?.clone())
        .title(title)
        .why(why)
        .advice("give the configuration with --config, or set this variable")
        .lines(lines);
    finding.related.push((giver.place.clone(), "the configuration is given here".into()));
    Some(finding)
}

/// Whether the config turns it on, also through a reference: LiteLLM makes a boolean of a variable that says true.
fn is_on(answer: &Answer) -> bool {
    let given = answer.reference.as_ref().and_then(|one| one.given.as_ref()?.text.as_deref());
    answer.value() == Some(&Value::Bool(true)) || given.is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Whether the variable turns it on; `None` where that depends on what cannot be seen.
fn counts(installation: &Installation<'_>, variable: &Variable) -> Option<bool> {
    match variable.text.as_deref()? {
        "" => Some(false),
        text if text.eq_ignore_ascii_case("true") => Some(true),
        _ => match installation.running() {
            Running::Known(version, ..) => Some(*version < STRICT),
            Running::Unknown(..) => None,
        },
    }
}

/// What to say of a text of the variable; `None` where it is right in every release.
fn words(installation: &Installation<'_>, text: &str) -> Option<(String, String)> {
    let rule = format!(
        "since {STRICT} only the word true counts; before that any text turned JSON logs on, even \"false\""
    );
    let effect = match installation.running() {
        _ if text.eq_ignore_ascii_case("true") => return None,
        _ if text.is_empty() => "leaves JSON logs off".to_owned(),
        Running::Known(version, ..) if *version < STRICT => {
            format!("turns JSON logs on in LiteLLM {version}, but leaves them off since {STRICT}")
        }
        Running::Known(version, ..) => format!("leaves JSON logs off in LiteLLM {version}"),
        Running::Unknown(..) => format!("turns JSON logs on before {STRICT} and leaves them off since"),
    };
    Some((format!("{VARIABLE} is \"{text}\", which {effect}"), rule))
}

/// A place without effect: a move or rename brings a value that counts, a variable that comes too late gives way to the key.
fn also_on(installation: &Installation<'_>, answer: &Answer, finding: &mut Finding, on: bool) {
    let late =
        answer.ineffective.iter().any(|one| one.place == finding.place && matches!(one.why, Why::TooLate));
    if let Remedy::Fix(fix) = &mut finding.remedy {
        let value = installation.value_at(&finding.place);
        let target = fix.intents.first().and_then(lands).filter(|_| value != Some(Value::Bool(true)));
        if let Some(place) = target {
            fix.intents.push(Intent::Set(place, Value::Bool(true)));
            fix.assumptions.push("it becomes the boolean true".into());
        }
        *fix = warned(installation, fix.clone());
    } else if late {
        let home = answer.homes.first().filter(|_| answer.is_unset());
        let mut intents: Vec<Intent> = home
            .filter(|_| !on)
            .map(|home| Intent::Set(home.clone(), Value::Bool(true)))
            .into_iter()
            .collect();
        if intents.is_empty() && !on {
            return;
        }
        let title =
            if on { "remove it there" } else { "set json_logs to true, and remove the variable there" };
        intents.push(Intent::Remove { place: finding.place.clone(), comments: true });
        let fix = Fix::new(installation, title, Safety::Review, intents);
        finding.remedy = Remedy::Fix(if on { fix } else { warned(installation, fix) });
    }
}

/// With what JSON logs bring along, as far as it holds here.
fn warned(installation: &Installation<'_>, fix: Fix) -> Fix {
    let level = installation.setting("litellm_log");
    let fix = fix.assuming("whatever reads the plain-text logs must be able to read JSON");
    if level.is_unset() {
        fix.assuming(
            "LITELLM_LOG is not set: JSON logs then run the server's loggers at DEBUG; `litellm_log` sets it",
        )
    } else if let Some(warnings) = warnings(installation) {
        fix.assuming(warnings)
    } else {
        fix
    }
}

/// What LITELLM_LOG does not keep out of JSON logs.
pub fn warnings(installation: &Installation<'_>) -> Option<String> {
    let running = installation.running();
    running.maybe_before(MINDS_THE_LEVEL).then(|| {
        format!("before {MINDS_THE_LEVEL} JSON logs still print warnings, whatever LITELLM_LOG says")
    })
}
