//! Flow style: `{ }` and `[ ]`.

use crate::model::tree::{Kind, NONE, Style};
use crate::parse::parser::{Parser, Props, Result, Stop, is_flow_indicator, is_gap, join};

const UNCLOSED: &str = "this bracket is not closed properly";

impl Parser<'_> {
    pub(crate) fn flow_mapping(&mut self, props: Props) -> Result<u32> {
        self.enter()?;
        let start = self.pos;
        let id = self.add(Kind::Mapping, Style::Flow, start, start, props)?;
        let mut last = NONE;
        self.pos += 1;
        loop {
            self.skip();
            if self.byte() == b'}' {
                break;
            }
            self.flow_entry(id, &mut last)?;
            self.skip();
            match self.byte() {
                b',' => self.pos += 1,
                b'}' => {}
                _ => return Err(Stop::Syntax(start, UNCLOSED)),
            }
        }
        self.close(id);
        Ok(id)
    }

    pub(crate) fn close(&mut self, id: u32) {
        self.pos += 1;
        self.tree.nodes[id as usize].end = self.pos as u32;
        self.depth -= 1;
    }

    /// A key here and, if a `:` follows, its value.
    pub(crate) fn flow_entry(&mut self, id: u32, last: &mut u32) -> Result<()> {
        let key = if self.indicator(b'?') {
            let mark = self.pos;
            self.pos += 1;
            self.skip();
            let key = self.flow_node(mark + 1)?;
            self.tree.set_indicator(key, mark);
            key
        } else {
            self.flow_node(self.pos)?
        };
        self.skip();
        self.flow_value(id, last, key)
    }

    pub(crate) fn flow_value(&mut self, id: u32, last: &mut u32, key: u32) -> Result<()> {
        self.link(id, last, key);
        let value = if self.byte() == b':' {
            let colon = self.pos;
            self.pos += 1;
            self.skip();
            let value = self.flow_node(colon + 1)?;
            self.tree.set_indicator(value, colon);
            value
        } else {
            self.empty(self.end_of(key), None)?
        };
        self.link(id, last, value);
        Ok(())
    }

    pub(crate) fn flow_sequence(&mut self, props: Props) -> Result<u32> {
        self.enter()?;
        let start = self.pos;
        let id = self.add(Kind::Sequence, Style::Flow, start, start, props)?;
        let mut last = NONE;
        self.pos += 1;
        loop {
            self.skip();
            if self.byte() == b']' {
                break;
            }
            let item = self.flow_item()?;
            self.link(id, &mut last, item);
            self.skip();
            match self.byte() {
                b',' => self.pos += 1,
                b']' => {}
                _ => return Err(Stop::Syntax(start, UNCLOSED)),
            }
        }
        self.close(id);
        Ok(id)
    }

    /// An item here, which may be a lone pair.
    pub(crate) fn flow_item(&mut self) -> Result<u32> {
        let start = self.pos;
        if self.indicator(b'?') {
            let pair = self.pair(start)?;
            let mut last = NONE;
            self.flow_entry(pair, &mut last)?;
            return Ok(self.close_pair(pair, last));
        }
        let node = self.flow_node(start)?;
        self.skip();
        if self.byte() != b':' {
            return Ok(node);
        }
        let pair = self.pair(start)?;
        self.tree.nodes[pair as usize].set_key_before();
        let mut last = NONE;
        self.flow_value(pair, &mut last, node)?;
        Ok(self.close_pair(pair, last))
    }

    pub(crate) fn pair(&mut self, start: usize) -> Result<u32> {
        self.enter()?;
        let id = self.add(Kind::Mapping, Style::Flow, start, start, None)?;
        self.tree.nodes[id as usize].set_pair();
        Ok(id)
    }

    pub(crate) fn close_pair(&mut self, id: u32, last: u32) -> u32 {
        self.tree.nodes[id as usize].end = self.end_of(last) as u32;
        self.depth -= 1;
        id
    }

    /// A node inside brackets; empty where an indicator follows at once.
    pub(crate) fn flow_node(&mut self, after: usize) -> Result<u32> {
        let mut props: Props = None;
        while matches!(self.byte(), b'&' | b'!') {
            props = join(props, self.properties(true));
            self.skip();
        }
        let next = self.at(self.pos + 1);
        match self.byte() {
            b',' | b']' | b'}' => self.empty(after, props),
            b':' if is_gap(next) || is_flow_indicator(next) => self.empty(after, props),
            0 => Err(Stop::Syntax(self.pos, "the text ends inside brackets")),
            b'*' | b'[' | b'{' | b'"' | b'\'' => self.atom(-1, props),
            _ => self.plain(-1, true, props),
        }
    }
}
