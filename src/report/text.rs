//! Text for a terminal: nothing in it moves the cursor or turns the writing around, and it fits the width.

use std::borrow::Cow;

/// Control characters, and characters that reorder or hide text, spelt out: `<U+202E>`. Tabs and line feeds stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            shown.push_str(&format!("<U+{:04X}>", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// The same in one line.
pub fn one_line(text: &str) -> String {
    visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many bytes of a text, with an ellipsis where something is cut.
pub fn at_most(text: &str, bytes: usize) -> Cow<'_, str> {
    if text.len() <= bytes {
        return Cow::Borrowed(text);
    }
    let mut end = bytes.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}…", &text[..end]))
}

fn is_hidden(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        c if c.is_control() => true,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// Breaks a text at blanks so that no line is wider than `width`, if that can be. Its own line breaks stay, and the lines of a numbered
/// step stand below its text.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim_end().split('\n') {
        let mut line = String::new();
        let mut columns = 0;
        let hang = if is_step(paragraph) { 3 } else { 0 };
        let mut begun = false;
        for word in paragraph.split_whitespace() {
            let wide = console::measure_text_width(word);
            if begun && columns + 1 + wide > width {
                lines.push(std::mem::replace(&mut line, " ".repeat(hang)));
                columns = hang;
                begun = false;
            }
            if begun {
                line.push(' ');
                columns += 1;
            }
            begun = true;
            line.push_str(word);
            columns += wide;
        }
        lines.push(line);
    }
    lines
}

/// `3. do this`
fn is_step(text: &str) -> bool {
    text.split_once(". ")
        .is_some_and(|(number, _)| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_spelt_out() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\rd\te"), "a<U+001B>[2Jb<U+202E>c<U+000D>d\te");
        assert!(matches!(visible("plain äöü 漢字"), Cow::Borrowed(_)));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(at_most("äöü", 6), "äöü");
        assert_eq!(at_most("äöü", 5), "ä…");
        assert_eq!(one_line("a\n b\tc\r"), "a b c<U+000D>");
    }

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("so:\n1. one two three\n2. x", 10), ["so:", "1. one two", "   three", "2. x"]);
    }
}
