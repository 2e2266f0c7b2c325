//! Whether a deployment serves more than its owner, as far as the files show.

use crate::project::installation::view::{Installation, Sign};
use crate::project::platform::Runtime;

/// So many entries of `model_list` are more than somebody keeps for himself.
const MANY_MODELS: usize = 20;

impl Installation<'_> {
    /// The first sign of production: a database, Kubernetes, a salt key, budgets, several instances or workers, many models. A gap against
    /// LiteLLM's production page is hardly worth a line without one.
    pub fn production(&self) -> Option<Sign> {
        self.database()
            .or_else(|| self.kubernetes())
            .or_else(|| self.salted())
            .or_else(|| self.budgets())
            .or_else(|| self.several())
            .or_else(|| self.many_models())
    }

    /// The sign of a load that a single process does not carry: several instances or workers.
    pub fn load(&self) -> Option<Sign> {
        self.several()
    }

    fn kubernetes(&self) -> Option<Sign> {
        let sign = || Sign { what: "Kubernetes".into(), place: self.config_place() };
        (self.runtime() == Some(Runtime::Kubernetes)).then(sign)
    }

    fn salted(&self) -> Option<Sign> {
        let place = self.setting("salt_key").place()?.clone();
        Some(Sign { what: "LITELLM_SALT_KEY".into(), place })
    }

    fn several(&self) -> Option<Sign> {
        let counts = [self.instances(), self.workers()];
        counts
            .into_iter()
            .find_map(|count| count.sign.filter(|_| count.number.is_none_or(|number| number > 1)))
    }

    fn many_models(&self) -> Option<Sign> {
        let entries: usize = self.model_groups().iter().map(|group| group.entries).sum();
        (entries >= MANY_MODELS)
            .then(|| Sign { what: format!("{entries} entries of model_list"), place: self.config_place() })
    }
}
