//! The documentation site: every page is built, every link leads somewhere, and nothing is loaded from elsewhere.

#[path = "../../examples/site/book/mod.rs"]
mod book;

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::read_all;
use crate::venv::{passes, program, skipped};

/// Where it is left to be looked at.
const SITE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/site");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn it_is_built_without_a_warning_and_needs_nothing_from_elsewhere() {
    book::write(Path::new(ROOT), Path::new(SITE)).unwrap();
    let sources = read_all(&Path::new(SITE).join("docs"));
    for transform in litellm_fix::transforms::registry() {
        let page = &sources[&format!("fixes/{}.md", transform.meta.id)];
        let page = String::from_utf8_lossy(page);
        assert!(page.contains("\n## Why") && !page.contains("\n## Cases"), "{}", transform.meta.id);
    }
    let commands = String::from_utf8_lossy(&sources["commands.md"]).into_owned();
    for part in
        ["`--baseline-ref <REF>`", "\n## verify\n", "`critical`: Critical findings", "litellm-fix explain"]
    {
        assert!(commands.contains(part), "{part} in {commands}");
    }
    if skipped() {
        return;
    }
    let site = Path::new(SITE);
    let out = passes(program("zensical").current_dir(site).args(["build", "--clean", "--strict"]));
    assert!(out.contains("No issues found"), "{out}");
    linked(&read_all(&site.join("html")));
}

/// Each address in what is built is that of a file in it, with that heading; only links that somebody follows lead elsewhere.
fn linked(files: &BTreeMap<String, Vec<u8>>) {
    let mut seen = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".html") && *name != "404.html") {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("src=\"http") && !text.contains("rel=\"stylesheet\" href=\"http"), "{name}");
        for address in text.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if address.contains(':') {
                continue;
            }
            let (path, anchor) = address.split_once('#').unwrap_or((address, ""));
            let file = resolved(name, path);
            let target =
                files.get(&file).unwrap_or_else(|| panic!("{name}: {address} leads nowhere ({file})"));
            let heading = format!("id=\"{anchor}\"");
            assert!(
                anchor.is_empty() || String::from_utf8_lossy(target).contains(&heading),
                "{name}: {address}"
            );
            seen += 1;
        }
    }
    assert!(seen > 5_000, "{seen}");
}

/// The file that an address on a page means.
fn resolved(page: &str, address: &str) -> String {
    if address.is_empty() {
        return page.to_owned();
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    let folder = address.ends_with(['/', '.']) || path.is_empty();
    if folder { format!("{path}/index.html").trim_start_matches('/').to_owned() } else { path }
}
