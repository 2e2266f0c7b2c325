//! Where scalars end.

use crate::model::tree::{Kind, Style};
use crate::parse::parser::{Parser, Props, Result, Stop, is_flow_indicator, is_gap};

/// Bytes that a plain scalar has to look at: 1 in any context, 2 in flow context only.
const SPECIAL: [u8; 256] = {
    let mut table = [0; 256];
    table[b':' as usize] = 1;
    table[b'#' as usize] = 1;
    table[b'\n' as usize] = 1;
    table[b'\r' as usize] = 1;
    table[b',' as usize] = 2;
    table[b'[' as usize] = 2;
    table[b']' as usize] = 2;
    table[b'{' as usize] = 2;
    table[b'}' as usize] = 2;
    table
};

impl Parser<'_> {
    pub(crate) fn single_quoted(&mut self, props: Props) -> Result<u32> {
        let start = self.pos;
        let mut at = start + 1;
        loop {
            let rest = self.src.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr(b'\'', rest) else {
                return Err(Stop::Syntax(start, "this quote is not closed"));
            };
            at += found + 1;
            if self.at(at) != b'\'' {
                break;
            }
            at += 1;
        }
        self.quoted(Style::SingleQuoted, at, props)
    }

    pub(crate) fn double_quoted(&mut self, props: Props) -> Result<u32> {
        let start = self.pos;
        let mut at = start + 1;
        loop {
            let rest = self.src.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
                return Err(Stop::Syntax(start, "this quote is not closed"));
            };
            at += found + 1;
            if self.at(at - 1) == b'"' {
                break;
            }
            at += 1;
        }
        self.quoted(Style::DoubleQuoted, at, props)
    }

    pub(crate) fn quoted(&mut self, style: Style, end: usize, props: Props) -> Result<u32> {
        let start = self.pos;
        let text = self.src.get(start..end).unwrap_or_default();
        if let Some(at) = memchr::memrchr2(b'\n', b'\r', text) {
            self.line = start + at + 1;
        }
        self.pos = end;
        self.add(Kind::Scalar, style, start, end, props)
    }

    /// A plain scalar; its further lines stand right of column `indent` in block context.
    pub(crate) fn plain(&mut self, indent: isize, flow: bool, props: Props) -> Result<u32> {
        let start = self.pos;
        if start >= self.src.len() {
            return Err(Stop::Syntax(start, "a value is expected here"));
        }
        let (mut end, mut line);
        loop {
            end = self.plain_line(flow);
            line = self.line;
            if !matches!(self.byte(), b'\n' | b'\r') {
                break;
            }
            loop {
                self.blanks();
                if !self.line_break() {
                    break;
                }
            }
            if self.ends_plain(indent, flow) {
                break;
            }
        }
        if end == start {
            return Err(Stop::Syntax(start, "a value cannot start with this character"));
        }
        (self.pos, self.line) = (end, line);
        self.add(Kind::Scalar, Style::Plain, start, end, props)
    }

    /// Whether the line that starts here is none of the plain scalar above it.
    pub(crate) fn ends_plain(&self, indent: isize, flow: bool) -> bool {
        if self.is_end() || self.byte() == b'#' || self.any_marker() {
            return true;
        }
        if !flow {
            return self.column() as isize <= indent;
        }
        let next = self.at(self.pos + 1);
        is_flow_indicator(self.byte()) || (self.byte() == b':' && (is_gap(next) || is_flow_indicator(next)))
    }

    /// Over the part of a plain scalar on this line, up to what ends it; its end without blanks.
    pub(crate) fn plain_line(&mut self, flow: bool) -> usize {
        let start = self.pos;
        let limit = if flow { 0 } else { 1 };
        let src = self.src;
        let mut at = start;
        while let Some(&byte) = src.get(at) {
            let class = SPECIAL[byte as usize];
            if class != 0 && class + limit != 3 {
                match byte {
                    b':' => {
                        let next = self.at(at + 1);
                        if is_gap(next) || (flow && is_flow_indicator(next)) {
                            break;
                        }
                    }
                    b'#' if at > start && !matches!(src[at - 1], b' ' | b'\t') => {}
                    _ => break,
                }
            }
            at += 1;
        }
        self.pos = at;
        while at > start && matches!(src[at - 1], b' ' | b'\t') {
            at -= 1;
        }
        at
    }

    /// A `|` or `>` scalar inside a collection at column `indent`. Its end is the end of its last line, without the
    /// break; blank lines behind it belong to it only if it keeps them (`+`).
    pub(crate) fn block_scalar(&mut self, indent: isize, props: Props) -> Result<u32> {
        let start = self.pos;
        let style = if self.byte() == b'|' { Style::Literal } else { Style::Folded };
        self.pos += 1;
        let (mut digit, mut keep) = (None, false);
        loop {
            match self.byte() {
                byte @ b'1'..=b'9' => digit = Some(usize::from(byte - b'0')),
                b'+' => keep = true,
                b'-' => {}
                _ => break,
            }
            self.pos += 1;
        }
        let header_end = self.pos;
        self.blanks();
        if self.byte() == b'#' && self.pos > header_end {
            self.comment(false);
        }
        if !is_gap(self.byte()) {
            return Err(Stop::Syntax(self.pos, "this cannot stand behind the header of a block scalar"));
        }
        let content = digit.map(|digit| indent.max(0) as usize + digit);
        let minimum = (indent + 1).max(0) as usize;
        let (end, content) = self.block_lines(header_end, content, minimum, keep);
        let id = self.add(Kind::Scalar, style, start, end, props)?;
        self.tree.indentations.push((id, content as u32));
        Ok(id)
    }

    /// The end of a block scalar and the indentation of its content. The header's line break stands here.
    pub(crate) fn block_lines(
        &mut self,
        header: usize,
        content: Option<usize>,
        minimum: usize,
        keep: bool,
    ) -> (usize, usize) {
        let mut content = content;
        let mut end = header;
        let mut resume = (self.pos, self.line);
        let mut widest = minimum;
        while self.line_break() && !self.is_end() {
            while self.byte() == b' ' {
                self.pos += 1;
            }
            let spaces = self.column();
            let blank = matches!(self.byte(), b'\n' | b'\r' | 0) && content.is_none_or(|c| spaces <= c);
            if blank {
                widest = widest.max(spaces);
                if keep {
                    end = self.pos;
                    resume = (self.pos, self.line);
                }
                continue;
            }
            let indent = *content.get_or_insert(spaces.max(minimum));
            if spaces < indent || self.any_marker() {
                break;
            }
            self.pos = self.line_end(self.pos);
            end = self.pos;
            resume = (self.pos, self.line);
        }
        (self.pos, self.line) = resume;
        (end, content.unwrap_or(widest))
    }
}
