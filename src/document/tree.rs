//! The arena that a text is read into: kinds and byte offsets only, no strings.

/// No node, or no offset.
pub(crate) const NONE: u32 = u32::MAX;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Keys and values.
    Mapping,
    /// Items.
    Sequence,
    /// A text, number, null, …; also a value that is left out.
    Scalar,
    /// `*name`.
    Alias,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A collection by indentation.
    Block,
    /// A collection in brackets, or a lone `key: value` pair inside `[ ]`.
    Flow,
    /// A scalar without quotes; also an alias.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A scalar that is left out (`key:`).
    Empty,
}

/// One node. Children hang on `first` and `next`; in a mapping they are key, value, key, value, …
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeData {
    pub kind: Kind,
    pub style: Style,
    /// A lone pair in a flow sequence, written without braces.
    pub pair: bool,
    /// Whether it has properties (anchor, tag); they are rare and stand in [`Tree::props`].
    pub props: bool,
    /// Where the content starts and ends, properties not included.
    pub start: u32,
    pub end: u32,
    /// The `-` of an item, the `:` of a value, the `?` of a key, or `NONE`.
    pub indicator: u32,
    pub parent: u32,
    /// The first child; of a block scalar, the indentation of its content.
    pub first: u32,
    pub next: u32,
}

/// A comment, from its `#` to the end of its line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommentData {
    pub start: u32,
    pub end: u32,
    pub own_line: bool,
}

/// One document of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocData {
    /// The root node, or `NONE` where the text has no content at all.
    pub root: u32,
    /// Where the document starts: its directives, or `---`, or its content.
    pub start: u32,
    /// The `---`, or `NONE`.
    pub marker: u32,
    /// The `...`, or `NONE`.
    pub end_marker: u32,
    /// Where the text of the document ends: at its `...`, the next document, or the end.
    pub end: u32,
}

/// A text as a tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub nodes: Vec<NodeData>,
    pub comments: Vec<CommentData>,
    /// Node, start of its first property, end of its last; sorted by node.
    pub props: Vec<(u32, u32, u32)>,
    pub docs: Vec<DocData>,
    /// Alias nodes and the nodes that they stand for, sorted by alias.
    pub aliases: Vec<(u32, u32)>,
}

impl Tree {
    pub fn node(&self, id: u32) -> &NodeData {
        &self.nodes[id as usize]
    }

    /// From the first to behind the last property of a node.
    pub fn props(&self, id: u32) -> Option<(u32, u32)> {
        if !self.node(id).props {
            return None;
        }
        let at = self.props.binary_search_by_key(&id, |props| props.0).ok()?;
        Some((self.props[at].1, self.props[at].2))
    }

    pub fn set_props(&mut self, id: u32, start: usize, end: usize) {
        let props = (id, start as u32, end as u32);
        match self.props.binary_search_by_key(&id, |props| props.0) {
            Ok(at) => self.props[at] = props,
            Err(at) => self.props.insert(at, props),
        }
        self.nodes[id as usize].props = true;
    }

    /// Where a node starts, with its properties.
    pub fn outer_start(&self, id: u32) -> u32 {
        self.props(id).map_or(self.node(id).start, |props| props.0)
    }

    /// The children of a node, keys and values alike.
    pub fn children(&self, id: u32) -> Children<'_> {
        let node = self.node(id);
        let next = match node.kind {
            Kind::Mapping | Kind::Sequence => node.first,
            Kind::Scalar | Kind::Alias => NONE,
        };
        Children { tree: self, next }
    }

    /// The keys and values of a mapping, duplicates included; nothing for other nodes.
    pub fn entries(&self, id: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let mut children = match self.node(id).kind {
            Kind::Mapping => self.children(id),
            _ => Children { tree: self, next: NONE },
        };
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// What an alias stands for.
    pub fn target(&self, alias: u32) -> Option<u32> {
        let at = self.aliases.binary_search_by_key(&alias, |pair| pair.0).ok()?;
        Some(self.aliases[at].1)
    }
}

pub(crate) struct Children<'a> {
    tree: &'a Tree,
    next: u32,
}

impl Iterator for Children<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let id = self.next;
        if id == NONE {
            return None;
        }
        self.next = self.tree.node(id).next;
        Some(id)
    }
}
