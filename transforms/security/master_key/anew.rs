//! A new master key: how it is made, how it gets to the process, and what is encrypted with the old one.

use super::super::plain_secrets::ENCRYPT;
use super::super::salt_key::NAME as SALT_KEY;
use super::instead::is_entry;
use super::{VARIABLE, shared};
use crate::plan::build::steps;
use crate::project::{At, Installation, Place, Runtime};

/// How to make a first key, and how to give it to the process.
pub fn make(installation: &Installation<'_>) -> Vec<String> {
    let from = match installation.runtime() {
        Some(Runtime::Compose) => "from the environment of the caller or a .env that git ignores",
        _ => "from a Secret, or from a file, that is not in this repository",
    };
    vec![
        "generate a key: `echo \"sk-$(openssl rand -hex 32)\"`".into(),
        format!("give it to the process as {VARIABLE}, {from}"),
    ]
}

/// How to make a new key, and how it gets to the process from where the old one is.
pub fn instead(installation: &Installation<'_>, place: &Place) -> Vec<String> {
    let generate = "generate a new key: `echo \"sk-$(openssl rand -hex 32)\"`".to_owned();
    let file = installation.shown(place.file);
    if place.is_in_secret() && !is_entry(place) {
        let plain = shared(installation, place).then(|| {
            format!("{} (git tracks {file}, where the new key would be in plain text too)", ENCRYPT)
        });
        return plain
            .into_iter()
            .chain([generate, "put it into the Secret, in place of the old one".into()])
            .collect();
    }
    if !matches!(place.at, At::Env(_)) {
        return make(installation);
    }
    if installation.is_unit(place.file) {
        let file = "write it into a file that only root reads, outside of the repository, and name that with `EnvironmentFile=` in place of the variable";
        return vec![generate, file.into()];
    }
    match installation.is_tracked(place.file) {
        _ if !installation.is_versioned(place.file) => {
            vec![generate, format!("write it into {file}, and see that git does not track that")]
        }
        true => vec![
            format!("take {file} out of git (`git rm --cached {file}`) and add it to .gitignore"),
            generate,
            format!("write it into {file}"),
        ],
        false => vec![generate, format!("write it into {file}, which git does not track")],
    }
}

/// How to replace a key that somebody may know, without losing what is encrypted with it.
pub fn replace(installation: &Installation<'_>, place: &Place) -> String {
    let mut told = instead(installation, place);
    told.extend(encrypted(installation));
    told.push(
        "give the new key to every client; never use the old one again, since git's history keeps it".into(),
    );
    steps(&told)
}

/// What is encrypted with the old key, as far as there may be a database and no salt key.
fn encrypted(installation: &Installation<'_>) -> Option<String> {
    let whole = installation.environment_is_whole();
    let has_database = installation.database().is_some();
    let hidden = !whole || installation.config_unseen().is_some();
    let given = !installation.variables(SALT_KEY).is_empty();
    if given || !has_database && !hidden {
        return None;
    }
    let salt = match has_database && whole {
        true => "there is no salt key, so the old master key encrypts what is in the database",
        false => "where there is a database and no salt key, the old master key encrypts what is in it",
    };
    Some(format!(
        "{salt}: from LiteLLM 1.104 on, start once with LITELLM_MIGRATE_FROM_MASTER_KEY=<old key>, which encrypts it anew; on an older release first follow `litellm-fix explain salt_key`"
    ))
}
