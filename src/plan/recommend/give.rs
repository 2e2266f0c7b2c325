//! The changes that give the process a variable.

use crate::document::{Path, Syntax, Value};
use crate::plan::finding::Intent;
use crate::project::{Block, Installation, Place};

/// The change that gives the process this variable; `None` where what gives it cannot be written, or layers of values may differ.
pub fn variable_intent(installation: &Installation<'_>, name: &str, value: &str) -> Option<Intent> {
    let parts = installation.parts;
    if parts.layers.len() > 1 {
        return None;
    }
    let set = |home: Place| installation.may_write(&home).then(|| Intent::Set(home, value.into()));
    if let Some(given) = installation.variables(name).into_iter().next() {
        return set(installation.variable_home(&given)?);
    }
    let Some(chart) = parts.chart().filter(|chart| chart.variables.is_empty()) else {
        return set(installation.variable_homes(name).0.into_iter().next()?);
    };
    let main = parts.main();
    let list = main.base.join(&Path::keys(chart.entries.iter().copied()));
    set(Place::variable(main.file, main.doc, Block { path: list, syntax: Syntax::Objects }, name))
}

/// The change that adds an entry to a list of env entries; `None` where something else stands there.
pub fn add_entry(installation: &Installation<'_>, list: Place, item: &Value) -> Option<Intent> {
    match installation.value_at(&list) {
        Some(Value::Seq(items)) if !items.is_empty() => Some(Intent::Append(list, item.clone())),
        None | Some(Value::Null | Value::Seq(_)) => Some(Intent::Set(list, Value::Seq(vec![item.clone()]))),
        // The default of litellm-helm is written `{}`.
        Some(Value::Map(entries)) if entries.is_empty() => {
            Some(Intent::Set(list, Value::Seq(vec![item.clone()])))
        }
        Some(_) => None,
    }
}
