use proptest::prelude::*;

use crate::text::edits::apply_edits;
use crate::{Dotenv, EnvOp, EnvQuote, EnvReader, Limits, RefusalKind};

fn read(text: &str) -> Dotenv {
    Dotenv::read(text, &Limits::default()).unwrap().about("app")
}

fn set(name: &str, value: &str) -> EnvOp {
    EnvOp::Set { name: name.into(), value: value.into() }
}

fn ensure(name: &str, value: &str) -> EnvOp {
    EnvOp::Ensure { name: name.into(), value: value.into() }
}

fn rename(name: &str, to: &str) -> EnvOp {
    EnvOp::Rename { name: name.into(), to: to.into() }
}

fn remove(name: &str, comments: bool) -> EnvOp {
    EnvOp::Remove { name: name.into(), comments }
}

fn comment(name: Option<&str>, text: &str) -> EnvOp {
    EnvOp::Comment { name: name.map(Into::into), text: text.into() }
}

#[track_caller]
fn becomes(before: &str, op: &EnvOp, after: &str) {
    let env = read(before);
    let applied = env.apply(op).unwrap();
    assert_eq!(applied.env.text(), after);
    assert_eq!(apply_edits(before, &applied.edits).as_deref(), Some(after));
}

#[track_caller]
fn refused(before: &str, op: &EnvOp) -> RefusalKind {
    read(before).apply(op).unwrap_err().kind
}

fn values(text: &str) -> Vec<(String, String)> {
    read(text).entries().map(|entry| (entry.name.to_owned(), entry.value.into_owned())).collect()
}

#[test]
fn values_are_read_as_python_dotenv_reads_them() {
    let cases = [
        ("A=b", "b"),
        ("A = b ", "b"),
        ("  A=b", "b"),
        ("export A=b", "b"),
        ("A=b # c", "b"),
        ("A=b#c", "b#c"),
        ("A=#c", "#c"),
        ("A= # c", ""),
        ("A=\"b # c\" # d", "b # c"),
        ("A=\"b\\n\\\"c\\$\"", "b\n\"c\\$"),
        ("A='b\\n\\'c'", "b\\n'c"),
        ("A=\"b\r\nc\"\r\n", "b\nc"),
        ("A=\"C:\\\\\" # d", "C:\\"),
        ("A=", ""),
        ("A", ""),
        ("A=`b`", "`b`"),
        ("\u{feff}A=b", "b"),
        ("A=\"{{ .x | default \"y\" }}\"", "\"{{ .x | default \"y\" }}\""),
    ];
    for (text, value) in cases {
        assert_eq!(values(text), [("A".to_owned(), value.to_owned())], "{text:?}");
    }
}

#[test]
fn entries_tell_where_and_how_they_stand() {
    let env = read("# top\nA=1\n\n  export B = \"x y\" # why\nC\nA='m\nn'\n");
    let entries: Vec<_> = env.entries().collect();
    assert_eq!(
        entries.iter().map(|e| (e.name, e.line, e.column)).collect::<Vec<_>>(),
        [("A", 2, 1), ("B", 4, 10), ("C", 5, 1), ("A", 6, 1)]
    );
    assert!(entries[0].dead && !entries[3].dead);
    assert!(entries[1].export && entries[1].quote == EnvQuote::Double);
    assert_eq!((entries[1].literal, entries[1].inline_comment), (" \"x y\" # why", Some("# why")));
    assert!(!entries[2].has_equals);
    assert_eq!((entries[3].value.as_ref(), entries[3].literal), ("m\nn", "'m"));
    assert_eq!(env.get("A").unwrap().line, 6);
    assert!(env.get("D").is_none());
}

#[test]
fn comments_know_their_entry() {
    let env = read("# top\n\nA=1 # one\n# A=2\nB=2\n# end\n");
    let found: Vec<_> =
        env.comments().map(|c| (c.text, c.line, c.own_line, c.next, c.before_first)).collect();
    assert_eq!(
        found,
        [
            ("# top", 1, true, Some("A"), true),
            ("# one", 3, false, Some("A"), false),
            ("# A=2", 4, true, Some("B"), false),
            ("# end", 6, true, None, false),
        ]
    );
}

