//! Names that LiteLLM takes without a word whether it knows them or not.

use strsim::damerau_levenshtein;

/// The one known name that is meant; `None` if there is none, or more than one.
pub fn meant(written: &str, known: &[&'static str]) -> Option<&'static str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_', ' '], "");
    let near = |name: &&&'static str| {
        let allowed = if name.len() > 8 { 2 } else { 1 };
        plain(written) == plain(name) || damerau_levenshtein(&written.to_ascii_lowercase(), name) <= allowed
    };
    let mut found = known.iter().filter(near);
    found.next().copied().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_meant() {
        let known =
            ["slack", "llm_exceptions", "db_exceptions", "virtual_key_created", "virtual_key_updated"];
        assert_eq!(meant("Slack", &known), Some("slack"));
        assert_eq!(meant("slak", &known), Some("slack"));
        assert_eq!(meant("llm-exception", &known), Some("llm_exceptions"));
        assert_eq!(meant("exceptions", &known), None);
        assert_eq!(meant("log", &known), None);
    }
}
