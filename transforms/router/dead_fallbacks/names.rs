//! What a request, or a fallback, can name.

use std::collections::HashSet;

use crate::document::Value;
use crate::project::{Installation, known};

/// What a request, or a fallback, can name.
pub struct Names {
    /// The names of `model_list` without wildcards, and the aliases.
    groups: HashSet<String>,
    /// The aliases, and the names that they stand for.
    pub aliases: Vec<(String, String)>,
    /// The names with wildcards.
    patterns: Vec<String>,
    /// The models behind the names, by which an entry is found too.
    models: HashSet<String>,
}

impl Names {
    /// None where they cannot be seen: models in the database, references, files that are not there.
    pub fn of(installation: &Installation<'_>) -> Option<Self> {
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

    /// Whether a request can come by this name.
    pub fn is_asked_for(&self, source: &str) -> bool {
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

    /// Whether a fallback to this name reaches something.
    pub fn answers(&self, target: &str) -> bool {
        let matches = |pattern: &String| match pattern.split_once('*') {
            Some((before, after)) => target.starts_with(before) && target.ends_with(after),
            None => false,
        };
        is_hidden(target)
            || self.groups.contains(target)
            || self.models.contains(target)
            || self.patterns.iter().any(matches)
    }

    /// The name that is likely meant, as advice; else what is said otherwise.
    pub fn right(&self, written: &str, otherwise: &str) -> String {
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
