//! What a rule says, as data.

use super::when::When;
use crate::document::Value;
use crate::plan::{Safety, Severity};
use crate::project::settings::{self, Setting};

/// A rule of `.litellm-fix.yaml`.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id: `rule/NAME`.
    pub id: &'static str,
    /// Why it is wanted, in the words of who wrote it.
    pub why: String,
    /// How much it hurts where it does not hold.
    pub severity: Severity,
    /// The tier of its fixes, which the planner may raise.
    pub safety: Safety,
    /// Where it holds.
    pub when: When,
    /// What it wants; all of one verb.
    pub acts: Vec<Act>,
}

/// The vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Sets what nothing sets.
    Ensure,
    /// Sets what is not this value.
    Set,
    /// Gives another name.
    Rename,
    /// Takes out.
    Remove,
    /// Reports.
    Forbid,
}

/// One thing that a rule wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// The setting has this value where nothing sets it.
    Ensure(Address, Value),
    /// The setting has this value.
    Set(Address, Value),
    /// What stands at the first address stands at the second.
    Rename(Address, Address),
    /// Nothing stands there.
    Remove(Address),
    /// Nothing stands there, or not this value; it is only reported.
    Forbid(Address, Option<Value>),
}

/// Where a setting lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A key of a section of the configuration, or a path of keys with dots.
    Key(&'static str, String),
    /// A variable of the process.
    Variable(String),
}

impl Verb {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::Ensure, Self::Set, Self::Rename, Self::Remove, Self::Forbid];

    /// The key of the preferences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ensure => "ensure",
            Self::Set => "set",
            Self::Rename => "rename",
            Self::Remove => "remove",
            Self::Forbid => "forbid",
        }
    }
}

impl Act {
    /// The address that it is about; of a rename that where something stands now.
    pub fn address(&self) -> &Address {
        match self {
            Self::Ensure(address, _)
            | Self::Set(address, _)
            | Self::Rename(address, _)
            | Self::Remove(address)
            | Self::Forbid(address, _) => address,
        }
    }

    /// The setting whose value it decides, whatever else is recommended: what shall not stand there has none.
    pub(super) fn decides(&self) -> Option<&Address> {
        match self {
            Self::Ensure(address, _) | Self::Set(address, _) => Some(address),
            Self::Rename(from, to) if from.row().name == to.row().name => None,
            Self::Rename(..) | Self::Remove(_) | Self::Forbid(..) => self.takes_away(),
        }
    }

    /// Where nothing shall stand.
    pub(super) fn takes_away(&self) -> Option<&Address> {
        match self {
            Self::Rename(address, _) | Self::Remove(address) | Self::Forbid(address, None) => Some(address),
            Self::Ensure(..) | Self::Set(..) | Self::Forbid(_, Some(_)) => None,
        }
    }

    /// In words, for a list and a page.
    pub fn words(&self) -> String {
        use crate::plan::build::shown;
        match self {
            Self::Ensure(address, value) => {
                format!("sets `{address}` to {} where nothing sets it", shown(value))
            }
            Self::Set(address, value) => format!("sets `{address}` to {}", shown(value)),
            Self::Rename(from, to) => format!("renames `{from}` to `{to}`"),
            Self::Remove(address) => format!("removes `{address}`"),
            Self::Forbid(address, Some(value)) => format!("reports `{address}` with {}", shown(value)),
            Self::Forbid(address, None) => format!("reports `{address}`"),
        }
    }
}

/// The section of an address that is a variable of the process.
pub const ENV: &str = "env";

impl Address {
    /// Reads `SECTION.KEY` or `env.NAME`; `None` where it is neither.
    pub fn read(text: &str) -> Option<Self> {
        let (section, key) = text.split_once('.')?;
        let is_word = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
        if section == ENV {
            let name = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !key.is_empty();
            return name.then(|| Self::Variable(key.to_owned()));
        }
        let section = settings::SETTINGS.into_iter().find(|known| *known == section)?;
        key.split('.').all(is_word).then(|| Self::Key(section, key.to_owned()))
    }

    /// The row of the setting, which the table need not have.
    pub fn row(&self) -> &'static Setting {
        match self {
            Self::Key(section, key) => settings::of_key(section, key),
            Self::Variable(name) => settings::of_variable(name),
        }
    }

    /// Whether one of the two is, or is inside of, the other.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Key(section, one), Self::Key(of, other)) if section == of => {
                let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
                long.strip_prefix(short.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
            (one, other) => one == other,
        }
    }

    /// The names in it: keys, or the variable.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Key(_, key) => key.split('.').collect(),
            Self::Variable(name) => vec![name],
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(section, key) => write!(f, "{section}.{key}"),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// Whether a rule may be called this: lower case letters, digits and `_`, a letter first.
pub fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_sections_with_keys_or_variables() {
        let key = |section, key: &str| Some(Address::Key(section, key.to_owned()));
        assert_eq!(Address::read("router_settings.num_retries"), key("router_settings", "num_retries"));
        assert_eq!(
            Address::read("litellm_settings.cache_params.host"),
            key("litellm_settings", "cache_params.host")
        );
        assert_eq!(Address::read("env.LITELLM_LOG"), Some(Address::Variable("LITELLM_LOG".into())));
        for wrong in
            ["num_retries", "model_list.x", "router_settings.", "router_settings.a..b", "env.", "env.A-B"]
        {
            assert_eq!(Address::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn addresses_overlap_where_one_holds_the_other() {
        let read = |text| Address::read(text).unwrap();
        let params = read("litellm_settings.cache_params");
        for other in ["litellm_settings.cache_params", "litellm_settings.cache_params.ttl"] {
            assert!(params.overlaps(&read(other)) && read(other).overlaps(&params), "{other}");
        }
        for other in ["litellm_settings.cache", "router_settings.cache_params", "env.CACHE"] {
            assert!(!params.overlaps(&read(other)) && !read(other).overlaps(&params), "{other}");
        }
    }

    #[test]
    fn names_are_plain() {
        assert!(is_name("team_timeout2"));
        for wrong in ["", "2x", "Team", "a-b", "a/b", "a b"] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
