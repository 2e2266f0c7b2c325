//! Values for variables that are named and not visible, so that a load goes on.

use crate::project::settings::{self, Shape};

/// A value that LiteLLM takes for a variable of this name; [`None`] where it reads the variable itself and any value would change what
/// it does: then it stays unset.
pub fn stand_in(name: &str, referenced: bool) -> Option<&'static str> {
    let row = settings::all().find(|row| row.env_homes().any(|home| home == name));
    let plain = row.is_none_or(|row| matches!(row.shape, Shape::Text | Shape::Address(..)));
    (referenced || plain).then(|| by_name(name))
}

fn by_name(name: &str) -> &'static str {
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let ends = |parts: &[&str]| parts.iter().any(|part| name.ends_with(part));
    let address = has(&["URL", "BASE", "ENDPOINT", "URI", "DSN"]) && !name.contains("KEY");
    if ends(&["_KEY", "_SECRET", "_TOKEN", "PASSWORD"]) {
        "sk-stand-in-of-litellm-fix"
    } else if address && has(&["DATABASE", "POSTGRES", "PG", "DIRECT"]) {
        "postgresql://user:password@host.invalid:5432/database"
    } else if address && name.contains("REDIS") {
        "redis://host.invalid:6379"
    } else if address {
        "https://host.invalid"
    } else if name.ends_with("PORT") {
        "6379"
    } else if ends(&["HOST", "HOSTNAME"]) {
        "host.invalid"
    } else if ends(&["TIMEOUT", "LIMIT", "SIZE", "TTL", "SECONDS", "INTERVAL", "RETRIES", "BUDGET"]) {
        "60"
    } else if ends(&["_DB", "_TPM", "_RPM"]) {
        "0"
    } else if ends(&["ENABLED", "SSL", "_TLS"]) || name.starts_with("ENABLE_") || name.starts_with("USE_") {
        "False"
    } else {
        "stand-in"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_fits() {
        assert_eq!(stand_in("OPENAI_API_KEY", true), Some("sk-stand-in-of-litellm-fix"));
        assert_eq!(stand_in("AZURE_API_BASE", true), Some("https://host.invalid"));
        assert_eq!(stand_in("REDIS_HOST", true), Some("host.invalid"));
        assert_eq!(stand_in("REDIS_PORT", true), Some("6379"));
        assert!(stand_in("DATABASE_URL", false).is_some_and(|url| url.starts_with("postgresql://")));
        assert_eq!(stand_in("STORE_MODEL_IN_DB", false), None);
    }
}
