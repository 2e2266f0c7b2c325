//! The documents of a text, and what aliases stand for.

use std::collections::HashMap;

use crate::model::tree::{DocData, Kind, NONE, Tree};
use crate::parse::parser::{Parser, Result, Stop};
use crate::scalar::properties::split_properties;

impl Parser<'_> {
    pub(crate) fn stream(&mut self, start: usize) -> Result<()> {
        loop {
            let from = self.pos;
            self.skip();
            while self.doc_marker(b"...") {
                self.pos += 3;
                self.skip();
            }
            if self.is_end() {
                break;
            }
            let doc_start = if self.tree.docs.is_empty() { start } else { from };
            self.document(doc_start)?;
        }
        if self.tree.docs.is_empty() {
            let (start, end) = (start as u32, self.src.len() as u32);
            self.tree.docs.push(DocData { root: NONE, start, marker: NONE, end_marker: NONE, end });
        }
        Ok(())
    }

    pub(crate) fn document(&mut self, start: usize) -> Result<()> {
        let directives = self.directives();
        let mut after = self.pos;
        let mut marker = NONE;
        if self.doc_marker(b"---") {
            marker = self.pos as u32;
            self.pos += 3;
            after = self.pos;
        } else if directives {
            return Err(Stop::Syntax(self.pos, "a directive without a document"));
        }
        let root = self.block_node(-1, false, after)?;
        self.skip();
        let mut end_marker = NONE;
        let end = self.pos;
        if self.doc_marker(b"...") {
            end_marker = self.pos as u32;
            self.pos += 3;
        } else if !self.is_end() && !self.doc_marker(b"---") {
            return Err(Stop::Syntax(self.pos, "this is not part of the structure above it"));
        }
        self.tree.docs.push(DocData { root, start: start as u32, marker, end_marker, end: end as u32 });
        Ok(())
    }

    pub(crate) fn directives(&mut self) -> bool {
        let mut any = false;
        while self.byte() == b'%' && self.column() == 0 {
            any = true;
            let end = self.line_end(self.pos);
            while self.pos < end && !(self.byte() == b'#' && matches!(self.at(self.pos - 1), b' ' | b'\t')) {
                self.pos += 1;
            }
            self.skip();
        }
        any
    }
}

/// Finds what the aliases stand for: the latest anchor of the name before them in their document.
pub(crate) fn resolve_aliases(text: &str, tree: &mut Tree) {
    let mut aliases = Vec::new();
    for doc in &tree.docs {
        let mut anchors = HashMap::new();
        if doc.root != NONE {
            visit(text, tree, doc.root, &mut anchors, &mut aliases);
        }
    }
    aliases.sort_unstable();
    tree.aliases = aliases;
}

fn visit<'a>(
    text: &'a str,
    tree: &Tree,
    id: u32,
    anchors: &mut HashMap<&'a str, u32>,
    aliases: &mut Vec<(u32, u32)>,
) {
    let node = tree.node(id);
    if let Some((start, end)) = tree.props(id)
        && let raw = text.get(start as usize..end as usize).unwrap_or_default()
        && let (Some(name), _) = split_properties(raw)
    {
        anchors.insert(name, id);
    }
    if node.kind == Kind::Alias {
        let name = text.get(node.start as usize + 1..node.end as usize).unwrap_or("");
        if let Some(target) = anchors.get(name) {
            aliases.push((id, *target));
        }
    }
    for child in tree.children(id) {
        visit(text, tree, child, anchors, aliases);
    }
}
