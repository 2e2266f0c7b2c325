//! Lines and columns around offsets of a text.

use crate::model::tree::{NONE, Style};
use crate::source::inner::Inner;
use crate::text::lines::after_bom;

impl Inner {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Where the line of an offset starts, behind a BOM.
    pub fn line_start(&self, offset: usize) -> usize {
        let before = self.bytes().get(..offset).unwrap_or_default();
        memchr::memrchr2(b'\n', b'\r', before).map_or(after_bom(&self.text), |at| at + 1)
    }

    /// Where the line of an offset ends, without its break.
    pub fn line_end(&self, offset: usize) -> usize {
        let rest = self.bytes().get(offset..).unwrap_or_default();
        memchr::memchr2(b'\n', b'\r', rest).map_or(self.text.len(), |at| offset + at)
    }

    /// The line break at an offset, empty if there is none.
    pub fn break_at(&self, offset: usize) -> &'static str {
        match self.bytes().get(offset) {
            Some(b'\r') if self.bytes().get(offset + 1) == Some(&b'\n') => "\r\n",
            Some(b'\r') => "\r",
            Some(b'\n') => "\n",
            _ => "",
        }
    }

    /// Where the next line starts, or the end of the text.
    pub fn next_line(&self, offset: usize) -> usize {
        let end = self.line_end(offset);
        end + self.break_at(end).len()
    }

    /// The line break to write behind the line of an offset: its own, else that of the line above.
    pub fn line_break(&self, offset: usize) -> &'static str {
        let own = self.break_at(self.line_end(offset));
        if !own.is_empty() {
            return own;
        }
        let start = self.line_start(offset);
        if self.text.get(..start).is_some_and(|before| before.ends_with("\r\n")) {
            return "\r\n";
        }
        match self.bytes().get(start.wrapping_sub(1)) {
            Some(b'\r') => "\r",
            _ => "\n",
        }
    }

    pub fn column(&self, offset: usize) -> usize {
        offset - self.line_start(offset)
    }

    /// Whether only blanks stand before an offset on its line.
    pub fn starts_line(&self, offset: usize) -> bool {
        let start = self.line_start(offset);
        self.bytes().get(start..offset).is_some_and(|before| before.iter().all(|b| matches!(b, b' ' | b'\t')))
    }

    /// Where an entry or item starts: at its `-` or `?`, or its key's first property. `id` is the item or the key.
    pub fn entry_start(&self, id: u32) -> usize {
        self.tree.indicator(id).min(self.tree.outer_start(id)) as usize
    }

    /// Behind the `:` or `-` of a node, and behind its properties if it has any.
    pub fn value_slot(&self, id: u32) -> usize {
        self.tree.props(id).map_or(self.tree.indicator(id).wrapping_add(1), |props| props.1) as usize
    }

    /// The column of a block collection: of its first key or dash.
    pub fn collection_column(&self, id: u32) -> usize {
        self.column(self.tree.node(id).start as usize)
    }

    pub fn last_child(&self, id: u32) -> Option<u32> {
        self.tree.children(id).last()
    }

    /// The value of a key node.
    pub fn value_of_key(&self, key: u32) -> u32 {
        self.tree.node(key).next
    }

    /// The key of a value of a mapping.
    pub fn key_before(&self, value: u32) -> Option<u32> {
        let parent = self.tree.node(value).parent;
        if parent == NONE {
            return None;
        }
        self.tree.entries(parent).find(|(_, v)| *v == value).map(|(key, _)| key)
    }

    /// Whether a node or one around it is written in brackets.
    pub fn is_in_flow(&self, id: u32) -> bool {
        let mut at = self.tree.node(id).parent;
        // Block style cannot stand inside flow style: the nearest parent tells.
        if at == NONE {
            return false;
        }
        at = if self.tree.node(at).style == Style::Flow { at } else { NONE };
        at != NONE
    }

    /// The comment that starts at or behind `offset` on its line.
    pub fn trailing_comment(&self, offset: usize) -> Option<usize> {
        let end = self.line_end(offset);
        let at = self.tree.comments.partition_point(|comment| (comment.start as usize) < offset);
        self.tree.comments.get(at).filter(|comment| (comment.start as usize) < end).map(|_| at)
    }

    /// Whether comments stand in a range.
    pub fn has_comments(&self, from: usize, to: usize) -> bool {
        let at = self.tree.comments.partition_point(|comment| (comment.start as usize) < from);
        self.tree.comments.get(at).is_some_and(|comment| (comment.start as usize) < to)
    }

    /// Behind which offset something new for a block collection at `column` goes, if its content ends at `end`: behind
    /// the line's trailing comment and the own-line comments below that are deeper than the collection; those at its
    /// column are the next section's, or a closing remark. Always the end of a line.
    pub fn place_below(&self, end: usize, column: usize) -> usize {
        let mut place = self.line_end(end);
        let mut at = self.next_line(end);
        while at < self.text.len() && at > place {
            let line_end = self.line_end(at);
            let line = self.text.get(at..line_end).unwrap_or_default();
            let rest = line.trim_start_matches([' ', '\t']);
            if rest.starts_with('#') {
                if line.len() - rest.len() <= column {
                    break;
                }
                place = line_end;
            } else if !rest.is_empty() {
                break;
            }
            at = self.next_line(at);
        }
        place
    }

    /// Where the own-line comments start that stand directly above the line of `offset`, at the given column.
    pub fn comments_above(&self, offset: usize, column: usize) -> usize {
        let mut start = self.line_start(offset);
        while start > after_bom(&self.text) {
            let above = self.line_start(start - self.break_before(start));
            let line = self.text.get(above..start).unwrap_or_default();
            let rest = line.trim_start_matches(' ');
            if !rest.starts_with('#') || line.len() - rest.len() != column || !self.is_comment(above + column)
            {
                break;
            }
            start = above;
        }
        start
    }

    /// The length of the line break right before an offset.
    pub fn break_before(&self, offset: usize) -> usize {
        match (self.bytes().get(offset.wrapping_sub(2)), self.bytes().get(offset.wrapping_sub(1))) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (_, Some(b'\n' | b'\r')) => 1,
            _ => 0,
        }
    }

    /// Whether a comment starts at an offset.
    pub fn is_comment(&self, offset: usize) -> bool {
        self.tree.comments.binary_search_by_key(&(offset as u32), |comment| comment.start).is_ok()
    }

    /// The comments in a range, by index.
    pub fn comments_in(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let at =
            |offset: usize| self.tree.comments.partition_point(|comment| (comment.start as usize) < offset);
        at(from)..at(to)
    }
}

/// Whether the content of a block scalar that keeps a line break behind it (no `-`) ends at an offset.
pub(crate) fn ends_in_block_scalar(inner: &Inner, offset: usize) -> bool {
    let keeps = |id: u32| !header(inner, id).contains('-');
    let literal = |style| matches!(style, Style::Literal | Style::Folded);
    (0..inner.tree.nodes.len() as u32).any(|id| {
        let node = inner.tree.node(id);
        node.end as usize == offset && literal(node.style) && keeps(id)
    })
}

/// The header of a block scalar, without its comment.
pub(crate) fn header(inner: &Inner, id: u32) -> &str {
    inner.source(id).lines().next().unwrap_or_default().split('#').next().unwrap_or_default()
}
