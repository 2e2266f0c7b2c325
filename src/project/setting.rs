//! The one question about settings: what is in force, what is ignored, and where a fix would write.

use strsim::damerau_levenshtein;

use crate::document::{Kind, Node, Path, Reader, Value};

use super::installation::Installation;
use super::parts::{Flavor, Layer};
use super::place::{FileId, Place};
use super::settings::{self, Home, SECTIONS, Setting};

/// Everything that is known about one setting in one installation.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The row of the table.
    pub setting: &'static Setting,
    /// What LiteLLM goes by.
    pub in_force: InForce,
    /// Where it also stands, without effect.
    pub ignored: Vec<Ignored>,
    /// Where a fix may write it, the best place first; empty if nowhere.
    pub homes: Vec<Place>,
    /// Why it cannot be written, or not with one value, if so: for the reader of an advice.
    pub blocked: Option<String>,
    /// Whether all of this rests on explicit references only.
    pub certain: bool,
}

/// What LiteLLM goes by.
#[derive(Clone, Debug, PartialEq)]
pub enum InForce {
    /// The default.
    Unset,
    /// This value, from this place.
    Set {
        /// The value as its reader takes it; of a variable always a text.
        value: Value,
        /// Where it stands.
        place: Place,
    },
    /// Something that cannot be seen from the files.
    Hidden {
        /// Why not, as a clause: `it is the reference os.environ/X`.
        reason: String,
        /// Where it stands.
        place: Place,
    },
}

/// A place where the setting stands without effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Ignored {
    /// Where.
    pub place: Place,
    /// Why LiteLLM ignores it there.
    pub why: Why,
    /// The value there; [`Value::Null`] for comments.
    pub value: Value,
}

/// Why LiteLLM ignores a setting at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It stands in this section, where nothing reads it.
    WrongSection(String),
    /// It is written like this, a name that nothing reads.
    Misspelt(String),
    /// The place is read too late or not at all: how.
    NoEffect(String),
    /// A later key of the same name, or an included file, replaces it.
    DeadDuplicate,
    /// It is a comment.
    CommentedOut,
}

