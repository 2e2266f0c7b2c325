//! A Redis that is named by a url can be named by host, port and password instead: whole, in config and environment at once.

use crate::plan::build::goes_in;
use crate::plan::{Area, Finding, Lines, Meta, NoParams, Severity};
use crate::project::{Installation, Redis, RedisPart};

mod beside;
mod config;
mod environment;
mod split;
mod splitting;
mod told;

use splitting::fix;
use told::{UrlSource, Use, use_of};

pub const META: Meta = Meta {
    id: "redis_url",
    title: "a url configures Redis; LiteLLM's production page uses host, port and password",
    why: "only style today: the reason why a url was slower is fixed",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "Redis url",
    files: "config.yaml, ConfigMaps, Helm values, env files, compose files, Kubernetes manifests",
    versions: "all; before 1.93 `REDIS_URL` leaves the environment with it or nothing is done",
    settings: &[],
    params: &[],
    weights: &[(Area::Throughput, 1)],
    aliases: &[],
};

/// The variable that holds the url. Under another name, splitting it would give LiteLLM variables that it never had.
const NAME: &str = "REDIS_URL";

/// Why a url is not split here, and whether that can be done by hand.
struct Refusal {
    reason: String,
    by_hand: bool,
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self { reason, by_hand: true }
    }
}

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    if installation.config_doubt().is_some() {
        return Vec::new();
    }
    let mut groups: Vec<Vec<Use>> = Vec::new();
    for one in Redis::ALL.into_iter().filter_map(|client| use_of(installation, client)) {
        let shared = |group: &&mut Vec<Use>| {
            matches!(one.source, UrlSource::Variable(_))
                && group.iter().any(|other| other.source == one.source)
        };
        match groups.iter_mut().find(shared) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups.iter().filter_map(|group| finding(installation, group)).collect()
}

fn finding(installation: &Installation<'_>, uses: &[Use]) -> Option<Finding> {
    let first = uses.first()?;
    let mut finding = Finding::new(&META, first.client.setting(RedisPart::Url), "url", first.place.clone());
    finding.related =
        uses.iter().skip(1).map(|one| (one.place.clone(), "the same url is used here too".into())).collect();
    let finding = match fix(installation, first, uses) {
        Ok(fix) => finding.fix(fix),
        Err(Refusal { reason, by_hand: false }) => {
            finding.advice(format!("leave it as it is: {reason}"))
        }
        Err(Refusal { reason, .. }) => finding.advice(format!(
                "it is not split here: {reason}. By hand, change config and environment in one step, including TLS, user and database, and remove {NAME} from the environment"
            )).lines(Lines::new(config::lines(first.client), goes_in(installation, config::section(first.client)))),
    };
    // A matter of style is no finding.
    Some(finding.offer())
}
