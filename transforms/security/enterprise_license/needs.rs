//! The settings that need a licence, and what each does without one.

use crate::document::Value;
use crate::project::Installation;

/// What LiteLLM does with such a setting when it has no licence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Without {
    /// The load of the configuration fails.
    Stops,
    /// The server runs, and refuses this kind of request.
    Refuses(&'static str),
}

/// When a value makes the setting one that needs the licence.
pub enum Needing {
    /// With any value but null, an empty list too.
    Given,
    /// With a mapping or list that holds something.
    Filled,
    /// With the boolean true.
    True,
    /// With one of these texts, alone or as an item of a list.
    Names(&'static [&'static str]),
}

/// A section, a key in it, the values that need the licence, and what happens without it.
pub type Need = (&'static str, &'static str, Needing, Without);

/// Each was loaded
/// without a licence by 1.80.15, 1.106.2 and 1.110.2 (`enterprise_license` in `tests/litellm/start.rs`); Vault and CyberArk ask for it after their credentials,
/// and the tokens are refused at the request (`auth/user_api_key_auth.py`, `auth/oauth2_check.py`).
pub const NEED_IT: [Need; 6] = [
    ("general_settings", "allowed_ips", Needing::Given, Without::Stops),
    ("general_settings", "enforced_params", Needing::Given, Without::Stops),
    (
        "general_settings",
        "key_management_system",
        Needing::Names(&["google_secret_manager", "hashicorp_vault", "cyberark"]),
        Without::Stops,
    ),
    ("litellm_settings", "tag_budget_config", Needing::Filled, Without::Stops),
    ("litellm_settings", "callbacks", Needing::Names(&CALLBACKS), Without::Stops),
    (
        "general_settings",
        "enable_jwt_auth",
        Needing::True,
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

impl Needing {
    /// The name in the value that needs the licence, empty where the key itself does; `None` where nothing does.
    pub fn name_in(&self, value: &Value) -> Option<String> {
        let key_itself = |needs: bool| needs.then(String::new);
        match self {
            Needing::Given => key_itself(*value != Value::Null),
            Needing::Filled => key_itself(match value {
                Value::Map(entries) => !entries.is_empty(),
                Value::Seq(items) => !items.is_empty(),
                _ => false,
            }),
            Needing::True => key_itself(*value == Value::Bool(true)),
            Needing::Names(names) => {
                let texts = Installation::texts(value)?;
                texts.into_iter().find(|text| names.contains(&text.as_str()))
            }
        }
    }
}
