//! Values, names and steps as people read them.

use serde_json::Value as Json;

use crate::document::Value;

/// A value as it is shown in titles: short, on one line.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(bool) => bool.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Str(text) => format!("\"{text}\""),
        Value::Seq(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        value if is_expression(value) => "{{ … }}".into(),
        Value::Map(entries) => {
            format!(
                "{{{}}}",
                entries
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", shown(value)))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }
        Value::Other(text) => text.clone(),
    }
}

/// A value as the text of a variable, and in a title: a text without quotes.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| shown(value), str::to_owned)
}

/// A value as one would type it.
pub fn typed(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Str(text) | Value::Other(text) => text.clone(),
        Value::Seq(items) => items.iter().map(typed).collect::<Vec<_>>().join(","),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{key}: {}", typed(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A value as JSON. What JSON has no form for is its text.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Int(int) => i64::try_from(*int).map_or_else(|_| int.to_string().into(), Json::from),
        Value::Float(float) => Json::from(*float),
        Value::Str(text) | Value::Other(text) => Json::from(text.as_str()),
        Value::Seq(items) => items.iter().map(to_json).collect(),
        Value::Map(entries) => entries.iter().map(|(key, value)| (key.clone(), to_json(value))).collect(),
    }
}

/// Whether a value is what YAML makes of `{{ … }}` without quotes, until a template is rendered: a mapping in a mapping.
pub(super) fn is_expression(value: &Value) -> bool {
    matches!(value, Value::Map(entries) if matches!(&entries[..], [(key, Value::Null)] if key.starts_with('{')))
}

/// Whether a value holds an expression of a template: what stands there is not what LiteLLM gets.
pub fn is_printed(value: &Value) -> bool {
    is_expression(value) || value.as_str().is_some_and(|text| text.contains("{{"))
}

/// A value as it is shown in a sentence: only what is short.
pub fn shown_briefly(value: &Value) -> String {
    match value {
        Value::Seq(_) => "this list".into(),
        value if is_printed(value) => "a template expression".into(),
        Value::Map(_) => "this mapping".into(),
        value => shown(value),
    }
}

/// Names in a sentence: the first three, and how many more there are.
pub fn named(names: &[String]) -> String {
    first(3, names)
}

/// Names that are told as far as a line holds them: the first six, and how many more there are.
pub fn listed(names: &[String]) -> String {
    first(6, names)
}

fn first(most: usize, names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(most).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Advice of several steps: a numbered line for each.
pub fn steps(steps: &[String]) -> String {
    match steps {
        [only] => only.clone(),
        steps => {
            let numbered = steps.iter().enumerate().map(|(at, step)| format!("{}. {step}", at + 1));
            numbered.collect::<Vec<_>>().join("\n")
        }
    }
}
