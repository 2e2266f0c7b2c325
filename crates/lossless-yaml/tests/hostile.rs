//! Inputs made to hurt: no panic, no stack overflow, no work without an end.

#![allow(clippy::unwrap_used, clippy::panic)]

use lossless_yaml::{Kind, Limits, Op, Path, Reader, RefusalKind, Step, Value, Yaml};

type Shape = fn(usize) -> String;

fn read(text: &str) -> Result<Yaml, RefusalKind> {
    Yaml::read(text, &Limits::default()).map_err(|refusal| refusal.kind)
}

#[test]
fn deep_nesting_is_a_limit() {
    let shapes = [
        "- ", "? ", "[", "{a: ", "{? ", "[[],", "- - ", "{a: [", "? - ", "&a [", "!t [", "\"a\": [", "- ? ",
        "[a: ",
    ];
    for shape in shapes {
        for count in [150, 1_000, 100_000] {
            let read = read(&shape.repeat(count));
            assert!(
                matches!(read, Ok(_) | Err(RefusalKind::Limit | RefusalKind::Syntax)),
                "{shape} {read:?}"
            );
            if count > 1_000 {
                assert!(read.is_err(), "{shape}");
            }
        }
    }
    let mappings: String = (0..3_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(read(&mappings).unwrap_err(), RefusalKind::Limit);
    let closed = format!("{}{}", "[".repeat(150), "]".repeat(150));
    assert!(read(&closed).is_ok());
}

#[test]
fn breaks_of_yaml_1_1_are_refused_where_readers_disagree() {
    let refused = [
        ("# note\u{2028}key: value\n", 1, 7),
        ("a: 1\nb: x\u{2028}y\n", 2, 5),
        ("a: |\n  x\u{85}  y\n", 2, 4),
        ("a: \"x\u{85}y\"\n", 1, 6),
        ("a: \"x \u{2028}y\"\n", 1, 7),
        ("a: \"x\u{2028}\n  y\"\n", 1, 6),
        ("a: \"x\\\u{2028}y\"\n", 1, 7),
        ("a: 'x\u{2029}--- y'\n", 1, 6),
        ("\"a\u{2028}b\": 1\n", 1, 3),
        ("[\"a\u{2028}b\"]: 1\n", 1, 4),
        ("a:\u{2028} b\n", 1, 3),
        ("a: 1 # x\u{2028}\u{2028}b\n", 1, 9),
    ];
    for (text, line, column) in refused {
        let refusal = Yaml::read(text, &Limits::default()).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Syntax, "{text:?}");
        assert_eq!(refusal.position, Some((line, column)), "{text:?} {refusal}");
    }
    let agreed = [
        ("a: \"x\u{2028}y\"\n", "x\u{2028}y"),
        ("a: '\u{2029}y'  # note\u{2028}\n", "\u{2029}y"),
        ("a: \"x\\Ly\"\n", "x\u{2028}y"),
        ("a: {\"b\": [\"c\u{2028}d\"]}\n# x\u{85} # y\n", ""),
    ];
    for (text, value) in agreed {
        let yaml = Yaml::read(text, &Limits::default()).unwrap();
        assert_eq!(yaml.text(), text);
        let node = yaml.root(0).unwrap().get("a").unwrap();
        if !value.is_empty() {
            assert_eq!(node.value(Reader::PyYaml), Value::from(value));
        }
    }
}

#[test]
fn limits_are_said() {
    assert_eq!(read(&"a: b\n".repeat(1_100_000)).unwrap_err(), RefusalKind::Limit);
    let small = Limits { max_nodes: 10, ..Limits::default() };
    assert_eq!(Yaml::read(&"- a\n".repeat(20), &small).unwrap_err().kind, RefusalKind::Limit);
    assert_eq!(read("a: \0\n").unwrap_err(), RefusalKind::Encoding);
    for bytes in [b"a: \xff\n".as_slice(), b"\xff\xfea\0", b"\xfe\xff\0a"] {
        assert_eq!(Yaml::from_bytes(bytes, &Limits::default()).unwrap_err().kind, RefusalKind::Encoding);
    }
    let refusal = Yaml::from_bytes(b"a: 1\nb: \xc3\xa4\xff\n", &Limits::default()).unwrap_err();
    assert_eq!(refusal.position, Some((2, 5)));
}

