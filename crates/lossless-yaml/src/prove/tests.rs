//! Edits that were tampered with: each kind is rejected, and by which check.

use crate::apply::run::finish;
use crate::edit;
use crate::edit::plan::Plan;
use crate::operation::intent::{Intent, Want};
use crate::prove::claim::{Announced, Claim};
use crate::{Limits, Op, Path, Refusal, RefusalKind, TextEdit, Value, Yaml, apply_edits};

const TEXT: &str = "# a head\n\n# about a\na: 1  # one\nlist:\n  - x\n  # about y\n  - 'y'\n\nm: &m\n  k: v\n  # closing\nn: *m\nlit: |\n  text\n  more\nflow: {a: 1, b: [x, y]}\ns:\n  old: 1\n  stay: 2\n---\nsecond: doc  # two\n";

fn plan_of<'a>(yaml: &'a Yaml, op: &Op) -> (Plan, Intent<'a>) {
    let mut intent = Intent::new(&yaml.inner, yaml.inner.tree.docs[0].root);
    let plan = edit::plan(&yaml.inner, 0, op, &mut intent).unwrap();
    (plan, intent)
}

fn ops() -> [Op; 7] {
    let s = Path::keys(["s"]);
    [
        Op::Set { at: s.clone(), key: "new".into(), value: Value::Int(1) },
        Op::Set { at: s.clone(), key: "old".into(), value: Value::Int(9) },
        Op::Remove { at: s.child("old"), comments: true },
        Op::Rename { at: s.child("old"), to: "young".into() },
        Op::Move { from: s.child("old"), to: Path::root() },
        Op::Append { at: Path::keys(["flow", "b"]), value: Value::from("z") },
        Op::Comment { at: s.child("old"), text: "why".into() },
    ]
}

/// What the proof says to a plan with one more replacement in the text.
fn tampered(op: &Op, from: &str, to: &str) -> Result<(), RefusalKind> {
    let yaml = Yaml::read(TEXT, &Limits::default()).unwrap();
    let (mut plan, intent) = plan_of(&yaml, op);
    let at = TEXT.find(from).unwrap_or_else(|| panic!("{from}"));
    // As small as it can be, so that it overlaps with nothing.
    let head = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
    plan.edits.push(TextEdit::new(at + head..at + from.len(), &to[head..]));
    finish(&yaml, 0, plan, intent).map(drop).map_err(|refusal| refusal.kind)
}

#[test]
fn what_is_not_tampered_with_is_proven() {
    let yaml = Yaml::read(TEXT, &Limits::default()).unwrap();
    for op in ops() {
        let (plan, intent) = plan_of(&yaml, &op);
        finish(&yaml, 0, plan, intent).unwrap_or_else(|refusal| panic!("{op:?}: {refusal}"));
    }
}

