//! The tree that an operation is meant to give, computed from the tree before and the operation as data, without a
//! look at the text.

use crate::model::path::{Path, Step};
use crate::model::tree::{Kind, NONE};
use crate::model::value::Value;
use crate::source::inner::Inner;

/// A node of the intended tree.
#[derive(Clone, Debug)]
pub(crate) enum Want {
    /// This node of the tree before, with all below it.
    Same(u32),
    /// New data; in the place of a node of the tree before, if there is one, whose anchor it keeps.
    New(Option<u32>, Value),
    /// A mapping, grown from one of the tree before or (from a null) made anew.
    Mapping(Option<u32>, Vec<(WantKey, Want)>),
    /// A sequence, likewise.
    Sequence(Option<u32>, Vec<Want>),
}

/// A key of the intended tree.
#[derive(Clone, Debug)]
pub(crate) enum WantKey {
    Same(u32),
    Renamed(u32, String),
    /// A new `<<`.
    Merge,
    New(String),
}

/// The intended tree of one document.
pub(crate) struct Intent<'a> {
    pub inner: &'a Inner,
    pub root: Option<Want>,
}

impl<'a> Intent<'a> {
    pub fn new(inner: &'a Inner, root: u32) -> Self {
        Self { inner, root: (root != NONE).then_some(Want::Same(root)) }
    }

    /// The node at a path, opened so that its children can be changed.
    pub fn at(&mut self, path: &Path) -> Option<&mut Want> {
        let inner = self.inner;
        let mut want = self.root.as_mut()?;
        for step in path.steps() {
            expand(inner, want);
            let index = position(inner, want, step)?;
            want = match want {
                Want::Mapping(_, entries) => &mut entries.get_mut(index)?.1,
                Want::Sequence(_, items) => items.get_mut(index)?,
                _ => return None,
            };
        }
        Some(want)
    }

    /// The entries of the mapping at a path; a null or an empty document becomes one.
    pub fn entries(&mut self, path: &Path) -> Option<&mut Vec<(WantKey, Want)>> {
        if path.steps().is_empty() && self.root.is_none() {
            self.root = Some(Want::Mapping(None, Vec::new()));
        }
        match self.opened(path, |id| Want::Mapping(id, Vec::new()))? {
            Want::Mapping(_, entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of the sequence at a path; a null becomes one.
    pub fn items(&mut self, path: &Path) -> Option<&mut Vec<Want>> {
        match self.opened(path, |id| Want::Sequence(id, Vec::new()))? {
            Want::Sequence(_, items) => Some(items),
            _ => None,
        }
    }

    /// The collection at a path, opened; a null becomes an empty one.
    fn opened(&mut self, path: &Path, empty: impl Fn(Option<u32>) -> Want) -> Option<&mut Want> {
        let inner = self.inner;
        let want = self.at(path)?;
        expand(inner, want);
        if let Want::Same(id) = want
            && inner.is_null(*id)
        {
            *want = empty(Some(*id));
        }
        Some(want)
    }

    /// The open collection around a path, and the index of the path in it.
    fn around(&mut self, path: &Path) -> Option<(&mut Want, usize)> {
        let inner = self.inner;
        let (parent, step) = path.split_last()?;
        let want = self.at(&parent)?;
        expand(inner, want);
        let index = position(inner, want, step)?;
        Some((want, index))
    }

    /// Replaces the node at a path by new data.
    pub fn replace(&mut self, path: &Path, value: Value) -> Option<()> {
        let want = self.at(path)?;
        let base = match want {
            Want::Same(id) => Some(*id),
            Want::New(base, _) | Want::Mapping(base, _) | Want::Sequence(base, _) => *base,
        };
        *want = Want::New(base, value);
        Some(())
    }

    /// Puts a mapping that merges the alias at a path in its place, with one entry more.
    pub fn extend(&mut self, path: &Path, key: &str, value: Value) -> Option<()> {
        let want = self.at(path)?;
        let Want::Same(alias) = *want else { return None };
        let merge = (WantKey::Merge, Want::Same(alias));
        *want = Want::Mapping(None, vec![merge, (WantKey::New(key.to_owned()), Want::New(None, value))]);
        Some(())
    }

    /// Takes an entry or item out.
    pub fn remove(&mut self, path: &Path) -> Option<(Option<WantKey>, Want)> {
        let (want, index) = self.around(path)?;
        match want {
            Want::Mapping(_, entries) => {
                let (key, value) = entries.remove(index);
                Some((Some(key), value))
            }
            Want::Sequence(_, items) => Some((None, items.remove(index))),
            _ => None,
        }
    }

    /// Takes the entry of this key out, one of those that have the name at the end of a path.
    pub fn remove_entry(&mut self, path: &Path, key: u32) -> Option<()> {
        let (want, _) = self.around(path)?;
        let Want::Mapping(_, entries) = want else { return None };
        let index = entries.iter().position(|entry| matches!(entry.0, WantKey::Same(id) if id == key))?;
        entries.remove(index);
        Some(())
    }

    /// Gives the key of an entry another name.
    pub fn rename(&mut self, path: &Path, to: &str) -> Option<()> {
        let (want, index) = self.around(path)?;
        let Want::Mapping(_, entries) = want else { return None };
        let key = &mut entries.get_mut(index)?.0;
        if let WantKey::Same(id) = key {
            *key = WantKey::Renamed(*id, to.to_owned());
        }
        Some(())
    }
}

/// Opens a collection of the tree before.
fn expand(inner: &Inner, want: &mut Want) {
    let Want::Same(id) = *want else { return };
    match inner.tree.node(id).kind {
        Kind::Mapping => {
            let entries = inner.tree.entries(id).map(|(key, value)| (WantKey::Same(key), Want::Same(value)));
            *want = Want::Mapping(Some(id), entries.collect());
        }
        Kind::Sequence => {
            *want = Want::Sequence(Some(id), inner.tree.children(id).map(Want::Same).collect());
        }
        Kind::Scalar | Kind::Alias => {}
    }
}

fn position(inner: &Inner, want: &Want, step: &Step) -> Option<usize> {
    let matches = |key: &WantKey, name: &str| match key {
        WantKey::Same(id) => inner.key_is(*id, name),
        WantKey::Renamed(_, own) | WantKey::New(own) => own == name,
        WantKey::Merge => name == "<<",
    };
    match (want, step) {
        (Want::Mapping(_, entries), Step::Key(name)) => {
            entries.iter().rposition(|entry| matches(&entry.0, name))
        }
        (Want::Mapping(_, entries), Step::Index(index)) => {
            entries.iter().rposition(|entry| matches(&entry.0, &index.to_string()))
        }
        (Want::Sequence(_, items), Step::Index(index)) => (*index < items.len()).then_some(*index),
        _ => None,
    }
}
