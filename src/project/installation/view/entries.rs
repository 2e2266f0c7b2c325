//! The lists of the configuration whose items stand for themselves: models, guardrails.

use crate::document::{Node, Value};

use crate::project::installation::parts::Layer;
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;

/// An item of a list at the top level of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelEntry {
    /// What it calls itself, empty where it does not.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// All of it, as LiteLLM reads it.
    pub value: Value,
}

impl ModelEntry {
    /// A key of `litellm_params`, and where it stands.
    pub fn param(&self, key: &str) -> Option<(&Value, Place)> {
        let value = self.value.get("litellm_params")?.get(key)?;
        Some((value, self.place.child("litellm_params").child(key)))
    }
}

impl<'a> Installation<'a> {
    /// The items of a list that is effective, each with the text at `name` as its name.
    pub fn entries(&self, list: &str, name: &str) -> Vec<ModelEntry> {
        let lists = self.lists(list);
        lists.into_iter().flat_map(|(layer, node)| self.items(layer, list, name, node)).collect()
    }

    /// The items of `model_list`.
    pub fn models(&self) -> &[ModelEntry] {
        self.asked.of_layers.models.get_or_init(|| self.entries("model_list", "model_name"))
    }

    /// The lists of this name that are effective: Helm replaces lists, so the strongest layer that has one counts; LiteLLM concatenates
    /// those of included files.
    fn lists(&self, list: &str) -> Vec<(&'a Layer, Node<'a>)> {
        let found = self.configs().filter_map(|(layer, config)| Some((layer, config.get(list)?)));
        match self.parts.layers.as_slice() {
            [_, ..] if self.parts.includes.is_empty() => found.last().into_iter().collect(),
            _ => found.collect(),
        }
    }

    fn items(&self, layer: &Layer, list: &str, name: &str, node: Node<'a>) -> Vec<ModelEntry> {
        let place = Place::yaml(layer.file, layer.doc, layer.config.child(list));
        let entry = |(index, item): (usize, Node<'a>)| {
            let name = item.resolve().get(name).map(|name| name.resolve().text().into_owned());
            ModelEntry {
                name: name.unwrap_or_default(),
                place: place.item(index),
                value: item.resolve().value(self.reader()),
            }
        };
        node.resolve().items().enumerate().map(entry).collect()
    }
}
