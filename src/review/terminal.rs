//! The terminal that the review talks to.

use std::io;

use console::{Key, Term};
use dialoguer::Input;
use dialoguer::theme::SimpleTheme;

use super::keyboard::Keyboard;
use crate::report::Style;

/// What the review needs of a terminal. An error of the kind [`io::ErrorKind::Interrupted`] means Ctrl-C.
pub trait Terminal {
    /// Shows text as it is.
    fn show(&mut self, text: &str) -> io::Result<()>;
    /// Takes away the line that the cursor stands in.
    fn clear_line(&mut self) -> io::Result<()>;
    /// Waits for one key.
    fn key(&mut self) -> io::Result<Key>;
    /// Asks for one line; an empty one is an answer too.
    fn ask(&mut self, prompt: &str) -> io::Result<String>;
    /// Colours and width.
    fn style(&self) -> Style;
    /// How many lines fit.
    fn rows(&self) -> usize;
}

/// The terminal on standard input and output. While it lives, keys come one by one, and Ctrl-C ends the question that is
/// asked and not the program, so that the terminal is left as it was found.
#[derive(Debug)]
pub struct Console {
    term: Term,
    style: Style,
    keyboard: Keyboard,
}

impl Console {
    /// Takes the terminal.
    pub fn new(style: Style) -> io::Result<Self> {
        let term = Term::stdout();
        let width = style.width.min(usize::from(term.size().1));
        Ok(Self { term, style: Style { width, ..style }, keyboard: Keyboard::new()? })
    }

    /// Gives the terminal back. Whether Ctrl-C was pressed since it was taken, be it after the last question: from now on it
    /// ends the program. Other keys that were typed ahead go unread.
    pub fn close(mut self) -> bool {
        while self.keyboard.has_key() {
            match self.key() {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return true,
                Err(_) => break,
            }
        }
        self.keyboard.release()
    }

    fn read(&self) -> io::Result<Key> {
        match self.term.read_key_raw()? {
            Key::CtrlC | Key::Char('\u{3}') => Err(io::ErrorKind::Interrupted.into()),
            key => Ok(key),
        }
    }
}

impl Terminal for Console {
    fn show(&mut self, text: &str) -> io::Result<()> {
        self.term.write_str(text)?;
        self.term.flush()
    }

    fn clear_line(&mut self) -> io::Result<()> {
        self.term.clear_line()
    }

    fn key(&mut self) -> io::Result<Key> {
        self.keyboard.wait()?;
        let key = self.read()?;
        if let Key::UnknownEscSeq(sequence) = &key
            && is_cut_off(sequence)
        {
            while self.keyboard.has_key() && !matches!(self.read()?, Key::Char('@'..='~')) {}
        }
        Ok(key)
    }

    fn ask(&mut self, prompt: &str) -> io::Result<String> {
        let input = Input::<String>::with_theme(&SimpleTheme).with_prompt(prompt).allow_empty(true);
        self.keyboard.type_line(|| Ok(input.interact_text_on(&self.term)?))
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
        // Nothing can be done about a terminal that is gone.
        drop(self.term.show_cursor());
    }
}

/// Whether `console` has left the end of an escape sequence that it does not know. Such ends are no keys of the review:
/// Ctrl with an arrow ends in A, B, C or D.
fn is_cut_off(sequence: &[char]) -> bool {
    match sequence {
        ['O'] => true,
        ['[', .., last] => !('@'..='~').contains(last),
        _ => false,
    }
}
