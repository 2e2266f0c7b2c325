//! Names that mean another one.

use crate::project::settings::{self, known};

/// Whether `written` means `name`: a known misnomer, or it looks like it, and is no name of its own.
pub fn is_misspelt(written: &str, name: &str, misnomers: &[&str], section: &str) -> bool {
    // The cheap questions first: each is put to every name that stands there.
    written != name
        && (misnomers.contains(&written) || known::resembles(written, name))
        && !known::knows(section, written)
        && !settings::is_decoy(section, written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspellings() {
        assert!(is_misspelt(
            "service_callbacks",
            "service_callback",
            &["service_callbacks"],
            "litellm_settings"
        ));
        assert!(is_misspelt("retryPolicy", "retry_policy", &[], "router_settings"));
        assert!(is_misspelt("proxy_batch_write_att", "proxy_batch_write_at", &[], "general_settings"));
        assert!(!is_misspelt("redis_ssl", "redis_url", &[], "router_settings"));
        assert!(!is_misspelt("callbacks", "callback", &[], "litellm_settings"));
        assert!(!is_misspelt("alerting_args", "alerting", &[], "general_settings"));
    }
}
