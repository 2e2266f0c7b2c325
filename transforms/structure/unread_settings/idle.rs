//! Blocks of values that describe processes which the chart does not run.

use super::META;
use crate::plan::{Finding, Fix, Intent, Safety};
use crate::project::{Installation, Place};

/// Keys of a block that give the process something.
const GIVES: [&str; 4] = ["config", "envConfigMaps", "envSecrets", "extraEnv"];

pub fn blocks(installation: &Installation<'_>) -> impl Iterator<Item = Finding> {
    installation.idle_blocks().into_iter().map(|(key, place)| block(installation, key, place))
}

fn block(installation: &Installation<'_>, key: &'static str, place: Place) -> Finding {
    let gives = installation.keys_at(&place).iter().any(|key| GIVES.contains(&key.as_str()));
    let finding = Finding::new(&META, key, "idle", place.clone())
        .title(format!("`{key}` is ineffective: the chart runs one process alone, which `gateway` describes"))
        .why("with `monolith.enabled` the chart renders nothing of `backend` and `ui`");
    let finding = if installation.parts.layers.len() > 1 {
        finding.advice(
            "move to `gateway` what is meant for the process, and remove the rest where no result needs it",
        )
    } else {
        let remove = vec![Intent::Remove { place, comments: true }];
        let fix = Fix::new(installation, format!("remove `{key}`"), Safety::OnRequest, remove);
        finding.fix(fix.assuming("what the process needs of it stands in `gateway` too"))
    };
    if gives { finding } else { finding.inert() }
}
