//! Where the pool is set and LiteLLM goes by something else: in the address, under a timeout of another name, with a config that comes by a variable.

use super::{DEFAULT_LIMIT, LIMIT, META};
use crate::document::Value;
use crate::plan::build::{goes_in, ineffective_places, plain, shown, yaml_lines};
use crate::plan::{Finding, Fix, Intent, Lines, Safety, Severity};
use crate::project::{Answer, Flavor, Ineffective, Installation, Place, Running, Why};

const TIMEOUT: &str = "database_connection_timeout";
/// The name that every supported release reads.
const POOL_TIMEOUT: &str = "database_connection_pool_timeout";

/// Whether a switch is on, be it a boolean or a variable.
pub fn is_on(value: &Value) -> bool {
    match value {
        Value::Bool(on) => *on,
        Value::Str(text) => text.eq_ignore_ascii_case("true") || text == "1",
        _ => false,
    }
}

/// The timeouts of the pool: their wrong places, and the name that some releases ignore.
pub fn timeouts(installation: &Installation<'_>) -> Vec<Finding> {
    let (timeout, pool) = (installation.setting(TIMEOUT), installation.setting(POOL_TIMEOUT));
    let not_read = |ineffective: &Ineffective| matches!(ineffective.why, Why::NotRead(..));
    let mut seen = timeout.clone();
    seen.ineffective.retain(|ineffective| !not_read(ineffective));
    let mut findings = ineffective_places(installation, &META, &seen);
    findings.extend(ineffective_places(installation, &META, &pool));
    for ineffective in timeout.ineffective.iter().filter(|one| not_read(one)) {
        let value = shown(&ineffective.value);
        let finding = Finding::new(&META, TIMEOUT, "not_read", ineffective.place.clone())
            .title(format!("`{TIMEOUT}` has no effect in the running version"))
            .why(format!("{}; the wait for a free connection is not {value} s but 60 s", ineffective.why))
            .severity(Severity::Low);
        findings.push(if pool.is_unset() && !matches!(ineffective.value, Value::Int(_)) {
            finding.advice(format!("write a whole number of seconds as `{POOL_TIMEOUT}`"))
        } else if pool.is_unset() {
            let rename = vec![Intent::Rename(ineffective.place.clone(), POOL_TIMEOUT.into())];
            let title =
                format!("rename `{TIMEOUT}` to `{POOL_TIMEOUT}`, which every release since 1.66 reads");
            let fix = Fix::new(installation, title, Safety::Review, rename)
                .assuming(format!("the rename activates it: {value} s was not effective before"));
            finding.fix(fix)
        } else {
            finding.advice(format!("remove it: `{POOL_TIMEOUT}` is effective"))
        });
    }
    let unknown = matches!(installation.running(), Running::Unknown(..));
    if let Some(place) = timeout.place().filter(|_| unknown && pool.is_unset()) {
        let finding = Finding::new(&META, TIMEOUT, "depends_on_release", place.clone())
            .title(format!(
                "`{TIMEOUT}` may have no effect: that depends on the running version, which is unknown"
            ))
            .why("releases from 1.66 to before 1.84.10 ignore it and wait 60 s for a free connection")
            .severity(Severity::Low);
        let text = format!(
            "run 1.84.10 or later, or rename it to `{POOL_TIMEOUT}`, which every release since 1.66 reads"
        );
        findings.push(finding.advice(text));
    }
    findings
}

/// A configuration that the process gets by `CONFIG_FILE_PATH`: the command line, which fills the pool, never sees it.
pub fn by_variable(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
    if !matches!(installation.parts.flavor, Flavor::Config | Flavor::ConfigMap | Flavor::OtherChart) {
        return None;
    }
    let limit = answer.place()?;
    let option = installation.setting("config_option");
    let variable = installation.variables("CONFIG_FILE_PATH").into_iter().next()?;
    if option.place() != Some(&variable.place) {
        return None;
    }
    let path = variable.text.filter(|text| !text.is_empty()).unwrap_or_else(|| "/app/config.yaml".into());
    let mut finding = Finding::new(&META, LIMIT, "by_variable", limit.clone())
        .title(format!("`{LIMIT}` has no effect: the configuration is given with CONFIG_FILE_PATH"))
        .why(format!("only the command line writes the pool into the database's address, and it reads only `--config`; {DEFAULT_LIMIT} is effective"))
        .advice("give the configuration with --config as well").lines(Lines::new(vec![format!("command: [\"--config\", \"{path}\"]")], "the command of LiteLLM's process"));
    finding.related.push((variable.place, "the configuration comes from here".into()));
    Some(finding)
}

