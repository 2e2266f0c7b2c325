//! A rename of what stands under another name: it would put another level in force, or one that is fatal.

use super::NAME;
use crate::document::{Step, Value};
use crate::plan::{Finding, Intent, Remedy};
use crate::project::{At, Installation, Place};

/// The fix sets the level too, and says so.
pub fn also_set(finding: &mut Finding, installation: &Installation<'_>, level: &str) {
    let Remedy::Fix(fix) = &mut finding.remedy else { return };
    let Some(Value::Str(text)) = installation.value_at(&finding.place) else { return };
    let target = match &finding.place.at {
        At::Env(_) => Place::env(finding.place.file, NAME),
        At::Variable { doc, block, .. } => Place::variable(finding.place.file, *doc, block.clone(), NAME),
        At::Yaml { doc, path } => match path.split_last() {
            // An entry of a list: its `name:` is what is renamed.
            Some((_, Step::Index(_))) => finding.place.child("value"),
            Some((parent, _)) => Place::yaml(finding.place.file, *doc, parent.child(NAME)),
            None => return,
        },
        At::Argument { .. } | At::Line(_) => return,
    };
    if text != level {
        fix.title = format!("{} and set it to {level} (it says \"{text}\")", fix.title);
        fix.intents.push(Intent::Set(target, Value::Str(level.to_owned())));
        fix.assumptions = vec![format!("the rename activates it: {level} was not effective before")];
    }
}
