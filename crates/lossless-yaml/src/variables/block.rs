//! A block of variables as it stands.

use std::collections::HashSet;

use crate::model::path::{Path, Step};
use crate::model::reader::Reader;
use crate::model::refusal::{Refusal, RefusalKind};
use crate::model::tree::Kind;
use crate::source::node::Node;
use crate::source::yaml::Yaml;
use crate::variables::syntax::{Given, Syntax, Variable};

/// A block of variables at a place of a document: what it gives, and how an entry of it is set or removed in the form that it has.
#[derive(Clone, Debug)]
pub struct Variables<'y> {
    pub(crate) yaml: &'y Yaml,
    pub(crate) doc: usize,
    pub(crate) at: Path,
    pub(crate) syntax: Syntax,
    /// The node at the place, if there is one.
    pub(crate) node: Option<Node<'y>>,
}

impl Yaml {
    /// The block of variables at a path, in the form that it has. Where nothing stands there yet, or something empty that may be of
    /// either form, it is of the form `fresh`.
    ///
    /// # Errors
    /// [`RefusalKind::Place`] where something else stands there, and [`RefusalKind::Form`] where items of a list have different forms.
    pub fn variables(&self, doc: usize, at: &Path, fresh: Syntax) -> Result<Variables<'_>, Refusal> {
        let node = self.get(doc, at);
        let syntax = match node {
            None => fresh,
            Some(node) => syntax_of(node, at, fresh)?,
        };
        Ok(Variables { yaml: self, doc, at: at.clone(), syntax, node })
    }
}

fn syntax_of(node: Node<'_>, at: &Path, fresh: Syntax) -> Result<Syntax, Refusal> {
    let block = node.resolve();
    match block.kind() {
        Kind::Sequence => of_items(block, at, fresh),
        // The values of charts have `{}` where a list is meant.
        Kind::Mapping if block.is_empty() && fresh == Syntax::Objects => Ok(fresh),
        Kind::Mapping => Ok(Syntax::Map),
        _ if block.is_null(Reader::PyYaml) => Ok(fresh),
        _ => Err(refusal(node, RefusalKind::Place, format!("{at} is no block of variables"))),
    }
}

fn of_items(list: Node<'_>, at: &Path, fresh: Syntax) -> Result<Syntax, Refusal> {
    let form = |item: Node<'_>| match item.resolve().kind() {
        Kind::Mapping => Syntax::Objects,
        _ => Syntax::Pairs,
    };
    let mut items = list.items();
    let Some(first) = items.next() else {
        return Ok(if fresh == Syntax::Map { Syntax::Pairs } else { fresh });
    };
    match items.find(|item| form(*item) != form(first)) {
        Some(other) => {
            let reason = format!("the items of {at} have different forms");
            Err(refusal(other, RefusalKind::Form, reason))
        }
        None => Ok(form(first)),
    }
}

pub(crate) fn refusal(node: Node<'_>, kind: RefusalKind, reason: impl Into<String>) -> Refusal {
    let (line, column) = node.position();
    Refusal::at(kind, reason, line, column).over(node.span())
}

impl<'y> Variables<'y> {
    /// The form of the block.
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// The node of the block, an alias if it is one; `None` where nothing stands there.
    pub fn node(&self) -> Option<Node<'y>> {
        self.node
    }

    /// The entries in text order; what merge keys bring comes first, and is left out where an own entry has the name. Of entries of one
    /// name the last one wins, as for compose and Kubernetes.
    pub fn entries(&self) -> Vec<Variable<'y>> {
        let Some(node) = self.node else { return Vec::new() };
        let block = node.resolve();
        let elsewhere = node.kind() == Kind::Alias;
        let mut found: Vec<Variable<'y>> = match self.syntax {
            Syntax::Map => {
                let merged = block.merged_entries().into_iter().map(|pair| of_entry(pair, true));
                let own = block.entries().filter(|(key, _)| key.source() != "<<");
                merged.chain(own.map(|pair| of_entry(pair, elsewhere))).collect()
            }
            Syntax::Pairs => block.items().map(|item| of_pair(item, elsewhere)).collect(),
            Syntax::Objects => block.items().filter_map(|item| of_object(item, elsewhere)).collect(),
        };
        let mut seen = HashSet::new();
        for variable in found.iter_mut().rev() {
            variable.dead = !seen.insert(variable.name.clone());
        }
        found
    }

    /// The entry of this name that wins.
    pub fn get(&self, name: &str) -> Option<Variable<'y>> {
        self.entries().into_iter().rev().find(|variable| variable.name == name)
    }
}

fn of_entry<'y>((key, value): (Node<'y>, Node<'y>), elsewhere: bool) -> Variable<'y> {
    let target = value.resolve();
    // Charts that take `NAME: {value: …}` or `NAME: {valueFrom: …}` too.
    let (node, given) = match target.kind() {
        Kind::Mapping => match target.get("value") {
            Some(inner) => (inner, text(inner)),
            None => (value, Given::Reference(target)),
        },
        _ => (value, text(value)),
    };
    Variable { name: key.text(), given, at: value.path(), node, elsewhere, dead: false }
}

fn text(node: Node<'_>) -> Given<'_> {
    let target = node.resolve();
    match target.kind() {
        Kind::Scalar if target.is_null(Reader::PyYaml) => Given::Nothing,
        Kind::Scalar => Given::Text(target.text()),
        _ => Given::Reference(target),
    }
}

fn of_pair(item: Node<'_>, elsewhere: bool) -> Variable<'_> {
    let text = item.resolve().text();
    let (name, given) = match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), Given::Text(value.to_owned().into())),
        None => (text.into_owned(), Given::Nothing),
    };
    let elsewhere = elsewhere || item.kind() == Kind::Alias;
    Variable { name: name.into(), given, at: item.path(), node: item, elsewhere, dead: false }
}

fn of_object(item: Node<'_>, elsewhere: bool) -> Option<Variable<'_>> {
    let object = item.resolve();
    let of = |key: &str| object.get(key).or_else(|| object.merged(key));
    let name = of("name")?.resolve();
    let (node, given) = match (of("value"), of("valueFrom")) {
        (Some(value), _) => (value, text(value)),
        (None, Some(from)) => (item, Given::Reference(from.resolve())),
        (None, None) => (item, Given::Nothing),
    };
    let elsewhere = elsewhere || item.kind() == Kind::Alias;
    Some(Variable { name: name.text(), given, at: item.path(), node, elsewhere, dead: false })
}

/// The steps of a path that lead to the mapping around its end, and the key there.
pub(crate) fn parent(at: &Path) -> Option<(Path, String)> {
    match at.split_last()? {
        (parent, Step::Key(key)) => Some((parent, key.clone())),
        _ => None,
    }
}
