//! The master key: who holds it may do everything, and without one everybody may.

use crate::document::Value;
use crate::plan::build::{ineffective_places, steps};
use crate::plan::{Advice, Area, Finding, Lines, Meta, NoParams, Remedy, Severity};
use crate::project::{At, Installation, Place, Running, Runtime, Version};

mod effective;
mod text;

use effective::chart_variable;
use text::{chart_key, wrong};

pub use effective::{Key, is_public, key, made_from, same};
pub use text::shared;

pub const META: Meta = Meta {
    id: "master_key",
    title: "no master key is set",
    why: "requests are let in without a key",
    severity: Severity::Critical,
    worst: Severity::Critical,
    gap: "master key",
    files: "advice only",
    versions: "since 1.104 the proxy does not start without a key, or with the public one",
    settings: &[
        "master_key",
        "chart_master_key",
        "chart_master_key_secret",
        "chart_master_key_entry",
        "permit_weak_master_key",
    ],
    params: &[],
    weights: &[(Area::Security, 5)],
    aliases: &[],
};

const VARIABLE: &str = "LITELLM_MASTER_KEY";
/// The first release that refuses to start without a key of its own.
const REFUSES: Version = Version(1, 104, 0);

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ineffective_places(installation, &META, &answer);
    // What says no more than what is effective misleads nobody.
    let misleads = |finding: &Finding| finding.severity != Severity::Low;
    let misplaced = findings.iter().any(misleads) && answer.is_unset();
    for finding in findings.iter_mut().filter(|finding| misleads(finding)) {
        finding.severity = match (answer.is_unset(), installation.environment_is_whole()) {
            (true, true) => Severity::Critical,
            (true, false) => Severity::High,
            (false, _) => Severity::Low,
        };
        if let Remedy::Fix(fix) = &finding.remedy {
            let text = format!(
                "{}, by hand: from then on requests need this key, and without a salt key the database must have been encrypted with it",
                fix.title
            );
            finding.remedy = Remedy::Advice(Advice { text, ..Advice::default() });
        }
    }
    match key(installation) {
        Key::Unset if !misplaced => findings.extend(unset(installation)),
        Key::Text(text, place) => findings.extend(wrong(installation, &text, &place, false)),
        Key::Default(text, place) => findings.extend(wrong(installation, &text, &place, true)),
        Key::Nothing(reason, place) => findings.push(nothing(installation, &reason, &place)),
        Key::Late(name, place) => findings.push(late(installation, &name, &place)),
        Key::Elsewhere | Key::Unset => {}
    }
    findings.extend(chart_key(installation));
    findings.extend(no_settings(installation));
    for finding in &mut findings {
        finding
            .related
            .extend(answer.commented_out().map(|place| (place.clone(), "commented out here".into())));
    }
    findings
}

/// What happens without a key of its own.
fn consequence(installation: &Installation<'_>, before: &str) -> String {
    let permitted = match installation.setting("permit_weak_master_key").value() {
        Some(Value::Bool(on)) => *on,
        Some(Value::Str(text)) => text.trim().eq_ignore_ascii_case("true"),
        _ => false,
    };
    match installation.running() {
        _ if permitted => {
            format!("{before} (LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY allows the start)")
        }
        Running::Known(version, ..) if *version >= REFUSES => {
            "since 1.104 the proxy refuses to start like this".into()
        }
        _ => format!("{before}; since 1.104 the proxy refuses to start like this"),
    }
}

/// How to make a key, and how to give it to the process.
fn new(installation: &Installation<'_>) -> Vec<String> {
    let from = match installation.runtime() {
        Some(Runtime::Compose) => "from the environment of the caller or a .env that git ignores",
        _ => "from a Secret, or from a file, that is not in this repository",
    };
    vec![
        "generate a key: `echo \"sk-$(openssl rand -hex 32)\"`".into(),
        format!("give it to the process as {VARIABLE}, {from}"),
    ]
}

/// A null, or a reference that leads to nothing: a chart, or the environment, gives the key under a name of its own.
fn nothing(installation: &Installation<'_>, reason: &str, place: &Place) -> Finding {
    let finding = none(installation, "nothing", place).title(format!("no master key: {reason}"));
    let Remedy::Advice(advice) = &finding.remedy else { return finding };
    let (lines, goes) = (advice.lines.clone(), advice.goes.clone());
    let given = !installation.variables(VARIABLE).is_empty();
    let text = match chart_variable(installation) {
        Some(variable) => {
            format!("refer to {variable}, in which the chart gives the process its master key")
        }
        None if given => format!("refer to {VARIABLE}, which is set for the process"),
        None => return finding,
    };
    finding.advice(text).lines(Lines::new(lines, goes))
}

fn none(installation: &Installation<'_>, state: &'static str, place: &Place) -> Finding {
    let variable = chart_variable(installation).unwrap_or(VARIABLE);
    let lines = vec!["general_settings:".to_owned(), format!("  master_key: os.environ/{variable}")];
    Finding::new(&META, META.id, state, place.clone())
        .why(consequence(installation, META.why))
        .advice(steps(&new(installation)))
        .lines(Lines::new(lines, crate::plan::build::goes_in(installation, "general_settings")))
}

/// Nothing sets it in a configuration of one's own. Where the environment cannot be seen as a whole, that is told with the installation.
fn unset(installation: &Installation<'_>) -> Option<Finding> {
    installation.environment_is_whole().then(|| none(installation, "unset", &installation.config_place()))
}

/// A reference into `environment_variables:`, which is applied after references are resolved.
fn late(installation: &Installation<'_>, name: &str, place: &Place) -> Finding {
    let sure = installation.environment_is_whole();
    none(installation, "late", place)
        .title(format!("no master key: it refers to {name}, which is set only under `environment_variables:`"))
        .why(format!(
            "references are resolved before `environment_variables:` is applied, so the master key is null; {}",
            consequence(installation, META.why)
        ))
        .severity(if sure { Severity::Critical } else { Severity::High })
        .advice(format!("set {name} for the process itself, with a new value, since this one has been in a file"))
}

/// Under `environment_variables:` LITELLM_MASTER_KEY counts only beside a `general_settings` that is not empty.
fn no_settings(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting(META.id);
    let place = answer.place()?;
    let At::Yaml { path, .. } = &place.at else { return None };
    let late = path.steps().iter().rev().nth(1).is_some_and(|step| *step == "environment_variables".into());
    let empty = installation.configs().all(|(_, config)| {
        config.get("general_settings").is_none_or(|section| section.resolve().entries().next().is_none())
    });
    (late && empty).then(|| {
        none(installation, "no_settings", place)
            .title("the master key under `environment_variables:` is not read: `general_settings` is empty")
    })
}
