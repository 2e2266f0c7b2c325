//! The terminal that the review talks to.

use std::io;

use console::{Key, Term, measure_text_width};

use super::keyboard::Keyboard;
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
    /// ends the program.
    pub fn close(self) -> bool {
        self.keyboard.release()
    }

    /// Shows a line that is being typed again, from its begin. `cursor` is the width of what stands there.
    fn redraw(&self, line: &str, cursor: usize) -> io::Result<()> {
        let columns = usize::from(self.term.size().1).max(1);
        // Behind the last column a terminal moves on only with the next character.
        self.term.move_cursor_up(cursor.saturating_sub(1) / columns)?;
        self.term.write_str("\r")?;
        self.term.clear_to_end_of_screen()?;
        self.term.write_str(line)?;
        self.term.flush()
    }
}

impl Terminal for Console {
    fn show(&mut self, text: &str) -> io::Result<()> {
        self.term.write_str(text)?;
        self.term.flush()
    }

    fn key(&mut self) -> io::Result<Key> {
        self.keyboard.key()
    }

    fn ask(&mut self, prompt: &str) -> io::Result<String> {
        self.show(&format!("{prompt}: "))?;
        let mut typed = String::new();
        loop {
            let before = measure_text_width(&format!("{prompt}: {typed}"));
            match self.key()? {
                Key::Enter => {
                    self.show("\n")?;
                    return Ok(typed);
                }
                Key::Backspace if typed.pop().is_some() => {}
                // Ctrl-U
                Key::Char('\u{15}') => typed.clear(),
                Key::Char(c) if !c.is_control() => {
                    typed.push(c);
                    self.show(&c.to_string())?;
                    continue;
                }
                _ => continue,
            }
            self.redraw(&format!("{prompt}: {typed}"), before)?;
        }
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