#[test]
fn aliases_are_not_copied() {
    let mut laughs = "a0: &a0 [x]\n".to_owned();
    for level in 1..60 {
        let below = format!("*a{}, ", level - 1).repeat(9);
        laughs.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let yaml = read(&laughs).unwrap();
    let value = yaml.root(0).unwrap().value(Reader::PyYaml);
    assert!(matches!(value, Value::Map(_)));
    let mut merges = "m0: &m0 {}\n".to_owned();
    for level in 1..60 {
        merges.push_str(&format!("m{level}: &m{level}\n  <<: [*m{0}, *m{0}]\n", level - 1));
    }
    let yaml = read(&merges).unwrap();
    let _ = yaml.root(0).unwrap().value(Reader::PyYaml);
    assert!(yaml.root(0).unwrap().get("m59").unwrap().merged("x").is_none());
    let circle = read("a: &a\n  b: *a\n  <<: *a\n").unwrap();
    let _ = circle.root(0).unwrap().value(Reader::Go);
    let chain: String = (1..5_000).map(|n| format!("c{n}: &c{n} [*c{}]\n", n - 1)).collect();
    let yaml = read(&format!("c0: &c0 1\n{chain}")).unwrap();
    let _ = yaml.root(0).unwrap().value(Reader::PyYaml);
}

#[test]
fn many_of_one_thing_are_read_and_edited() {
    let shapes: [(&str, Shape); 12] = [
        ("keys", |n| (0..n).map(|i| format!("k{i}: v\n")).collect()),
        ("same key", |n| "k: v\n".repeat(n)),
        ("comments", |n| "a: 1\n".to_owned() + &"# comment\n".repeat(n)),
        ("deep comments", |n| "a:\n  b:\n    - 1\n".to_owned() + &"      # comment\n".repeat(n)),
        ("comments in a list", |n| "- a # c\n# d\n".repeat(n)),
        ("brackets", |n| format!("[{}]", "a, ".repeat(n))),
        ("pairs", |n| format!("{{{}}}", "a: b, ".repeat(n))),
        ("one long line", |n| format!("a: \"{}\"\n", "x ".repeat(n))),
        ("plain lines", |n| "a: b\n".to_owned() + &"  word\n".repeat(n)),
        ("literal", |n| "a: |\n".to_owned() + &"  word\n\n".repeat(n)),
        ("documents", |n| "---\na: 1\n".repeat(n)),
        ("lines in brackets at the margin", |n| format!("a: [\n{}]\n", "b,\n".repeat(n))),
    ];
    for (name, shape) in shapes {
        let text = shape(20_000);
        let yaml = read(&text).unwrap();
        assert!(yaml.comments().count() <= text.len(), "{name}");
        let root = yaml.root(0).unwrap();
        let found = |key: &str| key.is_empty() || root.get(key).is_some();
        assert!(root.entries().all(|(key, _)| found(&key.text())), "{name}");
        let op = Op::Set { at: Path::root(), key: "new_key".to_owned(), value: Value::Int(1) };
        let edited = yaml.apply(0, &op);
        assert_eq!(edited.is_ok(), root.kind() == Kind::Mapping, "{name}: {edited:?}");
    }
}

#[test]
fn cut_texts_never_panic() {
    let text = "a: &x {b: [1, 'q', \"d\\n\"], ? e : *x}\nc: |2-\n    t\n# z\nd: !t >+\n  f\n\n- : ünï\r\n---\n? [a]\n: b\n...\n%YAML 1.2\n---\nx";
    for (at, _) in text.char_indices() {
        let _ = read(&text[..at]);
        let _ = read(&text[at..]);
        for cut in [1, 3, 7] {
            if let Some(rest) = text.get(at + cut..) {
                let _ = read(&format!("{}{rest}", &text[..at]));
            }
        }
    }
}

#[test]
fn refusals_name_the_bytes() {
    let text = "\u{feff}ä: 1\r\nb: [1\r\nc: 2\r\n";
    let refusal = Yaml::read(text, &Limits::default()).unwrap_err();
    let (line, column) = refusal.position.unwrap();
    let span = refusal.span.unwrap();
    let before = &text[..span.start];
    assert_eq!(before.matches('\n').count() + 1, line);
    assert_eq!(
        before.rsplit('\n').next().unwrap().trim_start_matches('\u{feff}').chars().count() + 1,
        column
    );
    let refusal = Yaml::from_bytes(b"a: 1\nb: \xc3\xa4\xff\n", &Limits::default()).unwrap_err();
    assert_eq!(refusal.span, Some(10..11));
    let env = lossless_yaml::Dotenv::read("A=1\nB=\"x\n", &Limits::default()).unwrap_err();
    assert_eq!((env.position, env.span), (Some((2, 3)), Some(6..6)));
}

#[test]
fn a_tab_that_indents_is_named() {
    let cases = [
        ("a:\n\tb: 1\n", (2, 1), 3..4),
        ("a:\n\tb: 1\n\tc: 2\n", (2, 1), 3..4),
        ("a:\r\n  b: 1\r\n\tc: 1\r\n", (3, 1), 12..13),
        ("a:\n  - x\n\t- y\n", (3, 1), 9..10),
        ("a:\n  b:\n  \tc: 1\n  \td: 2\n", (3, 3), 10..11),
        ("a: x\n\ty\n", (2, 1), 5..6),
        ("a: |\n\tx\n", (2, 1), 5..6),
        ("\u{feff}ä:\n\t# c\n\tb: 1\n", (3, 1), 12..13),
    ];
    for (text, position, span) in cases {
        let refusal = Yaml::read(text, &Limits::default()).unwrap_err();
        assert!(refusal.reason.ends_with("indent with spaces"), "{text:?}: {refusal}");
        assert_eq!((refusal.kind, refusal.position), (RefusalKind::Syntax, Some(position)), "{text:?}");
        assert_eq!(refusal.span, Some(span), "{text:?}");
    }
    // Not what is wrong here.
    for text in ["a: 1\n\tb: 2\n", "x: [1,\n\t2\ny: 3\n", "a: 'x\n\ty' z\n"] {
        let refusal = Yaml::read(text, &Limits::default()).unwrap_err();
        assert!(!refusal.reason.contains("tab"), "{text:?}: {refusal}");
    }
}

#[test]
fn refusals_in_an_embedded_text_tell_the_whole_path() {
    let yaml = read("data:\n  app.yaml: |\n    log: {level: info}\n    list: [1]\n").unwrap();
    let inside = Path::keys(["data", "app.yaml"]).child(Step::Inside);
    let refused = |op: &Op| yaml.apply(0, op).unwrap_err().to_string();
    assert_eq!(
        refused(&Op::Remove { at: inside.child("log").child("size"), comments: false }),
        "there is no data[\"app.yaml\"] > log.size (line 3, column 10)"
    );
    assert_eq!(
        refused(&Op::Append { at: inside.child("log"), value: 1.into() }),
        "data[\"app.yaml\"] > log is not a list (line 3, column 10)"
    );
    assert_eq!(
        refused(&Op::Add { at: inside.child("log"), key: "level".into(), value: 1.into() }),
        "data[\"app.yaml\"] > log.level exists already (line 3, column 11)"
    );
}
