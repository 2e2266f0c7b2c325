//! The keys of a policy that LiteLLM does not take as they are written.

use strsim::damerau_levenshtein;

use super::{Policy, PolicyKey, stops_the_load};
use crate::document::Value;
use crate::plan::finding::{Finding, Fix, Intent, Safety, Severity};
use crate::plan::recommend::build::shown;
use crate::plan::state::State;
use crate::project::{Installation, Place, Running, settings};

/// A key of a policy whose value LiteLLM does not take as a number.
pub const BAD_VALUE: State = State::named("bad_value");

impl Policy {
    /// The keys that are wrong in a policy: misspelt, too new, or with a value that stops the load.
    pub fn wrong_keys(
        &self,
        installation: &Installation<'_>,
        place: &Place,
        policy: &[(String, Value)],
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (written, value) in policy {
            let at = place.child(written);
            let Some(PolicyKey(key, since)) = self.keys.iter().find(|key| key.0 == written) else {
                findings.push(self.misspelt(installation, place, policy, written));
                continue;
            };
            if stops_the_load(value) {
                findings.push(
                    self.finding(BAD_VALUE, at)
                        .severity(Severity::Critical)
                        .title(format!("`{key}` is {}, which is not a whole number", shown(value)))
                        .why("the proxy refuses to load such a policy")
                        .advice("write a whole number, or remove the key"),
                );
            } else if let Some(finding) = self.zero(installation, &at, key, value) {
                findings.push(finding);
            } else if matches!(installation.running(), Running::Known(version, ..) if version < since) {
                findings.push(
                    self.finding("too_new", at)
                        .severity(Severity::Low)
                        .title(format!("`{key}` has no effect: LiteLLM honors it since {since}"))
                        .why(format!("older releases silently ignore it; {}", self.otherwise(installation)))
                        .advice(format!("upgrade to {since} or newer, or remove it")),
                );
            }
        }
        findings
    }

    /// A zero that the release which runs takes for not set.
    fn zero(
        &self,
        installation: &Installation<'_>,
        place: &Place,
        key: &str,
        value: &Value,
    ) -> Option<Finding> {
        let since = self.zero_since?;
        let old = matches!(installation.running(), Running::Known(version, ..) if *version < since);
        let finding = || {
            self.finding("zero", place.clone())
                .severity(Severity::Low)
                .title(format!("`{key}: 0` has no effect: before LiteLLM {since} a 0 counts as not set"))
                .why(self.otherwise(installation))
                .advice(format!("run {since} or later, or remove it"))
        };
        (old && *value == Value::Int(0)).then(finding)
    }

    fn misspelt(
        &self,
        installation: &Installation<'_>,
        place: &Place,
        policy: &[(String, Value)],
        written: &str,
    ) -> Finding {
        let finding = self
            .finding("misspelt_key", place.child(written))
            .severity(Severity::High)
            .title(format!("`{written}` is ignored: `{}` has no such key", self.setting))
            .why("LiteLLM silently drops unknown keys of a policy");
        let value =
            policy.iter().rev().find(|(key, _)| key == written).map_or(&Value::Null, |(_, value)| value);
        // A setting of that name may say the same where it is read.
        let anyway =
            settings::find(written).is_some() && installation.setting(written).value() == Some(value);
        let finding = if anyway { finding.severity(Severity::Low) } else { finding };
        let text = match self.meaning(installation, policy, written) {
            Ok(right) if stops_the_load(value) => format!(
                "this looks like `{right}`, but with {} the proxy would refuse to load: write a whole number",
                shown(value)
            ),
            Ok(right) => {
                let fix = Fix::new(
                    installation,
                    format!("rename `{written}` to `{right}`"),
                    Safety::Review,
                    vec![Intent::Rename(place.child(written), right.to_owned())],
                );
                let value = shown(value);
                return finding
                    .fix(fix.assuming(format!("the rename activates it: {value} was not effective before")));
            }
            Err(text) => text,
        };
        finding.advice(text)
    }

    /// The key that is meant; else what to say about it.
    pub(super) fn meaning(
        &self,
        installation: &Installation<'_>,
        policy: &[(String, Value)],
        written: &str,
    ) -> Result<&'static str, String> {
        let candidates = self.candidates(written);
        let &[PolicyKey(right, since)] = candidates.as_slice() else {
            let mut names = if candidates.is_empty() { self.keys.to_vec() } else { candidates };
            names.retain(|key| installation.running().maybe_since(key.1));
            let names: Vec<String> = names.iter().map(|key| format!("`{}`", key.0)).collect();
            return Err(format!("use one of the keys that LiteLLM reads: {}", names.join(", ")));
        };
        if policy.iter().any(|(key, _)| key == right) {
            return Err(format!("remove it: `{right}` is set as well, and that one is effective"));
        }
        let rivals = policy.iter().filter(|(key, _)| {
            self.keys.iter().all(|known| known.0 != key)
                && matches!(self.candidates(key).as_slice(), [one] if one.0 == right)
        });
        if rivals.count() > 1 {
            return Err(format!("several keys here look like `{right}`: keep one, under that name"));
        }
        if installation.running().maybe_before(since) {
            return Err(format!("this looks like `{right}`, which LiteLLM honors only since {since}"));
        }
        Ok(right)
    }

    /// The keys nearest to a written one: the same but for `Error`, letter case and underscores, else at most two letters away.
    pub(super) fn candidates(&self, written: &str) -> Vec<PolicyKey> {
        let plain = |text: &str| {
            let text = text.to_ascii_lowercase().replace(['-', '_'], "");
            let text = text.replace("errors", "").replace("error", "");
            match (text.strip_suffix("retry"), text.strip_suffix("fail")) {
                (Some(stem), _) => format!("{stem}retries"),
                (_, Some(stem)) => format!("{stem}fails"),
                _ => text,
            }
        };
        let stem = plain(written);
        let distance = |key: &PolicyKey| damerau_levenshtein(&stem, &plain(key.0));
        let nearest = self.keys.iter().map(distance).min().filter(|&nearest| nearest <= 2);
        self.keys.iter().filter(|key| Some(distance(key)) == nearest).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::transform::Meta;

    const META: Meta = Meta {
        id: "test",
        title: "",
        why: "",
        severity: Severity::Low,
        worst: Severity::Critical,
        gap: "",
        files: "",
        versions: "",
        settings: &[],
        params: &[],
        weights: &[],
        aliases: &[],
    };
    const POLICY: Policy = Policy {
        meta: &META,
        setting: "retry_policy",
        keys: &[
            PolicyKey::always("BadRequestErrorRetries"),
            PolicyKey::always("TimeoutErrorRetries"),
            PolicyKey::always("RateLimitErrorRetries"),
        ],
        of_params: &[],
        instead: ("num_retries", "2"),
        zero_since: None,
    };

    #[test]
    fn meanings_of_misspelt_keys() {
        let meant = |written| POLICY.candidates(written).iter().map(|key| key.0).collect::<Vec<_>>();
        assert_eq!(meant("TimeoutRetries"), ["TimeoutErrorRetries"]);
        assert_eq!(meant("timeout_error_retries"), ["TimeoutErrorRetries"]);
        assert_eq!(meant("RateLimitErrorRetry"), ["RateLimitErrorRetries"]);
        assert_eq!(meant("RateLimitErrorsRetires"), ["RateLimitErrorRetries"]);
        assert_eq!(meant("BadGatewayErrorRetries"), Vec::<&str>::new());
    }
}
