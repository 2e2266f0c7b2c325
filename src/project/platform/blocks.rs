//! Variables in a block of a YAML document, as the tools that start LiteLLM read them.

use crate::document::{Op, Path, Refusal, Syntax, Yaml};

use super::Block;
use crate::project::platform::interpolation::{self, Fallback};

/// Why a variable is not written.
#[derive(Clone, Debug)]
pub enum Unwritten {
    /// What stands there, or the value, does not allow it: why.
    Here(String),
    /// The document refuses.
    Document(Refusal),
}

impl From<Refusal> for Unwritten {
    fn from(refusal: Refusal) -> Self {
        Self::Document(refusal)
    }
}

/// Where a variable is in a block: its last entry, which wins over others of the name.
pub fn find(yaml: &Yaml, doc: usize, block: &Path, name: &str) -> Option<Path> {
    yaml.variables(doc, block, Syntax::Map).ok()?.get(name).map(|entry| entry.at)
}

/// The text that the block gives to a variable; `None` where it has none, or only names another source.
pub fn text(yaml: &Yaml, doc: usize, block: &Path, name: &str) -> Option<String> {
    yaml.variables(doc, block, Syntax::Map).ok()?.get(name)?.text().map(str::to_owned)
}

/// The change that gives a variable a text, in the form of the block. Of `${OTHER:-default}` the default is what changes.
///
/// # Errors
/// Why it is not written there.
pub fn set(yaml: &Yaml, doc: usize, block: &Block, name: &str, text: &str) -> Result<Op, Unwritten> {
    let variables = yaml.variables(doc, &block.path, block.syntax)?;
    if block.syntax == Syntax::Objects && variables.syntax() != Syntax::Objects {
        return Err(Unwritten::Here(format!("`{}` is not written as Kubernetes reads it", block.path)));
    }
    let standing = variables.get(name);
    let wanted = standing.as_ref().and_then(|entry| interpolation::parse(entry.text()?));
    if text.contains('$') {
        let reason = format!("a `$` in the value of {name} would be taken for another variable");
        return Err(Unwritten::Here(reason));
    }
    let text = match wanted {
        None => text.to_owned(),
        Some(wanted) if wanted.otherwise == Fallback::Refuses => {
            let reason = format!("{name} is taken from {} wherever this is started", wanted.name);
            return Err(Unwritten::Here(reason));
        }
        Some(wanted) => {
            let colon = if wanted.minds_empty || wanted.otherwise == Fallback::Empty { ":" } else { "" };
            format!("${{{}{colon}-{text}}}", wanted.name)
        }
    };
    Ok(variables.set(name, &text)?)
}

/// The changes that remove a variable from a block, in this order.
///
/// # Errors
/// Why it is not removed there.
pub fn remove(
    yaml: &Yaml,
    doc: usize,
    block: &Block,
    name: &str,
    comments: bool,
) -> Result<Vec<Op>, Unwritten> {
    Ok(yaml.variables(doc, &block.path, block.syntax)?.remove(name, comments)?)
}
