//! A worker that is replaced after so many requests gives its memory back; where it is the only one, the whole proxy ends with it.

use serde::Deserialize;

use super::workers::lines_of_number;
use crate::document::Value;
use crate::plan::build::{ineffective_places, instead_of, shown, variable_lines};
use crate::plan::{Area, Finding, Lines, Meta, Parameter, Question, Recommended, Safety, Severity};
use crate::project::{Answer, At, Effective, Installation, Restart, Runtime, Why};

mod jitter;

use jitter::jitter;

pub const META: Meta = Meta {
    id: "worker_recycling",
    title: "workers are never replaced",
    why: "memory that grows with requests is freed only when a worker ends; if it does not grow, nothing is needed",
    severity: Severity::Low,
    worst: Severity::Critical,
    gap: "worker recycling",
    files: "env files, Helm values, compose files, Kubernetes manifests",
    versions: "since 1.77.7",
    settings: &["max_requests_before_restart", "max_requests_before_restart_jitter"],
    params: &[Parameter::number(
        "requests",
        10_000,
        (1000, 10_000_000),
        "requests after which a worker is replaced",
    )],
    weights: &[(Area::Reliability, 2)],
    aliases: &[],
};

const SETTING: &str = "max_requests_before_restart";
const VARIABLE: &str = "MAX_REQUESTS_BEFORE_RESTART";

#[derive(Debug, Deserialize)]
pub struct Params {
    /// The requests after which a worker is replaced.
    pub requests: u32,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(SETTING);
    let mut findings = ineffective_places(installation, &META, &answer);
    findings.iter_mut().for_each(|finding| refine(installation, &answer, finding));
    let found = match &answer.effective {
        // An empty variable counts as unset.
        Effective::Set { value: Value::Str(text), .. } if text.is_empty() => None,
        Effective::Unset | Effective::Set { value: Value::Null, .. } => unset(installation, &answer, params),
        Effective::Hidden { .. } if answer.unseen.is_some() => None,
        _ => judge(installation, &answer),
    };
    findings.extend(found);
    findings.extend(jitter(installation, answer.is_unset()));
    findings
}

/// Where it does not count, the lines that would are told.
fn refine(installation: &Installation<'_>, answer: &Answer, finding: &mut Finding) {
    let ineffective = answer.ineffective.iter().find(|ineffective| ineffective.place == finding.place);
    let Some(ineffective) = ineffective else { return };
    if matches!(ineffective.why, Why::WrongSection(_) | Why::TooLate) {
        let variable = answer.setting.env_homes().next().unwrap_or(VARIABLE);
        let text = "remove it there. LiteLLM reads it from the environment of its process; with one worker only where something restarts that on any exit";
        *finding = finding.clone().advice(text).lines(variable_lines(
            installation,
            variable,
            &shown(&ineffective.value).replace('"', ""),
        ));
    }
}

/// Whether another worker goes on while one is replaced; `None` where that cannot be seen.
fn several(installation: &Installation<'_>) -> Option<bool> {
    installation.workers().number.map(|number| number > 1)
}

/// Whether a master process outlives its only worker.
fn runs_gunicorn(installation: &Installation<'_>) -> bool {
    installation.setting("run_gunicorn").value().is_some()
}

fn runs_granian(installation: &Installation<'_>) -> bool {
    installation.setting("run_granian").value().is_some()
}

