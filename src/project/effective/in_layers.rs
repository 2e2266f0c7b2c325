//! What the layers of a configuration, or of the values of a chart, say of a setting.

use super::answered::Found;
use crate::document::{Kind, Node, Path, Reader, Value};
use crate::project::installation::answer::Effective;
use crate::project::installation::answer::reason::Reason;
use crate::project::installation::parts::Layer;
use crate::project::installation::view::Installation;
use crate::project::platform::nodes::is_expression;
use crate::project::repository::place::Place;
use crate::project::repository::sealed::is_encrypted;

impl<'a> Installation<'a> {
    pub(in crate::project) fn config_home(&self, section: &str, key: &str) -> Found {
        let found = match self.config_stacks(section, key) {
            Ok(found) => found,
            Err(found) => return *found,
        };
        let base = self.including(section).unwrap_or(self.parts.main());
        let path = base.config.child(section).join(&Path::keys(key.split('.')));
        self.agree(found, Some(Place::yaml(base.file, base.doc, path)))
    }

    /// What a key of the configuration sets.
    pub(in crate::project) fn config_value(&self, section: &str, key: &str) -> Effective {
        match self.config_stacks(section, key) {
            Ok(found) => self.agree(found, None).0,
            Err(found) => found.0,
        }
    }

    /// What a key is in each result that is deployed; the error is one answer for all, where it cannot be looked up.
    fn config_stacks(&self, section: &str, key: &str) -> Result<Vec<Effective>, Box<Found>> {
        if let Some((reason, place)) = self.config_unseen() {
            let hidden = Effective::Hidden { reason: reason.clone(), place };
            return Err(Box::new((hidden, Vec::new(), Some(reason))));
        }
        if !self.may_stand(section, key) {
            return Ok(vec![Effective::Unset]);
        }
        let stacks = self.stacks(section);
        let is_mapping = |layer: &&&Layer| {
            self.section(layer, section).is_none_or(|node| {
                let node = node.resolve();
                node.kind() == Kind::Mapping || node.is_null(self.reader()) || node.source().contains("{{")
            })
        };
        if !stacks.iter().flatten().all(|layer| is_mapping(&layer)) {
            let reason = Reason::NoMapping(section.to_owned());
            return Err(Box::new((Effective::Unset, Vec::new(), Some(reason))));
        }
        Ok(stacks.iter().map(|stack| self.look_up(stack, section, key)).collect())
    }

    /// One answer from those of all layers: they must agree, or a fix has no single place.
    pub(in crate::project) fn agree(&self, mut found: Vec<Effective>, home: Option<Place>) -> Found {
        let first = found[0].clone();
        if found.iter().all(|other| *other == first) {
            return (first, home.into_iter().collect(), None);
        }
        let stacks = self.parts.stacks();
        let overlays = stacks.iter().map(|stack| self.shown(stack[0].file).to_owned());
        let (without, with): (Vec<_>, Vec<_>) =
            overlays.zip(&found).partition(|(_, found)| matches!(found, Effective::Unset));
        let names =
            |all: Vec<(String, &Effective)>| all.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        let reason = match without.is_empty() {
            true => Reason::Layers(names(with)),
            false => Reason::SomeLayers(names(with), names(without)),
        };
        let set = found.iter().position(|one| !matches!(one, Effective::Unset)).unwrap_or_default();
        (found.swap_remove(set), Vec::new(), Some(reason))
    }

