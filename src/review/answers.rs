//! Values as a person types them.

use crate::document::Value;

/// Reads a typed answer as a value of the same kind as the default.
pub(super) fn parse(default: &Value, typed: &str) -> Result<Value, String> {
    let typed = typed.trim();
    match default {
        Value::Bool(_) => match typed.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "on" => Ok(Value::Bool(true)),
            "false" | "no" | "n" | "off" => Ok(Value::Bool(false)),
            _ => Err("type true or false".to_owned()),
        },
        Value::Int(_) => typed.parse().map(Value::Int).map_err(|_| "type a whole number".to_owned()),
        Value::Float(_) => {
            let number = typed.parse::<f64>().ok().filter(|number| number.is_finite());
            number.map(Value::Float).ok_or_else(|| "type a number".to_owned())
        }
        Value::Seq(items) => {
            let kind = items.first().cloned().unwrap_or_else(|| Value::from(""));
            let bare = typed.strip_prefix('[').and_then(|typed| typed.strip_suffix(']')).unwrap_or(typed);
            let parts = bare.split(',').map(|part| part.trim().trim_matches(['"', '\'']));
            parts
                .filter(|part| !part.is_empty())
                .map(|part| parse(&kind, part))
                .collect::<Result<_, _>>()
                .map(Value::Seq)
        }
        Value::Map(_) => Err("this value cannot be typed; set it in .litellm-fix.yaml".to_owned()),
        Value::Null | Value::Str(_) | Value::Other(_) => Ok(Value::from(typed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_the_kind_of_the_default() {
        assert_eq!(parse(&Value::Int(3), " 5 "), Ok(Value::Int(5)));
        assert!(parse(&Value::Int(3), "five").is_err());
        assert_eq!(parse(&Value::Bool(false), "Yes"), Ok(Value::Bool(true)));
        assert_eq!(parse(&Value::Float(0.5), "2"), Ok(Value::Float(2.0)));
        assert!(parse(&Value::Float(0.5), "nan").is_err());
        assert_eq!(parse(&Value::from("x"), "5"), Ok(Value::from("5")));
        let list = Value::Seq(vec![Value::from("slack")]);
        let both = Value::Seq(vec![Value::from("slack"), Value::from("email")]);
        assert_eq!(parse(&list, "[\"slack\", email]"), Ok(both));
    }
}
