//! Liveness must ask `/health/liveliness`, readiness and start-up `/health/readiness`, on the port that the proxy serves.

use crate::document::{Path, Step, Value};
use crate::plan::build::instead_of;
use crate::plan::{Area, Finding, Fix, Intent, Lines, Meta, NoParams, Safety, Severity, State};
use crate::project::{Aspect, Installation, Probe, Version};

use super::health_app;

mod client;

pub const META: Meta = Meta {
    id: "probes",
    title: "a probe asks the wrong endpoint",
    why: "a wrong probe restarts healthy pods, or keeps requests away from them",
    severity: Severity::High,
    worst: Severity::High,
    gap: "health checks",
    files: "Helm values, Kubernetes manifests, compose files",
    versions: "all; readiness answers 503 without a database since 1.89",
    settings: &["liveness_probe", "readiness_probe", "startup_probe", "healthcheck"],
    params: &[],
    weights: &[(Area::Reliability, 3)],
    aliases: &[],
};

/// Answers while the process is alive.
pub const LIVE: &str = "/health/liveliness";
/// Answers while requests can be served.
pub const READY: &str = "/health/readiness";
/// The first release whose readiness fails while a configured database cannot be reached.
const READY_MINDS_DATABASE: Version = Version(1, 89, 0);

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    META.settings
        .iter()
        .filter_map(|name| Some((*name, installation.probe(name)?)))
        .filter_map(|(name, probe)| {
            of_path(installation, name, &probe)
                .or_else(|| of_port(installation, name, &probe))
                .or_else(|| of_program(installation, name, &probe))
        })
        .collect()
}

/// The path that this probe should ask.
pub fn right_path(name: &str) -> &'static str {
    if matches!(name, "liveness_probe" | "healthcheck") { LIVE } else { READY }
}

/// The name of this probe where it stands: app-template has its own names.
pub fn written_at(name: &str, probe: &Probe) -> &'static str {
    let in_probes = |path: &Path| path.steps().iter().any(|step| *step == Step::Key("probes".into()));
    match (name, probe.place.in_yaml().is_some_and(|(_, path)| in_probes(path))) {
        ("liveness_probe", true) => "probes.liveness",
        ("readiness_probe", true) => "probes.readiness",
        ("startup_probe", true) => "probes.startup",
        _ => written(name),
    }
}

/// The name of a probe as it is written.
pub fn written(name: &str) -> &'static str {
    match name {
        "liveness_probe" => "livenessProbe",
        "readiness_probe" => "readinessProbe",
        "startup_probe" => "startupProbe",
        _ => "healthcheck",
    }
}

/// A liveness probe that asks what fails with the database.
const AS_LIVENESS: State = State::named("readiness_as_liveness");

fn of_path(installation: &Installation<'_>, name: &str, probe: &Probe) -> Option<Finding> {
    let path = probe.path.as_deref()?;
    let finding = |state: State| Finding::new(&META, name, state, probe.at.0.clone());
    let key = written_at(name, probe);
    let mut finding = match (path, name) {
        ("/health", _) => finding("asks_every_model".into())
            .title(format!("the {key} asks `/health`, which needs a key and calls every model"))
            .why("without a key it fails, and with one every check sends a request to each provider"),
        (READY, "liveness_probe") => {
            let running = installation.running();
            let minds = running.maybe_since(READY_MINDS_DATABASE) && installation.database().is_some();
            let since = format!(
                "since LiteLLM {READY_MINDS_DATABASE} readiness fails while a configured database cannot be reached"
            );
            finding(AS_LIVENESS)
                .severity(if minds { Severity::High } else { Severity::Medium })
                .title(format!(
                    "the {key} asks `/health/readiness`, which may fail when a restart does not help"
                ))
                .why(format!("{since}: Kubernetes then restarts every pod in the middle of the outage"))
        }
        _ => return None,
    };
    if let Some(database) = installation.database().filter(|_| finding.state == AS_LIVENESS) {
        finding.related.push((database.place, format!("sign of a database: {}", database.what)));
    }
    let right = right_path(name);
    let Some(intent) = pointed_to(installation, probe, None, right) else {
        let (lines, text) = asks(installation, name, probe, right, probe.port.as_ref());
        let goes = installation.shown(probe.place.file);
        return Some(finding.advice(text).lines(Lines::new(lines, format!("`{key}:` in {goes}"))));
    };
    let intents = vec![intent];
    let mut fix = Fix::new(installation, format!("point the {key} to {right}"), Safety::Review, intents);
    if name == "liveness_probe" {
        fix = fix.assuming("the pod is then restarted only when the process itself no longer answers");
    }
    Some(finding.fix(fix))
}

