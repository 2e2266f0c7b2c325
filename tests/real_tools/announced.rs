//! Whether what is rendered otherwise is what the report of the run announces: in the title of a fix that was applied, and in the lines of the diff.

use std::collections::{BTreeMap, BTreeSet};

use litellm_fix::document::{Kind, Limits, Node, Yaml};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::changes::{Places, changes};
use crate::render::unhashed;

/// What a report says.
pub struct Announced {
    /// The titles of what was applied.
    titles: String,
    /// The lines that went or came.
    lines: String,
    /// The texts of the scalars on lines of the files that went or came: without the quotes of YAML, and not masked.
    texts: BTreeSet<String>,
    /// The files that are written.
    pub files: Vec<String>,
}

impl Announced {
    /// Of a report, and of all files before and after the run.
    pub fn of(report: &Value, before: &Contents, after: &Contents) -> Self {
        let list = |key: &str| report[key].as_array().unwrap().iter();
        let applied = list("findings").filter(|finding| finding["status"] == "applied");
        let titles: Vec<&str> = applied.map(|finding| finding["fix"]["title"].as_str().unwrap()).collect();
        let diffs: String = list("changes").map(|change| change["diff"].as_str().unwrap()).collect();
        let changed = |line: &&str| {
            line.starts_with(['+', '-']) && !line.starts_with("+++ ") && !line.starts_with("--- ")
        };
        Self {
            titles: titles.join("\n"),
            lines: diffs.lines().filter(changed).collect::<Vec<_>>().join("\n"),
            texts: changed_texts(before, after),
            files: list("changes").map(|change| change["file"].as_str().unwrap().to_owned()).collect(),
        }
    }

    /// The changes that are not announced.
    pub fn lacks(&self, before: &Places, after: &Places) -> Vec<String> {
        let mut lists: BTreeMap<&str, [Vec<&str>; 2]> = BTreeMap::new();
        for (side, places) in [before, after].into_iter().enumerate() {
            for (place, value) in places {
                // The items of a list move when one goes: they are compared as a whole.
                if let Some(list) = list_of(place) {
                    lists.entry(list).or_default()[side].push(value);
                }
            }
        }
        let lists = lists.iter().filter(|(_, [old, new])| !self.names_items(old, new));
        let mut lacking: Vec<String> =
            lists.map(|(place, [old, new])| format!("{place}: {old:?} -> {new:?}")).collect();
        lacking.extend(changes(before, after).into_iter().filter(|change| {
            let (place, values) = change.split_once(": ").unwrap();
            let (old, new) = values.split_once(" -> ").unwrap();
            let announced = match place.strip_suffix("#order") {
                Some(_) => {
                    let [old, new] = [old, new]
                        .map(|names| names.split(',').filter(|name| *name != "-").collect::<Vec<_>>());
                    self.names_items(&old, &new)
                }
                // A hash of what is seen elsewhere: a chart's annotation, the end of a name that kustomize makes.
                None if place.contains("annotations.checksum/") => true,
                None if unhashed(old.trim_matches('"')) == unhashed(new.trim_matches('"')) => true,
                None => self.names(place, new),
            };
            // What was emptied or filled is seen in what stood or stands in it.
            let around = [before, after].iter().any(|places| {
                places
                    .keys()
                    .any(|other| other.strip_prefix(place).is_some_and(|rest| rest.starts_with(['.', '['])))
            });
            list_of(place).is_none() && !around && !announced
        }));
        lacking
    }

    /// Whether the items that went and came, and no others, stand in lines of the diff, and the rest is as before.
    fn names_items(&self, old: &[&str], new: &[&str]) -> bool {
        let only = |these: &[&str], others: &[&str]| -> Vec<String> {
            let only = these.iter().filter(|item| !others.contains(item));
            only.map(|item| (*item).to_owned()).collect()
        };
        let mut changed = only(old, new);
        changed.extend(only(new, old));
        let rest = |items: &[&str], others: &[&str]| -> Vec<String> {
            items.iter().filter(|item| others.contains(item)).map(|item| (*item).to_owned()).collect()
        };
        let shown = |item: &String| {
            let text = serde_json::from_str::<String>(item);
            self.lines.contains(item.trim_matches('"')) || text.is_ok_and(|text| self.texts.contains(&text))
        };
        changed.iter().all(shown) && rest(old, new) == rest(new, old)
    }

    fn names(&self, place: &str, new: &str) -> bool {
        let words = || place.split(['.', '[', ']', ':', '#', '"']).filter(|word| word.len() > 1);
        let titled = words().any(|word| self.titles.contains(word));
        let is_variable = place.contains("environment.") || place.contains("env[");
        let word =
            words().rfind(|word| !is_variable || !["name", "value"].contains(word)).unwrap_or_default();
        let new = new.trim_matches('"');
        titled && self.lines.contains(word) && (!is_variable || new == "-" || self.lines.contains(new))
    }
}

/// Files by their paths.
pub type Contents = BTreeMap<String, Vec<u8>>;

/// The texts of the scalars on lines that differ, of both sides.
fn changed_texts(before: &Contents, after: &Contents) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for (path, old) in before {
        let Some(new) = after.get(path).filter(|new| *new != old) else { continue };
        let [old, new] = [old, new].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let diff = TextDiff::from_lines(&old, &new);
        let lines = |tag| -> BTreeSet<usize> {
            let changes = diff.iter_all_changes().filter(|change| change.tag() == tag);
            changes.filter_map(|change| change.old_index().or(change.new_index())).collect()
        };
        for (text, lines) in [(&old, lines(ChangeTag::Delete)), (&new, lines(ChangeTag::Insert))] {
            let Ok(yaml) = Yaml::from_bytes(text.as_bytes(), &Limits::default()) else { continue };
            for root in (0..yaml.documents()).filter_map(|doc| yaml.root(doc)) {
                scalars(root, &lines, &mut texts);
            }
        }
    }
    texts
}

fn scalars(node: Node<'_>, lines: &BTreeSet<usize>, texts: &mut BTreeSet<String>) {
    if node.kind() == Kind::Scalar && lines.contains(&(node.position().0 - 1)) {
        texts.insert(node.text().into_owned());
    }
    node.entries().for_each(|(_, value)| scalars(value, lines, texts));
    node.items().for_each(|item| scalars(item, lines, texts));
}

/// The list of scalars that a place is in.
fn list_of(place: &str) -> Option<&str> {
    let (list, index) = place.strip_suffix(']')?.rsplit_once('[')?;
    index.parse::<usize>().is_ok().then_some(list)
}
