//! Blocks of variables: each form, each state that a block may be in, and what is refused.

#![allow(clippy::unwrap_used, clippy::panic)]

use lossless_yaml::{Given, Limits, Path, Refusal, RefusalKind, Syntax, Yaml};

fn read(text: &str) -> Yaml {
    Yaml::read(text, &Limits::default()).unwrap()
}

fn set(before: &str, fresh: Syntax, name: &str, text: &str) -> Result<String, Refusal> {
    let (yaml, at) = (read(before), Path::keys(["env"]));
    let op = yaml.variables(0, &at, fresh)?.set(name, text)?;
    let after = yaml.apply(0, &op)?.yaml;
    // What was set is effective, and to set it again changes nothing.
    let block = after.variables(0, &at, fresh)?;
    assert_eq!(block.get(name).unwrap().text(), Some(text), "{}", after.text());
    let again = after.apply(0, &block.set(name, text)?)?;
    assert!(again.edits.is_empty(), "{}", again.yaml.text());
    Ok(after.text().to_owned())
}

#[track_caller]
fn becomes(before: &str, fresh: Syntax, (name, text): (&str, &str), after: &str) {
    assert_eq!(set(before, fresh, name, text).unwrap(), after);
}

#[track_caller]
fn refused(before: &str, fresh: Syntax, kind: RefusalKind) {
    let refusal = set(before, fresh, "K", "v").unwrap_err();
    assert_eq!(refusal.kind, kind, "{refusal}");
}

#[test]
fn a_new_variable_takes_the_form_of_its_block() {
    use Syntax::{Map, Pairs};
    let v = ("K", "v");
    becomes("env:\n  A: b  # why\n", Map, v, "env:\n  A: b  # why\n  K: v\n");
    becomes("env:\n  - A=b\n", Map, v, "env:\n  - A=b\n  - K=v\n");
    becomes("env:\n- name: A\n  value: b\n", Map, v, "env:\n- name: A\n  value: b\n- name: K\n  value: v\n");
    becomes("env: {A: b}\n", Pairs, v, "env: {A: b, K: v}\n");
    becomes("env: [A=b]\n", Map, v, "env: [A=b, K=v]\n");
    becomes("env: [{name: A, value: b}]\n", Map, v, "env: [{name: A, value: b}, {name: K, value: v}]\n");
    becomes("env:\n  - \"A=b\"\n", Map, v, "env:\n  - \"A=b\"\n  - \"K=v\"\n");
}

#[test]
fn a_block_is_made_where_there_is_none() {
    use Syntax::{Map, Objects, Pairs};
    let v = ("K", "v");
    for before in ["a: 1\n", "a: 1\nenv:\n", "a: 1\nenv: null\n", "a: 1\nenv: {}\n"] {
        becomes(before, Map, v, "a: 1\nenv:\n  K: v\n");
        becomes(before, Objects, v, "a: 1\nenv:\n  - name: K\n    value: v\n");
    }
    for before in ["a: 1\n", "a: 1\nenv: ~\n", "a: 1\nenv: []\n"] {
        becomes(before, Pairs, v, "a: 1\nenv:\n  - K=v\n");
    }
    becomes("env: []\n", Map, v, "env:\n  - K=v\n");
    becomes("env: []\n", Objects, v, "env:\n  - name: K\n    value: v\n");
    becomes("env: {}\n", Pairs, v, "env:\n  K: v\n");
    becomes("env:  # none yet\nb: 1\n", Map, v, "env:  # none yet\n  K: v\nb: 1\n");
}

