//! How a run fails: whatever goes wrong reaches the user through here, masked, with what was written before.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::sync::Arc;

use crate::exit::Exit;
use crate::project::Secrets;
use crate::report::{Masker, visible};

/// What a run has done so far, for the case that it fails.
#[derive(Debug, Default)]
pub(super) struct SoFar {
    /// The texts that were read: an error may quote them.
    pub(super) read: RefCell<Vec<Arc<str>>>,
    /// The files written, as shown.
    pub(super) written: RefCell<Vec<String>>,
}

/// Why a run failed. Its text holds no secret, as it cannot be made in another way than from what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the process ends with.
    pub exit: Exit,
    text: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

impl Failure {
    pub(super) fn of(error: &anyhow::Error, so_far: &SoFar, preferences: &[String]) -> Self {
        let io = error.chain().any(|cause| cause.is::<io::Error>());
        Self {
            exit: if io { Exit::Failed } else { Exit::Usage },
            text: masked(&format!("{error:#}{}", so_far.end()), so_far, preferences),
        }
    }

    /// The run came to its end, and could not tell.
    pub(super) fn unwritten(error: &io::Error, so_far: &SoFar, preferences: &[String]) -> Self {
        let text = format!("the output could not be written: {error}{}", so_far.end());
        Self { exit: Exit::Failed, text: masked(&text, so_far, preferences) }
    }

    /// A panic: its own message may quote a file, so only its place is told.
    pub(super) fn panicked(so_far: &SoFar, preferences: &[String]) -> Self {
        let place = PANIC.take().unwrap_or_default();
        let end =
            if so_far.written.borrow().is_empty() { "; nothing was written".into() } else { so_far.end() };
        let text = format!("this is a bug in litellm-fix, please report it{place}{end}");
        Self { exit: Exit::Usage, text: masked(&text, so_far, preferences) }
    }
}

impl SoFar {
    fn end(&self) -> String {
        let written = self.written.borrow();
        if written.is_empty() {
            return String::new();
        }
        format!("; before that these files were written: {}", written.join(", "))
    }
}

fn masked(text: &str, so_far: &SoFar, preferences: &[String]) -> String {
    let read = so_far.read.borrow();
    let texts = read.iter().map(|text| &**text).chain(preferences.iter().map(String::as_str));
    visible(&Masker::new(&Secrets::collect(texts), false).mask(text)).into_owned()
}

thread_local! {
    /// Where this thread panicked first: each judges a repository of its own.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics from writing their messages, which may quote a file; [`super::run`] tells where they were.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" ({}:{})", at.file(), at.line())).unwrap_or_default();
        PANIC.with_borrow_mut(|first| {
            first.get_or_insert(place);
        });
    }));
}
