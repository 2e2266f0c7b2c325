//! The lines of a template, and what stands for them before it is filled in.

use std::collections::HashMap;
use std::ops::Range;

use super::outline::Outline;
use super::{Does, Expression, Part, Printed, Template, Unknown, opens};

/// The lines of a template.
pub(super) struct Lines<'t> {
    text: &'t str,
    lines: Vec<Line>,
    /// Of each line, the column of the next one of YAML behind it: without those that stand in place of others, and with them.
    next: Vec<[Option<usize>; 2]>,
}

/// A line, with the parts of expressions that stand in it.
struct Line {
    span: Range<usize>,
    parts: Vec<(Range<usize>, Does)>,
    kind: Kind,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// One of YAML, perhaps with expressions in it.
    Content,
    /// Expressions alone.
    Alone,
    /// Anything that only stands where another part does not.
    Instead,
}

impl Line {
    /// Whether an expression prints in this part of the line.
    fn prints_in(&self, part: &Range<usize>) -> bool {
        let prints = |(at, does): &(Range<usize>, Does)| {
            matches!(does, Does::Prints(_)) && part.contains(&(at.start - self.span.start))
        };
        self.parts.iter().any(prints)
    }
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str, all: &[Expression]) -> Self {
        let mut lines = Vec::new();
        let (mut start, mut first) = (0, 0);
        for own in text.split_inclusive('\n') {
            let end = start + own.trim_end_matches(['\n', '\r']).len();
            while all.get(first).is_some_and(|one| one.span.end <= start) {
                first += 1;
            }
            let here = all[first..].iter().take_while(|one| one.span.start < end);
            let parts = here.map(|one| {
                // Of one over several lines only its first part does it.
                let does = if one.span.start < start { Does::Nothing } else { one.does };
                (one.span.start.max(start)..one.span.end.min(end), does)
            });
            let parts: Vec<_> = parts.collect();
            let kind = if is_alone(text, start..end, &parts) { Kind::Alone } else { Kind::Content };
            lines.push(Line { span: start..end, parts, kind });
            start += own.len();
        }
        let mut all = Self { text, lines, next: Vec::new() };
        all.set_aside();
        all.next = all.next_columns();
        all
    }

    /// Marks what stands in place of something else.
    fn set_aside(&mut self) {
        let mut instead: Vec<bool> = Vec::new();
        for line in &mut self.lines {
            let inside = instead.contains(&true);
            for (_, does) in &line.parts {
                match does {
                    does if opens(*does) => instead.push(false),
                    Does::Otherwise => instead.last_mut().into_iter().for_each(|last| *last = true),
                    Does::Ends => drop(instead.pop()),
                    _ => {}
                }
            }
            if inside && line.kind == Kind::Content {
                line.kind = Kind::Instead;
            }
        }
    }

    fn of(&self, line: &Line) -> &'t str {
        &self.text[line.span.clone()]
    }

    fn indent(&self, line: &Line) -> usize {
        let text = self.of(line);
        text.len() - text.trim_start_matches(' ').len()
    }

    fn next_columns(&self) -> Vec<[Option<usize>; 2]> {
        let mut next = [None; 2];
        let mut all: Vec<_> = self
            .lines
            .iter()
            .rev()
            .map(|line| {
                let here = next;
                if !self.of(line).trim().is_empty() {
                    let column = Some(self.indent(line));
                    match line.kind {
                        Kind::Content => next = [column; 2],
                        Kind::Instead => next[1] = column,
                        Kind::Alone => {}
                    }
                }
                here
            })
            .collect();
        all.reverse();
        all
    }

    /// The column of the next line of YAML behind this one.
    fn next_column(&self, at: usize, also_instead: bool) -> Option<usize> {
        self.next[at][usize::from(also_instead)]
    }

    /// The text with each expression taken for a word of the same length in braces or parentheses, or for a comment where it stands alone.
    pub fn plain(&self, braces: bool) -> String {
        let mut plain = String::with_capacity(self.text.len());
        for (at, line) in self.lines.iter().enumerate() {
            match line.kind {
                Kind::Content => plain.push_str(&self.masked(line, braces)),
                Kind::Alone if self.of(line).trim_start().starts_with('#') => plain.push_str(self.of(line)),
                Kind::Alone | Kind::Instead => {
                    let length = line.span.len();
                    let column = self.next_column(at, false).unwrap_or_else(|| self.indent(line)).min(length);
                    plain.extend(std::iter::repeat_n(' ', column));
                    plain.extend((column < length).then_some('#'));
                    plain.extend(std::iter::repeat_n('x', length.saturating_sub(column + 1)));
                }
            }
            let next = self.lines.get(at + 1).map_or(self.text.len(), |next| next.span.start);
            plain.push_str(&self.text[line.span.end..next]);
        }
        plain
    }

    fn masked(&self, line: &Line, braces: bool) -> String {
        let mut out = String::new();
        let (mut from, mut open) = (line.span.start, None);
        for (part, _) in &line.parts {
            let literal = &self.text[from..part.start];
            out.push_str(literal);
            open = literal.chars().fold(open, quote);
            let before = &self.text[line.span.start..part.start];
            let behind = self.text[part.end..line.span.end].trim_start();
            let quoted = open.is_some();
            let first = before.trim_end().is_empty() || before.ends_with(": ") || before.ends_with("- ");
            let last = behind.is_empty() || behind.starts_with(['#', ',', ']', '}']);
            let in_flow = before.trim_end().ends_with(['[', '{', ',']);
            // What has a name is found by it, so that it is no mapping.
            let name = !quoted && before.trim_start_matches([' ', '-', '{']).starts_with("name: ");
            let whole = (first || in_flow) && last && !name;
            let ends = match (quoted || whole, first) {
                (true, _) => ("{{", "}}"),
                (false, _) if name || !braces => ("$(", ")"),
                // No text begins with a brace.
                (false, true) => ("x{{", "}}"),
                (false, false) => ("{{", "}}"),
            };
            out.push_str(&word(&self.text[part.clone()], ends));
            from = part.end;
        }
        out.push_str(&self.text[from..line.span.end]);
        out
    }

    /// What the template leaves open; `printed` has what its lines print.
    pub fn template(&self, printed: &HashMap<usize, Printed>) -> Template {
        let mut template = Template::default();
        let mut outline = Outline::default();
        let mut heads: Vec<Option<usize>> = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            for (_, does) in &line.parts {
                match does {
                    does if opens(*does) => heads.push((!outline.is_empty()).then_some(at + 1)),
                    Does::Ends => {
                        let head = heads.pop().flatten();
                        template.parts.extend(head.map(|head| Part { head, end: at + 1 }));
                    }
                    _ => {}
                }
            }
            match line.kind {
                Kind::Content => {
                    let masked = self.masked(line, true);
                    outline.pass(&masked);
                    let named = Outline::named(&masked).filter(|name| line.prints_in(name));
                    let block = named.and_then(|_| outline.around());
                    let unknown = block.map(|(doc, path)| Unknown { doc, path, line: at + 1, prints: None });
                    template.unknown.extend(unknown);
                    let whole = printed.get(&(at + 1)).filter(|_| self.is_whole(line)).zip(outline.last());
                    template.filled.extend(whole.map(|(prints, (doc, path))| Unknown {
                        doc,
                        path,
                        line: at + 1,
                        prints: Some(prints.clone()),
                    }));
                }
                Kind::Instead => {}
                Kind::Alone => template.unknown.extend(self.unknown(at, line, &outline)),
            }
        }
        let of_line = |one: &mut Unknown| one.prints = printed.get(&one.line).cloned();
        template.unknown.iter_mut().for_each(of_line);
        template
    }

    /// The blocks that the expressions of a line may add to.
    fn unknown(&self, at: usize, line: &Line, outline: &Outline) -> Vec<Unknown> {
        let own = self.indent(line);
        let columns = line.parts.iter().filter_map(|(_, does)| match does {
            Does::Prints(column) => Some(column.unwrap_or(own)),
            Does::Repeats | Does::Otherwise => Some(self.next_column(at, true).unwrap_or(own)),
            _ => None,
        });
        let mut found: Vec<Unknown> = Vec::new();
        for column in columns {
            let (doc, blocks) = outline.blocks(column);
            found.extend(blocks.into_iter().map(|path| Unknown { doc, path, line: at + 1, prints: None }));
        }
        found.dedup();
        found
    }

    /// Whether an expression is all of the value of a key.
    fn is_whole(&self, line: &Line) -> bool {
        let [(part, _)] = &line.parts[..] else { return false };
        let before = self.text[line.span.start..part.start].trim_end_matches('"');
        let behind = self.text[part.end..line.span.end].trim_start_matches('"').trim_start();
        before.ends_with(": ") && (behind.is_empty() || behind.starts_with('#'))
    }
}