impl Answer {
    /// The value in force, if it can be seen.
    pub fn value(&self) -> Option<&Value> {
        match &self.in_force {
            InForce::Set { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The place of the value in force, or of what hides it.
    pub fn place(&self) -> Option<&Place> {
        match &self.in_force {
            InForce::Set { place, .. } | InForce::Hidden { place, .. } => Some(place),
            InForce::Unset => None,
        }
    }

    /// Whether nothing sets it.
    pub fn is_unset(&self) -> bool {
        self.in_force == InForce::Unset
    }

    /// The places where it is only a comment.
    pub fn commented_out(&self) -> impl Iterator<Item = &Place> {
        self.ignored.iter().filter(|ignored| ignored.why == Why::CommentedOut).map(|ignored| &ignored.place)
    }
}

impl<'a> Installation<'a> {
    /// What is known about the setting of this name.
    ///
    /// A name that the table lacks is an error of the caller; the answer is then that nothing sets it and it has no home.
    pub fn setting(&self, name: &str) -> Answer {
        let setting = settings::find(name).unwrap_or(&settings::UNKNOWN);
        let mut answer = Answer {
            setting,
            in_force: InForce::Unset,
            ignored: Vec::new(),
            homes: Vec::new(),
            blocked: None,
            certain: self.parts.env_files.iter().all(|env| env.certain),
        };
        for home in setting.homes {
            let (found, places, blocked) = match home {
                Home::Config(section, key) => self.config_home(section, key),
                Home::Env(name) => self.env_home(name),
                Home::LateEnv(name) => self.config_home("environment_variables", name),
                Home::Flag(flag) => (self.flag(flag), Vec::new(), None),
                Home::Values(flavor, keys) if *flavor == self.parts.flavor => self.values_home(keys),
                Home::Values(..) => (InForce::Unset, Vec::new(), None),
            };
            if answer.is_unset() && !matches!(found, InForce::Unset) {
                answer.homes = match &found {
                    InForce::Set { place, .. } if !places.is_empty() => vec![place.clone()],
                    _ => Vec::new(),
                };
                answer.in_force = found;
                answer.blocked = blocked;
            } else if answer.is_unset() {
                answer.homes.extend(places);
                answer.blocked = answer.blocked.or(blocked);
            }
        }
        if answer.is_unset() && !answer.homes.is_empty() {
            // One home that can be written is enough; the others need no excuse.
            answer.blocked = None;
        }
        answer.ignored = self.ignored(setting);
        answer
    }

    fn config_home(&self, section: &str, key: &str) -> (InForce, Vec<Place>, Option<String>) {
        if let Some((reason, place)) = self.not_rendered() {
            return (InForce::Hidden { reason: reason.clone(), place }, Vec::new(), Some(reason));
        }
        if let Some((place, reason)) = &self.parts.unknown_include {
            let hidden = InForce::Hidden { reason: reason.clone(), place: place.clone() };
            return (hidden, Vec::new(), Some(reason.clone()));
        }
        let stacks = self.stacks(section);
        let found: Vec<InForce> = stacks.iter().map(|stack| self.look_up(stack, section, key)).collect();
        let home = stacks[0]
            .last()
            .map(|base| Place::yaml(base.file, base.doc, base.config.child(section).child(key)));
        self.agree(found, home)
    }

    /// One answer from those of all layers: they must agree, or a fix has no single place.
    fn agree(&self, mut found: Vec<InForce>, home: Option<Place>) -> (InForce, Vec<Place>, Option<String>) {
        let first = found.swap_remove(0);
        if found.iter().all(|other| *other == first) {
            return (first, home.into_iter().collect(), None);
        }
        found.push(first);
        let set = found.iter().find(|one| !matches!(one, InForce::Unset)).cloned().unwrap_or(InForce::Unset);
        let reason =
            "the layers differ: some values files set it and others do not, or to another value".to_owned();
        (set, Vec::new(), Some(reason))
    }

    /// The layers that make up each result which is deployed, the strongest first.
    fn stacks(&self, section: &str) -> Vec<Vec<&'a Layer>> {
        let parts = self.parts;
        if let Some(included) =
            parts.includes.iter().rev().find(|layer| self.section(layer, section).is_some())
        {
            return vec![vec![included]];
        }
        match parts.layers.as_slice() {
            [base] => vec![vec![base]],
            [base, overlays @ ..] => overlays.iter().map(|overlay| vec![overlay, base]).collect(),
            [] => Vec::new(),
        }
    }

    /// The node of a section of one layer.
    pub fn section(&self, layer: &Layer, section: &str) -> Option<Node<'a>> {
        self.files.node(layer.file, layer.doc, &layer.config)?.get(section)
    }

    fn look_up(&self, stack: &[&Layer], section: &str, key: &str) -> InForce {
        for layer in stack {
            let Some(config) = self.files.node(layer.file, layer.doc, &layer.config) else { continue };
            let at = Place::yaml(layer.file, layer.doc, layer.config.child(section));
            if let Some(found) = look_up_entry(config, section, self.reader(), true) {
                match found {
                    Entry::Null => continue,
                    Entry::Hidden(reason) => return InForce::Hidden { reason, place: at },
                    Entry::Value(node) if node.kind() == Kind::Mapping => {
                        let place = at.child(key);
                        match look_up_entry(node, key, self.reader(), false) {
                            Some(Entry::Value(value)) => {
                                return InForce::Set { value: value.value(self.reader()), place };
                            }
                            Some(Entry::Null) => return InForce::Set { value: Value::Null, place },
                            Some(Entry::Hidden(reason)) => return InForce::Hidden { reason, place },
                            None => {}
                        }
                    }
                    Entry::Value(_) => {
                        let reason =
                            format!("`{section}` is not a mapping there, which LiteLLM does not load");
                        return InForce::Hidden { reason, place: at };
                    }
                }
            }
        }
        InForce::Unset
    }

    /// Who reads the values of this installation.
    pub fn reader(&self) -> Reader {
        match self.parts.flavor {
            Flavor::Config | Flavor::ConfigMap => Reader::PyYaml,
            Flavor::Monolith | Flavor::Gateway | Flavor::Backend => Reader::Go,
        }
    }

    fn values_home(&self, keys: &[&str]) -> (InForce, Vec<Place>, Option<String>) {
        let found = self.values_in_force(keys);
        // Older charts do not know these keys, so they are written only where they stand already.
        let homes = found.iter().find_map(|one| match one {
            InForce::Set { place, .. } => Some(place.clone()),
            _ => None,
        });
        self.agree(found, homes)
    }

    /// What each deployed result has at a path of the values.
    pub(super) fn values_in_force(&self, keys: &[&str]) -> Vec<InForce> {
        let stacks = self.stacks("");
        stacks
            .iter()
            .map(|stack| {
                stack.iter().find_map(|layer| self.values_entry(layer, keys)).unwrap_or(InForce::Unset)
            })
            .collect()
    }

    fn values_entry(&self, layer: &Layer, keys: &[&str]) -> Option<InForce> {
        let (key, parents) = keys.split_last()?;
        let parent = layer.base.join(&Path::keys(parents.iter().copied()));
        let node = self.files.node(layer.file, layer.doc, &parent)?;
        let place = Place::yaml(layer.file, layer.doc, parent.child(*key));
        match look_up_entry(node, key, Reader::Go, false)? {
            Entry::Value(value) => Some(InForce::Set { value: value.value(Reader::Go), place }),
            Entry::Null => Some(InForce::Set { value: Value::Null, place }),
            Entry::Hidden(reason) => Some(InForce::Hidden { reason, place }),
        }
    }

    fn ignored(&self, setting: &'static Setting) -> Vec<Ignored> {
        let mut ignored = Vec::new();
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
        for layer in layers {
            for &(section, key) in &names {
                self.scan_layer(layer, setting, section, key, &mut ignored);
            }
        }
        self.commented_keys(&names, &mut ignored);
        self.ignored_variables(setting, &mut ignored);
        ignored.dedup();
        ignored
    }

    fn scan_layer(&self, layer: &Layer, setting: &Setting, home: &str, key: &str, out: &mut Vec<Ignored>) {
        let Some(config) = self.files.node(layer.file, layer.doc, &layer.config) else { return };
        let at = |path: Path| Place::yaml(layer.file, layer.doc, path);
        let mut note = |path: Path, why: Why, node: Node<'_>| {
            out.push(Ignored { place: at(path), why, value: node.value(self.reader()) });
        };
        if let Some(node) = config.get(key) {
            note(layer.config.child(key), Why::WrongSection("the top level".into()), node);
        }
        let replaced = self.parts.includes.iter().any(|other| {
            other.file != layer.file
                && self.section(other, home).is_some()
                && self.definer(home).file != layer.file
        });
        for (name, section) in config.entries() {
            let name = name.text();
            if !SECTIONS.contains(&&*name) || section.kind() != Kind::Mapping || *name == *"model_list" {
                continue;
            }
            let path = layer.config.child(&*name);
            let dead = config.get(&name).is_none_or(|last| last.span() != section.span())
                || (replaced && name == home);
            for (entry, value) in section.entries() {
                let entry = entry.text();
                let below = path.child(&*entry);
                if SECTIONS.contains(&&*entry) && value.kind() == Kind::Mapping {
                    if let Some(node) =
                        value.get(key).filter(|_| *entry == *home || !settings::reads(&entry, key))
                    {
                        note(below.child(key), Why::WrongSection(format!("{name}.{entry}")), node);
                    }
                } else if entry == key {
                    let dead = dead || section.get(key).is_none_or(|last| last.span() != value.span());
                    if let Some(why) = why_ignored(setting, &name, key, dead) {
                        note(below, why, value);
                    }
                } else if !dead && *name == *home && is_misspelt(&entry, key, setting.misnomers, home) {
                    note(below, Why::Misspelt(entry.into_owned()), value);
                }
            }
        }
    }

