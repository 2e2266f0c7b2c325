//! What a deployment consists of, and what each setting really is in it.

mod place;
mod secrets;

pub use place::{At, FileId, Place, Spot};
pub use secrets::{Hit, Secrets, is_secret_name, secrets_in_line};
