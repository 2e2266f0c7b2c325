//! The tree that an operation is meant to give, computed from the tree before and the operation as data, without a
//! look at the text.

use crate::model::path::{Path, Step};
use crate::model::tree::{Kind, NONE};
use crate::model::value::Value;
use crate::source::inner::Inner;

/// A node of the intended tree.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// This node of the tree before, with all below it.
    Same(u32),
    /// New data; in the place of a node of the tree before, if there is one, whose anchor it keeps.
    New(Option<u32>, Value),
    /// A mapping, grown from one of the tree before or (from a null) made anew.
    Mapping(Option<u32>, Vec<(ExpectedKey, Expected)>),
    /// A sequence, likewise.
    Sequence(Option<u32>, Vec<Expected>),
}

/// A key of the intended tree.
#[derive(Clone, Debug)]
pub(crate) enum ExpectedKey {
    Same(u32),
    Renamed(u32, String),
    /// A new `<<`.
    Merge,
    New(String),
}

/// The intended tree of one document.
pub(crate) struct Intent<'a> {
    pub inner: &'a Inner,
    pub root: Option<Expected>,
}

impl<'a> Intent<'a> {
    pub fn new(inner: &'a Inner, root: u32) -> Self {
        Self { inner, root: (root != NONE).then_some(Expected::Same(root)) }
    }

    /// The node at a path, opened so that its children can be changed.
    pub fn at(&mut self, path: &Path) -> Option<&mut Expected> {
        let inner = self.inner;
        let mut expected = self.root.as_mut()?;
        for step in path.steps() {
            expand(inner, expected);
            let index = position(inner, expected, step)?;
            expected = match expected {
                Expected::Mapping(_, entries) => &mut entries.get_mut(index)?.1,
                Expected::Sequence(_, items) => items.get_mut(index)?,
                _ => return None,
            };
        }
        Some(expected)
    }

    /// The entries of the mapping at a path; a null or an empty document becomes one.
    pub fn entries(&mut self, path: &Path) -> Option<&mut Vec<(ExpectedKey, Expected)>> {
        if path.steps().is_empty() && self.root.is_none() {
            self.root = Some(Expected::Mapping(None, Vec::new()));
        }
        match self.opened(path, |id| Expected::Mapping(id, Vec::new()))? {
            Expected::Mapping(_, entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of the sequence at a path; a null becomes one.
    pub fn items(&mut self, path: &Path) -> Option<&mut Vec<Expected>> {
        match self.opened(path, |id| Expected::Sequence(id, Vec::new()))? {
            Expected::Sequence(_, items) => Some(items),
            _ => None,
        }
    }

    /// The collection at a path, opened; a null becomes an empty one.
    fn opened(&mut self, path: &Path, empty: impl Fn(Option<u32>) -> Expected) -> Option<&mut Expected> {
        let inner = self.inner;
        let expected = self.at(path)?;
        expand(inner, expected);
        if let Expected::Same(id) = expected
            && inner.is_null(*id)
        {
            *expected = empty(Some(*id));
        }
        Some(expected)
    }

    /// The open collection around a path, and the index of the path in it.
    fn around(&mut self, path: &Path) -> Option<(&mut Expected, usize)> {
        let inner = self.inner;
        let (parent, step) = path.split_last()?;
        let expected = self.at(&parent)?;
        expand(inner, expected);
        let index = position(inner, expected, step)?;
        Some((expected, index))
    }

    /// Replaces the node at a path by new data.
    pub fn replace(&mut self, path: &Path, value: Value) -> Option<()> {
        let expected = self.at(path)?;
        let base = match expected {
            Expected::Same(id) => Some(*id),
            Expected::New(base, _) | Expected::Mapping(base, _) | Expected::Sequence(base, _) => *base,
        };
        *expected = Expected::New(base, value);
        Some(())
    }

    /// Puts a mapping that merges the alias at a path in its place, with one entry more.
    pub fn extend(&mut self, path: &Path, key: &str, value: Value) -> Option<()> {
        let expected = self.at(path)?;
        let Expected::Same(alias) = *expected else { return None };
        let merge = (ExpectedKey::Merge, Expected::Same(alias));
        *expected = Expected::Mapping(
            None,
            vec![merge, (ExpectedKey::New(key.to_owned()), Expected::New(None, value))],
        );
        Some(())
    }

    /// Takes an entry or item out.
    pub fn remove(&mut self, path: &Path) -> Option<(Option<ExpectedKey>, Expected)> {
        let (expected, index) = self.around(path)?;
        match expected {
            Expected::Mapping(_, entries) => {
                let (key, value) = entries.remove(index);
                Some((Some(key), value))
            }
            Expected::Sequence(_, items) => Some((None, items.remove(index))),
            _ => None,
        }
    }

    /// Takes the entry of this key out, one of those that have the name at the end of a path.
    pub fn remove_entry(&mut self, path: &Path, key: u32) -> Option<()> {
        let (expected, _) = self.around(path)?;
        let Expected::Mapping(_, entries) = expected else { return None };
        let index = entries.iter().position(|entry| matches!(entry.0, ExpectedKey::Same(id) if id == key))?;
        entries.remove(index);
        Some(())
    }

    /// Gives the key of an entry another name.
    pub fn rename(&mut self, path: &Path, to: &str) -> Option<()> {
        let (expected, index) = self.around(path)?;
        let Expected::Mapping(_, entries) = expected else { return None };
        let key = &mut entries.get_mut(index)?.0;
        if let ExpectedKey::Same(id) = key {
            *key = ExpectedKey::Renamed(*id, to.to_owned());
        }
        Some(())
    }
}

/// Opens a collection of the tree before.
fn expand(inner: &Inner, expected: &mut Expected) {
    let Expected::Same(id) = *expected else { return };
    match inner.tree.node(id).kind {
        Kind::Mapping => {
            let entries =
                inner.tree.entries(id).map(|(key, value)| (ExpectedKey::Same(key), Expected::Same(value)));
            *expected = Expected::Mapping(Some(id), entries.collect());
        }
        Kind::Sequence => {
            *expected = Expected::Sequence(Some(id), inner.tree.children(id).map(Expected::Same).collect());
        }
        Kind::Scalar | Kind::Alias => {}
    }
}

fn position(inner: &Inner, expected: &Expected, step: &Step) -> Option<usize> {
    let matches = |key: &ExpectedKey, name: &str| match key {
        ExpectedKey::Same(id) => inner.key_is(*id, name),
        ExpectedKey::Renamed(_, own) | ExpectedKey::New(own) => own == name,
        ExpectedKey::Merge => name == "<<",
    };
    match (expected, step) {
        (Expected::Mapping(_, entries), Step::Key(name)) => {
            entries.iter().rposition(|entry| matches(&entry.0, name))
        }
        (Expected::Mapping(_, entries), Step::Index(index)) => {
            entries.iter().rposition(|entry| matches(&entry.0, &index.to_string()))
        }
        (Expected::Sequence(_, items), Step::Index(index)) => (*index < items.len()).then_some(*index),
        _ => None,
    }
}
