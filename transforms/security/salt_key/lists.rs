//! The lists of env entries of a chart that LiteLLM's processes get.

use super::NAME;
use crate::document::{Path, Value};
use crate::project::{Installation, Place};

/// The keys of each.
pub fn all(installation: &Installation<'_>) -> &'static [&'static [&'static str]] {
    installation.parts.chart().map_or(&[], |chart| chart.all_entries)
}

/// One of them, or another place among the values.
pub fn at(installation: &Installation<'_>, keys: &[&str]) -> Place {
    let main = installation.parts.main();
    Place::yaml(main.file, main.doc, main.base.join(&Path::keys(keys.iter().copied())))
}

/// Whether a list gives the salt key already.
pub fn gives(installation: &Installation<'_>, list: &Place) -> bool {
    let items = installation.value_at(list);
    items
        .as_ref()
        .and_then(Value::as_seq)
        .is_some_and(|items| items.iter().any(|item| item.get("name").and_then(Value::as_str) == Some(NAME)))
}
