//! `REQUEST_TIMEOUT` in the environment of the process, and the option of the command line that looks like it.

use super::{META, Params, VARIABLE};
use crate::plan::build::variable_lines;
use crate::plan::{Finding, Fix, Safety, Severity};
use crate::project::settings::TOLERANT_NUMBERS;
use crate::project::{Answer, Installation, Overridden, Timeouts, seconds};

/// The option that does not change it.
pub fn of_the_command_line(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting("request_timeout_option");
    let finding = Finding::new(&META, META.id, "flag", answer.place()?.clone())
        .severity(Severity::Low)
        .title("`--request_timeout` has no effect on the models of the configuration")
        .why("LiteLLM applies it only to a model named on the command line");
    let text = "remove it there, and write request_timeout under `litellm_settings:`";
    Some(finding.advice(text))
}

/// Values of the variable that stop LiteLLM while it is imported, whatever the configuration says.
pub fn crashes(installation: &Installation<'_>, timeouts: &Timeouts, params: &Params) -> Option<Finding> {
    let configured = timeouts.router.is_some() || timeouts.request.is_some();
    let variable = installation.variables(VARIABLE).into_iter().next()?;
    let text = variable.text.as_ref()?;
    let running = installation.running();
    if text.trim().parse::<f64>().is_ok() || running.surely_since(TOLERANT_NUMBERS) {
        return None;
    }
    let (severity, tolerated) = if running.maybe_since(TOLERANT_NUMBERS) {
        (Severity::High, format!(" (LiteLLM {TOLERANT_NUMBERS} and newer treat it as not set)"))
    } else {
        (Severity::Critical, String::new())
    };
    let what = match text.is_empty() {
        true => "its value is empty".to_owned(),
        false => format!("\"{text}\" is not a number"),
    };
    let finding = Finding::new(&META, META.id, "crashes", variable.place.clone())
        .severity(severity)
        .title(format!("{VARIABLE} stops LiteLLM at its start: {what}"))
        .why(format!("LiteLLM converts it to a number during import, and exits if it cannot{tolerated}"));
    let seconds = params.seconds.to_string();
    let home = installation.variable_home(&variable).filter(|home| installation.may_write(home));
    Some(match home {
        None => {
            let lines = variable_lines(installation, VARIABLE, &seconds);
            finding.advice("give it a number, or remove it").lines(lines)
        }
        Some(_) if configured && text.is_empty() => {
            finding.fix(Fix::remove(installation, VARIABLE, &variable.place))
        }
        Some(home) => {
            let title = format!("set {VARIABLE} to {seconds}");
            finding.fix(Fix::set(installation, title, Safety::Review, &home, seconds))
        }
    })
}

/// A second `request_timeout` that another one beats.
pub fn loses(installation: &Installation<'_>, answer: &Answer, loser: &Overridden) -> Option<Finding> {
    let (winner, lost) = (seconds(answer.value()?)?, seconds(loser.value.as_ref()?)?);
    let spot = installation.spot(answer.place()?);
    let finding = Finding::new(&META, META.id, "loses", loser.place.clone())
        .severity(Severity::Low)
        .title(format!("{VARIABLE} says {lost}, but `request_timeout` of the configuration says {winner}"))
        .why(format!(
            "the configuration overrides it ({}:{}), and the variable has no effect",
            spot.file, spot.line
        ));
    (winner != lost).then(|| finding.advice("remove the one you do not want"))
}
