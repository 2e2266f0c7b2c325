//! How long a request may take: what limits it, and which limit wins in which release.

use crate::document::{Path, Value};

use crate::project::installation::answer::reason::Reason;
use crate::project::installation::answer::{Answer, Effective};
use crate::project::installation::view::{Installation, Sign};
use crate::project::repository::place::{At, Place};
use crate::project::settings::version::{Running, Version};

/// The first release in which `request_timeout` beats `router_settings.timeout` where both are set; before, it was the other way round
/// (`Router._get_non_stream_timeout`).
pub const REQUEST_TIMEOUT_WINS: Version = Version(1, 91, 0);

/// One place that limits how long a request may take.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The seconds; 0 is no limit.
    pub seconds: f64,
    /// The name as the user wrote it, and where it stands.
    pub sign: Sign,
}

impl Limit {
    /// Whether it is one: the router takes 0 as unset, and goes on to the other.
    pub fn limits(&self) -> bool {
        self.seconds > 0.0
    }
}

/// The limits of an installation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeouts {
    /// `router_settings.timeout`, unless it is 0, which LiteLLM takes as unset.
    pub router: Option<Limit>,
    /// `litellm_settings.request_timeout`, else `REQUEST_TIMEOUT`.
    pub request: Option<Limit>,
    /// `timeout` and `request_timeout` of single entries of `model_list`, which beat both for these entries.
    pub entries: Vec<Limit>,
    /// Why one of the first two cannot be seen, if so: it may be set.
    pub hidden: Option<Reason>,
}

impl Timeouts {
    /// The two limits that hold for all entries, the effective one first; `None` unless both are set and differ.
    ///
    /// `since` tells whether the release is one where `request_timeout` wins.
    pub fn contradiction(&self, since: bool) -> Option<(&Limit, &Limit)> {
        let (router, request) = (self.router.as_ref()?, self.request.as_ref()?);
        if router.seconds == request.seconds {
            None
        } else if since && request.limits() {
            Some((request, router))
        } else {
            Some((router, request))
        }
    }

    /// The limit in force for entries without one of their own; of two that depend on an unknown release, the longer.
    pub fn effective(&self, running: &Running) -> Option<&Limit> {
        let winners: Vec<&Limit> =
            [running.maybe_since(REQUEST_TIMEOUT_WINS), running.surely_since(REQUEST_TIMEOUT_WINS)]
                .into_iter()
                .filter_map(|since| self.contradiction(since).map(|(winner, _)| winner))
                .collect();
        let longest = winners.into_iter().max_by(|one, other| one.seconds.total_cmp(&other.seconds));
        longest.or(self.router.as_ref()).or(self.request.as_ref())
    }
}

/// A key in `litellm_params` of one entry of `model_list`.
#[derive(Clone, Debug)]
pub struct EntryParam {
    /// The group of the entry: its `model_name`.
    pub group: String,
    /// The key.
    pub sign: Sign,
    /// What it says.
    pub value: Value,
}

impl Installation<'_> {
    /// What limits the time of a request.
    pub fn timeouts(&self) -> Timeouts {
        let router = self.setting("router_timeout");
        let request = self.setting("request_timeout");
        let limits = [self.limit(&router), self.limit(&request)];
        let reason = |(answer, limit): (&Answer, &Option<Limit>)| match &answer.effective {
            Effective::Hidden { reason, .. } if limit.is_none() => Some(reason.clone()),
            _ => None,
        };
        let hidden = [&request, &router].into_iter().zip(limits.iter().rev()).find_map(reason);
        let [router, request] = limits;
        let own = self.entry_params(&["timeout", "request_timeout"]);
        let entries =
            own.into_iter().filter_map(|one| Some(Limit { seconds: seconds(&one.value)?, sign: one.sign }));
        Timeouts { router: router.filter(Limit::limits), request, entries: entries.collect(), hidden }
    }

    fn limit(&self, answer: &Answer) -> Option<Limit> {
        let place = answer.place()?;
        let given = answer.reference.as_ref().and_then(|reference| reference.given.as_ref()?.text.as_deref());
        let seconds = match given {
            Some(text) => seconds(&Value::Str(text.to_owned()))?,
            None => seconds(answer.value()?)?,
        };
        let what = match answer.setting.config_homes().next() {
            Some((section, key)) if is_key(place, key) => format!("`{section}.{key}`"),
            _ => format!("`{}`", answer.setting.env_homes().next().unwrap_or(answer.setting.name)),
        };
        Some(Limit { seconds, sign: Sign { what, place: place.clone() } })
    }

    /// The values of these keys in `litellm_params` of the entries of `model_list`.
    pub fn entry_params(&self, keys: &[&str]) -> Vec<EntryParam> {
        let mut found = Vec::new();
        for (layer, config) in self.configs() {
            let Some(list) = config.get("model_list") else { continue };
            for (index, item) in list.resolve().items().enumerate() {
                let item = item.resolve();
                let Some(params) = item.get("litellm_params").map(crate::document::Node::resolve) else {
                    continue;
                };
                let group =
                    item.get("model_name").map(|name| name.resolve().text().into_owned()).unwrap_or_default();
                for key in keys {
                    let Some(value) = params.get(key) else { continue };
                    let path = Path::root()
                        .child("model_list")
                        .child(index)
                        .join(&Path::keys(["litellm_params", *key]));
                    let place = Place::yaml(layer.file, layer.doc, layer.config.join(&path));
                    let sign = Sign { what: format!("`{key}` of `{group}`"), place };
                    let value = value.resolve().value(self.reader());
                    found.push(EntryParam { group: group.clone(), sign, value });
                }
            }
        }
        found
    }
}

fn is_key(place: &Place, key: &str) -> bool {
    matches!(&place.at, At::Yaml { path, .. } if path.last_key() == Some(key))
}

/// A number of seconds, also written as a text.
pub fn seconds(value: &Value) -> Option<f64> {
    let seconds = match value {
        Value::Int(seconds) => *seconds as f64,
        Value::Float(seconds) => *seconds,
        Value::Str(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (seconds.is_finite() && seconds >= 0.0).then_some(seconds)
}
