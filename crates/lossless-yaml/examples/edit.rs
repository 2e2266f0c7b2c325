//! One edit of a YAML file from the command line: reads `DIR/before.yaml` and `DIR/op.json`, prints the edited text.
//!
//! `op.json` is `{"op": "add|set|append|replace|rename|delete|overridden|move|embedded|everywhere", "doc": 0, "path": ["a", 0, "b"],
//! "key": …, "value": …, "to": …, "from": …, "comments": true, "inner": {…}}`. A refusal is the last line of stderr, with exit code 3.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::Path as FilePath;
use std::process::ExitCode;

use lossless_yaml::{Limits, Op, Path, Step, Value, Yaml};
use serde_json::Value as Json;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: edit DIR");
        return ExitCode::from(2);
    };
    match edit(FilePath::new(&folder)) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::from(3)
        }
    }
}

fn edit(folder: &FilePath) -> Result<String, String> {
    let read = |name: &str| std::fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"));
    let yaml =
        Yaml::from_bytes(&read("before.yaml")?, &Limits::default()).map_err(|refusal| refusal.to_string())?;
    let op: Json = serde_json::from_slice(&read("op.json")?).map_err(|error| format!("op.json: {error}"))?;
    let doc = op.get("doc").and_then(Json::as_u64).unwrap_or(0) as usize;
    let op = operation(&op, &Path::root())?;
    let applied = yaml.apply(doc, &op).map_err(|refusal| refusal.to_string())?;
    Ok(applied.yaml.text().to_owned())
}

/// An operation whose paths stand below `base`.
pub(crate) fn operation(json: &Json, base: &Path) -> Result<Op, String> {
    let path = |name: &str| match json.get(name) {
        None | Some(Json::Null) => Ok(base.clone()),
        Some(Json::Array(steps)) => {
            steps.iter().map(step).collect::<Result<Vec<_>, _>>().map(|steps| base.join(&Path(steps)))
        }
        Some(single) => step(single).map(|step| base.child(step)),
    };
    let name = json.get("op").and_then(Json::as_str).ok_or("op.json: no op")?;
    let at = path("path")?;
    let key = json.get("key").map(text);
    let value = || json.get("value").map_or(Ok(Value::Null), value);
    Ok(match name {
        "add" | "ensure" | "set" => {
            let (at, key) = match (key, at.split_last()) {
                (Some(key), _) => (at, key),
                (None, Some((parent, Step::Key(key)))) => (parent, key.clone()),
                _ => return Err("op.json: no key".to_owned()),
            };
            let value = value()?;
            match name {
                "add" => Op::Add { at, key, value },
                "ensure" => Op::Ensure { at, key, value },
                _ => Op::Set { at, key, value },
            }
        }
        "append" => Op::Append { at, value: value()? },
        "replace" => Op::Replace { at, value: value()? },
        "rename" => {
            let at = key.map_or_else(|| at.clone(), |key| at.child(key));
            Op::Rename { at, to: json.get("to").map(text).ok_or("op.json: no new name")? }
        }
        "delete" | "remove" => {
            let at = key.map_or_else(|| at.clone(), |key| at.child(key));
            Op::Remove { at, comments: json.get("comments").and_then(Json::as_bool).unwrap_or(false) }
        }
        "overridden" => Op::RemoveOverridden {
            at,
            comments: json.get("comments").and_then(Json::as_bool).unwrap_or(false),
        },
        "move" => {
            let from = if json.get("from").is_some() { path("from")? } else { at };
            Op::Move { from, to: path("to")? }
        }
        "embedded" => {
            let inner = json.get("inner").ok_or("op.json: no inner operation")?;
            operation(inner, &at.child(Step::Inside))?
        }
        "everywhere" => {
            let inner = json.get("inner").ok_or("op.json: no inner operation")?;
            Op::Everywhere(Box::new(operation(inner, base)?))
        }
        other => return Err(format!("op.json: unknown op {other}")),
    })
}

fn step(json: &Json) -> Result<Step, String> {
    match json {
        Json::Number(number) => {
            let index = number.as_u64().ok_or("op.json: a path has a number that is no index")?;
            Ok(Step::Index(index as usize))
        }
        Json::String(key) => Ok(Step::Key(key.clone())),
        _ => Err("op.json: a path holds only keys and indexes".to_owned()),
    }
}

fn text(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

fn value(json: &Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(int), _, _) => Value::Int(int.into()),
            (_, Some(int), _) => Value::Int(int.into()),
            (_, _, Some(float)) => Value::Float(float),
            _ => return Err("op.json: a number out of range".to_owned()),
        },
        Json::String(text) => Value::Str(text.clone()),
        Json::Array(items) => Value::Seq(items.iter().map(value).collect::<Result<_, _>>()?),
        Json::Object(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, item)| Ok((key.clone(), value(item)?)))
                .collect::<Result<_, String>>()?,
        ),
    })
}
