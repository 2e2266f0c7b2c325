//! The arguments of a command, whichever way it is written: a list, one text, or a script in a list.

use std::ops::Range;

use crate::document::{Kind, Op, Path, Value, Yaml};
use crate::project::platform::unwritten::Unwritten;

/// An option or flag of a command line: it need not be there.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    /// The document in the file.
    pub doc: usize,
    /// The command: a list or a text.
    pub command: &'a Path,
    /// The option with its dashes.
    pub flag: &'a str,
}

/// Where an option is: in this item of the list (none of a text), with its value there, in the next item, or without one.
enum Found {
    /// An item of its own, and whether it holds the value too: `--flag`, `--flag=value`.
    Item(usize, bool),
    /// Inside a longer text.
    Within(Option<usize>, String),
}

impl Argument<'_> {
    /// The changes that give the option a value, or that add it.
    ///
    /// # Errors
    /// Why it cannot be written there.
    pub fn set(&self, yaml: &Yaml, value: &str) -> Result<Vec<Op>, Unwritten> {
        if value.is_empty() || value.contains(|c: char| c.is_whitespace() || "$\"'\\".contains(c)) {
            return Err(Unwritten::Quotes(self.flag.to_owned()));
        }
        let both = format!("{}={value}", self.flag);
        match self.find(yaml)? {
            Some(Found::Item(at, true)) => Ok(vec![self.replace(Some(at), both)]),
            Some(Found::Item(at, false)) => Ok(vec![self.replace(Some(at + 1), value.to_owned())]),
            Some(Found::Within(at, text)) => {
                let span = self.value_in(&text).ok_or_else(|| self.unclear())?;
                Ok(vec![self.replace(at, format!("{}{value}{}", &text[..span.start], &text[span.end..]))])
            }
            None => Ok([self.flag, value].map(|word| self.append(word)).to_vec()),
        }
    }

    /// The changes that remove a flag, or an option with its value.
    ///
    /// # Errors
    /// Why that cannot be written there.
    pub fn remove(&self, yaml: &Yaml, valued: bool) -> Result<Vec<Op>, Unwritten> {
        let item = |at: usize| Op::Remove { at: self.command.child(at), comments: true };
        match self.find(yaml)? {
            Some(Found::Item(at, false)) if valued => Ok(vec![item(at + 1), item(at)]),
            Some(Found::Item(at, _)) => Ok(vec![item(at)]),
            Some(Found::Within(at, text)) => {
                let word = self.word_in(&text).ok_or_else(|| self.unclear())?;
                let end =
                    if valued { self.value_in(&text).ok_or_else(|| self.unclear())?.end } else { word.end };
                Ok(vec![self.replace(at, without(&text, word.start..end))])
            }
            None => Err(Unwritten::Absent(self.flag.to_owned())),
        }
    }

    fn find(&self, yaml: &Yaml) -> Result<Option<Found>, Unwritten> {
        let Some(node) = yaml.get(self.doc, self.command) else { return Ok(None) };
        match node.kind() {
            Kind::Alias => Err(Unwritten::Alias(self.command.clone())),
            Kind::Scalar => {
                let text = node.text().into_owned();
                match self.word_in(&text) {
                    Some(_) if self.is_in_own_command(&text) => Ok(Some(Found::Within(None, text))),
                    Some(_) => Err(Unwritten::Lines),
                    None => Err(Unwritten::OneText),
                }
            }
            Kind::Sequence => {
                for (index, item) in node.items().enumerate() {
                    let text = item.resolve().text().into_owned();
                    if text == self.flag {
                        return Ok(Some(Found::Item(index, false)));
                    }
                    if text.strip_prefix(self.flag).is_some_and(|rest| rest.starts_with('=')) {
                        return Ok(Some(Found::Item(index, true)));
                    }
                    if self.word_in(&text).is_some() {
                        if !self.is_in_own_command(&text) {
                            return Err(Unwritten::Lines);
                        }
                        return Ok(Some(Found::Within(Some(index), text)));
                    }
                }
                let scripted =
                    node.items().any(|item| item.resolve().text().trim().contains(char::is_whitespace));
                if scripted { Err(Unwritten::Script) } else { Ok(None) }
            }
            Kind::Mapping => Err(Unwritten::NoCommand(self.command.clone())),
        }
    }

    fn replace(&self, item: Option<usize>, text: String) -> Op {
        let at = item.map_or_else(|| self.command.clone(), |item| self.command.child(item));
        Op::Replace { at, value: Value::Str(text) }
    }

    fn append(&self, word: &str) -> Op {
        Op::Append { at: self.command.clone(), value: Value::Str(word.to_owned()) }
    }

    fn unclear(&self) -> Unwritten {
        Unwritten::Unclear(self.flag.to_owned())
    }

    /// Whether a text, if it has several lines, has the option once and where LiteLLM is started.
    fn is_in_own_command(&self, text: &str) -> bool {
        if !text.trim_end().contains('\n') {
            return true;
        }
        let joined = text.replace("\\\n", " ");
        let all =
            joined.split(['\n', ';', '|', '&']).map(str::trim).filter(|part| self.word_in(part).is_some());
        match all.collect::<Vec<_>>().as_slice() {
            [only] => !only.starts_with('#') && (only.contains("litellm") || only.starts_with('-')),
            _ => false,
        }
    }

    /// The option as a word of a text.
    fn word_in(&self, text: &str) -> Option<std::ops::Range<usize>> {
        let starts = |at: usize| text[..at].chars().next_back().is_none_or(char::is_whitespace);
        let ends = |at: usize| text[at..].chars().next().is_none_or(|c| c.is_whitespace() || c == '=');
        let mut hits = text.match_indices(self.flag).map(|(at, flag)| at..at + flag.len());
        hits.find(|hit| starts(hit.start) && ends(hit.end))
    }

    /// The value behind it, if that is a plain word.
    fn value_in(&self, text: &str) -> Option<std::ops::Range<usize>> {
        let word = self.word_in(text)?;
        let rest = &text[word.end..];
        let start = word.end + (rest.len() - rest.trim_start_matches(['=', ' ', '\t']).len());
        let end = text[start..].find(char::is_whitespace).map_or(text.len(), |length| start + length);
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:".contains(c);
        (start > word.end && start < end && text[start..end].chars().all(plain)).then_some(start..end)
    }
}

