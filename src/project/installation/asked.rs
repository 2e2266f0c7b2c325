//! What an installation was asked before. A view is of one state of the files, which never changes, so an answer stays right.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::project::installation::alone::Alone;
use crate::project::installation::answer::Answer;
use crate::project::installation::entries::ModelEntry;
use crate::project::installation::variable::Variable;

/// The answers so far.
#[derive(Debug, Default)]
pub(in crate::project) struct Asked {
    pub(in crate::project) variables: OnceCell<Vec<Variable>>,
    pub(in crate::project) alone: OnceCell<Vec<Alone>>,
    /// The names that its configuration refers to.
    pub(in crate::project) referenced: OnceCell<HashSet<String>>,
    /// The items of `model_list`.
    pub(in crate::project) models: OnceCell<Vec<ModelEntry>>,
    /// Whether its process is started without its configuration.
    pub(in crate::project) not_loaded: OnceCell<bool>,
    /// Those of the release that runs its configuration.
    pub(in crate::project) release: OnceCell<Rc<Asked>>,
    settings: RefCell<HashMap<&'static str, Rc<Answer>>>,
}

impl Asked {
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
