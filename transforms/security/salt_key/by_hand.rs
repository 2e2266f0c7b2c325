//! How a process gets a salt key by hand, where it has none: as an entry of a Secret with a copy of the effective master key.

use super::entry::{Params, item, mapped};
use super::{NAME, lists};
use crate::plan::Lines;
use crate::plan::build::{by_place, in_values, secret_lines, variable_lines};
use crate::project::{Installation, Process};

/// The steps by which the master key that is in use becomes the salt key.
pub fn copy() -> Vec<String> {
    vec![
        "copy the master key that is in use now, unchanged, into a Secret entry of its own (or a variable outside the repository); a new value would make everything stored so far unreadable".into(),
        format!("give that to every instance as {NAME}, as below, and deploy"),
        "from then on the master key can be replaced without losing what is stored".into(),
    ]
}

/// The lines that give each process the entry, and where they go.
pub fn lines(installation: &Installation<'_>, params: &Params) -> Lines {
    let (lists, secret, key) = (lists::all(installation), params.secret(), &params.entry);
    if !lists.is_empty() {
        by_place(lists.iter().map(|keys| in_values(installation, keys, &item(secret, key))))
    } else if installation.parts.in_pods() {
        let maps = |one: &Process| installation.maps_variables(one);
        let entry = match installation.parts.containers().all(maps) {
            true => mapped(secret, key),
            false => item(secret, key),
        };
        Lines::new(entry, "`env:` of every container that runs LiteLLM")
    } else if by_compose(installation) {
        // Compose takes it from outside of the repository, and does not start without it.
        variable_lines(installation, NAME, &format!("${{{NAME}:?}}"))
    } else {
        let own = secret_lines(installation, NAME, "a copy of the master key in use");
        Lines::new(
            own.lines,
            "the environment of every LiteLLM process, from a Secret or a file outside the repository, without quotes or blanks",
        )
    }
}

/// Whether the variable would go into the compose file itself.
fn by_compose(installation: &Installation<'_>) -> bool {
    installation.parts.on_compose() && installation.parts.env_files.iter().all(|link| !link.is_certain())
}
