//! Where a key stands: whom it can be read by, and how it is written.

use crate::document::Step;
use crate::project::{At, Installation, Place};

/// What is YAML is shared; an env file, or a Secret, where git tracks it.
pub fn shared(installation: &Installation<'_>, place: &Place) -> bool {
    let tracked = installation.is_tracked(place.file);
    match &place.at {
        _ if place.is_in_secret() => tracked && installation.is_versioned(place.file),
        At::Yaml { .. } => true,
        _ => tracked,
    }
}

/// Whether a place is an item of a list.
pub fn is_listed(place: &Place) -> bool {
    matches!(&place.at, At::Yaml { path, .. } if matches!(path.steps().last(), Some(Step::Index(_))))
}
