//! What the text of one file tells whoever asks: looked for once in each state of the file, not once for each installation.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::document::{CommentLine, Path, Yaml};

/// Answers about one text.
#[derive(Debug, Default)]
pub(in crate::project) struct Facets {
    commented: OnceLock<HashMap<Text, HashMap<String, Vec<Commented>>>>,
    pub(in crate::project) migrates: OnceLock<Option<(&'static str, usize)>>,
    pub(in crate::project) tab: OnceLock<Option<usize>>,
    pub(in crate::project) is_filled_in: OnceLock<bool>,
    pub(in crate::project) used: OnceLock<HashSet<String>>,
    /// Of a compose file: the services that extend others, as they say it.
    pub(in crate::project) extends: OnceLock<Vec<Extends>>,
    /// Of each document: its aliases, each with what it stands for.
    pub(in crate::project) aliases: OnceLock<Vec<Vec<(Path, Path)>>>,
}

/// What the `extends:` of a compose service says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::project) struct Extends {
    /// The service that says it.
    pub service: String,
    /// The file that it names, as written.
    pub file: Option<String>,
    /// The service that it names.
    pub name: Option<String>,
}

/// A text of its own in a file: a document, or the text in a block scalar of it.
pub(in crate::project) type Text = (usize, Option<Path>);

/// A comment that holds an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Commented {
    /// How many comments stand before it.
    at: usize,
    line: usize,
    /// Whether a `=` stands behind the name, not a `:`.
    assigns: bool,
}

impl Facets {
    /// The lines of a text with comments that hold one of these keys, as [`is_commented_key`] tells, in the order of the comments.
    pub(in crate::project) fn commented<'k>(
        &self,
        yaml: &Yaml,
        text: &Text,
        keys: impl Iterator<Item = &'k str>,
    ) -> Vec<usize> {
        let Some(known) = self.commented.get_or_init(|| commented(yaml)).get(text) else { return Vec::new() };
        let of = |key: &'k str| {
            let here = known.get(key).map(Vec::as_slice).unwrap_or_default();
            here.iter().filter(move |one| !one.assigns || may_be_assigned(key)).copied()
        };
        let mut found: Vec<Commented> = keys.flat_map(of).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|one| one.line).collect()
    }
}

fn commented(yaml: &Yaml) -> HashMap<Text, HashMap<String, Vec<Commented>>> {
    let mut all: HashMap<Text, HashMap<String, Vec<Commented>>> = HashMap::new();
    for (at, CommentLine { text, line, doc, inside }) in yaml.comment_lines().into_iter().enumerate() {
        let (name, behind) = entry_in(text);
        if !name.is_empty() && behind.starts_with([':', '=']) {
            let assigns = behind.starts_with('=');
            let here = all.entry((doc, inside.cloned())).or_default();
            here.entry(name.to_owned()).or_default().push(Commented { at, line, assigns });
        }
    }
    all
}

/// The first word of a comment, and what stands behind it.
fn entry_in(comment: &str) -> (&str, &str) {
    let text = comment.trim_start_matches(['#', ' ', '\t']);
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ':' | '=')).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

/// Only a variable is given by `NAME=value`.
fn may_be_assigned(key: &str) -> bool {
    key.chars().all(|c| !c.is_ascii_lowercase())
}

/// Whether a comment is the commented-out key: `# retry_policy:`, `#  - name: …` not.
pub(in crate::project) fn is_commented_key(comment: &str, key: &str) -> bool {
    let (name, behind) = entry_in(comment);
    name == key && (behind.starts_with(':') || (behind.starts_with('=') && may_be_assigned(key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Limits;

    #[test]
    fn commented_keys() {
        assert!(is_commented_key("#   retry_policy: {}", "retry_policy"));
        assert!(is_commented_key("# LITELLM_LOG=ERROR", "LITELLM_LOG"));
        assert!(!is_commented_key("# retry_policy is on", "retry_policy"));
        assert!(!is_commented_key("# retry_policy = on", "retry_policy"));
    }

    #[test]
    fn each_text_has_its_own() {
        let text = "# a: 1\nc: |\n  # a: 2\n  b: 1\n---\n# a: 3\nd: 1\n";
        let mut yaml = Yaml::read(text, &Limits::default()).unwrap();
        yaml.embed(0, &Path::keys(["c"])).unwrap();
        let told = Facets::default();
        let lines = |text: Text| told.commented(&yaml, &text, ["a"].into_iter());
        assert_eq!(lines((0, None)), [1]);
        assert_eq!(lines((0, Some(Path::keys(["c"])))), [3]);
        assert_eq!(lines((1, None)), [6]);
    }

    #[test]
    fn lines_of_commented_keys() {
        let text = "# b: 1\na: 1 # b: 1\n# A=1\n#a = 1\n# b : 2\nc: |\n  # b: 3\n";
        let yaml = Yaml::read(text, &Limits::default()).unwrap();
        let told = Facets::default();
        assert_eq!(told.commented(&yaml, &(0, None), ["b", "A", "a", "b"].into_iter()), [1, 3, 5]);
        assert!(told.commented(&yaml, &(0, None), ["c"].into_iter()).is_empty());
    }
}
