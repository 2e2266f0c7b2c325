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
    if text.contains('$') {
        return Err(Unwritten::Dollar(name.to_owned()));
    }
    let standing = standing.as_ref().and_then(|entry| entry.text());
    let text = instead(name, standing.unwrap_or_default(), text)?;
    Ok(variables.set(name, &text)?)
}

/// What takes the place of a text: in `${OTHER:-default}` the innermost default changes.
fn instead(name: &str, standing: &str, text: &str) -> Result<String, Unwritten> {
    let Some(one) = interpolation::parse(standing) else { return Ok(text.to_owned()) };
    if one.otherwise == Fallback::Refuses {
        return Err(Unwritten::Required(name.to_owned(), one.name));
    }
    let colon = if one.minds_empty || one.default().is_none() { ":" } else { "" };
    let default = instead(name, one.default().unwrap_or_default(), text)?;
    Ok(format!("${{{}{colon}-{default}}}", one.name))
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
