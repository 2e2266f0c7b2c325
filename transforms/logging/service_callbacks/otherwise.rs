//! A `service_callback` that LiteLLM does not take as it is meant.

use super::names::{KNOWN, RIGHT, brings_metrics, is_unknown, is_wrong, mended};
use super::{META, PACKAGE, SETTING};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Finding, Fix, Lines, Safety, Severity};
use crate::project::{Installation, Place};

/// The finding about the value, if anything is wrong with it; `lines` are the right ones.
pub fn finding(
    installation: &Installation<'_>,
    place: &Place,
    value: &Value,
    lines: Lines,
) -> Option<Finding> {
    let found =
        |state: &'static str| Finding::new(&META, SETTING, state, place.clone()).severity(Severity::Medium);
    let (finding, what) = match value {
        Value::Str(text) => (
            found("bare_text")
                .title(format!("`service_callback` is the text \"{text}\", not a list"))
                .why("LiteLLM reads each letter of the text as a name, so no callback is effective"),
            "make it a list",
        ),
        Value::Seq(items) => match items.iter().filter_map(Value::as_str).find(|name| is_wrong(name)) {
            Some(name) => (
                found(if name == "prometheus" { "prometheus" } else { "misspelt_name" }).title(format!(
                    "`{name}` in `service_callback` has no effect: the right name is `{RIGHT}`"
                )),
                "write `prometheus_system`",
            ),
            None => return unknown(value, found("unknown_name"), lines),
        },
        other => {
            let title = format!("`service_callback` is {}, not a list of names", shown(other));
            return Some(found("wrong_type").title(title).advice("write it as a list").lines(lines));
        }
    };
    let fix = Fix::new(installation, what, Safety::Review, mended(place, value));
    Some(finding.fix(if brings_metrics(value) { fix.assuming(PACKAGE) } else { fix }))
}

/// A name that nothing in LiteLLM answers to.
fn unknown(value: &Value, finding: Finding, lines: Lines) -> Option<Finding> {
    let name = Installation::texts(value)?.into_iter().find(|name| is_unknown(name))?;
    let title = format!("`{name}` in `service_callback` has no effect: LiteLLM knows {}", KNOWN.join(", "));
    let finding = finding.severity(Severity::Low).title(title);
    Some(finding.advice("remove it, or write one of these").lines(lines))
}
