//! One installation as the transforms see it.

use std::rc::Rc;

use crate::document::{Kind, Node, Path, Reader, Value};

use crate::project::installation::answer::InForce;
use crate::project::installation::asked::Asked;
use crate::project::installation::parts::{Layer, Parts};
use crate::project::installation::unseen::{Covers, Part, Unseen, What};
use crate::project::platform::blocks;
use crate::project::repository::file::Files;
use crate::project::repository::kind::Flavor;
use crate::project::repository::place::{At, FileId, Place};
use crate::project::settings::LATE_VARIABLES;
use crate::project::settings::version::Running;

/// A view of one installation in one state of the files. It remembers its answers, so one view for many questions is best.
#[derive(Debug)]
pub struct Installation<'a> {
    /// All files of the project.
    pub files: &'a Files,
    /// The parts of this installation.
    pub parts: &'a Parts,
    pub(in crate::project) asked: Rc<Asked>,
}

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

/// What can be seen of a fact that decides a safety: a sign, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// What was seen, for humans: `DATABASE_URL`.
    pub what: String,
    /// Where.
    pub place: Place,
}

impl<'a> Installation<'a> {
    /// A view of the installation that these parts make up.
    pub fn new(files: &'a Files, parts: &'a Parts) -> Self {
        Self { files, parts, asked: Rc::default() }
    }

