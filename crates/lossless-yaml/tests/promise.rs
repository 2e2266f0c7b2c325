//! The promise of the YAML layer as properties: over odd texts, with random places and operations.

#![allow(clippy::unwrap_used, clippy::panic)]

use lossless_yaml::{
    Comment, Kind, Limits, Node, Op, Path, Reader, RefusalKind, Step, TextEdit, Value, Yaml, apply_edits,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const TEXTS: [&str; 16] = [
    "# head\n\nmodel_list:\n- model_name: a  # fast\n  params:\n    model: openai/a\n    # api_base: x\n    api_key: 'k'\n- model_name: b\n# about router\nrouter_settings:\n  routing_strategy: simple-shuffle\n    # deeper\n  # closing\n\n# end\n",
    "a: &x\n  k: 1\n  l: [1, 2,]\nb: *x\nc:\n  <<: *x\n  m: 2\nd: &y text\ne: [*y, *y]\n",
    "a: 1\nb: 2\na: 3\nc:\n  d: 1\n  d: 2\n",
    "config: |\n  x: 1\n\n  y:\n    - 1\nother: >-\n  folded\n  text\n\n\nkeep: |+\n  z\n\nlast: 1\n",
    "envVars: {\n  # DATABASE_HOST: x\n}\nlist: [\n  a, # one\n  b  # two\n]\nmap: { a: 1, 'b': \"2\" }\nempty: {}\nnone: []\n",
    "---\n# first\na: 1\n---\n# second\n- x\n-   y: 1\n    z: 2\n- - p\n  - q\n...\n---\n",
    "a: \"{{ .Values.x }}\"\nb: '{% raw %}'\nc: ${{ secrets.X }}\nd:\n  e: x\n",
    "k:\t1\t# tab\nl:\n-\t2\n- 3\t# three\n",
    "a:\n    b:\n        c: |2\n            x\n          y\n    d:   # later\n    e: ~\n    # f: 1\n",
    "t: |\n  ends\n  here",
    "a: plain\n  goes on\nb: 'quoted\n  goes on'\nc: \"double \\\n  on\"\n? d\n: e\n",
    "ünï: çödé # ñ\nliste:\n  - größe: 1\n",
    "",
    "# nothing\n# but comments\n",
    "{\"a\": {\"b\": [1, \"c\"]}, \"d\": null}\n",
    "- a\n- b: 1\n  c: # none\n- !tag x\n- &z\n  q: 1\n",
];

fn limits() -> Limits {
    Limits::default()
}

fn scalars() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(vec![
            "x",
            "yes",
            "n",
            "12:30",
            "2024-01-02",
            "a: b",
            "x # y",
            "",
            " lead",
            "it's",
            "say \"hi\"",
            "\\",
            "one\ntwo",
            "one\ntwo\n",
            " a\nb\n",
            "üñ",
            "0o10",
            "=",
            "- x",
            "{a}",
            "null",
            "~",
            "*a",
            "!t",
            "key:",
            "\u{7}",
            "\u{2028}",
            "-",
            "---",
            "a,b",
            "<<",
            "😀",
            "a\u{85}b",
            "\n",
            "x\n\n",
            "tab\t",
        ])
        .prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::Float),
        Just(Value::Null),
        "[ -~\n\u{80}-\u{24f}]{0,12}".prop_map(Value::Str),
    ]
}

