//! `JSON_LOGS`, the variable: what its texts do, which differs by release.

use crate::project::{Installation, Running, Variable, Version};

pub const VARIABLE: &str = "JSON_LOGS";
/// Since this release the variable counts only for the word true; before, any text that is not empty turned JSON on.
const STRICT: Version = Version(1, 100, 0);

/// Whether the variable turns it on; `None` where that depends on what cannot be seen.
pub fn counts(installation: &Installation<'_>, variable: &Variable) -> Option<bool> {
    match variable.text.as_deref()? {
        "" => Some(false),
        text if text.eq_ignore_ascii_case("true") => Some(true),
        _ => match installation.running() {
            Running::Known(version, ..) => Some(*version < STRICT),
            Running::Unknown(..) => None,
        },
    }
}

/// What to say of a text of the variable, and why; `None` where it is right in every release.
pub fn words(installation: &Installation<'_>, text: &str) -> Option<(String, String)> {
    let rule = format!(
        "since {STRICT} only the word true counts; before that any text turned JSON logs on, even \"false\""
    );
    let effect = match installation.running() {
        _ if text.eq_ignore_ascii_case("true") => return None,
        _ if text.is_empty() => "leaves JSON logs off".to_owned(),
        Running::Known(version, ..) if *version < STRICT => {
            format!("turns JSON logs on in LiteLLM {version}, but leaves them off since {STRICT}")
        }
        Running::Known(version, ..) => format!("leaves JSON logs off in LiteLLM {version}"),
        Running::Unknown(..) => format!("turns JSON logs on before {STRICT} and leaves them off since"),
    };
    Some((format!("{VARIABLE} is \"{text}\", which {effect}"), rule))
}
