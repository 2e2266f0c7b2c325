//! A block-style YAML text with other indentation and the same meaning.

use std::collections::BTreeSet;

use litellm_fix::document::{Kind, Limits, Node, Reader, Value, Yaml};

/// How far things stand in.
#[derive(Clone, Copy)]
pub struct Indent {
    /// Columns from a key to the keys below it.
    pub keys: usize,
    /// Columns from a key to the dashes below it.
    pub dashes: usize,
}

/// An open mapping or list, by its columns before and after.
#[derive(Clone, Copy)]
struct Level {
    old: usize,
    new: usize,
    is_list: bool,
}

/// The text with this indentation; block scalars and scalars of several lines move as one. `None` where that is not
/// defined: complex keys, block scalars that state their indentation, flow that stands left of its key.
pub fn reindented(text: &str, indent: Indent) -> Option<String> {
    let yaml = Yaml::read(text, &Limits::default()).ok()?;
    let mut inner = BTreeSet::new();
    inner_lines(&yaml, yaml.root(0)?, &mut inner)?;
    let lines: Vec<Line> = text.split_inclusive('\n').map(Line::new).collect();
    let is_code = |at: usize, line: &Line| !inner.contains(&at) && !line.is_blank() && !line.is_comment();
    let mut out = String::new();
    let mut levels: Vec<Level> = Vec::new();
    // The column before and after of the last line that starts something.
    let mut moved = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        let new = if line.is_blank() {
            line.old
        } else if inner.contains(&at) {
            (line.old + moved.1).checked_sub(moved.0)?
        } else if line.is_comment() {
            let next = lines.iter().enumerate().skip(at).find(|(at, line)| is_code(*at, line));
            match next.filter(|(_, next)| next.old == line.old) {
                Some((_, next)) => column(&mut levels.clone(), next.old, is_dash(next.rest), indent),
                None => of_comment(&levels, line.old, indent),
            }
        } else if line.rest.starts_with("? ") {
            return None;
        } else {
            let new = column(&mut levels, line.old, is_dash(line.rest), indent);
            open_items(&mut levels, line.rest, line.old, new);
            moved = (line.old, new);
            new
        };
        out.extend([&" ".repeat(new), line.rest]);
    }
    assert_eq!(meaning(&out), meaning(text), "{text}\nis not\n{out}");
    Some(out)
}

/// A line without its indentation, with its line end.
struct Line<'a> {
    old: usize,
    rest: &'a str,
}

impl<'a> Line<'a> {
    fn new(line: &'a str) -> Self {
        let rest = line.trim_start_matches(' ');
        Self { old: line.len() - rest.len(), rest }
    }

    fn is_blank(&self) -> bool {
        self.rest.trim().is_empty()
    }

    fn is_comment(&self) -> bool {
        self.rest.starts_with('#')
    }
}

fn is_dash(rest: &str) -> bool {
    rest.trim_end() == "-" || rest.starts_with("- ")
}

/// The new column of a key or dash that starts a line.
fn column(levels: &mut Vec<Level>, old: usize, is_list: bool, indent: Indent) -> usize {
    while levels.pop_if(|level| level.old > old || (level.old == old && level.is_list && !is_list)).is_some()
    {
    }
    let new = match levels.last() {
        Some(level) if level.old == old && level.is_list == is_list => return level.new,
        Some(level) if is_list && !level.is_list => level.new + indent.dashes,
        Some(level) => level.new + indent.keys,
        None => old,
    };
    levels.push(Level { old, new, is_list });
    new
}

/// What stands behind dashes keeps its distance.
fn open_items(levels: &mut Vec<Level>, mut rest: &str, mut old: usize, mut new: usize) {
    while let Some(behind) = rest.strip_prefix("- ") {
        let inner = behind.trim_start_matches(' ');
        let gap = rest.len() - inner.len();
        (rest, old, new) = (inner, old + gap, new + gap);
        levels.push(Level { old, new, is_list: is_dash(rest) });
    }
}

/// A comment that does not stand as the next line does: at what is open, or as deep below it as before.
fn of_comment(open: &[Level], old: usize, indent: Indent) -> usize {
    match open.iter().rfind(|level| level.old <= old) {
        Some(level) => level.new + (old - level.old) * indent.keys / 2,
        None => old,
    }
}

/// The numbers, from 0, of the lines that go on with a scalar or a flow collection of the line above.
fn inner_lines(yaml: &Yaml, node: Node<'_>, inner: &mut BTreeSet<usize>) -> Option<()> {
    let source = node.source();
    let is_block = matches!(node.kind(), Kind::Mapping | Kind::Sequence) && !source.starts_with(['{', '[']);
    if is_block {
        for (_, value) in node.entries() {
            inner_lines(yaml, value, inner)?;
        }
        return node.items().try_for_each(|item| inner_lines(yaml, item, inner));
    }
    let head = source.lines().next().unwrap_or_default();
    if head.starts_with(['|', '>']) && head.split(" #").next()?.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (first, _) = yaml.line_column(node.span().start);
    inner.extend((first..).take(source.trim_end_matches('\n').matches('\n').count()));
    Some(())
}

/// What a text means, with its comments in their order.
fn meaning(text: &str) -> Option<(Value, Vec<String>)> {
    let yaml = Yaml::read(text, &Limits::default()).ok()?;
    let comments = yaml.comments().map(|comment| comment.text.to_owned()).collect();
    Some((yaml.root(0)?.value(Reader::PyYaml), comments))
}

#[test]
fn every_structure_is_reindented() {
    let text = "# a\nm:\n  - k: 1  # b\n    # c\n    l:\n      x: |\n        one\n          two\n\n        three\n  # d\n  -  - p\n     - q\n\
                n:\n  # e\n  o: word\n    goes on\n  p: {a: 1,\n    b: 2}\n# f\nz: 1\n";
    let wide = reindented(text, Indent { keys: 4, dashes: 4 }).unwrap();
    let flat = reindented(text, Indent { keys: 2, dashes: 0 }).unwrap();
    let expected = "# a\nm:\n    - k: 1  # b\n      # c\n      l:\n          x: |\n            one\n              two\n\n            three\n\
                    \x20   # d\n    -  - p\n       - q\nn:\n    # e\n    o: word\n      goes on\n    p: {a: 1,\n      b: 2}\n# f\nz: 1\n";
    assert_eq!(wide, expected);
    assert!(flat.starts_with("# a\nm:\n- k: 1  # b\n  # c\n  l:\n    x: |\n      one\n"), "{flat}");
    assert!(flat.contains("\n# d\n-  - p\n   - q\nn:\n"), "{flat}");
    assert_eq!(reindented(&flat, Indent { keys: 2, dashes: 2 }).unwrap(), text);
    assert!(reindented("a: |2\n    x\n", Indent { keys: 4, dashes: 4 }).is_none());
}
