//! LiteLLM's three clients of Redis: which target each one has, as far as files tell.
//!
//! `litellm/_redis.py` (what a target is), `Router.__init__` (that the router wants a port), and
//! `ProxyConfig._init_coordination_redis` with its fallbacks, each run on 1.106.2 and compared in the wheels since 1.72.6.

use std::fmt;

use crate::document::Value;

use crate::project::environment::variables::NotVisible;
use crate::project::installation::answer::reason::Reason;
use crate::project::installation::answer::why::Why;
use crate::project::installation::answer::{Answer, Effective};
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;
use crate::project::settings::version::Version;

/// A place of config.yaml that can name a Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redis {
    /// The response cache: `litellm_settings.cache_params`.
    Cache,
    /// The router: `router_settings`.
    Router,
    /// Rate limits, budgets, locks and the transaction buffer: `general_settings.coordination_redis`.
    Coordination,
}

/// What a Redis is reached by, in this order: url, host, port, password, username, TLS, database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedisPart {
    /// All in one, which wins over the others.
    Url,
    /// The host.
    Host,
    /// The port.
    Port,
    /// The password.
    Password,
    /// The user.
    Username,
    /// Whether over TLS.
    Ssl,
    /// The number of the database.
    Db,
}

/// What a client is told to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A target is named: where.
    Named(Place),
    /// None is: that is certain.
    Nothing,
    /// It depends on what cannot be seen: why.
    Unknown(Doubt),
}

/// What cannot be seen, so that a client may have a target or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// This hides it.
    Hidden(Reason),
    /// Variables of the process are not visible.
    Variables(NotVisible),
    /// A variable that names one stands where the running release makes something else of it.
    Ineffective(Why),
    /// Whether the response cache is on.
    Cache,
    /// The release, of which it depends whether the environment is enough.
    Release,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden(reason) => reason.fmt(f),
            Self::Variables(why) => why.fmt(f),
            Self::Ineffective(why) => why.fmt(f),
            Self::Cache => f.write_str("whether the response cache is on cannot be seen"),
            Self::Release => write!(
                f,
                "the environment alone is enough only since LiteLLM {COORDINATION_BY_ENVIRONMENT}, and the release is unknown"
            ),
        }
    }
}

/// From this release on the environment alone gives a coordination Redis.
pub const COORDINATION_BY_ENVIRONMENT: Version = Version(1, 101, 0);
/// From this release on a host in the config wins over `REDIS_URL` in the environment.
pub const HOST_OVER_URL: Version = Version(1, 93, 0);

impl Redis {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Cache, Self::Router, Self::Coordination];

    /// The setting that holds a part of its target.
    pub fn setting(self, part: RedisPart) -> &'static str {
        let [cache, router, coordination] = match part {
            RedisPart::Url => ["cache_url", "redis_url", "coordination_url"],
            RedisPart::Host => ["cache_host", "redis_host", "coordination_host"],
            RedisPart::Port => ["cache_port", "redis_port", "coordination_port"],
            RedisPart::Password => ["cache_password", "redis_password", "coordination_password"],
            RedisPart::Username => ["cache_username", "router_redis_username", "coordination_username"],
            RedisPart::Ssl => ["cache_ssl", "router_redis_ssl", "coordination_ssl"],
            RedisPart::Db => ["cache_db", "router_redis_db", "coordination_db"],
        };
        match self {
            Self::Cache => cache,
            Self::Router => router,
            Self::Coordination => coordination,
        }
    }

    /// The settings that name a cluster or sentinels instead; the router has none.
    pub fn several(self) -> &'static [&'static str] {
        match self {
            Self::Cache => &["cache_cluster", "cache_sentinels"],
            Self::Router => &[],
            Self::Coordination => &["coordination_cluster", "coordination_sentinels"],
        }
    }
}

impl RedisPart {
    /// All, in order.
    pub const ALL: [Self; 7] =
        [Self::Url, Self::Host, Self::Port, Self::Password, Self::Username, Self::Ssl, Self::Db];

    /// The variable of LiteLLM's environment that gives it to every client which leaves it out.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Url => "REDIS_URL",
            Self::Host => "REDIS_HOST",
            Self::Port => "REDIS_PORT",
            Self::Password => "REDIS_PASSWORD",
            Self::Username => "REDIS_USERNAME",
            Self::Ssl => "REDIS_SSL",
            Self::Db => "REDIS_DB",
        }
    }
}

