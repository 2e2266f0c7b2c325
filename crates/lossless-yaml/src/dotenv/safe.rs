//! The one form of a name and a value on which all readers of env files agree.

use crate::model::refusal::{Refusal, RefusalKind};

/// Refuses a name that is none for a shell.
pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !name.chars().all(good) {
        let reason = "a variable's name has only letters, digits and underscores, and no digit first";
        return Err(Refusal::new(RefusalKind::Form, reason));
    }
    Ok(())
}

/// Refuses a value that cannot stand after `=` without quotes. `sourced`: a shell reads the file too.
pub(crate) fn check_value(value: &str, sourced: bool) -> Result<(), Refusal> {
    let what = if value.is_empty() {
        Some("is empty")
    } else if value.contains(['\n', '\r']) {
        Some("has several lines")
    } else if value.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}') {
        Some("holds a blank or a control character")
    } else if value.contains(['"', '\'', '`']) {
        Some("holds a quote")
    } else if value.contains(['#', '$', '\\']) {
        Some("holds one of # $ \\")
    } else if sourced && value.contains(['&', ';', '|', '<', '>', '(', ')', '*', '?', '[', '!', '~']) {
        Some("holds a character that means something to the shell, which this file is for (it says `export`)")
    } else {
        None
    };
    match what {
        Some(what) => {
            let reason =
                format!("the value {what}: no form of it is read alike by every reader of env files");
            Err(Refusal::new(RefusalKind::Form, reason))
        }
        None => Ok(()),
    }
}

/// Refuses a value that readers of quotes read in different ways, whichever quotes stand around it.
pub(crate) fn check_quoted(value: &str) -> Result<(), Refusal> {
    let what = if value.contains(['\n', '\r']) {
        "has several lines"
    } else if value.contains(|c: char| c.is_control() || c == '\u{feff}') {
        "holds a control character"
    } else if value.contains(['$', '\\']) {
        "holds one of $ \\"
    } else {
        return Ok(());
    };
    let reason = format!("the value {what}: compose, python-dotenv and systemd take that in different ways");
    Err(Refusal::new(RefusalKind::Form, reason))
}

/// Whether a value can stand in these quotes, for a shell too.
pub(crate) fn fits(value: &str, quote: char) -> bool {
    !(value.contains(quote) || quote == '"' && value.contains('`'))
}

/// The refusal of a value for which there are no quotes left.
pub(crate) fn both_quotes() -> Refusal {
    Refusal::new(RefusalKind::Form, "the value holds quotes of both kinds: no quotes can stand around it")
}

/// The line of a comment, with its `#`.
pub(crate) fn comment_text(text: &str) -> Result<String, Refusal> {
    if text.contains(|c: char| c.is_control() && c != '\t') {
        let reason = "a comment has one line and no control characters";
        return Err(Refusal::new(RefusalKind::Form, reason));
    }
    let text = text.trim();
    Ok(if text.starts_with('#') { text.to_owned() } else { format!("# {text}").trim_end().to_owned() })
}
