//! In which block of a document a line would stand that is not there: told by the indentation of the lines before it.

use std::ops::Range;

use crate::document::{Path, Step};

/// The blocks that are open behind the lines that were gone through.
#[derive(Debug, Default)]
pub struct Outline {
    doc: usize,
    begun: bool,
    open: Vec<Open>,
    /// Whether the last line is a key without a value.
    expects: bool,
}

#[derive(Debug)]
struct Open {
    column: usize,
    step: Step,
    /// Whether what stands below is a text.
    text: bool,
}

impl Outline {
    /// Whether nothing of the document stands yet.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Goes through a line.
    pub fn pass(&mut self, line: &str) {
        let rest = line.trim_start_matches(' ');
        let content = rest.trim_end();
        if content.is_empty() || content.starts_with('#') {
            return;
        }
        if line.starts_with("---") {
            self.doc += usize::from(self.begun);
            self.begun = true;
            self.open.clear();
            self.expects = false;
            return;
        }
        self.begun = true;
        self.content(content, line.len() - rest.len());
    }

    fn content(&mut self, mut content: &str, mut column: usize) {
        self.expects = false;
        while content == "-" || content.starts_with("- ") {
            let index = self.close_for_item(column);
            self.open.push(Open { column, step: Step::Index(index), text: false });
            let rest = content[1..].trim_start();
            column += content.len() - rest.len();
            content = rest;
        }
        self.close(column);
        let Some((key, value)) = key(content) else { return };
        let text = value.starts_with(['|', '>']);
        self.expects = value.is_empty() || value.starts_with('#');
        self.open.push(Open { column, step: Step::Key(key.to_owned()), text });
    }

    /// Where in a line its key stands, if it has one.
    pub fn named(line: &str) -> Option<Range<usize>> {
        let content = line.trim_start_matches([' ', '-']);
        let start = line.len() - content.len();
        key(content.trim_end()).map(|(key, _)| start..start + key.len())
    }

    /// The document, and the block that the last key stands in.
    pub fn around(&self) -> Option<(usize, Path)> {
        Some((self.doc, self.path(self.open.len().checked_sub(1)?)))
    }

    /// The document, and the last key that was passed.
    pub fn last(&self) -> Option<(usize, Path)> {
        (!self.is_empty()).then(|| (self.doc, self.path(self.open.len())))
    }

    /// Closes what stands at this column or behind it.
    fn close(&mut self, column: usize) {
        while self.open.last().is_some_and(|last| last.column >= column) {
            self.open.pop();
        }
    }

    /// The same before an item of a sequence, whose key may stand at the same column; gives the position of the item.
    fn close_for_item(&mut self, column: usize) -> usize {
        while let Some(last) = self.open.last() {
            match &last.step {
                Step::Index(index) if last.column == column => {
                    let next = index + 1;
                    self.open.pop();
                    return next;
                }
                Step::Key(_) if last.column == column => return 0,
                _ if last.column < column => return 0,
                _ => drop(self.open.pop()),
            }
        }
        0
    }

    /// The document and the blocks in which a line may stand that begins at this column: behind the items of a list that is as far left as
    /// its key, it may be one more item, or stand beside that key.
    pub fn blocks(&self, column: usize) -> (usize, Vec<Path>) {
        let inside = |(at, open): (usize, &Open)| {
            let last = at + 1 == self.open.len();
            open.column < column || (last && self.expects && open.column == column)
        };
        let count = self.open.iter().enumerate().take_while(|one| inside(*one)).count();
        let item = self.open.get(count + 1).is_some_and(|next| matches!(next.step, Step::Index(_)));
        let list = item && self.open[count + 1].column == column;
        let counts = std::iter::once(count).chain(list.then_some(count + 1));
        (self.doc, counts.map(|count| self.path(count)).collect())
    }

    /// The path of so many open blocks.
    fn path(&self, count: usize) -> Path {
        self.open[..count].iter().fold(Path::root(), |path, open| {
            let path = path.child(open.step.clone());
            if open.text { path.child(Step::Inside) } else { path }
        })
    }
}

/// A key and its value.
fn key(content: &str) -> Option<(&str, &str)> {
    let end = match content.chars().next()? {
        quote @ ('"' | '\'') => 2 + content[1..].find(quote)?,
        '{' | '[' => return None,
        _ => content.match_indices(':').map(|(at, _)| at).find(|at| {
            let rest = &content[at + 1..];
            rest.is_empty() || rest.starts_with(' ')
        })?,
    };
    let value = content[end..].strip_prefix(':')?;
    Some((content[..end].trim_matches(['"', '\'']), value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_by_indentation() {
        let text = "kind: Deployment\nspec:\n  containers:\n  - name: a\n  - name: b\n    env:\n    - name: X\n      value: y\n";
        let mut outline = Outline::default();
        text.lines().for_each(|line| outline.pass(line));
        let at = |column| {
            let blocks = outline.blocks(column).1;
            blocks.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(at(6), ["spec.containers[1].env[0]"]);
        assert_eq!(at(4), ["spec.containers[1]", "spec.containers[1].env"]);
        assert_eq!(at(2), ["spec", "spec.containers"]);
        outline.pass("---");
        outline.pass("data:");
        assert_eq!(outline.blocks(0), (1, vec![Path::keys(["data"])]));
        outline.pass("  config.yaml: |");
        outline.pass("    model_list: []");
        assert_eq!(outline.blocks(4), (1, vec![Path::keys(["data", "config.yaml"]).child(Step::Inside)]));
    }
}
