//! How a path is written: `jobs[0].image`, `data["app.yaml"] > log.level`.

use std::fmt;
use std::iter::Peekable;
use std::str::{CharIndices, FromStr};

use crate::model::path::{Path, Step};
use crate::model::refusal::{Refusal, RefusalKind};

/// `router_settings.retry_policy`, `model_list[2].model_name`, `data["config.yaml"] > router_settings`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for (at, step) in self.0.iter().enumerate() {
            match step {
                // The embedded text itself is shown where it stands.
                Step::Inside if at + 1 == self.0.len() => {}
                Step::Key(key) if is_bare(key) => write!(f, "{}{key}", if first { "" } else { "." })?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Inside => f.write_str(" > ")?,
            }
            first = *step == Step::Inside;
        }
        Ok(())
    }
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// What [`Display`](fmt::Display) writes: keys with dots between, `[0]` for an item, `["a key"]` for one that holds anything else than
/// letters, digits, `_`, `-` and `/`, and `>` for the way into a text that is embedded. The empty text is the root.
impl FromStr for Path {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let mut reader = Notation { text, chars: text.char_indices().peekable() };
        let mut steps = Vec::new();
        let mut first = true;
        loop {
            reader.blanks();
            let step = match reader.peek() {
                None => return Ok(Self(steps)),
                Some('[') => reader.bracket()?,
                Some('>') if !first => {
                    reader.chars.next();
                    Step::Inside
                }
                Some('.') if !first => {
                    reader.chars.next();
                    reader.key()?
                }
                Some(_) if first => reader.key()?,
                Some(_) => return Err(reader.refused("`.`, `[` or `>` is expected here")),
            };
            first = step == Step::Inside;
            steps.push(step);
        }
    }
}

struct Notation<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl Notation<'_> {
    fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|(_, c)| *c)
    }

    fn blanks(&mut self) {
        while self.chars.next_if(|(_, c)| *c == ' ').is_some() {}
    }

    fn key(&mut self) -> Result<Step, Refusal> {
        let mut key = String::new();
        let belongs = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
        while let Some((_, c)) = self.chars.next_if(|(_, c)| belongs(*c)) {
            key.push(c);
        }
        if key.is_empty() {
            return Err(self.refused("a key is expected here; write one with other signs as [\"key\"]"));
        }
        Ok(Step::Key(key))
    }

    fn bracket(&mut self) -> Result<Step, Refusal> {
        self.chars.next();
        let step = match self.peek() {
            Some('"') => Step::Key(self.quoted()?),
            _ => {
                let mut digits = String::new();
                while let Some((_, c)) = self.chars.next_if(|(_, c)| c.is_ascii_digit()) {
                    digits.push(c);
                }
                let index =
                    digits.parse().map_err(|_| self.refused("an index or a key in \" is expected here"))?;
                Step::Index(index)
            }
        };
        match self.chars.next_if(|(_, c)| *c == ']') {
            Some(_) => Ok(step),
            None => Err(self.refused("`]` is expected here")),
        }
    }

    fn quoted(&mut self) -> Result<String, Refusal> {
        self.chars.next();
        let mut key = String::new();
        loop {
            match self.chars.next() {
                None => return Err(self.refused("the `\"` is not closed")),
                Some((_, '"')) => return Ok(key),
                Some((_, '\\')) => key.push(self.escape()?),
                Some((_, c)) => key.push(c),
            }
        }
    }

    /// The character of a Rust escape, as in a text that is shown for debugging.
    fn escape(&mut self) -> Result<char, Refusal> {
        Ok(match self.chars.next().map(|(_, c)| c) {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('0') => '\0',
            Some(c @ ('"' | '\'' | '\\')) => c,
            Some('u') => {
                let mut code = String::new();
                self.chars.next_if(|(_, c)| *c == '{');
                while let Some((_, c)) = self.chars.next_if(|(_, c)| c.is_ascii_hexdigit()) {
                    code.push(c);
                }
                self.chars.next_if(|(_, c)| *c == '}');
                let char = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                char.ok_or_else(|| self.refused("this is no escape"))?
            }
            _ => return Err(self.refused("this is no escape")),
        })
    }

    fn refused(&mut self, what: &str) -> Refusal {
        let at = self.chars.peek().map_or(self.text.len(), |(at, _)| *at);
        let column = self.text[..at].chars().count() + 1;
        Refusal::at(RefusalKind::Syntax, format!("not a path: {what}"), 1, column).over(at..at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read() {
        let paths = [
            Path::keys(["a", "b-c", "d_e"]),
            Path::keys(["jobs"]).child(0).child("image"),
            Path::keys(["a b", "x.y", "q\"\\\n\u{7f}ü"]),
            Path::root().child(2).child(3).child("k"),
            Path::keys(["data", "app.yaml"]).child(Step::Inside).child("log").child(1),
            Path::keys(["a"]).child(Step::Inside).child("x y").child(Step::Inside).child(0),
            Path::keys(["8080", ""]),
            Path::root(),
        ];
        for path in paths {
            assert_eq!(path.to_string().parse(), Ok(path.clone()), "{path}");
        }
        assert_eq!("a/b.c".parse(), Ok(Path::keys(["a/b", "c"])));
        assert_eq!("data[\"x\"] >".parse(), Ok(Path::keys(["data", "x"]).child(Step::Inside)));
    }

    #[test]
    fn what_is_no_path_is_refused_at_its_place() {
        let cases = [
            ("a..b", 3),
            (".a", 1),
            ("a[b]", 3),
            ("a[1", 4),
            ("a[\"b", 5),
            ("a b", 3),
            ("> a", 1),
            ("a.", 3),
            ("a[\"\\x\"]", 6),
            ("a[99999999999999999999]", 23),
        ];
        for (text, column) in cases {
            let refusal = text.parse::<Path>().expect_err(text);
            assert_eq!(refusal.position, Some((1, column)), "{text}: {refusal}");
        }
    }
}