    /// The layer whose section LiteLLM finally uses.
    fn definer(&self, section: &str) -> &'a Layer {
        self.stacks(section)[0].first().copied().unwrap_or(self.parts.main())
    }

    fn commented_keys(&self, names: &[(&str, &str)], out: &mut Vec<Ignored>) {
        let mut files: Vec<FileId> =
            self.parts.layers.iter().chain(&self.parts.includes).map(|layer| layer.file).collect();
        files.dedup();
        for file in files {
            let Some(yaml) = self.files.yaml(file) else { continue };
            // Where every comment belongs is costly to tell in a large file, and hardly ever needed.
            if !names.iter().any(|(_, key)| has_commented_line(yaml.text(), key)) {
                continue;
            }
            for comment in yaml.comments().filter(|comment| comment.own_line) {
                if names.iter().any(|(_, key)| is_commented_key(comment.text, key)) {
                    let place = Place::line(file, comment.line);
                    out.push(Ignored { place, why: Why::CommentedOut, value: Value::Null });
                }
            }
        }
    }
}

enum Entry<'a> {
    Value(Node<'a>),
    Null,
    Hidden(String),
}

/// The value of a key; `None` if it is not there. `whole` tells that a mapping is looked for, whose own references do not matter.
fn look_up_entry<'a>(mapping: Node<'a>, key: &str, reader: Reader, whole: bool) -> Option<Entry<'a>> {
    let Some(node) = mapping.get(key) else {
        return mapping.merged(key).map(|_| Entry::Hidden(format!("`{key}` comes through a merge key `<<`")));
    };
    if node.kind() == Kind::Alias {
        return Some(Entry::Hidden(format!("`{key}` is an alias of another place ({})", node.source())));
    }
    if node.is_null(reader) {
        return Some(Entry::Null);
    }
    if node.kind() == Kind::Scalar && !whole {
        let text = node.text();
        if let Some(name) = text.strip_prefix("os.environ/") {
            return Some(Entry::Hidden(format!("it is the reference os.environ/{name}")));
        }
        if text.contains("{{") {
            return Some(Entry::Hidden("it is a template expression".into()));
        }
    }
    Some(Entry::Value(node))
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
        return env.then(|| {
            Why::NoEffect(
                "LiteLLM applies `environment_variables:` too late for this one, which it reads at its start"
                    .into(),
            )
        });
    }
    (!settings::reads(section, key)).then(|| Why::WrongSection(section.to_owned()))
}

