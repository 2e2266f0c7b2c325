//! The second opinion: yaml-rust2 decides what is valid YAML, and its events must be those of our tree.

use percent_encoding::percent_decode_str;
use yaml_rust2::Event;
use yaml_rust2::parser::{Parser, Tag};
use yaml_rust2::scanner::{ScanError, TScalarStyle};

use crate::model::tree::{Kind, NONE, NodeData, Style, Tree};
use crate::scalar::decode::decode;

/// Why the witness does not confirm a tree.
pub(crate) enum Doubt {
    /// It does not take the text; where (line from 1, column from 0) and why.
    Refused(usize, usize, String),
    /// It reads something else; at this node.
    Differs(u32),
}

/// Compares the events of `shown` with the tree of `text`. The two texts differ only in blanks and brackets that
/// change no event.
pub(crate) fn confirm(shown: &str, text: &str, tree: &Tree) -> Result<(), Doubt> {
    let events = Parser::new_from_str(shown);
    let mut witness = Witness { events, text, tree, anchors: Vec::new(), handles: Vec::new() };
    let root = tree.docs.first().map_or(NONE, |doc| doc.root);
    witness.take(root, |event| matches!(event, Event::StreamStart))?;
    for doc in &tree.docs {
        if doc.root == NONE {
            continue;
        }
        witness.handles = handles(text, doc.start, doc.marker);
        witness.take(doc.root, |event| matches!(event, Event::DocumentStart))?;
        witness.node(doc.root)?;
        witness.take(doc.root, |event| matches!(event, Event::DocumentEnd))?;
    }
    witness.take(root, |event| matches!(event, Event::StreamEnd))
}

/// Compares the events of one document of `text`, read alone, with its tree.
pub(crate) fn confirm_document(shown: &str, text: &str, tree: &Tree, root: u32) -> Result<(), Doubt> {
    let events = Parser::new_from_str(shown);
    let mut witness = Witness { events, text, tree, anchors: Vec::new(), handles: Vec::new() };
    witness.take(root, |event| matches!(event, Event::StreamStart))?;
    if root != NONE {
        witness.take(root, |event| matches!(event, Event::DocumentStart))?;
        witness.node(root)?;
        witness.take(root, |event| matches!(event, Event::DocumentEnd))?;
    }
    witness.take(root, |event| matches!(event, Event::StreamEnd))
}

/// Compares the events of one part of `text`, read alone, with some entries of the root mapping: children from `first`
/// to the one before `end` (`NONE`: to the last).
pub(crate) fn confirm_entries(
    shown: &str,
    text: &str,
    tree: &Tree,
    first: u32,
    end: u32,
) -> Result<(), Doubt> {
    let events = Parser::new_from_str(shown);
    let mut witness = Witness { events, text, tree, anchors: Vec::new(), handles: Vec::new() };
    witness.take(first, |event| matches!(event, Event::StreamStart))?;
    witness.take(first, |event| matches!(event, Event::DocumentStart))?;
    witness.take(first, |event| matches!(event, Event::MappingStart(0, None)))?;
    let mut at = first;
    while at != NONE && at != end {
        witness.node(at)?;
        at = tree.node(at).next;
    }
    witness.take(first, |event| matches!(event, Event::MappingEnd))?;
    witness.take(first, |event| matches!(event, Event::DocumentEnd))?;
    witness.take(first, |event| matches!(event, Event::StreamEnd))
}

struct Witness<'a> {
    events: Parser<std::str::Chars<'a>>,
    text: &'a str,
    tree: &'a Tree,
    /// The node of each anchor id of yaml-rust2, by id.
    anchors: Vec<(usize, u32)>,
    /// `%TAG` handles and their prefixes.
    handles: Vec<(&'a str, &'a str)>,
}

