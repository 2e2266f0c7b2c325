//! The functions of a Helm template that leave a value what it is.

use super::{Of, Printed, PrintedAs};
use crate::document::Path;

/// What the dot stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dot {
    /// Everything that a template is given.
    Root,
    /// A value.
    Values(Path),
    /// Something else.
    Unknown,
}

/// A value, or a file, on its way through the functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piped {
    of: Of,
    yaml: bool,
}

impl Piped {
    /// As it is printed.
    pub fn printed(self) -> Printed {
        Printed { of: self.of, form: if self.yaml { PrintedAs::Yaml } else { PrintedAs::Text } }
    }

    /// The path of the value, where it is still one.
    pub fn path(self) -> Option<Path> {
        match self.of {
            Of::Values(path) if !self.yaml => Some(path),
            _ => None,
        }
    }
}

/// A word of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    /// A name, a path, a number.
    Bare(String),
    /// A text in quotes.
    Text(String),
    /// What stands in parentheses.
    Group(String),
    /// `|`.
    Pipe,
}

/// The value that an expression prints as it is; `None` for anything else.
pub fn read(content: &str, dot: &Dot) -> Option<Piped> {
    let words = words(content)?;
    let mut commands = words.split(|word| *word == Word::Pipe);
    let first = command(commands.next()?, None, dot);
    commands.fold(first, |before, next| command(next, Some(before?), dot))
}

/// What a function makes of its arguments and of what is piped into it.
fn command(words: &[Word], piped: Option<Piped>, dot: &Dot) -> Option<Piped> {
    let (first, given) = words.split_first()?;
    let name = match first {
        Word::Group(inner) if given.is_empty() && piped.is_none() => return read(inner, dot),
        Word::Bare(name) => name.as_str(),
        _ => return None,
    };
    let value = |word: &Word| match word {
        Word::Group(inner) => read(inner, dot),
        Word::Bare(path) => named(path, dot),
        _ => None,
    };
    // What is piped is the last argument.
    let last = |given: &[Word]| match (given, piped.clone()) {
        ([one], None) => value(one),
        ([], piped) => piped,
        _ => None,
    };
    let text = |seen: &Piped| !seen.yaml;
    match (name, given) {
        ("toYaml" | "toJson" | "toPrettyJson", given) => {
            last(given).filter(text).map(|seen| Piped { yaml: true, ..seen })
        }
        ("quote" | "toString", given) => last(given).filter(text),
        ("nindent" | "indent", [Word::Bare(number)]) if number.parse::<usize>().is_ok() => piped,
        // What tpl fills in stands in the value in braces.
        ("tpl", [inner, Word::Bare(context)]) if matches!(context.as_str(), "." | "$") => value(inner),
        ("default", [nothing, rest @ ..]) if is_empty(nothing) => last(rest),
        ("required", [Word::Text(_), rest @ ..]) => last(rest),
        ("index", [of, keys @ ..]) if piped.is_none() => index(of, keys, dot),
        (".Files.Get" | "$.Files.Get", [Word::Text(file)]) if piped.is_none() && *dot == Dot::Root => {
            Some(Piped { of: Of::File(file.clone()), yaml: false })
        }
        (path, []) if piped.is_none() => named(path, dot),
        _ => None,
    }
}

/// `dict`, `list`, `""`: what stands for nothing.
fn is_empty(word: &Word) -> bool {
    match word {
        Word::Text(text) => text.is_empty(),
        Word::Bare(word) | Word::Group(word) => matches!(word.trim(), "dict" | "list"),
        Word::Pipe => false,
    }
}

/// The value that a path names.
fn named(path: &str, dot: &Dot) -> Option<Piped> {
    let keys = values(path, dot)?;
    (!keys.steps().is_empty()).then_some(Piped { of: Of::Values(keys), yaml: false })
}

/// The path in the values that `.Values.a`, or `.a` of a value, stands for.
fn values(path: &str, dot: &Dot) -> Option<Path> {
    let keys = |rest: &str| match rest.strip_prefix('.') {
        None => rest.is_empty().then(Path::root),
        Some(keys) if keys.split('.').all(is_name) => Some(Path::keys(keys.split('.'))),
        Some(_) => None,
    };
    if let Some(rest) = path.strip_prefix("$.Values") {
        return keys(rest);
    }
    match dot {
        Dot::Root => keys(path.strip_prefix(".Values")?),
        Dot::Values(own) if path == "." => Some(own.clone()),
        Dot::Values(own) if !path.starts_with(".Values") => Some(own.join(&keys(path)?)),
        Dot::Values(_) | Dot::Unknown => None,
    }
}

fn is_name(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `index .Values "a" "b"`.
fn index(of: &Word, keys: &[Word], dot: &Dot) -> Option<Piped> {
    let Word::Bare(of) = of else { return None };
    let path = keys.iter().try_fold(values(of, dot)?, |path, key| match key {
        Word::Text(key) => Some(path.child(&**key)),
        _ => None,
    })?;
    (!path.steps().is_empty()).then_some(Piped { of: Of::Values(path), yaml: false })
}

/// The words of an expression; `None` where a quote or a parenthesis is not closed.
fn words(content: &str) -> Option<Vec<Word>> {
    let mut found = Vec::new();
    let mut rest = content.trim();
    while let Some(first) = rest.chars().next() {
        let (word, end) = match first {
            '"' | '`' => {
                let end = rest[1..].find(first)? + 1;
                let text = &rest[1..end];
                if text.contains('\\') {
                    return None;
                }
                (Word::Text(text.to_owned()), end + 1)
            }
            '(' => {
                let end = closing(rest)?;
                (Word::Group(rest[1..end].to_owned()), end + 1)
            }
            '|' => (Word::Pipe, 1),
            _ => {
                let ends = |c: char| c.is_whitespace() || matches!(c, '|' | '(' | ')' | '"' | '`');
                let end = rest.find(ends).unwrap_or(rest.len());
                if end == 0 {
                    return None;
                }
                (Word::Bare(rest[..end].to_owned()), end)
            }
        };
        found.push(word);
        rest = rest[end..].trim_start();
    }
    Some(found)
}

/// Where the parenthesis is closed that a text begins with.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
