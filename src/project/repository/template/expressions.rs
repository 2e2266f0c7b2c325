//! Where the expressions of a template stand in a text, and what each of them does.

use std::ops::Range;

/// In which languages a file may be a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// Whether `${…}` and `%{…}` are Terraform's.
    pub terraform: bool,
    /// Whether `{#…#}` is a comment of Jinja.
    pub jinja: bool,
}

impl Language {
    /// That of a file of this name with this text.
    pub fn of(name: &str, text: &str) -> Self {
        let jinja = text.contains("{%") || [".j2", ".jinja", ".jinja2"].iter().any(|end| name.ends_with(end));
        Self { terraform: name.ends_with(".tftpl"), jinja }
    }
}

/// An expression in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// With its delimiters.
    pub span: Range<usize>,
    /// What it does.
    pub does: Does,
}

/// What an expression does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// It prints something; of `toYaml .x | nindent 8` and its like also from which column on.
    Prints(Option<usize>),
    /// It begins a part that may be left out.
    Asks,
    /// It begins a part that is repeated.
    Repeats,
    /// It begins what takes the place of the part before it.
    Otherwise,
    /// It ends such a part.
    Ends,
    /// Nothing that can be seen.
    Nothing,
}

/// The expressions of a text, in order.
pub fn all(text: &str, language: Language) -> Vec<Expression> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, open, close)) = next(text, at, language) {
        let inner = start + open.len();
        let Some(end) = end(text, inner, open, close) else {
            at = inner;
            continue;
        };
        let does = does(open, &text[inner..end]);
        at = end + close.len();
        found.push(Expression { span: start..at, does });
    }
    found
}

/// The next opening delimiter, and the one that closes it.
fn next(text: &str, from: usize, language: Language) -> Option<(usize, &'static str, &'static str)> {
    let all = [
        ("{{", "}}", true),
        ("{%", "%}", true),
        ("<%", "%>", true),
        ("{#", "#}", language.jinja),
        ("${", "}", language.terraform),
        ("%{", "}", language.terraform),
    ];
    let may_open = |(_, byte): &(usize, &u8)| matches!(byte, b'{' | b'<' | b'$' | b'%');
    text.as_bytes()[from..].iter().enumerate().filter(may_open).find_map(|(at, _)| {
        let opens = |(open, _, known): &(&str, &str, bool)| *known && text[from + at..].starts_with(open);
        let (open, close, _) = all.into_iter().find(opens)?;
        Some((from + at, open, close))
    })
}

/// How long an expression may be: what begins like one and does not end must not be looked for in the rest of the text each time.
const LONGEST: usize = 8192;

/// Where the closing delimiter of an expression is that begins at `from`. A comment or a quoted text may hold one too.
fn end(text: &str, from: usize, open: &str, close: &str) -> Option<usize> {
    let most = (from + LONGEST..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let text = &text[..most];
    let naive = || text[from..].find(close).map(|at| from + at);
    let comment = text[from..].trim_start_matches(['-', ' ']);
    if open == "{{" && comment.starts_with("/*") {
        let over = from + text[from..].find("*/")?;
        return text[over..].find(close).map(|at| over + at);
    }
    if open == "{#" {
        return naive();
    }
    let mut quote = None;
    let mut depth = 0_usize;
    for (at, c) in text[from..].char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '`' => quote = Some(c),
            None if depth == 0 && text[from + at..].starts_with(close) => return Some(from + at),
            None if close == "}" && c == '{' => depth += 1,
            None if close == "}" && c == '}' => depth = depth.saturating_sub(1),
            None => {}
        }
    }
    naive()
}

/// What an expression with this content does.
fn does(open: &str, content: &str) -> Does {
    let content = content.trim_matches(['-', '~', '+', ' ', '\n', '\r', '\t']);
    let word = content.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
    let block = |word: &str| match word {
        "if" | "with" | "define" | "block" | "unless" | "macro" | "filter" => Does::Asks,
        "range" | "for" => Does::Repeats,
        "else" | "elif" | "elseif" | "elsif" => Does::Otherwise,
        word if word.starts_with("end") => Does::Ends,
        _ => Does::Nothing,
    };
    match open {
        "{{" if content.starts_with("/*") || content.is_empty() => Does::Nothing,
        "{{" if is_assignment(content) => Does::Nothing,
        "{{" => match block(word) {
            Does::Nothing if matches!(word, "break" | "continue" | "fail") => Does::Nothing,
            Does::Nothing => Does::Prints(column(content)),
            known => known,
        },
        "{%" if matches!(word, "include" | "call") => Does::Prints(None),
        "<%" if content.starts_with('=') => Does::Prints(None),
        "<%" if content.ends_with('|') || content.ends_with(" do") => Does::Repeats,
        "${" => Does::Prints(None),
        "{#" => Does::Nothing,
        _ => block(word),
    }
}

/// `$name := …`, `$name = …`.
fn is_assignment(content: &str) -> bool {
    let name =
        |rest: &str| rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let Some(rest) = content.strip_prefix('$') else { return false };
    let rest = rest[name(rest)..].trim_start();
    rest.starts_with(":=") || (rest.starts_with('=') && !rest.starts_with("=="))
}

/// The column from which `nindent 8` or `indent 8` prints.
fn column(content: &str) -> Option<usize> {
    let (_, rest) = content.rsplit_once("indent ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
