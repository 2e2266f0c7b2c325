//! One line as it is typed. It never takes more than one row: where it is too long, the part around the cursor is shown.

use std::io;

use console::{Key, measure_text_width};
use dialoguer::theme::{SimpleTheme, Theme};

use super::terminal::{Pressed, Terminal};
use crate::report::visible;

/// So many columns are left for what is typed, be the prompt as long as it wants.
const ROOM: usize = 20;

/// Asks for a line. `None` where the user takes the question back.
pub(super) fn read(terminal: &mut (impl Terminal + ?Sized), prompt: &str) -> io::Result<Option<String>> {
    let mut asked = String::new();
    // A theme only fails where writing into the string does.
    let _ = SimpleTheme.format_input_prompt(&mut asked, prompt, None);
    if measure_text_width(&asked) + ROOM > terminal.size().0 {
        terminal.show(&format!("{}\n", asked.trim_end()))?;
        asked = "> ".to_owned();
    }
    terminal.show(&asked)?;
    let mut line = Line::default();
    loop {
        let change = match terminal.key()? {
            Pressed::Key(key) => line.press(&key),
            Pressed::Redraw => Change::Redraw,
        };
        match change {
            Change::None => {}
            Change::Appended(c) if line.fits(&asked, terminal.size().0) => terminal.show(&c.to_string())?,
            Change::Appended(_) | Change::Redraw => {
                let (shown, before_end) = line.window(&asked, terminal.size().0);
                terminal.rewrite(&shown, before_end)?;
            }
            Change::Done | Change::Cancelled => {
                terminal.show("\n")?;
                return Ok((change == Change::Done).then(|| line.text()));
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Change {
    None,
    Appended(char),
    Redraw,
    Done,
    Cancelled,
}

/// A line under way.
#[derive(Debug, Default)]
struct Line {
    typed: Vec<char>,
    cursor: usize,
}

impl Line {
    fn text(&self) -> String {
        self.typed.iter().collect()
    }

    fn press(&mut self, key: &Key) -> Change {
        let before = (self.cursor, self.typed.len());
        match key {
            Key::Enter => return Change::Done,
            Key::Escape => return Change::Cancelled,
            // Ctrl-D, Ctrl-U and Ctrl-W, as a shell takes them.
            Key::Char('\u{4}') if self.typed.is_empty() => return Change::Cancelled,
            Key::Char('\u{4}') | Key::Del => self.remove(self.cursor, self.cursor + 1),
            Key::Char('\u{15}') => self.remove(0, self.cursor),
            Key::Char('\u{17}') => self.remove(self.word_start(), self.cursor),
            Key::Backspace => self.remove(self.cursor.saturating_sub(1), self.cursor),
            Key::ArrowLeft => self.cursor = self.cursor.saturating_sub(1),
            Key::ArrowRight => self.cursor = (self.cursor + 1).min(self.typed.len()),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = self.typed.len(),
            Key::Char(c) if visible(&c.to_string()) == c.to_string() && !c.is_control() => {
                self.typed.insert(self.cursor, *c);
                self.cursor += 1;
                if self.cursor == self.typed.len() {
                    return Change::Appended(*c);
                }
            }
            _ => {}
        }
        if before == (self.cursor, self.typed.len()) { Change::None } else { Change::Redraw }
    }

    fn remove(&mut self, from: usize, to: usize) {
        let to = to.min(self.typed.len());
        self.typed.drain(from.min(to)..to);
        self.cursor = from.min(to);
    }

    /// Where the word before the cursor begins.
    fn word_start(&self) -> usize {
        let before = &self.typed[..self.cursor];
        let word = before.iter().rposition(|c| !c.is_whitespace()).unwrap_or(0);
        before[..word].iter().rposition(|c| c.is_whitespace()).map_or(0, |blank| blank + 1)
    }

    fn fits(&self, prompt: &str, columns: usize) -> bool {
        measure_text_width(prompt) + measure_text_width(&self.text()) < columns
    }

    /// The prompt with the part of the line that fits, and how many columns before its end the cursor stands.
    fn window(&self, prompt: &str, columns: usize) -> (String, usize) {
        let room = columns.saturating_sub(measure_text_width(prompt) + 1).max(2);
        let width = |chars: &[char]| measure_text_width(&chars.iter().collect::<String>());
        let mut from = 0;
        while width(&self.typed[from..self.cursor]) > room {
            from += 1;
        }
        let mut to = self.typed.len();
        while to > self.cursor && width(&self.typed[from..to]) > room {
            to -= 1;
        }
        let part: String = self.typed[from..to].iter().collect();
        (format!("{prompt}{part}"), width(&self.typed[self.cursor..to]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[Key]) -> Line {
        let mut line = Line::default();
        for key in keys {
            line.press(key);
        }
        line
    }

    fn chars(text: &str) -> Vec<Key> {
        text.chars().map(Key::Char).collect()
    }

    #[test]
    fn a_line_is_edited_anywhere() {
        let mut line = typed(&chars("two words\u{17}"));
        assert_eq!((line.text().as_str(), line.cursor), ("two ", 4));
        line.press(&Key::Home);
        assert_eq!(line.press(&Key::Char('\u{4}')), Change::Redraw);
        line.press(&Key::ArrowRight);
        line.press(&Key::Char('é'));
        assert_eq!((line.text().as_str(), line.cursor), ("wéo ", 2));
        line.press(&Key::Char('\u{15}'));
        assert_eq!((line.text().as_str(), line.cursor), ("o ", 0));
        assert_eq!(line.press(&Key::Backspace), Change::None);
        assert_eq!(line.press(&Key::Char('\u{202e}')), Change::None);
        assert_eq!(line.press(&Key::Escape), Change::Cancelled);
    }

    #[test]
    fn the_end_of_input_cancels_an_empty_line_only() {
        assert_eq!(typed(&[]).press(&Key::Char('\u{4}')), Change::Cancelled);
        let mut line = typed(&chars("a"));
        assert_eq!((line.press(&Key::Char('\u{4}')), line.press(&Key::Enter)), (Change::None, Change::Done));
    }

    #[test]
    fn the_part_around_the_cursor_is_shown() {
        let mut line = typed(&chars("0123456789"));
        assert_eq!(line.window("> ", 8), ("> 56789".to_owned(), 0));
        for _ in 0..7 {
            line.press(&Key::ArrowLeft);
        }
        assert_eq!(line.window("> ", 8), ("> 01234".to_owned(), 2));
        assert_eq!(typed(&chars("漢字漢字")).window("> ", 8), ("> 漢字".to_owned(), 0));
    }
}
