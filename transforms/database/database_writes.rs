//! What the proxy writes to its database for each request and each error, and what it does not.

use crate::document::Value;
use crate::plan::build::{goes_in, ineffective_places, shown, yaml_lines};
use crate::plan::{Area, Finding, Lines, Meta, NoParams, Recommended, Remedy, Safety, Severity};
use crate::project::settings::hazard;
use crate::project::{Answer, Effective, Installation, Sign};

mod buffer;
mod retention;

pub const META: Meta = Meta {
    id: "database_writes",
    title: "settings of the spend logs do not do what they say",
    why: "the spend log table grows with every request, and while a provider is down each failed request adds to the load",
    severity: Severity::Low,
    worst: Severity::Critical,
    gap: "database write load",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all",
    settings: &[
        "disable_spend_logs",
        "disable_error_logs",
        "disable_spend_updates",
        "store_prompts_in_spend_logs",
        "maximum_spend_logs_retention_period",
    ],
    params: &[],
    weights: &[(Area::Throughput, 2), (Area::Reliability, 2), (Area::Security, 1)],
    aliases: &[],
};

const LOGS: &str = "disable_spend_logs";
const ERRORS: &str = "disable_error_logs";
const UPDATES: &str = "disable_spend_updates";
const RETENTION: &str = "maximum_spend_logs_retention_period";
const PROMPTS: &str = "store_prompts_in_spend_logs";
const SECTION: &str = "general_settings";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in META.settings {
        let answer = installation.setting(name);
        findings.extend(
            ineffective_places(installation, &META, &answer).into_iter().map(|one| tamed(installation, one)),
        );
    }
    let Some(database) = installation.database() else { return findings };
    findings.extend(spend_logs(installation));
    findings.extend(spend_updates(installation));
    let moved = |name: &str, findings: &[Finding]| {
        findings.iter().any(|one| one.setting == name && matches!(one.remedy, Remedy::Fix(_)))
    };
    if !moved(ERRORS, &findings) {
        findings.extend(error_logs(installation, &database));
    }
    if !moved(RETENTION, &findings) {
        findings.extend(retention(installation, &database));
    }
    findings.extend(retention::periods(installation, &database));
    findings.extend(buffer::many_instances(installation, &database));
    findings
}

/// What a move or rename would activate is not activated here if it is a hazard, or no boolean where only booleans count.
fn tamed(installation: &Installation<'_>, finding: Finding) -> Finding {
    if !matches!(finding.remedy, Remedy::Fix(_)) {
        return finding;
    }
    let value = installation.value_at(&finding.place);
    if finding.setting == RETENTION {
        return retention::moved(finding, value.as_ref());
    }
    if let Some(reason) = hazard::of(&finding.setting) {
        let text = format!("remove it here, or move it if you want its effect: {reason}");
        return finding.advice(text);
    }
    match value {
        Some(value @ Value::Str(_)) => {
            let text = format!(
                "remove it here, or set it there as a real boolean: {} would not count as one",
                shown(&value)
            );
            finding.advice(text)
        }
        _ => finding,
    }
}

/// `disable_spend_logs` is compared with the boolean false only: anything else stops the logs.
fn spend_logs(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting(LOGS);
    let Effective::Set { value, place } = &answer.effective else { return None };
    if matches!(value, Value::Bool(_) | Value::Int(1)) || is_text(value, true) {
        return None;
    }
    let title = format!("no spend logs are written: `{LOGS}` is {}", shown(value));
    let finding = Finding::new(&META, LOGS, "opposite", place.clone())
        .title(title)
        .why("LiteLLM treats everything but the boolean false as true: the logs in the UI and the reports per request stay empty")
        .severity(Severity::Critical);
    if !matches!(value, Value::Null | Value::Int(0)) && !is_text(value, false) {
        return Some(finding.advice("write true or false, as a real boolean"));
    }
    Some(set(
        installation,
        finding,
        &answer,
        false,
        Safety::Review,
        "every request is written to the database again",
    ))
}

