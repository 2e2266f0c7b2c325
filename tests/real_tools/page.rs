//! Reads the pages of shapes: each `## name` is one shape, of files before (blocks with `title=PATH`), options of the program (`console`),
//! and what the real tools then render otherwise (`rendered`). Files above the first shape belong to all.

use std::fs;
use std::path::Path;

use crate::common::Files;

#[derive(Debug, Default)]
pub struct Shape {
    /// The page's, which is the name of the kind of tool.
    pub page: String,
    pub name: String,
    pub files: Files,
    /// What the program is called with. All of them write.
    pub options: Vec<String>,
    /// What the tool is called with, where the page has no one way: a chart, or files.
    pub with: Vec<String>,
    pub rendered: Vec<String>,
    /// Ids that must stay without a fix here, since none would be right.
    pub not_written: Vec<String>,
    /// Ids that must find nothing here: what the tools render is right.
    pub not_found: Vec<String>,
}

/// The shapes of a page, in its order.
pub fn read(page: &str) -> Vec<Shape> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real_tools");
    let text = fs::read_to_string(folder.join(page).with_extension("md")).unwrap();
    let mut shapes: Vec<Shape> = Vec::new();
    let mut all = Shape::default();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some("")) => {
                let (info, block) = open.take().unwrap();
                shapes.last_mut().unwrap_or(&mut all).block(&info, &block);
            }
            (Some((_, block)), _) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, Some(info)) => open = Some((info.to_owned(), String::new())),
            (None, None) => {
                if let Some(name) = line.strip_prefix("## ") {
                    shapes.push(Shape { page: page.into(), name: name.into(), ..Shape::default() });
                } else if let Some(ids) = line.strip_prefix("Not written: ") {
                    shapes.last_mut().unwrap().not_written = words(ids);
                } else if let Some(ids) = line.strip_prefix("Not found: ") {
                    shapes.last_mut().unwrap().not_found = words(ids);
                }
            }
        }
    }
    for shape in &mut shapes {
        for (name, text) in &all.files {
            // A shape with a folder for it has its own there.
            if !shape.files.keys().any(|own| own == name || own.rsplit('/').next() == Some(name)) {
                shape.files.insert(name.clone(), text.clone());
            }
        }
        assert!(!shape.files.is_empty() && !shape.options.is_empty(), "{page}, {}: not whole", shape.name);
        assert!(
            shape.rendered.is_empty() != (shape.not_written.is_empty() && shape.not_found.is_empty()),
            "{page}, {}: either something is rendered otherwise, or an id is not written or finds nothing",
            shape.name
        );
    }
    shapes
}

impl Shape {
    fn block(&mut self, info: &str, text: &str) {
        match info.split_once("title=") {
            Some((_, title)) => {
                assert!(self.files.insert(title.into(), text.into()).is_none(), "two files {title}");
            }
            None if info == "console" => {
                for line in text.lines() {
                    match line.split_once(' ').unwrap() {
                        ("litellm-fix", options) => self.options = words(options),
                        (_, options) => self.with = words(options),
                    }
                }
            }
            None if info == "rendered" => self.rendered = text.lines().map(str::to_owned).collect(),
            None => panic!("{}: a block {info}", self.name),
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
