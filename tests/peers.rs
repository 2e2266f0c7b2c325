//! What independent readers say: granit-parser on spans and comments, a table made once from PyYAML and Go on values.
//! `LITELLM_FIX_CORPUS` adds a folder of real files.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::ops::Range;
use std::path::{Path, PathBuf};

use granit_parser::{Event, Parser, ScalarStyle};
use litellm_fix::document::{Kind, Limits, Node, Reader, Style, Value, Yaml};

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
    files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/hostile")), &mut paths);
    assert!(paths.len() >= 10);
    match std::env::var_os("LITELLM_FIX_CORPUS") {
        Some(folder) => files(Path::new(&folder), &mut paths),
        None => println!("LITELLM_FIX_CORPUS is not set: fixtures only"),
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

#[test]
fn plain_scalars_mean_what_their_readers_say() {
    let (s, int, float) = (Value::from, |i: i64| Value::Int(i.into()), Value::Float);
    let other = |text: &str| Value::Other(text.to_owned());
    let same = |text: &'static str, value: Value| (text, value.clone(), value);
    let table = [
        same("yes", Value::Bool(true)),
        same("Off", Value::Bool(false)),
        same("TRUE", Value::Bool(true)),
        same("tRUE", s("tRUE")),
        ("y", s("y"), Value::Bool(true)),
        ("N", s("N"), Value::Bool(false)),
        same("~", Value::Null),
        same("NULL", Value::Null),
        same("nULL", s("nULL")),
        same("010", int(8)),
        same("0777", int(511)),
        ("0o10", s("0o10"), int(8)),
        ("08", s("08"), float(8.0)),
        same("0b101", int(5)),
        same("1_000", int(1000)),
        same("0x_1", int(1)),
        same("+0x1F", int(31)),
        same("-5", int(-5)),
        same("1_000.5", float(1000.5)),
        ("1e3", s("1e3"), float(1000.0)),
        ("1e+3", s("1e+3"), float(1000.0)),
        ("1.0e3", s("1.0e3"), float(1000.0)),
        same("1.0e+3", float(1000.0)),
        same("1.", float(1.0)),
        same(".5", float(0.5)),
        ("-.5", s("-.5"), float(-0.5)),
        same(".inf", float(f64::INFINITY)),
        same("-.INF", float(f64::NEG_INFINITY)),
        ("12:30", int(750), s("12:30")),
        ("12:30:00", int(45000), s("12:30:00")),
        ("190:20:30.15", float(685_230.15), s("190:20:30.15")),
        same("12:60", s("12:60")),
        ("2024-01-02", other("2024-01-02"), s("2024-01-02")),
        ("2024-1-2", s("2024-1-2"), s("2024-1-2")),
        (
            "2001-12-14t21:59:43.10-05:00",
            other("2001-12-14t21:59:43.10-05:00"),
            s("2001-12-14t21:59:43.10-05:00"),
        ),
        ("=", other("="), s("=")),
        same("1.2.3", s("1.2.3")),
        same("-", s("-")),
        same("+", s("+")),
        same(".", s(".")),
        same("..", s("..")),
        same("1-2", s("1-2")),
        same("sk-1234", s("sk-1234")),
        same("os.environ/KEY", s("os.environ/KEY")),
    ];
    for (text, python, go) in table {
        let source = format!("k: {text}\n");
        let yaml = Yaml::read(&source, &Limits::default());
        let Ok(yaml) = yaml else { continue };
        let node = yaml.root(0).unwrap().get("k").unwrap();
        if node.kind() != Kind::Scalar {
            continue;
        }
        assert_eq!(node.value(Reader::PyYaml), python, "{text} (PyYAML)");
        assert_eq!(node.value(Reader::Go), go, "{text} (Go)");
    }
}