/// Whether `written` means `name`: a known misnomer, another spelling of the same word, or one or two letters off, and no name of its own.
pub fn is_misspelt(written: &str, name: &str, misnomers: &[&str], section: &str) -> bool {
    if written == name || settings::reads(section, written) {
        return false;
    }
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_'], "");
    let allowed = if name.len() > 8 { 2 } else { 1 };
    misnomers.contains(&written)
        || plain(written) == plain(name)
        || damerau_levenshtein(written, name) <= allowed
}

/// Whether some line of the text looks like the commented-out key.
fn has_commented_line(text: &str, key: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), key).any(|at| {
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        is_commented_key(text[start..].trim_start(), key) && text[start..at].trim_start().starts_with('#')
    })
}

/// Whether a comment is the commented-out key: `# retry_policy:`, `#  - name: …` not.
pub(super) fn is_commented_key(comment: &str, key: &str) -> bool {
    let text = comment.trim_start_matches(['#', ' ', '\t']);
    text.strip_prefix(key).is_some_and(|rest| {
        let rest = rest.trim_start();
        rest.starts_with(':') || (rest.starts_with('=') && key.chars().all(|c| !c.is_ascii_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspellings() {
        assert!(is_misspelt(
            "service_callbacks",
            "service_callback",
            &["service_callbacks"],
            "litellm_settings"
        ));
        assert!(is_misspelt("retryPolicy", "retry_policy", &[], "router_settings"));
        assert!(is_misspelt("proxy_batch_write_att", "proxy_batch_write_at", &[], "general_settings"));
        assert!(!is_misspelt("callbacks", "callback", &[], "litellm_settings"));
        assert!(!is_misspelt("alerting_args", "alerting", &[], "general_settings"));
    }

    #[test]
    fn commented_keys() {
        assert!(is_commented_key("#   retry_policy: {}", "retry_policy"));
        assert!(is_commented_key("# LITELLM_LOG=ERROR", "LITELLM_LOG"));
        assert!(!is_commented_key("# retry_policy is on", "retry_policy"));
        assert!(!is_commented_key("# retry_policy = on", "retry_policy"));
    }
}
