//! From a rule and an installation to findings.

use std::collections::HashMap;

use super::rule::{Act, Address, Rule};
use crate::document::{Path, Step, Value};
use crate::plan::activate::{self, Activation};
use crate::plan::build::{shown, shown_briefly};
use crate::plan::{Finding, Fix, Intent, Meta, Recommended, Remedy, Safety};
use crate::project::settings;
use crate::project::settings::hazard;
use crate::project::{Answer, At, Effective, Installation, Place, Running, is_secret_name, known};

/// Who else has a say.
pub(super) struct Others<'a> {
    /// Which transform looks after a setting.
    pub(super) owners: &'a HashMap<&'static str, &'static str>,
    /// The rules in force that take something away.
    pub(super) takers: Vec<&'a Rule>,
}

/// What one rule finds in an installation that it is about. A rule for certain releases is advice where the release is not visible.
pub(super) fn assess(
    rule: &Rule,
    meta: &'static Meta,
    installation: &Installation<'_>,
    others: &Others<'_>,
) -> Vec<Finding> {
    let holds = rule.when.holds(installation);
    if holds == Some(false) {
        return Vec::new();
    }
    let of = Of { rule, meta, installation, others };
    let mut all: Vec<Finding> = rule.acts.iter().flat_map(|act| of.act(act)).collect();
    for finding in &mut all {
        finding.severity = rule.severity;
        finding.why.clone_from(&rule.why);
        if let (None, Remedy::Fix(fix), Some(releases)) = (holds, &finding.remedy, &rule.when.litellm) {
            let text = format!(
                "{}, if LiteLLM {} runs here: the running version is not visible",
                fix.title,
                releases.words()
            );
            *finding = finding.clone().advice(text);
        }
    }
    all
}

struct Of<'a> {
    rule: &'a Rule,
    meta: &'static Meta,
    installation: &'a Installation<'a>,
    others: &'a Others<'a>,
}

