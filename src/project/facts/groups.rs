//! Model groups, and what answers in their place.

use crate::document::{Node, Value};

use crate::project::installation::unseen::{Covers, Unseen};
use crate::project::installation::view::Installation;

/// A model group: the entries of `model_list` that share a `model_name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelGroup {
    /// The `model_name`.
    pub name: String,
    /// How many entries have it.
    pub entries: usize,
    /// The keys that they use, as they are written, each with the provider that it is for.
    pub keys: std::collections::BTreeSet<(String, String)>,
}

impl<'a> Installation<'a> {
    /// The model groups, in the order of their first entries.
    pub fn model_groups(&self) -> Vec<ModelGroup> {
        let mut order: Vec<ModelGroup> = Vec::new();
        let mut known = std::collections::HashMap::new();
        for entry in self.models() {
            let name = &entry.name;
            if entry.value.get("model_name").is_none() {
                continue;
            }
            let index = *known.entry(name.as_str()).or_insert_with(|| {
                order.push(ModelGroup {
                    name: name.clone(),
                    entries: 0,
                    keys: std::collections::BTreeSet::new(),
                });
                order.len() - 1
            });
            order[index].entries += 1;
            let params = entry.value.get("litellm_params");
            let of = |key: &str| {
                let value = params.and_then(|params| params.get(key));
                value.and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            let provider = of("model").split('/').next().unwrap_or_default().to_owned();
            order[index].keys.insert((provider, of("api_key")));
        }
        order
    }

    /// Whether there may be models beside those of `model_list`: in the database, or by an expression of a template.
    pub fn has_unseen_models(&self) -> bool {
        let list = self.parts.main().config.child("model_list");
        let adds = |one: &Unseen| match &one.covers {
            Covers::Values(path) => {
                one.what.block().is_some() && (path.contains(&list) || list.contains(path))
            }
            _ => false,
        };
        self.stored_in_database().is_some() || self.parts.unseen.iter().any(adds)
    }

    /// Whether any entry uses a wildcard name, which makes groups that cannot be counted.
    pub fn has_wildcards(&self) -> bool {
        self.model_groups().iter().any(|group| group.name.contains('*'))
    }

    /// Whether every group has fallbacks.
    pub fn has_default_fallbacks(&self) -> bool {
        let written = |section: Node<'a>| {
            let defaults = section.get("default_fallbacks").map(Node::resolve);
            defaults.is_some_and(|list| !list.is_empty() && !list.is_null(self.reader()))
        };
        self.configs().any(|(_, config)| {
            ["router_settings", "litellm_settings"].iter().filter_map(|name| config.get(name)).any(written)
        })
    }

    /// The groups that have fallbacks for any error, as written in either section: those for a context window or a content policy do not
    /// answer for a rate limit or a timeout.
    pub fn groups_with_fallbacks(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (_, config) in self.configs() {
            for section in ["router_settings", "litellm_settings"] {
                let Some(section) = config.get(section) else { continue };
                let Some(list) = section.get("fallbacks") else { continue };
                for item in list.resolve().items() {
                    names.extend(item.resolve().entries().map(|(name, _)| name.text().into_owned()));
                }
            }
        }
        if self.has_default_fallbacks() {
            names.push("every group (default_fallbacks)".into());
        }
        names.sort();
        names.dedup();
        names
    }
}
