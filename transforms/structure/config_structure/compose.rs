//! Values for which compose refuses a file.

use super::META;
use crate::document::Value;
use crate::plan::build::shown_briefly;
use crate::plan::{Finding, Fix, Intent, Safety, Severity};
use crate::project::{Installation, Place, Takes};

/// What compose does not take where it stands, with what it surely means.
pub fn not_taken(installation: &Installation<'_>, place: &Place, takes: Takes, value: &Value) -> Finding {
    let key = match place.last_key() {
        Some(key) => format!("`{key}`"),
        None => "a word of the command".to_owned(),
    };
    let is = match value {
        Value::Seq(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
        value => shown_briefly(value),
    };
    let finding = Finding::new(&META, META.id, "not_taken", place.clone())
        .severity(Severity::Critical)
        .title(format!("{key} is {is}, not {}: compose refuses the file", takes.words()))
        .why("docker compose starts no service of a file with a value that it does not take");
    match takes.repaired(value).filter(|_| installation.may_write(place)) {
        Some(repaired) => {
            let title = format!("write {} there", shown_briefly(&repaired));
            let intents = vec![Intent::Set(place.clone(), repaired)];
            finding.fix(Fix::new(installation, title, Safety::Review, intents))
        }
        None => finding.advice(format!("write {}", takes.words())),
    }
}
