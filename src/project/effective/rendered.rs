//! Whether the configuration that is here is the one that runs, and whether the database holds settings too.

use crate::document::Value;

use crate::project::installation::answer::Effective;
use crate::project::installation::answer::reason::Reason;
use crate::project::installation::parts::Layer;
use crate::project::installation::unseen::{Part, SourceKind, Unseen};
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;

impl Installation<'_> {
    /// Why `proxy_config` of the values is not what runs, and where that stands.
    pub fn not_rendered(&self) -> Option<(Reason, Place)> {
        let main = self.parts.main();
        let chart = self.parts.chart()?;
        if let (Some(own), Some(_)) = (chart.key, chart.spoken_for_by) {
            let own = main.base.child(own);
            if self.files.node(main.file, main.doc, &own.child("config")).is_none() {
                return Some((Reason::NoBackendConfig, Place::yaml(main.file, main.doc, own)));
            }
        }
        let keys = chart.renders;
        self.effective_values(keys).into_iter().find_map(|found| match found {
            Effective::Set { value: Value::Bool(false), place } => {
                Some((Reason::NotRendered(keys.join(".")), place))
            }
            _ => None,
        })
    }

    /// The blocks of the values that describe processes which the chart does not run, each with its key.
    pub fn idle_blocks(&self) -> Vec<(&'static str, Place)> {
        let keys = self.parts.chart().map_or(&[][..], |chart| chart.idle);
        let of = |layer: &Layer| {
            let stands = |key: &&'static str| {
                let node = self.files.node(layer.file, layer.doc, &layer.base.child(*key));
                node.is_some_and(|node| !node.resolve().is_empty())
            };
            let place = |key: &'static str| Place::yaml(layer.file, layer.doc, layer.base.child(key));
            keys.iter().copied().filter(stands).map(|key| (key, place(key))).collect::<Vec<_>>()
        };
        self.parts.layers.iter().flat_map(of).collect()
    }

    /// Why the configuration that runs cannot be seen as a whole, and where that stands.
    pub fn config_unseen(&self) -> Option<(Reason, Place)> {
        self.asked.of_layers.unseen.get_or_init(|| self.find_config_unseen()).clone()
    }

    fn find_config_unseen(&self) -> Option<(Reason, Place)> {
        let include = self.parts.unknown_include.as_ref();
        let is_config =
            |one: &&Unseen| matches!(one.what, SourceKind::Configuration(_) | SourceKind::Rendered(_));
        let unread = || {
            self.parts
                .unseen
                .iter()
                .find(is_config)
                .map(|one| (Reason::NotRead(one.what.clone()), one.place.clone()))
        };
        self.not_rendered()
            .or_else(unread)
            .or_else(|| include.map(|(place, reason)| (reason.clone(), place.clone())))
    }

    /// Why a part of the configuration that runs, or all of it, cannot be seen.
    pub fn config_doubt(&self) -> Option<Reason> {
        let unread = self.unseen(Part::Config).map(|one| Reason::NotRead(one.what.clone()));
        unread.or_else(|| self.config_unseen().map(|(reason, _)| reason))
    }

    /// Whether settings are also kept in the database, and where that is turned on.
    pub fn stored_in_database(&self) -> Option<Place> {
        let answer = self.setting("store_model_in_db");
        let on = match answer.value() {
            Some(Value::Bool(on)) => *on,
            Some(Value::Str(text)) => text.eq_ignore_ascii_case("true"),
            _ => false,
        };
        answer.place().filter(|_| on).cloned()
    }

    /// Why it cannot be seen whether settings are also kept in the database, if so.
    pub fn may_be_stored_in_database(&self) -> Option<Reason> {
        match self.setting("store_model_in_db").effective {
            Effective::Hidden { reason, .. } => Some(reason),
            _ => None,
        }
    }
}
