//! What all repositories together give.

use super::line::Row;
use crate::exit::Exit;
use crate::plan::Severity;

/// So many failures are told one by one.
pub(super) const TOLD: usize = 20;

/// Sums over repositories.
#[derive(Clone, Debug, Default)]
pub(super) struct Total {
    pub(super) repositories: usize,
    /// Repositories by their worst open finding, as [`Severity::ALL`] orders them.
    pub(super) worst: [usize; 4],
    /// Those without an open finding.
    pub(super) clean: usize,
    /// Those without LiteLLM.
    pub(super) nothing: usize,
    /// Those that could not be judged, or not wholly.
    pub(super) failed: usize,
    /// The first of them, with why.
    pub(super) failures: Vec<(String, String)>,
    /// Open findings.
    pub(super) open: [usize; 4],
    pub(super) fixes: usize,
    pub(super) files: usize,
    /// Repositories in which something was applied, or would be.
    pub(super) changed: usize,
    scores: (f64, usize),
    pub(super) lowest: Option<(f64, String)>,
    codes: [bool; 5],
}

impl Total {
    pub(super) fn add(&mut self, row: &Row) {
        self.repositories += 1;
        if let Some(code) = usize::try_from(row.exit).ok().and_then(|code| self.codes.get_mut(code)) {
            *code = true;
        }
        if row.is_failed() {
            self.failed += 1;
            if self.failures.len() < TOLD {
                self.failures.push((row.name.clone(), row.error.clone().unwrap_or_default()));
            }
        } else if row.is_nothing() {
            self.nothing += 1;
        } else {
            match row.worst().and_then(|worst| Severity::ALL.iter().position(|one| *one == worst)) {
                Some(at) => self.worst[at] += 1,
                None => self.clean += 1,
            }
        }
        for (sum, count) in self.open.iter_mut().zip(row.open) {
            *sum += count;
        }
        self.fixes += row.applied;
        self.files += row.files;
        self.changed += usize::from(row.applied > 0);
        if let Some(score) = row.score {
            self.scores = (self.scores.0 + score, self.scores.1 + 1);
            if self.lowest.as_ref().is_none_or(|(lowest, _)| score < *lowest) {
                self.lowest = Some((score, row.name.clone()));
            }
        }
    }

    /// The mean of the scores.
    pub(super) fn score(&self) -> Option<f64> {
        let (sum, count) = self.scores;
        (count > 0).then(|| sum / f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
    }

    /// As of one repository, but that nothing of LiteLLM has to be in all of them.
    pub(super) fn exit(&self) -> Exit {
        let any = |exit: Exit| self.codes[usize::from(exit.code())];
        if any(Exit::Usage) {
            Exit::Usage
        } else if any(Exit::Failed) {
            Exit::Failed
        } else if any(Exit::Findings) {
            Exit::Findings
        } else if self.nothing > 0 && self.nothing == self.repositories {
            Exit::Nothing
        } else {
            Exit::Done
        }
    }
}
