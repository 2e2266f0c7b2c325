//! A whole section that stands inside another one.

use super::META;
use crate::plan::build::listed;
use crate::plan::{Finding, Fix, Intent, Safety, Severity, activate};
use crate::project::settings::hazard;
use crate::project::{Installation, Nested};

/// The finding about it, with the move to the top level where all of it may be put in force.
pub fn section(installation: &Installation<'_>, nested: Nested) -> Finding {
    let Nested { place, name, inside, keys, target } = nested;
    let finding = Finding::new(&META, &name, "nested_section", place.clone())
        .title(format!("`{name}` inside `{inside}` is ignored as a whole: sections must be at the top level"))
        .why(format!("none of it is effective: {}", all_of(&keys)))
        .severity(Severity::High);
    if let Some((key, reason)) = hazard::among(&keys) {
        let text =
            format!("move it out of `{inside}` by hand if you want the effect of `{key}` in it: {reason}");
        return finding.advice(text);
    }
    let value = installation.value_at(&place);
    if let Some(reason) = value.and_then(|value| activate::section(installation, &name, &value)) {
        let text = format!("move it out of `{inside}` by hand, once LiteLLM accepts all of it: {reason}");
        return finding.advice(text);
    }
    let title = format!("move the section `{name}` to the top level");
    let fix = Fix::new(installation, title, Safety::Review, vec![Intent::Move(place, target)]);
    finding.fix(fix.assuming(format!("the move activates all of it: {}", all_of(&keys))))
}

fn all_of(keys: &[String]) -> String {
    if keys.is_empty() { "its entries".into() } else { listed(keys) }
}
