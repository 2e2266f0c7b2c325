//! A salt key that can be read in these files: readers that take it for different keys, and eyes that it is not for.

use super::super::master_key::shared;
use super::super::plain_secrets::ENCRYPT;
use super::{KEEP, META, standing};
use crate::plan::{Finding, Severity};
use crate::project::{At, Installation, Place};

/// What is wrong with the text, the worst first.
pub fn wrong(installation: &Installation<'_>, text: &str, place: &Place) -> Option<Finding> {
    let finding = |state: &'static str, severity| {
        Finding::new(&META, META.id, state, place.clone()).severity(severity).advice(KEEP)
    };
    let bare = text.trim();
    if bare.is_empty() {
        let empty = finding("empty", Severity::Critical)
            .title("the salt key is empty, which is not the same as unset")
            .why("everything is encrypted with the empty text, and can be decrypted by anybody");
        return Some(empty);
    }
    if is_read_differently(installation, place) {
        let literal = finding("literal", Severity::Medium)
            .title("`docker run --env-file` or `format: raw` of compose makes quotes, blanks and comments part of the salt key")
            .why("compose and python-dotenv leave them away: the two readers have different keys, and one of them decrypts nothing")
            .advice(format!("write it as NAME=value if nothing but compose or python-dotenv has read this file so far; otherwise {KEEP}"));
        return Some(literal);
    }
    let quoted =
        bare.len() > 1 && ['"', '\''].iter().any(|quote| bare.starts_with(*quote) && bare.ends_with(*quote));
    if quoted || bare != text {
        let padded = finding("padded", Severity::Medium)
            .title("quotes or blanks are part of the salt key")
            .why("one character more makes a different key: another reader, or a copy of it without them, decrypts nothing");
        return Some(padded);
    }
    let readable = match place.at {
        At::Env(_) => shared(installation, place),
        _ => !place.is_in_secret() || shared(installation, place),
    };
    readable.then(|| plain_text(installation, place))
}

/// Whether a line of an env file is one text for some readers and another for others, and one of the others may read it here.
fn is_read_differently(installation: &Installation<'_>, place: &Place) -> bool {
    matches!(place.at, At::Env(_))
        && installation.env_writing(place).is_some_and(|entry| entry.differs)
        && installation.reads_literally(place.file) != Some(false)
}

fn plain_text(installation: &Installation<'_>, place: &Place) -> Finding {
    let text = match &place.at {
        At::Env(_) => format!(
            "do not change the key: everything stored would become unreadable. Take the file out of git (`git rm --cached {}`) and add it to .gitignore; its history keeps the key",
            installation.shown(place.file)
        ),
        _ if place.is_in_secret() => format!(
            "do not change the key, which makes everything stored unreadable; {ENCRYPT}; git's history keeps the key"
        ),
        _ => "give the same value, unchanged, from a Secret or a file outside the repository; a different one makes everything stored unreadable".to_owned(),
    };
    Finding::new(&META, META.id, "plain_text", place.clone())
        .severity(Severity::High)
        .title("the salt key is in plain text in the repository")
        .why("whoever reads the file can decrypt what the database holds")
        .advice(text)
        .lines(standing::lines(installation, place))
}
