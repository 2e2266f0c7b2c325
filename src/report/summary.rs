//! How many there are of what.

use super::Mode;
use super::paint::spoken;
use crate::plan::{Fate, Plan, Remedy, Safety};

/// The tiers in the order in which they are counted aloud.
pub(crate) const TIERS: [Safety; 4] = [Safety::Safe, Safety::Review, Safety::OnRequest, Safety::Hazardous];

/// Findings by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Fixes applied, by tier.
    pub applied: [usize; 4],
    /// Fixes that the options leave out, by tier.
    pub left_out: [usize; 4],
    /// Findings with advice only, refused fixes among them.
    pub advice: usize,
    /// Fixes that another fix makes needless.
    pub mended: usize,
    /// Fixes that the user declined.
    pub declined: usize,
    /// Findings that are suppressed.
    pub suppressed: usize,
    /// Fixes that failed their proof.
    pub failed: usize,
    /// Findings that the baseline knows.
    pub known: usize,
}

impl Counts {
    /// Counts the findings of a plan.
    pub fn of(plan: &Plan) -> Self {
        let known = plan.known.as_ref().map(Vec::len).unwrap_or_default();
        let mut counts = Self { known, ..Self::default() };
        for item in &plan.items {
            let tier = match &item.finding.remedy {
                Remedy::Fix(fix) => TIERS.iter().position(|tier| *tier == fix.safety).unwrap_or(0),
                Remedy::Advice(_) => 0,
            };
            match item.fate {
                Fate::Applied => counts.applied[tier] += 1,
                Fate::LeftOut(_) => counts.left_out[tier] += 1,
                Fate::Advice | Fate::Refused(_) => counts.advice += 1,
                Fate::Mended(_) => counts.mended += 1,
                Fate::Declined => counts.declined += 1,
                Fate::Suppressed(_) => counts.suppressed += 1,
                Fate::Failed(_) => counts.failed += 1,
            }
        }
        counts
    }

    /// `2 safe to apply, 3 review, 1 on request, 4 advice, 1 suppressed`
    pub fn sentence(&self, mode: Mode) -> String {
        let done = if mode == Mode::Preview { "to apply" } else { "applied" };
        let mut parts = Vec::new();
        for (tier, count) in TIERS.iter().zip(self.applied) {
            parts.push((count, format!("{} {done}", spoken(*tier))));
        }
        for (tier, count) in TIERS.iter().zip(self.left_out) {
            parts.push((count, spoken(*tier).to_owned()));
        }
        parts.push((self.declined, "declined".to_owned()));
        parts.push((self.advice, "advice".to_owned()));
        parts.push((self.failed, "failed".to_owned()));
        parts.push((self.suppressed, "suppressed".to_owned()));
        parts.push((self.known, "known before and not shown".to_owned()));
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if parts.is_empty() { "nothing to fix".to_owned() } else { parts.join(", ") }
    }
}
