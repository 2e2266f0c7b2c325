//! The variables that ConfigMaps and Secrets give a process.

use crate::document::Syntax;

use crate::project::installation::answer::variable::{Giver, Variable};
use crate::project::installation::view::Installation;
use crate::project::platform::ObjectKind;
use crate::project::platform::nodes::scalar;
use crate::project::process::Process;
use crate::project::process::taken::{Entries, Taken};
use crate::project::repository::place::{At, Place};
use crate::project::repository::sealed::is_encrypted;

impl Installation<'_> {
    /// The variables that a ConfigMap or Secret gives whole: of each the strongest entry.
    pub(in crate::project) fn taken_variables(&self, taken: &Taken, found: &mut Vec<Variable>) {
        let from = found.len();
        for (name, text, place) in taken.entries.iter().flat_map(|one| self.entries_of(one)) {
            let name = format!("{}{name}", taken.prefix);
            if found[from..].iter().all(|known| known.name != name) {
                let (giver, filled, own) = (giver(taken.kind), None, None);
                found.push(Variable { name, text, place, giver, filled, own });
            }
        }
    }

    /// Gives the entries of a process's own list that name a key of a ConfigMap or Secret what that has.
    pub(in crate::project) fn by_key(&self, process: &Process, found: &mut [Variable]) {
        for variable in found.iter_mut().filter(|one| one.text.is_none() && process.place().holds(&one.place))
        {
            let At::Yaml { doc, path } = &variable.place.at else { continue };
            let entry = self.files.node(variable.place.file, *doc, path);
            let Some(from) = entry.and_then(|entry| entry.resolve().get("valueFrom")) else { continue };
            let of_kind = |kind: ObjectKind| Some((kind, from.resolve().get(kind.entry())?.resolve()));
            let Some((kind, from)) = ObjectKind::ALL.into_iter().find_map(of_kind) else { continue };
            let (Some(name), Some(key)) = (scalar(from, "name"), scalar(from, "key")) else { continue };
            let taken = process.taken.iter().find(|one| one.kind == kind && one.name == name);
            let mut entries =
                taken.into_iter().flat_map(|one| &one.entries).flat_map(|one| self.entries_of(one));
            if let Some((_, text, place)) = entries.find(|(own, ..)| *own == key) {
                (variable.text, variable.place, variable.giver) = (text, place, giver(kind));
            }
        }
    }

    fn entries_of(&self, entries: &Entries) -> Vec<(String, Option<String>, Place)> {
        // What a tool fills in before it is deployed, or a person.
        let filled =
            |text: &str| text.starts_with('<') || ["{{", "${"].iter().any(|sign| text.contains(sign));
        let readable = |text: &str| !filled(text) && !is_encrypted(text);
        match entries {
            Entries::Block { file, doc, block } => {
                let yaml = self.files.yaml(*file);
                let Some(block) = yaml.and_then(|yaml| yaml.variables(*doc, &block.path, block.syntax).ok())
                else {
                    return Vec::new();
                };
                let quoted = block.syntax() == Syntax::Pairs;
                let one = |entry: crate::document::Variable<'_>| {
                    let text = entry.text().map(|text| if quoted { unquoted(text) } else { text });
                    let text = text.filter(|text| readable(text)).map(str::to_owned);
                    (entry.name.into_owned(), text, Place::yaml(*file, *doc, entry.at))
                };
                block.entries().into_iter().filter(|entry| !entry.dead).map(one).collect()
            }
            Entries::EnvFile(file) => {
                let Some(env) = self.files.env(*file) else { return Vec::new() };
                let given = env.entries().filter(|entry| !entry.dead && entry.has_equals);
                given
                    .map(|entry| {
                        let text = Some(entry.literal).filter(|text| readable(text)).map(str::to_owned);
                        (entry.name.to_owned(), text, Place::env(*file, entry.name))
                    })
                    .collect()
            }
        }
    }

    /// Where the text of a variable that a ConfigMap or Secret gives is written.
    pub(in crate::project) fn taken_home(&self, variable: &Variable) -> Option<Place> {
        let text = variable.text.as_ref()?;
        let (taken, entries) = self.giving_object(&variable.place)?;
        let key = variable.name.strip_prefix(&taken.prefix).filter(|_| taken.whole);
        match entries {
            Entries::Block { file, doc, block } => {
                // What an entry of the process names by key is called otherwise there.
                let At::Yaml { path, .. } = &variable.place.at else { return None };
                let key = key.or_else(|| path.last_key()).unwrap_or(&variable.name);
                Some(Place::variable(*file, *doc, block.clone(), key))
            }
            Entries::EnvFile(_) if text.contains(['"', '\'', '#']) => None,
            Entries::EnvFile(_) => Some(variable.place.clone()),
        }
    }

    /// The ConfigMap or Secret that a place belongs to, and which of its entries.
    pub fn giving_object(&self, place: &Place) -> Option<(&Taken, &Entries)> {
        let taken = self.parts.processes.iter().flat_map(|process| &process.taken);
        taken
            .flat_map(|taken| taken.entries.iter().map(move |one| (taken, one)))
            .find(|(_, one)| one.hold(place))
    }
}

/// What gives a variable that an object of this kind holds.
fn giver(kind: ObjectKind) -> Giver {
    match kind {
        ObjectKind::ConfigMap => Giver::ConfigMap,
        ObjectKind::Secret => Giver::Secret,
    }
}

/// A literal of a generator without the quotes around it, which kustomize takes away.
fn unquoted(text: &str) -> &str {
    let within = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    within('"').or_else(|| within('\'')).unwrap_or(text)
}
