//! Shadow texts: what is shown to the witness where it is stricter than the YAML that is really in use.
//!
//! yaml-rust2 refuses a line inside brackets or quotes that starts at or left of the parent's column, and
//! `[key: [value]]`. Blanks at the start of such a line, and braces around such a pair, change no event; so they are
//! put in where *our* tree says that a line continues brackets or quotes, and the events must still be those of our tree.
//! The same goes for a tab between a `:` and its value on the same line.

use crate::model::tree::{Kind, NONE, Style, Tree};

/// The text as it is shown to the witness; `None` if nothing changes, or it grew beyond measure.
pub(crate) fn shadow(text: &str, tree: &Tree, braces: bool) -> Option<String> {
    let mut marks = Vec::new();
    for doc in &tree.docs {
        if doc.root != NONE {
            collect(text, tree, doc.root, 0, braces, &mut marks)?;
        }
    }
    let spaced = without_tabs(text, tree);
    if marks.is_empty() && spaced.is_none() {
        return None;
    }
    let text = spaced.as_deref().unwrap_or(text);
    marks.sort_by_key(|mark| mark.0);
    let grown: usize = marks.iter().map(|mark| mark.1).sum();
    if grown > text.len().saturating_mul(3) + 1_000 {
        return None;
    }
    let mut out = String::with_capacity(text.len() + grown);
    let mut at = crate::text::lines::after_bom(text);
    for (offset, blanks, sign) in marks {
        out.push_str(text.get(at..offset)?);
        out.extend(std::iter::repeat_n(' ', blanks));
        out.extend(sign);
        at = offset;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// The text with blanks for the tabs between an indicator and a scalar or bracket on its line, if there are any.
fn without_tabs(text: &str, tree: &Tree) -> Option<String> {
    let mut bytes: Option<Vec<u8>> = None;
    for id in 0..tree.nodes.len() as u32 {
        let node = tree.node(id);
        if !node.has_indicator() || node.style == Style::Block {
            continue;
        }
        let (from, to) = (tree.indicator(id) as usize + 1, tree.outer_start(id) as usize);
        let gap = text.get(from..to).unwrap_or_default();
        if gap.contains('\t') && gap.bytes().all(|byte| matches!(byte, b' ' | b'\t')) {
            bytes.get_or_insert_with(|| text.as_bytes().to_vec()).get_mut(from..to)?.fill(b' ');
        }
    }
    String::from_utf8(bytes?).ok()
}

/// Offset, blanks to insert there, a brace behind them.
type Mark = (usize, usize, Option<char>);

/// `column` is the column that lines of a flow collection or quoted scalar must stand right of. `None` where the text
/// holds what no reader takes.
fn collect(
    text: &str,
    tree: &Tree,
    id: u32,
    column: usize,
    braces: bool,
    marks: &mut Vec<Mark>,
) -> Option<()> {
    let node = tree.node(id);
    let (start, end) = (node.start as usize, node.end as usize);
    let spans_lines = matches!(node.style, Style::SingleQuoted | Style::DoubleQuoted)
        || (node.style == Style::Flow && !node.is_pair());
    if spans_lines {
        pad(text, start, end, column + 1, marks)?;
        if node.style == Style::Flow {
            keys_and_pairs(text, tree, id, braces, marks)?;
        }
        return Some(());
    }
    if node.kind == Kind::Scalar || node.kind == Kind::Alias {
        return Some(());
    }
    let own = column_of(text, start);
    for child in tree.children(id) {
        collect(text, tree, child, own, braces, marks)?;
    }
    Some(())
}

fn pad(text: &str, start: usize, end: usize, column: usize, marks: &mut Vec<Mark>) -> Option<()> {
    let bytes = text.as_bytes().get(..end).unwrap_or_default();
    let mut at = start;
    while let Some(found) = memchr::memchr2(b'\n', b'\r', bytes.get(at..).unwrap_or_default()) {
        at += found + 1;
        let line = bytes.get(at..).unwrap_or_default();
        let spaces = line.iter().take_while(|byte| **byte == b' ').count();
        let blank = matches!(line.get(spaces), Some(b'\n' | b'\r'));
        if line.starts_with(b"---") || line.starts_with(b"...") {
            return None;
        }
        if spaces < column && !blank {
            marks.push((at, column - spaces, None));
        }
    }
    Some(())
}

/// Braces around the lone pairs of flow sequences. A key and its colon must share a line, as in PyYAML.
fn keys_and_pairs(text: &str, tree: &Tree, id: u32, braces: bool, marks: &mut Vec<Mark>) -> Option<()> {
    let node = tree.node(id);
    let pair = braces && node.is_pair() && node.end > node.start;
    if pair {
        marks.push((tree.outer_start(id) as usize, 0, Some('{')));
    }
    let mut key_end = None;
    for child in tree.children(id) {
        let colon = tree.indicator(child);
        if let (Some(key_end), true) = (key_end.take(), colon != NONE) {
            let between = text.get(key_end as usize..colon as usize)?;
            if between.contains(['\n', '\r']) {
                return None;
            }
        } else {
            key_end = (node.kind == Kind::Mapping).then_some(tree.node(child).end);
        }
        keys_and_pairs(text, tree, child, braces, marks)?;
    }
    if pair {
        marks.push((node.end as usize, 0, Some('}')));
    }
    Some(())
}

fn column_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    offset - memchr::memrchr2(b'\n', b'\r', before).map_or(crate::text::lines::after_bom(text), |at| at + 1)
}
