//! The transaction buffer, which needs a Redis to buffer in.

use super::META;
use super::lines::coordinate;
use crate::document::Value;
use crate::plan::{Finding, Severity};
use crate::project::{Installation, Target, Version};

/// From this release on the start is refused where the transaction buffer has no Redis.
const BUFFER_REFUSED: Version = Version(1, 83, 0);

/// The transaction buffer without a Redis to buffer in.
pub fn buffer(installation: &Installation<'_>) -> Option<Finding> {
    let buffer = installation.setting("use_redis_transaction_buffer");
    let on = match buffer.value()? {
        Value::Bool(on) => *on,
        Value::Str(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    };
    let place = buffer.place().filter(|_| on)?;
    let finding = |state| Finding::new(&META, "use_redis_transaction_buffer", state, place.clone());
    let lost = format!("before {BUFFER_REFUSED} all spend is silently lost");
    let refused = format!("since LiteLLM {BUFFER_REFUSED} the proxy refuses to start");
    let finding = match installation.coordination_redis() {
        Target::Named(_) => return None,
        Target::Unknown(doubt) => finding("buffer_unseen")
            .title(format!("the Redis of the transaction buffer is not visible: {doubt}"))
            .why(format!("without one, {refused}; {lost}"))
            .severity(Severity::Low)
            .offer(),
        Target::Nothing => {
            let running = installation.running();
            let (severity, what) = if running.surely_since(BUFFER_REFUSED) {
                (Severity::Critical, "LiteLLM refuses to start".to_owned())
            } else if running.maybe_since(BUFFER_REFUSED) {
                (Severity::Critical, format!("{refused}, {lost}"))
            } else {
                (Severity::High, "all spend is silently lost".to_owned())
            };
            finding("buffer_without_redis")
                .title(format!("`use_redis_transaction_buffer` has no Redis: {what}"))
                .why("it needs the Redis that coordinates the instances, which router settings never provide")
                .severity(severity)
        }
    };
    Some(coordinate(installation, finding, "give the instances a Redis, or turn the buffer off"))
}
