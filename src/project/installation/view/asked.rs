//! What an installation was asked before. A view is of one state of the files, which never changes, so an answer stays right.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::project::installation::answer::Answer;
use crate::project::installation::answer::plain::PlainSecret;
use crate::project::installation::answer::reason::Reason;
use crate::project::installation::answer::variable::{Anew, Variable};
use crate::project::installation::view::entries::ModelEntry;
use crate::project::installation::view::present::Present;
use crate::project::repository::place::{FileId, Place};

/// The answers so far.
#[derive(Debug, Default)]
pub(in crate::project) struct Asked {
    pub(in crate::project) of_layers: Rc<OfLayers>,
    pub(in crate::project) variables: OnceCell<Vec<Variable>>,
    /// The words that start each process.
    pub(in crate::project) commands: OnceCell<Vec<Vec<String>>>,
    /// The env file that takes the variables which nothing gives yet, if one does.
    pub(in crate::project) env_file_anew: OnceCell<Option<FileId>>,
    /// Where the description of its process takes them.
    pub(in crate::project) anew: OnceCell<Option<Result<Anew, Reason>>>,
    /// Those of each result of its kustomizations.
    pub(in crate::project) results: OnceCell<Vec<Rc<Asked>>>,
    /// Those of each of its servers.
    pub(in crate::project) servers: OnceCell<Vec<Rc<Asked>>>,
    /// Whether its process is started without its configuration.
    pub(in crate::project) not_loaded: OnceCell<bool>,
    /// Those of the release that runs its configuration.
    pub(in crate::project) release: OnceCell<Rc<Asked>>,
    /// The secrets that stand in plain in shared files.
    pub(in crate::project) plain: OnceCell<Vec<PlainSecret>>,
    settings: RefCell<HashMap<&'static str, Rc<Answer>>>,
}

/// What the layers of the configuration tell by themselves: the same for each server.
#[derive(Debug, Default)]
pub(in crate::project) struct OfLayers {
    pub(in crate::project) present: OnceCell<Vec<Present>>,
    /// Why the configuration that runs cannot be seen, and where that stands.
    pub(in crate::project) unseen: OnceCell<Option<(Reason, Place)>>,
    /// The release of litellm-helm that is deployed, if it is an old one.
    pub(in crate::project) old_chart: OnceCell<Option<String>>,
    /// The names that the configuration refers to.
    pub(in crate::project) referenced: OnceCell<HashSet<String>>,
    /// The items of `model_list`.
    pub(in crate::project) models: OnceCell<Vec<ModelEntry>>,
}

impl Asked {
    /// Nothing asked yet of another installation with the same layers.
    pub(in crate::project) fn beside(&self) -> Self {
        Self { of_layers: self.of_layers.clone(), ..Self::default() }
    }

    /// The answer about the setting of this name; `find` is called where it was not asked before.
    pub(in crate::project) fn setting(
        &self,
        name: &'static str,
        find: impl FnOnce() -> Answer,
    ) -> Rc<Answer> {
        if let Some(answer) = self.settings.borrow().get(name) {
            return answer.clone();
        }
        let answer = Rc::new(find());
        self.settings.borrow_mut().insert(name, answer.clone());
        answer
    }
}
