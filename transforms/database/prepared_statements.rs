//! A pooler that shares connections between transactions loses prepared statements, which Prisma uses unless it is told not to.

use crate::document::Value;
use crate::plan::build::{goes_in, ineffective_places, yaml_lines};
use crate::plan::{Area, Finding, Fix, Intent, Lines, Meta, NoParams, Safety, Severity};
use crate::project::{Effective, Installation, Place};

pub const META: Meta = Meta {
    id: "prepared_statements",
    title: "Prisma uses prepared statements through a connection pooler",
    why: "in transaction mode each statement may run on another connection: queries fail with `prepared statement \"s0\" already exists` or `does not exist`",
    severity: Severity::Medium,
    worst: Severity::Medium,
    gap: "pooler of the database",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "the setting since 1.84.10; `pgbouncer=true` in the address in every release",
    settings: &["database_disable_prepared_statements"],
    params: &[],
    weights: &[(Area::Reliability, 2)],
    aliases: &[],
};

const KEY: &str = "database_disable_prepared_statements";
const SECTION: &str = "general_settings";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(KEY);
    let mut findings = ineffective_places(installation, &META, &answer);
    let is_off = match &answer.effective {
        Effective::Unset => findings.is_empty(),
        Effective::Set { value, .. } => *value == Value::Bool(false) || *value == Value::Null,
        Effective::Hidden { .. } => false,
    };
    let Some((sign, place)) = pooler(installation).filter(|_| is_off) else { return findings };
    let lines = yaml_lines(SECTION, &[(KEY.to_owned(), Value::Bool(true))]);
    let finding = Finding::new(&META, KEY, "on", place).title(format!("{} ({sign})", META.title));
    let home = answer.homes.first().filter(|_| answer.blocked.is_none());
    let reads = answer.setting.versions.read_by(installation.running()) == Some(true);
    findings.push(match home.filter(|_| reads) {
        Some(home) => finding.fix(
            Fix::new(
                installation,
                format!("set {KEY} to true"),
                Safety::Review,
                vec![Intent::Set(home.clone(), Value::Bool(true))],
            )
            .assuming("the pooler works in transaction mode, as its address suggests; in session mode statements may stay prepared"),
        ),
        None => finding.advice(format!(
                "add `pgbouncer=true` to the parameters of the address, which works in every release; {} LiteLLM also reads this key",
                answer.setting.versions.words()
            )).lines(Lines::new(lines, goes_in(installation, SECTION))),
    });
    findings
}

/// The first address of the database that leads through a pooler in transaction mode and does not say so.
fn pooler(installation: &Installation<'_>) -> Option<(&'static str, Place)> {
    let given = installation.variables("DATABASE_URL").into_iter().next().and_then(|variable| {
        let written = || installation.value_at(&variable.place)?.as_str().map(str::to_owned);
        Some((variable.text.clone().or_else(written)?, variable.place))
    });
    let written =
        installation.in_layers(SECTION, "database_url").pop().and_then(|(value, place)| match value {
            Value::Str(text) => Some((text, place)),
            _ => None,
        });
    given.into_iter().chain(written).find_map(|(url, place)| Some((sign(&url)?, place)))
}

/// What shows the pooler: port 6543 is that of Supabase's and of PgBouncer's transaction mode at several hosts.
fn sign(url: &str) -> Option<&'static str> {
    let rest = url.strip_prefix("postgresql://").or_else(|| url.strip_prefix("postgres://"))?;
    let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let host = address.rsplit_once('@').map_or(address, |(_, host)| host).split('/').next()?;
    let told = parameters.split('&').any(|one| one == "pgbouncer=true");
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    match () {
        () if told => None,
        () if port == "6543" => Some("port 6543"),
        () if name.contains("pgbouncer") => Some("a host named pgbouncer"),
        // Neon's pooled host works in transaction mode; the session pooler of Supabase has port 5432 and a name with a dot before.
        () if name.contains("-pooler.") && !name.contains("pooler.supabase") => Some("a host named -pooler"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poolers_are_known_by_port_and_name() {
        let of = |url: &str| sign(&format!("postgresql://u:p@{url}"));
        assert_eq!(of("aws-0.pooler.supabase.com:6543/postgres"), Some("port 6543"));
        assert_eq!(of("aws-0.pooler.supabase.com:5432/postgres"), None);
        assert_eq!(of("pgbouncer:5432/db"), Some("a host named pgbouncer"));
        assert_eq!(of("ep-one-pooler.eu.neon.tech/db?sslmode=require"), Some("a host named -pooler"));
        assert_eq!(of("pgbouncer:5432/db?pgbouncer=true"), None);
        assert_eq!(of("db:5432/db"), None);
    }
}
