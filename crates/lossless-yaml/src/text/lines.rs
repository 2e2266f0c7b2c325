//! Lines: `\n`, `\r\n` and a lone `\r` end one.

/// Where each line starts.
pub(crate) fn starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(memchr::memchr2_iter(b'\n', b'\r', bytes).count() + 1);
    out.push(0);
    for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
            out.push(at as u32 + 1);
        }
    }
    out
}

/// How many bytes lie between two counts of [`Counts`].
const STRIDE: usize = 1024;

/// How many characters stand before every so many bytes of a text: the column of a place in a long line without a walk along the line.
pub(crate) struct Counts(Vec<u32>);

impl Counts {
    pub fn new(text: &str) -> Self {
        let mut before = 0;
        let count = |chunk: &[u8]| {
            let here = before;
            before += characters(chunk) as u32;
            here
        };
        Self(text.as_bytes().chunks(STRIDE).map(count).collect())
    }

    fn before(&self, text: &str, offset: usize) -> usize {
        let at = (offset / STRIDE).min(self.0.len().saturating_sub(1));
        let rest = text.as_bytes().get(at * STRIDE..offset).unwrap_or_default();
        self.0.get(at).map_or(0, |count| *count as usize) + characters(rest)
    }
}

/// How many characters begin in these bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

/// The same as [`line_column`], with the characters counted before.
pub(crate) fn line_column_counted(
    text: &str,
    starts: &[u32],
    counts: &Counts,
    offset: usize,
) -> (usize, usize) {
    let line = starts.partition_point(|start| *start as usize <= offset).max(1);
    let start = starts[line - 1] as usize;
    if offset.saturating_sub(start) <= STRIDE {
        return line_column(text, starts, offset);
    }
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mark = usize::from(start == 0 && text.starts_with('\u{feff}'));
    (line, counts.before(text, end) - counts.before(text, start) - mark + 1)
}

/// Line and column of an offset, both from 1, columns in characters; a BOM is no character.
pub(crate) fn line_column(text: &str, starts: &[u32], offset: usize) -> (usize, usize) {
    let line = starts.partition_point(|start| *start as usize <= offset).max(1);
    let start = starts[line - 1] as usize;
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(start..end).unwrap_or_default();
    let mark = usize::from(start == 0 && before.starts_with('\u{feff}'));
    (line, before.chars().count() - mark + 1)
}

/// The offset behind a BOM.
pub(crate) fn after_bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}
