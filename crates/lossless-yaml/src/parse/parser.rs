//! The parser itself: where it stands, and the steps that all parts of the grammar share.

use crate::model::tree::{CommentData, Kind, NodeData, Style, Tree};

/// Why no tree came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Nested too deeply, at this offset.
    Depth(usize),
    /// Too many nodes.
    Nodes,
    /// Not YAML, at this offset.
    Syntax(usize, &'static str),
}

pub(crate) type Result<T> = std::result::Result<T, Stop>;

/// The deepest nesting that recursion is safe for on a thread of 2 MB.
pub(crate) const HARD_DEPTH: usize = 200;

pub(crate) struct Parser<'a> {
    pub(crate) src: &'a [u8],
    pub(crate) pos: usize,
    /// Where the current line starts.
    pub(crate) line: usize,
    pub(crate) depth: usize,
    pub(crate) max_depth: usize,
    pub(crate) max_nodes: usize,
    pub(crate) has_aliases: bool,
    pub(crate) tree: Tree,
}

/// Start and end of properties.
pub(crate) type Props = Option<(usize, usize)>;

pub(crate) fn join(outer: Props, inner: Props) -> Props {
    match (outer, inner) {
        (Some(outer), Some(inner)) => Some((outer.0, inner.1)),
        (outer, inner) => outer.or(inner),
    }
}

/// Ends a line, or blank; the end of the text counts (a NUL never stands in it).
pub(crate) fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0)
}

pub(crate) fn is_flow_indicator(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

impl Parser<'_> {
    pub(crate) fn at(&self, pos: usize) -> u8 {
        self.src.get(pos).copied().unwrap_or(0)
    }

    pub(crate) fn byte(&self) -> u8 {
        self.at(self.pos)
    }

    pub(crate) fn column(&self) -> usize {
        self.pos - self.line
    }

    pub(crate) fn is_end(&self) -> bool {
        self.pos >= self.src.len()
    }

    /// Whether a block indicator (`-`, `?`, `:`) stands here.
    pub(crate) fn indicator(&self, byte: u8) -> bool {
        self.byte() == byte && is_gap(self.at(self.pos + 1))
    }

    /// Whether `---` or `...` stands here at the start of a line.
    pub(crate) fn doc_marker(&self, mark: &[u8]) -> bool {
        self.pos == self.line
            && self.src.get(self.pos..self.pos + 3) == Some(mark)
            && is_gap(self.at(self.pos + 3))
    }

    pub(crate) fn any_marker(&self) -> bool {
        self.doc_marker(b"---") || self.doc_marker(b"...")
    }

    pub(crate) fn blanks(&mut self) {
        while matches!(self.byte(), b' ' | b'\t') {
            self.pos += 1;
        }
    }

    /// Over a line break, if one stands here.
    pub(crate) fn line_break(&mut self) -> bool {
        match self.byte() {
            b'\n' => self.pos += 1,
            b'\r' if self.at(self.pos + 1) == b'\n' => self.pos += 2,
            b'\r' => self.pos += 1,
            _ => return false,
        }
        self.line = self.pos;
        true
    }

    /// The end of the line that `from` stands in, without its break.
    pub(crate) fn line_end(&self, from: usize) -> usize {
        let rest = self.src.get(from..).unwrap_or_default();
        memchr::memchr2(b'\n', b'\r', rest).map_or(self.src.len(), |at| from + at)
    }

    /// Over blanks, line breaks and comments, which are noted.
    pub(crate) fn skip(&mut self) {
        let mut own_line = self.pos == self.line;
        loop {
            match self.byte() {
                b' ' | b'\t' => self.pos += 1,
                b'\n' | b'\r' => {
                    self.line_break();
                    own_line = true;
                }
                b'#' if own_line || matches!(self.at(self.pos.wrapping_sub(1)), b' ' | b'\t') => {
                    self.comment(own_line);
                }
                _ => return,
            }
        }
    }

    pub(crate) fn comment(&mut self, own_line: bool) {
        let end = self.line_end(self.pos);
        self.tree.comments.push(CommentData { start: self.pos as u32, end: end as u32, own_line });
        self.pos = end;
    }

    pub(crate) fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > self.max_depth {
            return Err(Stop::Depth(self.pos));
        }
        Ok(())
    }

    pub(crate) fn add(
        &mut self,
        kind: Kind,
        style: Style,
        start: usize,
        end: usize,
        props: Props,
    ) -> Result<u32> {
        let id = self.tree.nodes.len();
        if id >= self.max_nodes {
            return Err(Stop::Nodes);
        }
        self.tree.nodes.push(NodeData::new(kind, style, start, end));
        if let Some((start, end)) = props {
            self.tree.set_props(id as u32, start, end);
        }
        Ok(id as u32)
    }

    /// A value that is left out: right behind its properties, else at `after`.
    pub(crate) fn empty(&mut self, after: usize, props: Props) -> Result<u32> {
        let at = props.map_or(after, |p| p.1);
        self.add(Kind::Scalar, Style::Empty, at, at, props)
    }

    /// Hangs `child` behind `last` into `parent`, and makes it the last.
    pub(crate) fn link(&mut self, parent: u32, last: &mut u32, child: u32) {
        if let Some(last) = self.tree.nodes.get_mut(*last as usize) {
            last.next = child;
        }
        self.tree.nodes[child as usize].parent = parent;
        *last = child;
    }

    pub(crate) fn end_of(&self, id: u32) -> usize {
        self.tree.nodes[id as usize].end as usize
    }

    /// Anchors and tags that stand here on this line, with blanks between them; ends behind the last one.
    pub(crate) fn properties(&mut self, flow: bool) -> Props {
        let start = self.pos;
        let mut end = start;
        while matches!(self.byte(), b'&' | b'!') {
            if self.byte() == b'!' && self.at(self.pos + 1) == b'<' {
                while !is_gap(self.byte()) && self.byte() != b'>' {
                    self.pos += 1;
                }
                self.pos += usize::from(self.byte() == b'>');
            } else {
                self.name(flow || self.byte() == b'&');
            }
            end = self.pos;
            self.blanks();
        }
        self.pos = end;
        (end > start).then_some((start, end))
    }

    /// Over the name of an anchor, alias or tag.
    pub(crate) fn name(&mut self, flow: bool) {
        self.pos += 1;
        while !(is_gap(self.byte()) || flow && is_flow_indicator(self.byte())) {
            self.pos += 1;
        }
    }
}
