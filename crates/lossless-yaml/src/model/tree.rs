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

/// One node. In a mapping the children are key, value, key, value, …
///
/// A large file is held as several trees at once, so a node is 20 bytes: what is rare stands beside the nodes in the tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeData {
    pub kind: Kind,
    pub style: Style,
    flags: u8,
    /// How far the indicator stands before the content: 0 without one, `FAR` if [`Tree::far_indicators`] knows.
    gap: u8,
    /// Where the content starts and ends, properties not included.
    pub start: u32,
    pub end: u32,
    pub parent: u32,
    /// The next child of the parent.
    pub next: u32,
}

const PAIR: u8 = 1;
const PROPS: u8 = 2;
const KEY_BEFORE: u8 = 4;
const FAR: u8 = u8::MAX;

impl NodeData {
    pub fn new(kind: Kind, style: Style, start: usize, end: usize) -> Self {
        let (start, end) = (start as u32, end as u32);
        Self { kind, style, flags: 0, gap: 0, start, end, parent: NONE, next: NONE }
    }

    /// A lone pair in a flow sequence, written without braces.
    pub fn is_pair(&self) -> bool {
        self.flags & PAIR != 0
    }

    pub fn set_pair(&mut self) {
        self.flags |= PAIR;
    }

    /// Tells that the first key of this mapping was read before it was known to be a key, and so stands before it in the arena.
    pub fn set_key_before(&mut self) {
        self.flags |= KEY_BEFORE;
    }

    /// Whether it has properties (anchor, tag): see [`Tree::props`].
    pub fn has_props(&self) -> bool {
        self.flags & PROPS != 0
    }

    /// Whether it has an indicator: see [`Tree::indicator`].
    pub fn has_indicator(&self) -> bool {
        self.gap != 0
    }
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
    /// Nodes and their indicators, where those stand far away; sorted by node.
    pub far_indicators: Vec<(u32, u32)>,
    /// Block scalars and the indentation of their content, sorted by node.
    pub indentations: Vec<(u32, u32)>,
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
        if !self.node(id).has_props() {
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
        self.nodes[id as usize].flags |= PROPS;
    }

    /// The `-` of an item, the `:` of a value, the `?` of a key, or `NONE`.
    pub fn indicator(&self, id: u32) -> u32 {
        let node = self.node(id);
        match node.gap {
            0 => NONE,
            FAR => self.beside(&self.far_indicators, id),
            gap => node.start - u32::from(gap),
        }
    }

    pub fn set_indicator(&mut self, id: u32, at: usize) {
        let node = &mut self.nodes[id as usize];
        node.gap = u8::try_from(node.start as usize - at).unwrap_or(FAR);
        if node.gap == FAR {
            let place = self.far_indicators.partition_point(|far| far.0 < id);
            self.far_indicators.insert(place, (id, at as u32));
        }
    }

    /// The indentation of the content of a block scalar.
    pub fn indentation(&self, id: u32) -> usize {
        self.beside(&self.indentations, id) as usize
    }

    fn beside(&self, table: &[(u32, u32)], id: u32) -> u32 {
        table.binary_search_by_key(&id, |entry| entry.0).map_or(NONE, |at| table[at].1)
    }

    /// Where a node starts, with its properties.
    pub fn outer_start(&self, id: u32) -> u32 {
        self.props(id).map_or(self.node(id).start, |props| props.0)
    }

    /// The children of a node, keys and values alike.
    pub fn children(&self, id: u32) -> Children<'_> {
        Children { tree: self, next: self.first(id) }
    }

    /// Whether a node has no children.
    pub fn is_childless(&self, id: u32) -> bool {
        self.first(id) == NONE
    }

    /// The first child. It and all below it stand right behind their parent in the arena, except where a key was read before its
    /// mapping was known: then they end right before the mapping. So one of the neighbours leads up to it.
    fn first(&self, id: u32) -> u32 {
        let node = self.node(id);
        let mut child = match node.kind {
            Kind::Scalar | Kind::Alias => return NONE,
            _ if node.flags & KEY_BEFORE != 0 => id - 1,
            _ => id + 1,
        };
        while let Some(node) = self.nodes.get(child as usize) {
            if node.parent == id {
                return child;
            }
            child = node.parent;
        }
        NONE
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
