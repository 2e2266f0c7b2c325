//! `USE_PRISMA_MIGRATE` chose migrations up to 1.75; since 1.76 nothing reads it.

use super::META;
use crate::plan::{Finding, Fix};
use crate::project::{Installation, Place, Version, Why};

/// `USE_PRISMA_MIGRATE` where LiteLLM does not read it, or may not.
pub fn dead_switch(installation: &Installation<'_>) -> Vec<Finding> {
    let answer = installation.setting("use_prisma_migrate");
    let dead = |why: &Why| matches!(why, Why::NotRead(..) | Why::TooLate);
    let known = answer.ineffective.iter().filter(|one| dead(&one.why)).map(|one| (&one.place, true));
    let running = installation.running().maybe_since(Version(1, 76, 0));
    let perhaps = answer.place().filter(|_| running).map(|place| (place, false));
    let finding = |(place, sure): (&Place, bool)| {
        let finding = Finding::new(&META, "use_prisma_migrate", "dead", place.clone())
            .title("USE_PRISMA_MIGRATE has no effect since LiteLLM 1.76")
            .why("since then LiteLLM runs migrations unless it is started with --use_prisma_db_push, whatever this variable says");
        let fix = Fix::remove(installation, "USE_PRISMA_MIGRATE", place);
        finding.fix(if sure {
            fix
        } else {
            fix.assuming("the release is 1.76 or newer, which the files do not show: up to 1.75 it chooses migrations over `prisma db push`")
        })
    };
    known.chain(perhaps).map(finding).collect()
}