/// Whether nothing but expressions stands in a line, and perhaps a comment.
fn is_alone(text: &str, line: Range<usize>, parts: &[(Range<usize>, Does)]) -> bool {
    let mut from = line.start;
    for (part, _) in parts {
        let between = text[from..part.start].trim();
        if !(between.is_empty() || (from == line.start && between == "#")) {
            return false;
        }
        from = part.end;
    }
    let rest = text[from..line.end].trim_start();
    !parts.is_empty() && (rest.is_empty() || rest.starts_with('#'))
}

/// The quote that is open behind a character, where this one was before it.
fn quote(open: Option<char>, c: char) -> Option<char> {
    match open {
        Some(own) if c == own => None,
        None if c == '"' || c == '\'' => Some(c),
        open => open,
    }
}

/// A word of the same length as an expression, the same for the same one.
fn word(expression: &str, (open, close): (&str, &str)) -> String {
    let length = expression.len();
    if length < open.len() + close.len() + 1 {
        return "x".repeat(length);
    }
    // What stands in quotes may be anything, but the name of what is included.
    let (mut inner, mut quoted, named) = (String::new(), false, expression.contains("include "));
    for c in expression.chars() {
        quoted ^= c == '"';
        let keep = (c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) && (!quoted || named);
        if keep { inner.push(c) } else { inner.extend(std::iter::repeat_n('_', c.len_utf8())) }
    }
    format!("{open}{}{close}", &inner[open.len()..length - close.len()])
}
