//! What stops the workers or is not read: a lost configuration, keys that nobody reads, numbers that are none.

use super::{META, SETTING, VARIABLE, counts, number};
use crate::document::Value;
use crate::plan::build::{ineffective_places, shown, variable_lines};
use crate::plan::{Finding, Fix, Intent, Lines, Remedy, Safety, Severity, State};
use crate::project::settings::TOLERANT_NUMBERS;
use crate::project::{Answer, At, Effective, Installation, Lost, Place, Runtime, Why};

/// The variable of which LiteLLM makes a number while it is imported.
const DEFAULT: &str = "DEFAULT_NUM_WORKERS_LITELLM_PROXY";

/// The finding about a process that is started without its configuration.
pub fn told(installation: &Installation<'_>, lost: &Lost) -> Finding {
    let sure = installation.sees_givers();
    let finding = Finding::new(&META, "config_option", "config_lost", lost.place.clone())
        .title(format!("LiteLLM starts without its configuration: no `--config` in {}", lost.what))
        .why("none of its models, keys and settings is used; the image itself has no configuration")
        .severity(if sure { Severity::Critical } else { Severity::High });
    let unless = if sure { "" } else { ", unless CONFIG_FILE_PATH is set where it is not visible" };
    if installation.may_write(&lost.place)
        && let Some(intents) = given_again(installation, lost)
    {
        let fix = Fix::new(
            installation,
            format!("give it the configuration: --config {}", lost.config),
            Safety::Review,
            intents,
        )
        .assuming("everything in the configuration becomes active");
        let fix =
            if sure { fix } else { fix.assuming("CONFIG_FILE_PATH is not set where it is not visible") };
        return finding.fix(fix);
    }
    let key = lost.place.last_key().unwrap_or("args");
    finding.advice(format!("put it before the other arguments{unless}")).lines(Lines::new(
        vec![format!("{key}: [\"--config\", \"{}\"]", lost.config)],
        format!("{} in {}", lost.what, installation.shown(lost.place.file)),
    ))
}

/// The change that hands the process its configuration; `None` where its command is not a list of arguments.
fn given_again(installation: &Installation<'_>, lost: &Lost) -> Option<Vec<Intent>> {
    let At::Yaml { doc, path } = &lost.place.at else { return None };
    let expected = Value::Str(lost.config.clone());
    match installation.value_at(&lost.place) {
        Some(Value::Seq(items)) if !items.is_empty() => {
            let option = Place::argument(lost.place.file, *doc, path.clone(), "--config");
            Some(vec![Intent::Set(option, expected)])
        }
        None => Some(vec![Intent::Set(lost.place.clone(), Value::Seq(vec!["--config".into(), expected]))]),
        Some(_) => None,
    }
}

/// Where the number stands without effect, with what would count.
pub fn ineffective(installation: &Installation<'_>, answer: &Answer) -> Vec<Finding> {
    let mut answer = answer.clone();
    if matches!(answer.effective, Effective::Hidden { .. }) {
        // Another name may well be what the effective number is made from: `${LITELLM_NUM_WORKERS:-1}`.
        answer.ineffective.retain(|ineffective| !matches!(ineffective.why, Why::Misspelt(_)));
    }
    // Where the same number is effective, nobody is misled.
    let runs = installation.workers().number;
    answer.ineffective.retain(|ineffective| {
        let written = shown(&ineffective.value).replace('"', "").trim().parse::<u64>().ok();
        !matches!(ineffective.why, Why::Misspelt(_))
            || answer.effective == Effective::Unset
            || written != runs
    });
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        let value = installation.value_at(&finding.place);
        let value = value.as_ref().map_or_else(String::new, |value| shown(value).replace('"', ""));
        if installation.runtime() == Some(Runtime::Kubernetes) && matches!(finding.remedy, Remedy::Fix(_)) {
            // A rename would put several workers into each pod.
            let text = "remove it: on Kubernetes LiteLLM advises one worker per pod, which is the default";
            *finding = finding.clone().advice(text);
        } else if matches!(finding.remedy, Remedy::Advice(_)) && answer.is_unset() && !value.is_empty() {
            let text = "remove it there. On Kubernetes LiteLLM advises one worker per pod; on a single host this is what it reads";
            *finding = finding.clone().advice(text).lines(variable_lines(installation, VARIABLE, &value));
        }
    }
    findings
}

