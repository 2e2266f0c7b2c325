//! A compose file that fills `LITELLM_LOG` in from the environment of its caller.

use super::level::crash;
use super::{META, NAME};
use crate::plan::build::variable_lines;
use crate::plan::{Finding, Fix, Intent, Safety, Severity, State};
use crate::project::{Fallback, Installation, Variable};

/// The finding about a level that compose fills in where its caller and the `.env` beside it have none, if it is wrong; `None` where they
/// have one, or must.
pub fn filled(installation: &Installation<'_>, level: &str) -> Option<Vec<Finding>> {
    let given = installation.variables(NAME).into_iter().next();
    let (variable, one) = given.and_then(|one| Some((installation.interpolation(&one)?, one)))?;
    if one.filled.is_some() {
        return None;
    }
    let written = match &variable.otherwise {
        Fallback::Refuses => return None,
        // What the default leaves open is not visible.
        _ if variable.default().is_some() => one.text.clone()?,
        _ => String::new(),
    };
    Some(judged(installation, &one, &variable.name, &written, level).into_iter().collect())
}

fn judged(
    installation: &Installation<'_>,
    given: &Variable,
    name: &str,
    text: &str,
    level: &str,
) -> Option<Finding> {
    if text.eq_ignore_ascii_case(level) || text.eq_ignore_ascii_case("DEBUG") {
        return None;
    }
    let finding = |state| Finding::new(&META, META.id, state, given.place.clone());
    let finding = match crash(installation, text, &given.place) {
        Some(_) if text.is_empty() => finding("empty_unless_set")
            .severity(Severity::Critical)
            .title(format!("LiteLLM does not start where {name} is not set: {NAME} is then empty"))
            .why("compose passes an empty text for a variable that neither its caller nor the .env next to it sets"),
        Some(reason) => finding("crashes")
            .severity(Severity::Critical)
            .title(format!("{NAME} stops LiteLLM at its start: {reason}"))
            .why("LiteLLM reads the level during import, and exits on anything that is not a level"),
        None => finding("differs").title(format!("{NAME} is {text} unless {name} says otherwise; {level} is advised")),
    };
    let finding = if finding.state == State::DIFFERS { finding.offer() } else { finding };
    if let Some(home) = installation.variable_home(given).filter(|home| installation.may_write(home)) {
        let title = format!("let {NAME} be {level} unless {name} is set");
        let set = vec![Intent::Set(home, level.into())];
        let fix = Fix::new(installation, title, Safety::Review, set);
        return Some(
            finding.fix(fix.assuming(format!("whoever starts it may set {name}, which then counts"))),
        );
    }
    Some(finding.advice("write it with a default").lines(variable_lines(
        installation,
        NAME,
        &format!("${{{name}:-{level}}}"),
    )))
}
