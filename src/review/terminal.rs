//! The terminal that the review talks to.

use std::io;
use std::time::Duration;

use console::{Key, Term};

use super::keyboard::{Keyboard, Ready};
use super::line;
use crate::report::Style;

/// So long nothing is typed once nobody types any more. A key that is held repeats sooner.
const QUIET: Duration = Duration::from_millis(60);
/// What Ctrl-L and Ctrl-Z send.
const REDRAW: char = '\u{c}';
const SUSPEND: char = '\u{1a}';

/// What ends the wait for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// This key.
    Key(Key),
    /// What was shown may be gone and is to be shown again: the job was stopped and goes on, or Ctrl-L.
    Redraw,
}

/// What the review needs of a terminal. An error of the kind [`io::ErrorKind::Interrupted`] means Ctrl-C.
pub trait Terminal {
    /// Shows text as it is.
    fn show(&mut self, text: &str) -> io::Result<()>;
    /// Shows this in place of the line that the cursor stands in, with the cursor so many columns before its end.
    fn rewrite(&mut self, line: &str, before_end: usize) -> io::Result<()>;
    /// Waits for one key.
    fn key(&mut self) -> io::Result<Pressed>;
    /// Forgets what was typed so far.
    fn forget_typed(&mut self) -> io::Result<()>;
    /// Asks for one line; an empty one is an answer too. `None` where the user takes the question back: Escape, or Ctrl-D in an
    /// empty line.
    fn ask(&mut self, prompt: &str) -> io::Result<Option<String>>;
    /// Colours, and the width as it is now.
    fn style(&self) -> Style;
    /// How many columns and rows there are now.
    fn size(&self) -> (usize, usize);
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
        Ok(Self { term: Term::stdout(), style, keyboard: Keyboard::new()? })
    }

    /// Gives the terminal back. Whether Ctrl-C was pressed since it was taken, be it after the last question: from now on it
    /// ends the program. Other keys that were typed ahead go unread.
    pub fn close(mut self) -> bool {
        while let Ok(Ready::Typed) = self.keyboard.wait(Some(Duration::ZERO)) {
            match self.read() {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return true,
                Err(_) => break,
            }
        }
        self.keyboard.release()
    }

    fn read(&mut self) -> io::Result<Key> {
        let key = self.read_one()?;
        if let Key::UnknownEscSeq(sequence) = &key
            && is_cut_off(sequence)
        {
            while self.keyboard.wait(Some(Duration::ZERO))? == Ready::Typed
                && !matches!(self.read_one()?, Key::Char('@'..='~'))
            {}
        }
        Ok(key)
    }

    fn read_one(&self) -> io::Result<Key> {
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

    fn rewrite(&mut self, line: &str, before_end: usize) -> io::Result<()> {
        // Without cursor movement, the line begins anew below; its end is where the cursor is.
        if console::is_dumb() {
            return self.show(&format!("\n{line}"));
        }
        self.term.clear_line()?;
        self.show(line)?;
        self.term.move_cursor_left(before_end)
    }

    fn key(&mut self) -> io::Result<Pressed> {
        loop {
            match self.keyboard.wait(None)? {
                Ready::Nothing => {}
                Ready::Continued => return Ok(Pressed::Redraw),
                Ready::Typed => match self.read()? {
                    Key::Char(REDRAW) => return Ok(Pressed::Redraw),
                    Key::Char(SUSPEND) => {
                        self.term.show_cursor()?;
                        self.show("\n")?;
                        self.keyboard.suspend()?;
                        return Ok(Pressed::Redraw);
                    }
                    key => return Ok(Pressed::Key(key)),
                },
            }
        }
    }

    fn forget_typed(&mut self) -> io::Result<()> {
        loop {
            match self.keyboard.wait(Some(QUIET))? {
                Ready::Nothing => return Ok(()),
                Ready::Continued => {}
                Ready::Typed => drop(self.read()?),
            }
        }
    }

    fn ask(&mut self, prompt: &str) -> io::Result<Option<String>> {
        line::read(self, prompt)
    }

    fn style(&self) -> Style {
        Style { width: self.size().0, ..self.style }
    }

    fn size(&self) -> (usize, usize) {
        let (rows, columns) = self.term.size();
        (usize::from(columns), usize::from(rows))
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