#[test]
fn lines_that_no_reader_understands_are_kept() {
    let env = read("A b\n=x\nB=\"x\"y\nC: 1\n{{ if .x }}\nD=1\n");
    assert_eq!(env.unread_lines().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(env.entries().count(), 1);
    becomes("A b\nD=1\n", &set("D", "2"), "A b\nD=2\n");
    assert_eq!(refused("A=1\nB=\"C:\\\"\n", &set("B", "2")), RefusalKind::Form);
    becomes("A=1\nB=\"C:\\\"\n", &set("A", "2"), "A=2\nB=\"C:\\\"\n");
    assert_eq!(refused("B=\"x\"y\n", &set("B", "2")), RefusalKind::Form);
    assert_eq!(refused("{{ if .x }}\nD=1\n{{ end }}\n", &ensure("E", "2")), RefusalKind::Template);
    assert_eq!(refused("D={{ .x }}\n", &set("D", "2")), RefusalKind::Template);
}

#[test]
fn an_open_quote_is_a_syntax_error_with_its_place() {
    for text in ["# x\nAB=\"c\nD=1\n", "# x\nAB='c\nD='1'\n"] {
        let refusal = Dotenv::read(text, &Limits::default()).unwrap_err();
        assert_eq!((refusal.kind, refusal.position), (RefusalKind::Syntax, Some((2, 4))), "{text:?}");
    }
}

#[test]
fn limits_and_encodings_are_errors() {
    let kind = |bytes: &[u8]| {
        let limits = Limits { max_bytes: 8, max_nodes: 2, ..Limits::default() };
        Dotenv::from_bytes(bytes, &limits).unwrap_err().kind
    };
    assert_eq!(kind(b"A=1234567"), RefusalKind::Limit);
    assert_eq!(kind(b"A\nB\nC"), RefusalKind::Limit);
    assert_eq!(kind(b"A=\xff"), RefusalKind::Encoding);
    assert_eq!(kind(b"A=\0"), RefusalKind::Encoding);
    assert_eq!(kind(b"\xff\xfeA\0"), RefusalKind::Encoding);
}

#[test]
fn set_writes_the_one_safe_form() {
    becomes("A=1\nB=2\n", &set("A", "3"), "A=3\nB=2\n");
    becomes("A=\"1\"\n", &set("A", "2"), "A=2\n");
    becomes("A=\"m\nn\"\nB=2\n", &set("A", "1"), "A=1\nB=2\n");
    becomes("  export A = 1  \r\n", &set("A", "2"), "  export A=2\r\n");
    becomes("A\n", &set("A", "2"), "A=2\n");
    becomes("A=1\nA=2", &set("A", "3"), "A=1\nA=3");
    becomes("\u{feff}A=1", &set("A", "3"), "\u{feff}A=3");
    becomes("A=3\n", &set("A", "3"), "A=3\n");
}

#[track_caller]
fn becomes_for(reader: EnvReader, before: &str, op: &EnvOp, after: &str) {
    let env = Dotenv::read(before, &Limits::default()).unwrap().for_reader(reader);
    let applied = env.apply(op).unwrap();
    assert_eq!(applied.env.text(), after);
    assert_eq!(applied.env.apply(op).unwrap().edits, vec![]);
}

#[test]
fn the_present_value_is_left_alone() {
    for reader in [EnvReader::Any, EnvReader::Dotenv] {
        for line in ["L='info'  # c\n", "L = info\n", "export L=\"info\"# c\r\n", "L=info # c"] {
            becomes_for(reader, line, &set("L", "info"), line);
        }
        becomes_for(reader, "L=\"a b\"\n", &set("L", "a b"), "L=\"a b\"\n");
        becomes_for(reader, "L='$x'\n", &set("L", "$x"), "L='$x'\n");
        becomes_for(reader, "L=\n", &set("L", ""), "L=\n");
    }
    becomes_for(EnvReader::Systemd, "L='info'\n", &set("L", "info"), "L='info'\n");
    becomes_for(EnvReader::Systemd, "L=info # c\n", &set("L", "info"), "# c\nL=info\n");
    becomes_for(EnvReader::Docker, "L='info'  # c\n", &set("L", "info"), "# c\nL=info\n");
    becomes_for(EnvReader::Docker, "L = info\n", &set("L", "info"), "L=info\n");
    becomes_for(EnvReader::Docker, "L=a b\n", &set("L", "a b"), "L=a b\n");
    // Compose takes the comment for the value.
    becomes_for(EnvReader::Dotenv, "L= # c\n", &set("L", ""), "L=\"\" # c\n");
}

#[test]
fn a_reader_of_quotes_has_them_kept() {
    let dotenv = EnvReader::Dotenv;
    becomes_for(dotenv, "L='info'   # or debug\n", &set("L", "debug"), "L='debug'   # or debug\n");
    becomes_for(dotenv, "DB_HOST = 'x'\n", &set("DB_HOST", "y"), "DB_HOST = 'y'\n");
    becomes_for(dotenv, "export A=\"1\"# c\r\n", &set("A", "it's"), "export A=\"it's\"# c\r\n");
    becomes_for(dotenv, "A='1'\n", &set("A", "it's"), "A=\"it's\"\n");
    becomes_for(dotenv, "A=1  \n", &set("A", "a b # c"), "A=\"a b # c\"  \n");
    becomes_for(dotenv, "A=1 # c\n", &set("A", ""), "A=\"\" # c\n");
    becomes_for(dotenv, "A= # c\n", &set("A", "2"), "A=2 # c\n");
    becomes_for(dotenv, "A\n", &set("A", "2"), "A=2\n");
    becomes_for(dotenv, "A # c\n", &set("A", "2"), "A=2 # c\n");
    becomes_for(dotenv, "A=`x` # c\n", &set("A", "2"), "A=2 # c\n");
    becomes_for(dotenv, "A=\"m\nn\" # c\nB=2\n", &set("A", "1"), "A=\"1\" # c\nB=2\n");
    becomes_for(dotenv, "B=2\n", &set("A", "a b"), "B=2\nA=\"a b\"\n");
    let systemd = EnvReader::Systemd;
    becomes_for(systemd, "  L = 'info'   # or debug\n", &set("L", "debug"), "  # or debug\n  L = 'debug'\n");
    becomes_for(systemd, "L=info\n", &set("L", "a b"), "L=\"a b\"\n");
    becomes_for(systemd, "export B=2\n", &set("A", "1"), "export B=2\nA=1\n");
    let env = Dotenv::read("export A=2\n", &Limits::default()).unwrap().for_reader(systemd);
    assert_eq!(env.apply(&set("A", "1")).unwrap_err().kind, RefusalKind::Form, "systemd does not read it");
    for value in ["a\nb", "a\\b", "$x", "it's \"it\"", "a\u{7}"] {
        for reader in [dotenv, systemd] {
            let env = Dotenv::read("A='1'\n", &Limits::default()).unwrap().for_reader(reader);
            assert_eq!(env.apply(&set("A", value)).unwrap_err().kind, RefusalKind::Form, "{value:?}");
        }
    }
}

#[test]
fn systemd_has_rules_of_its_own() {
    let of = |line: &str| {
        let env = Dotenv::read(line, &Limits::default()).unwrap();
        env.get("A").unwrap().value_for(EnvReader::Systemd).into_owned()
    };
    let all = [
        ("A=info # c", "info # c"),
        ("A=\"info\" # c", "info# c"),
        ("A= a b \t", "a b"),
        ("A=' x '", " x "),
        ("A=\"a\\$b\\n\"", "a$b\\n"),
        ("A='a\\$b'", "a\\$b"),
        ("A=a\\ b\\\\c", "a b\\c"),
        ("A=a\"b\"", "a\"b\""),
        ("A=\"x\ny\"", "x\ny"),
    ];
    for (line, value) in all {
        assert_eq!(of(line), value, "{line}");
    }
}

#[test]
fn a_new_variable_is_exported_among_exported_ones() {
    becomes("export A=1\nexport B=2\n", &set("C", "3"), "export A=1\nexport B=2\nexport C=3\n");
    becomes("A=1\nexport B=2\n", &set("C", "3"), "A=1\nexport B=2\nC=3\n");
    becomes("export DB_A=1\nB=2\n", &set("DB_C", "3"), "export DB_A=1\nexport DB_C=3\nB=2\n");
    becomes("DB_A=1\nexport B=2", &set("DB_C", "3"), "DB_A=1\nDB_C=3\nexport B=2");
}

#[test]
fn a_file_about_nothing_in_particular_has_no_foreign_headings() {
    becomes_for(EnvReader::Any, "# Keys\nA=1\n", &set("B", "2"), "# Keys\nA=1\nB=2\n");
    becomes_for(EnvReader::Any, "# Keys\nA=1\n# the end\n", &set("B", "2"), "# Keys\nA=1\nB=2\n# the end\n");
    becomes_for(EnvReader::Any, "# Keys\n", &set("B", "2"), "# Keys\n\nB=2\n");
    becomes_for(EnvReader::Any, "C=1\n\n# Keys\nA=1\n", &set("B", "2"), "C=1\n\n# Keys\nA=1\n\nB=2\n");
}

#[test]
fn refusals_name_the_variable_and_its_place() {
    let refusal = |text: &str, op: &EnvOp| read(text).apply(op).unwrap_err().to_string();
    assert_eq!(
        refusal("X=1\n export A=1\n", &set("A", "a b")),
        "A: the value holds a blank or a control character: no form of it is read alike by every reader of env files (line 2, column 9)"
    );
    assert!(refusal("", &set("A", "a b")).starts_with("A: the value holds a blank"));
    assert_eq!(refusal("A=1\n B=${A}\n", &remove("A", true)), "B: its value refers to A (line 2, column 2)");
    assert_eq!(
        refusal("A=1\nA={{ x }}\n", &set("A", "2")),
        "A: a template stands on this line (line 2, column 1)"
    );
    assert_eq!(
        refusal("X=1\n B=\"x\"y\n", &set("B", "2")),
        "B: readers disagree about what this line gives it (line 2, column 2)"
    );
    assert_eq!(refusal("A=1\n B=2\n", &rename("A", "B")), "B is there already (line 2, column 2)");
    let refused = read("A=1\n").apply_all(&[set("A", "2"), set("A", "a b")]).unwrap_err();
    assert_eq!(refused.operation, Some(1));
    assert!(refused.to_string().starts_with("operations[1]: A: the value holds a blank"));
}

#[test]
fn set_moves_a_comment_from_the_line_to_its_own() {
    becomes("A=0\n  B=\"1\" # why\n", &set("B", "2"), "A=0\n  # why\n  B=2\n");
    becomes("B= # why\r\n", &set("B", "2"), "# why\r\nB=2\r\n");
    becomes("A=0\r\nB=1 # why", &set("B", "2"), "A=0\r\n# why\r\nB=2");
}

#[test]
fn a_new_variable_goes_beside_its_relatives_else_to_the_end() {
    let op = ensure("APP_LOG", "ERROR");
    becomes("APP_A=1 # x\n\nB=2\n", &op, "APP_A=1 # x\nAPP_LOG=ERROR\n\nB=2\n");
    becomes("REDIS_HOST=a\nAPP_A=1\n", &ensure("REDIS_PORT", "1"), "REDIS_HOST=a\nREDIS_PORT=1\nAPP_A=1\n");
    becomes("A=1\r\n\r\n", &op, "A=1\r\n\r\nAPP_LOG=ERROR\r\n");
    becomes("A=1\r\nB=2", &op, "A=1\r\nB=2\r\nAPP_LOG=ERROR");
    becomes("A=1\r\nAPP_B=\"x\ny\"\nC=1\r\n", &op, "A=1\r\nAPP_B=\"x\ny\"\nAPP_LOG=ERROR\nC=1\r\n");
    becomes("", &op, "APP_LOG=ERROR\n");
    becomes("\u{feff}", &op, "\u{feff}APP_LOG=ERROR\n");
    becomes("# APP_LOG=DEBUG", &op, "# APP_LOG=DEBUG\nAPP_LOG=ERROR");
    becomes("APP_LOG=\n", &op, "APP_LOG=\n");
    becomes("# See the wiki", &op, "# See the wiki\n\nAPP_LOG=ERROR");
}

#[test]
fn a_new_variable_is_set_off_from_a_group_under_a_foreign_heading() {
    let op = ensure("APP_LOG", "ERROR");
    becomes(
        "# App master keys\nAPP_MASTER_KEY=x\nSALT=y\n\n# Database\nURL=z\n",
        &op,
        "# App master keys\nAPP_MASTER_KEY=x\nSALT=y\n\nAPP_LOG=ERROR\n\n# Database\nURL=z\n",
    );
    becomes(
        "# Database\nURL=z\n# App\nAPP_A=1\nB=2\n",
        &op,
        "# Database\nURL=z\n# App\nAPP_A=1\nAPP_LOG=ERROR\nB=2\n",
    );
    becomes("# Keys\r\nA=1", &op, "# Keys\r\nA=1\r\n\r\nAPP_LOG=ERROR");
    becomes("# Keys\n# B=1\nA=1\n", &op, "# Keys\n# B=1\nA=1\n\nAPP_LOG=ERROR\n");
    becomes("# Keys\n\nA=1\n# B=1\n", &op, "# Keys\n\nA=1\n# B=1\nAPP_LOG=ERROR\n");
}

#[test]
fn values_without_a_safe_form_are_refused() {
    for value in ["", " ", "a b", "a\"b", "it's", "`x`", "a#b", "$x", "a\nb", "a\\b", "a\u{7}"] {
        assert_eq!(refused("A=1\n", &set("A", value)), RefusalKind::Form, "{value:?}");
        assert_eq!(refused("A=1\n", &ensure("B", value)), RefusalKind::Form, "{value:?}");
    }
    becomes("A=1\n", &set("A", "http://x?a=1&b=2"), "A=http://x?a=1&b=2\n");
    assert_eq!(refused("export A=1\n", &set("A", "http://x?a=1&b=2")), RefusalKind::Form);
    assert_eq!(refused("A=1\n", &ensure("1B", "1")), RefusalKind::Form);
    assert_eq!(refused("A=1\rB=2\n", &set("A", "2")), RefusalKind::Form);
}

#[test]
fn rename_takes_all_of_a_name() {
    becomes("A=1\n# x\nexport A = 'y' # z\nB=1\n", &rename("A", "C"), "C=1\n# x\nexport C = 'y' # z\nB=1\n");
    assert_eq!(refused("A=1\nB=2\n", &rename("A", "B")), RefusalKind::Place);
    assert_eq!(refused("A=1\n", &rename("B", "C")), RefusalKind::Place);
    assert_eq!(refused("A=1\nB=x${A:-y}\n", &rename("A", "C")), RefusalKind::Form);
    assert_eq!(refused("A=${A}\n", &rename("A", "C")), RefusalKind::Form);
    becomes("A=1\nB=x$AB\nD='$A'\n", &rename("A", "C"), "C=1\nB=x$AB\nD='$A'\n");
}

#[test]
fn remove_takes_or_leaves_the_comments() {
    let text = "# far\n\n# near\n# A=0\nA=1 # on\nB=2\n";
    becomes(text, &remove("A", true), "# far\n\nB=2\n");
    becomes(text, &remove("A", false), "# far\n\n# near\n# A=0\n# on\nB=2\n");
    becomes("B=1\nA=1\nC=1\nA=2", &remove("A", true), "B=1\nC=1");
    becomes("A=1\r\nA=2", &remove("A", false), "");
    becomes("B=1\n# x\nA=1\nA=2", &remove("A", true), "B=1");
    becomes("B=1\nA=1 # x", &remove("A", false), "B=1\n# x");
    becomes("A=${A}\n", &remove("A", true), "");
    assert_eq!(refused("A=1\nB=$A\n", &remove("A", true)), RefusalKind::Form);
}

#[test]
fn comments_are_added_once() {
    becomes("A=1\n\n  B=2\r\n", &comment(Some("B"), "x"), "A=1\n\n  # x\r\n  B=2\r\n");
    becomes("A=1\n# x\n# y\nB=2\n", &comment(Some("B"), "# x"), "A=1\n# x\n# y\nB=2\n");
    becomes("# h\nA=1", &comment(None, "x"), "# x\n# h\nA=1");
    becomes("# h\n\n# x\nA=1", &comment(None, "x"), "# h\n\n# x\nA=1");
    becomes("#!/bin/sh\nA=1", &comment(None, "x"), "#!/bin/sh\n# x\nA=1");
    becomes("#!/bin/sh", &comment(None, "x"), "#!/bin/sh\n# x");
    becomes("", &comment(None, "x"), "# x\n");
    becomes("A=\"\r\n\"", &comment(None, ""), "#\r\nA=\"\r\n\"");
    assert_eq!(refused("A=1\n", &comment(None, "x\ny")), RefusalKind::Form);
}

#[test]
fn several_operations_are_one_list_of_edits_on_the_first_text() {
    let before = "# a\nA=1 # x\nAPP_B=2\nC=3\n";
    let ops = [set("A", "2"), ensure("APP_D", "4"), remove("C", true), set("APP_D", "5"), comment(None, "y")];
    let applied = read(before).apply_all(&ops).unwrap();
    assert_eq!(applied.env.text(), "# y\n# a\n# x\nA=2\nAPP_B=2\n\nAPP_D=5\n");
    assert_eq!(apply_edits(before, &applied.edits).as_deref(), Some(applied.env.text()));
    assert!(read(before).apply_all(&[set("A", "2"), set("A", "a b")]).is_err());
}

fn line() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["A", "B", "APP_A", "APP_B", "B C", "'A'", "é"]);
    let value = prop::sample::select(vec![
        "=1",
        " = x y ",
        "=\"a b\" # c",
        "='a\nb'",
        "=\"q\\\"\\n\"",
        "=",
        "",
        " # c",
        "= # c",
        "=`x`",
        "=a#b",
        "=\"",
        "=$A",
        "={{ x }}",
        "=\"a\"b",
        ": 1",
    ]);
    let other = prop::sample::select(vec!["", "  ", "# c", "\t# A=1", "#", "= x", "{{ if }}"]);
    prop_oneof![
        6 => (prop::sample::select(vec!["", "  ", "export ", "\texport  "]), name, value)
            .prop_map(|(lead, name, value)| format!("{lead}{name}{value}")),
        2 => other.prop_map(str::to_owned),
    ]
}

