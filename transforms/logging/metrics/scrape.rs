//! What wants `/metrics`, as far as the config and the values of the charts show it.

use super::META;
use crate::document::Value;
use crate::plan::build::in_values;
use crate::plan::{Finding, Fix, Intent, Lines, Safety, Severity};
use crate::project::{Answer, Effective, Installation, Place, Running, Version};

/// Since this release `/metrics` wants a key by default; before, where `require_auth_for_metrics_endpoint` is true.
pub const WANTS_A_KEY: Version = Version(1, 85, 0);
/// Since this release metrics can have a port of their own, where no key is wanted.
const OWN_PORT: Version = Version(1, 101, 0);

/// The chart's ServiceMonitor, if it is on.
pub fn monitor(installation: &Installation<'_>) -> Option<Place> {
    let answer = installation.setting("service_monitor");
    answer.place().filter(|_| is_on(&answer)).cloned()
}

/// Where a service callback of Prometheus is meant, also under the names that `service_callbacks` mends.
pub fn system(installation: &Installation<'_>) -> Option<Place> {
    let answer = installation.setting("service_callback");
    let meant = |value: &Value| {
        Installation::texts(value)
            .is_some_and(|names| names.iter().any(|name| name.starts_with(super::CALLBACK)))
    };
    let elsewhere = answer.ineffective.iter().find(|one| meant(&one.value)).map(|one| &one.place);
    answer.place().filter(|_| answer.value().is_some_and(meant)).or(elsewhere).cloned()
}

/// The ServiceMonitor without a credential, on a release that wants one.
pub fn without_a_key(installation: &Installation<'_>) -> Option<Finding> {
    let place = monitor(installation).filter(|_| !installation.monitor_is_patched())?;
    let running = installation.running();
    let [server, auth, require] =
        ["metrics_server", "service_monitor_auth", "require_auth_for_metrics_endpoint"]
            .map(|name| installation.setting(name));
    let open = match require.value() {
        Some(Value::Bool(expected)) => !expected,
        _ => !running.maybe_since(WANTS_A_KEY),
    };
    let own_port = is_on(&server) && running.maybe_since(OWN_PORT);
    let hidden =
        [&server, &auth, &require].iter().any(|one| matches!(one.effective, Effective::Hidden { .. }));
    if open || own_port || is_on(&auth) || hidden {
        return None;
    }
    let since = if is_on(&require) { String::new() } else { format!(" since LiteLLM {WANTS_A_KEY}") };
    let severity = if matches!(running, Running::Known(..)) { Severity::High } else { Severity::Medium };
    let finding = Finding::new(&META, "service_monitor", "no_key", place)
        .title(format!("Prometheus gets 401 from /metrics{since}: the ServiceMonitor has no key"))
        .why("dashboards and alerts lose their data after the upgrade, and nothing else fails")
        .severity(severity);
    Some(with_access(installation, finding, &server, &auth))
}

/// The finding with a port of their own for the metrics, where the release and the chart have it; else with how a key is given.
fn with_access(installation: &Installation<'_>, finding: Finding, server: &Answer, auth: &Answer) -> Finding {
    if let (true, Some(home)) = (installation.running().surely_since(OWN_PORT), server.homes.first()) {
        let set = vec![Intent::Set(home.clone(), Value::Bool(true))];
        let title = "serve the metrics on a port of their own (metricsServer.enabled)";
        return finding.fix(Fix::new(installation, title, Safety::Review, set).assuming(
            "anyone who can reach that port inside the cluster can read the metrics without a key",
        ));
    }
    let finding = match auth.place().filter(|_| installation.parts.is_litellm_helm()) {
        Some(place) => finding.see(place.clone(), "off"),
        None => finding,
    };
    finding.advice(text(installation)).lines(lines(installation))
}

fn text(installation: &Installation<'_>) -> String {
    let port = "`metricsServer.enabled: true`, if the chart has it, serves them on a port of their own without a key since 1.101";
    match installation.parts.is_litellm_helm() {
        true => format!("give it a key from a Secret, if your chart has `authSecret`; or {port}"),
        false => port.into(),
    }
}

fn lines(installation: &Installation<'_>) -> Lines {
    let (keys, lines): (&[&str], &[&str]) = match installation.parts.is_litellm_helm() {
        true => (
            &["serviceMonitor", "authSecret"],
            &["enabled: true", "name: <a Secret that holds a key of LiteLLM>", "key: <the entry of it>"],
        ),
        false => (&["gateway", "metricsServer"], &["enabled: true"]),
    };
    in_values(installation, keys, &lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
}

fn is_on(answer: &Answer) -> bool {
    answer.value() == Some(&Value::Bool(true))
}
