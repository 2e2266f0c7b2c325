//! The separate health app is gone since LiteLLM 1.85: what turned it on is removed, and probes go back to the serving port.

use crate::document::Value;
use crate::plan::{Area, Finding, Fix, Intent, Lines, Meta, NoParams, Remedy, Safety, Severity};
use crate::project::{Giver, Installation, Place, Probe, Running, Version, Why};

use super::probes::{asks, pointed_to, right_path, written_at};

pub const META: Meta = Meta {
    id: "health_app",
    title: "the separate health app is still configured, but LiteLLM no longer has it",
    why: "a probe that points to its port gets no answer, and the process is restarted again and again",
    severity: Severity::Low,
    worst: Severity::High,
    gap: "health checks",
    files: "Helm values, env files, config.yaml, Kubernetes manifests, compose files",
    versions: "1.74.6 to 1.84 had it, in the official image only",
    settings: &[
        "separate_health_app",
        "separate_health_port",
        "supervisord_stopwaitsecs",
        "chart_separate_health_app",
        "chart_separate_health_port",
    ],
    params: &[],
    weights: &[(Area::Reliability, 2)],
    aliases: &[],
};

const FIRST: &str = META.settings[0];
/// The first release with it.
const FIRST_WITH_IT: Version = Version(1, 74, 6);
/// The first release without it.
const GONE: Version = Version(1, 85, 0);
const PROBES: [&str; 4] = ["liveness_probe", "readiness_probe", "startup_probe", "healthcheck"];

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let (writable, read_only) = leftovers(installation);
    if is_off(installation) {
        return Vec::new();
    }
    let probes: Vec<(&str, Probe)> = PROBES
        .into_iter()
        .filter_map(|name| Some((name, installation.probe(name)?)))
        .filter(|(_, probe)| asks_it(installation, probe))
        .collect();
    let Some((first, _)) = writable.first().or(read_only.first()) else { return Vec::new() };
    if let Running::Known(version, ..) = installation.running()
        && *version < GONE
    {
        return vec![still_there(first, version, writable.iter().chain(&read_only).skip(1))];
    }
    let mut findings: Vec<Finding> = remaining(installation, &writable)
        .map(|finding| finding.fix(removal(installation, &writable, &probes)))
        .into_iter()
        .collect();
    let by_hand: Vec<Finding> = probes
        .iter()
        .filter(|(_, probe)| !probe.writable)
        .map(|(name, probe)| by_hand(installation, name, probe))
        .collect();
    // Where a probe must change by hand, what is only read goes with it.
    if let ([probe, ..], [_, ..]) = (by_hand.as_slice(), read_only.as_slice()) {
        return findings
            .into_iter()
            .chain(with_leftovers(installation, probe.clone(), &read_only))
            .chain(by_hand.into_iter().skip(1))
            .collect();
    }
    findings.extend(remaining(installation, &read_only).map(|finding| {
        let names: Vec<&str> = read_only.iter().map(|(_, name)| name.as_str()).collect();
        let unless = unless_read(installation);
        finding.advice(format!("remove {} there{unless}: {}", names.join(", "), gone()))
    }));
    findings.extend(by_hand);
    findings
}

fn gone() -> String {
    format!("LiteLLM {GONE} and newer do not have it")
}

/// An older release still has the app, or does not have it yet.
fn still_there<'a>(first: &Place, version: &Version, rest: impl Iterator<Item = &'a Leftover>) -> Finding {
    let has = if *version < FIRST_WITH_IT { "does not have it yet" } else { "still has it" };
    let mut finding = Finding::new(&META, FIRST, "still_there", first.clone())
        .title(format!("the separate health app is gone since LiteLLM {GONE}; {version} {has}"))
        .why("with a newer image the probes of an older chart get no answer from its port, and the process is restarted again and again");
    finding.related.extend(others(rest));
    finding.advice(format!(
        "keep it while {version} runs; before the upgrade remove it, and point the probes to the serving port"
    ))
}

/// That some of it remains, if so.
fn remaining(installation: &Installation<'_>, left: &[Leftover]) -> Option<Finding> {
    let ((first, _), rest) = left.split_first()?;
    let (severity, title) = match is_on(installation) {
        true => (Severity::High, META.title),
        false => (META.severity, "settings of the separate health app remain, which LiteLLM no longer has"),
    };
    let mut finding = Finding::new(&META, FIRST, "leftover", first.clone()).severity(severity).title(title);
    finding.related.extend(others(rest.iter()));
    Some(finding)
}

/// The fix that removes what may be written, and points the probes back.
fn removal(installation: &Installation<'_>, writable: &[Leftover], probes: &[(&str, Probe)]) -> Fix {
    let intents = writable.iter().map(|(place, _)| Intent::Remove { place: place.clone(), comments: true });
    let back = probes
        .iter()
        .filter(|(_, probe)| probe.writable)
        .flat_map(|(name, probe)| back(installation, name, probe));
    let title = "remove the settings of the separate health app";
    let fix = Fix::new(installation, title, Safety::Review, intents.chain(back).collect());
    let fix = fix.assuming(match installation.running() {
        Running::Known(version, ..) => {
            format!("LiteLLM {version} ignores it, and its probes work on the serving port")
        }
        Running::Unknown(..) => format!(
            "the running version is unknown: up to 1.84 the official image has the app, and its probes then go back to the serving port; {}",
            gone()
        ),
    });
    match installation.parts.is_litellm_helm() {
        true => fix.assuming("a chart of that time puts its probes back on the port `http`"),
        false => fix,
    }
}