/// `disable_error_logs` counts as the boolean true only.
fn error_logs(installation: &Installation<'_>, database: &Sign) -> Option<Finding> {
    let answer = installation.setting(ERRORS);
    let noted = "failed requests no longer appear in the spend logs and the UI; you keep them elsewhere";
    let finding = match &answer.effective {
        Effective::Unset => {
            let place = answer.homes.first()?.clone();
            let finding = Finding::new(&META, ERRORS, "unset", place)
                .title("every failed request is written to the database")
                .why("while a provider is down these writes add to the load of the retries; LiteLLM's production page turns them off")
                .mention_comments(&answer);
            // No general advice: whoever looks failures up in the UI needs the rows.
            set(installation, finding, &answer, true, Safety::OnRequest, noted).offer()
        }
        Effective::Set { value, place } if is_text(value, true) => {
            let finding = Finding::new(&META, ERRORS, "no_boolean", place.clone())
                .title(format!(
                    "`{ERRORS}` is {}, which has no effect: only a real boolean counts",
                    shown(value)
                ))
                .why("failed requests are still written to the database")
                .severity(Severity::Medium);
            set(installation, finding, &answer, true, Safety::Review, noted)
        }
        _ => return None,
    };
    Some(with_sign(finding, database))
}

/// With `disable_spend_updates` nothing is counted that a budget could be compared with.
fn spend_updates(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting(UPDATES);
    let Effective::Set { value: Value::Bool(true), place } = &answer.effective else { return None };
    let mut finding = Finding::new(&META, UPDATES, "on", place.clone())
        .title(format!("budgets are not enforced: `{UPDATES}` is on"))
        .why("the spend of keys, users and teams is no longer written, so no budget is ever reached")
        .severity(Severity::High);
    if let Some(budgets) = installation.budgets() {
        finding.related.push((budgets.place, format!("a budget that is not enforced: {}", budgets.what)));
    }
    let text = "remove it, unless nobody relies on budgets; to write fewer rows use `disable_spend_logs`, which keeps the budgets";
    Some(finding.advice(text))
}

/// Where spend logs hold the prompts, something must end them. Rows without prompts are small, and how long they are wanted is nobody's
/// business here.
fn retention(installation: &Installation<'_>, database: &Sign) -> Option<Finding> {
    let logs = installation.setting(LOGS);
    let kept = matches!(logs.effective, Effective::Unset | Effective::Set { value: Value::Bool(false), .. });
    let prompts = installation.setting(PROMPTS);
    let Effective::Set { value: Value::Bool(true), place: prompts } = prompts.effective else { return None };
    let bounded = installation.setting("maximum_spend_logs_size");
    if !bounded.is_unset() && bounded.setting.versions.read_by(installation.running()) != Some(false) {
        return None;
    }
    let answer = installation.setting(RETENTION);
    let unset = matches!(answer.effective, Effective::Unset | Effective::Set { value: Value::Null, .. });
    if !kept || !unset || answer.blocked.is_some() {
        return None;
    }
    let place = answer.homes.first().or(answer.place())?.clone();
    let mut finding = Finding::new(&META, RETENTION, "unset", place)
        .title("every prompt and answer is stored in the spend logs and kept forever")
        .why("every request adds a row with its texts (long ones are cut), and nothing deletes rows")
        .mention_comments(&answer);
    finding.related.push((prompts, "this stores the prompts in the rows".into()));
    let lines = yaml_lines(SECTION, &[(RETENTION.into(), "30d".into())]);
    let text = "set how long they are needed; older rows are then deleted once a day";
    Some(with_sign(finding.advice(text).lines(Lines::new(lines, goes_in(installation, SECTION))), database))
}

/// With the fix that sets it to a real boolean, or the lines for that where no place can be written.
fn set(
    installation: &Installation<'_>,
    finding: Finding,
    answer: &Answer,
    expected: bool,
    safety: Safety,
    assumption: &str,
) -> Finding {
    Recommended::new(installation, answer, expected).mend(finding, safety, |fix| fix.assuming(assumption))
}

fn with_sign(mut finding: Finding, database: &Sign) -> Finding {
    finding.related.push((database.place.clone(), format!("sign of a database: {}", database.what)));
    finding
}

/// Whether this is a text that says true, or says false.
fn is_text(value: &Value, expected: bool) -> bool {
    let words: &[&str] = if expected { &["true", "yes", "on", "1"] } else { &["false", "no", "off", "0"] };
    value.as_str().is_some_and(|text| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word)))
}