#[test]
fn every_change_elsewhere_is_rejected() {
    let changes = [
        ("another value", "k: v", "k: w"),
        ("another name", "n: *m", "o: *m"),
        ("quotes that go", "- 'y'", "- y"),
        ("quotes that come", "- x", "- 'x'"),
        ("other quotes", "- 'y'", "- \"y\""),
        ("a comment that goes", "a: 1  # one", "a: 1"),
        ("a line of comment that goes", "  # about y\n", ""),
        ("a comment that reads otherwise", "# about y", "# about z"),
        ("a comment that moves", "  # about y\n  - 'y'\n", "  - 'y'\n  # about y\n"),
        ("a comment with a line of its own", "a: 1  # one", "a: 1\n# one"),
        ("a comment nearer to its value", "a: 1  # one", "a: 1 # one"),
        ("a comment further in", "  # about y", "    # about y"),
        ("a comment that is made up", "k: v", "k: v # new"),
        ("a list further in", "  - x\n  # about y\n  - 'y'", "    - x\n    # about y\n    - 'y'"),
        ("a list further out", "  - x\n  # about y\n  - 'y'", "- x\n# about y\n- 'y'"),
        ("a section further in", "  k: v\n  # closing", "   k: v\n   # closing"),
        ("a text further in", "  text\n  more", "    text\n    more"),
        ("one more blank", "a: 1", "a:  1"),
        ("a blank at an end", "k: v\n", "k: v \n"),
        ("a blank line less", "# a head\n\n", "# a head\n"),
        ("a blank line more", "lit: |", "\nlit: |"),
        ("blanks in brackets", "{a: 1,", "{ a: 1,"),
        ("a list in lines", "flow: {a: 1", "flow: {\"a\": 1"),
        ("a text folded", "lit: |", "lit: >"),
        ("a text without its end", "lit: |", "lit: |-"),
        (
            "an anchor with another name",
            "m: &m\n  k: v\n  # closing\nn: *m",
            "m: &o\n  k: v\n  # closing\nn: *o",
        ),
        ("an anchor that goes", "m: &m\n  k: v\n  # closing\nn: *m", "m:\n  k: v\n  # closing\nn: {k: v}"),
        ("an alias spelt out", "n: *m", "n: {k: v}"),
        ("a tag", "k: v", "k: !!str v"),
        ("entries in another order", "lit: |\n  text\n  more\nflow", "x: 0\nlit: |\n  text\n  more\nflow"),
        ("an entry that goes", "n: *m\n", ""),
        ("an item that goes", "  - x\n", ""),
        ("an item that comes", "  - x\n", "  - x\n  - w\n"),
        ("a document that goes", "---\nsecond: doc  # two\n", ""),
        ("a document that comes", "---\nsecond", "---\nthird: 3\n---\nsecond"),
        ("a document joined", "---\nsecond", "second"),
        ("another document", "second: doc", "second: dog"),
        ("an entry in another document", "second: doc", "new: 1\nsecond: doc"),
        ("blanks in another document", "second: doc", "second:   doc"),
        ("a comment of another document", "# two", "# three"),
        ("blanks behind a marker", "---\nsecond", "--- \nsecond"),
        ("a blank before a first item", "[x, y]", "[ x, y]"),
        ("the last line break", "# two\n", "# two"),
        ("a line break of another kind", "n: *m\n", "n: *m\r\n"),
        ("a mark of the byte order", "# a head", "\u{feff}# a head"),
    ];
    let mut passed = Vec::new();
    for (what, from, to) in changes {
        for op in ops() {
            match tampered(&op, from, to) {
                Err(RefusalKind::Proof(_)) => {}
                other => passed.push(format!("{what}, {op:?}: {other:?}")),
            }
        }
    }
    assert!(passed.is_empty(), "{} pass:\n{}", passed.len(), passed.join("\n"));
}

#[test]
fn another_edit_than_the_intended_one_is_rejected() {
    let yaml = Yaml::read(TEXT, &Limits::default()).unwrap();
    let mut passed = Vec::new();
    for op in ops() {
        let made = plan_of(&yaml, &op).0.edits;
        let right = apply_edits(TEXT, &made).unwrap();
        for at in 0..made.len() {
            let shifted = |by: isize| {
                let mut edit = made[at].clone();
                edit.span.start = edit.span.start.saturating_add_signed(by);
                edit.span.end = edit.span.end.saturating_add_signed(by);
                edit
            };
            let written = |text: String| TextEdit::new(made[at].span.clone(), text);
            let text = &made[at].replacement;
            let wrong = [
                None,
                Some(shifted(1)),
                Some(shifted(-1)),
                Some(shifted(-(made[at].span.start as isize))),
                Some(written(text.replace(['1', '9', 'z'], "7"))),
                Some(written(text.replace(['1', '9', 'z'], "'7'"))),
                Some(written(text.replace("new", "neu").replace("young", "jung").replace("why", "what"))),
                Some(written(text.repeat(2))),
                Some(written(format!("{text}# more\n"))),
                Some(written(String::new())),
                Some(TextEdit::new(made[at].span.start..made[at].span.end + 9, text.clone())),
            ];
            for wrong in wrong.into_iter().filter(|wrong| wrong.as_ref() != Some(&made[at])) {
                let (mut plan, intent) = plan_of(&yaml, &op);
                plan.edits.remove(at);
                plan.edits.extend(wrong.clone());
                let result = finish(&yaml, 0, plan, intent);
                // Another line break of two that are alike makes no difference.
                if result.as_ref().is_ok_and(|applied| applied.yaml.text() == right) {
                    continue;
                }
                if !matches!(&result, Err(refusal) if matches!(refusal.kind, RefusalKind::Proof(_))) {
                    let text = result.map(|applied| applied.yaml.text().to_owned());
                    passed.push(format!("{op:?}: {made:?} as {wrong:?}: {text:?}"));
                }
            }
        }
    }
    assert!(passed.is_empty(), "{} pass:\n{}", passed.len(), passed.join("\n"));
}