/// Options of the command line that stand where they do not count, or that the release does not know.
pub fn options(installation: &Installation<'_>) -> Vec<Finding> {
    let rows = ["run_gunicorn", "run_granian", "keepalive_timeout", "validate_config"];
    let of = |name: &str| {
        let answer = installation.setting(name);
        let option = format!("--{name}");
        let mut findings = ineffective_places(installation, &META, &answer);
        for finding in
            findings.iter_mut().filter(|one| matches!(one.state, State::WRONG_SECTION | State::NO_EFFECT))
        {
            let value = installation.value_at(&finding.place);
            let line = match value {
                Some(Value::Int(number)) => format!("{option} {number}"),
                _ => option.clone(),
            };
            let text = "remove it there; if you want it, this is the effective option";
            *finding = finding
                .clone()
                .advice(text)
                .lines(Lines::new(vec![line], "the command of LiteLLM's process"));
        }
        findings
    };
    rows.into_iter().flat_map(of).collect()
}

/// A number that is none: the proxy does not start.
pub fn unusable(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
    let default = |place: &Place| {
        installation.variables(DEFAULT).into_iter().find(|one| one.stands_at(place) || one.place == *place)
    };
    let fatal = installation.variables(DEFAULT).into_iter().next().filter(|one| {
        one.text.as_ref().is_some_and(|text| !counts::is_whole(&text.as_str().into()))
            && installation.running().maybe_before(TOLERANT_NUMBERS)
    });
    let (title, place) = match (&answer.effective, fatal) {
        (_, Some(fatal)) => {
            let words = match fatal.text.as_deref() {
                Some("") | None => "empty".to_owned(),
                Some(text) => format!("\"{text}\""),
            };
            let perhaps = installation.running().maybe_since(TOLERANT_NUMBERS);
            let older = if perhaps { format!("before {TOLERANT_NUMBERS} ") } else { String::new() };
            (format!("{DEFAULT} is {words}: {older}LiteLLM exits during import"), fatal.place)
        }
        // Since then it counts as unset.
        (Effective::Set { place, .. }, _) if default(place).is_some() => return None,
        (Effective::Set { value: Value::Str(text), place }, _)
            if !text.is_empty() && !counts::is_whole(&text.as_str().into()) =>
        {
            (format!("the number of workers is \"{text}\": the proxy does not start"), place.clone())
        }
        _ => return None,
    };
    let unsure = default(&place).is_some() && installation.running().maybe_since(TOLERANT_NUMBERS);
    let finding = Finding::new(&META, SETTING, "unusable", place.clone())
        .title(title)
        .why("only a whole number is accepted; LiteLLM does not detect the number of CPUs")
        .severity(if unsure { Severity::High } else { Severity::Critical });
    let home = answer.homes.first().filter(|_| answer.place() == Some(&place));
    Some(match home {
        Some(home) => {
            let set = vec![Intent::Set(home.clone(), number(home, 1))];
            finding.fix(Fix::new(installation, "set it to 1, the default", Safety::Review, set))
        }
        None => {
            let lines = counts::lines(installation, Some(&place), 1);
            finding.advice("write a whole number, or remove it: the default is 1").lines(lines)
        }
    })
}

/// `NUM_WORKERS` where the componentized chart gives its own after it, from `numWorkers`: the last of equal names wins.
pub fn beaten_by_chart(installation: &Installation<'_>) -> Option<Finding> {
    let component = installation.parts.chart().filter(|chart| chart.counts_workers)?.key?;
    let given = installation.variables(VARIABLE).into_iter().next()?;
    let expected = given.text.as_deref().and_then(|text| text.trim().parse::<u64>().ok())?;
    let lines = counts::lines(installation, None, expected);
    let runs = installation.workers().number.unwrap_or(1);
    Some(
        Finding::new(&META, SETTING, "beaten_by_chart", given.place)
            .title(format!("{VARIABLE} is overridden here: {component}.numWorkers applies, and {runs} run"))
            .why("the chart adds its own NUM_WORKERS after these, and of equal names the last one wins")
            .severity(Severity::Low)
            .advice("remove it; if you want that number, this is the effective key")
            .lines(lines),
    )
}
