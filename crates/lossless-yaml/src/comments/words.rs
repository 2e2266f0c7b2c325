//! What the words of a comment say of the names around it.

/// Whether a comment line holds what could be an entry: `# key: value`, `# - item`, `# NAME=value`.
pub(crate) fn is_entry(line: &str) -> bool {
    let text = line.trim_start().trim_start_matches('#').trim_start();
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"_.-".contains(c)).unwrap_or(text.len());
    let behind = &text[end..];
    text.starts_with("- ")
        || (end > 0 && (behind == ":" || behind.starts_with(": ") || behind.starts_with('=')))
}

/// Whether a comment line holds an entry that is commented out rather than a sentence with a colon in it: its value is no prose.
pub(crate) fn is_commented_out(line: &str) -> bool {
    let text = line.trim_start().trim_start_matches('#').trim();
    if !is_entry(line) || text.starts_with("- ") {
        return is_entry(line);
    }
    let behind = text.find([':', '=']).map_or("", |at| text[at + 1..].trim());
    let value = behind.split(" #").next().unwrap_or_default().trim();
    value.starts_with(['"', '\'', '[', '{', '|', '>', '&', '*', '$']) || !value.contains(' ')
}

/// Whether a comment heads something else than what has these names (its own, that of what it stands in): it names none of
/// them, holds no entry that is commented out, and is not as general as `# App settings`, where the whole text is about `app`.
fn is_foreign(comment: &str, names: &[&str], subject: &str) -> bool {
    if is_commented_out(comment) || names.iter().any(|name| self::names(comment, name)) {
        return false;
    }
    let own: Vec<String> = names.iter().map(|name| spelt(name)).collect();
    let own: Vec<&str> = own.iter().flat_map(|name| name.split(' ')).collect();
    let text = comment.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.any(|word| {
        !GENERAL.contains(&word)
            && word != subject
            && !own.iter().any(|own| own.trim_end_matches('s') == word.trim_end_matches('s'))
    })
}

/// Whether the nearest heading above a line is foreign: `lines` are those above, from below to above, `None` where one is no comment. The
/// comment lines directly above one another are one heading; those that only hold what is commented out are none.
pub(crate) fn nearest_is_foreign<'a>(
    lines: impl Iterator<Item = Option<&'a str>>,
    names: &[&str],
    subject: &str,
) -> bool {
    let mut heading = lines.skip_while(|line| line.is_none_or(is_commented_out));
    heading.by_ref().map_while(|line| line).any(|line| is_foreign(line, names, subject))
}

/// Whether two names are of one thing, such as `redis_host` and `redis_port`, or `cache` and `cache_params`: what a comment says of one it
/// says of the other.
pub(crate) fn are_parts(a: &str, b: &str) -> bool {
    let (a, b) = (spelt(a), spelt(b));
    if b.strip_prefix(&a).is_some_and(|rest| rest.starts_with(' ')) {
        return true;
    }
    let parts = |(stem, part): (&str, &str)| PARTS.contains(&part).then(|| stem.to_owned());
    let stem = |name: &str| name.rsplit_once(' ').and_then(parts);
    stem(&a).is_some() && stem(&a) == stem(&b)
}

const PARTS: &[&str] = &["db", "host", "password", "port", "ssl", "tls", "url", "user", "username"];

/// Words of headings that say nothing of what stands below.
const GENERAL: &[&str] = &[
    "a",
    "all",
    "and",
    "config",
    "configuration",
    "configurations",
    "env",
    "environment",
    "for",
    "general",
    "global",
    "misc",
    "of",
    "option",
    "options",
    "other",
    "proxy",
    "section",
    "server",
    "setting",
    "settings",
    "the",
    "variables",
    "vars",
    "yaml",
];

/// Whether a text has a name as a word of its own, or its words: `old app` of `oldApp`, `OLD_APP` and `old_app`.
pub(crate) fn names(text: &str, name: &str) -> bool {
    let spelt = spelt(name);
    has_word(text, name) || (spelt.contains(' ') && has_word(&text.to_lowercase(), &spelt))
}

/// The words of a name, in lower case, with a blank between.
fn spelt(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for c in name.chars() {
        let between = matches!(c, '_' | '-' | '.');
        if (between || (was_lower && c.is_uppercase())) && !words.ends_with(' ') {
            words.push(' ');
        }
        words.extend(c.to_lowercase().filter(|_| !between));
        was_lower = c.is_lowercase();
    }
    words
}

fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    !word.is_empty()
        && text
            .match_indices(word)
            .any(|(at, _)| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commented_out_entries() {
        for line in ["# key: 1", "  #key:", "# - a", "# NAME=x", "# a.b-c: {}"] {
            assert!(is_entry(line), "{line}");
        }
        for line in
            ["# the old app", "# why: because of it".replace("why", "this is why").as_str(), "#", "# 1 = 1"]
        {
            assert!(!is_entry(line), "{line}");
        }
    }

    #[test]
    fn what_a_comment_heads() {
        for line in ["# key: 1", "#key:", "# - a b", "# key: \"a b\"", "# NAME=x  # why", "# key: [a, b]"] {
            assert!(is_commented_out(line), "{line}");
        }
        for line in ["# Note: not for production", "# limits: bounded on the volume", "# Keys"] {
            assert!(!is_commented_out(line), "{line}");
        }
        for (line, name) in [
            ("# === App ===", "APP_LOG"),
            ("# General settings", "x"),
            ("# Logs", "APP_LOG"),
            ("# why APP_LOG is set", "APP_LOG"),
            ("# -----", "x"),
            ("# set_verbose: true", "x"),
        ] {
            assert!(!is_foreign(line, &[name], "app"), "{line}");
        }
        for (line, name) in [("# App Master Keys", "APP_LOG"), ("# Redis settings", "json_logs")] {
            assert!(is_foreign(line, &[name], "app"), "{line}");
        }
    }

    #[test]
    fn parts_of_an_address() {
        assert!(are_parts("redis_host", "redis_port") && are_parts("DB_USER", "DB_PASSWORD"));
        assert!(are_parts("cache", "cache_params") && !are_parts("cache", "cached"));
        assert!(!are_parts("redis_host", "smtp_port") && !are_parts("database_url", "database_pool_limit"));
    }

    #[test]
    fn words() {
        assert!(names("# about port, here", "port"));
        assert!(!names("# about ports or my_port", "port"));
        assert!(!names("# x", ""));
        for name in ["oldApp", "OLD_APP", "old-app", "old_app"] {
            assert!(names("# The old app is gone", name), "{name}");
        }
        assert!(!names("# the old application", "old_app"));
    }
}
