//! Variables that compose fills in from the environment of its caller: `NAME: ${OTHER:-default}`.

/// What compose puts in the place of `${NAME…}`: the variable of its caller's environment or of the `.env` beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpolation {
    /// The variable that it looks for.
    pub name: String,
    /// What it does where that is not set.
    pub otherwise: Fallback,
    /// Whether it does the same where that is empty: `${NAME:-default}`.
    pub minds_empty: bool,
}

/// What compose does where a variable is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It passes an empty text, with a warning.
    Empty,
    /// It passes this text.
    Default(String),
    /// It does not start.
    Refuses,
}

/// What a text that is one interpolation as a whole asks for.
pub(in crate::project) fn parse(text: &str) -> Option<Interpolation> {
    let rest = text.trim().strip_prefix('$')?;
    let inner = match rest.strip_prefix('{') {
        Some(braced) => braced.strip_suffix('}')?,
        None => rest,
    };
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
    let (name, tail) = inner.split_at(end);
    let minds_empty = tail.starts_with(':');
    let tail = tail.strip_prefix(':').unwrap_or(tail);
    let otherwise = match (tail.chars().next(), tail.get(1..)) {
        (None, _) => Fallback::Empty,
        (Some('-'), Some("")) => Fallback::Empty,
        (Some('-'), Some(default)) if !default.contains('$') => Fallback::Default(default.to_owned()),
        (Some('?'), _) => Fallback::Refuses,
        _ => return None,
    };
    (!name.is_empty()).then(|| Interpolation { name: name.to_owned(), otherwise, minds_empty })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let of = |text: &str| parse(text).map(|one| (one.name, one.otherwise));
        let level = |otherwise| Some(("LEVEL".to_owned(), otherwise));
        assert_eq!(of("${LEVEL}"), level(Fallback::Empty));
        assert_eq!(of("$LEVEL"), level(Fallback::Empty));
        assert_eq!(of("${LEVEL:-}"), level(Fallback::Empty));
        assert_eq!(of("${LEVEL:-ERROR}"), level(Fallback::Default("ERROR".into())));
        assert_eq!(of("${LEVEL-ERROR}"), level(Fallback::Default("ERROR".into())));
        assert_eq!(of("${LEVEL:?set it}"), level(Fallback::Refuses));
        for other in
            ["ERROR", "$$LEVEL", "a${LEVEL}", "${LEVEL}b", "${LEVEL:-${OTHER}}", "${LEVEL:+x}", "${}"]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
