//! An edit with something else beside it, or instead of it.

use super::{TEXT, ops, plan_of, tampered};
use crate::apply::run::finish;
use crate::{Limits, RefusalKind, TextEdit, Yaml, apply_edits};

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