    /// The layers that make up each result which is deployed, the strongest first.
    pub(in crate::project) fn stacks(&self, section: &str) -> Vec<Vec<&'a Layer>> {
        self.including(section).map_or_else(|| self.parts.stacks(), |included| vec![vec![included]])
    }

    /// The included file whose section takes the place of all others.
    fn including(&self, section: &str) -> Option<&'a Layer> {
        self.parts.includes.iter().rev().find(|layer| self.section(layer, section).is_some())
    }

    /// The node of a section of one layer.
    pub fn section(&self, layer: &Layer, section: &str) -> Option<Node<'a>> {
        self.files.node(layer.file, layer.doc, &layer.config)?.get(section)
    }

    fn look_up(&self, stack: &[&Layer], section: &str, key: &str) -> Effective {
        for layer in stack {
            let Some(config) = self.files.node(layer.file, layer.doc, &layer.config) else { continue };
            let at = || Place::yaml(layer.file, layer.doc, layer.config.child(section));
            if let Some(found) = look_up_entry(config, section, self.reader(), true) {
                match found {
                    // To Helm a null is no mapping to merge into: what weaker values and the chart have there is gone.
                    Entry::Null if self.reader() == Reader::Go => return Effective::Unset,
                    Entry::Null => continue,
                    Entry::Hidden(reason) => return Effective::Hidden { reason, place: at() },
                    Entry::Value(node) if node.kind() == Kind::Mapping => {
                        if let Some(found) = self.look_below(node, at, key) {
                            return found;
                        }
                    }
                    Entry::Value(node) if node.source().contains("{{") => {
                        return Effective::Hidden { reason: Reason::Template, place: at() };
                    }
                    // Nothing in it counts: it is told of as a whole.
                    Entry::Value(_) => return Effective::Unset,
                }
            }
        }
        Effective::Unset
    }

    /// What stands at a path of keys with dots below a section.
    fn look_below(&self, section: Node<'a>, at: impl Fn() -> Place, path: &str) -> Option<Effective> {
        let (mut node, mut end) = (section, 0);
        loop {
            let key = path[end..].split('.').next().unwrap_or_default();
            end += key.len();
            let last = end == path.len();
            let place = || path[..end].split('.').fold(at(), |place, key| place.child(key));
            let value = match look_up_entry(node, key, self.reader(), !last)? {
                Entry::Value(value) => value,
                Entry::Null if !last => return None,
                Entry::Null => return Some(Effective::Set { value: Value::Null, place: place() }),
                Entry::Hidden(reason) => return Some(Effective::Hidden { reason, place: place() }),
            };
            if last {
                return Some(Effective::Set { value: value.value(self.reader()), place: place() });
            }
            (node, end) = (value, end + 1);
        }
    }

    /// What the values of the chart have at a path. Older charts lack some keys: those are written only where they stand already.
    pub(in crate::project) fn values_home(&self, keys: &[&str], everywhere: bool) -> Found {
        let found = self.effective_values(keys);
        let standing = found.iter().find_map(|one| match one {
            Effective::Set { place, .. } => Some(place.clone()),
            _ => None,
        });
        let main = self.parts.main();
        let anew = || Place::yaml(main.file, main.doc, main.base.join(&Path::keys(keys.iter().copied())));
        self.agree(found, standing.or_else(|| everywhere.then(anew)))
    }

    /// What each deployed result has at a path of the values.
    pub(in crate::project) fn effective_values(&self, keys: &[&str]) -> Vec<Effective> {
        let stacks = self.stacks("");
        stacks
            .iter()
            .map(|stack| {
                stack.iter().find_map(|layer| self.values_entry(layer, keys)).unwrap_or(Effective::Unset)
            })
            .collect()
    }

    fn values_entry(&self, layer: &Layer, keys: &[&str]) -> Option<Effective> {
        let (key, parents) = keys.split_last()?;
        let parent = layer.base.join(&Path::keys(parents.iter().copied()));
        let node = self.files.node(layer.file, layer.doc, &parent)?;
        let place = Place::yaml(layer.file, layer.doc, parent.child(*key));
        match look_up_entry(node, key, Reader::Go, false)? {
            Entry::Value(value) => Some(Effective::Set { value: value.value(Reader::Go), place }),
            Entry::Null => Some(Effective::Set { value: Value::Null, place }),
            Entry::Hidden(reason) => Some(Effective::Hidden { reason, place }),
        }
    }

    /// Whether `args` of the chart's values replaces the arguments that the chart makes of other keys.
    pub(in crate::project) fn replaces_arguments(&self) -> bool {
        let args = self.effective_values(&["args"]).into_iter();
        args.into_iter().any(
            |found| matches!(found, Effective::Set { value: Value::Seq(items), .. } if !items.is_empty()),
        )
    }
}

enum Entry<'a> {
    Value(Node<'a>),
    Null,
    Hidden(Reason),
}

/// The value of a key; `None` if it is not there. `whole` tells that a mapping is looked for, whose own references do not matter.
fn look_up_entry<'a>(mapping: Node<'a>, key: &str, reader: Reader, whole: bool) -> Option<Entry<'a>> {
    let Some(node) = mapping.get(key) else {
        return mapping.merged(key).map(|_| Entry::Hidden(Reason::MergeKey(key.to_owned())));
    };
    if node.kind() == Kind::Alias {
        return Some(Entry::Hidden(Reason::AliasOf(key.to_owned(), node.source().to_owned())));
    }
    if node.is_null(reader) {
        return Some(Entry::Null);
    }
    // `{{ … }}` without quotes is a mapping in a mapping, until a template is rendered.
    if is_expression(node) {
        return Some(Entry::Hidden(Reason::Template));
    }
    if node.kind() == Kind::Scalar && !whole {
        let text = node.text();
        if let Some(name) = text.strip_prefix("os.environ/") {
            return Some(Entry::Hidden(Reason::Reference(name.to_owned())));
        }
        if text.contains("{{") {
            return Some(Entry::Hidden(Reason::Template));
        }
        if is_encrypted(&text) || node.tag() == Some("!vault") {
            return Some(Entry::Hidden(Reason::Encrypted));
        }
    }
    Some(Entry::Value(node))
}
