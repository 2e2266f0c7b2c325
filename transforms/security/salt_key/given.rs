//! A salt key that is effective: whether the next rotation of the master key changes it too, and what takes its place where it is unset.

use super::super::master_key::{is_listed, made_from, same};
use super::text::wrong;
use super::{KEEP, META, standing};
use crate::plan::{Finding, Lines, Severity};
use crate::project::{Installation, Place, Source};

/// What is wrong with a salt key that is effective, if anything is.
pub fn judge(installation: &Installation<'_>, place: &Place) -> Option<Finding> {
    let origin = installation.source_at(place);
    let on = match &origin {
        Source::Variable(name) => installation.variables(name).into_iter().next(),
        _ => None,
    };
    let through = on.as_ref().map(|variable| installation.source_at(&variable.place));
    let entry = on.as_ref().map_or(place, |variable| &variable.place);
    let of_master = made_from(installation);
    let shares = |one: &Source| of_master.iter().any(|other| same(one, other));
    if shares(&origin) || through.as_ref().is_some_and(shares) {
        return Some(same_entry(installation, place, entry));
    }
    match through.unwrap_or(origin) {
        Source::Text(text) => wrong(installation, &text, entry),
        Source::Caller { name, default } => match installation.filler(entry.file, &name) {
            Some((_, None)) => None,
            Some((at, Some(text))) if !text.is_empty() => wrong(installation, &text, &at),
            _ => Some(falls_back(installation, entry, &name, default?.trim().is_empty())),
        },
        _ => None,
    }
}

/// The salt key at `place` comes from the variable at `entry`, which is made from what the master key is made from.
fn same_entry(installation: &Installation<'_>, place: &Place, entry: &Place) -> Finding {
    Finding::new(&META, META.id, "same_entry", place.clone())
        .title("the salt key is the entry of the master key: the next rotation changes both")
        .why("then everything stored in the database becomes unreadable at once")
        .severity(Severity::High)
        .advice("before you replace the master key, copy the salt key's current value into an entry of its own and let the salt key refer to that; any other value makes everything stored unreadable")
        .lines(standing::lines(installation, entry))
}

/// A variable of the caller that something takes the place of where it is unset.
fn falls_back(installation: &Installation<'_>, place: &Place, name: &str, to_nothing: bool) -> Finding {
    let finding = |state: &'static str| Finding::new(&META, META.id, state, place.clone());
    let found = match to_nothing {
        true => finding("may_be_empty")
            .title("the salt key is empty if its variable is unset")
            .why("an empty salt key is not an unset one: everything is encrypted with the empty text"),
        false => finding("public_default")
            .title("plain-text salt key: where its variable is not set, a text in this file is used")
            .why("with it anyone can decrypt the values in the database")
            .severity(Severity::High),
    };
    let found = match installation.file_as_database() {
        // Nothing is stored that could be decrypted.
        Some(file) => found
            .severity(Severity::Low)
            .see(file, "the address of a file, to which LiteLLM does not connect: nothing is stored"),
        None => found,
    };
    let spot = installation.spot(place);
    let line = standing::of_caller(is_listed(place), name);
    found
        .advice(format!(
            "make sure first that the variable is set wherever this runs, since a start without it fails then. Where it is unset today, {KEEP}"
        ))
        .lines(Lines::new(vec![line], format!("in place of {}:{}", spot.file, spot.line)))
}
