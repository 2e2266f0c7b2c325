//! The documentation site: which page is made of what. Nothing of it is written twice: pages are files of the repository, parts of its
//! README, and what the program says of itself.

mod links;
mod reference;

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use litellm_fix::transforms::registry;

use links::Links;

/// A page of the site: its place there, the file that its text is from, and its text.
pub struct Page {
    /// Where it stands, with `/`.
    pub at: String,
    /// The file of the repository that relative links in it start from.
    pub from: String,
    /// Its Markdown.
    pub text: String,
}

impl Page {
    fn new(at: impl Into<String>, from: impl Into<String>, text: impl Into<String>) -> Self {
        Self { at: at.into(), from: from.into(), text: text.into() }
    }
}

/// Files that are pages as they are: where they stand, and where from.
const WHOLE: [(&str, &str); 16] = [
    ("concepts.md", "docs/concepts.md"),
    ("packaging.md", "docs/packaging.md"),
    ("platforms.md", "docs/platforms.md"),
    ("fleet.md", "docs/fleet.md"),
    ("verify.md", "docs/verify.md"),
    ("score.md", "docs/score.md"),
    ("report.md", "docs/report.md"),
    ("recipes/index.md", "docs/recipes/README.md"),
    ("lossless-yaml.md", "crates/lossless-yaml/README.md"),
    ("contributing.md", "CONTRIBUTING.md"),
    ("changelog.md", "CHANGELOG.md"),
    ("security.md", "SECURITY.md"),
    ("decisions/own-parser.md", "docs/decisions/0001-own-parser-with-a-witness.md"),
    ("decisions/granit-parser.md", "docs/decisions/0002-granit-parser-stays-in-the-tests.md"),
    ("decisions/many-repositories.md", "docs/decisions/0003-many-repositories.md"),
    ("decisions/site.md", "docs/decisions/0005-the-site-is-made-by-zensical.md"),
];

/// Parts of the README that are pages: where they stand, their title, and the headings that they are made of.
const PARTS: [(&str, &str, &[&str]); 4] = [
    ("index.md", "litellm-fix", &["", "Try it", "Install"]),
    ("use.md", "Use", &["Use"]),
    ("care.md", "Safety and exit codes", &["How careful it is", "Exit codes"]),
    ("preferences.md", "Your own decisions", &["Your own decisions"]),
];

/// Writes `mkdocs.yml` and, below `docs/`, all that it needs into a folder.
///
/// # Errors
/// A heading or a file that is gone, a link to nothing, or a folder that cannot be written.
pub fn write(root: &Path, folder: &Path) -> anyhow::Result<()> {
    let docs = folder.join("docs");
    if docs.exists() {
        fs::remove_dir_all(&docs)?;
    }
    let pages = pages(root)?;
    let raw = raw(root)?;
    let links = Links::new(root, &pages, &raw);
    for page in &pages {
        put(&docs.join(&page.at), &links.rewritten(page)?)?;
    }
    for name in &raw {
        put(&docs.join(links::raw(name)), &read(root, name)?)?;
    }
    put(&docs.join("site.css"), include_str!("site.css"))?;
    put(&folder.join("mkdocs.yml"), &configuration())
}

fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().context("a file stands in a folder")?;
    fs::create_dir_all(folder)?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn read(root: &Path, name: &str) -> anyhow::Result<String> {
    fs::read_to_string(root.join(name)).with_context(|| format!("cannot read {name}"))
}

fn pages(root: &Path) -> anyhow::Result<Vec<Page>> {
    let readme = read(root, "README.md")?;
    let mut pages = Vec::new();
    for (at, title, headings) in PARTS {
        let parts: Vec<&str> =
            headings.iter().map(|heading| part(&readme, heading)).collect::<anyhow::Result<_>>()?;
        // A part that is a whole page has its heading as the title.
        let body = parts.concat();
        let mut text = match body.strip_prefix(&format!("## {title}\n")) {
            Some(body) => format!("# {title}\n{body}"),
            None => format!("# {title}\n\n{body}"),
        };
        if at == "preferences.md" {
            text += &reference::parameters();
        }
        pages.push(Page::new(at, "README.md", text));
    }
    for (at, from) in WHOLE {
        pages.push(Page::new(at, from, read(root, from)?));
    }
    for name in recipes(root)? {
        let text = format!(
            "# {name}\n\n```{}\n{}```\n",
            language(&name),
            read(root, &format!("docs/recipes/{name}"))?
        );
        pages.push(Page::new(links::recipe(&name), format!("docs/recipes/{name}"), text));
    }
    pages.push(Page::new("fixes/index.md", "README.md", reference::fixes(part(&readme, "The fixes")?)?));
    for transform in registry() {
        let id = transform.meta.id;
        let text = reference::fix(&transform);
        pages.push(Page::new(
            format!("fixes/{id}.md"),
            format!("transforms/{}/{id}.md", transform.topic),
            text,
        ));
    }
    pages.push(Page::new("commands.md", "README.md", reference::commands()));
    pages.push(Page::new("settings.md", "README.md", reference::settings()));
    Ok(pages)
}

/// What stands below a heading of the second level up to the next one; below none: what stands before the first, without the title.
fn part<'t>(text: &'t str, heading: &str) -> anyhow::Result<&'t str> {
    let start = if heading.is_empty() {
        text.find('\n').context("the README begins with its title")? + 1
    } else {
        let line = format!("\n## {heading}\n");
        text.find(&line).with_context(|| format!("the README has no part `{heading}`"))? + 1
    };
    let body = start + if heading.is_empty() { 0 } else { heading.len() + 4 };
    let end = next_heading(&text[body..]).map_or(text.len(), |at| body + at);
    ensure!(body < end, "the part `{heading}` of the README is empty");
    Ok(&text[start..end])
}

/// Where the next heading of the second level begins; what looks like one in a fenced block is none.
fn next_heading(text: &str) -> Option<usize> {
    let (mut at, mut fence) = (0, None::<usize>);
    for line in text.split_inclusive('\n') {
        let ticks = line.bytes().take_while(|byte| *byte == b'`').count();
        match fence {
            Some(open) if ticks >= open && line.trim().len() == ticks => fence = None,
            None if ticks >= 3 => fence = Some(ticks),
            None if line.starts_with("## ") => return Some(at),
            _ => {}
        }
        at += line.len();
    }
    None
}

fn recipes(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("docs/recipes"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".md") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn language(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("yml" | "yaml") => "yaml",
        Some("json") => "json",
        _ => "sh",
    }
}

/// Files that the site has as they are: the schemas.
fn raw(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("docs"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".schema.json") {
            names.push(format!("docs/{name}"));
        }
    }
    names.sort();
    Ok(names)
}

/// The configuration of Zensical: the one beside this file, with the pages of the fixes, and the addresses once there are any.
fn configuration() -> String {
    let fixes: Vec<String> =
        registry().iter().map(|one| format!("      - {0}: fixes/{0}.md\n", one.meta.id)).collect();
    let mut text = include_str!("mkdocs.yml").replace("      - FIXES\n", &fixes.concat());
    for (key, address) in
        [("site_url", env!("CARGO_PKG_HOMEPAGE")), ("repo_url", env!("CARGO_PKG_REPOSITORY"))]
    {
        if !address.is_empty() {
            text += &format!("{key}: {address}\n");
        }
    }
    text
}