#[test]
fn a_text_is_a_text_to_every_reader() {
    use Syntax::{Map, Objects, Pairs};
    for text in ["4", "true", "yes", "off", "010", "1e6", "null", "2024-01-02", "12:30"] {
        becomes("env:\n  A: b\n", Map, ("K", text), &format!("env:\n  A: b\n  K: \"{text}\"\n"));
        let after = format!("env:\n  - name: A\n    value: b\n  - name: K\n    value: \"{text}\"\n");
        becomes("env:\n  - name: A\n    value: b\n", Objects, ("K", text), &after);
        becomes("env:\n  - A=b\n", Pairs, ("K", text), &format!("env:\n  - A=b\n  - K={text}\n"));
    }
    becomes("env:\n  A: b\n", Map, ("Y", "v"), "env:\n  A: b\n  \"Y\": v\n");
    becomes("env:\n  - A=b\n", Pairs, ("K", "a: b"), "env:\n  - A=b\n  - \"K=a: b\"\n");
}

#[test]
fn an_entry_gets_another_text_where_it_stands() {
    use Syntax::{Map, Objects, Pairs};
    let v = ("K", "v");
    becomes("env:\n  K: \"a\" # why\n  B: c\n", Map, v, "env:\n  K: \"v\" # why\n  B: c\n");
    becomes("env:\n  K:\n  B: c\n", Map, v, "env:\n  K: v\n  B: c\n");
    becomes("env:\n  K: {value: a}\n", Map, v, "env:\n  K: {value: v}\n");
    becomes("env:\n  - 'K=a'  # why\n  - B=c\n", Pairs, v, "env:\n  - 'K=v'  # why\n  - B=c\n");
    becomes("env:\n  - K\n", Pairs, v, "env:\n  - K=v\n");
    becomes("env:\n  - value: a\n    name: K\n", Objects, v, "env:\n  - value: v\n    name: K\n");
    becomes("env:\n  - name: K\n", Objects, v, "env:\n  - name: K\n    value: v\n");
    // Of several the last one wins.
    becomes("env:\n  - K=a\n  - K=b\n", Pairs, v, "env:\n  - K=a\n  - K=v\n");
    becomes("env:\n  K: a\n  K: b\n", Map, v, "env:\n  K: a\n  K: v\n");
}

#[test]
fn what_comes_from_elsewhere_is_overridden_and_never_changed() {
    use Syntax::Map;
    let v = ("K", "v");
    becomes(
        "x: &x {K: a}\nenv:\n  <<: *x\n  B: c\n",
        Map,
        v,
        "x: &x {K: a}\nenv:\n  <<: *x\n  B: c\n  K: v\n",
    );
    becomes("x: &x\n  K: a\nenv: *x\nb: 1\n", Map, v, "x: &x\n  K: a\nenv:\n  <<: *x\n  K: v\nb: 1\n");
    becomes(
        "x: &x\n  A: a\nenv: *x  # shared\n",
        Map,
        v,
        "x: &x\n  A: a\nenv:\n  <<: *x  # shared\n  K: v\n",
    );
    refused("x: &x [A=b]\nenv: *x\n", Map, RefusalKind::Alias);
    refused("x: &x [K=b]\nenv: *x\n", Map, RefusalKind::Alias);
    refused("x: &x\n  - {name: A, value: b}\nenv: *x\n", Map, RefusalKind::Alias);
    refused("x: &x K=b\nenv:\n  - *x\n", Map, RefusalKind::Alias);
    let yaml = read("base: &b\n  env:\n    A: b\ns:\n  <<: *b\n  c: 1\n");
    let block = yaml.variables(0, &Path::keys(["s", "env"]), Map).unwrap();
    assert_eq!(block.set("K", "v").unwrap_err().kind, RefusalKind::Alias);
}

