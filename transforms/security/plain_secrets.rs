//! Secrets beside the master key and the salt key that can be read in files which are shared.

use super::master_key::{Key, key};
use crate::plan::build::named;
use crate::plan::{Area, Finding, Meta, NoParams, Severity};
use crate::project::{Holder, Installation, Place, PlainSecret};

pub const META: Meta = Meta {
    id: "plain_secrets",
    title: "secrets are in plain text in the repository",
    why: "anyone who can read the file, a copy of it or its history can use them",
    severity: Severity::Medium,
    worst: Severity::Medium,
    gap: "plain secrets",
    files: "advice only",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Security, 2)],
    aliases: &[],
};

/// What keeps a Secret out of a repository in plain text.
pub const ENCRYPT: &str = "encrypt the Secret before it is committed (SOPS, Sealed Secrets), or let an operator make it in the cluster (External Secrets)";

/// What `master_key` and `salt_key` tell of.
const OWNED: [&str; 4] = ["master_key", "LITELLM_MASTER_KEY", "PROXY_MASTER_KEY", "LITELLM_SALT_KEY"];

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    // They stand in files, whichever process has them.
    let installation = &installation.together();
    let owned = owned(installation);
    let mut secrets = installation.plain_secrets();
    secrets.retain(|one| !OWNED.contains(&one.name.as_str()) && !owned.contains(&one.place));
    secrets
        .chunk_by(|one, next| one.place.file == next.place.file)
        .filter_map(|secrets| finding(installation, secrets))
        .collect()
}

/// Where the master key in force stands, and what fills the two keys in.
fn owned(installation: &Installation<'_>) -> Vec<Place> {
    let master = match key(installation) {
        Key::Text(_, place) | Key::Default(_, place) => Some(place),
        Key::Elsewhere | Key::Nothing(..) | Key::Late(..) | Key::Unset => None,
    };
    let variables = OWNED.iter().flat_map(|name| installation.variables(name));
    variables.filter_map(|variable| variable.filled).chain(master).collect()
}

fn finding(installation: &Installation<'_>, secrets: &[PlainSecret]) -> Option<Finding> {
    let first = secrets.first()?;
    let mut names: Vec<(&str, &Place, usize)> = Vec::new();
    for one in secrets {
        match names.iter_mut().find(|(name, ..)| *name == one.name) {
            Some((_, _, times)) => *times += 1,
            None => names.push((&one.name, &one.place, 1)),
        }
    }
    let listed = named(&names.iter().map(|(name, ..)| (*name).to_owned()).collect::<Vec<_>>());
    let (stands, them) = if secrets.len() == 1 { ("is", "it") } else { ("are", "them") };
    let count =
        if secrets.len() > names.len() { format!(" ({} places)", secrets.len()) } else { String::new() };
    let near = secrets.iter().all(|one| one.near);
    let why = if near {
        "anyone who can read the file and reach the service next to the proxy can use them"
    } else {
        META.why
    };
    let mut finding = Finding::new(&META, META.id, "plain_text", first.place.clone())
        .title(format!("{listed}{count} {stands} in plain text in the repository"))
        .why(why.replace("them", them))
        .severity(if near { Severity::Low } else { META.severity });
    finding.related =
        names.iter().skip(1).map(|(name, place, _)| ((*place).clone(), format!("`{name}`"))).collect();
    Some(finding.advice(advice(installation, secrets)))
}

fn advice(installation: &Installation<'_>, secrets: &[PlainSecret]) -> String {
    let holds = |holder| secrets.iter().any(|one| one.holder == holder);
    let mut ways = Vec::new();
    if holds(Holder::Config) {
        ways.push("refer to variables of the process in the configuration (`os.environ/NAME`)".to_owned());
    }
    if holds(Holder::Compose) {
        ways.push(
            "put them into an env file that git does not track, and let compose fill them in (`${NAME}`)"
                .to_owned(),
        );
    }
    if holds(Holder::Kubernetes) {
        ways.push("give the process its variables from a Secret (`valueFrom.secretKeyRef`)".to_owned());
    }
    if holds(Holder::Secret) {
        ways.push(ENCRYPT.to_owned());
    }
    if holds(Holder::Start) {
        ways.push("give them to the process when it starts, from where you keep secrets".to_owned());
    }
    if holds(Holder::EnvFile) {
        let file = secrets.first().map_or("it", |one| installation.shown(one.place.file));
        ways.push(format!("remove the file from git (`git rm --cached {file}`) and add it to .gitignore"));
    }
    let old = if secrets.len() == 1 { "it" } else { "each of them" };
    format!("{}; then rotate {old}, since the history keeps the old value", ways.join(", "))
}