/// What the proof says where a new entry comes in as this text at the end.
fn added_at_the_end(text: &str, new: &str) -> Result<(), RefusalKind> {
    let yaml = Yaml::read(text, &Limits::default()).unwrap();
    let op = Op::Set { at: Path::root(), key: "new".into(), value: Value::Int(1) };
    let (mut plan, intent) = plan_of(&yaml, &op);
    plan.edits = vec![TextEdit::new(text.len()..text.len(), new)];
    finish(&yaml, 0, plan, intent).map(drop).map_err(|refusal| refusal.kind)
}

#[test]
fn a_closing_remark_is_set_off_from_what_comes_in_below_it() {
    let text = "a: 1\nb: 2\n# closing\n";
    assert_eq!(added_at_the_end(text, "\nnew: 1\n"), Ok(()));
    assert_eq!(added_at_the_end(text, "   \nnew: 1\n"), Ok(()));
    assert_eq!(added_at_the_end(text, "new: 1\n"), Err(RefusalKind::Proof("comments")));
    // The blank line above it does not set it off from what is below.
    assert_eq!(added_at_the_end("a: 1\n\n# closing\n", "new: 1\n"), Err(RefusalKind::Proof("comments")));
    assert_eq!(
        added_at_the_end("a: 1\n\n# one\n\n# closing\n", "new: 1\n\n"),
        Err(RefusalKind::Proof("comments"))
    );
    let many = format!("a: 1\n{}", "# closing\n".repeat(3));
    assert_eq!(added_at_the_end(&many, "\nnew: 1\n"), Ok(()));
    // Of a collection further in it would become one of the root.
    let inner = "a: 1\nb:\n  c: 2\n  # of b\n";
    assert_eq!(added_at_the_end(inner, "new: 1\n"), Ok(()));
}

#[test]
fn numbers_are_the_same_however_they_are_spelt() {
    let float = |number: f64| Value::Float(number);
    assert!(crate::model::value::same_value(&float(f64::NAN), &float(f64::NAN)));
    assert!(
        !crate::model::value::same_value(&float(f64::NAN), &float(1.0))
            && !crate::model::value::same_value(&float(1.0), &float(f64::NAN))
    );
    let map = |key: &str, value: f64| Value::Map(vec![(key.into(), Value::Seq(vec![float(value)]))]);
    assert!(crate::model::value::same_value(&map("a", 1.0), &map("a", 1.0)));
    assert!(crate::model::value::same_value(&map("a", f64::NAN), &map("a", f64::NAN)));
    for other in [map("b", 1.0), map("a", 2.0), Value::Map(Vec::new())] {
        assert!(!crate::model::value::same_value(&map("a", 1.0), &other), "{other:?}");
    }
}

#[test]
fn what_is_empty_is_proven_too() {
    let comment = |at: &str| Op::Comment {
        at: Path::keys(at.split('.').filter(|key| !key.is_empty())),
        text: "why".into(),
    };
    let set = |at: &str| Op::Set { at: Path::keys([at]), key: "new".into(), value: Value::Int(1) };
    for (text, op, after) in [
        ("", comment(""), "# why\n"),
        ("# x\n", comment(""), "# why\n# x\n"),
        (
            "a: 1\n---\n",
            Op::Set { at: Path::root(), key: "b".into(), value: Value::Int(1) },
            "a: 1\nb: 1\n---\n",
        ),
        ("x: {\n  # c\n}\n", set("x"), "x: {\n  # c\n  new: 1\n}\n"),
        ("x: {} # c\n", set("x"), "x: # c\n  new: 1\n"),
    ] {
        let yaml = Yaml::read(text, &Limits::default()).unwrap();
        let made = yaml.apply(0, &op).unwrap_or_else(|refusal| panic!("{text:?}: {refusal}"));
        assert_eq!(made.yaml.text(), after);
    }
}

