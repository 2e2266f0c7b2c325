//! What starts LiteLLM without being a description that a fix can write: an image that is built here, a command in a script.

use super::written;

/// What starts LiteLLM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// What it is.
    pub by: By,
    /// The arguments of LiteLLM.
    pub words: Vec<String>,
    /// The line of the command, from 1.
    pub line: usize,
    /// The variables that it gives, the strongest first.
    pub variables: Vec<StartVariable>,
    /// What of the host stands where in the container.
    pub mounts: Vec<(String, String)>,
}

/// In which way LiteLLM is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A container of an image that is built here: whoever runs it may give it other variables and another command.
    Image,
    /// A command in a script.
    Script,
}

/// A variable that a start gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartVariable {
    /// The name.
    pub name: String,
    /// The text; `None` where another variable is filled in, or the caller's own is passed on.
    pub text: Option<String>,
    /// The line, from 1.
    pub line: usize,
}

impl StartVariable {
    /// `NAME=text`, or a name alone.
    pub(super) fn of(word: &str, line: usize) -> Self {
        let (name, text) = word.split_once('=').map_or((word, None), |(name, text)| (name, Some(text)));
        let text = text.filter(|text| !text.contains(['$', '`'])).map(str::to_owned);
        Self { name: name.to_owned(), text, line }
    }
}

impl Start {
    /// The configuration that it is started with, as it stands on the host as far as that is told.
    pub fn configuration(&self) -> Option<String> {
        written::config_of(&self.words, &self.mounts)
    }
}
