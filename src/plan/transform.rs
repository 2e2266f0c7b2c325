//! What a transform is: its card with its parameters, and one pure function.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::plan::finding::{Area, Finding, Severity};
use crate::plan::parameter::{Parameter, completed, defaults};
use crate::project::Installation;

/// The card of a transform.
#[derive(Debug)]
pub struct Meta {
    /// The stable public name, in snake case, after the setting or the symptom.
    pub id: &'static str,
    /// One line: what it makes of a deployment.
    pub title: &'static str,
    /// One line: why that matters.
    pub why: &'static str,
    /// How much the gap hurts in general; a finding may say otherwise.
    pub severity: Severity,
    /// The worst that any of its findings is: whoever looks for something worse need not ask it.
    pub worst: Severity,
    /// The gap of the production list that it closes.
    pub gap: &'static str,
    /// The kinds of files that it may touch.
    pub files: &'static str,
    /// The LiteLLM versions that it knows.
    pub versions: &'static str,
    /// The settings that it answers for: where they are ignored, misspelt or misplaced is its business and nobody else's.
    pub settings: &'static [&'static str],
    /// What the user may say about it.
    pub params: &'static [Parameter],
    /// How much it counts on the score card, per area: see `docs/score.md`.
    pub weights: &'static [(Area, u8)],
    /// Former names.
    pub aliases: &'static [&'static str],
}

/// The parameters of a transform that has none.
#[derive(Debug, Deserialize)]
pub struct NoParams {}

type Assess = Arc<dyn Fn(&Installation<'_>, &Json) -> Result<Vec<Finding>, String> + Send + Sync>;

/// A transform as the registry holds it, or what a rule of the user's own was made into.
#[derive(Clone)]
pub struct Transform {
    /// Its card.
    pub meta: &'static Meta,
    /// Its page: documentation and cases.
    pub docs: &'static str,
    /// The folder of `transforms/` that it stands in, which has the name of the file of the table with its settings. Empty for a rule of the
    /// user's own.
    pub topic: &'static str,
    /// Its parameters with their defaults, a JSON object.
    pub defaults: Json,
    assess: Assess,
}

impl std::fmt::Debug for Transform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transform").field("id", &self.meta.id).finish_non_exhaustive()
    }
}

impl Transform {
    /// Binds a card, a page and a function. `P` has a field for each parameter of the card.
    pub fn new<P: DeserializeOwned + 'static>(
        meta: &'static Meta,
        docs: &'static str,
        assess: fn(&Installation<'_>, &P) -> Vec<Finding>,
    ) -> Self {
        let parse = |json: &Json| -> Result<P, String> {
            // What is within bounds fits the type: a test reads the bounds of each.
            serde_json::from_value(completed(meta.params, json)?)
                .map_err(|_| "they do not fit the fix".to_owned())
        };
        let assess: Assess = Arc::new(move |installation, json| Ok(assess(installation, &parse(json)?)));
        Self { meta, docs, topic: "", defaults: defaults(meta.params), assess }
    }

    /// The same as one of a topic.
    pub fn of(self, topic: &'static str) -> Self {
        Self { topic, ..self }
    }

    /// Binds a card without parameters, a page, and a function that knows more than its code: a rule of the user's own.
    pub fn own(
        meta: &'static Meta,
        docs: &'static str,
        assess: impl Fn(&Installation<'_>) -> Vec<Finding> + Send + Sync + 'static,
    ) -> Self {
        let assess: Assess = Arc::new(move |installation, json| {
            completed(meta.params, json)?;
            Ok(assess(installation))
        });
        Self { meta, docs, topic: "", defaults: defaults(meta.params), assess }
    }

    /// The page without its test cases, for a reader.
    #[must_use]
    pub fn page(&self) -> String {
        let Some(start) = self.docs.find("\n## Cases") else { return self.docs.to_owned() };
        let rest = &self.docs[start + 1..];
        let end = rest.find("\n## ").map_or(rest.len(), |at| at + 1);
        format!("{}{}", &self.docs[..=start], &rest[end..])
    }

    /// Looks at an installation. `params` is a JSON object; what it leaves out has its default.
    ///
    /// # Errors
    /// A parameter that is unknown, of the wrong type or out of bounds.
    pub fn assess(&self, installation: &Installation<'_>, params: &Json) -> Result<Vec<Finding>, String> {
        let findings = (self.assess)(installation, params)?;
        debug_assert!(
            findings.iter().all(|finding| finding.severity <= self.meta.worst),
            "{}: a finding is worse than the card says",
            self.meta.id
        );
        Ok(findings)
    }
}
