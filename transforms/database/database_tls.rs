//! An address of a database elsewhere that does not ask for TLS: the password and every row may travel in plain text.

use crate::document::Value;
use crate::plan::{Area, Finding, Meta, NoParams, Severity};
use crate::project::{Installation, Place, is_elsewhere};

pub const META: Meta = Meta {
    id: "database_tls",
    title: "the database connection does not require TLS",
    why: "Prisma's default is `prefer`: it falls back to plain text if the server offers no TLS, and checks no certificate",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "TLS to the database",
    files: "advice only",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Security, 1)],
    aliases: &[],
};

const VARIABLES: [&str; 2] = ["DATABASE_URL", "DIRECT_URL"];

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let given = VARIABLES.iter().flat_map(|name| installation.variables(name).into_iter().take(1));
    // What compose fills in hides the text, but not how the rest of it is written.
    let given = given.filter_map(|variable| {
        let written = || installation.value_at(&variable.place)?.as_str().map(str::to_owned);
        Some((variable.text.clone().or_else(written)?, variable.place))
    });
    let written = installation.in_layers("general_settings", "database_url").pop();
    let written = written.and_then(|(value, place)| match value {
        Value::Str(text) => Some((text, place)),
        _ => None,
    });
    given.chain(written).filter_map(|(url, place)| finding(&url, place)).collect()
}

fn finding(url: &str, place: Place) -> Option<Finding> {
    let title = match asks(url)? {
        Asks::Nothing => META.title,
        Asks::Plain => "TLS to the database is turned off (`sslmode=disable`)",
    };
    Some(Finding::new(&META, "database_url", "no_tls", place).title(title).advice("add `sslmode=verify-full&sslrootcert=<path of the CA certificate>` to the parameters of the address, as on LiteLLM's production page, or `sslmode=require` where the certificate cannot be checked"))
}

/// What an address asks of TLS where it does not insist on it.
#[derive(Debug, PartialEq, Eq)]
enum Asks {
    Nothing,
    Plain,
}

/// `None` where the address insists on TLS, is filled in elsewhere, or names a host in the same network.
fn asks(url: &str) -> Option<Asks> {
    let rest = url.strip_prefix("postgresql://").or_else(|| url.strip_prefix("postgres://"))?;
    let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let host = address.split('/').next()?.rsplit('@').next()?;
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    if host.contains(['$', '{', '[']) || parameters.contains(['$', '{']) || !is_elsewhere(host) {
        return None;
    }
    let mode = parameters.split('&').find_map(|one| one.strip_prefix("sslmode="));
    match mode {
        None | Some("" | "prefer" | "allow") => Some(Asks::Nothing),
        Some("disable") => Some(Asks::Plain),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_names_are_elsewhere() {
        let asked = |host: &str, query: &str| asks(&format!("postgresql://u:p@{host}:5432/db{query}"));
        assert_eq!(asked("db.example.com", ""), Some(Asks::Nothing));
        assert_eq!(asked("db.example.com", "?sslmode=disable"), Some(Asks::Plain));
        assert_eq!(asked("db.example.com", "?connection_limit=5&sslmode=verify-full"), None);
        for near in [
            "db",
            "10.0.0.7",
            "pg.data.svc.cluster.local",
            "pg.data.svc",
            "host.docker.internal",
            "$HOST.example.com",
        ] {
            assert_eq!(asked(near, ""), None, "{near}");
        }
        assert_eq!(asks("os.environ/DATABASE_URL"), None);
    }
}