#[test]
fn what_is_no_such_block_or_refers_to_something_is_refused() {
    use Syntax::{Map, Objects};
    refused("env: text\n", Map, RefusalKind::Place);
    refused("env:\n  - A=b\n  - name: C\n", Map, RefusalKind::Form);
    refused(
        "env:\n  - name: K\n    valueFrom: {secretKeyRef: {name: s, key: k}}\n",
        Objects,
        RefusalKind::Form,
    );
    refused("env:\n  K:\n    valueFrom: {secretKeyRef: {name: s, key: k}}\n", Map, RefusalKind::Form);
    refused("env:\n  K: [a]\n", Map, RefusalKind::Form);
    refused("env: {{ toYaml .Values.env }}\n", Map, RefusalKind::Template);
    let yaml = read("env:\n  A: b\n");
    let block = yaml.variables(0, &Path::keys(["env"]), Map).unwrap();
    for name in ["", "A=B", "A\nB"] {
        assert_eq!(block.set(name, "v").unwrap_err().kind, RefusalKind::Form);
    }
}

#[test]
fn entries_tell_what_they_give() {
    let yaml = read(
        "x: &x {A: 1, B: 2}\nenv:\n  <<: *x\n  B: 3\n  C:\n  D: {valueFrom: y}\n  E: yes\n---\nenv: [A=1, B, 'A=2=3', C=\"q\"]\n---\nenv:\n  - {name: A, value: 1}\n  - {name: B, valueFrom: {k: v}}\n  - {name: C}\n",
    );
    let shown = |doc| {
        let block = yaml.variables(doc, &Path::keys(["env"]), Syntax::Map).unwrap();
        let one = |variable: &lossless_yaml::Variable<'_>| {
            let given = match &variable.given {
                Given::Text(text) => text.to_string(),
                Given::Nothing => "-".to_owned(),
                Given::Reference(_) => "*".to_owned(),
            };
            let marks = [(variable.elsewhere, "^"), (variable.dead, "+")];
            let marks: String = marks.iter().filter(|mark| mark.0).map(|mark| mark.1).collect();
            format!("{}={given}{marks} {}", variable.name, variable.at)
        };
        block.entries().iter().map(one).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(shown(0), "A=1^ x.A; B=3 env.B; C=- env.C; D=* env.D; E=yes env.E");
    assert_eq!(shown(1), "A=1+ env[0]; B=- env[1]; A=2=3 env[2]; C=\"q\" env[3]");
    assert_eq!(shown(2), "A=1 env[0]; B=* env[1]; C=- env[2]");
}

#[test]
fn all_entries_of_a_name_are_removed() {
    let removed = |before: &str| {
        let yaml = read(before);
        let ops = yaml.variables(0, &Path::keys(["env"]), Syntax::Map).unwrap().remove("K", true)?;
        let ops: Vec<_> = ops.into_iter().map(|op| (0, op)).collect();
        Ok::<_, Refusal>(yaml.apply_all(&ops)?.yaml.text().to_owned())
    };
    assert_eq!(removed("env:\n  - K=a\n  # b\n  - B=c\n  - K=d\n").unwrap(), "env:\n  # b\n  - B=c\n");
    assert_eq!(removed("env:\n  K: a\n  B: c\n  K: d\n").unwrap(), "env:\n  B: c\n");
    assert_eq!(removed("env:\n- name: K\n  value: a\n").unwrap(), "env: []\n");
    assert_eq!(removed("env:\n  A: b\n").unwrap(), "env:\n  A: b\n");
    assert_eq!(removed("x: &x {K: a}\nenv: *x\n").unwrap_err().kind, RefusalKind::Alias);
}

#[test]
fn blocks_in_embedded_texts_are_reached() {
    let mut yaml = read("data:\n  values.yaml: |\n    env:\n      - A=b\n");
    let text = Path::keys(["data", "values.yaml"]);
    yaml.embed(0, &text).unwrap();
    let at = text.child(lossless_yaml::Step::Inside).child("env");
    let block = yaml.variables(0, &at, Syntax::Map).unwrap();
    assert_eq!(block.get("A").unwrap().text(), Some("b"));
    let after = yaml.apply(0, &block.set("K", "v").unwrap()).unwrap().yaml;
    assert_eq!(after.text(), "data:\n  values.yaml: |\n    env:\n      - A=b\n      - K=v\n");
}
