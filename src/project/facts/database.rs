//! The database: what shows that there is one.

use crate::document::{Node, Path, Reader, Value};

use crate::project::installation::answer::Effective;
use crate::project::installation::parts::Layer;
use crate::project::installation::unseen::Covers;
use crate::project::installation::view::{Installation, Sign};
use crate::project::repository::place::Place;

impl<'a> Installation<'a> {
    /// The first sign of a database.
    pub fn database(&self) -> Option<Sign> {
        let in_config = self.configs().find_map(|(layer, config)| {
            let keys = ["database_url", "store_model_in_db", "database_connection_pool_limit"];
            let connects = !self.names_no_database(layer, config);
            connects.then(|| self.keys_of(layer, config, "general_settings", &keys)).flatten()
        });
        in_config
            .or_else(|| self.variable_sign(&["DATABASE_URL", "DATABASE_HOST", "DIRECT_URL"]))
            .or_else(|| self.chart_database())
            .or_else(|| self.release()?.chart_database())
    }

    fn chart_database(&self) -> Option<Sign> {
        let chart = self.parts.chart()?;
        let written = chart.database.iter().find_map(|keys| {
            self.effective_values(keys).into_iter().find_map(|found| match found {
                Effective::Set { value, place } if value != Value::Bool(false) && value != Value::Null => {
                    Some(Sign { what: keys.join("."), place })
                }
                _ => None,
            })
        });
        let main = self.parts.main();
        let off = |found| matches!(found, Effective::Set { value: Value::Bool(false), .. });
        let deploys =
            !chart.own_database.is_empty() && !self.effective_values(chart.own_database).into_iter().any(off);
        let unseen = self.parts.unseen.iter().any(|one| match &one.covers {
            Covers::All => true,
            Covers::Parts(_) | Covers::Aspects(_) => false,
            Covers::Values(path) => {
                path.contains(&main.base.child("db")) || main.base.child("db").contains(path)
            }
        });
        let default = (deploys && !unseen).then(|| Sign {
            what: "the database that litellm-helm deploys by default".into(),
            place: Place::yaml(main.file, main.doc, main.base.clone()),
        });
        written.or(default)
    }

    /// Where the address of the database is a file, if nothing shows another database: LiteLLM connects to none then, and stores nothing.
    pub fn file_as_database(&self) -> Option<Place> {
        let given = self.variables("DATABASE_URL").into_iter().next()?;
        let file = given.text.as_deref().is_some_and(is_file) && self.database().is_none();
        file.then_some(given.place)
    }

    fn variable_sign(&self, names: &[&str]) -> Option<Sign> {
        names.iter().find_map(|name| {
            let given = self.variables(name).into_iter().next()?;
            let off = given.text.as_deref().is_some_and(|text| text.is_empty() || is_file(text));
            (!off).then(|| Sign { what: (*name).to_owned(), place: given.place })
        })
    }

    /// Whether what stands as the address of the database is none: a text that nothing fills in, or a file.
    fn names_no_database(&self, layer: &Layer, config: Node<'a>) -> bool {
        let keys = ["general_settings", "database_url"];
        let url = keys.iter().try_fold(config, |node, key| node.resolve().get(key));
        url.is_some_and(|url| {
            let text = url.resolve().text();
            is_file(&text) || self.unfilled(layer, &layer.config.join(&Path::keys(keys)), &text).is_some()
        })
    }

    pub(super) fn keys_of(
        &self,
        layer: &Layer,
        config: Node<'a>,
        section: &str,
        keys: &[&str],
    ) -> Option<Sign> {
        let node = config.get(section)?.resolve();
        keys.iter().find_map(|key| {
            let value = node.get(key)?;
            let off =
                value.is_null(Reader::PyYaml) || matches!(value.value(self.reader()), Value::Bool(false));
            let place = Place::yaml(layer.file, layer.doc, layer.config.child(section).child(*key));
            (!off).then(|| Sign { what: format!("{section}.{key}"), place })
        })
    }
}

/// Whether an address is that of SQLite, which keeps its data in a file: LiteLLM connects to none.
fn is_file(address: &str) -> bool {
    address.starts_with("sqlite") || address.starts_with("file:")
}
