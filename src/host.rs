//! What the review asks the pipeline while the user decides.

use std::path::Path as FilePath;

use anyhow::anyhow;

use crate::commit::Change;
use crate::document::{Limits, Op, Path, Value, Yaml};
use crate::plan::{Decision, Decisions, Fate, Item, Plan, Transform, ignore_by_comment, plan};
use crate::policy;
use crate::review::Host;
use crate::run::{Loaded, page};

/// Plans and proves for the review.
pub struct ReviewHost<'a> {
    /// The deployment and its rules.
    pub loaded: &'a Loaded,
    /// The registry.
    pub transforms: &'a [Transform],
    /// The fixes that are asked about.
    pub items: Vec<Item>,
}

impl ReviewHost<'_> {
    /// The plan with these decisions.
    pub fn planned(&self, decisions: &Decisions) -> anyhow::Result<Plan> {
        let Loaded { project, rules, .. } = self.loaded;
        plan(project.files.clone(), &project.installations, self.transforms, rules, Some(decisions))
            .map_err(|error| anyhow!(error))
    }

    fn item(&self, fingerprint: &str) -> anyhow::Result<&Item> {
        self.items
            .iter()
            .find(|item| item.fingerprint == fingerprint)
            .ok_or_else(|| anyhow!("no such finding"))
    }

    fn with(
        &self,
        accepted: &Decisions,
        fingerprint: &str,
        answers: &[(String, Value)],
    ) -> anyhow::Result<Option<Item>> {
        let mut decisions = accepted.clone();
        decisions.set(fingerprint, Decision::Yes { answers: answers.to_vec(), confirmed: true });
        let plan = self.planned(&decisions)?;
        let item = plan.items.into_iter().find(|item| item.fingerprint == fingerprint);
        match item {
            Some(item) if item.fate == Fate::Applied => Ok(Some(item)),
            Some(Item { fate: Fate::Refused(reason) | Fate::Failed(reason), .. }) => Err(anyhow!(reason)),
            _ => Ok(None),
        }
    }

    /// The entries of `.litellm-fix.yaml` for what is ignored where no comment can stand.
    pub fn preferences(&self, decisions: &Decisions) -> anyhow::Result<Vec<Change>> {
        let mut ids: Vec<(&str, &str)> = Vec::new();
        for (fingerprint, decision) in &decisions.0 {
            let Decision::Ignore { reason } = decision else { continue };
            let item = self.item(fingerprint)?;
            if ignore_by_comment(&self.loaded.project.files, item, reason).is_none() {
                ids.push((item.id, reason));
            }
        }
        let Some((first, _)) = ids.first() else { return Ok(Vec::new()) };
        let item =
            self.items.iter().find(|item| item.id == *first).ok_or_else(|| anyhow!("no such finding"))?;
        let file = &self.loaded.project.files.get(item.finding.place.file).path;
        let folder = file.parent().unwrap_or(FilePath::new(""));
        match policy::nearest(folder, self.transforms)? {
            None => {
                let lines: String = ids.iter().map(|(id, reason)| format!("  - {id} # {reason}\n")).collect();
                Ok(vec![Change::created(folder.join(policy::FILE), format!("ignore:\n{lines}").into_bytes())])
            }
            Some((home, _)) => {
                let path = home.join(policy::FILE);
                let before = std::fs::read(&path)?;
                let mut yaml = Yaml::from_bytes(&before, &Limits::default())?;
                for (id, _) in ids {
                    let list = Path::keys(["ignore"]);
                    let op = if yaml.get(0, &list).is_some_and(|node| !node.is_empty()) {
                        Op::Append { at: list, value: id.into() }
                    } else {
                        Op::Set {
                            at: Path::root(),
                            key: "ignore".into(),
                            value: vec![Value::from(id)].into(),
                        }
                    };
                    yaml = yaml.apply(0, &op)?.yaml;
                }
                let after = yaml.text().as_bytes().to_vec();
                Ok(vec![Change::new(path, before, after)])
            }
        }
    }
}

impl Host for ReviewHost<'_> {
    fn present(&mut self, accepted: &Decisions, fingerprint: &str) -> anyhow::Result<Option<Item>> {
        self.with(accepted, fingerprint, &[])
    }

    fn with_answers(
        &mut self,
        accepted: &Decisions,
        fingerprint: &str,
        answers: &[(String, Value)],
    ) -> anyhow::Result<Item> {
        self.with(accepted, fingerprint, answers)?
            .ok_or_else(|| anyhow!("with this value there is nothing left to fix"))
    }

    fn explain(&self, id: &str) -> String {
        self.transforms.iter().find(|one| one.meta.id == id).map(page).unwrap_or_default()
    }

    fn ignored(&mut self, _: &Decisions, fingerprint: &str, reason: &str) -> anyhow::Result<String> {
        let item = self.item(fingerprint)?;
        Ok(match ignore_by_comment(&self.loaded.project.files, item, reason) {
            Some(_) => format!("a comment `# litellm-fix: ignore[{}] {reason}` will be written", item.id),
            None => format!(
                "no comment can stand there, so `{}` will be listed under `ignore:` in {}",
                item.id,
                policy::FILE
            ),
        })
    }

    fn combined(&mut self, decisions: &Decisions) -> anyhow::Result<Plan> {
        self.planned(decisions)
    }
}