fn text() -> impl Strategy<Value = String> {
    let ends = prop::sample::select(vec!["\n", "\n", "\r\n"]);
    (prop::collection::vec((line(), ends), 0..9), any::<bool>(), any::<bool>()).prop_map(
        |(lines, bom, end)| {
            let mut text: String = lines.iter().map(|(line, end)| format!("{line}{end}")).collect();
            if !end {
                text.truncate(text.trim_end_matches(['\r', '\n']).len());
            }
            format!("{}{text}", if bom { "\u{feff}" } else { "" })
        },
    )
}

fn op() -> impl Strategy<Value = EnvOp> {
    let name = || prop::sample::select(vec!["A", "B", "APP_A", "APP_B", "NEW"]).prop_map(str::to_owned);
    let value =
        || prop::sample::select(vec!["1", "x", "http://h/?a=b", "a b", "it's", ""]).prop_map(str::to_owned);
    prop_oneof![
        (name(), value()).prop_map(|(name, value)| EnvOp::Set { name, value }),
        (name(), value()).prop_map(|(name, value)| EnvOp::Ensure { name, value }),
        (name(), name()).prop_map(|(name, to)| EnvOp::Rename { name, to }),
        (name(), any::<bool>()).prop_map(|(name, comments)| EnvOp::Remove { name, comments }),
        (prop::option::of(name()), "[a-z# ]{0,4}").prop_map(|(name, text)| EnvOp::Comment { name, text }),
    ]
}

