//! Variables in a block of a YAML document, as the tools that start LiteLLM read them.

use crate::document::{Op, Path, Syntax, Yaml};

use super::Block;
use crate::project::platform::interpolation::{self, Fallback};
use crate::project::platform::unwritten::Unwritten;

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
        return Err(Unwritten::Form(block.path.clone()));
    }
    let standing = variables.get(name);
    let wanted = standing.as_ref().and_then(|entry| interpolation::parse(entry.text()?));
    if text.contains('$') {
        return Err(Unwritten::Dollar(name.to_owned()));
    }
    let text = match wanted {
        None => text.to_owned(),
        Some(wanted) if wanted.otherwise == Fallback::Refuses => {
            return Err(Unwritten::Required(name.to_owned(), wanted.name));
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
