//! From the intents of a fix to proven documents.

use crate::document::{EnvOp, Kind, Op, Path, Refusal, Step, Value, Yaml};
use crate::project::blocks;
use crate::project::is_of_one_service;
use crate::project::{At, Document, Files, Place, Unwritten, arguments};

use crate::plan::finding::Intent;

/// Why a fix is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A rule foresaw it: the fix becomes advice.
    Foreseen(String),
    /// The proof rejected it.
    Failed(String),
}

/// The files after all intents, each edit proven; or none of them.
pub fn apply(files: &Files, intents: &[Intent]) -> Result<Files, Stop> {
    let mut files = files.clone();
    for intent in intents {
        files = apply_one(&files, intent)?;
    }
    Ok(files)
}

fn apply_one(files: &Files, intent: &Intent) -> Result<Files, Stop> {
    let place = intent.place();
    let file = files.get(place.file);
    if let Some(reason) = file.reach.refusal() {
        return Err(Stop::Foreseen(format!("{} is not written: {reason}", file.shown)));
    }
    let stop = |refusal: Refusal| {
        let text = format!("{}: {refusal}", file.shown);
        if refusal.kind.is_foreseen() { Stop::Foreseen(text) } else { Stop::Failed(text) }
    };
    let unwritten = |why: Unwritten| match why {
        Unwritten::Document(refusal) => stop(refusal),
        why => Stop::Foreseen(format!("{}: {why}", file.shown)),
    };
    if let (Document::Yaml(yaml), Some((doc, path))) = (&file.document, place.in_yaml())
        && yaml.has_template_at(doc, path)
    {
        let text = format!("{}: a template expression is at or next to this place", file.shown);
        return Err(Stop::Foreseen(text));
    }
    // What one service alone has by an anchor is changed at the anchor.
    let alone = is_of_one_service(files, place);
    let meant = |op: Op| if alone { Op::Everywhere(Box::new(op)) } else { op };
    let document = match (&file.document, &place.at) {
        (Document::Yaml(yaml), At::Yaml { doc, path }) => {
            let is_mapping = yaml.get(*doc, path).is_some_and(|node| node.kind() == Kind::Mapping);
            let op = meant(yaml_op(intent, path, is_mapping)?);
            Document::Yaml(yaml.apply(*doc, &op).map_err(stop)?.yaml)
        }
        (Document::Yaml(yaml), At::Variable { doc, block, name }) => {
            let ops = match intent {
                Intent::Set(_, value) | Intent::Ensure(_, value) => {
                    blocks::set(yaml, *doc, block, name, &text(value)?).map(|op| vec![op])
                }
                Intent::Remove { comments, .. } => blocks::remove(yaml, *doc, block, name, *comments),
                _ => Err(Unwritten::OnlySetOrRemoved(name.clone())),
            };
            let ops = ops.map_err(unwritten)?;
            let ops: Vec<Op> = ops.into_iter().map(meant).collect();
            Document::Yaml(all_of(yaml, *doc, &ops).map_err(stop)?)
        }
        (Document::Yaml(yaml), At::Argument { doc, command, flag }) => {
            let argument = arguments::Argument { doc: *doc, command, flag };
            let ops = match intent {
                Intent::Set(_, value) | Intent::Ensure(_, value) => argument.set(yaml, &text(value)?),
                Intent::Remove { .. } => argument.remove(yaml, false),
                _ => Err(Unwritten::OnlySetOrRemoved(flag.clone())),
            };
            let ops = ops.map_err(unwritten)?;
            let ops: Vec<Op> = ops.into_iter().map(meant).collect();
            Document::Yaml(all_of(yaml, *doc, &ops).map_err(stop)?)
        }
        (Document::Unit(unit), At::Env(name)) => match intent {
            Intent::Set(_, value) => Document::Unit(unit.set(name, &text(value)?).map_err(stop)?),
            Intent::Ensure(..) if unit.get(name).is_some() => return Ok(files.clone()),
            Intent::Ensure(_, value) => Document::Unit(unit.set(name, &text(value)?).map_err(stop)?),
            _ => return Err(unwritten(Unwritten::OnlySet(name.clone()))),
        },
        (Document::Env(env), At::Env(name)) => {
            let op = env_op(intent, name)?;
            Document::Env(env.apply(&op).map_err(stop)?.env)
        }
        _ => return Err(Stop::Foreseen(format!("{} cannot be edited at this place", file.shown))),
    };
    Ok(files.with(place.file, document))
}

/// `is_mapping` tells that a mapping stands at the place.
fn yaml_op(intent: &Intent, path: &Path, is_mapping: bool) -> Result<Op, Stop> {
    let at = path.clone();
    Ok(match intent {
        Intent::Set(_, value) | Intent::Ensure(_, value) => {
            let value = value.clone();
            match path.split_last() {
                Some((parent, Step::Key(key))) if matches!(intent, Intent::Ensure(..)) => {
                    Op::Ensure { at: parent, key: key.clone(), value }
                }
                Some((parent, Step::Key(key))) => Op::Set { at: parent, key: key.clone(), value },
                Some((_, Step::Index(_))) if is_mapping && !matches!(value, Value::Map(_)) => {
                    return Err(Stop::Failed(
                        "an entry that holds more than this value would be lost".into(),
                    ));
                }
                _ => Op::Replace { at, value },
            }
        }
        Intent::Rename(_, to) => Op::Rename { at, to: to.clone() },
        Intent::Move(_, Place { at: At::Yaml { path: to, .. }, .. }) => Op::Move { from: at, to: to.clone() },
        Intent::Move(..) => return Err(Stop::Foreseen("an entry moves only within its file".into())),
        Intent::Remove { comments, .. } => Op::Remove { at, comments: *comments },
        Intent::Append(_, value) => Op::Append { at, value: value.clone() },
        Intent::Comment(_, text) => Op::Comment { at, text: text.clone() },
    })
}

/// A document after several operations, each on the result of the one before.
fn all_of(yaml: &Yaml, doc: usize, ops: &[Op]) -> Result<Yaml, Refusal> {
    let mut yaml = yaml.clone();
    for op in ops {
        yaml = yaml.apply(doc, op)?.yaml;
    }
    Ok(yaml)
}

/// A value as the text of a variable.
fn text(value: &Value) -> Result<String, Stop> {
    match value {
        Value::Str(text) => Ok(text.clone()),
        Value::Int(int) => Ok(int.to_string()),
        Value::Bool(bool) => Ok(if *bool { "True" } else { "False" }.to_owned()),
        _ => Err(Stop::Foreseen("a variable holds a single text only".into())),
    }
}

fn env_op(intent: &Intent, name: &str) -> Result<EnvOp, Stop> {
    let name = name.to_owned();
    Ok(match intent {
        Intent::Set(_, value) => EnvOp::Set { name, value: text(value)? },
        Intent::Ensure(_, value) => EnvOp::Ensure { name, value: text(value)? },
        Intent::Rename(_, to) => EnvOp::Rename { name, to: to.clone() },
        Intent::Remove { comments, .. } => EnvOp::Remove { name, comments: *comments },
        Intent::Comment(_, text) => EnvOp::Comment { name: Some(name), text: text.clone() },
        Intent::Move(..) | Intent::Append(..) => {
            return Err(Stop::Foreseen("an env file has no such operation".into()));
        }
    })
}