fn values() -> impl Strategy<Value = Value> {
    scalars().prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Seq),
            prop::collection::btree_map(select(vec!["k", "on", "a b", "12", "x:", ""]), inner, 0..3)
                .prop_map(|map| Value::Map(map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

fn places(yaml: &Yaml) -> Vec<(usize, Path)> {
    fn walk(node: Node<'_>, doc: usize, out: &mut Vec<(usize, Path)>) {
        out.push((doc, node.path()));
        node.entries().for_each(|(_, value)| walk(value, doc, out));
        node.items().for_each(|item| walk(item, doc, out));
    }
    let mut out = Vec::new();
    for doc in 0..yaml.documents() {
        match yaml.root(doc) {
            Some(root) => walk(root, doc, &mut out),
            None => out.push((doc, Path::root())),
        }
    }
    out
}

#[derive(Clone, Debug)]
struct Draft {
    text: &'static str,
    place: Index,
    other: Index,
    kind: usize,
    key: &'static str,
    value: Value,
}

fn drafts() -> impl Strategy<Value = Draft> {
    let keys = select(vec!["new", "on", "a", "12", "with space", "x: y"]);
    (select(TEXTS.to_vec()), any::<Index>(), any::<Index>(), 0..12usize, keys, values())
        .prop_map(|(text, place, other, kind, key, value)| Draft { text, place, other, kind, key, value })
}

impl Draft {
    /// Whether a collection is replaced, or a collection comes where one value stood.
    fn replaces_much(&self, yaml: &Yaml) -> bool {
        let (doc, at) = self.place.get(&places(yaml)).clone();
        let stands = match self.kind {
            1 => yaml.get(doc, &at.child("mid").child(self.key)),
            4 => yaml.get(doc, &at),
            _ => None,
        };
        stands.is_some_and(|node| {
            node.kind() != Kind::Scalar || matches!(self.value, Value::Seq(_) | Value::Map(_))
        })
    }

    fn op(&self, yaml: &Yaml) -> (usize, Op) {
        let places = places(yaml);
        let (doc, at) = self.place.get(&places).clone();
        let (key, value) = (self.key.to_owned(), self.value.clone());
        let op = match self.kind {
            0 => Op::Add { at, key, value },
            1 => Op::Set { at: at.child("mid"), key, value },
            2 => Op::Ensure { at, key, value },
            3 => Op::Append { at, value },
            4 => Op::Replace { at, value },
            5 => Op::Rename { at, to: key },
            6 => Op::Remove { at, comments: false },
            7 => Op::Move { from: at, to: self.other.get(&places).1.clone() },
            8 => Op::Extend { at, key, value },
            10 => Op::RemoveOverridden { at, comments: false },
            9 => Op::Comment { at, text: "ignore[x] why".to_owned() },
            _ => Op::Everywhere(Box::new(Op::Set { at, key, value })),
        };
        (doc, op)
    }
}

fn texts(comments: Vec<Comment<'_>>) -> Vec<String> {
    comments.into_iter().map(|comment| comment.text.to_owned()).collect()
}

/// The operation in the text that is embedded at a place.
fn inside(op: Op, base: &Path) -> Op {
    match op {
        Op::Add { at, key, value } => Op::Add { at: base.join(&at), key, value },
        Op::Set { at, key, value } => Op::Set { at: base.join(&at), key, value },
        Op::Ensure { at, key, value } => Op::Ensure { at: base.join(&at), key, value },
        Op::Extend { at, key, value } => Op::Extend { at: base.join(&at), key, value },
        Op::Append { at, value } => Op::Append { at: base.join(&at), value },
        Op::Replace { at, value } => Op::Replace { at: base.join(&at), value },
        Op::Rename { at, to } => Op::Rename { at: base.join(&at), to },
        Op::Remove { at, comments } => Op::Remove { at: base.join(&at), comments },
        Op::RemoveOverridden { at, comments } => Op::RemoveOverridden { at: base.join(&at), comments },
        Op::Move { from, to } => Op::Move { from: base.join(&from), to: base.join(&to) },
        Op::Comment { at, text } => Op::Comment { at: base.join(&at), text },
        Op::Everywhere(op) => Op::Everywhere(Box::new(inside(*op, base))),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, max_global_rejects: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_is_proven_or_refused(draft in drafts()) {
        let yaml = Yaml::read(draft.text, &limits()).unwrap();
        prop_assert_eq!(yaml.text(), draft.text);
        let (doc, op) = draft.op(&yaml);
        match yaml.apply(doc, &op) {
            // What cannot be done is foreseen: a proof that fails is a fault of what made the edit. Only where a whole collection gives
            // way, which nothing does, the comments in it are left to the proof.
            Err(refusal) => {
                let proof = matches!(refusal.kind, RefusalKind::Proof(_));
                prop_assert!(refusal.kind.is_foreseen() || (proof && draft.replaces_much(&yaml)), "{refusal}: {op:?} in {:?}", draft.text);
            }
            Ok(applied) => {
                let text = apply_edits(draft.text, &applied.edits).unwrap();
                prop_assert_eq!(applied.yaml.text(), text.as_str());
                let again = Yaml::read(&text, &limits()).unwrap();
                let gone = matches!(op, Op::Remove { .. } | Op::RemoveOverridden { .. });
                let before = yaml.comments().count();
                let after = again.comments().count();
                prop_assert!(gone || after >= before);
                if let Op::Add { at, key, value } | Op::Set { at, key, value } = &op {
                    let node = again.get(doc, &at.child(key.as_str())).unwrap();
                    prop_assert!(same(&node.value(Reader::PyYaml), value));
                    prop_assert!(same(&node.value(Reader::Go), value));
                }
            }
        }
    }

    #[test]
    fn what_is_added_and_removed_leaves_no_trace(draft in drafts()) {
        let yaml = Yaml::read(draft.text, &limits()).unwrap();
        let places = places(&yaml);
        let (doc, at) = draft.place.get(&places).clone();
        let node = yaml.get(doc, &at);
        prop_assume!(node.is_some_and(|node| !node.is_empty()));
        let list = node.is_some_and(|node| node.kind() == Kind::Sequence);
        let op = if list {
            Op::Append { at: at.clone(), value: draft.value.clone() }
        } else {
            Op::Add { at: at.clone(), key: draft.key.to_owned(), value: draft.value.clone() }
        };
        let step = match node.map(Node::len) {
            Some(len) if list => Step::Index(len),
            _ => Step::from(draft.key),
        };
        if let Ok(applied) = yaml.apply(doc, &op) {
            let undo = Op::Remove { at: at.child(step), comments: false };
            let undone = applied.yaml.apply(doc, &undo).unwrap();
            // A `-` that a last block scalar needed stays, and so does the blank line that set the entry off.
            let lines = |text: &str| text.lines().filter(|line| !line.is_empty()).map(|line| line.replace("|-", "|")).collect::<Vec<_>>();
            prop_assert_eq!(lines(undone.yaml.text()), lines(draft.text));
            let blank = |text: &str| text.lines().filter(|line| line.is_empty()).count();
            prop_assert!(blank(undone.yaml.text()) <= blank(applied.yaml.text()));
        }
    }

    #[test]
    fn crlf_changes_nothing_but_the_line_breaks(draft in drafts()) {
        let yaml = Yaml::read(draft.text, &limits()).unwrap();
        let crlf = Yaml::read(&draft.text.replace('\n', "\r\n"), &limits()).unwrap();
        prop_assume!(draft.text.contains('\n'));
        let (doc, op) = draft.op(&yaml);
        match (yaml.apply(doc, &op), crlf.apply(doc, &op)) {
            (Ok(a), Ok(b)) => prop_assert_eq!(a.yaml.text().replace('\n', "\r\n"), b.yaml.text()),
            (Err(a), Err(b)) => prop_assert_eq!(a.kind, b.kind),
            (a, b) => prop_assert!(false, "{a:?} {b:?}"),
        }
    }

    #[test]
    fn a_prefix_shifts_and_changes_nothing_else(draft in drafts(), bom in any::<bool>()) {
        prop_assume!(!draft.text.is_empty() && !draft.text.starts_with('{') && draft.kind != 9);
        let prefix = if bom { "\u{feff}" } else { "# prefix\n\n" };
        let yaml = Yaml::read(draft.text, &limits()).unwrap();
        let shifted = Yaml::read(&format!("{prefix}{}", draft.text), &limits()).unwrap();
        let (doc, op) = draft.op(&yaml);
        match (yaml.apply(doc, &op), shifted.apply(doc, &op)) {
            (Ok(a), Ok(b)) => prop_assert_eq!(format!("{prefix}{}", a.yaml.text()), b.yaml.text()),
            (Err(a), Err(b)) => prop_assert_eq!(a.kind, b.kind),
            (a, b) => prop_assert!(false, "{a:?} {b:?}"),
        }
    }

    #[test]
    fn embedded_in_a_config_map_it_is_the_same_edit(draft in drafts()) {
        let plain = !draft.text.contains(['\t', '{']) && draft.text.ends_with('\n') && !draft.text.contains("---");
        prop_assume!(plain && !draft.text.contains("|+"));
        let indent = |text: &str| -> String {
            text.split_inclusive('\n').map(|l| if l == "\n" { l.to_owned() } else { format!("    {l}") }).collect()
        };
        let wrap = |text: &str| format!("kind: ConfigMap\ndata:\n  config.yaml: |\n{}  other: x\n", indent(text));
        let yaml = Yaml::read(draft.text, &limits()).unwrap();
        let mut outer = Yaml::read(&wrap(draft.text), &limits()).unwrap();
        let path = Path::keys(["data", "config.yaml"]);
        outer.embed(0, &path).unwrap();
        let base = path.child(Step::Inside);
        let (doc, op) = draft.op(&yaml);
        let inner_op = inside(op.clone(), &base);
        prop_assert_eq!(texts(yaml.comments().collect()), texts(outer.comments().collect()));
        match (yaml.apply(doc, &op), outer.apply(0, &inner_op)) {
            (Ok(a), Ok(b)) => prop_assert_eq!(wrap(a.yaml.text()), b.yaml.text()),
            (Err(a), Err(b)) => prop_assert_eq!(a.kind, b.kind),
            (a, b) => prop_assert!(false, "{a:?} {b:?}"),
        }
    }

    #[test]
    fn reading_never_panics(text in "[ \n\t#:,\\[\\]{}&*!|>'\"%@`a-c0-1?-]{0,40}") {
        let _ = Yaml::read(&text, &limits());
    }
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Seq(a), Value::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && same(&a.1, &b.1))
        }
        _ => a == b,
    }
}

#[test]
fn several_operations_compose_against_the_original() {
    let yaml = Yaml::read(TEXTS[0], &limits()).unwrap();
    let at = Path::keys(["router_settings"]);
    let ops = [
        (0, Op::Add { at: at.clone(), key: "a".to_owned(), value: Value::Int(1) }),
        (0, Op::Comment { at: at.child("a"), text: "why".to_owned() }),
        (0, Op::Remove { at: at.child("routing_strategy"), comments: true }),
        (0, Op::Rename { at: at.clone(), to: "router".to_owned() }),
    ];
    let applied = yaml.apply_all(&ops).unwrap();
    assert_eq!(apply_edits(TEXTS[0], &applied.edits).unwrap(), applied.yaml.text());
    let sorted = |edits: &[TextEdit]| edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start);
    assert!(sorted(&applied.edits));
    assert!(
        applied.yaml.text().contains("router:\n    # deeper\n  # why\n  a: 1\n  # closing\n"),
        "{}",
        applied.yaml.text()
    );
}
