//! A process that is told to stop must be given as long as its longest request, or each rollout cuts requests off.

mod drain;
mod kill;
mod remedy;

use serde::Deserialize;

use crate::plan::build::ineffective_places;
use crate::plan::{Area, Finding, Meta, Parameter, Severity};
use crate::project::{Installation, Limit, Reason};

use drain::Wait;
use kill::{Kill, Killer};

pub const META: Meta = Meta {
    id: "graceful_shutdown",
    title: "running requests are cut off at a stop: the process gets less time than its longest request takes",
    why: "every rollout, scale-down and node drain cuts off the requests that are still running",
    severity: Severity::Medium,
    worst: Severity::Medium,
    gap: "graceful shutdown",
    files: "Helm values, env files, Kubernetes manifests, compose files",
    versions: "all; since 1.108 LiteLLM's server has a limit of its own",
    settings: &[PERIOD, DRAIN],
    params: &[Parameter::number(
        "margin",
        20,
        (1, 3600),
        "seconds between the end of the longest request and the kill",
    )],
    weights: &[(Area::Reliability, 2)],
    aliases: &[],
};

const PERIOD: &str = "termination_grace_period";
/// How long LiteLLM itself waits for running requests before it takes down what they need.
const DRAIN: &str = "graceful_shutdown_timeout";
const OF_SYSTEMD: &str =
    "every `systemctl restart`, and every `stop`, cuts off the requests that are still running";
const OF_COMPOSE: &str = "every `docker compose up` with a new image, and every `stop`, cuts off the requests that are still running";
/// The seconds that LiteLLM advises for a request, where nothing limits them yet.
const ADVISED: f64 = 600.0;

#[derive(Debug, Deserialize)]
pub struct Params {
    /// Seconds between the end of the longest request and the kill.
    pub margin: u32,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let (period, own) = (installation.setting(PERIOD), installation.setting(DRAIN));
    let mut findings = ineffective_places(installation, &META, &period);
    let kills = kill::kills(installation, &period.effective);
    let longest = longest_request(installation);
    let short = Short::of(installation, &kills, &longest);
    let expected = longest.seconds().ceil() as u32 + params.margin;
    if !short.is_empty() {
        findings.push(told(installation, &short, &longest, expected, params));
    }
    findings.extend(ineffective_places(installation, &META, &own));
    let kill = kills.iter().find_map(|kill| kill.seconds);
    let kill = if short.kills.is_empty() { kill } else { Some(expected.into()) };
    findings.extend(drain::wrong(installation, &own, kill));
    findings
}

/// What does not last as long as the longest request.
struct Short<'a> {
    /// The times until the kill, of each process one.
    kills: Vec<&'a Kill>,
    /// The wait of LiteLLM's server.
    own: Option<Wait>,
}

impl<'a> Short<'a> {
    fn of(installation: &Installation<'_>, kills: &'a [Kill], longest: &Longest) -> Self {
        let longest = longest.seconds();
        let short: Vec<&Kill> =
            kills.iter().filter(|kill| kill.seconds.is_some_and(|seconds| seconds <= longest)).collect();
        // By itself, a wait that nothing sets is worth a word only where the release is known to go by it, and something stops it at all.
        let counts =
            |wait: &Wait| !short.is_empty() || wait.sure && (wait.place.is_some() || !kills.is_empty());
        let own = drain::wait(installation)
            .filter(|wait| wait.seconds.is_some_and(|seconds| seconds < longest))
            .filter(counts);
        Self { kills: short, own }
    }

    fn is_empty(&self) -> bool {
        self.kills.is_empty() && self.own.is_none()
    }

    /// The seconds after which the first of them surely ends what is still running.
    fn soonest(&self) -> Option<f64> {
        let kills = self.kills.iter().filter_map(|kill| kill.seconds);
        let own = self.own.as_ref().filter(|wait| wait.sure).and_then(|wait| wait.seconds);
        kills.chain(own).reduce(f64::min)
    }

    /// Whether compose or systemd alone stops the processes.
    fn on_a_host(&self, installation: &Installation<'_>) -> bool {
        let pods = self.kills.iter().any(|kill| kill.by == Killer::Kubernetes);
        !pods && (!installation.parts.in_pods() && !self.kills.is_empty() || is_compose(installation))
    }
}

fn is_compose(installation: &Installation<'_>) -> bool {
    installation.runtime() != Some(crate::project::Runtime::Kubernetes)
}

