//! How a block of variables is written.

use std::borrow::Cow;

use crate::model::path::Path;
use crate::source::node::Node;

/// The form of a block of variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Syntax {
    /// `NAME: value`, as in compose, in a ConfigMap's `data` and in many charts.
    Map,
    /// `- NAME=value`, as in compose. All behind the `=` is the value, quotes included.
    Pairs,
    /// `- {name: NAME, value: value}`, as in a container of Kubernetes.
    Objects,
}

/// What an entry gives its variable.
#[derive(Clone, Debug)]
pub enum Given<'y> {
    /// This text, as it is written: which value a plain `yes` or `010` arrives as depends on who reads the file.
    Text(Cow<'y, str>),
    /// Nothing: the name stands alone (`- NAME`, `NAME:`, `- name: NAME`). Compose passes the variable of its own environment on, for
    /// Kubernetes it is empty.
    Nothing,
    /// Something that stands elsewhere, such as `valueFrom`.
    Reference(Node<'y>),
}

/// One entry of a block of variables.
#[derive(Clone, Debug)]
pub struct Variable<'y> {
    /// The name.
    pub name: Cow<'y, str>,
    /// What it gets.
    pub given: Given<'y>,
    /// Where the entry stands: in the block, or in what an alias or a merge key of the block brings.
    pub at: Path,
    /// The node of the value (in a list of pairs the whole item); the item where an object has no `value`.
    pub node: Node<'y>,
    /// Whether an alias or a merge key brings it from elsewhere: an edit of it would change other places too.
    pub elsewhere: bool,
    /// Whether another entry of the same name wins over this one.
    pub dead: bool,
}

impl Variable<'_> {
    /// The text, if the entry gives one.
    pub fn text(&self) -> Option<&str> {
        match &self.given {
            Given::Text(text) => Some(text),
            Given::Nothing | Given::Reference(_) => None,
        }
    }
}
