//! What JSON logs bring along, as far as it holds in an installation.

use crate::plan::Fix;
use crate::project::{Installation, Version};

/// Since this release the handler of the JSON lines minds the level.
const MINDS_THE_LEVEL: Version = Version(1, 101, 0);

/// The fix with what JSON logs bring along.
pub fn warned(installation: &Installation<'_>, fix: Fix) -> Fix {
    let level = installation.setting("litellm_log");
    let mut fix = fix.assuming("whatever reads the plain-text logs must be able to read JSON");
    if level.is_unset() {
        return fix.assuming(
            "LITELLM_LOG is not set: JSON logs then run the server's loggers at DEBUG; `litellm_log` sets it",
        );
    }
    fix.assumptions.extend(warnings(installation));
    fix
}

/// What LITELLM_LOG does not keep out of JSON logs.
pub fn warnings(installation: &Installation<'_>) -> Option<String> {
    let running = installation.running();
    running.maybe_before(MINDS_THE_LEVEL).then(|| {
        format!("before {MINDS_THE_LEVEL} JSON logs still print warnings, whatever LITELLM_LOG says")
    })
}
