//! Which texts are real secrets: stricter than what hides values, since something is said of them. A text that stands in for a secret, that
//! everybody chooses, or that could be a name is none.

use super::line::Work;
use super::names::{Naming, naming};
use super::shapes;
use super::values::{can_be_secret, names_something};
use crate::project::secrets::hosts::host_of;

/// What a text gives away, if it is a real secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::project) enum Plain<'v> {
    /// A secret, and nothing here says where it is good for anything.
    Secret,
    /// The password in an address of this host.
    AtHost(&'v str),
}

/// Judges the value of a name.
pub(in crate::project) fn in_plain<'v>(name: &str, value: &'v str) -> Option<Plain<'v>> {
    let value = value.trim();
    if let Some(password) = password_of(value) {
        return is_password(password).then(|| Plain::AtHost(host_of(value)));
    }
    let by_name = match naming(name) {
        _ if value.contains("://") => false,
        Naming::Yes => can_be_secret(value, true),
        Naming::Either => can_be_secret(value, true) && !names_something(value),
        Naming::No | Naming::Maybe => false,
    };
    let name = name.to_ascii_lowercase();
    let real = if name == "ui_password" {
        by_name && !stands_in(value) && !value.contains(['$', '{'])
    } else if ["password", "passwd", "pwd", "pass"].iter().any(|end| name.ends_with(end)) {
        by_name && is_password(value)
    } else {
        // The id of an access key says nothing without the key.
        !name.ends_with("id") && (by_name && is_token(value) || shows_token(value))
    };
    real.then_some(Plain::Secret)
}

/// The password of `scheme://user:password@host`.
fn password_of(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let (user, _) = rest.split(['/', '?', '#']).next()?.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password)
}

/// Whether a part of the text is a token by its shape.
fn shows_token(value: &str) -> bool {
    if value.contains("PRIVATE KEY-----") {
        return value.len() >= 200 && !stands_in(value);
    }
    let mut found = Vec::new();
    shapes::find(value, &mut Work::of(value), &mut found);
    found.into_iter().any(|range| is_token(&value[range]))
}

/// Long, of one piece, and with a part that nobody reads as a word.
fn is_token(value: &str) -> bool {
    let one_piece = |b: u8| b.is_ascii_alphanumeric() || b"-_./+=:~".contains(&b);
    let random = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        part.len() >= 8 && digits >= 2 && part.len() - digits >= 2
    };
    let different: std::collections::HashSet<u8> = value.bytes().collect();
    value.len() >= 16
        && different.len() >= 8
        && value.bytes().all(one_piece)
        && value.split(|c: char| !c.is_ascii_alphanumeric()).any(random)
        && !stands_in(value)
}

/// A password that somebody made up for this one place.
fn is_password(value: &str) -> bool {
    const CHOSEN_BY_ALL: [&str; 14] = [
        "passw", "secret", "postgres", "litellm", "llmproxy", "redis", "admin", "qwerty", "default", "local",
        "proxy", "langfuse", "root", "user",
    ];
    let lower = value.to_ascii_lowercase();
    value.len() >= 8
        && can_be_secret(value, true)
        && value.bytes().any(|b| b.is_ascii_alphabetic())
        && value.bytes().any(|b| !b.is_ascii_alphabetic())
        && !value.contains(['$', '{', ' '])
        && !CHOSEN_BY_ALL.iter().any(|word| lower.contains(word))
        && !stands_in(value)
}

/// Whether a text only shows where a secret goes, or says that none is needed.
fn stands_in(value: &str) -> bool {
    const WORDS: [&str; 36] = [
        "your",
        "example",
        "change",
        "replace",
        "dummy",
        "fake",
        "placeholder",
        "xxx",
        "todo",
        "insert",
        "none",
        "empty",
        "not-needed",
        "not_needed",
        "no-key",
        "sample",
        "redacted",
        "here",
        "12345",
        "54321",
        "abcdef",
        "abc123",
        "0000",
        "1111",
        "test",
        "demo",
        "mock",
        "my-",
        "my_",
        "os.environ",
        "fill",
        "setme",
        "set-me",
        "set_me",
        "tbd",
        "enter",
    ];
    let lower = value.to_ascii_lowercase();
    let long = value.len() > LONGEST_STAND_IN;
    value.contains(['<', '>', '*', '…'])
        || value.contains("...")
        || !long && WORDS.iter().any(|word| lower.contains(word))
}

/// In a longer text a word of four letters stands by chance.
const LONGEST_STAND_IN: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_secrets() {
        for (name, value) in [
            ("api_key", "sk-proj-q7Rk2mVx9TzLw4Bn8Hc3"),
            ("OPENAI_API_KEY", "sk-q7Rk2mVx9TzLw4Bn8Hc3"),
            ("api_key", "9f86d081884c7d659a2feaa0c55ad015"),
            ("aws_secret_access_key", "wJalrXUt7K2MD/bPxRf4CYq9zK8+mW3vQ"),
            ("REDIS_PASSWORD", "hT7-kw9!mQ"),
            ("UI_PASSWORD", "admin"),
            ("SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/T02AB7CD/B09QR8ST/q7Rk2mVx9TzLw4Bn8Hc3"),
            ("Authorization", "Bearer q7Rk2mVx9TzLw4Bn8Hc3"),
        ] {
            assert_eq!(in_plain(name, value), Some(Plain::Secret), "{name}");
        }
        let url = "postgresql://llm:hT7kw9mQ@db.example.com:5432/litellm?sslmode=require";
        assert_eq!(in_plain("DATABASE_URL", url), Some(Plain::AtHost("db.example.com")));
    }

    #[test]
    fn what_stands_in_for_one() {
        for (name, value) in [
            ("api_key", "<your-key>"),
            ("api_key", "your-api-key-0123456789ab"),
            ("api_key", "changeme"),
            ("api_key", "xxx"),
            ("api_key", "sk-xxxxxxxxxxxxxxxxxxxx"),
            ("api_key", "sk-..."),
            ("api_key", "dummy"),
            ("api_key", "none"),
            ("api_key", "sk-1234"),
            ("api_key", "sk-1234567890abcdef1234"),
            ("api_key", "not-needed"),
            ("api_key", "ollama"),
            ("api_key", "lm-studio-on-my-laptop-2024"),
            ("api_key", "os.environ/OPENAI_API_KEY_2024"),
            ("Authorization", "bearer os.environ/COHERE_API_KEY"),
            ("Authorization", "Bearer ${TOKEN_2024_ABCD1234}"),
            ("UI_PASSWORD", "changeme"),
            ("UI_PASSWORD", "fillme"),
            ("UI_PASSWORD", ""),
            ("REDIS_PASSWORD", "redis123"),
            ("DATABASE_URL", "postgresql://postgres:postgres@db:5432/litellm"),
            ("DATABASE_URL", "postgresql://llmproxy:dbpassword9090@db:5432/litellm"),
            ("DATABASE_URL", "postgresql://user:${DB_PASSWORD_2}@db.example.com/litellm"),
            ("aws_access_key_id", "AKIAQ7RK2MVX9TZLW4BN"),
            ("max_tokens", "4096"),
            ("model", "azure/gpt-4o-2024-08-06"),
            ("api_base", "https://q7rk2mvx9tzlw4bn.openai.azure.com"),
            ("secretKey", "litellm-master-key"),
        ] {
            assert_eq!(in_plain(name, value), None, "{name}: {value}");
        }
    }
}
