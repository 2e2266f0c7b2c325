//! Spend is written to the database every 10 seconds unless `general_settings.proxy_batch_write_at` says otherwise.

use serde::{Deserialize, Serialize};

use crate::document::Value;
use crate::plan::build::{cannot_tell, goes_in, ignored_places, shown, yaml_lines};
use crate::plan::{
    Area, Finding, Fix, Intent, Meta, Params as Parameters, Question, Remedy, Safety, Severity,
};
use crate::project::{InForce, Installation};

pub const META: Meta = Meta {
    id: "proxy_batch_write_at",
    title: "spend is written to the database every 10 seconds",
    why: "under load these writes crowd out the requests that need the database; LiteLLM's production page advises 60",
    severity: Severity::Medium,
    gap: "database write load",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all",
    settings: &["proxy_batch_write_at"],
    weights: &[(Area::Throughput, 3), (Area::Latency, 1)],
    aliases: &[],
};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// Seconds between two writes.
    pub seconds: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { seconds: 60 }
    }
}

impl Parameters for Params {
    fn check(&self) -> Result<(), String> {
        if (10..=3600).contains(&self.seconds) {
            Ok(())
        } else {
            Err("seconds must be from 10 to 3600".into())
        }
    }
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ignored_places(installation, &META, &answer);
    let Some(database) = installation.database() else { return findings };
    let wanted = Value::Int(params.seconds.into());
    let lines = yaml_lines("general_settings", &[(META.id.into(), wanted.clone())]);
    if let Some(hidden) =
        cannot_tell(&META, installation, &answer, lines, goes_in(installation, "general_settings"))
    {
        findings.push(hidden);
        return findings;
    }
    let budgets = installation.budgets();
    let moved = findings.iter().any(|finding| matches!(finding.remedy, Remedy::Fix(_)));
    let (state, title, why) = match &answer.in_force {
        InForce::Unset if !moved => ("unset", META.title.to_owned(), META.why),
        InForce::Set { value: Value::Int(seconds), .. } if *seconds >= i128::from(params.seconds) => {
            return findings;
        }
        InForce::Set { value: value @ (Value::Int(_) | Value::Float(_)), .. } => (
            "differs",
            format!("spend is written every {} seconds; {} is advised", shown(value), params.seconds),
            META.why,
        ),
        InForce::Set { value, .. } => (
            "wrong_type",
            format!("`proxy_batch_write_at` is {}, which is no whole number", shown(value)),
            "with a database the scheduler breaks at the start on anything but a number",
        ),
        _ => return findings,
    };
    let Some(home) = answer.homes.first() else { return findings };
    let safety = if state == "unset" && budgets.is_none() { Safety::Safe } else { Safety::Review };
    let mut fix = Fix::new(
        installation,
        format!("set proxy_batch_write_at to {}", params.seconds),
        safety,
        vec![Intent::Set(home.clone(), wanted.clone())],
    );
    fix.questions.push(Question {
        param: "seconds",
        ask: "Seconds between two writes?".into(),
        default: wanted,
        reason: "the value of LiteLLM's production page; a crash loses at most this much spend".into(),
        required: false,
    });
    let mut finding =
        Finding::new(&META, META.id, state, home.clone()).title(title).why(why).mention_comments(&answer);
    finding.related.push((database.place, format!("sign of a database: {}", database.what)));
    if let Some(budgets) = budgets {
        fix = fix.assuming(format!(
            "budgets may lag by {} seconds across instances without Redis",
            params.seconds
        ));
        finding.related.push((budgets.place, format!("budgets are in use: {}", budgets.what)));
    }
    findings.push(finding.fix(fix));
    findings
}
