//! Budgets: what shows that spending is limited.

use crate::document::{Node, Path};

use crate::project::installation::parts::Layer;
use crate::project::installation::view::{Installation, Sign};
use crate::project::repository::place::Place;

impl<'a> Installation<'a> {
    /// The first sign that budgets are enforced.
    pub fn budgets(&self) -> Option<Sign> {
        const KEYS: [&str; 8] = [
            "max_budget",
            "budget_duration",
            "max_internal_user_budget",
            "internal_user_budget_duration",
            "max_end_user_budget",
            "default_internal_user_params",
            "provider_budget_config",
            "default_team_settings",
        ];
        self.configs().find_map(|(layer, config)| {
            ["litellm_settings", "general_settings", "router_settings"]
                .iter()
                .find_map(|section| self.keys_of(layer, config, section, &KEYS))
                .or_else(|| self.model_budget(layer, config))
        })
    }

    fn model_budget(&self, layer: &Layer, config: Node<'a>) -> Option<Sign> {
        let list = config.get("model_list")?.resolve();
        list.items().enumerate().find_map(|(index, item)| {
            let params = item.resolve().get("litellm_params")?.resolve();
            params.get("max_budget")?;
            let path = layer
                .config
                .child("model_list")
                .child(index)
                .join(&Path::keys(["litellm_params", "max_budget"]));
            Some(Sign { what: "max_budget".into(), place: Place::yaml(layer.file, layer.doc, path) })
        })
    }
}
