//! Where a setting stands without effect.

use crate::document::{Kind, Node, Path, Value};

use crate::project::installation::answer::why::Why;
use crate::project::installation::answer::{Effective, Ineffective};
use crate::project::installation::parts::Layer;
use crate::project::installation::view::Installation;
use crate::project::installation::view::present::Present;
use crate::project::repository::place::Place;
use crate::project::settings::spelling::is_misspelt;
use crate::project::settings::{self, Home, SECTIONS, Setting};

impl<'a> Installation<'a> {
    pub(in crate::project) fn ineffective(&self, setting: &'static Setting) -> Vec<Ineffective> {
        let mut ineffective = Vec::new();
        let layers: Vec<&Layer> = self.parts.layers.iter().chain(&self.parts.includes).collect();
        let names: Vec<(&str, &str)> = setting
            .homes
            .iter()
            .filter_map(|home| match home {
                Home::Config(section, key) => Some((*section, *key)),
                Home::Env(name) => Some(("", *name)),
                _ => None,
            })
            .collect();
        for (layer, present) in layers.into_iter().zip(self.present()) {
            for &(section, key) in &names {
                match key.rsplit_once('.') {
                    None if !may_tell(present, setting, section, key) => {}
                    None => self.scan_layer(layer, setting, section, key, &mut ineffective),
                    Some((parents, key)) => {
                        let parent = Path::root().child(section).join(&Path::keys(parents.split('.')));
                        self.scan_below(layer, setting, &parent, key, &mut ineffective);
                    }
                }
            }
        }
        self.decoys(setting, &mut ineffective);
        self.replaced_arguments(setting, &mut ineffective);
        if names.iter().all(|(section, _)| section.is_empty()) {
            self.keys_of_the_process(setting, &mut ineffective);
        }
        self.commented_keys(&names, &mut ineffective);
        self.ignored_variables(setting, &mut ineffective);
        ineffective.dedup();
        ineffective
    }

    /// Values that the chart turns into an argument, where `args` replaces all arguments.
    fn replaced_arguments(&self, setting: &Setting, out: &mut Vec<Ineffective>) {
        for home in setting.homes {
            let Home::ChartArgument(of, keys) = home else { continue };
            if !self.parts.reads(*of) || !self.replaces_arguments() {
                continue;
            }
            for found in self.effective_values(keys) {
                if let Effective::Set { value, place } = found
                    && value != Value::Null
                {
                    out.push(Ineffective { place, why: Why::ArgumentsReplaced, value });
                }
            }
        }
    }

    /// A setting that only the process takes, by a variable or the command line, written as a key of the configuration.
    fn keys_of_the_process(&self, setting: &'static Setting, out: &mut Vec<Ineffective>) {
        let option = |home: &Home| matches!(home, Home::Option(_) | Home::Flag(_));
        if setting.homes.iter().any(option) {
            let layers = self.parts.layers.iter().chain(&self.parts.includes).zip(self.present());
            for (layer, _) in layers.filter(|(_, present)| present.may_have(setting.name)) {
                self.scan_layer(layer, setting, "", setting.name, out);
            }
        }
    }

    /// Keys that are meant for the setting, under another name and at another place.
    fn decoys(&self, setting: &Setting, out: &mut Vec<Ineffective>) {
        for layer in self.parts.layers.iter().chain(&self.parts.includes) {
            for (section, key) in setting.decoys {
                let Some(node) = self.section(layer, section).and_then(|section| section.get(key)) else {
                    continue;
                };
                let place = Place::yaml(layer.file, layer.doc, layer.config.child(*section).child(*key));
                let value = node.value(self.reader());
                out.push(Ineffective { place, why: Why::Misspelt((*key).to_owned()), value });
            }
        }
    }

