//! What an installation was asked before. A view is of one state of the files, which never changes, so an answer stays right.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use super::setting::Answer;
use super::variables::Variable;

/// The answers so far.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) variables: OnceCell<Vec<Variable>>,
    settings: RefCell<HashMap<&'static str, Answer>>,
}

impl Asked {
    /// The answer about the setting of this name; `find` is called where it was not asked before.
    pub(super) fn setting(&self, name: &'static str, find: impl FnOnce() -> Answer) -> Answer {
        if let Some(answer) = self.settings.borrow().get(name) {
            return answer.clone();
        }
        let answer = find();
        self.settings.borrow_mut().insert(name, answer.clone());
        answer
    }
}
