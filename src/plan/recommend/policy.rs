//! Policies of the router: mappings whose keys LiteLLM checks against a fixed list, and drops without a word if they are not on it.

use crate::document::Value;
use crate::plan::finding::{Finding, Intent, Lines, Severity};
use crate::plan::recommend::build::{section_lines, shown};
use crate::plan::state::State;
use crate::plan::transform::Meta;
use crate::project::{Answer, Effective, Installation, Place, Version};

mod keys;
mod moved;
mod numbers;

pub use keys::BAD_VALUE;
pub use moved::lands;

/// A key that a policy may have, and the first release that honours it.
#[derive(Clone, Copy, Debug)]
pub struct PolicyKey(pub &'static str, pub Version);

impl PolicyKey {
    /// A key that every release honours.
    pub const fn always(name: &'static str) -> Self {
        Self(name, Version(0, 0, 0))
    }
}

/// A policy as a transform knows it.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The card of the transform.
    pub meta: &'static Meta,
    /// The setting that holds it, and its key in `router_settings`.
    pub setting: &'static str,
    /// Every key that LiteLLM knows in it.
    pub keys: &'static [PolicyKey],
    /// The keys that the parameters of the transform are for, in their order.
    pub of_params: &'static [&'static str],
    /// The setting that holds for errors that it does not list, and LiteLLM's number where nothing sets it.
    pub instead: (&'static str, &'static str),
    /// The release since which a 0 counts; before, it was taken for not set. [`None`] where it always counted.
    pub zero_since: Option<Version>,
}

/// A number that a transform wants under a key.
pub type Expected = (&'static str, u32);

/// The entries of a policy as data.
pub fn entries(expected: &[Expected]) -> Vec<(String, Value)> {
    expected.iter().map(|(key, number)| ((*key).to_owned(), Value::Int((*number).into()))).collect()
}

/// `TimeoutErrorRetries 3, RateLimitErrorRetries 5`.
pub fn words(expected: &[Expected]) -> String {
    expected.iter().map(|(key, number)| format!("{key} {number}")).collect::<Vec<_>>().join(", ")
}

impl Policy {
    /// The lines of `router_settings:` with these entries, for advice.
    pub fn lines(&self, installation: &Installation<'_>, expected: &[Expected]) -> Lines {
        let policy = (self.setting.into(), Value::Map(entries(expected)));
        section_lines(installation, "router_settings", &[policy])
    }

    fn finding(&self, state: impl Into<State>, place: Place) -> Finding {
        Finding::new(self.meta, self.setting, state, place)
    }

    /// What is said of a policy that is effective. `note` says what those of its numbers do that a fix writes.
    pub fn judge(
        &self,
        installation: &Installation<'_>,
        answer: &Answer,
        expected: &[Expected],
        note: impl Fn(&[Expected]) -> Option<String>,
    ) -> Vec<Finding> {
        let Effective::Set { value, place } = &answer.effective else { return Vec::new() };
        match value {
            Value::Map(policy) if policy.is_empty() => Vec::new(),
            Value::Null => Vec::new(),
            Value::Map(policy) => {
                let mut findings = self.wrong_keys(installation, place, policy);
                findings.extend(self.compare(installation, place, policy, &self.said(expected), note));
                findings
            }
            value => vec![self.not_a_mapping(installation, place, value, expected)],
        }
    }

    /// Of the numbers, those that the user said in the preferences or as an answer.
    fn said(&self, expected: &[Expected]) -> Vec<Expected> {
        let usual = |one: &Expected| {
            let mut of_params = self.of_params.iter().zip(self.meta.params);
            of_params.any(|(key, param)| *key == one.0 && param.recommends(one.1))
        };
        expected.iter().filter(|one| !usual(one)).copied().collect()
    }

    /// What holds for an error that the policy does not list, or lists without effect, as a clause.
    fn otherwise(&self, installation: &Installation<'_>) -> String {
        let (name, default) = self.instead;
        let number = installation.setting(name).value().map_or_else(|| default.to_owned(), shown);
        format!("`{name}` applies to such errors: {number}")
    }

    /// The finding about a value that is no mapping.
    fn not_a_mapping(
        &self,
        installation: &Installation<'_>,
        place: &Place,
        value: &Value,
        expected: &[Expected],
    ) -> Finding {
        self.finding("wrong_type", place.clone())
            .severity(Severity::High)
            .title(format!("`{}` is {}, but LiteLLM takes only a mapping", self.setting, shown(value)))
            .why("a list is silently dropped, and no policy is effective")
            .advice("write it as a mapping")
            .lines(self.lines(installation, expected))
    }
}

/// Where a policy goes that is not there yet.
pub struct Vacancy<'a> {
    /// The place of the policy itself.
    pub place: &'a Place,
    intent: fn(Place, Value) -> Intent,
}

impl<'a> Vacancy<'a> {
    /// Where nothing stands but null or an empty mapping.
    pub fn of(answer: &'a Answer) -> Option<Self> {
        let (place, intent): (_, fn(_, _) -> Intent) = match &answer.effective {
            Effective::Set { value: Value::Null, place } => (place, Intent::Set),
            Effective::Set { value: Value::Map(policy), place } if policy.is_empty() => {
                (place, Intent::Ensure)
            }
            Effective::Unset => (answer.homes.first()?, Intent::Ensure),
            _ => return None,
        };
        Some(Self { place, intent })
    }

    /// The policy with these numbers there.
    pub fn filled(&self, expected: &[Expected]) -> Vec<Intent> {
        vec![(self.intent)(self.place.clone(), Value::Map(entries(expected)))]
    }
}

/// Whether the value makes the proxy refuse the whole file. Numbers in quotes, booleans and null do not, and references are not judged.
fn stops_the_load(value: &Value) -> bool {
    match value {
        Value::Int(_) | Value::Bool(_) | Value::Null => false,
        Value::Float(number) => number.fract() != 0.0,
        Value::Str(text) => {
            !text.starts_with("os.environ/") && !text.contains("{{") && text.trim().parse::<f64>().is_err()
        }
        Value::Seq(_) | Value::Map(_) | Value::Other(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_stop_the_load() {
        assert!(stops_the_load(&Value::Str("many".into())));
        assert!(stops_the_load(&Value::Float(2.5)));
        assert!(!stops_the_load(&Value::Str("3".into())));
        assert!(!stops_the_load(&Value::Str("os.environ/RETRIES".into())));
    }
}
