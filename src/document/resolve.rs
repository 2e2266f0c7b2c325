//! What readers make of scalars.
use super::Value;
use super::node::Reader;
use super::tree::Style;
use std::borrow::Cow;

pub(crate) fn scalar(_style: Style, _tag: Option<&str>, text: Cow<'_, str>, _reader: Reader) -> Value {
    Value::Str(text.into_owned())
}
