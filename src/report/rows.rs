//! Lines that take one row of the terminal each.

use console::{AnsiCodeIterator, measure_text_width, truncate_str};

const TAB: usize = 8;
const PLAIN: &str = "\u{1b}[0m";

/// The rows of a painted text: what is too wide goes on in the next one, in the same colour.
pub(crate) fn rows(text: &str, columns: usize) -> Vec<String> {
    text.lines().flat_map(|line| broken(line, columns.max(2))).collect()
}

/// The first `most` of these rows; the last one says if there were more.
pub(crate) fn at_most(mut rows: Vec<String>, most: usize, columns: usize) -> Vec<String> {
    if rows.len() > most {
        rows.truncate(most);
        if let Some(last) = rows.last_mut() {
            *last = format!("{}…", truncate_str(last, columns.saturating_sub(1), ""));
        }
    }
    rows
}

/// A painted line, cut where it is too wide.
pub(crate) fn cut(line: &str, columns: usize) -> String {
    truncate_str(line, columns, "…").into_owned()
}

fn broken(line: &str, columns: usize) -> Vec<String> {
    if !line.contains('\t') && measure_text_width(line) <= columns {
        return vec![line.to_owned()];
    }
    let (mut rows, mut row, mut width, mut colours) = (Vec::new(), String::new(), 0, String::new());
    let mut end = |row: &mut String, colours: &str| {
        let reset = if colours.is_empty() { "" } else { PLAIN };
        rows.push(std::mem::replace(row, colours.to_owned()) + reset);
    };
    for (piece, is_code) in AnsiCodeIterator::new(line) {
        if is_code {
            row.push_str(piece);
            if piece == PLAIN {
                colours.clear()
            } else {
                colours.push_str(piece)
            }
            continue;
        }
        for c in piece.chars() {
            let wide = match c {
                '\t' => (TAB - width % TAB).min(columns - width).max(1),
                c => measure_text_width(&c.to_string()),
            };
            if width + wide > columns {
                end(&mut row, &colours);
                width = 0;
            }
            if c == '\t' {
                row.extend(std::iter::repeat_n(' ', wide))
            } else {
                row.push(c)
            }
            width += wide;
        }
    }
    end(&mut row, "");
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_on_in_the_next_row() {
        let red = |text: &str| format!("\u{1b}[31m{text}{PLAIN}");
        assert_eq!(rows(&red("abcde"), 3), [red("abc"), red("de")]);
        assert_eq!(rows(&format!("{}de", red("abc")), 4), [format!("{}d", red("abc")), "e".to_owned()]);
    }

    #[test]
    fn no_row_is_wider_than_the_terminal() {
        assert_eq!(rows("漢字漢\n\ta\n", 5), ["漢字", "漢", "     ", "a"].map(str::to_owned));
        assert_eq!(rows("a\tb", 10), ["a       b"]);
        assert_eq!(at_most(rows("abcdefgh", 3), 2, 3), ["abc", "de…"]);
    }
}
