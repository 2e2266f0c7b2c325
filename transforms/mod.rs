//! The registry of transforms: one ordered list, and the only place that decides the order.

mod proxy_batch_write_at;

use crate::plan::Transform;

/// Every transform, in the order in which fixes are planned.
pub fn registry() -> Vec<Transform> {
    vec![Transform::new(
        &proxy_batch_write_at::META,
        include_str!("proxy_batch_write_at.md"),
        proxy_batch_write_at::assess,
    )]
}
