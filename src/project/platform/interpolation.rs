//! What compose puts in the place of `$NAME` and `${NAME:-default}`: variables of the environment of its caller, or of the `.env` beside it.
//!
//! See <https://docs.docker.com/reference/compose-file/interpolation/>; `tests/real_tools` lets compose 2 and 5 fill in the same texts.

/// What compose puts in the place of `${NAME…}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpolation {
    /// The variable that it looks for.
    pub name: String,
    /// What it does where that is not set.
    pub otherwise: Fallback,
    /// Whether it does the same where that is empty: `${NAME:-default}`.
    pub minds_empty: bool,
}

/// So many variables are looked at in one default.
const MOST: usize = 16;

/// What compose does where a variable is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It passes an empty text, with a warning.
    Empty,
    /// It passes this text, in which it fills in others.
    Default(String),
    /// It does not start.
    Refuses,
}

/// A text with all that is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// The variable that gives all of it, if one does.
    pub by: Option<String>,
}

/// A part of a text.
enum Part<'t> {
    Text(&'t str),
    Asks(Interpolation),
}

/// What a text that is one interpolation as a whole asks for.
pub(in crate::project) fn parse(text: &str) -> Option<Interpolation> {
    match parts(text)?.as_mut_slice() {
        [Part::Asks(one)] => Some(one.clone()),
        _ => None,
    }
}

/// Fills in a text with the variables that are given: `Some(None)` is one of which the text is not visible. `None` where not all is visible:
/// the caller gives a variable without a default, if anybody does.
pub(in crate::project) fn fill(
    text: &str,
    given: &impl Fn(&str) -> Option<Option<String>>,
) -> Option<Filled> {
    match parts(text)?.as_slice() {
        [Part::Asks(one)] => one.fill(given),
        parts => {
            let of = |part: &Part<'_>| match part {
                Part::Text(text) => Some((*text).to_owned()),
                Part::Asks(one) => one.fill(given).map(|filled| filled.text),
            };
            Some(Filled { text: parts.iter().map(of).collect::<Option<_>>()?, by: None })
        }
    }
}

impl Interpolation {
    /// What takes its place where nothing, or perhaps an empty text, is given.
    pub fn default(&self) -> Option<&str> {
        match &self.otherwise {
            Fallback::Default(default) if !default.is_empty() => Some(default),
            _ => None,
        }
    }

    fn fill(&self, given: &impl Fn(&str) -> Option<Option<String>>) -> Option<Filled> {
        match (given(&self.name), self.default()) {
            (Some(Some(text)), Some(default)) if text.is_empty() && self.minds_empty => fill(default, given),
            (Some(text), _) => Some(Filled { text: text?, by: Some(self.name.clone()) }),
            (None, default) => fill(default?, given),
        }
    }

    /// What stands between the braces.
    fn of_braces(inner: &str) -> Option<Self> {
        let (name, tail) = inner.split_at(name_end(inner));
        let minds_empty = tail.starts_with(':');
        let tail = tail.strip_prefix(':').unwrap_or(tail);
        let otherwise = match tail.chars().next() {
            None if !minds_empty => Fallback::Empty,
            Some('-') if tail.matches('$').count() <= MOST => Fallback::Default(tail[1..].to_owned()),
            Some('?') => Fallback::Refuses,
            // `${NAME:+text}`, and what compose does not take.
            _ => return None,
        };
        (!name.is_empty()).then(|| Self { name: name.to_owned(), otherwise, minds_empty })
    }
}

/// The parts of a text that are not empty; `None` where one of them is not read.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find('$') {
        parts.push(Part::Text(&rest[..at]));
        let behind = &rest[at + 1..];
        rest = if let Some(behind) = behind.strip_prefix('$') {
            parts.push(Part::Text("$"));
            behind
        } else if let Some(inner) = behind.strip_prefix('{') {
            let end = closing(inner)?;
            parts.push(Part::Asks(Interpolation::of_braces(&inner[..end])?));
            &inner[end + 1..]
        } else {
            let (name, behind) = behind.split_at(name_end(behind));
            parts.push(Part::Asks(Interpolation::of_braces(name)?));
            behind
        };
    }
    parts.push(Part::Text(rest));
    parts.retain(|part| !matches!(part, Part::Text("")));
    Some(parts)
}

/// Where the brace closes that opens before this text.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        (open == 0).then_some(at)
    })
}

/// Where the name ends that a text begins with.
fn name_end(text: &str) -> usize {
    let digit = text.starts_with(|first: char| first.is_ascii_digit());
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    if digit { 0 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let of = |text: &str| parse(text).map(|one| (one.name, one.otherwise));
        let level = |otherwise| Some(("LEVEL".to_owned(), otherwise));
        let default = |text: &str| level(Fallback::Default(text.into()));
        assert_eq!(of("${LEVEL}"), level(Fallback::Empty));
        assert_eq!(of("$LEVEL"), level(Fallback::Empty));
        assert_eq!(of("${LEVEL:-}"), default(""));
        assert_eq!(of("${LEVEL:-ERROR}"), default("ERROR"));
        assert_eq!(of("${LEVEL-ERROR}"), default("ERROR"));
        assert_eq!(of("${LEVEL:-${OTHER:-{}}}"), default("${OTHER:-{}}"));
        assert_eq!(of("${LEVEL:?set it}"), level(Fallback::Refuses));
        for other in
            ["ERROR", "$$LEVEL", "a${LEVEL}", "${LEVEL}b", "${A:-x}${B}", "${LEVEL:+x}", "${}", "$1", "${A"]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn texts_are_filled_in() {
        let given = |name: &str| match name {
            "B" => Some(Some("bee".to_owned())),
            "EMPTY" => Some(Some(String::new())),
            "MADE" => Some(None),
            _ => None,
        };
        let of = |text: &str| fill(text, &given).map(|filled| filled.text);
        for (text, filled) in [
            ("plain", "plain"),
            ("${A:-${B:-x}}", "bee"),
            ("${A:-${C:-x}}", "x"),
            ("${A:-a${B}c}", "abeec"),
            ("${A:-x}b}", "xb}"),
            ("${A:-{\"a\":1}}", "{\"a\":1}"),
            ("p$B-q$$B", "pbee-q$B"),
            ("${EMPTY:-d}", "d"),
            ("${EMPTY-d}", ""),
            ("${EMPTY}", ""),
            ("${A:- x }", " x "),
        ] {
            assert_eq!(of(text).as_deref(), Some(filled), "{text}");
        }
        for text in ["$A", "${A:-}", "${MADE:-x}", "a${A}", "${B:+x}", "5$", "${A:-${C}}"] {
            assert_eq!(of(text), None, "{text}");
        }
        assert_eq!(fill("${A:-${B}}", &given).and_then(|filled| filled.by).as_deref(), Some("B"));
        assert_eq!(of(&("${A:-".repeat(99) + "x" + &"}".repeat(99))), None);
        assert_eq!(fill("a${B}", &given).and_then(|filled| filled.by), None);
    }
}