/// The change that makes a probe ask another path; `None` where it cannot be written, or where the program that asks is not there.
pub fn pointed_to(
    installation: &Installation<'_>,
    probe: &Probe,
    port: Option<u64>,
    path: &str,
) -> Option<Intent> {
    if !probe.writable || !installation.may_write(&probe.place) {
        return None;
    }
    match &probe.command {
        None => Some(Intent::Set(probe.at.0.clone(), Value::Str(path.into()))),
        Some(_) if client::lacks_program(installation, probe) => {
            client::check(installation, probe, port, path)
        }
        Some(command) => Some(Intent::Set(command.place.clone(), Value::Str(command.with(port, path)))),
    }
}

/// The exact lines of a probe that asks this path, and what to do with them.
pub fn asks(
    installation: &Installation<'_>,
    name: &str,
    probe: &Probe,
    path: &str,
    port: Option<&Value>,
) -> (Vec<String>, String) {
    let port = match port {
        Some(Value::Str(name)) => name.clone(),
        Some(Value::Int(number)) => number.to_string(),
        _ => "4000".to_owned(),
    };
    if name == "healthcheck" {
        return client::asks(installation, probe, &port, path);
    }
    let lines = ["httpGet:".to_owned(), format!("  path: {path}"), format!("  port: {port}")];
    (lines.to_vec(), "ask this instead".into())
}

/// A check that asks the right thing with a program which is not there.
fn of_program(installation: &Installation<'_>, name: &str, probe: &Probe) -> Option<Finding> {
    let finding = client::missing(installation, name, probe)?;
    let path = probe.path.as_deref().filter(|path| !path.is_empty()).unwrap_or(right_path(name));
    if installation.may_write(&probe.place)
        && let Some(intent) = client::check(installation, probe, None, path)
    {
        let title = format!("let Python ask {path} in the healthcheck");
        let fix = Fix::new(installation, title, Safety::Review, vec![intent]);
        return Some(finding.fix(fix.assuming("the image is LiteLLM's own, which has Python")));
    }
    let (lines, text) = asks(installation, name, probe, path, probe.port.as_ref());
    Some(finding.advice(text).lines(Lines::new(lines, instead_of(installation, &probe.at.0))))
}

fn of_port(installation: &Installation<'_>, name: &str, probe: &Probe) -> Option<Finding> {
    let processes = &installation.parts.processes;
    // In the values of a chart the port is the chart's, and that of the former health app belongs to `health_app`.
    if !processes.iter().any(|process| process.file == probe.place.file)
        || health_app::asks_it(installation, probe)
    {
        return None;
    }
    let serving = installation.serving_port()?;
    let number = serving.number?;
    let (asked, why) = match probe.port.as_ref()? {
        Value::Int(asked) if *asked != i128::from(number) => {
            (asked.to_string(), "nothing visible listens there")
        }
        Value::Str(asked) => match installation.declared_port(asked) {
            Some(port) if port == number => return None,
            Some(port) => (format!("`{asked}` ({port})"), "nothing visible listens there"),
            // Where the ports are made elsewhere, their names are not visible.
            None if !processes.iter().any(|one| one.describes(Aspect::ContainerPorts)) => return None,
            None => (format!("`{asked}`"), "the container has no port of that name"),
        },
        _ => return None,
    };
    let key = written_at(name, probe);
    let mut finding = Finding::new(&META, name, "wrong_port", probe.at.1.clone())
        .title(format!("the {key} asks port {asked}, but the proxy listens on {number}"))
        .why(format!("{why}, so the probe fails"));
    if let Some(sign) = serving.sign {
        finding.related.push((sign.place, format!("the proxy listens on {number}")));
    }
    let path = probe.path.as_deref().filter(|path| !path.is_empty()).unwrap_or(right_path(name));
    let (lines, text) = asks(installation, name, probe, path, Some(&Value::Int(number.into())));
    let goes = installation.shown(probe.place.file);
    Some(finding.advice(text).lines(Lines::new(lines, format!("`{key}:` in {goes}"))))
}