/// Pool parameters in addresses that LiteLLM writes over. The address itself is never shown: it holds a password.
pub fn overwritten(installation: &Installation<'_>, answer: &Answer) -> Vec<Finding> {
    let limit = match &answer.effective {
        crate::project::Effective::Unset => Some(DEFAULT_LIMIT.to_string()),
        _ => answer.value().map(plain),
    };
    let timeout = [TIMEOUT, POOL_TIMEOUT]
        .iter()
        .find_map(|name| installation.setting(name).value().map(plain))
        .unwrap_or_else(|| "60".into());
    addresses(installation)
        .into_iter()
        .filter_map(|(name, place, text)| {
            let query = text.split_once('?')?.1;
            let dead = |key: &str, wins: Option<&str>| {
                let given = query
                    .split('&')
                    .find_map(|pair| pair.split_once('=').filter(|(name, _)| *name == key))?
                    .1;
                let number: u64 = given.split('#').next()?.parse().ok()?;
                wins.filter(|wins| **wins != number.to_string()).map(|wins| (number, wins.to_owned()))
            };
            let limit = dead("connection_limit", limit.as_deref());
            let timeout = dead("pool_timeout", Some(&timeout));
            told(installation, name, place, limit, timeout)
        })
        .collect()
}

/// The finding about one address whose parameters lose: what it says, and what wins.
fn told(
    installation: &Installation<'_>,
    name: String,
    place: Place,
    limit: Option<(u64, String)>,
    timeout: Option<(u64, String)>,
) -> Option<Finding> {
    let mut entries = Vec::new();
    let mut words = Vec::new();
    // The key that wins is the one to change; the other has no effect beside it.
    let timeout_key = if installation.setting(TIMEOUT).value().is_some() { TIMEOUT } else { POOL_TIMEOUT };
    for (found, key, setting) in [(limit, "connection_limit", LIMIT), (timeout, "pool_timeout", timeout_key)]
    {
        let Some((number, wins)) = found else { continue };
        words.push(format!("`{key}={number}` (effective: {wins})"));
        entries.push((setting.to_owned(), Value::Int(number.into())));
    }
    if entries.is_empty() {
        return None;
    }
    let finding = Finding::new(&META, LIMIT, "url_parameter", place)
        .title(format!("ineffective in {name}: {}", words.join(" and ")))
        .why(
            "at its start LiteLLM replaces the pool settings in the address with its own, even with its defaults",
        );
    let text =
        "remove the parameters from the address; if you want their values, these are the effective keys";
    let lines = yaml_lines("general_settings", &entries);
    Some(finding.advice(text).lines(Lines::new(lines, goes_in(installation, "general_settings"))))
}

/// The addresses of the database that are visible as text: the name, the place, the text.
fn addresses(installation: &Installation<'_>) -> Vec<(String, Place, String)> {
    let variables = ["DATABASE_URL", "DIRECT_URL"].into_iter().filter_map(|name| {
        let variable = installation.variables(name).into_iter().next()?;
        Some((name.to_owned(), variable.place, variable.text?))
    });
    let written = [("chart_database_url", "db.url"), ("database_url", "general_settings.database_url")]
        .into_iter()
        .filter_map(|(setting, name)| {
            let answer = installation.setting(setting);
            let place = answer.place()?.clone();
            let text = answer.value()?.as_str()?.to_owned();
            Some((name.to_owned(), place, text))
        });
    let mut found: Vec<(String, Place, String)> = variables.chain(written).collect();
    let mut places = Vec::new();
    found.retain(|(_, place, _)| {
        let new = !places.contains(place);
        places.push(place.clone());
        new
    });
    found
}
