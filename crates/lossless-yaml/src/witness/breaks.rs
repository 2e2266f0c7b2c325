//! NEL, LS and PS (U+0085, U+2028, U+2029): line breaks to YAML 1.1, so to PyYAML and Go, plain characters to YAML 1.2.
//!
//! `# note<LS>key: value` holds a key for them and none by YAML 1.2; so what depends on them is refused with its place.
//! All readers agree on LS and PS inside a quoted value, if nothing stands beside them that folding a line would touch,
//! and on all three at the end of a comment.

use memchr::memmem;

use crate::model::tree::{Kind, NONE, Style, Tree};

const BREAKS: [(char, &str); 3] =
    [('\u{85}', "U+0085 (NEL)"), ('\u{2028}', "U+2028 (LS)"), ('\u{2029}', "U+2029 (PS)")];

/// The first of these characters that readers disagree on: its offset and name.
pub(crate) fn ambiguous(text: &str, tree: &Tree) -> Option<(usize, &'static str)> {
    let mut found = Vec::new();
    for (sign, name) in BREAKS {
        let bytes = sign.to_string();
        found.extend(memmem::find_iter(text.as_bytes(), &bytes).map(|at| (at, sign, name)));
    }
    if found.is_empty() {
        return None;
    }
    found.sort_unstable();
    let mut quoted = Vec::new();
    tree.docs.iter().filter(|doc| doc.root != NONE).for_each(|doc| collect(tree, doc.root, &mut quoted));
    let agreed = |at: usize, sign: char| {
        ends_comment(text, tree, at) || (sign != '\u{85}' && is_kept(text, &quoted, at, at + sign.len_utf8()))
    };
    found.into_iter().find(|(at, sign, _)| !agreed(*at, *sign)).map(|(at, _, name)| (at, name))
}

/// The spans of quoted values, in text order; not those in keys, which must stand on one line.
fn collect(tree: &Tree, id: u32, spans: &mut Vec<(usize, usize)>) {
    let node = tree.node(id);
    match node.kind {
        Kind::Mapping => tree.entries(id).for_each(|(_, value)| collect(tree, value, spans)),
        Kind::Sequence => tree.children(id).for_each(|item| collect(tree, item, spans)),
        _ if matches!(node.style, Style::SingleQuoted | Style::DoubleQuoted) => {
            spans.push((node.start as usize, node.end as usize));
        }
        _ => {}
    }
}

/// Whether only blanks and further comments stand between an offset in a comment and the end of its line.
fn ends_comment(text: &str, tree: &Tree, at: usize) -> bool {
    let before = tree.comments.partition_point(|comment| (comment.start as usize) < at);
    let comment = before.checked_sub(1).and_then(|last| tree.comments.get(last));
    comment.filter(|comment| at < comment.end as usize).is_some_and(|comment| {
        let rest = text.get(at..comment.end as usize).unwrap_or_default();
        let rest = rest.trim_start_matches([' ', '\u{85}', '\u{2028}', '\u{2029}']);
        rest.is_empty() || rest.starts_with('#')
    })
}

/// Whether all readers keep the character from `from` to `to`: it stands inside quotes, with no blank, break or escape
/// beside it, and no document marker behind it.
fn is_kept(text: &str, quoted: &[(usize, usize)], from: usize, to: usize) -> bool {
    let folds = |c: char| c.is_whitespace() || c == '\\';
    let before = text.get(..from).unwrap_or_default();
    let behind = text.get(to..).unwrap_or_default();
    let inside =
        quoted.partition_point(|span| span.0 < from).checked_sub(1).and_then(|last| quoted.get(last));
    inside.is_some_and(|span| to < span.1)
        && !before.ends_with(folds)
        && !behind.starts_with(folds)
        && !behind.starts_with("---")
        && !behind.starts_with("...")
}
