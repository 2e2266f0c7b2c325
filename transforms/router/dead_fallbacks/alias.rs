//! Requests to an alias, which have no fallback where only the name has one that it stands for.

use super::META;
use super::names::Names;
use crate::document::Value;
use crate::plan::{Finding, Lines, Severity};
use crate::project::{Effective, Installation};

/// A request by an alias has the fallbacks of the alias, not those of the name that it stands for.
pub fn without(installation: &Installation<'_>, names: &Names) -> Option<Finding> {
    let Effective::Set { value: Value::Seq(items), place } = installation.setting("fallbacks").effective
    else {
        return None;
    };
    let of = |name: &str| {
        let found = items.iter().enumerate().find_map(|(index, item)| Some((index, item.get(name)?)));
        found.map(|(index, targets)| (place.item(index), targets.clone()))
    };
    if of("*").is_some() {
        return None;
    }
    let without = |(alias, group): &&(String, String)| of(alias).is_none() && of(group).is_some();
    let without: Vec<&(String, String)> = names.aliases.iter().filter(without).collect();
    let (alias, group) = without.first()?;
    let (place, targets) = of(group)?;
    let lines = without.iter().filter_map(|(alias, group)| {
        let targets = Installation::texts(&of(group)?.1)?.join(", ");
        Some(format!("  - {alias}: [{targets}]"))
    });
    let lines: Vec<String> = std::iter::once("fallbacks:".to_owned()).chain(lines).collect();
    Installation::texts(&targets)?;
    Some(
        Finding::new(&META, "fallbacks", "alias", place)
            .severity(Severity::Medium)
            .title(format!(
                "no fallback for requests to the alias `{alias}`: those of `{group}` apply to that name only"
            ))
            .why("LiteLLM looks up fallbacks by the requested name, before it resolves an alias")
            .advice("give the alias its own fallbacks, next to the others")
            .lines(Lines::new(lines, "the section that holds `fallbacks`")),
    )
}
