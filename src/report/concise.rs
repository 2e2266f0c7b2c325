//! A line for each finding, for editors and `grep`.

use super::model::Model;
use super::text::one_line;

/// `path:line:column: severity[id] title`; the path as the user would type it.
pub(crate) fn concise(model: &Model) -> String {
    let line = |entry: &super::Entry| {
        let (item, severity) = (&entry.item, entry.severity().name());
        let text = format!("{}: {severity}[{}] {}", item.spot, item.id, item.finding.title);
        one_line(&text) + "\n"
    };
    model.left().map(line).collect()
}
