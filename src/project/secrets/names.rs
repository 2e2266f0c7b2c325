//! Which names say that their value is a secret.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::words::{ENDINGS, OTHERWISE, PARTS, PLAIN_KEYS, QUALIFIERS, ROOTS, SECRETS, URL_PARAMETERS};

/// How strongly a name speaks for a secret value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// Says nothing.
    No,
    /// May hold a secret (`key`, `auth`): only a value that looks random is one.
    Maybe,
    /// Holds a secret, or the name of a Kubernetes key (`secretKey`) or a path (`credentials`): the value decides.
    Either,
    /// Holds a secret.
    Yes,
}

/// Whether the value of this name is a secret, as far as the name alone can tell: `LITELLM_MASTER_KEY`, `apiKey`,
/// `--redis-password`; not `max_tokens`, `existingSecret`, `passwordSecretKey`, `api_key_name`.
pub fn is_secret_name(name: &str) -> bool {
    matches!(naming(name), Naming::Yes | Naming::Either)
}

/// What the name says about its value.
pub(super) fn naming(name: &str) -> Naming {
    if name.len() > 128 || !has_root(name) {
        return Naming::No;
    }
    let words = words(name);
    let Some((last, before)) = words.split_last() else { return Naming::No };
    if words.iter().any(|word| matches!(word.as_str(), "existing")) {
        return Naming::No;
    }
    match naming_of_end(last, before, name) {
        Naming::No => without_qualifiers(&words, name),
        known => known,
    }
}

fn naming_of_end(last: &str, before: &[String], name: &str) -> Naming {
    let previous = before.last().map(String::as_str);
    if before.iter().any(|word| word == "external") {
        return Naming::No;
    }
    match last {
        "key" => key_naming(before, name),
        "token" if matches!(previous, Some("per" | "max" | "eos" | "bos" | "pad" | "stop")) => Naming::No,
        "secret" if matches!(previous, Some("create" | "use" | "from" | "image" | "pull" | "tls")) => {
            Naming::No
        }
        "auth" | "sig" => Naming::Maybe,
        "credentials" | "credential" | "creds" => Naming::Either,
        "license" | "licence" if previous.is_some() => Naming::Yes,
        "id" if ends_with(before, &["access", "key"]) => Naming::Yes,
        "keys" if matches!(previous, Some("api" | "secret" | "master" | "access" | "virtual")) => Naming::Yes,
        "passwords" => Naming::Yes,
        word if SECRETS.contains(&word) => Naming::Yes,
        word if ENDINGS.iter().any(|ending| word.ends_with(ending)) => Naming::Yes,
        _ => Naming::No,
    }
}

/// What a name says without the words at its end that only tell several of its kind apart. Behind a password or an API key any word does
/// that which does not make it something else; behind a word that means more than secrets, only those that are known to.
fn without_qualifiers(words: &[String], name: &str) -> Naming {
    let strong = |at: usize| {
        let (word, before) = (words[at].as_str(), &words[..at]);
        let key = word == "key"
            && before.last().is_some_and(|one| {
                matches!(
                    one.as_str(),
                    "api" | "secret" | "master" | "salt" | "private" | "signing" | "encryption"
                )
            });
        key || matches!(word, "password" | "passwd" | "passphrase" | "apikey" | "masterkey" | "secretkey")
            || ENDINGS.iter().any(|ending| word.ends_with(ending) && word != "secret")
    };
    for at in (0..words.len().saturating_sub(1)).rev() {
        let rest = &words[at + 1..];
        let otherwise = rest.iter().any(|word| OTHERWISE.contains(&word.as_str()));
        let qualified = rest.iter().all(|word| QUALIFIERS.contains(&word.as_str()));
        if (strong(at) && !otherwise) || qualified {
            match naming_of_end(&words[at], &words[..at], name) {
                Naming::No => {}
                known => return known,
            }
        }
    }
    Naming::No
}

/// Whether a key of a mapping below a secret name says how the secret is found, who uses it, or what it is for.
pub(super) fn names_a_part(name: &str) -> bool {
    PARTS.contains(&name.to_ascii_lowercase().as_str())
        || words(name).last().is_some_and(|last| {
            OTHERWISE.contains(&last.as_str())
                || matches!(last.as_str(), "email" | "user" | "username" | "domain")
        })
}

/// Whether a parameter of a URL holds what signs it.
pub(super) fn is_url_parameter(name: &str) -> bool {
    URL_PARAMETERS.iter().any(|one| one.eq_ignore_ascii_case(name))
}

fn key_naming(before: &[String], name: &str) -> Naming {
    let Some(previous) = before.last() else { return Naming::Maybe };
    if PLAIN_KEYS.contains(&previous.as_str()) {
        return Naming::No;
    }
    if previous == "secret" {
        let names_a_key =
            before.iter().rev().skip(1).any(|word| SECRETS.contains(&word.as_str()) || word == "key");
        return if names_a_key { Naming::No } else { value_decides(name) };
    }
    // `existingSecretPasswordKey` is gone already; `secretPasswordKey` names a key of a Secret too.
    if before.len() > 1 && before.iter().any(|word| word == "secret") && SECRETS.contains(&previous.as_str())
    {
        return Naming::No;
    }
    if matches!(previous.as_str(), "password" | "token" | "key") {
        return value_decides(name);
    }
    Naming::Yes
}