#[test]
fn a_comment_of_the_file_does_not_leave_with_its_first_entry() {
    for (text, may) in [("# licence\na: 1\nb: 2\n", false), ("# about a\na: 1\nb: 2\n", true)] {
        let yaml = Yaml::read(text, &Limits::default()).unwrap();
        let (mut plan, intent) = plan_of(&yaml, &Op::Remove { at: Path::keys(["a"]), comments: false });
        plan.edits = vec![TextEdit::new(0..text.find("b:").unwrap(), "")];
        plan.announced.gone = vec![0];
        let result = finish(&yaml, 0, plan, intent).map(drop).map_err(|refusal| refusal.kind);
        assert_eq!(result, if may { Ok(()) } else { Err(RefusalKind::Proof("comments")) }, "{text}");
    }
}

#[test]
fn a_comment_does_not_change_its_kind_of_line() {
    // Where nothing else of the line says so: the comment of a removed neighbour.
    let text = "a:\n  b: 1\n  c: 2 # c\n";
    let yaml = Yaml::read(text, &Limits::default()).unwrap();
    let (mut plan, intent) =
        plan_of(&yaml, &Op::Set { at: Path::keys(["a"]), key: "c".into(), value: Value::Int(3) });
    plan.edits = vec![TextEdit::new(text.find("2 #").unwrap()..text.find("# c").unwrap(), "3\n  ")];
    let refusal = finish(&yaml, 0, plan, intent).map(drop).map_err(|refusal| refusal.kind);
    assert_eq!(refusal, Err(RefusalKind::Proof("comments")));
}

#[test]
fn a_new_comment_stands_above_what_it_is_for() {
    let text = "l:\n  - a: 1\n    b: 2\nm:\n  c: 3\n";
    for (at, line, may) in [
        (Path::keys(["l"]).child(0).child("b"), "    b: 2", true),
        (Path::keys(["l"]).child(0).child("b"), "  - a: 1", false),
        (Path::keys(["l"]).child(0).child("a"), "  - a: 1", true),
        (Path::keys(["l"]).child(0), "  - a: 1", true),
        (Path::keys(["l"]).child(0), "l:", false),
        (Path::keys(["m", "c"]), "m:", false),
        (Path::keys(["m", "c"]), "  c: 3", true),
        (Path::keys(["m"]), "  c: 3", false),
    ] {
        let yaml = Yaml::read(text, &Limits::default()).unwrap();
        let (mut plan, intent) = plan_of(&yaml, &Op::Comment { at: at.clone(), text: "why".into() });
        let column = line.len() - line.trim_start().len();
        let start = text.find(line).unwrap();
        plan.edits = vec![TextEdit::new(start..start, format!("{:column$}# why\n", ""))];
        let result = finish(&yaml, 0, plan, intent).map(drop).map_err(|refusal| refusal.kind);
        assert_eq!(
            result,
            if may { Ok(()) } else { Err(RefusalKind::Proof("lines-outside")) },
            "{at} {line}"
        );
    }
}

/// The edit that makes the first `from` of a text `to`, as small as it can be.
fn edit_of(text: &str, from: &str, to: &str) -> TextEdit {
    let at = text.find(from).unwrap_or_else(|| panic!("{from}"));
    let head = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
    let tails = from[head..].bytes().rev().zip(to[head..].bytes().rev());
    let tail = tails.take_while(|(a, b)| a == b).count();
    TextEdit::new(at + head..at + from.len() - tail, &to[head..to.len() - tail])
}

