//! Many instances that each write the spend of their requests to the database.

use super::{META, SECTION};
use crate::plan::build::section_lines;
use crate::plan::{Finding, Severity};
use crate::project::{Installation, Sign, Target, Version};

const BUFFER: &str = "use_redis_transaction_buffer";
/// From so many instances on LiteLLM's production page advises the buffer.
const MANY: u64 = 10;

/// Since this release a row per request is written, which the buffer does not carry (`use_spend_logs_ledger`).
const LEDGER: Version = Version(1, 110, 0);

/// The advice to let one instance write for all, where there are many.
pub fn many_instances(installation: &Installation<'_>, database: &Sign) -> Option<Finding> {
    if installation.running().surely_since(LEDGER) {
        return None;
    }
    let instances = installation.instances();
    let number = instances.number.filter(|number| *number >= MANY)?;
    let answer = installation.setting(BUFFER);
    let sign = instances.sign.filter(|_| answer.is_unset() && answer.blocked.is_none())?;
    let text = match installation.coordination_redis() {
        Target::Named(_) => "let one instance write for all, through the Redis that they share",
        _ => {
            "let one instance write for all, once they share a Redis (`litellm-fix explain redis_coordination`): without a Redis LiteLLM does not start with this setting"
        }
    };
    let lines = section_lines(installation, SECTION, &[(BUFFER.into(), true.into())]);
    let finding = Finding::new(&META, BUFFER, "many_instances", sign.place)
        .severity(Severity::Low)
        .title(format!("up to {number} instances each write to the database on their own"))
        .why("above about 10 instances or 1000 requests a second, updates of the same rows block each other; LiteLLM's production page advises the transaction buffer")
        .advice(text).lines(lines);
    Some(finding.see_database(database))
}
