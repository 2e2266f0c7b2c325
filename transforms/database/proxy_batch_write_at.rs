//! Spend is written to the database every 10 seconds unless `general_settings.proxy_batch_write_at` says otherwise.

use serde::Deserialize;

use crate::plan::{Area, Finding, Meta, Parameter, Question, Recommended, Remedy, Safety, Severity, State};
use crate::project::{At, Installation, Place};

mod complaint;
mod moved;
mod variable;

use complaint::Complaint;
use variable::dies;

pub const META: Meta = Meta {
    id: "proxy_batch_write_at",
    title: "spend is written to the database every 10 seconds",
    why: "under load these writes compete with requests that need the database; LiteLLM's production page advises 60",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "database write load",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all",
    settings: &["proxy_batch_write_at"],
    params: &[Parameter::number("seconds", 60, (10, 3600), "seconds between two writes")],
    weights: &[(Area::Throughput, 3), (Area::Latency, 1)],
    aliases: &[],
};

#[derive(Debug, Deserialize)]
pub struct Params {
    /// Seconds between two writes.
    pub seconds: u32,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = moved::ineffective(installation, &answer);
    findings.extend(answer.overridden.iter().filter_map(|loser| dies(installation, loser)));
    let Some(database) = installation.database() else { return findings };
    let reference = answer.reference.as_ref().filter(|_| in_config(answer.place()));
    // Layers may differ; what one process is given can be judged, although it is not edited.
    let seen = answer.value().is_some() && installation.parts.layers.len() == 1;
    let advised = Recommended::new(installation, &answer, params.seconds);
    if reference.is_none() && !seen {
        if installation.config_unseen().is_some() {
            return findings;
        }
        if let Some(hidden) = advised.hidden(&META) {
            findings.push(hidden);
            return findings;
        }
    }
    let moved = findings.iter().any(|finding| matches!(finding.remedy, Remedy::Fix(_)));
    let judged = Complaint::of(installation, &answer, params.seconds);
    let judged = judged.filter(|_| !(moved && answer.is_unset()));
    let Some(judged) = judged.filter(|_| !answer.homes.is_empty() || answer.place().is_some()) else {
        return findings;
    };
    // A reference gives way to the number.
    let advised = advised.or_at(answer.place().filter(|_| reference.is_some()));
    let finding = advised
        .finding(&META, judged.state)
        .title(judged.title)
        .why(judged.why)
        .severity(judged.severity)
        .see_database(&database);
    findings.push(with_number(installation, finding, &advised, params.seconds));
    findings
}

/// The finding with the fix that writes the number. Where budgets are in use, they lag by it.
fn with_number(
    installation: &Installation<'_>,
    mut finding: Finding,
    advised: &Recommended<'_>,
    seconds: u32,
) -> Finding {
    let budgets = installation.budgets();
    let free = finding.state == State::UNSET && budgets.is_none();
    if matches!(finding.state, State::UNSET | State::DIFFERS) {
        finding = finding.load_default(installation);
    }
    let mut lag = None;
    if let Some(budgets) = &budgets {
        finding = finding.see_sign(budgets, "budgets are in use");
        lag = Some(format!("without Redis, budgets may lag by {seconds} seconds between instances"));
    }
    let safety = if free { Safety::Safe } else { Safety::Review };
    advised.mend(finding, safety, |mut fix| {
        fix.assumptions.extend(lag);
        fix.asking(Question::new(
            "seconds",
            "Seconds between two writes?",
            seconds,
            "the value of LiteLLM's production page; a crash loses at most this much spend",
        ))
    })
}

/// Whether a place is that of the key in the configuration, not of the variable.
fn in_config(place: Option<&Place>) -> bool {
    matches!(place.map(|place| &place.at), Some(At::Yaml { path, .. }) if path.last_key() == Some(META.id))
}