fn reader() -> impl Strategy<Value = EnvReader> {
    prop::sample::select(vec![EnvReader::Any, EnvReader::Docker, EnvReader::Dotenv, EnvReader::Systemd])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_operation_fails_its_proof_and_a_second_one_changes_nothing(text in text(), op in op(), reader in reader()) {
        let Ok(env) = Dotenv::read(&text, &Limits::default()) else { return Ok(()) };
        let env = env.for_reader(reader);
        match env.apply(&op) {
            Ok(applied) => {
                prop_assert_eq!(apply_edits(&text, &applied.edits), Some(applied.env.text().to_owned()));
                if !matches!(op, EnvOp::Rename { .. } | EnvOp::Remove { .. }) {
                    prop_assert_eq!(applied.env.apply(&op).unwrap().edits, vec![]);
                }
            }
            Err(refusal) => prop_assert!(refusal.kind.is_foreseen(), "{refusal}"),
        }
    }

    #[test]
    fn any_text_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = Dotenv::from_bytes(&bytes, &Limits::default());
    }

    #[test]
    fn items_cover_the_text(text in text()) {
        let Ok(env) = Dotenv::read(&text, &Limits::default()) else { return Ok(()) };
        let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        for item in &env.inner.items {
            prop_assert_eq!(item.span.start, at);
            at = item.end;
        }
        prop_assert_eq!(at, text.len());
    }
}