    /// The version that runs.
    pub fn running(&self) -> &'a Running {
        &self.parts.running
    }

    /// The mapping of the configuration in each layer and include that has one.
    pub fn configs(&self) -> impl Iterator<Item = (&'a Layer, Node<'a>)> {
        let (files, parts) = (self.files, self.parts);
        parts
            .layers
            .iter()
            .chain(&parts.includes)
            .filter_map(move |layer| Some((layer, files.node(layer.file, layer.doc, &layer.config)?)))
    }

    /// What each layer and include has under a key of a section by itself, the weakest first.
    pub fn in_layers(&self, section: &str, key: &str) -> Vec<(Value, Place)> {
        let entry = |(layer, config): (&'a Layer, Node<'a>)| {
            let value = config.get(section)?.resolve().get(key)?.resolve().value(self.reader());
            Some((value, Place::yaml(layer.file, layer.doc, layer.config.child(section).child(key))))
        };
        self.configs().filter_map(entry).collect()
    }

    /// What stands for a variable under `environment_variables:`, unless the release that runs does not apply it.
    pub fn late_variable(&self, name: &str) -> Option<(Value, Place)> {
        let found = self.in_layers("environment_variables", name).pop();
        found.filter(|_| self.running().maybe_since(LATE_VARIABLES))
    }

    /// Whether something that is not read changes the ServiceMonitor after it is rendered.
    pub fn monitor_is_patched(&self) -> bool {
        self.unseen(Part::ServiceMonitor).is_some()
    }

    /// Whether a master key stands under `environment_variables:` that nobody asks for: LiteLLM reads it only where there is something in
    /// `general_settings` (`ProxyConfig.load_config`; the random deployments of `tests/litellm/random.rs` found it).
    pub fn sleeping_master_key(&self) -> bool {
        let filled = |(_, config): (&'a Layer, Node<'a>)| {
            let section = config.get("general_settings").map(Node::resolve);
            section.is_some_and(|section| section.kind() == Kind::Mapping && !section.is_empty())
        };
        !self.configs().any(filled) && self.late_variable("LITELLM_MASTER_KEY").is_some()
    }

    /// Whether a place is in the configuration: in a layer or an included file.
    pub fn is_in_configuration(&self, place: &Place) -> bool {
        let inside = |layer: &Layer| Place::yaml(layer.file, layer.doc, layer.config.clone()).holds(place);
        self.parts.layers.iter().chain(&self.parts.includes).any(inside)
    }

    /// Whether compose runs the proxy with a configuration that it mounts.
    pub fn is_mounted_by_compose(&self) -> bool {
        self.parts.flavor == Flavor::Config && self.parts.on_compose() && !self.parts.in_pods()
    }

    /// The place of the configuration itself.
    pub fn config_place(&self) -> Place {
        let main = self.parts.main();
        if self.parts.flavor == Flavor::Process {
            return Place::yaml(main.file, main.doc, main.base.clone());
        }
        Place::yaml(main.file, main.doc, main.config.clone())
    }

    /// Why `proxy_config` of the values is not what runs, and where that stands.
    pub fn not_rendered(&self) -> Option<(String, Place)> {
        let main = self.parts.main();
        let backend = main.base.child("backend");
        if self.parts.flavor == Flavor::Backend
            && self.files.node(main.file, main.doc, &backend.child("config")).is_none()
        {
            let reason = "these values give the backend no configuration of its own".to_owned();
            return Some((reason, Place::yaml(main.file, main.doc, backend)));
        }
        let keys: &[&str] = match self.parts.flavor {
            Flavor::Monolith => &["proxyConfigMap", "create"],
            Flavor::Gateway => &["gateway", "config", "create"],
            Flavor::Backend => &["backend", "config", "create"],
            Flavor::Config | Flavor::ConfigMap | Flavor::Process | Flavor::OtherChart => return None,
        };
        self.values_in_force(keys).into_iter().find_map(|found| match found {
            InForce::Set { value: Value::Bool(false), place } => {
                let reason =
                    format!("`{}` is false, so the chart does not render `proxy_config`", keys.join("."));
                Some((reason, place))
            }
            _ => None,
        })
    }

    /// Why the configuration that runs cannot be seen as a whole, and where that stands.
    pub fn config_unseen(&self) -> Option<(String, Place)> {
        let include = self.parts.unknown_include.as_ref();
        let is_config = |one: &&Unseen| matches!(one.what, What::Configuration(_) | What::Rendered(_));
        let unread =
            || self.parts.unseen.iter().find(is_config).map(|one| (one.what.words(), one.place.clone()));
        self.not_rendered()
            .or_else(unread)
            .or_else(|| include.map(|(place, reason)| (reason.clone(), place.clone())))
    }

    /// The configuration that a process is given by name and that is not among the files read.
    pub fn unread_configuration(&self) -> Option<&str> {
        self.parts.unseen.iter().find_map(|one| match &one.what {
            What::Configuration(path) => path.as_deref(),
            _ => None,
        })
    }

    /// Why a part of the configuration that runs, or all of it, cannot be seen.
    pub fn config_doubt(&self) -> Option<String> {
        let unread = self.unseen(Part::Config).map(|one| one.what.words());
        unread.or_else(|| self.config_unseen().map(|(reason, _)| reason))
    }

    /// The model groups, in the order of their first entries.
    pub fn model_groups(&self) -> Vec<ModelGroup> {
        let mut order: Vec<ModelGroup> = Vec::new();
        let mut known = std::collections::HashMap::new();
        for entry in self.entries("model_list", "model_name") {
            let name = entry.name;
            if entry.value.get("model_name").is_none() {
                continue;
            }
            let index = *known.entry(name.clone()).or_insert_with(|| {
                order.push(ModelGroup { name, entries: 0, keys: std::collections::BTreeSet::new() });
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
    }

    fn chart_database(&self) -> Option<Sign> {
        let keys: &[&[&str]] = match self.parts.flavor {
            Flavor::Monolith => {
                &[&["db", "useExisting"], &["db", "deployStandalone"], &["db", "endpoint"], &["db", "url"]]
            }
            Flavor::Gateway | Flavor::Backend => &[&["database", "writer"]],
            Flavor::Config | Flavor::ConfigMap | Flavor::Process | Flavor::OtherChart => return None,
        };
        let written = keys.iter().find_map(|keys| {
            self.values_in_force(keys).into_iter().find_map(|found| match found {
                InForce::Set { value, place } if value != Value::Bool(false) && value != Value::Null => {
                    Some(Sign { what: keys.join("."), place })
                }
                _ => None,
            })
        });
        let main = self.parts.main();
        let off = self
            .values_in_force(&["db", "deployStandalone"])
            .into_iter()
            .any(|found| matches!(found, InForce::Set { value: Value::Bool(false), .. }));
        // litellm-helm deploys a PostgreSQL of its own unless it is told not to.
        let unseen = self.parts.unseen.iter().any(|one| match &one.covers {
            Covers::All => true,
            Covers::Parts(_) => false,
            Covers::Values(path) => {
                path.contains(&main.base.child("db")) || main.base.child("db").contains(path)
            }
        });
        let default = (self.parts.flavor == Flavor::Monolith && !off && !unseen).then(|| Sign {
            what: "the database that litellm-helm deploys by default".into(),
            place: Place::yaml(main.file, main.doc, main.base.clone()),
        });
        written.or(default)
    }

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

    fn keys_of(&self, layer: &Layer, config: Node<'a>, section: &str, keys: &[&str]) -> Option<Sign> {
        let node = config.get(section)?.resolve();
        keys.iter().find_map(|key| {
            let value = node.get(key)?;
            let off =
                value.is_null(Reader::PyYaml) || matches!(value.value(self.reader()), Value::Bool(false));
            let place = Place::yaml(layer.file, layer.doc, layer.config.child(section).child(*key));
            (!off).then(|| Sign { what: format!("{section}.{key}"), place })
        })
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
    pub fn may_be_stored_in_database(&self) -> Option<String> {
        match self.setting("store_model_in_db").in_force {
            InForce::Hidden { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// The null in the values of a chart that a value at this place would make a mapping of. Helm takes a null for the removal of what the
    /// chart has there: <https://helm.sh/docs/chart_template_guide/values_files/#deleting-a-default-key>.
    pub fn null_above(&self, place: &Place) -> Option<Place> {
        let At::Yaml { doc, path } = &place.at else { return None };
        let of_chart =
            |layer: &Layer| layer.file == place.file && layer.doc == *doc && layer.base.contains(path);
        let layer = self.parts.layers.iter().find(|layer| of_chart(layer))?;
        if self.reader() != Reader::Go {
            return None;
        }
        let depth = layer.base.steps().len();
        let steps = path.steps();
        (depth + 1..steps.len())
            .map(|end| Path(steps[..end].to_vec()))
            // The chart has nothing in these.
            .filter(|above| !matches!(above.last_key(), Some("envVars" | "extraEnvVars" | "extraEnv")))
            .find(|above| {
                self.files.node(place.file, *doc, above).is_some_and(|node| node.is_null(Reader::Go))
            })
            .map(|above| Place::yaml(place.file, *doc, above))
    }

    /// Whether fixes may write a file; the reason if not.
    pub fn may_write(&self, place: &Place) -> Result<(), String> {
        self.files.get(place.file).reach.refusal().map_or(Ok(()), Err)
    }

    /// A YAML list or a single text, as texts; `None` for anything else.
    pub fn texts(value: &Value) -> Option<Vec<String>> {
        match value {
            Value::Str(text) => Some(vec![text.clone()]),
            Value::Seq(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        }
    }

    /// The value at a place, as the reader of the installation takes it.
    pub fn value_at(&self, place: &Place) -> Option<Value> {
        match &place.at {
            At::Yaml { doc, path } => Some(self.files.node(place.file, *doc, path)?.value(self.reader())),
            At::Env(name) => match self.files.unit(place.file) {
                Some(unit) => unit.get(name)?.value.clone().map(Value::Str),
                None => Some(Value::Str(self.files.env(place.file)?.get(name)?.value.into_owned())),
            },
            At::Variable { doc, block, name } => {
                let text = blocks::text(self.files.yaml(place.file)?, *doc, &block.path, name)?;
                Some(Value::Str(text))
            }
            At::Argument { .. } | At::Line(_) => None,
        }
    }

    /// The keys of the mapping at a place, in order, without duplicates that are dead.
    pub fn keys_at(&self, place: &Place) -> Vec<String> {
        let At::Yaml { doc, path } = &place.at else { return Vec::new() };
        let Some(node) = self.files.node(place.file, *doc, path) else { return Vec::new() };
        let mut keys: Vec<String> = Vec::new();
        if node.kind() == Kind::Mapping {
            for (key, _) in node.entries() {
                let key = key.text().into_owned();
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        keys
    }

    /// How a file is shown to the user.
    pub fn shown(&self, file: FileId) -> &'a str {
        &self.files.get(file).shown
    }
}

/// Whether an address is that of SQLite, which keeps its data in a file: LiteLLM connects to none.
fn is_file(address: &str) -> bool {
    address.starts_with("sqlite") || address.starts_with("file:")
}
