//! Fallbacks in the form that LiteLLM takes, as far as it is plain which model is meant to follow which.

use crate::document::Value;
use crate::plan::build::shown;
use crate::project::Amiss;

/// A model, and those to try after it.
type Pair = (String, Vec<Value>);

/// What to write in place of a value of another form: a sentence, and the lines.
pub fn instead(one: &Amiss) -> (String, Vec<String>) {
    let what = "write each model with the list of those to try after it";
    match pairs(&one.value) {
        Some(pairs) => (what.to_owned(), pair_lines(one, &pairs)),
        None => {
            let next = Value::Str("<model_name to try next>".into());
            let example = [("<model_name>".to_owned(), vec![next])];
            (format!("{what}, or remove it"), pair_lines(one, &example))
        }
    }
}

/// One pair a line, with the names in quotes, since many have signs of YAML in them.
fn pair_lines(one: &Amiss, pairs: &[Pair]) -> Vec<String> {
    let head = [format!("{}:", one.section), format!("  {}:", one.key)];
    let line = |(model, next): &Pair| {
        format!("    - {}: {}", shown(&Value::Str(model.clone())), shown(&Value::Seq(next.clone())))
    };
    head.into_iter().chain(pairs.iter().map(line)).collect()
}

/// Fallbacks as LiteLLM takes them; `None` where it is not plain which model is meant to follow which.
fn pairs(value: &Value) -> Option<Vec<Pair>> {
    let pairs: Vec<Vec<Pair>> = match value {
        Value::Map(entries) => vec![of_entries(entries)?],
        Value::Seq(items) => items.iter().map(of_item).collect::<Option<_>>()?,
        _ => return None,
    };
    let pairs = pairs.concat();
    (!pairs.is_empty()).then_some(pairs)
}

fn of_item(item: &Value) -> Option<Vec<Pair>> {
    match item {
        // A model, and those that follow it.
        Value::Seq(models) => match models.as_slice() {
            [Value::Str(model), next @ ..] if !next.is_empty() => of_model(model, next).map(|one| vec![one]),
            _ => None,
        },
        Value::Map(entries) => match entries.as_slice() {
            [(key, Value::Str(model)), (_, next)] if key.starts_with("model") => {
                Some(vec![of_model(model, next.as_seq()?)?])
            }
            entries => of_entries(entries),
        },
        _ => None,
    }
}

fn of_entries(entries: &[(String, Value)]) -> Option<Vec<Pair>> {
    let one = |(model, next): &(String, Value)| match next {
        Value::Str(_) if entries.len() == 1 => of_model(model, std::slice::from_ref(next)),
        next => of_model(model, next.as_seq()?),
    };
    entries.iter().map(one).collect()
}

fn of_model(model: &str, next: &[Value]) -> Option<Pair> {
    next.iter().all(|one| one.as_str().is_some()).then(|| (model.to_owned(), next.to_vec()))
}