fn unless_read(installation: &Installation<'_>) -> &'static str {
    if installation.stands_in_chart() { ", unless a template of this chart still reads it" } else { "" }
}

/// The finding about a probe with what has to go together with its change.
fn with_leftovers(installation: &Installation<'_>, mut probe: Finding, left: &[Leftover]) -> Option<Finding> {
    let names: Vec<&str> = left.iter().map(|(_, name)| name.as_str()).collect();
    probe.related.extend(others(left.iter()));
    let Remedy::Advice(advice) = &mut probe.remedy else { return None };
    let unless = unless_read(installation);
    advice.text.push_str(&format!("; and remove {}{unless}", names.join(", ")));
    Some(probe)
}

/// A place where something is left of it, and the name that stands there.
type Leftover = (Place, String);

/// What is left of it, with the names as written: what a fix may remove, and what is only read.
fn leftovers(installation: &Installation<'_>) -> (Vec<Leftover>, Vec<Leftover>) {
    let (mut writable, mut read_only) = (Vec::new(), Vec::new());
    for name in META.settings {
        let answer = installation.setting(name);
        if answer.setting.env_homes().next().is_none() {
            let places = answer.place().into_iter().chain(answer.overridden.iter().map(|loser| &loser.place));
            let key = if name.ends_with("port") { "separateHealthPort" } else { "separateHealthApp" };
            let list = if installation.stands_in_chart() { &mut read_only } else { &mut writable };
            list.extend(places.map(|place| (place.clone(), key.to_owned())));
        }
        for variable in answer.setting.env_homes().flat_map(|name| installation.variables(name)) {
            match (variable.giver, installation.variable_home(&variable)) {
                (Giver::Process | Giver::ConfigMap | Giver::Secret, Some(home)) => {
                    writable.push((home, variable.name))
                }
                (Giver::Process | Giver::ConfigMap | Giver::Secret, None)
                | (Giver::Script | Giver::Image | Giver::Parameter, _) => {
                    read_only.push((variable.place, variable.name))
                }
                _ => writable.push((variable.place, variable.name)),
            }
        }
        let late =
            answer.ineffective.into_iter().filter(|ineffective| matches!(ineffective.why, Why::TooLate));
        writable.extend(late.map(|ineffective| (ineffective.place, name.to_uppercase())));
    }
    (writable, read_only)
}

fn others<'a>(places: impl Iterator<Item = &'a Leftover>) -> Vec<Leftover> {
    places.map(|(place, name)| (place.clone(), format!("{name} goes with it"))).collect()
}

/// Whether the app is switched on, and not only configured.
fn is_on(installation: &Installation<'_>) -> bool {
    let on = |text: &str| text == "1" || text.eq_ignore_ascii_case("true");
    installation.setting("chart_separate_health_app").value() == Some(&Value::Bool(true))
        || installation.variables("SEPARATE_HEALTH_APP").iter().any(|one| one.text.as_deref().is_some_and(on))
}

/// Whether something says that the app is not wanted: then nothing asks for it, whatever else is set for it.
fn is_off(installation: &Installation<'_>) -> bool {
    let said = installation.setting("chart_separate_health_app").value() == Some(&Value::Bool(false))
        || installation.variables("SEPARATE_HEALTH_APP").iter().any(|one| one.text.is_some());
    said && !is_on(installation)
}

/// Whether a probe asks the port of the app, where something asks for the app.
pub fn asks_it(installation: &Installation<'_>, probe: &Probe) -> bool {
    let (writable, read_only) = leftovers(installation);
    if writable.is_empty() && read_only.is_empty() || is_off(installation) {
        return false;
    }
    let given = installation.variables("SEPARATE_HEALTH_PORT").into_iter().find_map(|one| one.text);
    let chart = installation.setting("chart_separate_health_port");
    let port = match &probe.port {
        Some(Value::Str(name)) => name.clone(),
        Some(Value::Int(number)) => number.to_string(),
        _ => return false,
    };
    let of_chart = matches!(chart.value(), Some(Value::Int(number)) if number.to_string() == port);
    port == "health" || of_chart || port == given.as_deref().unwrap_or("4001")
}

/// The changes that point a probe back to the serving port.
fn back(installation: &Installation<'_>, name: &str, probe: &Probe) -> Vec<Intent> {
    let number = installation.serving_port().and_then(|port| port.number).unwrap_or(4000);
    let path = pointed_to(installation, probe, Some(number), right_path(name));
    // The templates of a chart have a name for the port.
    let chart = probe.place.file == installation.parts.main().file;
    let port = if chart { "http".into() } else { Value::Int(number.into()) };
    let port = probe.command.is_none().then(|| Intent::Set(probe.at.1.clone(), port));
    path.into_iter().chain(port).collect()
}

/// A probe in a file that is only read.
fn by_hand(installation: &Installation<'_>, name: &str, probe: &Probe) -> Finding {
    let port = installation.serving_port().and_then(|port| port.number).unwrap_or(4000);
    let (lines, text) = asks(installation, name, probe, right_path(name), Some(&Value::Int(port.into())));
    let key = written_at(name, probe);
    let goes = format!("`{key}:` in {}", installation.shown(probe.place.file));
    Finding::new(&META, FIRST, "probe", probe.at.1.clone())
        .severity(Severity::High)
        .title(format!(
            "nothing listens since {GONE} on the port that the {key} asks: the separate health app is gone"
        ))
        .why(META.why)
        .advice(text)
        .lines(Lines::new(lines, goes))
}
