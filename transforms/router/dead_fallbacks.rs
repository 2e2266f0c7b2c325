//! Fallbacks that never fire: no request comes by the name they stand under, or nothing is called like what they lead to.

use std::collections::HashSet;

use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Area, Finding, Lines, Meta, NoParams, Severity};
use crate::project::{Effective, Installation, Place, known};

pub const META: Meta = Meta {
    id: "dead_fallbacks",
    title: "a fallback never fires",
    why: "LiteLLM does not check the names; when the first model fails, requests fail as if there were no fallback",
    severity: Severity::High,
    worst: Severity::High,
    gap: "fallbacks",
    files: "advice only",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 2)],
    aliases: &[],
};

const LISTS: [&str; 3] = ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"];

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let Some(names) = Names::of(installation) else { return Vec::new() };
    let mut findings: Vec<Finding> = LISTS.iter().flat_map(|list| names.judge(installation, list)).collect();
    match installation.setting("default_fallbacks").effective {
        Effective::Set { value, place } => {
            findings.extend(names.targets("default_fallbacks", "every name", &value, &place));
        }
        Effective::Unset => findings.extend(names.by_alias(installation)),
        Effective::Hidden { .. } => {}
    }
    findings
}

/// What a request, or a fallback, can name.
struct Names {
    /// The names of `model_list` without wildcards, and the aliases.
    groups: HashSet<String>,
    /// The aliases, and the names that they stand for.
    aliases: Vec<(String, String)>,
    /// The names with wildcards.
    patterns: Vec<String>,
    /// The models behind the names, by which an entry is found too.
    models: HashSet<String>,
}

impl Names {
    /// None where they cannot be seen: models in the database, references, files that are not there.
    fn of(installation: &Installation<'_>) -> Option<Self> {
        let unseen = installation.has_unseen_models() || installation.config_unseen().is_some();
        let entries = installation.models();
        let hidden = entries.iter().any(|entry| is_hidden(&entry.name));
        if unseen || hidden || entries.is_empty() {
            return None;
        }
        let aliases = installation.in_layers("router_settings", "model_group_alias");
        let alias = |(name, group): &(String, Value)| {
            let group = group.as_str().or_else(|| group.get("model")?.as_str());
            (name.clone(), group.unwrap_or_default().to_owned())
        };
        let aliases: Vec<(String, String)> =
            aliases.iter().filter_map(|(value, _)| value.as_map()).flatten().map(alias).collect();
        let (patterns, groups): (Vec<String>, Vec<String>) =
            entries.iter().map(|entry| entry.name.clone()).partition(|name| name.contains('*'));
        let model = |key: &str| {
            entries
                .iter()
                .filter_map(|entry| Some(entry.param(key)?.0.as_str()?.to_owned()))
                .collect::<Vec<_>>()
        };
        let id = entries
            .iter()
            .filter_map(|entry| Some(entry.value.get("model_info")?.get("id")?.as_str()?.to_owned()));
        Some(Self {
            models: model("model").into_iter().chain(id).collect(),
            groups: groups.into_iter().chain(aliases.iter().map(|(alias, _)| alias.clone())).collect(),
            aliases,
            patterns,
        })
    }

    fn judge(&self, installation: &Installation<'_>, list: &'static str) -> Vec<Finding> {
        let Effective::Set { value: Value::Seq(items), place } = installation.setting(list).effective else {
            return Vec::new();
        };
        let entries = items.iter().enumerate().filter_map(|(index, item)| {
            // An item has one source: another shape stops the load.
            let [(source, targets)] = item.as_map()? else { return None };
            Some((source, targets, place.item(index).child(source)))
        });
        let judged = entries.flat_map(|(source, targets, place)| {
            let dead = (!self.is_asked_for(source)).then(|| self.no_source(list, source, &place));
            match dead {
                Some(dead) => vec![dead],
                None => self.targets(list, &format!("`{source}`"), targets, &place).into_iter().collect(),
            }
        });
        judged.collect()
    }

    /// Whether a request can come by this name.
    fn is_asked_for(&self, source: &str) -> bool {
        if source == "*" || is_hidden(source) || self.groups.contains(source) {
            return true;
        }
        // Not a pattern: it is compared as it is. What a wildcard lets in may be any name.
        if source.contains('*') {
            return false;
        }
        let bare = source.split_once('/').map(|(_, bare)| bare);
        !self.patterns.is_empty()
            || bare.is_some_and(|bare| self.groups.contains(bare))
            || self.groups.iter().any(|group| group.split_once('/').is_some_and(|(_, bare)| bare == source))
    }

    /// A request by an alias has the fallbacks of the alias, not those of the name that it stands for.
    fn by_alias(&self, installation: &Installation<'_>) -> Option<Finding> {
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
        let without: Vec<&(String, String)> = self.aliases.iter().filter(without).collect();
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
                .title(format!("no fallback for requests to the alias `{alias}`: those of `{group}` apply to that name only"))
                .why("LiteLLM looks up fallbacks by the requested name, before it resolves an alias")
                .advice("give the alias its own fallbacks, next to the others").lines(Lines::new(lines, "the section that holds `fallbacks`")),
        )
    }

    fn no_source(&self, list: &'static str, source: &str, place: &Place) -> Finding {
        let pattern = source.contains('*');
        let finding = Finding::new(&META, list, "no_source", place.clone()).why(META.why);
        if pattern {
            return finding
                .title(format!(
                    "`{list}` of {} is never used: the name is compared literally",
                    shown(&source.into())
                ))
                .advice("write each requested name, or \"*\" for all");
        }
        finding
            .title(format!(
                "`{list}` of `{source}` is never used: no entry of model_list and no alias has that name"
            ))
            .advice(self.right(source, "write the name that clients request"))
    }

    /// What is said of targets of which none, or not every one, is there.
    fn targets(&self, list: &'static str, source: &str, targets: &Value, place: &Place) -> Option<Finding> {
        let targets = Installation::texts(targets)?;
        let dead: Vec<&String> = targets.iter().filter(|target| !self.answers(target)).collect();
        let first = dead.first()?;
        let all = dead.len() == targets.len();
        let names = dead.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let says = if all { "has no target" } else { "has a missing target" };
        let finding = Finding::new(&META, list, "no_target", place.clone())
            .title(format!("`{list}` of {source} {says}: no entry of model_list is named {names}"))
            .why(if all { META.why } else { "LiteLLM skips it and tries the next one" })
            .severity(if all { META.severity } else { Severity::Low });
        Some(finding.advice(self.right(first, "write a name of model_list")))
    }

    /// Whether a fallback to this name reaches something.
    fn answers(&self, target: &str) -> bool {
        let matches = |pattern: &String| match pattern.split_once('*') {
            Some((before, after)) => target.starts_with(before) && target.ends_with(after),
            None => false,
        };
        is_hidden(target)
            || self.groups.contains(target)
            || self.models.contains(target)
            || self.patterns.iter().any(matches)
    }

    fn right(&self, written: &str, otherwise: &str) -> String {
        let near = known::near(written, self.groups.iter().map(String::as_str));
        match near.as_slice() {
            [right] => format!("if you mean `{right}`, write that"),
            _ => otherwise.to_owned(),
        }
    }
}

/// Whether a text stands for one that is not seen here.
fn is_hidden(text: &str) -> bool {
    text.is_empty() || text.starts_with("os.environ/") || text.contains("{{") || text.contains("${")
}