impl Witness<'_> {
    fn next(&mut self) -> Result<Event, Doubt> {
        self.events.next_token().map(|(event, _)| event).map_err(|error| refused(&error))
    }

    fn take(&mut self, id: u32, expected: impl Fn(&Event) -> bool) -> Result<(), Doubt> {
        if expected(&self.next()?) { Ok(()) } else { Err(Doubt::Differs(id)) }
    }

    fn node(&mut self, id: u32) -> Result<(), Doubt> {
        let tree = self.tree;
        let node = tree.node(id);
        match (self.next()?, node.kind) {
            (Event::Alias(anchor), Kind::Alias) => {
                let target = self.anchors.binary_search_by_key(&anchor, |known| known.0).ok();
                let target = target.map(|at| self.anchors[at].1);
                if target.is_none() || target != tree.target(id) {
                    return Err(Doubt::Differs(id));
                }
                Ok(())
            }
            (Event::Scalar(value, style, anchor, tag), Kind::Scalar) => {
                self.properties(id, anchor, tag.as_ref())?;
                self.scalar(id, node, &value, style)
            }
            (Event::SequenceStart(anchor, tag), Kind::Sequence) => {
                self.properties(id, anchor, tag.as_ref())?;
                for child in tree.children(id) {
                    self.node(child)?;
                }
                self.take(id, |event| matches!(event, Event::SequenceEnd))
            }
            (Event::MappingStart(anchor, tag), Kind::Mapping) => {
                self.properties(id, anchor, tag.as_ref())?;
                for child in tree.children(id) {
                    self.node(child)?;
                }
                self.take(id, |event| matches!(event, Event::MappingEnd))
            }
            _ => Err(Doubt::Differs(id)),
        }
    }

    fn scalar(&self, id: u32, node: &NodeData, value: &str, style: TScalarStyle) -> Result<(), Doubt> {
        let same_style = match node.style {
            Style::Empty if style == TScalarStyle::Plain && matches!(value, "~" | "") => return Ok(()),
            Style::Plain => style == TScalarStyle::Plain,
            Style::SingleQuoted => style == TScalarStyle::SingleQuoted,
            Style::DoubleQuoted => style == TScalarStyle::DoubleQuoted,
            Style::Literal => style == TScalarStyle::Literal,
            Style::Folded => style == TScalarStyle::Folded,
            _ => false,
        };
        let ours = decode(self.text, self.tree, id);
        // yaml-rust2 adds a line break to a block scalar that ends with the text.
        let added = || {
            matches!(node.style, Style::Literal | Style::Folded)
                && value.strip_suffix('\n') == Some(&ours)
                && self.text.get(node.end as usize..).is_some_and(|rest| rest.trim().is_empty())
        };
        if same_style && (ours == value || added()) { Ok(()) } else { Err(Doubt::Differs(id)) }
    }

    fn properties(&mut self, id: u32, anchor: usize, tag: Option<&Tag>) -> Result<(), Doubt> {
        let Some((start, end)) = self.tree.props(id) else {
            return if anchor == 0 && tag.is_none() { Ok(()) } else { Err(Doubt::Differs(id)) };
        };
        let raw = self.text.get(start as usize..end as usize).unwrap_or_default();
        let (name, written) = crate::scalar::properties::split_properties(raw);
        if name.is_some() != (anchor != 0) || written.is_some() != tag.is_some() {
            return Err(Doubt::Differs(id));
        }
        if anchor != 0 {
            self.anchors.push((anchor, id));
        }
        match (written, tag) {
            (Some(written), Some(tag)) if !self.same_tag(written, tag) => Err(Doubt::Differs(id)),
            _ => Ok(()),
        }
    }

    fn same_tag(&self, written: &str, tag: &Tag) -> bool {
        let theirs = format!("{}{}", tag.handle, tag.suffix);
        if let Some(verbatim) = written.strip_prefix("!<") {
            return verbatim.trim_end_matches('>') == theirs;
        }
        let split = written.get(1..).and_then(|rest| rest.find('!')).map_or(1, |at| at + 2);
        let (handle, suffix) = written.split_at(split.min(written.len()));
        let declared = self.handles.iter().rev().find(|known| known.0 == handle).map(|known| known.1);
        let prefix = declared.unwrap_or(if handle == "!!" { "tag:yaml.org,2002:" } else { handle });
        format!("{prefix}{}", percent_decode_str(suffix).decode_utf8_lossy()) == theirs
    }
}

/// The `%TAG` directives of a document.
fn handles(text: &str, start: u32, marker: u32) -> Vec<(&str, &str)> {
    if marker == NONE {
        return Vec::new();
    }
    let head = text.get(start as usize..marker as usize).unwrap_or_default();
    let directives = head.split(['\n', '\r']).filter_map(|line| line.strip_prefix("%TAG"));
    directives
        .filter_map(|line| {
            let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
            Some((words.next()?, words.next()?))
        })
        .collect()
}

fn refused(error: &ScanError) -> Doubt {
    Doubt::Refused(error.marker().line(), error.marker().col(), error.info().to_owned())
}
