//! Suppression comments: `# litellm-fix: ignore[id, id] reason`.

use std::collections::HashMap;

use crate::document::{Path, Step};
use crate::project::{At, Block, Document, FileId, Files, Place};

/// One id of one suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Where the comment stands.
    pub place: Place,
    /// The id that it silences.
    pub id: String,
    /// Why, as written.
    pub reason: String,
    covers: Covers,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Covers {
    /// The whole file, or the whole embedded text at the path.
    Text(Option<(usize, Path)>),
    Below(usize, Path),
    Variable(String),
}

impl Covers {
    /// All that would cover a place.
    fn of(place: &Place) -> Vec<Self> {
        let mut all = vec![Self::Text(None)];
        match &place.at {
            At::Yaml { doc, path }
            | At::Variable { doc, block: Block { path, .. }, .. }
            | At::Argument { doc, command: path, .. } => {
                for end in 0..=path.steps().len() {
                    let above = Path(path.steps()[..end].to_vec());
                    all.push(Self::Text(Some((*doc, above.clone()))));
                    all.push(Self::Below(*doc, above));
                }
            }
            At::Env(name) => all.push(Self::Variable(name.clone())),
            At::Line(_) => {}
        }
        all
    }
}

/// The suppressions of the files, found by what they cover and not one by one.
#[derive(Default)]
pub struct Suppressions {
    all: Vec<Suppression>,
    /// For each the first that says the same.
    first: Vec<usize>,
    /// By id, file and what is covered: the first that says so.
    same: HashMap<String, HashMap<(FileId, Covers), usize>>,
}

impl Suppressions {
    /// All suppressions of the files.
    pub fn find(files: &Files) -> Self {
        let all: Vec<_> = files.iter().flat_map(|(id, file)| in_document(id, &file.document)).collect();
        let mut same: HashMap<String, HashMap<_, usize>> = HashMap::new();
        let first = all.iter().enumerate().map(|(at, one)| {
            let covered = (one.place.file, one.covers.clone());
            *same.entry(one.id.clone()).or_default().entry(covered).or_insert(at)
        });
        Self { first: first.collect(), all, same }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The positions of those that cover a finding of this id at a place; of several that say the same only the first. The first of
    /// all comes first.
    pub fn covering(&self, id: &str, place: &Place) -> Vec<usize> {
        let Some(same) = self.same.get(id) else { return Vec::new() };
        let covers = Covers::of(place).into_iter();
        let mut found: Vec<usize> =
            covers.filter_map(|covers| same.get(&(place.file, covers)).copied()).collect();
        found.sort_unstable();
        found
    }

    /// The reason that is given at a position.
    pub fn reason(&self, at: usize) -> &str {
        &self.all[at].reason
    }

    /// Those that silenced nothing; `used` tells it by the positions of [`Suppressions::covering`].
    pub fn unused<'s>(&'s self, used: &'s [bool]) -> impl Iterator<Item = &'s Suppression> {
        self.all.iter().zip(&self.first).filter(|(_, first)| !used[**first]).map(|(one, _)| one)
    }
}

/// The text of a suppression comment, without its `# `.
pub fn comment_text(id: &str, reason: &str) -> String {
    format!("litellm-fix: ignore[{id}] {reason}").trim_end().to_owned()
}

fn in_document(file: FileId, document: &Document) -> Vec<Suppression> {
    let mut found = Vec::new();
    let mut note = |text: &str, line: usize, covers: Covers| {
        for (id, reason) in parse(text) {
            let place = Place::line(file, line);
            found.push(Suppression { place, id, reason: reason.clone(), covers: covers.clone() });
        }
    };
    match document {
        Document::Yaml(yaml) if yaml.text().contains("litellm-fix:") => {
            for comment in
                yaml.comments().filter(|comment| comment.own_line && comment.text.contains("litellm-fix:"))
            {
                let covers = match (&comment.next_key, comment.before_first_key) {
                    (Some((doc, path)), true) if comment.embedded => {
                        Covers::Text(Some((*doc, embedding(path))))
                    }
                    (_, true) => Covers::Text(None),
                    (Some((doc, path)), false) => Covers::Below(*doc, path.clone()),
                    (None, false) => continue,
                };
                note(comment.text, comment.line, covers);
            }
        }
        Document::Env(env) => {
            for comment in env.comments().filter(|comment| comment.own_line) {
                let covers = match (comment.before_first, comment.next) {
                    (true, _) => Covers::Text(None),
                    (false, Some(name)) => Covers::Variable(name.to_owned()),
                    (false, None) => continue,
                };
                note(comment.text, comment.line, covers);
            }
        }
        _ => {}
    }
    found
}

/// The path of the embedded text that a path leads into.
fn embedding(path: &Path) -> Path {
    let last = path.steps().iter().rposition(|step| *step == Step::Inside);
    Path(path.steps()[..last.map_or(0, |at| at + 1)].to_vec())
}

fn parse(comment: &str) -> Vec<(String, String)> {
    let text = comment.trim_start_matches('#').trim_start();
    let Some(rest) =
        text.strip_prefix("litellm-fix:").map(str::trim_start).and_then(|rest| rest.strip_prefix("ignore["))
    else {
        return Vec::new();
    };
    let Some((ids, reason)) = rest.split_once(']') else { return Vec::new() };
    ids.split(',')
        .map(|id| (id.trim().to_owned(), reason.trim().to_owned()))
        .filter(|(id, _)| !id.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ids_and_reason() {
        let one = |id: &str, reason: &str| (id.to_owned(), reason.to_owned());
        assert_eq!(parse("# litellm-fix: ignore[a, b] because"), [one("a", "because"), one("b", "because")]);
        assert_eq!(parse("#litellm-fix:ignore[a]"), [one("a", "")]);
        assert!(parse("# see litellm-fix: ignore[a]").is_empty());
    }
}
