//! Links between files of the repository become links between pages of the site.

use std::collections::HashMap;
use std::path::Path;

use anyhow::ensure;

use super::Page;

/// Where each file of the repository stands in the site.
pub struct Links<'r> {
    root: &'r Path,
    places: HashMap<String, String>,
}

/// Where a file that the site has as it is stands there.
pub fn raw(name: &str) -> String {
    name.trim_start_matches("docs/").to_owned()
}

/// Where the page of a recipe stands.
pub fn recipe(name: &str) -> String {
    format!("recipes/{}.md", name.replace('.', "-"))
}

impl<'r> Links<'r> {
    pub fn new(root: &'r Path, pages: &[Page], raws: &[String]) -> Self {
        let mut places: HashMap<String, String> = HashMap::new();
        for page in pages {
            places.entry(page.from.clone()).or_insert_with(|| page.at.clone());
        }
        places.extend(raws.iter().map(|name| (name.clone(), raw(name))));
        places.insert("transforms".into(), "fixes/index.md".into());
        places.insert("docs/recipes".into(), "recipes/index.md".into());
        Self { root, places }
    }

    /// The text of a page as Zensical reads it.
    ///
    /// # Errors
    /// A link to nothing.
    pub fn rewritten(&self, page: &Page) -> anyhow::Result<String> {
        let (mut out, mut fence, mut before) = (String::new(), None::<(usize, bool)>, "");
        for line in page.text.lines() {
            let ticks = line.trim_start().bytes().take_while(|byte| *byte == b'`').count();
            match fence {
                // What only the tests of Rust's documentation need.
                Some((_, true)) if line.starts_with("# ") => continue,
                Some((open, _)) if ticks >= open && line.trim().len() == ticks => fence = None,
                None if ticks >= 3 => fence = Some((ticks, line.trim_start()[ticks..].starts_with("rust"))),
                _ => {}
            }
            if fence.is_none() && ticks < 3 {
                // GitHub takes a list directly below a paragraph for one, Zensical does not.
                if item(line) && !before.trim().is_empty() && !item(before) && !before.starts_with(' ') {
                    out.push('\n');
                }
                out += &self.line(line, page)?;
            } else {
                out += line;
            }
            out.push('\n');
            before = line;
        }
        Ok(out)
    }

    fn line(&self, line: &str, page: &Page) -> anyhow::Result<String> {
        let (mut out, mut rest) = (String::new(), line);
        while let Some(at) = rest.find("](") {
            let (before, behind) = (&rest[..at], &rest[at + 2..]);
            let Some(end) = behind.find(')') else { break };
            let target = &behind[..end];
            let foreign = target.contains("://") || target.starts_with(['#', '<']) || target.contains(' ');
            match (foreign, before.rfind('[')) {
                (false, Some(open)) => {
                    out += &before[..open];
                    out += &self.link(&before[open + 1..], target, page)?;
                }
                _ => out += &rest[..at + 2 + end + 1],
            }
            rest = &behind[end + 1..];
        }
        Ok(out + rest)
    }

    /// A link to a page of the site; to another file of the repository where that is published; else only its words.
    fn link(&self, words: &str, target: &str, page: &Page) -> anyhow::Result<String> {
        let (path, anchor) = target.split_at(target.find('#').unwrap_or(target.len()));
        let path = resolved(&page.from, path);
        ensure!(self.root.join(&path).exists(), "{}: the link {target} leads nowhere", page.from);
        if let Some(place) = self.places.get(&path) {
            let up = "../".repeat(page.at.matches('/').count());
            return Ok(format!("[{words}]({up}{place}{anchor})"));
        }
        match env!("CARGO_PKG_REPOSITORY") {
            "" => Ok(words.to_owned()),
            repository => Ok(format!("[{words}]({repository}/blob/HEAD/{path}{anchor})")),
        }
    }
}

fn item(line: &str) -> bool {
    let line = line.trim_start();
    let number = line.bytes().take_while(u8::is_ascii_digit).count();
    line.starts_with("- ") || line.starts_with("* ") || (number > 0 && line[number..].starts_with(". "))
}

/// The path from the root of the repository that a relative one in this file means.
fn resolved(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.trim_end_matches('/').split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