impl Of<'_> {
    fn act(&self, act: &Act) -> Vec<Finding> {
        match act {
            Act::Ensure(address, value) => self.put(address, value, true).into_iter().collect(),
            Act::Set(address, value) => self.put(address, value, false).into_iter().collect(),
            Act::Rename(from, to) => self.rename(from, to),
            Act::Remove(address) => self.remove(address),
            Act::Forbid(address, value) => self.forbid(address, value.as_ref()),
        }
    }

    fn finding(&self, address: &Address, state: &'static str, place: Place) -> Finding {
        Finding::new(self.meta, address.row().name, state, place)
    }

    /// The setting has the value, or nothing sets it.
    fn put(&self, address: &Address, value: &Value, only_unset: bool) -> Option<Finding> {
        let expected = self.expected(address, value);
        let mut answer = (*self.installation.setting_of(address.row())).clone();
        let (state, title) = match &answer.effective {
            Effective::Unset => ("unset", format!("`{address}` is not set")),
            Effective::Set { .. } if only_unset => return None,
            Effective::Set { value: found, place } if self.same(place, found, expected.value()) => {
                return None;
            }
            Effective::Set { value: found, .. } => {
                ("differs", format!("`{address}` is {}", self.words(address, found)))
            }
            Effective::Hidden { .. } if only_unset || self.refers(&answer, expected.value()) => return None,
            Effective::Hidden { .. } => {
                let on = Recommended::new(self.installation, &answer, expected.value().clone());
                return on.hidden(self.meta);
            }
        };
        if answer.is_unset() && answer.homes.iter().any(|home| is_at(home, address)) {
            answer.homes.retain(|home| is_at(home, address));
        }
        let title = format!("{title}; the rule expects {}", self.words(address, expected.value()));
        let on = Recommended::new(self.installation, &answer, expected.value().clone());
        let finding = on.finding(self.meta, state).title(title);
        let refusal =
            expected.refusal().or_else(|| self.taken(address)).or_else(|| self.not_read(address, &answer));
        if let Some(reason) = refusal {
            let text = format!("the rule is not applied here: {reason}");
            return Some(finding.advice(text));
        }
        Some(on.mend(finding, self.rule.safety, |fix| {
            let fix = self.raised(fix, address, "");
            let fix = match self.others.owners.get(answer.setting.name) {
                Some(owner) => fix.assuming(format!(
                    "`{owner}` looks after this setting too: the rule comes after it, and its value stays"
                )),
                None => fix,
            };
            match &expected {
                RuleValue::Repaired(value, written) => {
                    fix.assuming(format!("{written} of the rule means {} to LiteLLM", shown(value)))
                }
                _ => fix,
            }
        }))
    }

    /// The value as LiteLLM takes it at an address, or why it does not.
    fn expected(&self, address: &Address, value: &Value) -> RuleValue {
        let Address::Key(section, key) = address else { return RuleValue::Taken(value.clone()) };
        let row = settings::at(section, key);
        match activate::of(self.installation, row, section, key, value) {
            Activation::AsItIs => RuleValue::Taken(value.clone()),
            Activation::Repaired(repaired) => RuleValue::Repaired(repaired, shown(value)),
            Activation::Refused(refusal) => RuleValue::Refused(value.clone(), refusal.reason),
        }
    }

    /// Why the release that runs does not read an address that no row of the table is about.
    fn not_read(&self, address: &Address, answer: &Answer) -> Option<String> {
        let Address::Key(section, key) = address else { return None };
        let first = key.split('.').next().unwrap_or(key);
        if answer.blocked.is_some() || settings::at(section, key).is_some() {
            return None;
        }
        not_read(self.installation, section, first)
    }

    /// Why nothing is put where a rule takes away what stands there: the two would change the file in every run.
    fn taken(&self, address: &Address) -> Option<String> {
        let takes =
            |rule: &&&Rule| rule.acts.iter().filter_map(Act::takes_away).any(|taken| taken.overlaps(address));
        let rule = self.others.takers.iter().find(takes)?;
        Some(format!("`{}` forbids anything at `{address}`", rule.id))
    }

    /// Whether what is in force is the reference that is wanted.
    fn refers(&self, answer: &Answer, expected: &Value) -> bool {
        answer
            .place()
            .and_then(|place| self.installation.value_at(place))
            .is_some_and(|found| found == *expected)
    }

    /// Whether two values are one to LiteLLM: outside of the configuration it gets a text, and 60.0 is 60.
    fn same(&self, place: &Place, found: &Value, expected: &Value) -> bool {
        match (found, expected) {
            (Value::Int(int), Value::Float(float)) | (Value::Float(float), Value::Int(int)) => {
                float.to_string() == int.to_string()
            }
            (Value::Str(text), Value::Bool(_) | Value::Int(_) | Value::Float(_)) => {
                !self.installation.is_in_configuration(place) && *text == shown(expected)
            }
            (found, expected) => found == expected,
        }
    }

    /// A value in a title; of what may be a secret only that there is one.
    fn words(&self, address: &Address, value: &Value) -> String {
        let secret = address.names().into_iter().any(is_secret_name);
        if secret { "another value".into() } else { shown_briefly(value) }
    }

    /// A fix with the tier that its danger wants.
    fn raised(&self, mut fix: Fix, address: &Address, without: &str) -> Fix {
        let Some((name, reason)) =
            address.names().into_iter().find_map(|name| Some((name, hazard::of(name)?)))
        else {
            return fix;
        };
        fix.safety = Safety::Hazardous;
        let text = if without.is_empty() {
            format!("you want what `{name}` brings: {reason}")
        } else {
            format!("{without} `{name}`, which is about data or security: {reason}")
        };
        fix.assuming(text)
    }

    fn rename(&self, from: &Address, to: &Address) -> Vec<Finding> {
        let (Address::Key(old_section, old), Address::Key(section, key)) = (from, to) else {
            return Vec::new();
        };
        let each = self.standing(old_section, old).into_iter().map(|(config, place)| {
            let finding = self.finding(from, "old_name", place.clone());
            let finding = finding.title(format!("`{from}` stands here; the rule expects it as `{to}`"));
            let target = below(&config, section, key);
            if self.installation.value_at(&target).is_some() {
                let text = format!("`{to}` stands there already: keep one of the two");
                return finding.see(target, format!("`{to}`")).advice(text);
            }
            let value = self.installation.value_at(&place).unwrap_or(Value::Null);
            let expected = self.expected(to, &value);
            let first = key.split('.').next().unwrap_or(key);
            let refusal = expected.refusal().or_else(|| self.taken(to));
            let refusal = refusal.or_else(|| not_read(self.installation, section, first));
            if let Some(reason) = refusal {
                return finding.advice(format!("not renamed here: {reason}"));
            }
            let mut intents = moved(&place, &target);
            if let RuleValue::Repaired(value, _) = &expected {
                intents.push(Intent::Set(target, value.clone()));
            }
            let title = format!("rename `{from}` to `{to}`");
            let fix = Fix::new(self.installation, title, self.rule.safety, intents);
            let fix = fix.assuming(format!("what stands there takes effect as `{to}`"));
            finding.fix(self.raised(self.raised(fix, from, "nothing needs"), to, ""))
        });
        each.collect()
    }

    fn remove(&self, address: &Address) -> Vec<Finding> {
        let found = |place: Place| {
            let finding = self.finding(address, "not_wanted", place.clone());
            finding.title(format!("`{address}` stands here; the rule expects it removed"))
        };
        let fix = |place: Place| {
            let remove = vec![Intent::Remove { place, comments: true }];
            let fix = Fix::new(self.installation, format!("remove `{address}`"), self.rule.safety, remove);
            self.raised(fix, address, "nothing needs")
        };
        match address {
            Address::Key(section, key) => {
                let places = self.standing(section, key).into_iter().map(|(_, place)| place);
                places.map(|place| found(place.clone()).fix(fix(place))).collect()
            }
            Address::Variable(name) => {
                let given = self.installation.variables(name).into_iter();
                let each = given.map(|one| match self.installation.variable_home(&one) {
                    Some(home) => found(one.place).fix(fix(home)),
                    None => found(one.place).advice("remove it by hand"),
                });
                each.collect()
            }
        }
    }

    fn forbid(&self, address: &Address, value: Option<&Value>) -> Vec<Finding> {
        let found: Vec<(Place, Option<Value>)> = match address {
            Address::Key(section, key) => {
                let places = self.standing(section, key).into_iter();
                places.map(|(_, place)| (place.clone(), self.installation.value_at(&place))).collect()
            }
            Address::Variable(name) => {
                let given = self.installation.variables(name).into_iter();
                given.map(|one| (one.place, one.text.map(Value::Str))).collect()
            }
        };
        let forbidden = |(place, found): &(Place, Option<Value>)| {
            value.is_none_or(|value| found.as_ref().is_some_and(|found| self.same(place, found, value)))
        };
        let each = found.into_iter().filter(forbidden).map(|(place, found)| {
            let (what, text) = match (value, found) {
                (Some(_), Some(found)) => {
                    (format!(" with {}", self.words(address, &found)), "give it another value, or remove it")
                }
                _ => (String::new(), "remove it"),
            };
            self.finding(address, "forbidden", place)
                .title(format!("`{address}` stands here{what}, which the rule forbids"))
                .advice(text)
        });
        each.collect()
    }

    /// Where a key stands, in each layer that has it, with the place of the configuration there.
    fn standing(&self, section: &str, key: &str) -> Vec<(Place, Place)> {
        let configs = self.installation.configs();
        let places = configs.map(|(layer, _)| {
            let config = Place::yaml(layer.file, layer.doc, layer.config.clone());
            let place = below(&config, section, key);
            (config, place)
        });
        places.filter(|(_, place)| self.installation.value_at(place).is_some()).collect()
    }
}

