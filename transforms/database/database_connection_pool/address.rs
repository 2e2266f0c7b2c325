//! Pool settings in the address of the database, which LiteLLM writes over. The address itself is never shown: it holds a password.

use super::timeouts::{POOL_TIMEOUT, TIMEOUT};
use super::{DEFAULT_LIMIT, LIMIT, META};
use crate::document::Value;
use crate::plan::Finding;
use crate::plan::build::{plain, section_lines};
use crate::project::{Answer, Effective, Installation, Place};

/// Pool parameters in addresses that LiteLLM writes over.
pub fn overwritten(installation: &Installation<'_>, answer: &Answer) -> Vec<Finding> {
    let limit = match &answer.effective {
        Effective::Unset => Some(DEFAULT_LIMIT.to_string()),
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
    Some(finding.advice(text).lines(section_lines(installation, "general_settings", &entries)))
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
