//! Policies of the router: mappings whose keys LiteLLM checks against a fixed list, and drops without a word if they are not on it.

use crate::plan::recommend::lines::section_lines;
use strsim::damerau_levenshtein;

use crate::document::Value;
use crate::plan::finding::{Advice, Finding, Fix, Intent, Lines, Remedy, Safety, Severity};
use crate::plan::recommend::build::shown;
use crate::plan::state::State;
use crate::plan::transform::Meta;
use crate::project::{At, Installation, Place, Running, Version, settings};

/// A key of a policy whose value LiteLLM does not take as a number.
pub const BAD_VALUE: State = State::named("bad_value");

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

    /// What holds for an error that the policy does not list, or lists without effect, as a clause.
    fn otherwise(&self, installation: &Installation<'_>) -> String {
        let (name, default) = self.instead;
        let number = installation.setting(name).value().map_or_else(|| default.to_owned(), shown);
        format!("`{name}` applies to such errors: {number}")
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
    fn meaning(
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
    fn candidates(&self, written: &str) -> Vec<PolicyKey> {
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

    /// What a policy lacks of what its owner wants, and what it has otherwise: both only on request.
    pub fn compare(
        &self,
        installation: &Installation<'_>,
        place: &Place,
        policy: &[(String, Value)],
        expected: &[Expected],
        note: impl Fn(&[Expected]) -> Option<String>,
    ) -> Vec<Finding> {
        let named = |key: &str| {
            policy.iter().any(|(written, _)| {
                written != key
                    && self.candidates(written).iter().any(|candidate| candidate.0 == key)
                    && self.keys.iter().all(|known| known.0 != written)
            })
        };
        let (mut lacking, mut other) = (Vec::new(), Vec::new());
        for &(key, number) in expected {
            match policy.iter().rev().find(|(written, _)| written == key).map(|(_, value)| value) {
                None if named(key) => {}
                None | Some(Value::Null) => lacking.push((key, number)),
                Some(Value::Int(set)) if *set != i128::from(number) => other.push((key, number, *set)),
                Some(_) => {}
            }
        }
        let mut findings = Vec::new();
        if !lacking.is_empty() {
            let (null, absent): (Vec<Expected>, Vec<Expected>) =
                lacking.iter().partition(|(key, _)| policy.iter().any(|(written, _)| written == key));
            let mut intents: Vec<Intent> = null
                .iter()
                .map(|&(key, number)| Intent::Set(place.child(key), Value::Int(number.into())))
                .collect();
            if !absent.is_empty() {
                intents.push(Intent::Ensure(place.clone(), Value::Map(entries(&absent))));
            }
            let fix = Fix::new(installation, format!("add {}", words(&lacking)), Safety::OnRequest, intents);
            findings.push(
                self.finding("incomplete", place.clone())
                    .severity(Severity::Low)
                    .title(format!("`{}` does not list {}", self.setting, keys(&lacking)))
                    .fix(noted(fix, note(&lacking))),
            );
        }
        if !other.is_empty() {
            let shown: Vec<String> = other
                .iter()
                .map(|(key, number, set)| format!("{key} is {set}; {number} is expected"))
                .collect();
            let set = |&(key, number, _): &(&str, u32, i128)| {
                Intent::Set(place.child(key), Value::Int(number.into()))
            };
            let expected: Vec<Expected> = other.iter().map(|&(key, number, _)| (key, number)).collect();
            let fix = Fix::new(
                installation,
                format!("set {}", words(&expected)),
                Safety::OnRequest,
                other.iter().map(set).collect(),
            );
            findings.push(
                self.finding("differs", place.clone())
                    .severity(Severity::Low)
                    .title(format!("`{}` has other numbers: {}", self.setting, shown.join(", ")))
                    .fix(noted(fix, note(&expected)).assuming("it overrides numbers that somebody chose")),
            );
        }
        findings
    }

    /// The finding about a value that is no mapping.
    pub fn not_a_mapping(
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

    /// Completes fixes that move or rename a whole policy, which puts it in force: misspelt keys in it are renamed too, `note` says
    /// what a policy does, and one that would stop the load becomes advice.
    pub fn mend_moved(&self, installation: &Installation<'_>, findings: &mut [Finding], note: &str) {
        for finding in findings {
            let Remedy::Fix(fix) = &mut finding.remedy else { continue };
            let Some(Value::Map(policy)) = installation.value_at(&finding.place) else { continue };
            let Some(to) = fix.intents.first().and_then(lands) else { continue };
            if let Some((key, value)) = policy.iter().find(|(_, value)| stops_the_load(value)) {
                let text = format!(
                    "first fix `{key}`: once {} is effective, the proxy would refuse to load",
                    shown(value)
                );
                finding.remedy = Remedy::Advice(Advice { text, ..Advice::default() });
                continue;
            }
            fix.assumptions.push(note.to_owned());
            for (written, _) in &policy {
                let known = self.keys.iter().any(|key| key.0 == written);
                if let Some(right) =
                    (!known).then(|| self.meaning(installation, &policy, written).ok()).flatten()
                {
                    fix.intents.push(Intent::Rename(to.child(written), right.to_owned()));
                    fix.assumptions
                        .push(format!("`{written}` in it becomes `{right}`, the key that LiteLLM reads"));
                }
            }
        }
    }
}

fn noted(fix: Fix, note: Option<String>) -> Fix {
    match note {
        Some(note) => fix.assuming(note),
        None => fix,
    }
}

/// Where the entry stands after a move or a rename.
pub fn lands(intent: &Intent) -> Option<Place> {
    match intent {
        Intent::Move(from, to) => match &from.at {
            At::Yaml { path, .. } => path.last_key().map(|key| to.child(key)),
            _ => None,
        },
        Intent::Rename(place, name) => match &place.at {
            At::Yaml { doc, path } => {
                Some(Place::yaml(place.file, *doc, path.split_last()?.0.child(name.as_str())))
            }
            _ => None,
        },
        _ => None,
    }
}

fn keys(expected: &[Expected]) -> String {
    expected.iter().map(|(key, _)| format!("`{key}`")).collect::<Vec<_>>().join(", ")
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

    #[test]
    fn values_that_stop_the_load() {
        assert!(stops_the_load(&Value::Str("many".into())));
        assert!(stops_the_load(&Value::Float(2.5)));
        assert!(!stops_the_load(&Value::Str("3".into())));
        assert!(!stops_the_load(&Value::Str("os.environ/RETRIES".into())));
    }
}
