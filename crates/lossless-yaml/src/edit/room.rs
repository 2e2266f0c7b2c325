//! Where something new stands in a block collection: behind which line, and whether a blank line sets it off.

use crate::comments::words::{are_parts, is_commented_out, nearest_is_foreign};
use crate::edit::remove::keeps_breaks;
use crate::model::tree::{Kind, NONE, Style};
use crate::source::inner::Inner;

/// Room for new lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// The end of the line below which they go.
    pub place: usize,
    /// Whether a blank line comes before them.
    pub gap: bool,
}

/// The room at the end of a block collection for an entry of that name (`None`: an item). A `section` has lines of its own below its key.
pub(crate) fn room(inner: &Inner, id: u32, name: Option<&str>, section: bool) -> Room {
    let column = inner.collection_column(id);
    let place = inner.place_below(inner.tree.node(id).end as usize, column);
    if keeps_breaks(inner, place) {
        return Room { place, gap: false };
    }
    let below = Below::new(inner, place, column);
    // Which words mean something else can be told only where it is known what the text is about. Elsewhere a comment above the last entry
    // may well be that entry's alone, and one below it closes the collection.
    let known = !inner.subject.is_empty();
    let direct = below.direct.filter(|_| known);
    if let Some(place) = below.commented_out.or(direct).filter(|_| section) {
        return Room { place, gap: true };
    }
    if is_headed(inner, id, place, name) {
        return Room { place: direct.unwrap_or(place), gap: known || is_spaced(inner, id) };
    }
    Room { place, gap: section && section_gap(inner, id) }
}

/// The own-line comments below the last entry of a collection that are no deeper than its entries: they stay with what is above them.
#[derive(Default)]
struct Below {
    /// The end of those directly below, if nothing else follows them directly.
    direct: Option<usize>,
    /// The end of all of them, if they hold entries that are commented out. Those that something follows directly are not among them: they head it.
    commented_out: Option<usize>,
}

impl Below {
    fn new(inner: &Inner, place: usize, column: usize) -> Self {
        let (mut below, mut entries) = (Self::default(), false);
        let mut at = inner.next_line(place);
        let mut directly = true;
        while at > place && at < inner.text.len() {
            let run = Run::new(inner, at, column);
            if run.heads_more {
                break;
            }
            if let Some(end) = run.end {
                entries |= run.entries;
                below.direct = below.direct.or(directly.then_some(end));
                below.commented_out = Some(end);
            }
            if run.next == at {
                break;
            }
            (at, directly) = (run.next, false);
        }
        below.commented_out = below.commented_out.filter(|_| entries);
        below
    }
}

/// Comment lines with nothing between, and the blank lines behind them.
struct Run {
    /// The end of the last comment.
    end: Option<usize>,
    /// Whether there are entries among them that are commented out.
    entries: bool,
    /// Whether content follows directly.
    heads_more: bool,
    /// The start of the line behind all of that.
    next: usize,
}

impl Run {
    fn new(inner: &Inner, start: usize, column: usize) -> Self {
        let mut run = Self { end: None, entries: false, heads_more: false, next: start };
        let mut blank = false;
        while run.next < inner.text.len() {
            let line_end = inner.line_end(run.next);
            let line = inner.text.get(run.next..line_end).unwrap_or_default();
            let text = line.trim_start();
            if text.is_empty() {
                blank = true;
            } else if text.starts_with('#') && line.len() - text.len() >= column && !blank {
                run.entries |= is_commented_out(text);
                run.end = Some(line_end);
            } else {
                run.heads_more = !blank && !text.starts_with('#') && run.end.is_some();
                break;
            }
            run.next = inner.next_line(run.next);
        }
        run
    }
}

/// Whether the nearest comment above the end of a collection, at the column of its entries and up to a blank line, is about something else than
/// the new entry: below it, without a blank line, that would seem to be part of it.
fn is_headed(inner: &Inner, id: u32, place: usize, name: Option<&str>) -> bool {
    let column = inner.collection_column(id);
    let start = inner.comments_above(inner.tree.node(id).start as usize, column);
    let last = inner.tree.entries(id).last().map(|(key, _)| inner.text_of(key));
    if name.zip(last.as_deref()).is_some_and(|(name, last)| are_parts(last, name)) {
        return false;
    }
    let parent = inner.key_before(id).map(|key| inner.text_of(key));
    let names: Vec<&str> = name.into_iter().chain(parent.as_deref()).collect();
    let mut at = inner.next_line(place);
    let lines = std::iter::from_fn(|| {
        let end = at - inner.break_before(at);
        let line_start = inner.line_start(end);
        let line = inner.text.get(line_start..end)?;
        if at <= start || line_start == at || line.trim().is_empty() {
            return None;
        }
        at = line_start;
        let comment = line_start + line.len() - line.trim_start().len();
        let heads = comment - line_start <= column && inner.is_comment(comment);
        Some(heads.then(|| line.trim_start()))
    });
    nearest_is_foreign(lines, &names, &inner.subject)
}

/// Whether a new section of a mapping is set off by a blank line: most of its sections are, or, where it has no two of them, some of its
/// lines are. A section is an entry whose value stands below its key.
fn section_gap(inner: &Inner, mapping: u32) -> bool {
    let is_section = |value: u32| inner.tree.node(value).style == Style::Block;
    let entries: Vec<_> = inner.tree.entries(mapping).collect();
    let (mut apart, mut close) = (0, 0);
    for pair in entries.windows(2).filter(|pair| is_section(pair[0].1) || is_section(pair[1].1)) {
        let end = inner.next_line(inner.tree.node(pair[0].1).end as usize);
        let between = inner.text.get(end..inner.line_start(inner.entry_start(pair[1].0))).unwrap_or_default();
        let count = if has_blank(between) { &mut apart } else { &mut close };
        *count += 1;
    }
    let node = inner.tree.node(mapping);
    let alone = apart + close == 0 && node.parent == NONE;
    apart > close || (alone && has_blank(inner.slice(node.start, node.end).trim_end()))
}

/// Whether there are blank lines between the entries of a collection.
fn is_spaced(inner: &Inner, id: u32) -> bool {
    let mut children = inner.tree.children(id);
    let Some(first) = children.next() else { return false };
    let step = if inner.tree.node(id).kind == Kind::Mapping { 2 } else { 1 };
    let starts: Vec<usize> = inner
        .tree
        .children(id)
        .step_by(step)
        .map(|child| inner.line_start(inner.entry_start(child)))
        .collect();
    let mut at = inner.line_start(inner.entry_start(first));
    starts.into_iter().any(|start| {
        let above = inner.text.get(at..start).unwrap_or_default();
        at = start;
        above
            .lines()
            .rev()
            .find(|line| !line.trim_start().starts_with('#'))
            .is_some_and(|line| line.trim().is_empty())
    })
}

fn has_blank(text: &str) -> bool {
    text.lines().any(|line| line.trim().is_empty())
}