/// What is set already: does the proxy come back?
fn judge(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
    let place = answer.place()?.clone();
    let finding = |state| Finding::new(&META, SETTING, state, place.clone());
    let number = answer.value().map(|value| shown(value).replace('"', ""));
    if number.as_ref().is_some_and(|number| number.trim().parse::<u64>().is_err()) {
        let title = format!(
            "{VARIABLE} is \"{}\", which is not a number: the proxy does not start",
            number.unwrap_or_default()
        );
        let text = "write a whole number, or remove it";
        let finding = finding("unusable")
            .title(title)
            .why("the command line rejects anything but a whole number")
            .severity(Severity::Critical);
        return Some(finding.advice(text).lines(variable_lines(installation, VARIABLE, "10000")));
    }
    if runs_granian(installation) {
        let finding = finding("no_effect").title(format!("`{SETTING}` has no effect under --run_granian"));
        return Some(finding.why("granian does not count requests").advice("remove one of the two"));
    }
    let number = number.unwrap_or_else(|| "so many".into());
    let several = several(installation);
    let told = installation.workers().sign.is_some() || installation.environment_is_whole();
    let (state, severity, title) = match (several, installation.restart()) {
        (Some(true), _) => return None,
        (None, _) if runs_gunicorn(installation) => return None,
        // More workers may come from what is not visible.
        (_, Restart::Always) if !told => return None,
        (Some(false), _) if runs_gunicorn(installation) => (
            "pauses",
            Severity::Medium,
            format!("after {number} requests the only worker is replaced, and nothing is served meanwhile"),
        ),
        (None, Restart::Always) => return None,
        (Some(false), Restart::Always) => (
            "restarts",
            Severity::Low,
            format!("after {number} requests the only worker ends, and the {} with it", whole(installation)),
        ),
        (Some(false), Restart::NotAlways(_)) => (
            "takes_down",
            Severity::Critical,
            format!("the proxy exits after {number} requests and is not restarted"),
        ),
        (None, Restart::NotAlways(_)) => (
            "may_take_down",
            Severity::High,
            format!("with one worker the proxy exits after {number} requests and is not restarted"),
        ),
        (_, Restart::Unknown) => (
            "restart_unknown",
            Severity::Medium,
            format!("the proxy exits after {number} requests; no file here shows what restarts it"),
        ),
    };
    let mut finding = finding(state).title(title).severity(severity).why(match state {
        "pauses" => "gunicorn accepts no connections until the new worker has started, which takes a while; probe requests count too",
        "restarts" => "nothing is served until it is up again, which takes a while; probe requests count too",
        _ => "the only worker is the process itself, and it exits with status 0, which is not a failure",
    });
    if let Restart::NotAlways(Some(sign)) = installation.restart() {
        finding.related.push((sign.place, "the restart policy".into()));
    }
    finding
        .related
        .extend(installation.workers().sign.map(|sign| (sign.place, "the number of workers".into())));
    Some(match state {
        "pauses" | "restarts" => {
            let sign = installation.workers().sign.map(|sign| sign.place);
            let lines = lines_of_number(installation, sign.as_ref(), 2);
            finding
                .advice(
                    "run two workers, each of which needs its own CPU and memory, or remove the recycling",
                )
                .lines(lines)
        }
        _ => with_restart(installation, finding),
    })
}

/// The lines that bring the proxy back.
fn with_restart(installation: &Installation<'_>, finding: Finding) -> Finding {
    let parts = installation.parts;
    if let Restart::NotAlways(Some(sign)) = installation.restart() {
        let by_swarm =
            matches!(&sign.place.at, At::Yaml { path, .. } if path.last_key() == Some("condition"));
        let line = match (installation.runtime(), by_swarm) {
            (Some(Runtime::Kubernetes), _) => "restartPolicy: Always",
            (None, _) => "Restart=always",
            (_, true) => "condition: any",
            (_, false) => "restart: unless-stopped",
        };
        return finding
            .advice("restart it on any exit, or remove the recycling")
            .lines(Lines::new(vec![line.into()], instead_of(installation, &sign.place)));
    }
    match (installation.runtime(), parts.processes.first()) {
        (Some(Runtime::Compose), Some(process)) => finding.advice("restart it on any exit, or remove the recycling").lines(Lines::new(vec!["restart: unless-stopped".into()], format!("{} in {}", installation.name_of(process), installation.shown(process.file)))),
        (Some(Runtime::Kubernetes), Some(process)) => finding.advice("restart the pod on any exit, or remove the recycling").lines(Lines::new(vec!["restartPolicy: Always".into()], format!("the pod in {}", installation.shown(process.file)))),
        _ if !parts.units.is_empty() => {
            let files = parts.units.iter().filter_map(|unit| unit.files().first());
            let shown: Vec<&str> = files.map(|file| installation.shown(*file)).collect();
            let goes = format!("[Service] of {}", shown.join(", "));
            let lines = Lines::new(vec!["Restart=always".into()], goes);
            finding.advice("restart it on any exit, or remove the recycling").lines(lines)
        }
        _ => finding.advice("make sure that something restarts it on any exit (Restart=always, --restart unless-stopped), or run two workers"),
    }
}

/// What ends with the only worker.
fn whole(installation: &Installation<'_>) -> &'static str {
    if installation.runtime().is_some() { "container" } else { "service" }
}

/// Offered only where the proxy survives it, and where it is known to be read.
fn unset(installation: &Installation<'_>, answer: &Answer, params: &Params) -> Option<Finding> {
    let several = several(installation) == Some(true);
    let always = installation.restart() == Restart::Always;
    if !(several || always) || runs_granian(installation) {
        return None;
    }
    answer.homes.first()?;
    let advised = Recommended::new(installation, answer, params.requests);
    let finding = advised.finding(&META, "unset");
    let back = match (several, installation.runtime()) {
        (true, _) => "only that worker is replaced; the others keep running",
        (false, Some(Runtime::Kubernetes)) => {
            "the only worker is the process: the container ends and is started again, which counts as a restart"
        }
        (false, Some(Runtime::Compose)) => {
            "the only worker is the process: the container ends and is started again"
        }
        (false, None) => "the only worker is the process: the service ends and is started again",
    };
    let question = Question::new(
        "requests",
        "Requests after which a worker is replaced?",
        params.requests,
        "the value on LiteLLM's production page, for growing memory",
    );
    Some(advised.mend(finding, Safety::OnRequest, |fix| fix.assuming(back).asking(question)).offer())
}
