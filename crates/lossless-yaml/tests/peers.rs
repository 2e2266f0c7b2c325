//! What independent readers say: granit-parser on spans and comments, a table made from PyYAML and Go on values.
//! `LOSSLESS_YAML_CORPUS` adds a folder of real files.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::ops::Range;
use std::path::{Path, PathBuf};

use granit_parser::{Event, Parser, ScalarStyle};
use lossless_yaml::{Kind, Limits, Node, Op, Reader, Style, Value, Yaml};

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            files(&path, out);
        } else if path.extension().is_some_and(|ext| ext == "yaml" || ext == "yml") {
            out.push(path);
        }
    }
}

/// Spans of aliases, plain and quoted scalars, in text order.
fn spans(node: Node<'_>, out: &mut Vec<Range<usize>>) {
    match (node.kind(), node.style()) {
        (Kind::Mapping | Kind::Sequence, _) => {
            for (key, value) in node.entries() {
                spans(key, out);
                spans(value, out);
            }
            node.items().for_each(|item| spans(item, out));
        }
        // Of block scalars granit gives the content, not the header.
        (_, Style::Empty | Style::Literal | Style::Folded) => {}
        _ => out.push(node.span()),
    }
}

#[test]
fn spans_and_comments_are_those_of_an_independent_parser() {
    let mut paths = Vec::new();
    files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files")), &mut paths);
    assert!(paths.len() >= 10);
    match std::env::var_os("LOSSLESS_YAML_CORPUS") {
        Some(folder) => files(Path::new(&folder), &mut paths),
        None => println!("LOSSLESS_YAML_CORPUS is not set: fixtures only"),
    }
    let mut compared = 0;
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let theirs: Result<Vec<_>, _> = Parser::new_from_str(&text[bom..]).collect();
        let (Ok(theirs), Ok(yaml)) = (theirs, Yaml::read(&text, &Limits::default())) else { continue };
        compared += 1;
        let (mut their_spans, mut their_comments) = (Vec::new(), Vec::new());
        for (event, span) in theirs {
            let range = span.byte_range().unwrap();
            let range = range.start + bom..range.end + bom;
            match event {
                Event::Comment(..) => their_comments.push(range.start),
                Event::Alias(_) => their_spans.push(range),
                Event::Scalar(..) if range.is_empty() => {}
                Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => {}
                Event::Scalar(..) => their_spans.push(range),
                _ => {}
            }
        }
        let mut our_spans = Vec::new();
        (0..yaml.documents()).filter_map(|doc| yaml.root(doc)).for_each(|root| spans(root, &mut our_spans));
        let our_comments: Vec<_> = yaml.comments().map(|comment| comment.offset).collect();
        assert_eq!(our_comments, their_comments, "{}", path.display());
        assert_eq!(our_spans, their_spans, "{}", path.display());
    }
    println!("{compared} files compared");
    assert!(compared >= 10);
}

/// Made from PyYAML, Go and the specification by `resolve/generate.py`.
const TABLE: &str = include_str!("resolve/table.tsv");

/// The scalar, PyYAML's reading, Go's, and whether the core schema of YAML 1.2 has a string.
fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str, bool)> {
    TABLE.lines().filter(|line| !line.starts_with("# ")).map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        let [text, python, go, core] = columns[..] else { panic!("{line}") };
        (text, python, go, core == "str")
    })
}

fn is_number(value: &Value, number: &str) -> bool {
    let number: f64 = number.parse().unwrap();
    match value {
        Value::Int(int) => *int as f64 == number,
        Value::Float(float) => *float == number || (float.is_nan() && number.is_nan()),
        _ => false,
    }
}

/// Whether a value is the one that a reader shows.
fn is_shown(value: &Value, text: &str, shown: &str) -> bool {
    match shown.split_once(' ').unwrap_or((shown, "")) {
        ("null", _) => *value == Value::Null,
        ("str", _) => *value == Value::from(text),
        ("bool", bool) => *value == Value::Bool(bool == "true"),
        ("int", int) => *value == Value::Int(int.parse().unwrap()),
        ("float", float) => matches!(value, Value::Float(_)) && is_number(value, float),
        ("number", number) => is_number(value, number),
        // JSON, which Go makes of YAML, has no infinity.
        ("error", _) => {
            matches!(value, Value::Other(_)) || matches!(value, Value::Float(f) if !f.is_finite())
        }
        ("other", _) => *value == Value::Other(text.to_owned()),
        _ => panic!("{shown}"),
    }
}

#[test]
fn plain_scalars_mean_what_their_readers_say() {
    let mut wrong = Vec::new();
    for (text, python, go, _) in rows() {
        let yaml = Yaml::read(&format!("k: {text}\n"), &Limits::default()).unwrap();
        let node = yaml.root(0).unwrap().get("k").unwrap();
        for (reader, shown) in [(Reader::PyYaml, python), (Reader::Go, go)] {
            let value = node.value(reader);
            if !is_shown(&value, text, shown) {
                wrong.push(format!("{text}: {reader:?} reads {shown}, here {value:?}"));
            }
        }
    }
    assert!(rows().count() > 200);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn strings_are_written_bare_only_where_all_readers_have_a_string() {
    let yaml = Yaml::read("", &Limits::default()).unwrap();
    for (text, python, go, core) in rows() {
        let op = Op::Set { at: lossless_yaml::Path::root(), key: "k".into(), value: Value::from(text) };
        let written = yaml.apply(0, &op).unwrap().yaml.text().to_owned();
        let bare = written == format!("k: {text}\n");
        // `...` ends a document where it starts a line.
        let string = core && python == "str" && go == "str" && text != "...";
        assert_eq!(bare, string, "{text}: {written}");
    }
}
