//! Which own-line comments directly above an entry are about that entry, rather than about the file or about what follows too.

use std::ops::Range;

use crate::comments::words::{is_entry, names};
use crate::model::tree::Kind;
use crate::source::inner::Inner;

/// The comment lines that a text begins with (behind `---`, if it has that), up to the first line that is none: a title, a licence. They
/// belong to the file, unless they name what stands directly below.
pub(crate) fn head(inner: &Inner) -> Range<usize> {
    let mut start = inner.line_start(0);
    if inner.text.get(start..inner.line_end(start)).is_some_and(|line| line.trim_end() == "---") {
        start = inner.next_line(start);
    }
    let mut end = start;
    while inner.text.get(end..inner.line_end(end)).is_some_and(|line| line.starts_with('#')) {
        end = inner.next_line(end);
        if end == inner.text.len() {
            break;
        }
    }
    start..end
}

/// Whether comments directly above an entry (a key or an item) may leave with it: those of the file stay.
pub(crate) fn may_leave(inner: &Inner, comments: &Range<usize>, entry: u32) -> bool {
    comments.start >= head(inner).end || names(&inner.text[comments.clone()], &name(inner, entry))
}

/// Whether comments directly above an entry are about nothing else: they name it and no entry beside it, or nothing follows it directly,
/// and they hold no entry that is commented out.
pub(crate) fn is_about(inner: &Inner, comments: &Range<usize>, entry: u32, end: usize) -> bool {
    let text = &inner.text[comments.clone()];
    let parent = inner.tree.node(entry).parent;
    let mut beside: Vec<u32> = match inner.tree.node(parent).kind {
        Kind::Mapping => inner.tree.entries(parent).map(|(key, _)| key).collect(),
        _ => inner.tree.children(parent).collect(),
    };
    beside.retain(|id| *id != entry);
    if !may_leave(inner, comments, entry) || beside.iter().any(|id| names(text, &name(inner, *id))) {
        return false;
    }
    let below = inner.next_line(end);
    let heads_more = beside.iter().any(|id| inner.line_start(inner.entry_start(*id)) == below);
    names(text, &name(inner, entry)) || (!heads_more && !text.lines().any(is_entry))
}

/// The text of a key, or of an item that is a scalar; empty for anything else.
fn name(inner: &Inner, entry: u32) -> String {
    if inner.tree.node(entry).kind == Kind::Scalar {
        inner.text_of(entry).into_owned()
    } else {
        String::new()
    }
}
