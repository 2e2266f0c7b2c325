//! Line breaks, markers and blanks, and the place that a refusal names.

use super::{edit_of, instead, plan_of, set};
use crate::apply::run::finish;
use crate::{Limits, Op, Path, Value, Yaml};

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
