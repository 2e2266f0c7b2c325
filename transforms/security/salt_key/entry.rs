//! The entry of a Secret that holds a copy of the master key: its names, and how a process refers to it.

use serde::Deserialize;

use super::NAME;
use crate::document::Value;
use crate::plan::Question;
use crate::project::Source;

/// The Secret of the lines, if nobody names another: the reader makes it.
pub const SECRET: &str = "litellm-salt-key";

#[derive(Debug, Deserialize)]
pub struct Params {
    /// The Kubernetes Secret that holds a copy of today's master key.
    pub secret_name: Option<String>,
    /// The key of that entry in it.
    pub entry: String,
}

impl Params {
    /// The Secret that is referred to.
    pub fn secret(&self) -> &str {
        self.secret_name.as_deref().unwrap_or(SECRET)
    }

    /// The entry, as what a variable may come from.
    pub fn source(&self) -> Source {
        Source::SecretEntry { name: self.secret().to_owned(), key: self.entry.clone() }
    }

    /// The env entry that refers to it.
    pub fn reference(&self) -> Value {
        let text = |text: &str| Value::Str(text.to_owned());
        let map =
            |entries: [(&str, Value); 2]| Value::Map(entries.map(|(key, value)| (key.into(), value)).into());
        let entry = map([("name", text(self.secret())), ("key", text(&self.entry))]);
        let from = Value::Map(vec![("secretKeyRef".into(), entry)]);
        map([("name", text(NAME)), ("valueFrom", from)])
    }

    pub fn questions(&self) -> Vec<Question> {
        vec![
            Question::new(
                "secret_name",
                "Which Secret holds a copy of today's master key?",
                self.secret(),
                "its own entry, so that the next rotation does not change it",
            )
            .required(),
            Question::new("entry", "Under which key?", self.entry.clone(), "the name of the variable"),
        ]
    }
}

/// Whether Kubernetes takes this for the name of an object.
pub fn is_object_name(text: &str) -> bool {
    is_name(text, b"-.")
}

/// Whether Kubernetes takes this for a key of a Secret.
pub fn is_entry_name(text: &str) -> bool {
    is_name(text, b"-._")
}

fn is_name(text: &str, more: &[u8]) -> bool {
    (1..=253).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
}

/// The lines of the env entry that refers to an entry of a Secret.
pub fn item(secret: &str, key: &str) -> Vec<String> {
    vec![
        format!("- name: {NAME}"),
        "  valueFrom:".into(),
        "    secretKeyRef:".into(),
        format!("      name: {secret}"),
        format!("      key: {key}"),
    ]
}

/// The same as an entry of a mapping.
pub fn mapped(secret: &str, key: &str) -> Vec<String> {
    let [_, below @ ..] = &item(secret, key)[..] else { return Vec::new() };
    std::iter::once(format!("{NAME}:")).chain(below.iter().cloned()).collect()
}