impl Installation<'_> {
    /// Whether the response cache is on and keeps its answers in Redis; `None` if it cannot be seen. Parameters without a
    /// type make a cache in memory, no parameters at all one in Redis (`ProxyConfig.load_config`, `Cache.__init__`).
    pub fn caches_in_redis(&self) -> Option<bool> {
        let [on, kind, params] = ["cache", "cache_type", "cache_params"].map(|name| self.setting(name));
        match (&on.effective, &kind.effective) {
            (Effective::Set { value: Value::Bool(true), .. }, Effective::Unset) => match params.effective {
                Effective::Set { value: Value::Map(entries), .. } => Some(entries.is_empty()),
                Effective::Hidden { .. } => None,
                _ => Some(true),
            },
            (Effective::Set { value: Value::Bool(true), .. }, Effective::Set { value, .. }) => {
                Some(value.as_str() == Some("redis"))
            }
            (Effective::Hidden { .. }, _) | (Effective::Set { value: Value::Bool(true), .. }, _) => None,
            _ => Some(false),
        }
    }

    /// What the configuration itself tells a client to connect to.
    pub fn redis_named(&self, client: Redis) -> Target {
        let part = |part| self.led_to(&self.setting(client.setting(part)));
        let host = match (client, part(RedisPart::Host)) {
            (Redis::Router, Target::Named(_)) if part(RedisPart::Port) == Target::Nothing => Target::Nothing,
            (_, host) => host,
        };
        let several = client.several().iter().map(|name| self.led_to(&self.setting(name)));
        first_of([part(RedisPart::Url), host].into_iter().chain(several))
    }

    /// The Redis that the environment of the process names for every client which is told of none.
    pub fn redis_of_environment(&self) -> Target {
        let rows = ["env_redis_url", "env_redis_host", "env_redis_cluster", "env_redis_sentinels"];
        let rows = rows.map(|name| self.setting(name));
        let named = first_of(rows.iter().map(|row| self.led_to(row)));
        // A host of that name is asked for, which is no Redis and not nothing.
        let unapplied = |why: &&Why| matches!(why, Why::NotApplied(..));
        let none = rows.iter().flat_map(|row| &row.ineffective).map(|one| &one.why).find(unapplied);
        let chart = self.parts.chart().map(|chart| self.setting(chart.redis));
        let on = chart.as_ref().filter(|answer| answer.value() != Some(&Value::Bool(false)));
        match (named, on.and_then(|answer| answer.place())) {
            (Target::Nothing, Some(place)) => Target::Named(place.clone()),
            (Target::Nothing, _) => none
                .cloned()
                .map(Doubt::Ineffective)
                .or_else(|| self.unseen_variables().map(Doubt::Variables))
                .map_or(Target::Nothing, Target::Unknown),
            (named, _) => named,
        }
    }

    /// What the response cache connects to, if it is on and in Redis.
    pub fn cache_redis(&self) -> Target {
        match self.caches_in_redis() {
            Some(true) => first_of([self.redis_named(Redis::Cache), self.redis_of_environment()].into_iter()),
            Some(false) => Target::Nothing,
            None => Target::Unknown(Doubt::Cache),
        }
    }

    /// The Redis by which the processes of this installation coordinate rate limits, budgets and locks.
    pub fn coordination_redis(&self) -> Target {
        let environment = if self.running().maybe_since(COORDINATION_BY_ENVIRONMENT) {
            match self.redis_of_environment() {
                Target::Named(_) if self.running().maybe_before(COORDINATION_BY_ENVIRONMENT) => {
                    Target::Unknown(Doubt::Release)
                }
                target => target,
            }
        } else {
            Target::Nothing
        };
        first_of([self.redis_named(Redis::Coordination), self.cache_redis(), environment].into_iter())
    }

    /// A part of a client's target as the process sees it, where that can be seen: also what a reference leads to.
    pub fn redis_part(&self, client: Redis, part: RedisPart) -> Option<String> {
        let answer = self.setting(client.setting(part));
        match (&answer.effective, answer.reference) {
            (Effective::Set { value: Value::Str(text), .. }, _) => Some(text.clone()),
            (Effective::Set { value: Value::Bool(on), .. }, _) => Some(on.to_string()),
            (Effective::Set { value: Value::Int(number), .. }, _) => Some(number.to_string()),
            (Effective::Hidden { .. }, Some(reference)) => reference.given?.text,
            _ => None,
        }
    }

    /// Whether a part of a target is there at run time. A reference is as good as the variable that it leads to.
    pub fn led_to(&self, answer: &Answer) -> Target {
        match (&answer.effective, &answer.reference) {
            (Effective::Hidden { reason, .. }, _) if answer.unseen.is_some() => {
                Target::Unknown(Doubt::Hidden(reason.clone()))
            }
            (Effective::Unset, _) => Target::Nothing,
            (Effective::Set { value: Value::Null, .. }, _) => Target::Nothing,
            (Effective::Set { value: Value::Str(text), .. }, _) if text.is_empty() => Target::Nothing,
            (Effective::Set { place, .. }, _) => Target::Named(place.clone()),
            (Effective::Hidden { place, .. }, Some(reference)) => match &reference.given {
                Some(given) if given.text.as_deref() == Some("") => Target::Nothing,
                Some(_) => Target::Named(place.clone()),
                None => match self.unseen_variables() {
                    // It is named on purpose, so that something will give it.
                    Some(_) => Target::Named(place.clone()),
                    None => Target::Nothing,
                },
            },
            (Effective::Hidden { place, .. }, None) => Target::Named(place.clone()),
        }
    }
}

/// The first target that is named, else the first doubt.
fn first_of(targets: impl Iterator<Item = Target>) -> Target {
    let mut doubt = Target::Nothing;
    for target in targets {
        match target {
            Target::Named(_) => return target,
            Target::Unknown(_) if doubt == Target::Nothing => doubt = target,
            _ => {}
        }
    }
    doubt
}