    /// Where a key stands that no release reads: at the top level and in the sections. Of duplicates, the last.
    pub fn standing(&self, key: &str) -> Vec<Place> {
        let mut places = Vec::new();
        for (layer, config) in self.configs() {
            let mut note = |parent: Path, mapping: Node<'_>| {
                if mapping.kind() == Kind::Mapping && mapping.get(key).is_some() {
                    places.push(Place::yaml(layer.file, layer.doc, parent.child(key)));
                }
            };
            note(layer.config.clone(), config);
            for section in SECTIONS {
                if let Some(mapping) = config.get(section) {
                    note(layer.config.child(section), mapping);
                }
            }
        }
        places
    }

    /// Misspelt names in the mapping at a path below the configuration.
    fn scan_below(
        &self,
        layer: &Layer,
        setting: &Setting,
        parent: &Path,
        key: &str,
        out: &mut Vec<Ineffective>,
    ) {
        let path = layer.config.join(parent);
        let Some(mapping) = self.files.node(layer.file, layer.doc, &path) else { return };
        if mapping.kind() != Kind::Mapping || mapping.get(key).is_some() {
            return;
        }
        // Another cache than plain Redis has parameters of its own: `redis-semantic` reads `redis_url`.
        let kind = mapping.get("type").map(|kind| kind.resolve().text());
        if parent.last_key() == Some("cache_params") && kind.is_some_and(|kind| kind != "redis") {
            return;
        }
        for (entry, value) in mapping.entries() {
            let entry = entry.text();
            if setting.misnomers.contains(&&*entry) {
                let place = Place::yaml(layer.file, layer.doc, path.child(&*entry));
                out.push(Ineffective {
                    place,
                    why: Why::Misspelt(entry.into_owned()),
                    value: value.value(self.reader()),
                });
            }
        }
    }

    fn scan_layer(
        &self,
        layer: &Layer,
        setting: &Setting,
        home: &str,
        key: &str,
        out: &mut Vec<Ineffective>,
    ) {
        let Some(config) = self.files.node(layer.file, layer.doc, &layer.config) else { return };
        let at = |path: Path| Place::yaml(layer.file, layer.doc, path);
        let mut note = |place: Place, why: Why, node: Node<'_>| {
            out.push(Ineffective { place, why, value: node.value(self.reader()) });
        };
        if let Some(node) = config.get(key) {
            note(at(layer.config.child(key)), Why::WrongSection("the top level".into()), node);
        }
        let replaced = !self.parts.includes.is_empty()
            && self.definer(home).file != layer.file
            && self
                .parts
                .includes
                .iter()
                .any(|other| other.file != layer.file && self.section(other, home).is_some());
        for (name, section) in config.entries() {
            let name = name.text();
            if !SECTIONS.contains(&&*name) || section.kind() != Kind::Mapping || *name == *"model_list" {
                continue;
            }
            let path = layer.config.child(&*name);
            let live = match replaced && name == home {
                true => self.section(self.definer(home), home),
                false => config.get(&name),
            };
            let dead = live.is_none_or(|live| live.span() != section.span() || replaced && name == home);
            let lost = dead && live.is_none_or(|live| live.resolve().get(key).is_none());
            for (entry, value) in section.entries() {
                let key_node = entry;
                let entry = entry.text();
                let below = || at(path.child(&*entry));
                // A path leads to the last of equal keys: one before it is only a line. Asked only where it is needed: for every setting
                // every key that stands there is looked at.
                let standing = || match config.get(&name).and_then(|last| last.get(&entry)) {
                    Some(last) if last.span() != value.span() => {
                        Place::line(layer.file, key_node.position().0)
                    }
                    _ => below(),
                };
                if SECTIONS.contains(&&*entry) && value.kind() == Kind::Mapping {
                    // What has no section of that name elsewhere is told of as a whole.
                    if entry != name && !value.is_empty() && !self.has_section(&entry) {
                        continue;
                    }
                    if let Some(node) =
                        value.get(key).filter(|_| *entry == *home || !settings::reads(&entry, key))
                    {
                        note(below().child(key), Why::WrongSection(format!("{name}.{entry}")), node);
                    }
                } else if entry == key {
                    let dead = dead || section.get(key).is_none_or(|last| last.span() != value.span());
                    if let Some(why) = why_ignored(setting, &name, key, dead) {
                        let whole = lost && why == Why::DeadDuplicate;
                        note(standing(), if whole { Why::DeadSection } else { why }, value);
                    }
                } else if !dead && *name == *home && is_misspelt(&entry, key, setting.misnomers, home) {
                    note(below(), Why::Misspelt(entry.clone().into_owned()), value);
                }
            }
        }
    }

    /// The layer whose section LiteLLM finally uses.
    pub fn definer(&self, section: &str) -> &'a Layer {
        self.stacks(section)[0].first().copied().unwrap_or(self.parts.main())
    }

    fn commented_keys(&self, names: &[(&str, &str)], out: &mut Vec<Ineffective>) {
        let of = |layer: &Layer| {
            let inside = layer.config.split_inside().map(|(outer, _)| outer);
            (layer.file, (layer.doc, inside))
        };
        let mut texts: Vec<_> = self.parts.layers.iter().chain(&self.parts.includes).map(of).collect();
        texts.dedup();
        for (file, text) in texts {
            let Some(yaml) = self.files.yaml(file) else { continue };
            for line in self.files.told(file).commented(yaml, &text, names.iter().map(|(_, key)| *key)) {
                let place = Place::line(file, line);
                out.push(Ineffective { place, why: Why::CommentedOut, value: Value::Null });
            }
        }
    }
}

/// Whether a key of a home, or what may be meant for it, stands anywhere.
fn may_tell(present: &Present, setting: &Setting, home: &str, key: &str) -> bool {
    present.may_have(key)
        || present.keys(home).any(|written| is_misspelt(written, key, setting.misnomers, home))
}

fn why_ignored(setting: &Setting, section: &str, key: &str, dead: bool) -> Option<Why> {
    let read_here = setting.homes.iter().any(|home| match home {
        Home::Config(own, name) => (*own, *name) == (section, key),
        Home::LateEnv(name) => section == "environment_variables" && *name == key,
        _ => false,
    });
    if read_here {
        return dead.then_some(Why::DeadDuplicate);
    }
    if section == "environment_variables" {
        let env = setting.env_homes().any(|name| name == key);
        return env.then_some(Why::TooLate);
    }
    (!settings::reads(section, key)).then(|| Why::WrongSection(section.to_owned()))
}
