//! Units, read and changed.

use super::*;

const UNIT: &str = "[Unit]\nDescription=x\n\n[Service]\n# why\nEnvironment=A=1 \"B=two words\" 'C=3'\nEnvironment=D=%h E=50%% \\\n  F=6\nExecStart=/usr/bin/app \\\n    --flag\n\n[Install]\nWantedBy=multi-user.target\n";

fn text(unit: &Unit, name: &str) -> Option<String> {
    unit.get(name)?.value.clone()
}

#[test]
fn assignments_are_read_as_systemd_reads_them() {
    let unit = Unit::read(UNIT, "Service");
    let all = [("A", "1"), ("B", "two words"), ("C", "3"), ("E", "50%"), ("F", "6")];
    for (name, value) in all {
        assert_eq!(text(&unit, name).as_deref(), Some(value), "{name}");
    }
    assert!(unit.get("D").is_some() && text(&unit, "D").is_none());
    assert_eq!(unit.get("F").map(|one| one.line), Some(8));
    assert_eq!(unit.values("ExecStart"), [("/usr/bin/app --flag".to_owned(), 9)]);
    let unit = Unit::read(
        "[Service]\nEnvironment=A=1\nEnvironment=A=2 B=1\nEnvironment=\nEnvironment=B=2\n",
        "Service",
    );
    assert!(unit.get("A").is_none());
    assert_eq!(text(&unit, "B").as_deref(), Some("2"));
}

/// As systemd 252 shows them: `systemd --test --user --unit=app.service`.
#[test]
fn quotes_and_lines_that_go_on_are_read_as_systemd_reads_them() {
    let unit = Unit::read(
        "[Service]\nEnvironment=\"A=1 \\\n  A2=2\"\nEnvironment=B=\"b c\" C='{\"x\": 1}' 'D={\"a\": 1}' E=x%%y J=a'b c'd \\\n# why\n; why\n  R=2\nEnvironment=K=C:\\\\\nEnvironment=L=1 \"M=open N=1\nEnvironment=S=a#b T=a;b ; U=3 # V=4 1W=3 X-Y=4 X= Y AA=$HOME O=%h G=a\\x41b\n",
        "Service",
    );
    let all = [
        ("A", "1    A2=2"),
        ("B", "b c"),
        ("C", "{\"x\": 1}"),
        ("D", "{\"a\": 1}"),
        ("E", "x%y"),
        ("J", "ab cd"),
        ("R", "2"),
        ("L", "1"),
        ("S", "a#b"),
        ("T", "a;b"),
        ("U", "3"),
        ("V", "4"),
        ("X", ""),
        ("AA", "$HOME"),
    ];
    for (name, value) in all {
        assert_eq!(text(&unit, name).as_deref(), Some(value), "{name}");
    }
    // What it makes of these is not told.
    for name in ["K", "O", "G"] {
        assert_eq!(unit.get(name).map(|one| &one.value), Some(&None), "{name}");
    }
    for name in ["A2", "M", "N", "1W", "X-Y", "Y"] {
        assert!(unit.get(name).is_none(), "{name}");
    }
    assert_eq!(unit.get("R").map(|one| one.line), Some(7));
}

#[test]
fn what_quotes_hold_is_changed_in_them() {
    let after = |text: &str, value| {
        let unit = Unit::read(format!("[Service]\nEnvironment={text}\n"), "Service").set("A", value);
        unit.map(|unit| unit.values("Environment").remove(0).0)
    };
    for (text, value, expected) in [
        ("'A={\"a\": 1}' B=2", "3", "'A=3' B=2"),
        ("A=\"b c\"", "d", "A=\"d\""),
        ("A=b\"c d\"", "e f", "\"A=e f\""),
        ("A={\"a\":1}", "x", "A=x"),
    ] {
        assert_eq!(after(text, value).ok().as_deref(), Some(expected), "{text}");
    }
    let refused = after("\"A=1 \\\n  2\"", "3").map_err(|refusal| refusal.reason);
    assert_eq!(refused, Err("the text of A goes on over several lines".to_owned()));
}

#[test]
fn words_of_commands() {
    let words = Unit::words("/usr/bin/app \"a b\" --x='y z' ''");
    assert_eq!(words, ["/usr/bin/app", "a b", "--x=y z", ""]);
}

#[test]
fn one_word_changes_or_one_line_comes() {
    let unit = Unit::read(UNIT, "Service");
    let after = |name, value| unit.set(name, value).map(|unit| unit.text().to_owned());
    let changed = UNIT.replace("\"B=two words\"", "\"B=2\"");
    assert_eq!(after("B", "2").ok(), Some(changed));
    let changed = UNIT.replace("A=1", "\"A=1 2\"");
    assert_eq!(after("A", "1 2").ok(), Some(changed));
    let changed = UNIT.replace("  F=6\n", "  F=6\nEnvironment=NEW=5%%\n");
    assert_eq!(after("NEW", "5%").ok(), Some(changed));
    assert!(after("D", "x").is_err() && after("NEW", "a\"b").is_err() && after("A-B", "1").is_err());
}

#[test]
fn a_line_comes_behind_what_the_section_says() {
    let of = |text: &str| Unit::read(text, "Service").set("A", "1").map(|unit| unit.text().to_owned());
    assert_eq!(
        of("[Service]\nExecStart=x\n\n[Install]\n").ok().as_deref(),
        Some("[Service]\nExecStart=x\nEnvironment=A=1\n\n[Install]\n")
    );
    assert_eq!(of("[Service]\nExecStart=x").ok().as_deref(), Some("[Service]\nExecStart=x\nEnvironment=A=1"));
    assert_eq!(
        of("[Service]\r\nExecStart=x\r\n").ok().as_deref(),
        Some("[Service]\r\nExecStart=x\r\nEnvironment=A=1\r\n")
    );
    assert!(of("[Unit]\nDescription=x\n").is_err());
}
