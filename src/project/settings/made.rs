//! Rows for what the table does not have: a key or a variable that a rule of the user's own names.
//!
//! Each is made once and stays, as the rows of the table do. There are no more of them than different names in preferences.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{Home, Setting, Shape, all, row};

static MADE: LazyLock<Mutex<HashMap<String, &'static Setting>>> = LazyLock::new(Mutex::default);

/// The row of a key, or a path of keys with dots, in a section; one without more than this home where the table has none.
pub fn of_key(section: &'static str, key: &str) -> &'static Setting {
    at_any(section, key).unwrap_or_else(|| {
        made(format!("{section}.{key}"), |name| Home::Config(section, below(name, section)))
    })
}

/// The row of a variable of the process, in the same way.
pub fn of_variable(name: &str) -> &'static Setting {
    all()
        .find(|setting| setting.env_homes().any(|own| own == name))
        .unwrap_or_else(|| made(name.to_owned(), Home::Env))
}

fn at_any(section: &str, key: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.config_homes().any(|home| home == (section, key)))
}

fn below(name: &'static str, section: &str) -> &'static str {
    name.get(section.len() + 1..).unwrap_or(name)
}

fn made(name: String, home: impl FnOnce(&'static str) -> Home) -> &'static Setting {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = made.get(&name) {
        return known;
    }
    let own: &'static str = Box::leak(name.clone().into_boxed_str());
    let homes: &'static [Home] = Box::leak(Box::new([home(own)]));
    let setting: &'static Setting = Box::leak(Box::new(row(own, homes, Shape::Text, "none")));
    made.insert(name, setting);
    setting
}
