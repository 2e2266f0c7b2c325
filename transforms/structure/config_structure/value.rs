//! A value that LiteLLM does not take, in words, with what it knows in its place.

use crate::document::Value;
use crate::plan::build::shown_briefly;
use crate::project::settings::{Form, Shape, names};
use crate::project::{Amiss, is_secret_name, known};

/// The value in a sentence; of a secret, only that there is one.
pub fn words(one: &Amiss) -> String {
    match &one.value {
        Value::Seq(_) if one.setting.shape.takes(Form::List) => "a list of the wrong shape".into(),
        Value::Seq(_) => "a list".into(),
        Value::Map(_) => "a mapping".into(),
        Value::Str(address) if matches!(one.setting.shape, Shape::Address(..)) => {
            let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme);
            let plain = scheme.len() < 20 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+');
            if plain { format!("an address of {scheme}://") } else { "a value (not shown)".into() }
        }
        _ if is_secret_name(one.key) => "a value (not shown)".into(),
        Value::Str(text) if text.starts_with("os.environ/") => {
            format!("the reference {text}, which yields a text")
        }
        Value::Str(_) => format!("the text {}", shown_briefly(&one.value)),
        value => shown_briefly(value),
    }
}

/// What is known there, as far as it helps: the names that look alike, or a short list as a whole.
pub fn known_names(one: &Amiss, unknown: &[&str]) -> String {
    let (Shape::OneOf(list, _) | Shape::Names(list, _)) = one.setting.shape else { return String::new() };
    let near: Vec<&str> = unknown.iter().flat_map(|name| known::near(name, names::names(list))).collect();
    let all: Vec<&str> = names::names(list).collect();
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match near.as_slice() {
        [] if all.len() <= 10 => format!("it knows {}", quoted(&all)),
        [] => "no LiteLLM release known to this program has such a name".into(),
        near => format!("{} is similar", quoted(near)),
    }
}
