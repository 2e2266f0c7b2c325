//! Texts of files inside Markdown: nothing in them becomes markup, a link, a mention or a reference.

use super::text::one_line;

/// Where a reader sees nothing, and no mention, reference or address goes on.
const BREAK: &str = "&#8203;";

/// A sentence in one line: what stands between backticks is code, all else plain words.
pub(crate) fn plain(text: &str) -> String {
    let text = one_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return words(&text);
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        1 if !part.is_empty() => code(part),
        1 => words("``"),
        _ => words(part),
    };
    parts.iter().enumerate().map(part).collect()
}

fn words(text: &str) -> String {
    escaped(text, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '$' => Some("&#36;"),
        '\\' => Some("\\\\"),
        '`' => Some("\\`"),
        '*' => Some("\\*"),
        '_' => Some("\\_"),
        '[' => Some("\\["),
        ']' => Some("\\]"),
        '|' => Some("\\|"),
        _ => None,
    })
}

/// The same inside an element of HTML, where Markdown is not read.
pub(crate) fn html(text: &str) -> String {
    escaped(&one_line(text), |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '$' => Some("&#36;"),
        '`' => Some("&#96;"),
        '[' => Some("&#91;"),
        ']' => Some("&#93;"),
        '*' => Some("&#42;"),
        '_' => Some("&#95;"),
        _ => None,
    })
}

fn escaped(text: &str, markup: impl Fn(char) -> Option<&'static str>) -> String {
    /// Signs that begin a mention or a reference on GitHub or GitLab.
    const LEADS: [char; 6] = ['@', '#', '!', '~', '%', '^'];
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        match markup(c) {
            Some(entity) => out.push_str(entity),
            None if c == '~' => out.push_str("&#126;"),
            None => out.push(c),
        }
        let next = rest.starts_with(|next: char| next.is_alphanumeric() || "_\"~".contains(next));
        let address = c == ':' && rest.starts_with("//") || c == 'w' && rest.starts_with('.');
        let other = (c == '&' || c == '$') && next || c == '-' && text[..at].ends_with("GH");
        if (LEADS.contains(&c) && next) || address || other {
            out.push_str(BREAK);
        }
    }
    out
}

/// A text as code in a line.
pub(crate) fn code(text: &str) -> String {
    let text = one_line(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Lines as a block of code. They are to be ready to be shown.
pub(crate) fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    let text = text.strip_suffix('\n').unwrap_or(text);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_words() {
        assert_eq!(plain("set a_b to 60"), "set a\\_b to 60");
        assert_eq!(
            plain("a <img> & [x](y) `c@d` `e\n# d"),
            "a &lt;img&gt; &amp; \\[x\\](y) \\`c@&#8203;d\\` \\`e # d"
        );
        assert_eq!(plain("at @team"), "at @&#8203;team");
        assert_eq!(plain("fixes #12, GH-3, o/r#1"), "fixes #&#8203;12, GH-&#8203;3, o/r#&#8203;1");
        assert_eq!(plain("https://e.org www.e.org"), "https:&#8203;//e.org www&#8203;.e.org");
        assert_eq!(html("<b>&@a\"`"), "&lt;b&gt;&amp;@&#8203;a&quot;&#96;");
        assert_eq!(html("a\n\n<script>"), "a &lt;script&gt;");
    }

    #[test]
    fn code_ends_where_it_is_to_end() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(block("diff", " ```\n+x\n"), "````diff\n ```\n+x\n````\n");
        assert!(block("", "a").starts_with("```\n"));
    }
}
