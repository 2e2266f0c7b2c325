//! How a variable is set or removed, in the form of its block.

use crate::model::path::Path;
use crate::model::refusal::{Refusal, RefusalKind};
use crate::model::tree::Kind;
use crate::model::value::Value;
use crate::operation::op::Op;
use crate::source::node::Node;
use crate::variables::block::{Variables, parent, refusal};
use crate::variables::syntax::{Given, Syntax, Variable};

type Result<T> = std::result::Result<T, Refusal>;

impl Variables<'_> {
    /// The operation that gives a variable this text: its winning entry gets it, or it becomes the last entry of the block, which
    /// is made where it is missing, null or empty. What an alias or a merge key brings is overridden, never changed.
    ///
    /// The text is written so that every reader has a text: `"4"`, `"yes"`. In a list of pairs nothing behind the `=` is quoted, since
    /// quotes would be part of the value. A `$` is written as it is.
    ///
    /// The operation is made for the block as it stands: apply it before the next one of the same block is made.
    ///
    /// # Errors
    /// [`RefusalKind::Alias`] where the block is an alias of a list, or a merge key of the mapping around brings a whole block that a new
    /// one would hide; [`RefusalKind::Form`] where the entry refers to something (`valueFrom`), or the name cannot be one.
    pub fn set(&self, name: &str, text: &str) -> Result<Op> {
        self.check_name(name)?;
        let known = self.get(name).filter(|known| self.syntax != Syntax::Map || !known.elsewhere);
        match known {
            Some(known) => self.replace(&known, text),
            None => self.add(name, text),
        }
    }

    /// The operations that take all entries of a name out, to be done in this order before the next one of the same block is made; none where
    /// there are none. With `comments`, the comment
    /// lines directly above go too, if they are about the entry and nothing else.
    ///
    /// # Errors
    /// [`RefusalKind::Alias`] where an alias or a merge key brings an entry: it cannot be taken out here.
    pub fn remove(&self, name: &str, comments: bool) -> Result<Vec<Op>> {
        let mut ops = Vec::new();
        for variable in self.entries().iter().rev().filter(|variable| variable.name == name) {
            if variable.elsewhere {
                let reason =
                    format!("{name} comes from elsewhere (an alias or <<): it is not taken out here");
                return Err(refusal(variable.node, RefusalKind::Alias, reason));
            }
            let at = self.own(variable);
            match self.syntax {
                Syntax::Map if variable.dead => ops.insert(0, Op::RemoveOverridden { at, comments }),
                _ => ops.push(Op::Remove { at, comments }),
            }
        }
        Ok(ops)
    }

    fn check_name(&self, name: &str) -> Result<()> {
        if name.is_empty() || name.contains(['=', '\n', '\r', '\0']) {
            let reason = "a variable's name is not empty and has no = and no line break";
            return Err(Refusal::new(RefusalKind::Form, reason));
        }
        Ok(())
    }

    /// The path of an entry of this block, as it is addressed in this document.
    fn own(&self, variable: &Variable<'_>) -> Path {
        match variable.at.steps().last() {
            Some(step) => self.at.child(step.clone()),
            None => self.at.clone(),
        }
    }

    fn replace(&self, known: &Variable<'_>, text: &str) -> Result<Op> {
        let at = self.own(known);
        if known.elsewhere {
            let reason = format!("{} comes from elsewhere (an alias): it is not changed here", known.name);
            return Err(refusal(known.node, RefusalKind::Alias, reason));
        }
        if let Given::Reference(from) = &known.given {
            let reason = format!("{} is given by reference: its value stands elsewhere", known.name);
            return Err(refusal(*from, RefusalKind::Form, reason));
        }
        Ok(match self.syntax {
            Syntax::Map => {
                match self.yaml.get(self.doc, &at).is_some_and(|node| node.kind() == Kind::Mapping) {
                    true => Op::Replace { at: at.child("value"), value: text.into() },
                    false => Op::Replace { at, value: text.into() },
                }
            }
            Syntax::Pairs => Op::Replace { at, value: pair(&known.name, text) },
            Syntax::Objects => Op::Set { at, key: "value".to_owned(), value: text.into() },
        })
    }

    fn add(&self, name: &str, text: &str) -> Result<Op> {
        let at = self.at.clone();
        let Some(node) = self.node else {
            self.check_hides()?;
            return self.whole(name, text);
        };
        if node.kind() == Kind::Alias {
            return match self.syntax {
                Syntax::Map => Ok(Op::Extend { at, key: name.to_owned(), value: text.into() }),
                _ => Err(list_alias(node)),
            };
        }
        Ok(match self.syntax {
            Syntax::Map if node.kind() == Kind::Sequence => self.whole(name, text)?,
            Syntax::Map => Op::Add { at, key: name.to_owned(), value: text.into() },
            _ if node.kind() == Kind::Sequence && !node.is_empty() => {
                Op::Append { at, value: self.item(name, text) }
            }
            _ => self.whole(name, text)?,
        })
    }

    fn item(&self, name: &str, text: &str) -> Value {
        match self.syntax {
            Syntax::Map => Value::Map(vec![(name.to_owned(), text.into())]),
            Syntax::Pairs => pair(name, text),
            Syntax::Objects => {
                Value::Map(vec![("name".to_owned(), name.into()), ("value".to_owned(), text.into())])
            }
        }
    }

    /// The block with nothing but this variable.
    fn whole(&self, name: &str, text: &str) -> Result<Op> {
        let item = self.item(name, text);
        let value = if self.syntax == Syntax::Map { item } else { Value::Seq(vec![item]) };
        Ok(match parent(&self.at) {
            Some((at, key)) => Op::Set { at, key, value },
            None => Op::Replace { at: self.at.clone(), value },
        })
    }

    /// A new block hides one that a merge key brings: YAML merges no deeper.
    fn check_hides(&self) -> Result<()> {
        let Some((around, key)) = parent(&self.at) else { return Ok(()) };
        let hidden = self.yaml.get(self.doc, &around).and_then(|node| node.resolve().merged(&key));
        match hidden {
            Some(hidden) => {
                let reason = format!("a merge key (<<) brings `{key}`: a new one would hide all of it");
                Err(refusal(hidden, RefusalKind::Alias, reason))
            }
            None => Ok(()),
        }
    }
}

fn pair(name: &str, text: &str) -> Value {
    Value::Str(format!("{name}={text}"))
}

fn list_alias(node: Node<'_>) -> Refusal {
    refusal(node, RefusalKind::Alias, "a list that an alias stands for cannot be extended")
}
