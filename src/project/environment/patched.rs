//! The variables that patches of kustomizations give a container.

use crate::document::{Node, Step};

use crate::project::installation::answer::variable::{Giver, Variable};
use crate::project::installation::view::Installation;
use crate::project::platform::nodes::scalar;
use crate::project::process::Process;
use crate::project::process::over::{How, taken_away};
use crate::project::repository::place::{At, Place};

/// The items of a container's own list that patches take away.
#[derive(Debug, Default)]
pub struct Gone {
    all: bool,
    items: Vec<Place>,
    /// By name: of a compose override.
    names: Vec<String>,
}

/// What an operation of a JSON patch has for a variable under its own key `value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The value of the variable.
    Value,
    /// The item with its name and value.
    Item,
}

impl Gone {
    /// Whether this variable is taken away.
    pub fn takes(&self, variable: &Variable) -> bool {
        self.all || self.items.contains(&variable.place) || self.names.contains(&variable.name)
    }
}

impl Installation<'_> {
    /// The variables that what is put over a process gives it, the strongest first; and what that takes away of its own.
    pub(in crate::project) fn patched_variables(&self, process: &Process, found: &mut Vec<Variable>) -> Gone {
        let blocks = process.platform.blocks(&process.path);
        let Some(env) = blocks.into_iter().next().map(|block| block.path) else { return Gone::default() };
        let key = env.last_key().unwrap_or_default();
        let mut gone = Gone::default();
        for over in &process.over {
            let inside = over.target.steps().strip_prefix(env.steps());
            let block = match (over.how, inside) {
                (How::Merged, _) if over.target == process.path => over.path.child(key),
                (How::Printed(_), Some([])) => over.path.clone(),
                (How::Appended, Some([])) => {
                    self.patched_item(&over.place(), found);
                    continue;
                }
                (How::Operation | How::Instead, Some([])) => {
                    gone.all = true;
                    over.path.clone()
                }
                (How::Removed, Some([])) => {
                    gone.all = true;
                    return gone;
                }
                (_, Some([Step::Index(index), rest @ ..])) => {
                    let item = Place::yaml(process.file, process.doc, env.child(*index));
                    match (over.how, rest) {
                        (How::Operation, []) => self.patched_item(&over.place(), found),
                        (How::Operation, [Step::Key(_)]) => self.patched_value(&item, &over.place(), found),
                        (How::Instead, [Step::Key(_)]) => self.printed_value(&item, &over.place(), found),
                        _ => {}
                    }
                    gone.items.push(item);
                    continue;
                }
                _ => continue,
            };
            if let Some(list) = self.files.node(over.file, over.doc, &block) {
                let mut given = Vec::new();
                self.listed(list, over.file, over.doc, &block, Giver::Process, &mut given);
                gone.names.extend(taken_away(list));
                found.extend(given.into_iter().filter(|variable| !gone.names.contains(&variable.name)));
            }
            if gone.all {
                return gone;
            }
        }
        gone
    }

    /// What an operation of a JSON patch holds at the place of a variable; `None` where no operation gives it.
    pub fn operand(&self, variable: &Variable) -> Option<Operand> {
        let mut over = self.parts.processes.iter().flat_map(|process| &process.over);
        let own = over.find(|over| over.writes(&over.place()) && over.place() == variable.place)?;
        Some(match (own.how, own.target.steps().last()) {
            (How::Operation, Some(Step::Key(_))) => Operand::Value,
            _ => Operand::Item,
        })
    }

    /// An item that an operation gives.
    fn patched_item(&self, place: &Place, found: &mut Vec<Variable>) {
        let At::Yaml { doc, path } = &place.at else { return };
        let Some(item) = self.files.node(place.file, *doc, path).map(Node::resolve) else { return };
        let Some(name) = scalar(item, "name") else { return };
        let text = item.get("value").map(|value| value.resolve().text().into_owned());
        found.push(patched(name, text, place));
    }

    /// What a template prints as the value of an item, which is written where it stands.
    fn printed_value(&self, item: &Place, place: &Place, found: &mut Vec<Variable>) {
        let from = found.len();
        self.patched_value(item, place, found);
        for variable in &mut found[from..] {
            variable.filled = Some(std::mem::replace(&mut variable.place, item.clone()));
        }
    }

    /// A value that an operation gives an item.
    fn patched_value(&self, item: &Place, place: &Place, found: &mut Vec<Variable>) {
        let node = |place: &Place| match &place.at {
            At::Yaml { doc, path } => self.files.node(place.file, *doc, path),
            _ => None,
        };
        let Some(name) = node(item).and_then(|item| scalar(item.resolve(), "name")) else { return };
        let text = node(place).map(|value| value.resolve().text().into_owned());
        found.push(patched(name, text, place));
    }
}

fn patched(name: String, text: Option<String>, place: &Place) -> Variable {
    let (giver, filled, own) = (Giver::Process, None, None);
    Variable { name, text, place: place.clone(), giver, filled, own }
}
