//! What gives both the platform and LiteLLM's server enough time: a fix where all of it can be written, else the lines of each place.

use super::drain::NAME;
use super::kill::Kill;
use super::{ADVISED, DRAIN, Longest, PERIOD, Params, Short};
use crate::plan::build::{by_place, steps, variable_intent, variable_lines};
use crate::plan::{Finding, Fix, Intent, Lines, Question, Safety};
use crate::project::Installation;

/// The finding with its remedy.
pub fn with(
    installation: &Installation<'_>,
    finding: Finding,
    short: &Short<'_>,
    longest: &Longest,
    expected: u32,
    params: &Params,
) -> Finding {
    let mut rests_on = match &longest.limit {
        Some(limit) => format!("the longest request is that of {}", limit.sign.what),
        None => format!("LiteLLM advises {ADVISED} s for request_timeout"),
    };
    if let Some(reason) = &longest.unseen {
        rests_on.push_str(&format!("; whether something allows more is not visible: {reason}"));
    }
    let seconds = longest.seconds().ceil() as u32;
    let intents = intents(installation, short, seconds, expected);
    match intents.filter(|_| !longest.is_unsure(installation)) {
        Some((intents, title)) => {
            let mut fix = Fix::new(installation, title, Safety::Review, intents).assuming(rests_on);
            let wait = if short.kills.is_empty() { seconds } else { expected };
            let who = if short.on_a_host(installation) { "a stop" } else { "a rollout" };
            let what = if short.on_a_host(installation) {
                "running requests"
            } else {
                "a pod with running requests"
            };
            fix = fix.assuming(format!("{who} then waits up to {wait} seconds for {what}"));
            fix.assumptions.extend(meanwhile(installation));
            fix.assumptions.extend(unseen(installation, short, seconds));
            if !short.kills.is_empty() {
                fix.questions.push(margin(params));
            }
            finding.fix(fix)
        }
        None => by_hand(installation, finding, short, rests_on, seconds, expected),
    }
}

/// What a longer stop means for who calls, where no other pod takes over.
fn meanwhile(installation: &Installation<'_>) -> Option<String> {
    let why = installation.recreates()?;
    Some(format!(
        "nobody answers meanwhile, and a release that waits for the rollout has that much time: {why}, so a new pod starts only when the old one has ended"
    ))
}

fn margin(params: &Params) -> Question {
    Question::new(
        "margin",
        "Seconds between the end of the longest request and the kill?",
        params.margin,
        "time for the process itself to exit",
    )
}

/// What sets all that is too short, and the title of it; `None` where a part of it cannot be written.
fn intents(
    installation: &Installation<'_>,
    short: &Short<'_>,
    seconds: u32,
    expected: u32,
) -> Option<(Vec<Intent>, String)> {
    let (mut intents, mut titles) = (Vec::new(), Vec::new());
    for kill in &short.kills {
        // The key of a chart is written only where it is known to be read.
        if kill.shared {
            return None;
        }
        let home = if kill.chart.is_none() {
            kill.home.clone()
        } else {
            installation.setting(PERIOD).homes.first()?.clone()
        };
        if !installation.may_write(&home) {
            return None;
        }
        let title = format!("{} to {}", kill.name(), kill.text(expected));
        if !titles.contains(&title) {
            titles.push(title);
        }
        intents.push(Intent::Set(home, kill.value(expected)));
    }
    if short.own.is_some() {
        intents.push(variable_intent(installation, NAME, &seconds.to_string())?);
        titles.push(format!("{NAME} to {seconds}"));
    }
    Some((intents, format!("set {}", titles.join(" and "))))
}

/// What else has to last, where it may come from what is not visible.
fn unseen(installation: &Installation<'_>, short: &Short<'_>, seconds: u32) -> Option<String> {
    let wait =
        super::drain::wait(installation).filter(|wait| wait.seconds.is_none() && short.own.is_none())?;
    let since = if wait.sure { "" } else { " from LiteLLM 1.108.0 on" };
    Some(format!(
        "set the variable {NAME} to {seconds} too{since}, unless it is set where it is not visible: the server gives up after that time (30 s by default)"
    ))
}

/// The lines of each place.
fn by_hand(
    installation: &Installation<'_>,
    finding: Finding,
    short: &Short<'_>,
    rests_on: String,
    seconds: u32,
    expected: u32,
) -> Finding {
    let killed = |kill: &&Kill| Lines::new(vec![kill.line(expected)], kill.goes(installation));
    let own = short.own.is_some().then(|| variable_lines(installation, NAME, &seconds.to_string()));
    let answer = installation.setting(if short.kills.is_empty() { DRAIN } else { PERIOD });
    let grew = installation.parts.chart().is_some_and(|chart| chart.grew);
    let known = (grew && answer.is_unset() && !short.kills.is_empty()).then(|| {
        "check that the chart's version knows this key: an older litellm-helm ignores it".to_owned()
    });
    let layers = answer.blocked.filter(|_| installation.parts.layers.len() > 1);
    let layers = layers.map(|reason| reason.to_string());
    let enough = if short.kills.is_empty() { seconds } else { expected };
    let meanwhile = meanwhile(installation).map(|text| format!("; {text}")).unwrap_or_default();
    let mut told = vec![format!("let a stop wait {enough} s, since {rests_on}{meanwhile}")];
    told.extend(known.into_iter().chain(layers).chain(unseen(installation, short, seconds)));
    finding.advice(steps(&told)).lines(by_place(short.kills.iter().map(killed).chain(own)))
}
