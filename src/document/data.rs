//! What a node means as data.
use super::Value;
use super::node::Reader;
use super::yaml::Inner;

pub(crate) fn value(inner: &Inner, id: u32, reader: Reader) -> Value {
    inner.scalar(id, reader)
}

pub(crate) fn merged(_inner: &Inner, _id: u32, _key: &str) -> Option<u32> {
    None
}
