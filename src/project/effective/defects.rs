//! What stops LiteLLM from loading a configuration, and what of it is lost without a word.
//!
//! Each was run with `ProxyConfig.load_config` of 1.80.15 and 1.106.2.

use crate::document::{Kind, Node, Path, Step, Value};

use crate::project::effective::unfilled::Unfilled;
use crate::project::installation::answer::reason::Reason;
use crate::project::installation::parts::Layer;
use crate::project::installation::view::Installation;
use crate::project::platform::compose_values::Takes;
use crate::project::repository::place::Place;

/// One thing that is wrong with a configuration as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Defect {
    /// A section that is no mapping: its name, and whether that stops the load.
    NoMapping(&'static str, bool),
    /// `model_list` is no list.
    NoList,
    /// `include:` is no list of files.
    IncludeNoList,
    /// An included file that is not there: why.
    IncludeMissing(Reason),
    /// An entry of `model_list` lacks what each needs: the name of its group, and what it lacks.
    EntryLacks(String, &'static str),
    /// A section that a later one of the same name replaces: the name, and the keys that are lost.
    Erased(&'static str, Vec<String>),
    /// A section that an included file replaces: the name, where that file has it, and the keys that are lost.
    Replaced(&'static str, Place, Vec<String>),
    /// A reference as an item of a list, which is taken literally: the name of the list.
    Literal(String),
    /// A reference to a variable that only stands under `environment_variables:`, there.
    Late(String, Place),
    /// A reference to a variable that nothing gives to the process, which is seen as a whole.
    Lacking(String),
    /// A text such as `${NAME}`, which nothing fills in.
    Unfilled(Unfilled),
    /// A variable under `environment_variables:` that LiteLLM reads before those are applied, and that nothing else gives.
    TooLate(&'static str),
    /// The file holds several documents: how many.
    Documents(usize),
    /// A tab where PyYAML wants a blank.
    Tab,
    /// A tag that PyYAML's safe loader does not know.
    Tag(String),
    /// A key of a compose file that stands twice in one mapping.
    Repeated {
        /// The key.
        key: String,
        /// The lines that have it, counted from 1.
        lines: Vec<usize>,
    },
    /// A value in a compose file which compose does not take there: what it takes, and the value.
    NotTaken(Takes, Value),
}

const MAPPINGS: [&str; 4] =
    ["general_settings", "litellm_settings", "router_settings", "environment_variables"];
/// Read by the command line, before the configuration is loaded.
const EARLY: [&str; 2] = ["DATABASE_URL", "DIRECT_URL"];

impl<'a> Installation<'a> {
    /// The defects of the configuration, each with its place.
    pub fn defects(&self) -> Vec<(Place, Defect)> {
        let mut found = Vec::new();
        if self.not_rendered().is_some() {
            return found;
        }
        found.extend(self.refused());
        found.extend(
            self.parts.unknown_include.clone().map(|(place, reason)| (place, Defect::IncludeMissing(reason))),
        );
        for (layer, config) in self.configs().filter(|(_, config)| config.kind() == Kind::Mapping) {
            let at = |path: Path| Place::yaml(layer.file, layer.doc, layer.config.join(&path));
            for name in MAPPINGS {
                let Some(node) = config.get(name).map(Node::resolve) else { continue };
                if let Some(stops) = self.no_mapping(name, node) {
                    found.push((at(Path::keys([name])), Defect::NoMapping(name, stops)));
                }
            }
            let include = config.get("include").map(Node::resolve);
            if include.is_some_and(|node| node.kind() != Kind::Sequence && !self.is_open(node)) {
                found.push((at(Path::keys(["include"])), Defect::IncludeNoList));
            }
            self.entries_without(layer, config, &mut found);
            let mut twice = Vec::new();
            self.erased(layer, config, &mut twice);
            self.replaced(layer, config, &mut twice);
            // In a template each of the two may stand where the other does not.
            twice.retain(|(place, _)| self.condition(place).is_none());
            found.append(&mut twice);
            self.references(layer, config, &mut found);
        }
        found
    }

    /// Whether a value may be anything once it is rendered, or is nothing.
    fn is_open(&self, node: Node<'_>) -> bool {
        node.is_null(self.reader()) || node.source().contains("{{")
    }

    /// Whether a section that is no mapping stops the load; `None` where nothing is wrong.
    fn no_mapping(&self, name: &str, node: Node<'_>) -> Option<bool> {
        let empty = node.kind() == Kind::Sequence && node.is_empty();
        if node.kind() == Kind::Mapping || empty || self.is_open(node) {
            return None;
        }
        // The router's settings are looked at only if they are a mapping.
        Some(name != "router_settings")
    }

    fn entries_without(&self, layer: &Layer, config: Node<'a>, out: &mut Vec<(Place, Defect)>) {
        let Some(list) = config.get("model_list").map(Node::resolve) else { return };
        let path = layer.config.child("model_list");
        let at = |path: Path| Place::yaml(layer.file, layer.doc, path);
        if list.kind() != Kind::Sequence {
            let empty = list.kind() == Kind::Mapping && list.is_empty();
            if !(self.is_open(list) || empty) {
                out.push((at(path), Defect::NoList));
            }
            return;
        }
        for (index, item) in list.items().enumerate() {
            let item = item.resolve();
            if item.kind() != Kind::Mapping || item.get("<<").is_some() || item.source().contains("{{") {
                continue;
            }
            let name = item.get("model_name").map(|name| name.resolve().text().into_owned());
            let params = item.get("litellm_params").map(Node::resolve);
            let lacks = match params {
                _ if name.is_none() => "model_name",
                None => "litellm_params",
                Some(params) if params.kind() != Kind::Mapping => "litellm_params",
                Some(params) if params.get("model").is_none() && params.get("<<").is_none() => {
                    "litellm_params.model"
                }
                Some(_) => continue,
            };
            out.push((at(path.child(index)), Defect::EntryLacks(name.unwrap_or_default(), lacks)));
        }
    }

    /// Sections that stand twice: PyYAML lets the last one win. (Helm and Kubernetes refuse such files, or do likewise.)
    fn erased(&self, layer: &Layer, config: Node<'a>, out: &mut Vec<(Place, Defect)>) {
        for name in MAPPINGS {
            let Some(last) = config.get(name) else { continue };
            let dead =
                config.entries().filter(|(key, node)| *key.text() == *name && node.span() != last.span());
            let lost: Vec<String> = dead.flat_map(|(_, node)| lost(node, last)).collect();
            if !lost.is_empty() {
                let place = Place::yaml(layer.file, layer.doc, layer.config.child(name));
                out.push((place, Defect::Erased(name, lost)));
            }
        }
    }

    fn replaced(&self, layer: &Layer, config: Node<'a>, out: &mut Vec<(Place, Defect)>) {
        for name in MAPPINGS {
            let Some(own) = config.get(name).filter(|_| !self.parts.includes.is_empty()) else { continue };
            let definer = self.definer(name);
            if definer.file == layer.file {
                continue;
            }
            let Some(wins) = self.section(definer, name) else { continue };
            let lost = lost(own, wins);
            if !lost.is_empty() {
                let by = Place::yaml(definer.file, definer.doc, definer.config.child(name));
                let place = Place::yaml(layer.file, layer.doc, layer.config.child(name));
                out.push((place, Defect::Replaced(name, by, lost)));
            }
        }
    }

    fn references(&self, layer: &Layer, config: Node<'a>, out: &mut Vec<(Place, Defect)>) {
        let late = config.get("environment_variables").map(Node::resolve);
        for (key, node) in config.entries() {
            let key = key.text();
            if key != "environment_variables" && key != "include" {
                let path = layer.config.child(&*key);
                self.references_below(layer, node, &path, &key, late, out);
            }
        }
        for name in EARLY {
            let given = late.and_then(|late| late.get(name)).filter(|node| !self.is_open(*node));
            if given.is_some() && self.variables(name).is_empty() {
                let path = layer.config.join(&Path::keys(["environment_variables", name]));
                out.push((Place::yaml(layer.file, layer.doc, path), Defect::TooLate(name)));
            }
        }
    }

    fn references_below(
        &self,
        layer: &Layer,
        node: Node<'a>,
        path: &Path,
        key: &str,
        late: Option<Node<'a>>,
        out: &mut Vec<(Place, Defect)>,
    ) {
        let place = || Place::yaml(layer.file, layer.doc, path.clone());
        match node.kind() {
            Kind::Mapping => {
                for (name, value) in node.entries() {
                    let name = name.text();
                    self.references_below(layer, value, &path.child(&*name), &name, late, out);
                }
            }
            Kind::Sequence => {
                for (index, item) in node.items().enumerate() {
                    let path = path.child(index);
                    if item.kind() != Kind::Scalar {
                        self.references_below(layer, item, &path, key, late, out);
                    } else if item.text().starts_with("os.environ/") && !resolves_items(layer, &path) {
                        let place = Place::yaml(layer.file, layer.doc, path);
                        out.push((place, Defect::Literal(key.to_owned())));
                    }
                }
            }
            Kind::Scalar => {
                let text = node.text();
                let defect = match text.strip_prefix("os.environ/") {
                    Some(name) => self.unresolved(layer, path, key, name, late),
                    None => self.unfilled(layer, path, &text).map(Defect::Unfilled),
                };
                out.extend(defect.map(|defect| (place(), defect)));
            }
            Kind::Alias => {}
        }
    }

    /// What is wrong with a reference that is the value of a key.
    fn unresolved(
        &self,
        layer: &Layer,
        path: &Path,
        key: &str,
        name: &str,
        late: Option<Node<'a>>,
    ) -> Option<Defect> {
        // The master key is told of by its own transform.
        if key == "master_key" || !self.variables(name).is_empty() || !self.environment_is_whole() {
            return None;
        }
        if late.and_then(|late| late.get(name)).is_none() {
            return self.is_lacking_here(layer, path, name).then(|| Defect::Lacking(name.to_owned()));
        }
        let late = layer.config.join(&Path::keys(["environment_variables", name]));
        let late = Place::yaml(layer.file, layer.doc, late);
        (!EARLY.contains(&name)).then(|| Defect::Late(name.to_owned(), late))
    }
}

/// Whether LiteLLM resolves the references among the items of a list itself: it does for the webhooks of alerts
/// (`process_slack_alerting_variables`), and what reads the servers, guardrails and headers of the other sections is not known to leave them.
fn resolves_items(layer: &Layer, path: &Path) -> bool {
    let config = layer.config.steps().len();
    let own: Vec<&str> = path
        .steps()
        .iter()
        .skip(config)
        .take(2)
        .filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None })
        .collect();
    match own.as_slice() {
        ["general_settings", key] => matches!(*key, "alert_to_webhook_url" | "pass_through_endpoints"),
        ["litellm_settings" | "router_settings", ..] => false,
        _ => true,
    }
}

/// The keys of a section that the one which counts lacks.
fn lost(dead: Node<'_>, counts: Node<'_>) -> Vec<String> {
    let keys = dead.resolve().entries().map(|(key, _)| key.text().into_owned());
    keys.filter(|key| counts.resolve().get(key).is_none()).collect()
}
