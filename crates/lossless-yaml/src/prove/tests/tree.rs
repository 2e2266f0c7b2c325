//! Data that is not the intended one, and what is compared of it.

use super::{check, edit_of, instead, set};
use crate::operation::intent::Expected;
use crate::prove::claim::{Announced, Claim};
use crate::{Limits, Op, Path, Value, Yaml};

/// What the proof says of two texts and the documents of the first that are meant to stay.
fn kept(before: &str, after: &str, same: &[bool]) -> Result<(), &'static str> {
    let read = |text: &str| Yaml::read(text, &Limits::default()).unwrap();
    let edits = [edit_of(before, before, after)];
    let (before, after) = (read(before), read(after));
    let root = |at: usize| before.inner.tree.docs.get(at).map_or(0, |doc| doc.root);
    let roots: Vec<_> = (0..same.len()).map(|at| same[at].then(|| Expected::Same(root(at)))).collect();
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