/// The name of the check that refuses.
fn check(refusal: Refusal) -> &'static str {
    match refusal.kind {
        RefusalKind::Proof(check) => check,
        _ => panic!("{refusal}"),
    }
}

/// What the proof says where these edits are made for an operation, not those of its plan.
fn instead(text: &str, op: &Op, edits: &[(&str, &str)]) -> Result<(), &'static str> {
    let yaml = Yaml::read(text, &Limits::default()).unwrap();
    let (mut plan, intent) = plan_of(&yaml, op);
    plan.edits = edits.iter().map(|(from, to)| edit_of(text, from, to)).collect();
    finish(&yaml, 0, plan, intent).map(drop).map_err(check)
}

/// What the proof says of two texts and the documents of the first that are meant to stay.
fn kept(before: &str, after: &str, same: &[bool]) -> Result<(), &'static str> {
    let read = |text: &str| Yaml::read(text, &Limits::default()).unwrap();
    let edits = [edit_of(before, before, after)];
    let (before, after) = (read(before), read(after));
    let root = |at: usize| before.inner.tree.docs.get(at).map_or(0, |doc| doc.root);
    let roots: Vec<_> = (0..same.len()).map(|at| same[at].then(|| Want::Same(root(at)))).collect();
    let announced = Announced::default();
    let claim = Claim {
        before: &before.inner,
        after: &after.inner,
        edits: &edits,
        roots: &roots,
        announced: &announced,
    };
    crate::prove::prove(&claim).map_err(check)
}

fn set(at: &str, key: &str, value: impl Into<Value>) -> Op {
    let at = Path::keys(at.split('.').filter(|key| !key.is_empty()));
    Op::Set { at, key: key.into(), value: value.into() }
}

#[test]
fn there_are_as_many_documents_as_before_and_as_intended() {
    let (one, two) = ("a: 1\n", "a: 1\n---\nb: 2\n");
    assert_eq!(kept(one, one, &[true]), Ok(()));
    assert_eq!(kept(two, two, &[true, true]), Ok(()));
    assert_eq!(kept(one, two, &[true]), Err("tree"));
    assert_eq!(kept(one, two, &[true, true]), Err("tree"));
    assert_eq!(kept(two, two, &[true]), Err("tree"));
    // Content comes or goes.
    assert_eq!(kept("# c\n", "# c\na: 1\n", &[false]), Err("tree"));
    assert_eq!(kept("# c\na: 1\n", "# c\n", &[true]), Err("tree"));
    assert_eq!(kept("# c\n\n", "# c\n", &[false]), Err("lines-outside"));
    assert_eq!(kept("# c\n", "# c\n", &[false]), Ok(()));
}

#[test]
fn the_markers_of_documents_stay() {
    let op = set("", "a", 2);
    for (text, from, to) in [
        ("a: 1\n", "a: 1", "---\na: 2"),
        ("---\na: 1\n", "---\na: 1", "a: 2"),
        ("a: 1\n", "1\n", "2\n...\n"),
        ("a: 1\n...\n", "1\n...\n", "2\n"),
    ] {
        assert_eq!(instead(text, &op, &[(from, to)]), Err("line-breaks"), "{text} {to}");
        assert_eq!(instead(text, &op, &[("1", "2")]), Ok(()), "{text}");
    }
}

#[test]
fn new_data_has_no_properties_of_its_own() {
    let text = "a: 1\nb: 2\n";
    for (value, written, expected) in [
        (Value::Int(3), "3", Ok(())),
        (Value::Int(3), "&n 3", Err("tree")),
        (Value::Int(3), "!!int 3", Err("tree")),
        (Value::from("v"), "!!str v", Ok(())),
        (Value::from("v"), "! v", Err("tree")),
        (Value::from("v"), "!<tag:yaml.org,2002:str> v", Err("tree")),
        (Value::from("3"), "3", Err("tree")),
    ] {
        let made = instead(text, &set("", "a", value), &[("a: 1", &format!("a: {written}"))]);
        assert_eq!(made, expected, "{written}");
    }
}

