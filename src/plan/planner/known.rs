//! What a baseline knows, and what is left open in the end.

use crate::plan::fingerprint::Found;
use crate::plan::planner::outcome::Open;
use crate::plan::planner::plan::{Planner, is_silenced};
use crate::plan::said::replay::Said;
use crate::plan::said::suppress::Suppressions;
use crate::plan::transform::Transform;
use crate::project::Files;

/// One look at every installation in one state of the files.
pub(in crate::plan) struct Pass {
    suppressions: Suppressions,
    /// What is neither silenced nor known.
    pub(in crate::plan) open: Vec<Open>,
}

impl Pass {
    pub(in crate::plan) fn of(files: &Files) -> Self {
        Self { suppressions: Suppressions::find(files), open: Vec::new() }
    }
}

impl Planner<'_> {
    /// Takes out what the baseline knows; [`None`] without a baseline. What a comment silences is told as that.
    pub(in crate::plan) fn set_known_aside(
        &self,
        found: &mut Vec<(usize, &Transform, Found)>,
    ) -> Option<Vec<Open>> {
        self.rules.iter().find(|rules| rules.known.is_some())?;
        let mut known = Vec::new();
        found.retain(|(installation, transform, one)| {
            let id = transform.meta.id;
            let aside = self.is_known(*installation, &one.fingerprint)
                && !is_silenced(&self.suppressions, id, &one.finding.place);
            if aside {
                known.push(Open { id, installation: *installation, severity: one.finding.weight() });
            }
            !aside
        });
        Some(known)
    }

    pub(in crate::plan) fn is_known(&self, installation: usize, fingerprint: &str) -> bool {
        self.rules[installation].known.as_ref().is_some_and(|known| known.contains(fingerprint))
    }

    /// What is found in these files, and neither silenced nor known.
    pub(in crate::plan) fn left(&self, files: &Files) -> Result<Vec<Open>, String> {
        let mut pass = Pass::of(files);
        for installation in 0..self.installations.len() {
            let view = self.view(installation, files);
            for transform in self.active(installation) {
                let found = self.assess(transform, installation, &view)?;
                self.tell(transform.meta.id, installation, &found, &mut pass);
            }
        }
        Ok(pass.open)
    }

    /// Adds what is found to what a pass leaves open.
    pub(in crate::plan) fn tell(
        &self,
        id: &'static str,
        installation: usize,
        found: &[Found],
        pass: &mut Pass,
    ) {
        for Found { fingerprint, finding } in found {
            let hidden = self.recorded(installation, fingerprint).map(|one| &one.said);
            let silenced =
                hidden == Some(&Said::Ignored) || is_silenced(&pass.suppressions, id, &finding.place);
            if !silenced && !self.is_known(installation, fingerprint) {
                pass.open.push(Open { id, installation, severity: finding.weight() });
            }
        }
    }
}