/// The one finding about everything that is too short.
fn told(
    installation: &Installation<'_>,
    short: &Short<'_>,
    longest: &Longest,
    expected: u32,
    params: &Params,
) -> Finding {
    let own = short.own.as_ref();
    let server = own.map(|wait| match (wait.seconds, &wait.place) {
        (Some(seconds), Some(_)) => format!("{} is {seconds}", drain::NAME),
        _ => format!("{} is not set (30 s)", drain::NAME),
    });
    let first = short.kills.first();
    let what = first.map(|kill| kill.words()).into_iter().chain(server).collect::<Vec<_>>().join(" and ");
    let cut = match short.soonest() {
        Some(seconds) => format!("a stop cuts off requests after {seconds} s"),
        None => "a stop may cut off running requests".to_owned(),
    };
    let title = match &longest.limit {
        Some(limit) => {
            format!("{cut}: {what}, but a request may take {} s", limit.seconds)
        }
        None if longest.unseen.is_some() => format!("{cut}: {what}, and the longest request is not visible"),
        None => format!("{cut}: {what}, and nothing limits a request"),
    };
    let on_a_host = short.on_a_host(installation);
    let by_systemd = short.kills.iter().any(|kill| matches!(kill.by, Killer::Systemd(_)));
    let unsure = longest.is_unsure(installation);
    let mut why = match (on_a_host, by_systemd) {
        (true, true) => OF_SYSTEMD,
        (true, false) => OF_COMPOSE,
        (false, _) => META.why,
    }
    .to_owned();
    if own.is_some() {
        why.push_str("; since LiteLLM 1.108.0 the server itself cancels requests with a 500 after GRACEFUL_SHUTDOWN_TIMEOUT, even if the platform waits longer");
    }
    let standing =
        first.is_some_and(|kill| kill.written.is_some()) || own.is_some_and(|wait| wait.place.is_some());
    let state = match (first, standing) {
        (Some(_), true) => "too_short",
        (Some(_), false) => "unset",
        (None, _) => "server_gives_up",
    };
    let setting = if first.is_some() { PERIOD } else { DRAIN };
    let place = first.map(|kill| kill.home.clone()).or_else(|| own?.place.clone());
    let mut finding =
        Finding::new(&META, setting, state, place.unwrap_or_else(|| installation.config_place()))
            .title(title)
            .why(why)
            .severity(if on_a_host || unsure { Severity::Low } else { META.severity })
            .mention_comments(&installation.setting(setting));
    for kill in short.kills.iter().skip(1) {
        finding.related.push((kill.home.clone(), format!("here {}", kill.words())));
    }
    if let (Some(_), Some(place)) = (first, own.and_then(|wait| wait.place.clone())) {
        finding.related.push((place, "the wait of LiteLLM's server".into()));
    }
    if let Some(limit) = &longest.limit {
        finding.related.push((limit.sign.place.clone(), "the longest request".into()));
    }
    let finding = remedy::with(installation, finding, short, longest, expected, params);
    if (on_a_host || unsure) && !standing { finding.production_default(installation) } else { finding }
}

/// The longest time that a request may take, and what says so.
struct Longest {
    limit: Option<Limit>,
    /// Why what limits all requests cannot be seen, if so.
    unseen: Option<Reason>,
}

impl Longest {
    fn seconds(&self) -> f64 {
        self.limit.as_ref().map_or(ADVISED, |limit| limit.seconds)
    }

    /// Whether the configuration, which is where a limit stands as a rule, is not visible, so that nothing is written for it.
    fn is_unsure(&self, installation: &Installation<'_>) -> bool {
        self.limit.is_none() && self.unseen.is_some() && installation.config_unseen().is_some()
    }
}

fn longest_request(installation: &Installation<'_>) -> Longest {
    let timeouts = installation.timeouts();
    let unseen = timeouts.hidden.clone();
    let of_all = timeouts.effective(installation.running()).filter(|limit| limit.seconds > 0.0).cloned();
    let seconds = of_all.as_ref().map_or(ADVISED, |limit| limit.seconds);
    let longest = |one: Option<Limit>, entry: Limit| {
        let most = one.as_ref().map_or(seconds, |limit| limit.seconds);
        if entry.seconds > most { Some(entry) } else { one }
    };
    Longest { limit: timeouts.entries.into_iter().fold(of_all, longest), unseen }
}
