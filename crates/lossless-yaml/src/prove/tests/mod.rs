//! Edits that were tampered with: each kind is rejected, and by which check.

mod comments;
mod elsewhere;
mod lines;
mod tree;

use crate::apply::run::finish;
use crate::edit;
use crate::edit::plan::Plan;
use crate::operation::intent::Intent;
use crate::{Limits, Op, Path, Refusal, RefusalKind, TextEdit, Value, Yaml};

const TEXT: &str = "# a head\n\n# about a\na: 1  # one\nlist:\n  - x\n  # about y\n  - 'y'\n\nm: &m\n  k: v\n  # closing\nn: *m\nlit: |\n  text\n  more\nflow: {a: 1, b: [x, y]}\ns:\n  old: 1\n  stay: 2\n---\nsecond: doc  # two\n";

fn plan_of<'a>(yaml: &'a Yaml, op: &Op) -> (Plan, Intent<'a>) {
    let mut intent = Intent::new(&yaml.inner, yaml.inner.tree.docs[0].root);
    let plan = edit::plan(&yaml.inner, 0, op, &mut intent).unwrap();
    (plan, intent)
}

fn ops() -> [Op; 7] {
    let s = Path::keys(["s"]);
    [
        Op::Set { at: s.clone(), key: "new".into(), value: Value::Int(1) },
        Op::Set { at: s.clone(), key: "old".into(), value: Value::Int(9) },
        Op::Remove { at: s.child("old"), comments: true },
        Op::Rename { at: s.child("old"), to: "young".into() },
        Op::Move { from: s.child("old"), to: Path::root() },
        Op::Append { at: Path::keys(["flow", "b"]), value: Value::from("z") },
        Op::Comment { at: s.child("old"), text: "why".into() },
    ]
}

/// What the proof says to a plan with one more replacement in the text.
fn tampered(op: &Op, from: &str, to: &str) -> Result<(), RefusalKind> {
    let yaml = Yaml::read(TEXT, &Limits::default()).unwrap();
    let (mut plan, intent) = plan_of(&yaml, op);
    let at = TEXT.find(from).unwrap_or_else(|| panic!("{from}"));
    // As small as it can be, so that it overlaps with nothing.
    let head = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
    plan.edits.push(TextEdit::new(at + head..at + from.len(), &to[head..]));
    finish(&yaml, 0, plan, intent).map(drop).map_err(|refusal| refusal.kind)
}

/// The edit that makes the first `from` of a text `to`, as small as it can be.
fn edit_of(text: &str, from: &str, to: &str) -> TextEdit {
    let at = text.find(from).unwrap_or_else(|| panic!("{from}"));
    let head = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
    let tails = from[head..].bytes().rev().zip(to[head..].bytes().rev());
    let tail = tails.take_while(|(a, b)| a == b).count();
    TextEdit::new(at + head..at + from.len() - tail, &to[head..to.len() - tail])
}

/// The name of the check that refuses.
fn check(refusal: Refusal) -> &'static str {
    match refusal.kind {
        RefusalKind::Proof(check) => check,
        _ => panic!("{refusal}"),
    }
}

/// What the proof says where these edits are made for an operation, not those of its plan.
fn instead(text: &str, op: &Op, edits: &[(&str, &str)]) -> Result<(), &'static str> {
    let yaml = Yaml::read(text, &Limits::default()).unwrap();
    let (mut plan, intent) = plan_of(&yaml, op);
    plan.edits = edits.iter().map(|(from, to)| edit_of(text, from, to)).collect();
    finish(&yaml, 0, plan, intent).map(drop).map_err(check)
}

fn set(at: &str, key: &str, value: impl Into<Value>) -> Op {
    let at = Path::keys(at.split('.').filter(|key| !key.is_empty()));
    Op::Set { at, key: key.into(), value: value.into() }
}
