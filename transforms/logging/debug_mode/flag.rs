//! The flags `--debug` and `--detailed_debug`, and the variables that click reads them from.

use super::{META, off};
use crate::document::Value;
use crate::plan::{Finding, Fix, Intent, Recommended, Safety, Severity};
use crate::project::{Answer, Effective, Installation, Place};

/// The finding about a flag, or its variable, that is on.
pub fn finding(
    installation: &Installation<'_>,
    answer: &Answer,
    flag: &str,
    variable: &str,
) -> Option<Finding> {
    let Effective::Set { value, place } = &answer.effective else { return None };
    let Value::Str(text) = value else { return Some(flag_on(installation, answer, flag, place)) };
    let (title, severity) = variable_on(variable, text)?;
    Some(off(&Recommended::new(installation, answer, "False"), title).severity(severity))
}

fn flag_on(installation: &Installation<'_>, answer: &Answer, flag: &str, place: &Place) -> Finding {
    let finding = Finding::new(&META, answer.setting.name, "flag", place.clone())
        .title(format!("the proxy is started with {flag}"));
    let writable = |home: &&Place| installation.may_write(home);
    if let Some(home) = answer.homes.first().filter(writable) {
        let remove = Intent::remove(home.clone());
        let title = format!("remove {flag} from the arguments");
        let fix = Fix::new(installation, title, Safety::Review, vec![remove]);
        let chart = installation.parts.chart().is_some();
        return finding.fix(match chart {
            true => fix.assuming("if `args` becomes empty, the chart's own arguments apply"),
            false => fix,
        });
    }
    let reason = answer.blocked.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let file = installation.shown(place.file);
    finding.advice(format!("remove {flag} in {file} by hand{reason}"))
}

/// What to say of a variable that click reads as a boolean flag; `None` where it is off.
fn variable_on(name: &str, text: &str) -> Option<(String, Severity)> {
    match text.trim().to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "f" | "no" | "n" | "off" => None,
        "1" | "true" | "t" | "yes" | "y" | "on" => Some((format!("{name} is {text}"), META.severity)),
        _ => Some((
            format!("the proxy does not start: {name} is \"{text}\", which is not a boolean"),
            Severity::Critical,
        )),
    }
}
