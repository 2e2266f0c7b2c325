//! Comments that go, move or change their owner.

use super::{check, instead, ops, plan_of, set, tampered};
use crate::apply::run::finish;
use crate::{Limits, Op, Path, RefusalKind, TextEdit, Value, Yaml};

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
