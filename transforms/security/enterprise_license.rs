//! Settings that LiteLLM honours with an enterprise licence only, and what it does without one.

use crate::document::Value;
use crate::plan::{Area, Finding, Meta, NoParams, Severity};
use crate::project::{Installation, Place};

pub const META: Meta = Meta {
    id: "enterprise_license",
    title: "an enterprise license is missing: a setting needs one",
    why: "without a license, LiteLLM stops or refuses requests when it finds such a setting",
    severity: Severity::Critical,
    worst: Severity::Critical,
    gap: "enterprise settings without a license",
    files: "advice only",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 4)],
    aliases: &[],
};

/// What LiteLLM does with such a setting when it has no licence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Without {
    /// The load of the configuration fails.
    Stops,
    /// The server runs, and refuses this kind of request.
    Refuses(&'static str),
}

/// When a value makes the setting one that needs the licence.
enum When {
    /// With any value but null, an empty list too.
    Given,
    /// With a mapping or list that holds something.
    Filled,
    /// With the boolean true.
    True,
    /// With one of these texts, alone or as an item of a list.
    Names(&'static [&'static str]),
}

/// Section, key, the values that need the licence, and what happens without it. Each was loaded
/// without a licence by 1.80.15, 1.106.2 and 1.110.2 (`enterprise_license` in `tests/litellm/start.rs`); Vault and CyberArk ask for it after their credentials,
/// and the tokens are refused at the request (`auth/user_api_key_auth.py`, `auth/oauth2_check.py`).
const NEED_IT: [(&str, &str, When, Without); 6] = [
    ("general_settings", "allowed_ips", When::Given, Without::Stops),
    ("general_settings", "enforced_params", When::Given, Without::Stops),
    (
        "general_settings",
        "key_management_system",
        When::Names(&["google_secret_manager", "hashicorp_vault", "cyberark"]),
        Without::Stops,
    ),
    ("litellm_settings", "tag_budget_config", When::Filled, Without::Stops),
    ("litellm_settings", "callbacks", When::Names(&CALLBACKS), Without::Stops),
    (
        "general_settings",
        "enable_jwt_auth",
        When::True,
        Without::Refuses("every request that comes with a JWT"),
    ),
];

/// The callbacks that `proxy/common_utils/callback_utils.py` guards by the licence.
const CALLBACKS: [&str; 7] = [
    "banned_keywords",
    "blocked_user_check",
    "google_text_moderation",
    "hide_secrets",
    "llamaguard_moderations",
    "llmguard_moderations",
    "openai_moderations",
];

/// The variable that gives the licence, and its key under `general_settings`.
const LICENSE: &str = "LITELLM_LICENSE";
const LICENSE_KEY: &str = "litellm_license";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    if is_given(installation) {
        return Vec::new();
    }
    let found = |(section, key, when, without): &(&str, &str, When, Without)| {
        let (value, place) = installation.in_layers(section, key).pop()?;
        let what = needs_it(&value, when)?;
        let name = if what.is_empty() {
            format!("`{section}.{key}`")
        } else {
            format!("`{what}` in `{section}.{key}`")
        };
        Some(finding(installation, place, &name, *without))
    };
    NEED_IT.iter().filter_map(found).collect()
}

fn is_given(installation: &Installation<'_>) -> bool {
    !installation.variables(LICENSE).is_empty()
        || installation.late_variable(LICENSE).is_some()
        || installation
            .in_layers("general_settings", LICENSE_KEY)
            .iter()
            .any(|(value, _)| *value != Value::Null)
}

/// The name in the value that needs the licence, empty where the key itself does; `None` where nothing does.
fn needs_it(value: &Value, when: &When) -> Option<String> {
    let key_itself = |needs: bool| needs.then(String::new);
    match when {
        When::Given => key_itself(*value != Value::Null),
        When::Filled => key_itself(match value {
            Value::Map(entries) => !entries.is_empty(),
            Value::Seq(items) => !items.is_empty(),
            _ => false,
        }),
        When::True => key_itself(*value == Value::Bool(true)),
        When::Names(names) => {
            let texts = Installation::texts(value)?;
            texts.into_iter().find(|text| names.contains(&text.as_str()))
        }
    }
}

fn finding(installation: &Installation<'_>, place: Place, name: &str, without: Without) -> Finding {
    let whole = installation.environment_is_whole();
    let severity = match (whole, without) {
        (true, Without::Stops) => Severity::Critical,
        (true, Without::Refuses(_)) => Severity::High,
        (false, _) => Severity::Low,
    };
    let (title, state) = match without {
        Without::Stops => ("LiteLLM does not start without it".to_owned(), "stops"),
        Without::Refuses(what) => (format!("without it LiteLLM refuses {what}"), "refuses"),
    };
    let seen = if whole {
        "the whole environment of the process is visible, and LITELLM_LICENSE is not set in it"
    } else {
        "nothing visible sets LITELLM_LICENSE for the process"
    };
    Finding::new(&META, "enterprise_license", state, place)
        .title(format!("{name} needs an enterprise license: {title}"))
        .why(seen)
        .severity(severity)
        .advice(format!("give {LICENSE} to the process from a Secret or from a file outside the repository, or remove the setting"))
}
