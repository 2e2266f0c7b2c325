//! Parameters as somebody gave them, turned into those of a transform. What is wrong is said by its kind: a value is never quoted, since
//! it may be anything that stands in a file or on the command line.

use std::fmt::{self, Display};

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value as Json;

/// The parameters; the error says what is expected.
pub(super) fn read<P: DeserializeOwned>(json: &Json) -> Result<P, String> {
    P::deserialize(Given(json)).map_err(|wrong| wrong.0)
}

#[derive(Clone, Copy)]
struct Given<'j>(&'j Json);

#[derive(Debug)]
struct Wrong(String);

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("{}, where {expected} is expected", kind(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("{} out of bounds, where {expected} is expected", kind(found)))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(format!("an unknown word, where one of these is expected: {}", expected.join(", ")))
    }
}

fn kind(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a whole number",
        Unexpected::Float(_) => "a number with a fraction",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a mapping",
        Unexpected::Unit | Unexpected::Option => "nothing",
        _ => "a text",
    }
}

impl<'de> IntoDeserializer<'de, Wrong> for Given<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Given<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Json::Null => visitor.visit_unit(),
            Json::Bool(bool) => visitor.visit_bool(*bool),
            Json::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => visitor.visit_str(text),
            Json::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.iter().map(Given))),
            Json::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| (key.as_str(), Given(value)));
                visitor.visit_map(MapDeserializer::new(entries))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.0 {
            Json::String(text) => {
                let text: de::value::StrDeserializer<'_, Wrong> = text.as_str().into_deserializer();
                text.deserialize_enum(name, variants, visitor)
            }
            other => Given(other).deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Way {
        ByName,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields)]
    struct Asked {
        seconds: u32,
        share: f64,
        way: Option<Way>,
        names: Vec<String>,
        numbers: BTreeMap<String, i8>,
    }

    impl Default for Asked {
        fn default() -> Self {
            Self { seconds: 1, share: 0.5, way: None, names: Vec::new(), numbers: BTreeMap::new() }
        }
    }

    #[test]
    fn what_serde_json_reads_is_read() {
        for json in [
            json!({}),
            json!({"seconds": 3, "share": 1, "way": "by_name", "names": ["a"], "numbers": {"a": -1}}),
            json!({"way": null}),
        ] {
            assert_eq!(read::<Asked>(&json).unwrap(), serde_json::from_value(json).unwrap());
        }
    }

    #[test]
    fn no_value_is_quoted() {
        for json in [
            json!("canary"),
            json!(["canary"]),
            json!({"seconds": "canary"}),
            json!({"seconds": ["canary"]}),
            json!({"seconds": {"canary": "canary"}}),
            json!({"way": "canary"}),
            json!({"way": {"canary": 1}}),
            json!({"names": "canary"}),
            json!({"numbers": {"a": "canary"}}),
        ] {
            let error = read::<Asked>(&json).unwrap_err();
            assert!(!error.contains("canary"), "{json}: {error}");
        }
        assert_eq!(read::<Asked>(&json!({"seconds": "x"})).unwrap_err(), "a text, where u32 is expected");
        assert!(read::<Asked>(&json!({"seconds": -5})).is_err());
    }
}
