//! YAML as people write it: block and flow, comments, anchors, blank lines, several indentations.

use super::dice::Dice;
use super::people::COMMENTS;

/// What is to be written. A scalar, and a collection in flow style, is the text that it has in the file.
#[derive(Clone)]
pub enum Node {
    Text(String),
    Map(Vec<(String, Node)>),
    List(Vec<Node>),
}

impl Node {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// Writes one file.
pub struct Writer<'d> {
    pub dice: &'d mut Dice,
    out: String,
    step: usize,
    /// Whether the items of a list stand further in than its key.
    lists_in: bool,
    comments: usize,
    anchors: usize,
    /// Whether mappings may be repeated by an alias.
    pub aliases: bool,
}

impl<'d> Writer<'d> {
    pub fn new(dice: &'d mut Dice) -> Self {
        let (step, lists_in) = (if dice.percent(85) { 2 } else { 4 }, dice.percent(70));
        let comments = *dice.one_of(&[0, 3, 12, 30]);
        let aliases = dice.percent(12);
        Self { dice, out: String::new(), step, lists_in, comments, anchors: 0, aliases }
    }

    /// The text of a document with these entries.
    pub fn document(mut self, entries: &[(String, Node)]) -> String {
        for (key, node) in entries {
            if self.dice.percent(30) && !self.out.is_empty() {
                self.out.push('\n');
            }
            self.entry(key, node, 0);
        }
        self.comment(0);
        self.out
    }

    fn comment(&mut self, indent: usize) {
        if self.dice.percent(self.comments) {
            let comment = self.dice.one_of(COMMENTS);
            self.out.push_str(&format!("{:indent$}{comment}\n", ""));
        }
    }

    fn end(&mut self) {
        if self.dice.percent(self.comments / 2) {
            self.out.push_str(&format!("  {}", self.dice.one_of(COMMENTS)));
        }
        self.out.push('\n');
    }

    fn entry(&mut self, key: &str, node: &Node, indent: usize) {
        self.comment(indent);
        let quoted = if self.dice.percent(3) { format!("\"{key}\"") } else { key.to_owned() };
        self.out.push_str(&format!("{:indent$}{quoted}:", ""));
        self.value(node, indent);
    }

    /// What stands behind the colon of a key.
    fn value(&mut self, node: &Node, indent: usize) {
        let flow = self.dice.percent(if indent == 0 { 4 } else { 15 });
        match node {
            Node::Text(text) if text.is_empty() => self.end(),
            Node::Text(text) => {
                match self.opened(text) {
                    Some(inner) => return self.value(&inner, indent),
                    None => self.out.push_str(&format!(" {text}")),
                }
                self.end();
            }
            Node::Map(entries) if entries.is_empty() || flow => {
                self.out.push_str(&format!(" {}", flow_of(node)));
                self.end();
            }
            Node::List(items) if items.is_empty() || flow => {
                self.out.push_str(&format!(" {}", flow_of(node)));
                self.end();
            }
            Node::Map(entries) => {
                if self.aliases && self.dice.percent(10) {
                    self.anchors += 1;
                    self.out.push_str(&format!(" &a{}", self.anchors));
                }
                self.end();
                self.entries(entries, indent + self.step);
            }
            Node::List(items) => {
                self.end();
                let indent = if self.lists_in { indent + self.step } else { indent };
                for item in items {
                    self.item(item, indent);
                }
            }
        }
    }

    fn entries(&mut self, entries: &[(String, Node)], indent: usize) {
        for (at, (key, node)) in entries.iter().enumerate() {
            if at > 0 && self.dice.percent(4) {
                self.out.push('\n');
            }
            self.entry(key, node, indent);
        }
    }

    fn item(&mut self, item: &Node, indent: usize) {
        self.comment(indent);
        match item {
            Node::Map(entries) if !entries.is_empty() => {
                // The first key stands behind the dash.
                let from = self.out.len();
                self.entries_of_item(entries, indent + 2);
                self.out.replace_range(from..from + indent + 2, &format!("{:indent$}- ", ""));
            }
            other => {
                self.out.push_str(&format!("{:indent$}- {}", "", flow_of(other)));
                self.end();
            }
        }
    }

    fn entries_of_item(&mut self, entries: &[(String, Node)], indent: usize) {
        let mut entries = entries.iter();
        if let Some((key, node)) = entries.next() {
            self.out.push_str(&format!("{:indent$}{key}:", ""));
            self.value(node, indent);
        }
        for (key, node) in entries {
            self.entry(key, node, indent);
        }
    }

    /// A collection that stands in the pools in flow style, opened to block style as often as not.
    fn opened(&mut self, text: &str) -> Option<Node> {
        let is_list = text.starts_with('[') && text.ends_with(']');
        let is_map = text.starts_with('{') && text.ends_with('}');
        if !(is_list || is_map) || text.len() == 2 || self.dice.percent(35) {
            return None;
        }
        let parts = parts(&text[1..text.len() - 1]);
        if is_list {
            return Some(Node::List(parts.into_iter().map(node_of).collect()));
        }
        let entries: Option<Vec<_>> = parts.into_iter().map(entry_of).collect();
        Some(Node::Map(entries?))
    }
}

fn entry_of(part: &str) -> Option<(String, Node)> {
    let (key, value) = part.split_once(": ")?;
    Some((key.trim_matches('"').to_owned(), Node::text(value)))
}

/// An item of a list in flow style: a mapping is opened, so that it can stand in block style.
fn node_of(part: &str) -> Node {
    let inner = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
    let entries = inner.and_then(|inner| parts(inner).into_iter().map(entry_of).collect::<Option<Vec<_>>>());
    entries.map_or_else(|| Node::text(part), Node::Map)
}

/// The parts of a collection in flow style between its commas.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut from, mut parts) = (0, false, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

fn flow_of(node: &Node) -> String {
    match node {
        Node::Text(text) if text.is_empty() => "null".to_owned(),
        Node::Text(text) => text.clone(),
        Node::List(items) => format!("[{}]", items.iter().map(flow_of).collect::<Vec<_>>().join(", ")),
        Node::Map(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, node)| format!("{key}: {}", flow_of(node))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}
