//! The JSON report and its schema agree, both ways.

use std::collections::BTreeSet;

use litellm_fix::plan::{Advice, Fate, Plan, Remedy};
use litellm_fix::report::{Commit, Format, Mode, Report};
use serde_json::Value;

use crate::demo::{BEFORE, ENV, demo_plan, shown};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../docs/report.schema.json")).unwrap()
}

/// Checks the part of JSON Schema that the report uses, and notes which properties occurred.
fn check(
    root: &Value,
    schema: &Value,
    at: &str,
    json: &Value,
    seen: &mut BTreeSet<String>,
) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return check(root, &root["$defs"][name], name, json, seen);
    }
    if let Some(options) = schema["oneOf"].as_array() {
        let fitting = options.iter().filter(|option| check(root, option, at, json, seen).is_ok()).count();
        return if fitting == 1 { Ok(()) } else { Err(format!("{at}: fits {fitting} of oneOf: {json}")) };
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(()),
    };
    if !kinds.contains(&kind(json)) {
        return Err(format!("{at}: {json} is no {kinds:?}"));
    }
    if schema["enum"].as_array().is_some_and(|allowed| !allowed.contains(json)) {
        return Err(format!("{at}: {json} is none of {}", schema["enum"]));
    }
    if schema.get("const").is_some_and(|only| only != json) {
        return Err(format!("{at}: {json}"));
    }
    if schema["minimum"].as_i64().zip(json.as_i64()).is_some_and(|(least, number)| number < least) {
        return Err(format!("{at}: {json} is too small"));
    }
    for item in json.as_array().into_iter().flatten() {
        check(root, &schema["items"], &format!("{at}[]"), item, seen)?;
    }
    let Some(object) = json.as_object() else { return Ok(()) };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(name) {
            return Err(format!("{at}: {name} is missing"));
        }
    }
    for (name, value) in object {
        let property =
            schema["properties"].get(name).ok_or_else(|| format!("{at}: {name} is not described"))?;
        seen.insert(format!("{at}.{name}"));
        check(root, property, &format!("{at}.{name}"), value, seen)?;
    }
    Ok(())
}

fn kind(json: &Value) -> &'static str {
    match json {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Every property that the schema describes, named as `check` names it.
fn described(schema: &Value, at: &str, all: &mut BTreeSet<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        all.insert(format!("{at}.{name}"));
        described(property, &format!("{at}.{name}"), all);
        described(&property["items"], &format!("{at}.{name}[]"), all);
    }
    for (name, part) in schema["$defs"].as_object().into_iter().flatten() {
        described(part, name, all);
    }
}

fn every_fate() -> Plan {
    let mut plan = demo_plan();
    for fate in [
        Fate::Mended("alerting"),
        Fate::Declined,
        Fate::Refused("an alias".into()),
        Fate::Failed("comments".into()),
    ] {
        let mut item = plan.items[1].clone();
        item.fate = fate;
        item.installation = 7;
        plan.items.push(item);
    }
    let empty = Remedy::Advice(Advice::default());
    plan.items[2].finding.remedy = empty;
    plan
}

#[test]
fn the_schema_describes_every_field_and_no_other() {
    let schema = schema();
    let mut seen = BTreeSet::new();
    for plan in [demo_plan(), every_fate(), Plan::default()] {
        for mode in [Mode::Preview, Mode::Write, Mode::Interactive] {
            let commits: &'static [Commit] = Box::leak(Box::new([Commit {
                repository: ".".into(),
                hash: "0a1b2c3".into(),
                title: "Set it".into(),
                ids: vec!["debug_mode".into()],
                files: vec!["config.yaml".into()],
            }]));
            let made = |report: &mut Report<'_>| (report.mode, report.commits) = (mode, commits);
            let out = shown(&plan, &[BEFORE, ENV], Format::Json, |report, _| made(report)).out;
            assert!(out.ends_with("}\n"));
            let json: Value = serde_json::from_str(&out).unwrap();
            check(&schema, &schema, "", &json, &mut seen).unwrap();
        }
    }
    let mut all = BTreeSet::new();
    described(&schema, "", &mut all);
    assert_eq!(all.difference(&seen).collect::<Vec<_>>(), Vec::<&String>::new());
}
