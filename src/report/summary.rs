//! How many there are of what.

use super::Mode;
use super::paint::spoken;
use crate::plan::{Fate, Plan, Remedy, Safety};

/// The tiers in the order in which they are counted.
pub(crate) const TIERS: [Safety; 4] = [Safety::Safe, Safety::Review, Safety::OnRequest, Safety::Hazardous];

/// Findings by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Fixes applied, by tier.
    pub applied: [usize; 4],
    /// Fixes that the options leave out, by tier.
    pub left_out: [usize; 4],
    /// Those of them that want an answer first, by tier.
    pub asking: [usize; 4],
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
                Fate::LeftOut(_) => {
                    counts.left_out[tier] += 1;
                    let asks = matches!(&item.finding.remedy, Remedy::Fix(fix) if fix.waits_for_answer());
                    counts.asking[tier] += usize::from(asks);
                }
                Fate::Advice | Fate::Refused(_) => counts.advice += 1,
                Fate::Mended(_) => counts.mended += 1,
                Fate::Declined => counts.declined += 1,
                Fate::Suppressed(_) => counts.suppressed += 1,
                Fate::Failed(_) => counts.failed += 1,
            }
        }
        counts
    }

    /// Of a preview `fixes: 2 safe (--write), 3 review: they change behavior (--include-review); by hand: 4; suppressed: 1`, of a
    /// write `applied: 2 safe; left out: 3 review; by hand: 4; suppressed: 1`
    pub fn sentence(&self, mode: Mode) -> String {
        let left: [usize; 4] = std::array::from_fn(|at| self.left_out[at] - self.asking[at]);
        let number = |count: usize| if count == 0 { String::new() } else { count.to_string() };
        let asking = number(self.asking.iter().sum());
        let fixes = if mode == Mode::Preview {
            let applied = tiers(self.applied, |tier| format!("{} (--write)", spoken(tier)));
            let offered = tiers(left, offered);
            let asking = Some(asking).filter(|count| !count.is_empty());
            let asking = asking.map(|count| format!("{count} when you answer (--set or --interactive)"));
            vec![("fixes", applied.into_iter().chain(offered).chain(asking).collect::<Vec<_>>().join(", "))]
        } else {
            let plain = |counts| tiers(counts, |tier| spoken(tier).to_owned()).join(", ");
            vec![
                ("applied", plain(self.applied)),
                ("left out", plain(left)),
                ("asks first (--set or --interactive)", asking),
            ]
        };
        let others = [
            ("declined", number(self.declined)),
            ("by hand", number(self.advice)),
            ("failed", number(self.failed)),
            ("suppressed", number(self.suppressed)),
            ("known before and not shown", number(self.known)),
        ];
        let parts = fixes.into_iter().chain(others).filter(|(_, what)| !what.is_empty());
        parts.map(|(name, what)| format!("{name}: {what}")).collect::<Vec<_>>().join("; ")
    }
}

/// A number of each tier that has any.
fn tiers(counts: [usize; 4], word: impl Fn(Safety) -> String) -> Vec<String> {
    let some = TIERS.iter().zip(counts).filter(|(_, count)| *count > 0);
    some.map(|(tier, count)| format!("{count} {}", word(*tier))).collect()
}

/// A tier that is not applied yet, and what applies it.
fn offered(tier: Safety) -> String {
    match tier {
        Safety::Review => format!("{}: they change behavior ({})", spoken(tier), admits(tier)),
        Safety::Safe | Safety::OnRequest | Safety::Hazardous => {
            format!("{} ({})", spoken(tier), admits(tier))
        }
    }
}

/// The option that admits fixes of a tier.
pub(crate) fn admits(tier: Safety) -> &'static str {
    match tier {
        Safety::Safe => "--write",
        Safety::Review => "--include-review",
        Safety::OnRequest => "--apply all",
        Safety::Hazardous => "--interactive",
    }
}