#[test]
fn the_last_entry_is_compared_like_the_others() {
    for (last, other, refused) in [
        ("f: [k, v]", "f: {k: v}", "tree"),
        ("f: 'y'", "f: y", "tree"),
        ("f: y", "f: 'y'", "tree"),
        ("f: y", "f: z", "tree"),
        ("f: y", "f: &n y", "tree"),
        ("f: y", "f: !!str y", "tree"),
        ("f: &n y", "f: y", "tree"),
        // The text is another one below a key further in.
        ("f:\n  k: |2\n      y", "f:\n    k: |2\n      y", "tree"),
        ("f: [k, v]", "f: [k,  v]", "lines-outside"),
        ("f: y", "f:  y", "lines-outside"),
        ("f:\n  k: v\n  l: w", "f:\n    k: v\n    l: w", "lines-outside"),
        ("f:\n  - v\n  - w", "f:\n- v\n- w", "lines-outside"),
        ("f:\n  k: v\n\n  l: w", "f:\n  k: v\n  l: w", "lines-outside"),
        ("f: |\n  y\n  z", "f: |\n   y\n   z", "lines-outside"),
        ("f: |\n  y", "f: |2\n  y", "lines-outside"),
        ("f: |\n  y", "f:  |\n  y", "lines-outside"),
        ("f:\n  k:  1\n  t: |\n    y", "f:\n  k: 1 \n  t: |\n    y", "lines-outside"),
        ("f: |  # c\n  y", "f: |   # c\n  y", "lines-outside"),
        ("f:\n  k: |\n    y", "f:\n   k: |\n    y", "lines-outside"),
        ("f: \"y\\\n  z\"", "f: \"y\\\n   z\"", "lines-outside"),
    ] {
        for end in ["", "\n", "\n\n"] {
            let (last, other) = (format!("{last}{end}"), format!("{other}{end}"));
            let text = format!("a: 1\n{last}");
            let op = set("", "a", 2);
            assert_eq!(instead(&text, &op, &[("1", "2")]), Ok(()), "{text}");
            let made = instead(&text, &op, &[("1", "2"), (&last, &other)]);
            assert_eq!(made, Err(refused), "{last:?} as {other:?}");
        }
    }
}

#[test]
fn a_block_scalar_that_ends_the_text_may_state_its_end() {
    let (text, op) = ("t: |\n  y\n  z", set("", "new", 1));
    let add = |header: &str, body: &str| {
        instead(text, &op, &[("|", header), ("y\n  z", &format!("{body}\nnew: 1"))])
    };
    assert_eq!(add("|-", "y\n  z"), Ok(()));
    assert_eq!(add("|", "y\n  z"), Err("tree"));
    assert_eq!(add("|-", "y\n\n  z"), Err("tree"));
    // Only that one, and only its end; what stands before it is compared for itself.
    let set_a = set("", "a", 2);
    let text = "b: 0\na: 1\nt: |\n  y";
    assert_eq!(instead(text, &set_a, &[("1", "2")]), Ok(()));
    assert_eq!(instead(text, &set_a, &[("1", "2"), ("|", "|+")]), Err("lines-outside"));
    for text in ["a: 1\nt: |\n  y\nf: 1", "a: 1\nt: |\n  y\n"] {
        assert_eq!(instead(text, &set_a, &[("1", "2"), ("|", "|+")]), Err("lines-outside"));
    }
    assert_eq!(add("|2-", "y\n  z"), Err("lines-outside"));
    assert_eq!(add("|- ", "y\n  z"), Err("lines-outside"));
}

#[test]
fn a_comment_stays_with_its_owner() {
    assert_eq!(tampered(&ops()[0], "# about y", "# about z"), Err(RefusalKind::Proof("comments")));
    // An entry with another name stands above the comment that stood above it.
    let rename = Op::Rename { at: Path::keys(["a"]), to: "z".into() };
    let edits = [("# c", "z: 1\n# c"), ("# c\na: 1\n", "# c\n")];
    assert_eq!(instead("x: 0\n# c\na: 1\nb: 2\n", &rename, &edits), Err("comments"));
    // A closing remark of the root to above an entry of a collection in it, a blank line between.
    let edits = [("# closing\n", "# closing\n\n  new: 1\n")];
    assert_eq!(instead("a:\n  b: 1\n# closing\n", &set("a", "new", 1), &edits), Err("comments"));
}