/// `secretKey` and `passwordKey` may name a key of a Kubernetes Secret; `SECRET_KEY` and `secret_key` do not.
fn value_decides(name: &str) -> Naming {
    let camel = name.ends_with("Key") && !name.contains(['_', '-']);
    if camel { Naming::Either } else { Naming::Yes }
}

fn ends_with(words: &[String], end: &[&str]) -> bool {
    words.len() >= end.len() && words[words.len() - end.len()..].iter().zip(end).all(|(a, b)| a == b)
}

/// Whether a text has a part of which secret names are made. Most lines of most files have none, and need no closer look.
pub(super) fn has_root(text: &str) -> bool {
    static FOUND: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let roots = FOUND.get_or_init(|| AhoCorasick::builder().ascii_case_insensitive(true).build(ROOTS).ok());
    roots.as_ref().is_none_or(|roots| roots.is_match(text))
}

/// The words of a name in lower case: split at what is no letter or digit, and where camel case begins a new one.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    let mut rest = name.chars().peekable();
    let mut was_upper = false;
    while let Some(c) = rest.next() {
        if !c.is_alphanumeric() {
            take_word(&mut words, &mut word);
            (was_lower, was_upper) = (false, false);
            continue;
        }
        let next_is_lower = rest.peek().is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (was_lower || (was_upper && next_is_lower)) {
            take_word(&mut words, &mut word);
        }
        word.extend(c.to_lowercase());
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        was_upper = c.is_uppercase();
    }
    take_word(&mut words, &mut word);
    words
}

/// Digits at the end count the copies of a name (`API_KEY_2`, `apiKey2`); they change nothing of what it means.
fn take_word(words: &mut Vec<String>, word: &mut String) {
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if !bare.is_empty() {
        words.push(bare.to_owned());
    }
    word.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_turn_a_name() {
        let long = |count: usize| "a".repeat(count - "_password".len()) + "_password";
        for name in [
            "passwords",
            "dbpassword_team_blue",
            "masterkey_team_blue",
            "passphrase_team_blue",
            "access_key_id",
            &long(128),
        ] {
            assert_eq!(naming(name), Naming::Yes, "{name}");
        }
        for name in ["createSecret", "use_secret", "tls_secret", "token_id", "sort_key_blue", &long(129)] {
            assert_eq!(naming(name), Naming::No, "{name}");
        }
        for name in ["auth", "sig"] {
            assert_eq!(naming(name), Naming::Maybe, "{name}");
        }
        let far = "a".repeat(200);
        assert_eq!(naming(&far), Naming::No);
    }

    #[test]
    fn names_of_secret_values() {
        for name in [
            "LITELLM_MASTER_KEY",
            "master_key",
            "masterkey",
            "masterKey",
            "api_key",
            "apiKey",
            "--api-key",
            "x-api-key",
            "OPENAI_API_KEY_2",
            "REDIS_PASSWORD",
            "redis_password",
            "POSTGRES_PASSWORD",
            "LITELLM_SALT_KEY",
            "aws_secret_access_key",
            "aws_access_key_id",
            "SMTP_PASS",
            "SLACK_BOT_TOKEN",
            "client_secret",
            "GENERIC_CLIENT_SECRET",
            "LANGFUSE_SECRET_KEY",
            "secretKey",
            "UI_PASSWORD",
            "Authorization",
            "AccountKey",
            "PAGERDUTY_API_KEY",
            "vertex_credentials",
            "api_keys",
            "PASSWORD_OLD",
            "TOKEN_PROD",
            "api_key_prod",
            "OPENAI_API_KEY_TEAM_BLUE",
            "PGPASSWORD",
            "MYSQL_PWD",
            "LITELLM_LICENSE",
            "clientsecret",
            "dbPasswordBackup",
            "SLACK_TOKEN_2_OLD",
            "WEBHOOK_SECRET_STAGING",
            "virtual_keys",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn names_of_other_things() {
        for name in [
            "max_tokens",
            "max_token",
            "input_cost_per_token",
            "existingSecret",
            "masterkeySecretKey",
            "masterkeySecretName",
            "secretName",
            "passwordSecretKey",
            "existingSecretPasswordKey",
            "secretKeyRef",
            "litellm_key_header_name",
            "api_key_name",
            "key",
            "keys",
            "POSTGRES_PASSWORD_FILE",
            "token_url",
            "tokenizer",
            "monkey",
            "keyspace",
            "primary_key",
            "LANGFUSE_PUBLIC_KEY",
            "imagePullSecrets",
            "environmentSecrets",
            "model_name",
            "cache_key",
            "license",
            "api_key_header",
            "PASSWORD_MIN_LENGTH",
            "api_key_rotation_interval",
            "token_counter",
            "secret_manager_config",
            "key_generation_settings",
            "password_policy",
            "TOKEN_EXPIRY_DEFAULT",
            "key_management_settings",
            "default_api_key_budget",
            "code",
            "status_code",
            "pattern",
            "author",
            "compass",
            "bypass",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
