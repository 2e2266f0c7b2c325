//! What a scalar's text means.
use super::tree::NodeData;
use std::borrow::Cow;

/// The value of a scalar.
pub(crate) fn decode<'a>(text: &'a str, node: &NodeData) -> Cow<'a, str> {
    Cow::Borrowed(text.get(node.start as usize..node.end as usize).unwrap_or_default())
}
