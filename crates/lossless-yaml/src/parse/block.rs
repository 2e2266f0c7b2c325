//! Block style: mappings and sequences by indentation.

use crate::model::tree::{Kind, NONE, Style};
use crate::parse::parser::{Parser, Props, Result, Stop, is_gap, join};

impl Parser<'_> {
    /// A node behind an indicator, or the root. It stands right of column `indent`; with `same`, a sequence may also
    /// stand at that column. If there is none, an empty node is made at `after`.
    pub(crate) fn block_node(&mut self, indent: isize, same: bool, after: usize) -> Result<u32> {
        let mut outer: Props = None;
        loop {
            self.skip();
            if self.is_absent(indent, same) {
                return self.empty(after, outer);
            }
            let column = self.column();
            let inner = self.properties(false);
            self.blanks();
            let ends_line = is_gap(self.byte()) || self.byte() == b'#';
            if inner.is_some() && ends_line {
                outer = join(outer, inner);
                continue;
            }
            return self.block_content(indent, column, outer, inner);
        }
    }

    /// Whether what stands here belongs to something further out.
    pub(crate) fn is_absent(&self, indent: isize, same: bool) -> bool {
        let column = self.column() as isize;
        self.is_end()
            || self.any_marker()
            || column < indent
            || (column == indent && !(same && self.indicator(b'-')))
    }

    /// Content that starts here. Properties on earlier lines belong to the collection, those on this line to its
    /// first key if there is one.
    pub(crate) fn block_content(
        &mut self,
        indent: isize,
        column: usize,
        outer: Props,
        inner: Props,
    ) -> Result<u32> {
        match self.byte() {
            b'-' if self.indicator(b'-') => self.block_sequence(column, join(outer, inner)),
            b'?' if self.indicator(b'?') => self.block_mapping(column, join(outer, inner), None),
            b':' if self.indicator(b':') => {
                let key = self.empty(self.pos, inner)?;
                self.block_mapping(column, outer, Some(key))
            }
            b'|' | b'>' => self.block_scalar(indent, join(outer, inner)),
            _ => {
                let line = self.line;
                let atom = self.atom(indent, inner)?;
                if self.line == line && self.is_key() {
                    return self.block_mapping(column, outer, Some(atom));
                }
                if let Some((start, end)) = join(outer, inner) {
                    self.tree.set_props(atom, start, end);
                }
                Ok(atom)
            }
        }
    }

    /// An alias, flow collection, quoted or plain scalar.
    pub(crate) fn atom(&mut self, indent: isize, props: Props) -> Result<u32> {
        let start = self.pos;
        match self.byte() {
            b'*' => {
                self.name(true);
                self.has_aliases = true;
                self.add(Kind::Alias, Style::Plain, start, self.pos, props)
            }
            b'[' => self.flow_sequence(props),
            b'{' => self.flow_mapping(props),
            b'"' => self.double_quoted(props),
            b'\'' => self.single_quoted(props),
            _ => self.plain(indent, false, props),
        }
    }

    /// Whether a `:` that makes a key of what stands before it follows on this line.
    pub(crate) fn is_key(&self) -> bool {
        let mut at = self.pos;
        while matches!(self.at(at), b' ' | b'\t') {
            at += 1;
        }
        self.at(at) == b':' && is_gap(self.at(at + 1))
    }

    pub(crate) fn block_sequence(&mut self, column: usize, props: Props) -> Result<u32> {
        self.enter()?;
        let id = self.add(Kind::Sequence, Style::Block, self.pos, self.pos, props)?;
        let mut last = NONE;
        loop {
            let dash = self.pos;
            self.pos += 1;
            let item = self.block_node(column as isize, false, dash + 1)?;
            self.tree.set_indicator(item, dash);
            self.link(id, &mut last, item);
            self.skip();
            if self.column() != column || !self.indicator(b'-') {
                break;
            }
        }
        self.tree.nodes[id as usize].end = self.end_of(last) as u32;
        self.depth -= 1;
        Ok(id)
    }

    /// A mapping at `column`. With a first key, its `:` comes next; else a `?` stands here.
    pub(crate) fn block_mapping(&mut self, column: usize, props: Props, first: Option<u32>) -> Result<u32> {
        self.enter()?;
        let start = first.map_or(self.pos, |key| self.tree.outer_start(key) as usize);
        let id = self.add(Kind::Mapping, Style::Block, start, start, props)?;
        if first.is_some() {
            self.tree.nodes[id as usize].set_key_before();
        }
        let mut last = NONE;
        let mut key = first;
        loop {
            match key {
                Some(key) => {
                    self.link(id, &mut last, key);
                    self.blanks();
                    let value = self.block_value(column)?;
                    self.link(id, &mut last, value);
                }
                None => self.explicit_entry(id, &mut last, column)?,
            }
            self.skip();
            if self.is_end() || self.column() != column || self.any_marker() {
                break;
            }
            key = if self.indicator(b'?') { None } else { Some(self.block_key(column)?) };
        }
        self.tree.nodes[id as usize].end = self.end_of(last) as u32;
        self.depth -= 1;
        Ok(id)
    }

    /// The `:` here and the value behind it.
    pub(crate) fn block_value(&mut self, column: usize) -> Result<u32> {
        let colon = self.pos;
        self.pos += 1;
        let value = self.block_node(column as isize, true, colon + 1)?;
        self.tree.set_indicator(value, colon);
        Ok(value)
    }

    pub(crate) fn explicit_entry(&mut self, id: u32, last: &mut u32, column: usize) -> Result<()> {
        let mark = self.pos;
        self.pos += 1;
        let key = self.block_node(column as isize, true, mark + 1)?;
        self.tree.set_indicator(key, mark);
        self.link(id, last, key);
        self.skip();
        let value = if self.column() == column && self.indicator(b':') {
            self.block_value(column)?
        } else {
            self.empty(self.end_of(key), None)?
        };
        self.link(id, last, value);
        Ok(())
    }

    /// A key that is not the first one of its mapping.
    pub(crate) fn block_key(&mut self, column: usize) -> Result<u32> {
        let line = self.line;
        let props = self.properties(false);
        self.blanks();
        if self.indicator(b':') {
            return self.empty(self.pos, props);
        }
        let start = self.pos;
        if self.indicator(b'-') || is_gap(self.byte()) {
            return Err(Stop::Syntax(start, "a key is expected here"));
        }
        let key = self.atom(column as isize, props)?;
        if self.line != line || !self.is_key() {
            return Err(Stop::Syntax(start, "a key and a colon are expected here"));
        }
        Ok(key)
    }
}
