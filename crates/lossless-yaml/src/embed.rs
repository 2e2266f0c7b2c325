//! YAML inside literal block scalars: a text of its own, edited inside its parent.

use std::sync::Arc;

use super::apply::finish;
use super::edit::{self, Plan};
use super::intent::Intent;
use super::tree::{NONE, Style};
use super::yaml::{Embedded, Embeddings, Inner, Outer};
use super::{Applied, Kind, Op, Path, Refusal, RefusalKind, Step, TextEdit, Value, Yaml, lines};

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

fn unknown(path: &Path) -> Refusal {
    Refusal::new(RefusalKind::Place, format!("there is no literal block scalar at {path}"))
}

/// The text in a literal block scalar, with its lines' places in the file.
fn read(yaml: &Yaml, doc: usize, path: &Path) -> Result<Yaml, Refusal> {
    let Some(node) = yaml.get(doc, path) else { return Err(unknown(path)) };
    if node.style() != Style::Literal {
        let reason = "only a literal block scalar (|) is edited as YAML of its own";
        return Err(edit::refusal(node.inner, node.id, RefusalKind::Form, reason));
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
        Refusal { position, reason: format!("the text in {path}: {}", refusal.reason), ..refusal }
    };
    let mut inner = super::read::read(&text, &limits).map_err(position)?;
    let (file, base, file_doc) = match &outer.outer {
        Some(outer) => (outer.file.clone(), outer.path.join(path), outer.doc),
        None => (Arc::clone(outer), path.clone(), doc),
    };
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
    let inner =
        Inner { outer: Some(outer), ..Inner::shared(known.text.clone(), known.tree.clone(), known.limits) };
    Some(Yaml { inner: Arc::new(inner), embedded: Arc::default() })
}

/// Does an operation on an embedded text: proven there, then proven as another value of the scalar.
pub(crate) fn apply(yaml: &Yaml, doc: usize, op: &Op) -> Result<Applied, Refusal> {
    let Some((path, _)) = edit::path_of(op).split_inside() else { return Err(unknown(&Path::root())) };
    let within = |full: &Path| full.split_inside().filter(|(outer, _)| *outer == path).map(|(_, rest)| rest);
    let Some(inner_op) = edit::with_paths(op, within) else {
        return Err(Refusal::new(RefusalKind::Form, "nothing is moved out of an embedded text or into it"));
    };
    let inside = match yaml.inside(doc, &path) {
        Some(inside) => inside.clone(),
        None => read(yaml, doc, &path)?,
    };
    let applied = super::apply::apply(&inside, 0, &inner_op)?;
    if applied.edits.is_empty() {
        return Ok(Applied { yaml: yaml.clone(), edits: Vec::new() });
    }
    let Some(node) = yaml.get(doc, &path) else { return Err(unknown(&path)) };
    edit::keep_uses(&yaml.inner, node.id)?;
    let plan = mapped(yaml, node.id, &inside, &applied)?;
    let mut intent = Intent::new(&yaml.inner, yaml.inner.tree.docs.get(doc).map_or(NONE, |data| data.root));
    let value = Value::Str(applied.yaml.text().to_owned());
    intent.replace(&path, value).ok_or_else(|| unknown(&path))?;
    finish(yaml, doc, plan, intent)
}

/// The edits of an embedded text as edits of the text around it.
fn mapped(yaml: &Yaml, scalar: u32, inside: &Yaml, applied: &Applied) -> Result<Plan, Refusal> {
    let outer = &yaml.inner;
    let data = outer.tree.node(scalar);
    let indent = " ".repeat(outer.tree.indentation(scalar));
    let newline = outer.line_break(data.start as usize);
    let starts = lines::starts(inside.text());
    let mut line_starts = Vec::with_capacity(starts.len());
    let mut at = outer.next_line(data.start as usize);
    for _ in &starts {
        line_starts.push(at);
        at = outer.next_line(at);
    }
    let place = |offset: usize| {
        let line = starts.partition_point(|start| *start as usize <= offset) - 1;
        let column = offset - starts[line] as usize;
        let start = line_starts[line];
        let spaces =
            outer.text.get(start..).map_or(0, |rest| rest.bytes().take_while(|b| *b == b' ').count());
        let fresh = column == 0;
        (start, if start > data.end as usize { 0 } else { spaces.min(indent.len()) }, column, fresh)
    };
    let mut plan = Plan::default();
    for edit in &applied.edits {
        let (start, spaces, column, fresh) = place(edit.span.start);
        let (end_start, end_spaces, end_column, end_fresh) = place(edit.span.end);
        // Whole lines are replaced from the start of their indentation on, parts of lines behind it.
        let whole = fresh && end_fresh && (edit.replacement.is_empty() || edit.replacement.ends_with('\n'));
        let from = if whole { start } else { start + spaces + column };
        let to = if whole { end_start } else { end_start + end_spaces + end_column };
        let text = indented(&edit.replacement, &indent, newline, whole);
        plan.edits.push(TextEdit::new(from..to.max(from), text));
    }
    Ok(plan)
}

fn indented(text: &str, indent: &str, newline: &str, whole: bool) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push_str(newline);
        }
        if !line.is_empty() && (at > 0 || whole) {
            out.push_str(indent);
        }
        out.push_str(line);
    }
    out
}