/// A text without a part of a line, and without the line if nothing else stands on it but the sign that it goes on.
fn without(text: &str, part: Range<usize>) -> String {
    let start = text[..part.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[part.end..].find('\n').map_or(text.len(), |at| part.end + at);
    let rest = [&text[start..part.start], &text[part.end..end]].map(str::trim).concat();
    if !text.trim_end().contains('\n') || !matches!(&*rest, "" | "\\") {
        let start = text[..part.start].trim_end_matches([' ', '\t']).len();
        let rest = if start == 0 { text[part.end..].trim_start() } else { &text[part.end..] };
        return format!("{}{rest}", &text[..start]);
    }
    let after = text.get(end + 1..).unwrap_or_default();
    let before = &text[..start];
    match before.strip_suffix("\\\n").filter(|_| rest.is_empty()) {
        // The line before was the last but one of its command.
        Some(before) => format!("{}\n{after}", before.trim_end()),
        None => format!("{before}{after}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_with_what_stands_on_it() {
        let of = |text: &str| {
            let at = text.find("--debug").unwrap_or_default();
            without(text, at..at + "--debug".len())
        };
        assert_eq!(of("a --debug b"), "a b");
        assert_eq!(of("--debug b"), "b");
        assert_eq!(of("a\n--debug\nb\n"), "a\nb\n");
        assert_eq!(of("a \\\n  --debug \\\n  b\n"), "a \\\n  b\n");
        assert_eq!(of("a \\\n  b \\\n  --debug\n"), "a \\\n  b\n");
        assert_eq!(of("a \\\n  --debug b\n"), "a \\\n b\n");
    }
}
