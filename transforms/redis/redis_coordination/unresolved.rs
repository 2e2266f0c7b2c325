//! A Redis that is named and that nothing visible leads to.

use crate::document::Value;
use crate::project::{Effective, Installation, Redis, RedisPart, Target};

/// The parameters of a cache that name a Redis.
const NAMES_ONE: [&str; 4] = ["url", "host", "redis_startup_nodes", "sentinel_nodes"];

/// Why a cache that is turned on has no Redis: nothing names one, or only a variable that nothing is seen to give.
pub fn no_redis(installation: &Installation<'_>) -> Option<String> {
    let mut missing = None;
    for value in named(installation) {
        match value.as_str().map(|text| (text, text.strip_prefix("os.environ/"))) {
            Some((_, Some(variable))) if installation.variables(variable).is_empty() => {
                missing = Some(variable.to_owned());
            }
            Some(("", _)) => {}
            _ if value == Value::Null => {}
            _ => return None,
        }
    }
    Some(match missing {
        Some(variable) => format!(
            "first make sure that the process gets {variable}: with the cache on and no Redis, the proxy does not start"
        ),
        None => "name a Redis in `cache_params` first: with the cache on and none, the proxy does not start"
            .into(),
    })
}

/// What names a Redis for the cache, as far as it can be seen; a reference as it is written.
fn named(installation: &Installation<'_>) -> Vec<Value> {
    const TARGETS: [&str; 6] =
        ["cache_url", "cache_host", "cache_cluster", "cache_sentinels", "env_redis_url", "env_redis_host"];
    let effective = TARGETS.iter().map(|target| installation.setting(target)).filter_map(|answer| {
        match (answer.reference, answer.effective) {
            (Some(reference), _) => Some(Value::Str(format!("os.environ/{}", reference.name))),
            (None, Effective::Set { value, .. }) => Some(value),
            // Something gives it, and only what is not visible.
            (None, Effective::Hidden { place, .. }) => {
                Some(installation.value_at(&place).unwrap_or(Value::Bool(true)))
            }
            (None, Effective::Unset) => None,
        }
    });
    // What is ignored elsewhere goes with it.
    let ineffective = installation.setting("cache_params").ineffective.into_iter();
    let ineffective = ineffective.filter_map(|one| match one.value {
        Value::Map(params) => Some(params),
        _ => None,
    });
    let ineffective = ineffective.flatten().filter(|(key, _)| NAMES_ONE.contains(&key.as_str()));
    effective.chain(ineffective.map(|(_, value)| value)).collect()
}

/// The reference of a client's url or host that nothing fulfils, as the end of a sentence.
pub fn unresolved(installation: &Installation<'_>, client: Redis) -> Option<String> {
    [RedisPart::Url, RedisPart::Host].into_iter().find_map(|part| {
        let answer = installation.setting(client.setting(part));
        let name = &answer.reference.as_ref()?.name;
        let nowhere = installation.led_to(&answer) == Target::Nothing;
        nowhere.then(|| format!("; it refers to {name}, which nothing visible sets"))
    })
}