enum RuleValue {
    Taken(Value),
    /// What LiteLLM makes of it, and as it is written.
    Repaired(Value, String),
    /// The value, and why LiteLLM does not take it.
    Refused(Value, String),
}

impl RuleValue {
    fn value(&self) -> &Value {
        match self {
            Self::Taken(value) | Self::Repaired(value, _) | Self::Refused(value, _) => value,
        }
    }

    fn refusal(&self) -> Option<String> {
        match self {
            Self::Refused(_, reason) => Some(reason.clone()),
            Self::Taken(_) | Self::Repaired(..) => None,
        }
    }
}

fn not_read(installation: &Installation<'_>, section: &str, key: &str) -> Option<String> {
    match (known::read_by(section, key, installation.running()), installation.running()) {
        (Some(true), _) => None,
        (Some(false), Running::Known(version, ..)) => {
            Some(format!("LiteLLM {version} does not read `{section}.{key}`"))
        }
        _ => Some(format!("whether the running version reads `{section}.{key}` is not known")),
    }
}

/// The place of a path of keys with dots in a section of a configuration.
fn below(config: &Place, section: &str, key: &str) -> Place {
    key.split('.').fold(config.child(section), |place, key| place.child(key))
}

/// The changes that bring the entry at one place to another one of the same configuration.
fn moved(from: &Place, to: &Place) -> Vec<Intent> {
    let (At::Yaml { doc, path: old }, At::Yaml { path: new, .. }) = (&from.at, &to.at) else {
        return Vec::new();
    };
    let (Some((old_parent, Step::Key(old_key))), Some((parent, Step::Key(key)))) = (parted(old), parted(new))
    else {
        return Vec::new();
    };
    let mut intents = Vec::new();
    if old_parent != parent {
        intents.push(Intent::Move(from.clone(), Place::yaml(from.file, *doc, parent.clone())));
    }
    if old_key != key {
        let place = Place::yaml(from.file, *doc, parent.child(old_key.as_str()));
        intents.push(Intent::Rename(place, key.clone()));
    }
    intents
}

fn parted(path: &Path) -> Option<(Path, &Step)> {
    Some((path.split_last()?.0, path.steps().last()?))
}

/// Whether a place is the one that an address names.
fn is_at(place: &Place, address: &Address) -> bool {
    match (&place.at, address) {
        (At::Yaml { path, .. }, Address::Key(section, key)) => {
            let named = Path::keys([*section].into_iter().chain(key.split('.')));
            path.steps().ends_with(named.steps())
        }
        (At::Yaml { path, .. }, Address::Variable(name)) => path.last_key() == Some(name),
        (At::Env(own) | At::Variable { name: own, .. }, Address::Variable(name)) => own == name,
        _ => false,
    }
}
