//! LiteLLM loads whatever `.env` it finds above its package unless `LITELLM_MODE` says `PRODUCTION`; said too late, it does nothing.

use crate::document::Value;
use crate::plan::build::{ineffective_places, shown, variable_lines};
use crate::plan::{Area, Finding, Fix, Intent, Meta, NoParams, Recommended, Safety, Severity};
use crate::project::{Answer, At, Effective, Installation, Place, Sign, Why};

pub const META: Meta = Meta {
    id: "litellm_mode",
    title: "LiteLLM loads any .env that it finds above its package: LITELLM_MODE is not set",
    why: "a .env left in the image or mounted by mistake sets variables that no manifest shows; LiteLLM's production page sets PRODUCTION",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "dotenv in production",
    files: "env files, Helm values, compose files, Kubernetes manifests",
    versions: "all",
    settings: &["litellm_mode"],
    params: &[],
    weights: &[(Area::Reliability, 1), (Area::Security, 1)],
    aliases: &[],
};

const NAME: &str = "LITELLM_MODE";
const WANTED: &str = "PRODUCTION";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let given = installation.given_variables();
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        give_in_time(finding, installation, &answer, given.as_ref());
    }
    match &answer.effective {
        Effective::Unset | Effective::Set { value: Value::Null, .. } if findings.is_empty() => {
            findings.extend(given.map(|sign| {
                let place = answer.homes.first().unwrap_or(&sign.place).clone();
                let finding = Finding::new(&META, META.id, "unset", place).mention_comments(&answer);
                turned_off(finding, installation, &answer, &sign, &[]).production_default(installation)
            }));
        }
        Effective::Set { value: Value::Str(text), place } if text != WANTED => {
            findings.extend(other(installation, &answer, text, place, given));
        }
        Effective::Set { value: Value::Str(_), place } => findings.extend(too_late(installation, place)),
        _ => {}
    }
    findings
}

/// What stands under `environment_variables:` comes too late; where the process is given its variables, it may be given this one as well.
fn give_in_time(
    finding: &mut Finding,
    installation: &Installation<'_>,
    answer: &Answer,
    given: Option<&Sign>,
) {
    finding.severity = META.severity;
    let late = answer.ineffective.iter().any(|one| {
        one.place == finding.place && matches!(one.why, Why::TooLate) && one.value != Value::from("DEV")
    });
    if !late || !answer.is_unset() {
        return;
    }
    if let Some(sign) = given {
        let remove = Intent::Remove { place: finding.place.clone(), comments: true };
        *finding = turned_off(finding.clone(), installation, answer, sign, &[remove]);
    } else {
        let text = "remove it here. Leave it unset if LiteLLM loads its variables from a .env; otherwise set it for the process itself";
        *finding = finding.clone().advice(text);
    }
}

/// The finding with the fix that sets `PRODUCTION`, or with advice where no file that can be edited gives variables.
fn turned_off(
    finding: Finding,
    installation: &Installation<'_>,
    answer: &Answer,
    sign: &Sign,
    more: &[Intent],
) -> Finding {
    let spot = installation.spot(&sign.place);
    let seen = format!("{}:{} ({})", spot.file, spot.line, sign.what);
    Recommended::new(installation, answer, WANTED).mend(finding, Safety::Review, |mut fix| {
        fix.intents.extend_from_slice(more);
        fix.assuming(format!("the process gets all its variables from {seen}, and none only from a .env inside the image, which LiteLLM no longer loads"))
    })
}

/// `DEV` where it is not needed, and what is neither `DEV` nor `PRODUCTION`.
fn other(
    installation: &Installation<'_>,
    answer: &Answer,
    text: &str,
    place: &Place,
    given: Option<Sign>,
) -> Option<Finding> {
    if text == "DEV" {
        let sign = given?;
        let finding = Finding::new(&META, META.id, "dev", place.clone())
            .title(format!("LiteLLM loads any .env that it finds above its package: {NAME} is DEV"));
        return Some(turned_off(finding, installation, answer, &sign, &[]));
    }
    let late = too_late(installation, place);
    if late.is_some() {
        return late;
    }
    let finding = Finding::new(&META, META.id, "unknown", place.clone())
        .title(format!("{NAME} is {}: LiteLLM knows DEV and PRODUCTION", shown(&Value::from(text))))
        .why("only the exact text DEV lets LiteLLM load a .env; any other text, even an empty one, turns that off");
    let developing = text.to_ascii_lowercase().starts_with("dev");
    let fix = answer.homes.first().filter(|_| !developing).map(|home| {
        let set = vec![Intent::Set(home.clone(), Value::from(WANTED))];
        Fix::new(installation, format!("set {NAME} to {WANTED}"), Safety::Review, set)
            .assuming("LiteLLM does the same as before: it loads no .env")
    });
    let lines = variable_lines(installation, NAME, if developing { "DEV" } else { WANTED });
    Some(match fix {
        // It does what it means already.
        Some(fix) => finding.fix(fix).offer(),
        None => finding.advice("write DEV if LiteLLM should load the .env that it finds, otherwise PRODUCTION: today it loads none").lines(lines),
    })
}

/// In the very file that python-dotenv loads it is read after the decision.
fn too_late(installation: &Installation<'_>, place: &Place) -> Option<Finding> {
    let At::Env(_) = place.at else { return None };
    installation.parts.env_files.iter().find(|link| link.file == place.file && link.by_dotenv())?;
    let finding = Finding::new(&META, META.id, "too_late", place.clone())
        .title(format!("{NAME} has no effect in a .env that LiteLLM loads by itself"))
        .why("LiteLLM reads it before it loads this file; set for the process itself, it would keep the whole file from being loaded");
    Some(finding.advice("remove it here; to turn the loading off, first give the process every variable of this file in another way (systemd, compose `env_file:`)"))
}
