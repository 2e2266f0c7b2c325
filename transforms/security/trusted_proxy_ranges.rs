//! Behind a proxy LiteLLM counts failed sign-ins by address only where `trusted_proxy_ranges` says which proxies stand in front.

use crate::plan::build::{goes_in, ineffective_places};
use crate::plan::{Area, Finding, Lines, Meta, NoParams, Severity};
use crate::project::{Effective, Installation, Running, Version};

pub const META: Meta = Meta {
    id: "trusted_proxy_ranges",
    title: "Admin UI sign-ins are not limited by address: `trusted_proxy_ranges` is not set",
    why: "LiteLLM then limits failed sign-ins only by address and user name together, since all clients may seem to come from the proxy in front",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "sign-in limit",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "the limit is there since 1.103",
    settings: &["trusted_proxy_ranges"],
    params: &[],
    weights: &[(Area::Security, 1)],
    aliases: &[],
};

/// The first compared release that limits sign-ins (`proxy/auth/login_throttle.py`; not in the wheel of 1.100.0).
const LIMITS: Version = Version(1, 103, 0);

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ineffective_places(installation, &META, &answer);
    let limits = matches!(installation.running(), Running::Known(version, ..) if *version >= LIMITS);
    let unset = answer.effective == Effective::Unset && findings.is_empty() && limits;
    // The Admin UI signs in against the database.
    let (Some(exposed), Some(database), true) = (installation.exposed(), installation.database(), unset)
    else {
        return findings;
    };
    let finding = Finding::new(&META, META.id, "unset", answer.homes.first().cloned().unwrap_or_else(|| installation.config_place()))
        .advice("list the address ranges of the proxies in front of LiteLLM (no file here shows them), or an empty list if clients connect directly").lines(Lines::new(vec!["general_settings:".into(), "  trusted_proxy_ranges: [\"<address range of the proxy>\"]".into()], goes_in(installation, "general_settings")))
        .mention_comments(&answer);
    findings.push(
        finding
            .see(exposed.place, exposed.what)
            .see(database.place, format!("sign of a database: {}", database.what)),
    );
    findings
}
