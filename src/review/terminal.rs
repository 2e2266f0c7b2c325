//! The terminal that the review talks to.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use console::{Key, Term};
use dialoguer::Input;
use dialoguer::theme::SimpleTheme;
use signal_hook::consts::SIGINT;

use crate::report::Style;

/// What the review needs of a terminal. An error of the kind [`io::ErrorKind::Interrupted`] means Ctrl-C.
pub trait Terminal {
    /// Shows text as it is.
    fn show(&mut self, text: &str) -> io::Result<()>;
    /// Waits for one key.
    fn key(&mut self) -> io::Result<Key>;
    /// Asks for one line; an empty one is an answer too.
    fn ask(&mut self, prompt: &str) -> io::Result<String>;
    /// Colours and width.
    fn style(&self) -> Style;
    /// How many lines fit.
    fn rows(&self) -> usize;
}

/// The terminal on standard input and output. While it lives, an interrupt ends the question that is asked, and not the
/// program, so that the terminal is left as it was found.
#[derive(Debug)]
pub struct Console {
    term: Term,
    style: Style,
    interrupted: Arc<AtomicBool>,
    released: Arc<AtomicBool>,
}

impl Console {
    /// Takes the terminal.
    pub fn new(style: Style) -> io::Result<Self> {
        let interrupted = Arc::new(AtomicBool::new(false));
        let released = Arc::new(AtomicBool::new(false));
        // A handler cannot be taken away without a trace: afterwards this one does what the default did.
        signal_hook::flag::register_conditional_default(SIGINT, Arc::clone(&released))?;
        signal_hook::flag::register(SIGINT, Arc::clone(&interrupted))?;
        Ok(Self { term: Term::stdout(), style, interrupted, released })
    }

    fn check(&self) -> io::Result<()> {
        if self.interrupted.load(Ordering::SeqCst) {
            return Err(io::Error::from(io::ErrorKind::Interrupted));
        }
        Ok(())
    }
}

impl Terminal for Console {
    fn show(&mut self, text: &str) -> io::Result<()> {
        self.term.write_str(text)?;
        self.term.flush()
    }

    fn key(&mut self) -> io::Result<Key> {
        self.check()?;
        let key = self.term.read_key_raw();
        self.check()?;
        key
    }

    fn ask(&mut self, prompt: &str) -> io::Result<String> {
        self.check()?;
        let input = Input::<String>::with_theme(&SimpleTheme).with_prompt(prompt).allow_empty(true);
        let typed = input.interact_text_on(&self.term).map_err(io::Error::from);
        self.check()?;
        typed
    }

    fn style(&self) -> Style {
        self.style
    }

    fn rows(&self) -> usize {
        usize::from(self.term.size().0)
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.released.store(true, Ordering::SeqCst);
        // Nothing can be done about a terminal that is gone.
        drop(self.term.show_cursor());
    }
}
