//! What a deployment consists of, and what each setting really is in it.

mod discover;
mod evidence;
mod file;
mod ignored;
mod in_force;
mod installation;
mod interpolation;
mod kind;
mod launch;
mod load;
mod parts;
mod place;
mod process;
mod provenance;
mod scale;
mod secrets;
mod setting;
pub mod settings;
mod source;
mod variables;
mod version;

pub use discover::Scope;
pub use file::{Document, Files, Reach, SourceFile};
pub use installation::{Installation, ModelGroup, Sign};
pub use interpolation::{Interpolation, Otherwise};
pub use launch::Lost;
pub use load::{Problem, Project, shown};
pub use parts::{EnvLink, Flavor, Layer, Member, Parts};
pub use place::{At, FileId, Place, Spot};
pub use provenance::{Followed, Origin, Provenance};
pub use scale::{Count, Platform, Restart};
pub use secrets::{Hit, Secrets, is_secret_name, secrets_in_line};
pub use setting::{Answer, Ignored, InForce, Loser, Reference, Why};
pub use source::Source;
pub use variables::{Giver, Variable};
pub use version::{NEWEST, OLDEST, Running, Version};
