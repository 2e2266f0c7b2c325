//! Decisions of an earlier review, or of somebody who wrote them down, used again on other files.

use std::sync::atomic::{AtomicBool, Ordering};

use ignore::gitignore::Gitignore;

use crate::document::Value;
use crate::plan::finding::{Finding, Fix, Safety};
use crate::plan::said::admits::Admits;
use crate::project::Files;

/// The decisions of a file, in its order.
#[derive(Debug, Default)]
pub struct Replay {
    /// All that have not expired.
    pub entries: Vec<Recorded>,
}

/// What somebody decided about the findings that it matches.
#[derive(Debug)]
pub struct Recorded {
    /// The id of the transform.
    pub id: &'static str,
    /// The setting, by its name.
    pub setting: String,
    /// The state of the setting.
    pub state: String,
    /// Which files, from the root of their repository.
    pub path: Gitignore,
    /// Whether that is one file and no pattern.
    pub exact: bool,
    /// The address inside the file, where only that one is meant.
    pub at: Option<String>,
    /// What was said.
    pub said: Said,
    /// Why.
    pub why: Option<String>,
    /// Where it is written: `decisions.yaml:12`.
    pub written: String,
    /// Whether it matched a finding.
    pub used: AtomicBool,
}

/// What somebody said to a fix.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Apply it, with these values.
    Yes(Vec<(String, Value)>),
    /// Do not propose it.
    No,
    /// Do not show the finding.
    Ignored,
}

impl Replay {
    /// The decision about a finding, by its position: one about exactly this place before one of a pattern.
    ///
    /// # Errors
    /// Two decisions that are equally exact and say different things.
    pub(in crate::plan) fn find(
        &self,
        id: &str,
        finding: &Finding,
        files: &Files,
    ) -> Result<Option<usize>, String> {
        if self.entries.iter().all(|entry| entry.id != id) {
            return Ok(None);
        }
        let spot = files.spot(&finding.place);
        let mut best: Vec<&Recorded> = Vec::new();
        let mut at = None;
        for (position, entry) in self.entries.iter().enumerate().filter(|(_, entry)| entry.id == id) {
            let fits = entry.setting == finding.setting
                && entry.state == finding.state.name()
                && entry.at.as_ref().is_none_or(|name| *name == spot.name)
                && entry.is_about(&spot.inside);
            if !fits {
                continue;
            }
            entry.used.store(true, Ordering::Relaxed);
            let known = best.first().map(|known| known.rank());
            if known.is_none_or(|known| entry.rank() > known) {
                (best, at) = (vec![entry], Some(position));
            } else if known == Some(entry.rank()) {
                best.push(entry);
            }
        }
        match best.iter().find(|other| other.said != best[0].said) {
            Some(other) => Err(format!(
                "{} and {} decide differently about {} in {}:{}; make one of them exact, or take one away",
                best[0].written, other.written, id, spot.file, spot.line
            )),
            None => Ok(at),
        }
    }

    /// Those that matched nothing.
    pub fn unused(&self) -> impl Iterator<Item = &Recorded> {
        self.entries.iter().filter(|entry| !entry.used.load(Ordering::Relaxed))
    }
}

impl Recorded {
    /// Whether a file is meant; an exact path means no folder with all that is in it.
    fn is_about(&self, file: &str) -> bool {
        let found = match self.exact {
            true => self.path.matched(file, false),
            false => self.path.matched_path_or_any_parents(file, false),
        };
        found.is_ignore()
    }

    fn rank(&self) -> (bool, bool) {
        (self.exact, self.at.is_some())
    }

    /// Whether a yes holds for this fix; the error is what it lacks.
    pub fn takes(&self, fix: &Fix) -> Result<(), Admits> {
        let aimed = self.exact && self.at.is_some() && self.why.is_some();
        if fix.safety == Safety::Hazardous && !aimed {
            return Err(Admits::ExactDecision(self.written.clone()));
        }
        match fix.questions.iter().find(|question| question.required) {
            Some(question) => Err(Admits::DecidedValue(question.param, self.written.clone())),
            None => Ok(()),
        }
    }

    /// The reason that is shown for what it hides.
    pub fn reason(&self) -> String {
        self.why.clone().unwrap_or_else(|| format!("decided in {}", self.written))
    }
}
