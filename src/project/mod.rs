//! What a deployment consists of, and what each setting really is in it.

mod place;

pub use place::{At, FileId, Place, Spot};
