//! Prompts and answers in the spend logs.

use super::{LOGS, META, PROMPTS, RETENTION, SECTION};
use crate::document::Value;
use crate::plan::Finding;
use crate::plan::build::section_lines;
use crate::project::{Effective, Installation, Sign};

/// Where spend logs hold the prompts, something must end them. Rows without prompts are small, and how long they are wanted is nobody's
/// business here.
pub fn kept_forever(installation: &Installation<'_>, database: &Sign) -> Option<Finding> {
    let logs = installation.setting(LOGS);
    let kept = matches!(logs.effective, Effective::Unset | Effective::Set { value: Value::Bool(false), .. });
    let prompts = installation.setting(PROMPTS);
    let Effective::Set { value: Value::Bool(true), place: prompts } = prompts.effective else { return None };
    let bounded = installation.setting("maximum_spend_logs_size");
    if !bounded.is_unset() && bounded.setting.versions.read_by(installation.running()) != Some(false) {
        return None;
    }
    let answer = installation.setting(RETENTION);
    let unset = matches!(answer.effective, Effective::Unset | Effective::Set { value: Value::Null, .. });
    if !kept || !unset || answer.blocked.is_some() {
        return None;
    }
    let place = answer.homes.first().or(answer.place())?.clone();
    let finding = Finding::new(&META, RETENTION, "unset", place)
        .title("every prompt and answer is stored in the spend logs and kept forever")
        .why("every request adds a row with its texts (long ones are cut), and nothing deletes rows")
        .mention_comments(&answer)
        .see(prompts, "this stores the prompts in the rows")
        .see_database(database);
    let lines = section_lines(installation, SECTION, &[(RETENTION.into(), "30d".into())]);
    let text = "set how long they are needed; older rows are then deleted once a day";
    Some(finding.advice(text).lines(lines))
}
