//! The time that a process waits for a free connection: the name that some releases ignore, and wrong places.

use super::META;
use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Finding, Fix, Intent, Safety, Severity};
use crate::project::{Answer, Ineffective, Installation, Running, Why};

pub const TIMEOUT: &str = "database_connection_timeout";
/// The name that every supported release reads.
pub const POOL_TIMEOUT: &str = "database_connection_pool_timeout";

/// What is wrong with the timeouts of the pool.
pub fn findings(installation: &Installation<'_>) -> Vec<Finding> {
    let (timeout, pool) = (installation.setting(TIMEOUT), installation.setting(POOL_TIMEOUT));
    let (not_read, ineffective): (Vec<_>, Vec<_>) =
        timeout.ineffective.iter().cloned().partition(|one| matches!(one.why, Why::NotRead(..)));
    let seen = Answer { ineffective, ..timeout.clone() };
    let mut findings = ineffective_places(installation, &META, &seen);
    findings.extend(ineffective_places(installation, &META, &pool));
    findings.extend(not_read.iter().map(|one| ignored(installation, one, &pool)));
    findings.extend(depends_on_release(installation, &timeout, &pool));
    findings
}

/// The name that the running release does not read.
fn ignored(installation: &Installation<'_>, ineffective: &Ineffective, pool: &Answer) -> Finding {
    let value = shown(&ineffective.value);
    let finding = Finding::new(&META, TIMEOUT, "not_read", ineffective.place.clone())
        .title(format!("`{TIMEOUT}` has no effect in the running version"))
        .why(format!("{}; the wait for a free connection is not {value} s but 60 s", ineffective.why))
        .severity(Severity::Low);
    if !pool.is_unset() {
        return finding.advice(format!("remove it: `{POOL_TIMEOUT}` is effective"));
    }
    if !matches!(ineffective.value, Value::Int(_)) {
        return finding.advice(format!("write a whole number of seconds as `{POOL_TIMEOUT}`"));
    }
    let rename = vec![Intent::Rename(ineffective.place.clone(), POOL_TIMEOUT.into())];
    let title = format!("rename `{TIMEOUT}` to `{POOL_TIMEOUT}`, which every release since 1.66 reads");
    let fix = Fix::new(installation, title, Safety::Review, rename);
    finding.fix(fix.assuming(format!("the rename activates it: {value} s was not effective before")))
}

/// The name where nothing shows which release runs.
fn depends_on_release(installation: &Installation<'_>, timeout: &Answer, pool: &Answer) -> Option<Finding> {
    let unknown = matches!(installation.running(), Running::Unknown(..));
    let place = timeout.place().filter(|_| unknown && pool.is_unset())?;
    let title =
        format!("`{TIMEOUT}` may have no effect: that depends on the running version, which is unknown");
    let text = format!(
        "run 1.84.10 or later, or rename it to `{POOL_TIMEOUT}`, which every release since 1.66 reads"
    );
    Some(
        Finding::new(&META, TIMEOUT, "depends_on_release", place.clone())
            .title(title)
            .why("releases from 1.66 to before 1.84.10 ignore it and wait 60 s for a free connection")
            .severity(Severity::Low)
            .advice(text),
    )
}
