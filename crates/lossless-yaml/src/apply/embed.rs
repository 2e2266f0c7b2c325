//! YAML inside literal block scalars: a text of its own, edited inside its parent.

use std::sync::Arc;

use crate::edit::plan::refusal;
use crate::model::path::{Path, Step};
use crate::model::refusal::{Refusal, RefusalKind};
use crate::model::tree::{Kind, NONE, Style};
use crate::source::inner::{Inner, Outer};
use crate::source::yaml::{Embedded, Embeddings, Yaml};
use crate::text::lines;

impl Yaml {
    /// Reads the literal block scalar at `path` as a YAML text of its own and registers it: `get` and `comments` then reach into it
    /// through [`Step::Inside`] (`apply` does so without this), also in what edits make of this document.
    ///
    /// # Errors
    /// There is no literal block scalar at `path`, or its text does not read.
    pub fn embed(&mut self, doc: usize, path: &Path) -> Result<(), Refusal> {
        let text = self.inner.text.clone();
        crate::apply::embed::embed(self, doc, path).map_err(|refusal| refusal.located(&text))
    }

    /// The documents and paths of all literal block scalars: where a text may be embedded.
    pub fn literals(&self) -> Vec<(usize, Path)> {
        crate::apply::embed::literals(self)
    }
}

/// Reads the literal block scalar at a path as YAML and registers it.
pub(crate) fn embed(yaml: &mut Yaml, doc: usize, path: &Path) -> Result<(), Refusal> {
    if let Some((outer, rest)) = path.split_inside() {
        let Some(inside) = yaml.inside(doc, &outer) else { return Err(unknown(&outer)) };
        let mut inside = inside.clone();
        embed(&mut inside, 0, &rest)?;
        register(yaml, doc, outer, inside);
        return Ok(());
    }
    if yaml.inside(doc, path).is_some() {
        return Ok(());
    }
    let inside = read(yaml, doc, path)?;
    register(yaml, doc, path.clone(), inside);
    Ok(())
}

fn register(yaml: &mut Yaml, doc: usize, path: Path, inside: Yaml) {
    Arc::make_mut(&mut yaml.embedded).put(Embedded { doc, path, yaml: inside });
}

pub(crate) fn unknown(path: &Path) -> Refusal {
    Refusal::new(RefusalKind::Place, format!("there is no literal block scalar at {path}"))
}

/// The text in a literal block scalar, with its lines' places in the file.
pub(crate) fn read(yaml: &Yaml, doc: usize, path: &Path) -> Result<Yaml, Refusal> {
    let shown = yaml.inner.shown(path);
    let Some(node) = yaml.get(doc, path) else { return Err(unknown(&shown)) };
    if node.style() != Style::Literal {
        let reason = "only a literal block scalar (|) is edited as YAML of its own";
        return Err(refusal(node.inner, node.id, RefusalKind::Form, reason));
    }
    let outer = &yaml.inner;
    let data = outer.tree.node(node.id);
    let (indent, end) = (outer.tree.indentation(node.id), data.end as usize);
    let text = node.text();
    let from = outer.to_outer(data.start as usize);
    let mut map = Vec::new();
    let mut at = outer.next_line(data.start as usize);
    let starts = lines::starts(&text);
    for start in &starts {
        let spaces = outer.text.get(at..).map_or(0, |rest| rest.bytes().take_while(|b| *b == b' ').count());
        let place = outer.to_outer(at + if at <= end { spaces.min(indent) } else { 0 });
        map.push((*start, (place - from) as u32));
        at = outer.next_line(at);
    }
    let limits = outer.limits;
    let position = |refusal: Refusal| {
        let position = refusal.position.map(|(line, column)| {
            let (first, _) = outer.line_column(outer.next_line(data.start as usize));
            (first + line - 1, column + indent)
        });
        Refusal {
            position,
            span: None,
            reason: format!("the text in {shown}: {}", refusal.reason),
            ..refusal
        }
    };
    let mut inner = crate::read::read_told(&text, &limits).map_err(position)?;
    let (file, base, file_doc) = match &outer.outer {
        Some(outer) => (outer.file.clone(), outer.path.join(path), outer.doc),
        None => (Arc::clone(outer), path.clone(), doc),
    };
    inner.subject.clone_from(&outer.subject);
    inner.outer = Some(Outer {
        file,
        doc: file_doc,
        path: base.child(Step::Inside),
        start: from as u32,
        lines: Arc::new(map),
    });
    Ok(Yaml { inner: Arc::new(inner), embedded: Arc::default() })
}

/// The documents and paths of all literal block scalars.
pub(crate) fn literals(yaml: &Yaml) -> Vec<(usize, Path)> {
    let tree = &yaml.inner.tree;
    let mut out = Vec::new();
    for id in 0..tree.nodes.len() as u32 {
        let node = tree.node(id);
        if node.kind == Kind::Scalar && node.style == Style::Literal && node.parent != NONE {
            let doc = tree.docs.partition_point(|doc| doc.end <= node.start);
            out.push((doc, yaml.inner.path(id)));
        }
    }
    out
}

/// Registers in `after` what was registered in `before` and still stands there.
pub(crate) fn register_again(before: &Yaml, after: &mut Yaml) {
    let still = before.embedded.iter().filter_map(|one| {
        let yaml = same_again(before, after, one).or_else(|| {
            let mut yaml = read(after, one.doc, &one.path).ok()?;
            register_again(&one.yaml, &mut yaml);
            Some(yaml)
        })?;
        Some(Embedded { doc: one.doc, path: one.path.clone(), yaml })
    });
    let mut embedded = Embeddings::default();
    still.for_each(|one| embedded.put(one));
    after.embedded = Arc::new(embedded);
}

/// An embedded text whose scalar is the same bytes as before, with the tree that was read of it; `None` where it has to be read.
fn same_again(before: &Yaml, after: &Yaml, one: &Embedded) -> Option<Yaml> {
    let known = &one.yaml.inner;
    let outer = known.outer.as_ref().filter(|_| before.inner.outer.is_none())?;
    if one.yaml.embedded.iter().next().is_some() {
        return None;
    }
    let (old, new) = (before.get(one.doc, &one.path)?, after.get(one.doc, &one.path)?);
    let same = |inner: fn(&Inner, u32) -> usize| inner(&before.inner, old.id) == inner(&after.inner, new.id);
    // What stands behind the last line tells whether its break is part of the text.
    let behind =
        |inner: &Inner, id: u32| usize::from(!inner.break_at(inner.tree.node(id).end as usize).is_empty());
    if new.style() != Style::Literal
        || old.source() != new.source()
        || !same(|inner, id| inner.tree.indentation(id))
        || !same(behind)
    {
        return None;
    }
    let outer = Outer {
        file: Arc::clone(&after.inner),
        doc: outer.doc,
        path: outer.path.clone(),
        start: after.inner.tree.node(new.id).start,
        lines: Arc::clone(&outer.lines),
    };
    let inner = Inner {
        outer: Some(outer),
        subject: known.subject.clone(),
        ..Inner::shared(known.text.clone(), known.tree.clone(), known.limits)
    };
    Some(Yaml { inner: Arc::new(inner), embedded: Arc::default() })
}
