//! What the review asks the pipeline while the user decides.

use std::path::Path as FilePath;

use anyhow::anyhow;

use super::loaded::Loaded;
use super::told::again;
use crate::cli::RunArgs;
use crate::document::Value;
use crate::plan::{
    Decision, Decisions, FileChange, Item, Offer, Plan, Transform, Workbench, ignore_by_comment, plan,
};
use crate::preferences;
use crate::project::shown;
use crate::review::Host;

/// Plans and proves for the review.
pub(super) struct ReviewHost<'a> {
    loaded: &'a Loaded,
    transforms: &'a [Transform],
    standing: &'a preferences::Standing,
    items: &'a [Item],
    recorded: &'a Decisions,
    bench: Workbench<'a>,
    args: &'a RunArgs,
}

impl<'a> ReviewHost<'a> {
    /// For a plan of this deployment. `standing` holds the preferences.
    pub(super) fn new(
        loaded: &'a Loaded,
        transforms: &'a [Transform],
        standing: &'a preferences::Standing,
        first: &'a Plan,
        args: &'a RunArgs,
    ) -> Self {
        let (items, recorded) = (first.items.as_slice(), &first.recorded);
        let Loaded { project, rules, .. } = loaded;
        let bench = Workbench::new(project.files.clone(), &project.installations, transforms, rules, items);
        Self { loaded, transforms, standing, items, recorded, bench, args }
    }

    fn planned(&self, decisions: &Decisions) -> anyhow::Result<Plan> {
        let Loaded { project, rules, .. } = self.loaded;
        plan(project.files.clone(), &project.installations, self.transforms, rules, Some(decisions))
            .map_err(|error| anyhow!(error))
    }

    fn item(&self, fingerprint: &str) -> anyhow::Result<&'a Item> {
        self.items
            .iter()
            .find(|item| item.fingerprint == fingerprint)
            .ok_or_else(|| anyhow!("no such finding"))
    }

    /// The preferences with what is ignored where no comment can stand.
    fn preferences(&self, plan: &Plan, decisions: &Decisions) -> anyhow::Result<Vec<FileChange>> {
        let ignored = plan.items.iter().filter_map(|item| match decisions.get(&item.fingerprint) {
            Some(Decision::Ignore { reason }) if item.changes.is_empty() => {
                Some(preferences::ToIgnore { main: self.main(item), id: item.id, reason })
            }
            _ => None,
        });
        preferences::remembered(&ignored.collect::<Vec<_>>(), self.standing, self.transforms)
    }

    /// The configuration of the installation that an item belongs to.
    fn main(&self, item: &Item) -> &FilePath {
        let project = &self.loaded.project;
        &project.files.get(project.installations[item.installation].main().file).path
    }
}

impl Host for ReviewHost<'_> {
    fn offer(
        &mut self,
        accepted: &Decisions,
        fingerprint: &str,
        answers: &[(String, Value)],
    ) -> anyhow::Result<Offer> {
        let item = self.item(fingerprint)?;
        self.bench.offer(item, accepted, answers).map_err(|error| anyhow!(error))
    }

    fn explain(&self, id: &str) -> String {
        self.transforms.iter().find(|one| one.meta.id == id).map(Transform::page).unwrap_or_default()
    }

    fn ignored(&mut self, _: &Decisions, fingerprint: &str, reason: &str) -> anyhow::Result<String> {
        let item = self.item(fingerprint)?;
        Ok(match ignore_by_comment(&self.loaded.project.files, item, reason) {
            Some(_) => format!("a comment `# litellm-fix: ignore[{}] {reason}` will be written", item.id),
            None => format!(
                "no comment can stand there, so {} will say that `{}` is ignored for {}",
                preferences::FILE,
                item.id,
                shown(self.main(item))
            ),
        })
    }

    fn decided(&self) -> Decisions {
        self.recorded.clone()
    }

    fn combined(&mut self, decisions: &Decisions) -> anyhow::Result<Plan> {
        let mut plan = self.planned(decisions)?;
        let preferences = self.preferences(&plan, decisions)?;
        plan.changes.extend(preferences);
        plan.changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(plan)
    }

    fn again(&self, id: &str) -> [(String, &'static str); 2] {
        again(self.args, id)
    }
}
