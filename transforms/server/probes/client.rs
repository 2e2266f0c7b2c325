//! The program that a health check calls: LiteLLM's images have Python for sure, and neither curl nor, in newer ones, wget.

use super::META;
use crate::document::{Path, Value};
use crate::plan::{Finding, Intent, Severity};
use crate::project::{At, Installation, Place, Probe, Version};

/// The first release of which a missing wget is reported: its image has another base (BerriAI/litellm#17645).
const NO_WGET: Version = Version(1, 80, 5);

/// The lines of a check of compose that asks this path, and what to do with them.
pub fn asks(installation: &Installation<'_>, probe: &Probe, port: &str, path: &str) -> (Vec<String>, String) {
    let url = format!("http://localhost:{port}{path}");
    if !is_own_image(installation, probe) {
        return (vec![url], "request this URL instead, with a program that the image has".into());
    }
    let line = format!("test: [\"CMD-SHELL\", \"{}\"]", in_python(&url).replace('"', "\\\""));
    (vec![line], "use this instead: every LiteLLM image has Python".into())
}

/// The command that asks a URL with Python.
fn in_python(url: &str) -> String {
    format!("python3 -c \"import urllib.request; urllib.request.urlopen('{url}')\"")
}

/// The change that lets Python ask this path; `None` where the image may have none, or where the check of compose cannot be written.
pub fn check(
    installation: &Installation<'_>,
    probe: &Probe,
    port: Option<u64>,
    path: &str,
) -> Option<Intent> {
    let test = Some(&probe.at.0).filter(|test| test.last_key() == Some("test"))?;
    if !probe.writable || !is_own_image(installation, probe) {
        return None;
    }
    let port = match (port, probe.port.as_ref()) {
        (Some(port), _) => port.to_string(),
        (None, Some(Value::Int(number))) => number.to_string(),
        (None, None) => "4000".to_owned(),
        (None, Some(_)) => return None,
    };
    let command = in_python(&format!("http://localhost:{port}{path}"));
    Some(match installation.value_at(test)? {
        // One text is run by the shell, and a list says so.
        Value::Str(_) => Intent::Set(test.clone(), command.into()),
        _ => Intent::Set(test.clone(), Value::Seq(vec!["CMD-SHELL".into(), command.into()])),
    })
}

/// Whether the check calls a program that the image lacks.
pub fn lacks_program(installation: &Installation<'_>, probe: &Probe) -> bool {
    missing(installation, "healthcheck", probe).is_some()
}

/// A check whose program the image lacks.
pub fn missing(installation: &Installation<'_>, name: &str, probe: &Probe) -> Option<Finding> {
    if !is_own_image(installation, probe) {
        return None;
    }
    let command = command(installation, probe)?;
    let has = |program: &str| {
        command.split(|c: char| c.is_whitespace() || "|&;()'\"/".contains(c)).any(|word| word == program)
    };
    let lacks_wget = installation.running().maybe_since(NO_WGET);
    let other = ["python", "python3", "nc", "node"].iter().any(|program| has(program));
    let program = match (has("curl"), has("wget")) {
        _ if other || command.contains("/dev/tcp") => return None,
        (true, false) => "curl",
        (false, true) if lacks_wget => "wget",
        (true, true) if lacks_wget => "curl or wget",
        _ => return None,
    };
    let waits = waiting(installation, probe);
    let why = match waits {
        Some(_) => "the container is always reported as unhealthy, and services that wait for it never start",
        None => "the container is always reported as unhealthy",
    };
    let which = if program == "curl" {
        "LiteLLM's image does not have"
    } else {
        "newer images of LiteLLM do not have"
    };
    let mut finding = Finding::new(&META, name, "no_program", probe.at.0.clone())
        .title(format!("the {} calls {program}, which {which}", super::written_at(name, probe)))
        .why(why)
        .severity(if waits.is_some() { META.severity } else { Severity::Medium });
    finding.related.extend(waits.map(|place| (place, "waits for it to be healthy".into())));
    Some(finding)
}

/// Whether an image of LiteLLM's own runs, as it is.
fn is_own_image(installation: &Installation<'_>, probe: &Probe) -> bool {
    let Some(process) = process(probe) else { return false };
    let image = installation.value_at(&process.child("image"));
    let own = image.as_ref().and_then(Value::as_str).is_some_and(is_own);
    own && installation.value_at(&process.child("build")).is_none()
}

/// Whether the name is that of an image that LiteLLM publishes.
fn is_own(image: &str) -> bool {
    image.contains("berriai/litellm") || image.trim_start_matches("docker.io/").starts_with("litellm/litellm")
}

/// The service or container that has the probe.
fn process(probe: &Probe) -> Option<Place> {
    let At::Yaml { doc, path } = &probe.place.at else { return None };
    Some(Place::yaml(probe.place.file, *doc, path.split_last()?.0))
}

fn command(installation: &Installation<'_>, probe: &Probe) -> Option<String> {
    match installation.value_at(&probe.at.0)? {
        Value::Str(text) if text.contains(char::is_whitespace) => Some(text),
        list @ Value::Seq(_) => Some(Installation::texts(&list)?.join(" ")),
        _ => None,
    }
}

/// The first service of the same file that waits until this one is healthy.
fn waiting(installation: &Installation<'_>, probe: &Probe) -> Option<Place> {
    let process = process(probe)?;
    let At::Yaml { doc, path } = &process.at else { return None };
    let name = path.last_key()?;
    let services = Place::yaml(process.file, *doc, Path::keys(["services"]));
    installation.keys_at(&services).into_iter().find_map(|other| {
        let condition = services.child(&other).child("depends_on").child(name).child("condition");
        let waits = installation.value_at(&condition)?.as_str() == Some("service_healthy");
        waits.then_some(condition)
    })
}
