//! What differs between two texts, line by line.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Lines of the old text that give way to lines of the new one; either may be none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    /// Line numbers of the old text, counted from 0.
    pub old: Range<usize>,
    /// Line numbers of the new text, counted from 0.
    pub new: Range<usize>,
}

/// Two texts as lines, each with its line ending, and the changes from one to the other in order.
#[derive(Clone, Debug)]
pub struct Compared<'t> {
    /// The lines before.
    pub old: Vec<&'t str>,
    /// The lines after.
    pub new: Vec<&'t str>,
    /// The changes.
    pub changes: Vec<LineChange>,
}

impl<'t> Compared<'t> {
    /// Compares two texts. What they share at both ends costs next to nothing.
    pub fn new(before: &'t str, after: &'t str) -> Self {
        let old: Vec<&str> = before.split_inclusive('\n').collect();
        let new: Vec<&str> = after.split_inclusive('\n').collect();
        let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
        let (old_end, new_end) = (old.len() - tail, new.len() - tail);
        let mut changes: Vec<LineChange> = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, &old[head..old_end], &new[head..new_end]) {
            if matches!(op, DiffOp::Equal { .. }) {
                continue;
            }
            let shifted = |range: Range<usize>| range.start + head..range.end + head;
            let change = LineChange { old: shifted(op.old_range()), new: shifted(op.new_range()) };
            match changes.last_mut() {
                Some(last) if last.old.end == change.old.start && last.new.end == change.new.start => {
                    last.old.end = change.old.end;
                    last.new.end = change.new.end;
                }
                _ => changes.push(change),
            }
        }
        Self { old, new, changes }
    }

    /// The lines of the old text from which these lines of the new text came.
    pub fn origin(&self, new: &Range<usize>) -> Range<usize> {
        self.origin_of(new.start, false)..self.origin_of(new.end, true)
    }

    fn origin_of(&self, line: usize, end: bool) -> usize {
        let mut shift = 0isize;
        for change in &self.changes {
            if line < change.new.start || (line == change.new.start && !end) && !change.new.is_empty() {
                break;
            }
            if line < change.new.end || (line == change.new.end && end) {
                return if end { change.old.end } else { change.old.start };
            }
            shift = change.old.end as isize - change.new.end as isize;
        }
        line.saturating_add_signed(shift)
    }
}
