//! What is left when a review is over: what was not taken, and what nobody but the user can do.

use console::measure_text_width;

use super::{End, Host};
use crate::plan::{Decision, Decisions, Fate, Item, Severity};
use crate::report::{Paint, counted, show};

/// What is still open.
pub(super) struct Left<'i> {
    /// Fixes that were not taken.
    fixes: Vec<&'i Item>,
    /// Advice, and fixes that cannot be made here.
    by_hand: Vec<&'i Item>,
}

impl<'i> Left<'i> {
    /// Of a plan, after these decisions; `refused` are fixes that could not be made after what was taken.
    pub fn new(items: &'i [Item], decisions: &Decisions, end: End, refused: &[(String, String)]) -> Self {
        let is_refused = |item: &Item| {
            matches!(item.fate, Fate::Advice | Fate::Refused(_) | Fate::Failed(_))
                || refused.iter().any(|(fingerprint, _)| *fingerprint == item.fingerprint)
        };
        let is_left = |item: &Item| match decisions.get(&item.fingerprint) {
            Some(Decision::No | Decision::Left) => true,
            Some(Decision::Yes { .. } | Decision::Ignore { .. }) => end != End::Write,
            None => false,
        };
        let left = |is: &dyn Fn(&Item) -> bool| items.iter().filter(|item| is(item)).collect::<Vec<_>>();
        Self { by_hand: left(&is_refused), fixes: left(&|item| is_left(item) && !is_refused(item)) }
    }

    /// One line each, the low ones counted, and what shows them again.
    pub fn text(&self, host: &dyn Host, columns: usize, paint: &Paint<'_>) -> String {
        let fixes = format!("Left: {}", counted(self.fixes.len(), "fix", "fixes"));
        let by_hand = format!("To do by hand: {}", counted(self.by_hand.len(), "finding", "findings"));
        let mut out = String::new();
        for (heading, items) in [(fixes, &self.fixes), (by_hand, &self.by_hand)] {
            let (low, told): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| is_low(item));
            if items.is_empty() {
                continue;
            }
            out.push_str(&format!("\n{}", show::findings(&heading, &told, columns, paint)));
            if !low.is_empty() {
                let other = if told.is_empty() { "all" } else { "and" };
                out.push_str(&format!("  {other} {} of low severity\n", low.len()));
            }
        }
        let worst = self.by_hand.first().or(self.fixes.first());
        if let Some(item) = worst {
            out.push('\n');
            let again = host.again(item.id);
            let longest = again.iter().map(|(command, _)| measure_text_width(command)).max().unwrap_or(0);
            for (command, words) in again {
                let line = format!("  {command:<longest$}  {words}");
                // Where there is no room, the command goes alone, so that it can be copied.
                let fits = measure_text_width(&line) <= columns;
                let line = if fits { line } else { format!("  {command}") };
                out.push_str(&format!("{}\n", paint.text(&line)));
            }
        }
        out
    }
}

/// What shares a line with others in the report matters little, whatever it would be by itself.
fn is_low(item: &Item) -> bool {
    item.finding.severity == Severity::Low || item.finding.prominence.is_folded()
}
