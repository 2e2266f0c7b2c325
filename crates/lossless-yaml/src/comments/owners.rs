//! What comments belong to, by position and column.

use crate::model::comment::{Comment, Owner, OwnerNode, Side};
use crate::model::path::{Path, Step};
use crate::model::tree::{Kind, NONE, Style};
use crate::source::inner::Inner;
use crate::source::yaml::Yaml;

impl Yaml {
    /// The comments of this text, then of the embedded ones; positions are those of the file.
    pub fn comments(&self) -> impl Iterator<Item = Comment<'_>> {
        crate::comments::owners::comments(self).into_iter()
    }
}

/// An own-line comment with nothing but comments below it so far: what it is no part of, those below it are no part of either.
#[derive(Clone, Copy)]
struct Above {
    /// How many nodes begin before it.
    behind: usize,
    column: usize,
}

/// The nodes of a document in the order in which they begin: at their `-`, `?` or `:` if they have one.
struct Order(Vec<u32>);

fn visit(inner: &Inner, id: u32, order: &mut Vec<u32>) {
    order.push(id);
    for child in inner.tree.children(id) {
        visit(inner, child, order);
    }
}

/// The owner of each comment, in text order.
pub(crate) fn owners(inner: &Inner) -> &[OwnerNode] {
    inner.owners.get_or_init(|| find_owners(inner))
}

fn find_owners(inner: &Inner) -> Vec<OwnerNode> {
    let tree = &inner.tree;
    let mut out = Vec::with_capacity(tree.comments.len());
    if tree.comments.is_empty() {
        return out;
    }
    let keys = Keys::new(inner);
    let mut at = 0;
    for (doc, data) in tree.docs.iter().enumerate() {
        let last = doc + 1 == tree.docs.len();
        let mut order = Order(Vec::new());
        if data.root != NONE && at < tree.comments.len() && (last || tree.comments[at].start < data.end) {
            if tree.docs.len() == 1 {
                order.0.reserve_exact(tree.nodes.len());
            }
            visit(inner, data.root, &mut order.0);
        }
        let mut above = None;
        while let Some(comment) = tree.comments.get(at) {
            if !last && comment.start >= data.end {
                break;
            }
            out.push(order.owner(inner, &keys, doc as u32, at, &mut above));
            at += 1;
        }
    }
    out
}

/// Which nodes are keys.
struct Keys(Vec<bool>);

impl Keys {
    fn new(inner: &Inner) -> Self {
        let mut keys = vec![false; inner.tree.nodes.len()];
        for id in 0..inner.tree.nodes.len() as u32 {
            for (key, _) in inner.tree.entries(id) {
                keys[key as usize] = true;
            }
        }
        Self(keys)
    }

    /// Whether a node is a key or an item.
    fn is_entry(&self, inner: &Inner, id: u32) -> bool {
        let parent = inner.tree.node(id).parent;
        parent != NONE && (self.0[id as usize] || inner.tree.node(parent).kind == Kind::Sequence)
    }
}

impl Order {
    fn owner(
        &self,
        inner: &Inner,
        keys: &Keys,
        doc: u32,
        comment: usize,
        above: &mut Option<Above>,
    ) -> OwnerNode {
        let tree = &inner.tree;
        let comment = tree.comments[comment];
        let behind = self.0.partition_point(|id| inner.entry_start(*id) < comment.start as usize);
        let next = self.0[behind..].iter().copied().find(|id| keys.is_entry(inner, *id));
        let root = self.0.first().copied().unwrap_or(NONE);
        let first = !self.0[..behind].iter().any(|id| keys.is_entry(inner, *id));
        let owner = |node, side| OwnerNode { doc, node, side, next: next.unwrap_or(NONE), first };
        let Some(&previous) = self.0[..behind].last() else {
            let side = if comment.own_line { Side::Before } else { Side::Trailing };
            return owner(if comment.own_line { next.unwrap_or(root) } else { root }, side);
        };
        if !comment.own_line {
            return owner(outermost_closed(inner, previous, comment.start), Side::Trailing);
        }
        let own = inner.column(comment.start as usize);
        let column = above.filter(|above| above.behind == behind).map_or(own, |above| above.column.min(own));
        *above = Some(Above { behind, column });
        let mut inside = previous;
        loop {
            let parent = tree.node(inside).parent;
            let data = tree.node(inside);
            let in_brackets = data.style == Style::Flow && !data.is_pair() && comment.start < data.end;
            if in_brackets || parent == NONE || holds(inner, parent, column) {
                break;
            }
            inside = parent;
        }
        match next {
            Some(next) if is_inside(inner, next, inside) => owner(next, Side::Before),
            _ => owner(inside, Side::After),
        }
    }
}

/// Whether a comment below an entry of `parent` belongs to that entry rather than further out.
fn holds(inner: &Inner, parent: u32, column: usize) -> bool {
    let data = inner.tree.node(parent);
    data.style == Style::Block && column > inner.column(data.start as usize)
}

/// The outermost flow collection that ends between a node and a comment behind it, or the node itself.
fn outermost_closed(inner: &Inner, id: u32, offset: u32) -> u32 {
    let mut at = id;
    loop {
        let parent = inner.tree.node(at).parent;
        if parent == NONE {
            return at;
        }
        let data = inner.tree.node(parent);
        if data.style != Style::Flow || data.end > offset {
            return at;
        }
        at = parent;
    }
}

fn is_inside(inner: &Inner, id: u32, ancestor: u32) -> bool {
    let mut at = id;
    while at != NONE {
        if at == ancestor {
            return true;
        }
        at = inner.tree.node(at).parent;
    }
    false
}

/// The comments of a text and of those embedded in it, as callers see them.
pub(crate) fn comments(yaml: &Yaml) -> Vec<Comment<'_>> {
    let mut out: Vec<_> = own_comments(&yaml.inner);
    for embedded in yaml.embedded.iter() {
        out.extend(comments(&embedded.yaml));
    }
    out
}

fn own_comments(inner: &Inner) -> Vec<Comment<'_>> {
    let owners = owners(inner);
    let comments = inner.tree.comments.iter().zip(owners);
    comments
        .map(|(data, owner)| {
            let (line, column) = inner.outer_line_column(data.start as usize);
            let doc = inner.outer.as_ref().map_or(owner.doc as usize, |outer| outer.doc);
            let path = |node: u32| match node {
                NONE => inner.outer.as_ref().map_or_else(Path::root, |outer| outer.path.clone()),
                node => inner.path(node),
            };
            Comment {
                text: inner.slice(data.start, data.end),
                offset: inner.to_outer(data.start as usize),
                line,
                column,
                own_line: data.own_line,
                owner: Owner { doc, path: path(owner.node), side: owner.side },
                next_key: (owner.next != NONE).then(|| (doc, path(owner.next))),
                before_first_key: owner.first,
                embedded: matches!(
                    inner.outer.as_ref().and_then(|o| o.path.steps().last()),
                    Some(Step::Inside)
                ),
            }
        })
        .collect()
}
