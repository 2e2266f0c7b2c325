//! The numbers of a policy beside those that its owner wants: what it lacks, and what it has otherwise. Both only on request.

use super::{Expected, Policy, entries, words};
use crate::document::Value;
use crate::plan::finding::{Finding, Fix, Intent, Safety, Severity};
use crate::project::{Installation, Place};

/// A number that stands there: its key, the one that is expected, and what it is.
type Differs = (&'static str, u32, i128);

impl Policy {
    /// What a policy lacks of what its owner wants, and what it has otherwise.
    pub fn compare(
        &self,
        installation: &Installation<'_>,
        place: &Place,
        policy: &[(String, Value)],
        expected: &[Expected],
        note: impl Fn(&[Expected]) -> Option<String>,
    ) -> Vec<Finding> {
        let (mut lacking, mut other) = (Vec::new(), Vec::new());
        for &(key, number) in expected {
            match policy.iter().rev().find(|(written, _)| written == key).map(|(_, value)| value) {
                None if self.is_meant(policy, key) => {}
                None | Some(Value::Null) => lacking.push((key, number)),
                Some(Value::Int(set)) if *set != i128::from(number) => other.push((key, number, *set)),
                Some(_) => {}
            }
        }
        let incomplete = || self.incomplete(installation, place, policy, &lacking, note(&lacking));
        let mut findings: Vec<Finding> = (!lacking.is_empty()).then(incomplete).into_iter().collect();
        if !other.is_empty() {
            let expected: Vec<Expected> = other.iter().map(|&(key, number, _)| (key, number)).collect();
            findings.push(self.differs(installation, place, &other, &expected, note(&expected)));
        }
        findings
    }

    /// Whether a misspelt key of the policy means this one.
    fn is_meant(&self, policy: &[(String, Value)], key: &str) -> bool {
        policy.iter().any(|(written, _)| {
            written != key
                && self.candidates(written).iter().any(|candidate| candidate.0 == key)
                && self.keys.iter().all(|known| known.0 != written)
        })
    }

    fn incomplete(
        &self,
        installation: &Installation<'_>,
        place: &Place,
        policy: &[(String, Value)],
        lacking: &[Expected],
        note: Option<String>,
    ) -> Finding {
        let (null, absent): (Vec<Expected>, Vec<Expected>) =
            lacking.iter().partition(|(key, _)| policy.iter().any(|(written, _)| written == key));
        let mut intents: Vec<Intent> =
            null.iter().map(|&(key, number)| Intent::Set(place.child(key), number.into())).collect();
        if !absent.is_empty() {
            intents.push(Intent::Ensure(place.clone(), Value::Map(entries(&absent))));
        }
        let keys = lacking.iter().map(|(key, _)| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let fix = Fix::new(installation, format!("add {}", words(lacking)), Safety::OnRequest, intents);
        self.finding("incomplete", place.clone())
            .severity(Severity::Low)
            .title(format!("`{}` does not list {keys}", self.setting))
            .fix(noted(fix, note))
    }

    fn differs(
        &self,
        installation: &Installation<'_>,
        place: &Place,
        other: &[Differs],
        expected: &[Expected],
        note: Option<String>,
    ) -> Finding {
        let shown = other.iter().map(|(key, number, set)| format!("{key} is {set}; {number} is expected"));
        let shown = shown.collect::<Vec<_>>().join(", ");
        let sets = expected.iter().map(|&(key, number)| Intent::Set(place.child(key), number.into()));
        let title = format!("set {}", words(expected));
        let fix = Fix::new(installation, title, Safety::OnRequest, sets.collect());
        self.finding("differs", place.clone())
            .severity(Severity::Low)
            .title(format!("`{}` has other numbers: {shown}", self.setting))
            .fix(noted(fix, note).assuming("it overrides numbers that somebody chose"))
    }
}

fn noted(fix: Fix, note: Option<String>) -> Fix {
    match note {
        Some(note) => fix.assuming(note),
        None => fix,
    }
}
