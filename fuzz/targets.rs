//! What holds for any bytes. `cargo +nightly fuzz run read` looks for bytes for which it does not; `tests/fuzz.rs` replays the corpora, and
//! what it makes of them by chance, on a stable compiler.

use litellm_fix::document::{
    Dotenv, EnvOp, Kind, Limits, Node, Op, Path, Reader, RefusalKind, Value, Yaml, apply_edits,
};
use litellm_fix::project::Secrets;
use litellm_fix::report::Masker;

fn limits() -> Limits {
    Limits { max_bytes: 100_000, max_depth: 100, max_nodes: 20_000 }
}

/// A text is read or refused; what was read is the text itself.
pub fn read(data: &[u8]) {
    if let Ok(mut yaml) = Yaml::from_bytes(data, &limits()) {
        assert_eq!(yaml.text().as_bytes(), data);
        for doc in 0..yaml.documents() {
            let Some(root) = yaml.root(doc) else { continue };
            let _ = (root.value(Reader::PyYaml), root.value(Reader::Go));
            for (at, node) in places(root) {
                let found = yaml.get(doc, &at);
                assert!(found.is_some() || at.steps().is_empty(), "{at} {:?}", node.source());
            }
        }
        for (doc, path) in yaml.literals() {
            let _ = yaml.embed(doc, &path);
        }
        for comment in yaml.comments() {
            assert!(comment.text.starts_with('#') && yaml.text()[comment.offset..].starts_with(comment.text));
        }
    }
    if let Ok(env) = Dotenv::from_bytes(data, &limits()) {
        assert_eq!(env.text().as_bytes(), data);
        assert!(env.entries().count() <= data.len() && env.comments().count() <= data.len());
    }
}

fn places(root: Node<'_>) -> Vec<(Path, Node<'_>)> {
    let mut out = vec![(root.path(), root)];
    let mut at = 0;
    while at < out.len() && out.len() < 500 {
        let node = out[at].1;
        // Of equal keys the last has the address; what stands below a key that is a collection has none.
        if node.kind() == Kind::Mapping && !node.duplicates().is_empty() {
            at += 1;
            continue;
        }
        let named = node.entries().filter(|(key, _)| !matches!(key.kind(), Kind::Mapping | Kind::Sequence));
        let below = named.map(|(_, value)| value).chain(node.items());
        out.extend(below.map(|node| (node.path(), node)));
        at += 1;
    }
    out
}

/// An edit is made and proven, or refused; what it makes is what its edits make of the text, and it reads again. The first four bytes
/// choose the operation, the rest is the text.
pub fn edit(data: &[u8]) {
    let Some((choice, text)) = data.split_first_chunk::<4>() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let [kind, place, other, value] = choice.map(usize::from);
    if let Ok(yaml) = Yaml::read(text, &limits()) {
        let Some(root) = yaml.root(0) else { return };
        let places = places(root);
        let at = places[place % places.len()].0.clone();
        let to = places[other % places.len()].0.clone();
        let value = [Value::Int(60), Value::from("x: y"), Value::Null, Value::Seq(vec![Value::from("a")])]
            [value % 4]
            .clone();
        let mut op = match kind % 9 {
            0 => Op::Set { at, key: "new".to_owned(), value },
            1 => Op::Ensure { at, key: "new".to_owned(), value },
            2 => Op::Append { at, value },
            3 => Op::Replace { at, value },
            4 => Op::Rename { at, to: "named".to_owned() },
            5 => Op::Remove { at, comments: other % 2 == 0 },
            6 => Op::Move { from: at, to },
            8 => Op::Extend { at, key: "new".to_owned(), value },
            _ => Op::Comment { at, text: "litellm-fix: ignore[x] why".to_owned() },
        };
        if other % 5 == 0 {
            op = Op::Everywhere(Box::new(op));
        }
        match yaml.apply(0, &op) {
            Ok(applied) => {
                assert_eq!(apply_edits(text, &applied.edits).as_deref(), Some(applied.yaml.text()));
                Yaml::read(applied.yaml.text(), &limits())
                    .unwrap_or_else(|refusal| panic!("{op:?}: {refusal}"));
            }
            Err(refusal) => {
                let proof = matches!(refusal.kind, RefusalKind::Proof(_));
                assert!(refusal.kind.is_foreseen() || proof, "{op:?}: {refusal}");
            }
        }
    }
    if let Ok(env) = Dotenv::read(text, &limits()) {
        let names: Vec<String> = env.entries().map(|entry| entry.name.to_owned()).collect();
        let name = names.get(place % (names.len() + 1)).cloned().unwrap_or_else(|| "NEW".to_owned());
        let value = ["60", "a b", "it's", "", "x#y", "\"q\"", "a$b"][value % 7].to_owned();
        let op = match kind % 4 {
            0 => EnvOp::Set { name, value },
            1 => EnvOp::Rename { name, to: "NAMED".to_owned() },
            2 => EnvOp::Remove { name, comments: other % 2 == 0 },
            _ => EnvOp::Comment { name: Some(name), text: "litellm-fix: ignore[x] why".to_owned() },
        };
        if let Ok(applied) = env.apply(&op) {
            Dotenv::read(applied.env.text(), &limits()).unwrap_or_else(|refusal| panic!("{op:?}: {refusal}"));
        }
    }
}

/// Masking keeps the lines and is done once and for all; a secret that was found by its name is not there any more.
pub fn mask(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let secrets = Secrets::collect(std::iter::once(text));
    let masker = Masker::new(&secrets, false);
    let masked = masker.mask_lines(text).into_owned();
    assert_eq!(masked.lines().count(), text.lines().count(), "{masked:?}");
    let _ = (masker.mask(text), secrets.find_in_prose(text));
    assert!(Masker::new(&secrets, true).mask_lines(text) == text);
}
