//! What options and preferences say for one installation.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::plan::finding::{Fix, Intent, Safety};
use crate::plan::said::admits::Admits;
use crate::plan::said::replay::Replay;

/// The standing decisions for one installation.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The only ids to run; empty for all. Of these what is only offered is told too.
    pub select: Vec<String>,
    /// A filter: the only ids to run; empty for all.
    pub only: Vec<String>,
    /// Ids named on the command line, which admits their review and on-request fixes.
    pub named: Vec<String>,
    /// Ids not to run.
    pub ignore: Vec<String>,
    /// Which tiers are applied without a question.
    pub apply: Apply,
    /// The fingerprints of findings that were there before; [`None`] without a baseline.
    pub known: Option<Arc<HashSet<String>>>,
    /// Decisions that were written down before; [`None`] without a file of them.
    pub replay: Option<Arc<Replay>>,
    /// Parameters by id.
    pub params: BTreeMap<String, Map<String, Json>>,
    /// Changed tiers by id, with the reason given.
    pub safety: BTreeMap<String, (Safety, Option<String>)>,
    /// The settings that a rule of the user's own decides, each with its id.
    pub decided: BTreeMap<String, &'static str>,
}

/// Whether an id is that of a rule of the user's own: no transform of the registry has a `/` in its id.
fn rule_id(id: &str) -> bool {
    id.contains('/')
}

/// Which tiers are applied without a question. Nothing hazardous ever is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Apply {
    /// What is safe.
    #[default]
    Safe,
    /// And what changes behaviour.
    Review,
    /// And what is legitimate, but no general advice.
    All,
}

impl Rules {
    /// Whether the transform of this id runs.
    pub fn runs(&self, id: &str) -> bool {
        let has = |list: &[String]| list.iter().any(|one| one == id);
        let among = |list: &[String]| list.is_empty() || has(list);
        among(&self.select) && among(&self.only) && !has(&self.ignore)
    }

    /// Whether the id was asked for by its name.
    pub fn asks_for(&self, id: &str) -> bool {
        self.select.iter().chain(&self.named).any(|one| one == id)
    }

    /// The parameters of an id as a JSON object, with `answers` over them.
    pub fn params(&self, id: &str, answers: &[(String, Json)]) -> Json {
        let mut params = self.params.get(id).cloned().unwrap_or_default();
        params.extend(answers.iter().cloned());
        Json::Object(params)
    }

    /// The tier of a fix of this id, as the user changed it.
    pub fn tier(&self, id: &str, fix: &Fix) -> Safety {
        match self.safety.get(id) {
            Some((tier, _)) if fix.safety != Safety::Hazardous => *tier,
            Some((tier, Some(_))) => *tier,
            _ => fix.safety,
        }
    }

    /// Whether a rule of the user's own has the say over what a fix would set; the error is what would admit the fix.
    pub fn leave_it(&self, id: &str, setting: &str, fix: &Fix) -> Result<(), Admits> {
        let sets = |intent: &Intent| matches!(intent, Intent::Set(..) | Intent::Ensure(..));
        match self.decided.get(setting).filter(|rule| **rule != id && self.runs(rule)) {
            Some(rule) if !rule_id(id) && fix.intents.iter().all(sets) => Err(Admits::WithoutRule(rule)),
            _ => Ok(()),
        }
    }

    /// Whether these rules apply a fix without a question; the error is what would admit it.
    pub fn admit(&self, id: &str, fix: &Fix) -> Result<(), Admits> {
        let open = fix.questions.iter().find(|question| question.required);
        let named = self.named.iter().any(|one| one == id);
        let tier = self.tier(id, fix);
        let admitted = match tier {
            Safety::Safe => true,
            Safety::Review => named || self.apply >= Apply::Review,
            Safety::OnRequest => named || self.apply >= Apply::All,
            Safety::Hazardous => false,
        };
        match open {
            // For what is hazardous an answer alone would not do.
            Some(question) if tier != Safety::Hazardous => Err(Admits::Answer(id.to_owned(), question.param)),
            _ if admitted => Ok(()),
            _ => Err(Admits::Tier(tier, id.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(safety: Safety) -> Fix {
        Fix::plain("", safety, vec![])
    }

    #[test]
    fn only_a_reason_in_the_preferences_admits_what_is_hazardous() {
        let fix = fix(Safety::Hazardous);
        let bulk = Rules { apply: Apply::All, named: vec!["salt_key".into()], ..Rules::default() };
        assert!(bulk.admit("salt_key", &fix).is_err());
        let with = |tier: Safety, reason: Option<&str>| {
            let safety = [("salt_key".to_owned(), (tier, reason.map(str::to_owned)))];
            Rules { safety: safety.into(), ..bulk.clone() }
        };
        assert!(with(Safety::Safe, None).admit("salt_key", &fix).is_err());
        assert!(with(Safety::Safe, Some("nothing is encrypted yet")).admit("salt_key", &fix).is_ok());
        assert!(with(Safety::Hazardous, Some("so")).admit("salt_key", &fix).is_err());
    }

    #[test]
    fn a_fix_can_be_made_hazardous_without_a_reason() {
        let rules = Rules {
            apply: Apply::All,
            safety: [("debug_mode".to_owned(), (Safety::Hazardous, None))].into(),
            ..Rules::default()
        };
        assert!(rules.admit("debug_mode", &fix(Safety::Safe)).is_err());
    }
}
