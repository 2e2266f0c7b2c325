//! Tabs as indentation, which YAML does not take: what a parser says of them rarely names them.

use std::ops::Range;

use crate::model::refusal::{Refusal, RefusalKind};
use crate::text::lines;

/// The refusal of a text, or, where a tab that indents the refused line or the next one is what stopped the reading, one that names the tab.
/// `read` tells where another text is refused, on which line.
pub(crate) fn or_tab(text: &str, refusal: Refusal, read: &dyn Fn(&str) -> Result<(), Refusal>) -> Refusal {
    let Some((line, _)) = refusal.position.filter(|_| refusal.kind == RefusalKind::Syntax) else {
        return refusal;
    };
    let starts = lines::starts(text);
    let found = [line, line + 1].into_iter().find_map(|line| {
        let start = *starts.get(line - 1)? as usize;
        let tabs = tabs(text, start)?;
        is_cause(text, start, tabs.end, line, read).then_some(tabs)
    });
    match found {
        Some(tabs) => {
            let (line, column) = lines::line_column(text, &starts, tabs.start);
            let reason = "not valid YAML: a tab indents this line; indent with spaces";
            Refusal::at(RefusalKind::Syntax, reason, line, column).over(tabs)
        }
        None => refusal,
    }
}

/// The first tabs in the indentation of the line that starts there.
fn tabs(text: &str, start: usize) -> Option<Range<usize>> {
    let line = text.get(start..)?;
    let spaces = line.len() - line.trim_start_matches(' ').len();
    let tabs = line[spaces..].len() - line[spaces..].trim_start_matches('\t').len();
    (tabs > 0).then_some(start + spaces..start + spaces + tabs)
}

/// Whether the text reads beyond a line once that is indented with spaces, as wide as tabs usually are.
fn is_cause(
    text: &str,
    start: usize,
    end: usize,
    line: usize,
    read: &dyn Fn(&str) -> Result<(), Refusal>,
) -> bool {
    [2, 4, 8].into_iter().any(|width| {
        let spaced = text[start..end].replace('\t', &" ".repeat(width));
        let spaced = format!("{}{spaced}{}", &text[..start], &text[end..]);
        match read(&spaced) {
            Ok(()) => true,
            Err(other) => other.position.is_some_and(|(at, _)| at > line),
        }
    })
}
