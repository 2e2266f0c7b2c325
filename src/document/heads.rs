//! Which own-line comments directly above an entry are about that entry, rather than about the file or about what follows too.

use std::ops::Range;

use super::tree::Kind;
use super::yaml::Inner;

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

/// Whether a comment line holds what could be an entry: `# key: value`, `# - item`, `# NAME=value`.
pub(crate) fn is_entry(line: &str) -> bool {
    let text = line.trim_start().trim_start_matches('#').trim_start();
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"_.-".contains(c)).unwrap_or(text.len());
    let behind = &text[end..];
    text.starts_with("- ")
        || (end > 0 && (behind == ":" || behind.starts_with(": ") || behind.starts_with('=')))
}

/// Whether a text has a name as a word of its own, or its words: `old app` of `oldApp`, `OLD_APP` and `old_app`.
pub(crate) fn names(text: &str, name: &str) -> bool {
    let spelt = spelt(name);
    has_word(text, name) || (spelt.contains(' ') && has_word(&text.to_lowercase(), &spelt))
}

/// The words of a name, in lower case, with a blank between.
fn spelt(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for c in name.chars() {
        let between = matches!(c, '_' | '-' | '.');
        if (between || (was_lower && c.is_uppercase())) && !words.ends_with(' ') {
            words.push(' ');
        }
        words.extend(c.to_lowercase().filter(|_| !between));
        was_lower = c.is_lowercase();
    }
    words
}

fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    !word.is_empty()
        && text
            .match_indices(word)
            .any(|(at, _)| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commented_out_entries() {
        for line in ["# key: 1", "  #key:", "# - a", "# NAME=x", "# a.b-c: {}"] {
            assert!(is_entry(line), "{line}");
        }
        for line in
            ["# the old app", "# why: because of it".replace("why", "this is why").as_str(), "#", "# 1 = 1"]
        {
            assert!(!is_entry(line), "{line}");
        }
    }

    #[test]
    fn words() {
        assert!(names("# about port, here", "port"));
        assert!(!names("# about ports or my_port", "port"));
        assert!(!names("# x", ""));
        for name in ["oldApp", "OLD_APP", "old-app", "old_app"] {
            assert!(names("# The old app is gone", name), "{name}");
        }
        assert!(!names("# the old application", "old_app"));
    }
}
