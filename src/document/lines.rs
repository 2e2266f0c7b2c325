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

/// Line and column of an offset, both from 1, columns in characters; a BOM is no character.
pub(crate) fn line_column(text: &str, starts: &[u32], offset: usize) -> (usize, usize) {
    let line = starts.partition_point(|start| *start as usize <= offset).max(1);
    let start = starts[line - 1] as usize;
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(start..end).unwrap_or_default();
    (line, before.chars().filter(|c| *c != '\u{feff}' || start != 0).count() + 1)
}
