//! The entries of a block of variables in a YAML document, whichever way the block is written.

use crate::document::{Kind, Node, Op, Path, Reader, Step, Value, Yaml};

use super::{Block, Syntax};
use crate::project::interpolation::{self, Otherwise};

/// Where a variable is in a block: its last entry, which wins over others of the name.
pub fn find(yaml: &Yaml, doc: usize, block: &Path, name: &str) -> Option<Path> {
    let node = yaml.get(doc, block)?;
    match node.kind() {
        Kind::Mapping => node.get(name).map(|_| block.child(name)),
        Kind::Sequence => {
            let index = node.items().enumerate().filter(|(_, item)| is_named(*item, name)).last()?.0;
            Some(block.child(index))
        }
        _ => None,
    }
}

/// The text that the block gives to a variable; `None` where it has none, or only names another source.
pub fn text(yaml: &Yaml, doc: usize, block: &Path, name: &str) -> Option<String> {
    let entry = find(yaml, doc, block, name)?;
    let node = yaml.get(doc, &entry)?.resolve();
    match (entry.steps().last()?, node.kind()) {
        (Step::Index(_), Kind::Mapping) => Some(node.get("value")?.resolve().text().into_owned()),
        (Step::Index(_), _) => node.text().split_once('=').map(|(_, text)| text.to_owned()),
        _ => (!node.is_null(Reader::Go)).then(|| node.text().into_owned()),
    }
}

/// Whether an item of a list is the entry of a variable: `NAME=value`, `NAME`, or a mapping with that name.
fn is_named(item: Node<'_>, name: &str) -> bool {
    let item = item.resolve();
    match item.kind() {
        Kind::Mapping => item.get("name").is_some_and(|own| own.resolve().text() == name),
        _ => item.text().split('=').next().is_some_and(|own| own.trim() == name),
    }
}

/// An entry that is there, or that is to be.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The document in the file.
    pub doc: usize,
    /// The block.
    pub block: &'a Block,
    /// The variable.
    pub name: &'a str,
}

impl Entry<'_> {
    /// The change that gives the variable a text, in the form of the block. Of `${OTHER:-default}` the default is what changes.
    ///
    /// # Errors
    /// Why it cannot be written: the block is a reference to another place, the entry names another source.
    pub fn set(&self, yaml: &Yaml, text: &str) -> Result<Op, String> {
        let text = self.within(yaml, text)?;
        let entry = find(yaml, self.doc, &self.block.path, self.name);
        if let Some(at) = entry {
            return self.replace(yaml, at, text);
        }
        let block = yaml.get(self.doc, &self.block.path);
        let path = &self.block.path;
        if block.is_some_and(|node| node.kind() == Kind::Alias) {
            return Err(format!("`{path}` is a reference to another place, which others may use too"));
        }
        if block.is_none() && self.comes_by_merge(yaml) {
            return Err(format!(
                "`{path}` comes through a merge key `<<`, and a block of its own would hide all of it"
            ));
        }
        let filled = block.filter(|node| !node.is_null(Reader::Go) && !node.is_empty());
        match (filled.map(|node| node.kind()), self.syntax_of(block)) {
            (Some(Kind::Sequence), syntax) => {
                Ok(Op::Append { at: path.clone(), value: self.item(syntax, text) })
            }
            (Some(Kind::Mapping), Syntax::Map) | (None, Syntax::Map) => {
                Ok(Op::Set { at: path.clone(), key: self.name.to_owned(), value: Value::Str(text) })
            }
            (None, syntax) => {
                let list = Value::Seq(vec![self.item(syntax, text)]);
                match path.split_last() {
                    Some((parent, Step::Key(key))) => {
                        Ok(Op::Set { at: parent, key: key.clone(), value: list })
                    }
                    _ => Ok(Op::Replace { at: path.clone(), value: list }),
                }
            }
            _ => Err(format!("`{path}` is not written as variables are written there")),
        }
    }

    /// The change that removes the entry.
    ///
    /// # Errors
    /// There is none.
    pub fn remove(&self, yaml: &Yaml, comments: bool) -> Result<Op, String> {
        let at = find(yaml, self.doc, &self.block.path, self.name);
        at.map(|at| Op::Remove { at, comments }).ok_or_else(|| format!("{} is not set there", self.name))
    }

    /// The text as it has to be written: a `$` would be taken for a variable.
    fn within(&self, yaml: &Yaml, text: &str) -> Result<String, String> {
        if text.contains('$') {
            return Err(format!("a `$` in the value of {} would be taken for another variable", self.name));
        }
        let standing = self::text(yaml, self.doc, &self.block.path, self.name);
        let Some(wanted) = standing.as_deref().and_then(interpolation::parse) else {
            return Ok(text.to_owned());
        };
        match wanted.otherwise {
            Otherwise::Default(_) | Otherwise::Empty => {
                let colon = if wanted.minds_empty { ":" } else { "" };
                let colon = if wanted.otherwise == Otherwise::Empty { ":" } else { colon };
                Ok(format!("${{{}{colon}-{text}}}", wanted.name))
            }
            Otherwise::Refuses => {
                Err(format!("{} is taken from {} wherever this is started", self.name, wanted.name))
            }
        }
    }

    fn replace(&self, yaml: &Yaml, at: Path, text: String) -> Result<Op, String> {
        let node = yaml.get(self.doc, &at).map(Node::resolve);
        match at.split_last() {
            Some((parent, Step::Key(key))) => {
                Ok(Op::Set { at: parent, key: key.clone(), value: Value::Str(text) })
            }
            _ if node.is_some_and(|node| node.kind() == Kind::Mapping) => {
                if node.is_some_and(|node| node.get("valueFrom").is_some()) {
                    return Err(format!("{} comes from another object", self.name));
                }
                Ok(Op::Set { at, key: "value".into(), value: Value::Str(text) })
            }
            _ => Ok(Op::Replace { at, value: Value::Str(format!("{}={text}", self.name)) }),
        }
    }

    fn item(&self, syntax: Syntax, text: String) -> Value {
        match syntax {
            Syntax::Objects => {
                Value::Map(vec![("name".into(), self.name.into()), ("value".into(), Value::Str(text))])
            }
            Syntax::Map | Syntax::Pairs => Value::Str(format!("{}={text}", self.name)),
        }
    }

    /// How the entries of the block are written: as those that are there, else as its platform writes them.
    fn syntax_of(&self, block: Option<Node<'_>>) -> Syntax {
        let Some(block) = block else { return self.block.syntax };
        match block.kind() {
            Kind::Mapping if !block.is_empty() => Syntax::Map,
            Kind::Sequence if self.block.syntax == Syntax::Map => Syntax::Pairs,
            _ => self.block.syntax,
        }
    }

    /// Whether the block comes from elsewhere through a merge key around it.
    fn comes_by_merge(&self, yaml: &Yaml) -> bool {
        let Some((parent, Step::Key(key))) = self.block.path.split_last() else { return false };
        yaml.get(self.doc, &parent).is_some_and(|node| node.merged(key).is_some())
    }
}