#[test]
fn a_comment_stands_before_another_entry_only_where_its_own_left() {
    let text = "# licence\nold: 1\nstay: 2\nto:\n  x: 1\n";
    let op = Op::Move { from: Path::keys(["old"]), to: Path::keys(["to"]) };
    for announced in [true, false] {
        let yaml = Yaml::read(text, &Limits::default()).unwrap();
        let (mut plan, intent) = plan_of(&yaml, &op);
        plan.announced.left = plan.announced.left.filter(|_| announced);
        let made = finish(&yaml, 0, plan, intent).map(drop).map_err(check);
        assert_eq!(made, if announced { Ok(()) } else { Err("comments") });
    }
}

#[test]
fn line_breaks_are_of_the_kinds_that_were_there() {
    let op = set("", "new", 1);
    for (text, last, new, expected) in [
        ("a: 1\n", "1\n", "1\nnew: 1\n", Ok(())),
        ("a: 1\n", "1\n", "1\nnew: 1", Err("line-breaks")),
        ("a: 1", "1", "1\nnew: 1", Ok(())),
        ("a: 1", "1", "1\nnew: 1\n", Err("line-breaks")),
        ("a: 1\r", "1\r", "1\rnew: 1", Err("line-breaks")),
        ("a: 1\n", "1\n", "1\nnew: 1\r\n", Err("line-breaks")),
        ("a: 1\r\n", "1\r\n", "1\r\nnew: 1\r\n", Ok(())),
        ("a: 1\r\n", "1\r\n", "1\r\nnew: 1\n", Err("line-breaks")),
        ("b: 2\na: 1\r\n", "1\r\n", "1\r\nnew: 1\n", Ok(())),
        ("b: 2\na: 1\r\n", "1\r\n", "1\r\nnew: 1\r\n", Ok(())),
        ("\nb: 2\r\n", "2\r\n", "2\r\nnew: 1\n", Ok(())),
    ] {
        assert_eq!(instead(text, &op, &[(last, new)]), expected, "{text:?} {new:?}");
    }
    // A block scalar that comes to stand last keeps the break that is part of it; one without such a break does not get it.
    let remove = Op::Remove { at: Path::keys(["b"]), comments: true };
    for (text, rest, expected) in [
        ("t: |\n  x\nb: 1", "t: |\n  x\n", Ok(())),
        ("t: |-\n  x\nb: 1", "t: |-\n  x\n", Err("line-breaks")),
        ("t: |-\n  x\nb: 1\n", "t: |-\n  x", Err("line-breaks")),
    ] {
        assert_eq!(instead(text, &remove, &[(text, rest)]), expected, "{text:?} {rest:?}");
    }
}

#[test]
fn what_stands_above_a_first_item_stays() {
    let append = |at: &str| Op::Append { at: Path::keys([at]), value: Value::from("z") };
    let text = "l:\n  - x\nf: [x]\n";
    for (list, from, to, item) in
        [("l", "l:\n", "l: \n", ("x\n", "x\n  - z\n")), ("f", "[x", "[ x", ("x]", "x, z]"))]
    {
        assert_eq!(instead(text, &append(list), &[item]), Ok(()));
        assert_eq!(instead(text, &append(list), &[(from, to), item]), Err("lines-outside"), "{list}");
    }
}

#[test]
fn a_refusal_names_the_place() {
    let text = "a: 1\nb: 2\n  # x\nf: [k,  l]\n";
    let yaml = Yaml::read(text, &Limits::default()).unwrap();
    let (mut plan, intent) = plan_of(&yaml, &set("", "a", 2));
    plan.edits.push(edit_of(text, "[k,  l]", "[k, l]"));
    let refusal = finish(&yaml, 0, plan, intent).map(drop).unwrap_err();
    assert_eq!(refusal.position, Some((4, 8)), "{refusal}");
}
