//! Names of model_list with several entries, which share what comes, and with one, which has no other to go to.

use crate::project::{Installation, Version};

/// A release that was seen to spare a single entry of a name, for errors that no policy lists; 1.106.2 does not.
pub const SPARES_ALONE: Version = Version(1, 110, 2);

/// The names that several entries share: only their entries cool down at a rate limit.
pub fn shared(installation: &Installation<'_>) -> Vec<String> {
    names(installation, |entries| entries > 1)
}

/// The names with one entry and no fallback that counting may leave without any; none where the release that runs spares them.
pub fn alone(installation: &Installation<'_>) -> Vec<String> {
    let fallbacks = installation.groups_with_fallbacks();
    let spared = installation.running().surely_since(SPARES_ALONE);
    if spared || installation.has_default_fallbacks() {
        return Vec::new();
    }
    let mut alone = names(installation, |entries| entries == 1);
    alone.retain(|name| !fallbacks.contains(name));
    alone
}

fn names(installation: &Installation<'_>, has: fn(usize) -> bool) -> Vec<String> {
    let groups = installation.model_groups().into_iter();
    groups.filter(|group| has(group.entries)).map(|group| group.name).collect()
}
