//! Text to tree: a direct recursive-descent parser over bytes that yields exact spans.
//!
//! It is linear, allocates nothing per node beside the arena entry, and need only be right for valid YAML: the
//! [witness](crate::witness::confirm) decides what is valid and whether the tree is the right one. Columns are counted in
//! bytes; before the start of a block collection only ASCII can stand on its line.

mod block;
mod docs;
mod flow;
mod parser;
mod scalar;

use crate::model::limits::Limits;
use crate::model::tree::Tree;
use crate::parse::parser::{HARD_DEPTH, Parser, Result};

pub(crate) use crate::parse::parser::Stop;

/// The tree of a text; `start` is 3 behind a BOM. The text must hold no NUL.
pub(crate) fn parse(text: &str, start: usize, limits: &Limits) -> Result<Tree> {
    let mut parser = Parser {
        src: text.as_bytes(),
        pos: start,
        line: start,
        depth: 0,
        max_depth: limits.max_depth.min(HARD_DEPTH),
        max_nodes: limits.max_nodes,
        has_aliases: false,
        tree: Tree::default(),
    };
    parser.tree.nodes.reserve(text.len() / 24);
    parser.stream(start)?;
    if parser.has_aliases {
        docs::resolve_aliases(text, &mut parser.tree);
    }
    Ok(parser.tree)
}
