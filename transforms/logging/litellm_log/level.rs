//! Which texts LiteLLM takes for a level.

use crate::project::{Installation, Place};

/// The level names that LiteLLM survives, in any letter case.
const LEVELS: [&str; 8] = ["CRITICAL", "FATAL", "ERROR", "WARNING", "WARN", "INFO", "DEBUG", "NOTSET"];

/// What takes the line of an env file as it is.
const LITERALLY: &str = "`docker run --env-file`, as `format: raw` of compose does,";

/// Why this value of `LITELLM_LOG` at this place stops the process, if it does.
pub fn crash(installation: &Installation<'_>, text: &str, place: &Place) -> Option<String> {
    let entry = installation.env_writing(place);
    let reader = installation.reads_literally(place.file);
    let literal = entry.is_some() && reader != Some(false);
    if literal && entry.is_some_and(|one| one.quoted) {
        Some(format!("{LITERALLY} keeps the quotes and the comment as part of the value"))
    } else if reader == Some(true) && entry.is_some_and(|one| one.differs) {
        Some(format!("{LITERALLY} keeps the spaces as part of the value"))
    } else if text.is_empty() {
        Some("its value is empty".into())
    } else if text.trim() != text {
        Some(format!("its value \"{text}\" has spaces around it"))
    } else if !LEVELS.iter().any(|level| text.eq_ignore_ascii_case(level)) {
        Some(format!("\"{text}\" is not a level"))
    } else {
        None
    }
}
