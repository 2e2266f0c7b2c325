//! What a fix may put in force: a value that LiteLLM takes where it goes, or one that is plainly repaired for it.

use crate::document::Value;
use crate::plan::recommend::build::{is_printed, shown, yaml_lines};
use crate::project::settings::{self, Form, Setting, Shape, Stops, Verdict, hazard};
use crate::project::{At, Installation, Place, is_secret_name, known};

/// What becomes of a value that a fix would put in force.
#[derive(Clone, Debug, PartialEq)]
pub enum Activation {
    /// It is taken as it is.
    AsItIs,
    /// It is taken once it is written like this.
    Repaired(Value),
    /// It is not put in force.
    Refused(Refusal),
}

/// Why a value is not put in force, and what to write instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The reason, as a clause.
    pub reason: String,
    /// The lines that LiteLLM takes, where they are plain.
    pub lines: Vec<String>,
}

/// What becomes of `value` at the place `to`, if that is a home of the setting in a configuration.
pub fn at(
    installation: &Installation<'_>,
    setting: &'static Setting,
    to: &Place,
    value: &Value,
) -> Activation {
    match home_at(setting, to) {
        Some((section, key)) => of(installation, Some(setting), section, key, value),
        None => Activation::AsItIs,
    }
}

/// Why a section as a whole is not put in force: the first of its keys that LiteLLM would not take as it is written.
pub fn section(installation: &Installation<'_>, name: &str, value: &Value) -> Option<String> {
    let entries = value.as_map().filter(|_| settings::SETTINGS.contains(&name))?;
    entries.iter().find_map(|(key, value)| match of(installation, known::row(name, key), name, key, value) {
        Activation::AsItIs => None,
        Activation::Repaired(_) => Some(format!("`{key}` in it is not in the form that LiteLLM takes")),
        Activation::Refused(refusal) => Some(format!("`{key}` in it: {}", refusal.reason)),
    })
}

/// What becomes of `value` at `key` of `section`, which may have a row in the table of settings.
pub fn of(
    installation: &Installation<'_>,
    setting: Option<&'static Setting>,
    section: &str,
    key: &str,
    value: &Value,
) -> Activation {
    // What comes out of a template is judged by nobody here; that it is one is said with the fix.
    if is_printed(value) {
        return Activation::AsItIs;
    }
    if let Value::Other(text) = value {
        let reason = format!("YAML reads {text} as a date or as another kind of number");
        return Activation::Refused(Refusal { reason, lines: Vec::new() });
    }
    let by_row =
        setting.map_or(Activation::AsItIs, |setting| of_row(installation, setting, section, key, value));
    let put = match &by_row {
        Activation::AsItIs => value,
        Activation::Repaired(repaired) => repaired,
        Activation::Refused(_) => return by_row,
    };
    let running = installation.running();
    let reason = if let Some(takes) = hazard::misfit(key, value) {
        format!("LiteLLM does not accept this value of `{key}`: it takes {takes}")
    } else if setting.is_none() && settings::stops(section, key, &as_text(put), running) != Stops::Never {
        format!("with this in `{section}.{key}` LiteLLM does not start")
    } else {
        return by_row;
    };
    Activation::Refused(Refusal { reason, lines: Vec::new() })
}

/// A value that comes from elsewhere as the text that it becomes.
fn as_text(value: &Value) -> Value {
    match value {
        Value::Str(text) if Form::of(value).is_none() => Value::Str(text.replace(['$', '{', '/'], "")),
        value => value.clone(),
    }
}

fn of_row(
    installation: &Installation<'_>,
    setting: &'static Setting,
    section: &str,
    key: &str,
    value: &Value,
) -> Activation {
    let running = installation.running();
    if let Some(reason) = only_there(setting, value) {
        return Activation::Refused(Refusal { reason, lines: Vec::new() });
    }
    let verdict = settings::judge(setting, section, key, value, running);
    if verdict.fits() {
        return Activation::AsItIs;
    }
    let repaired = settings::repaired(setting, value)
        .filter(|value| settings::judge(setting, section, key, value, running).fits());
    if let Some(repaired) = repaired {
        return Activation::Repaired(repaired);
    }
    let effect = match verdict {
        Verdict::Wrong(effect, versions) if versions == settings::Versions::ALL => effect.words(),
        Verdict::Wrong(effect, versions) => format!("{} ({})", effect.words(), versions.words()),
        _ => "LiteLLM does not accept it there".to_owned(),
    };
    let reason = format!("`{section}.{key}` must be {}; with this value {effect}", setting.shape.words());
    Activation::Refused(Refusal { reason, lines: meant(setting, section, value) })
}

/// Why only who runs the proxy knows whether it starts with the value: a name that comes from elsewhere, code of the user's own.
fn only_there(setting: &Setting, value: &Value) -> Option<String> {
    let texts = Installation::texts(value)?;
    let elsewhere = |text: &String| Form::of(&Value::from(text.as_str())).is_none();
    // LiteLLM makes a boolean, or a client a number, of what a reference gives; of nothing else.
    let taken = match setting.shape {
        Shape::OneOf(..) | Shape::Address(..) | Shape::Names(..) => false,
        Shape::Int | Shape::Number | Shape::Seconds => {
            texts.iter().all(|text| text.starts_with("os.environ/"))
        }
        shape => shape == Shape::Bool || shape.takes(Form::Text),
    };
    if !taken && texts.iter().any(elsewhere) {
        return Some(
            "a value from elsewhere is not visible here, and LiteLLM does not start with a wrong one".into(),
        );
    }
    let code = |text: &&String| text.contains('.') && !elsewhere(text);
    let code = texts.iter().find(code).filter(|_| matches!(setting.shape, Shape::Names(..)))?;
    Some(format!("LiteLLM imports `{code}` while it loads, and does not start if it is not found"))
}

/// The lines that a mapping plainly means where only its parameters are one: those of the cache.
fn meant(setting: &Setting, section: &str, value: &Value) -> Vec<String> {
    let Some(entries) = value.as_map().filter(|_| setting.name == "cache") else { return Vec::new() };
    let masked = entries.iter().map(|(name, value)| {
        let secret = is_secret_name(name) || shown(value).contains("://");
        let value = if secret { Value::Other("<the same value>".into()) } else { value.clone() };
        (name.clone(), value)
    });
    let params = ("cache_params".to_owned(), Value::Map(masked.collect()));
    yaml_lines(section, &[("cache".to_owned(), Value::Bool(true)), params])
}

/// The section and key of the home of a setting that a place is.
fn home_at(setting: &'static Setting, place: &Place) -> Option<(&'static str, &'static str)> {
    let At::Yaml { path, .. } = &place.at else { return None };
    let steps = path.steps();
    setting.config_homes().find(|(section, key)| {
        let names = std::iter::once(*section).chain(key.split('.'));
        let names: Vec<_> = names.map(crate::document::Step::from).collect();
        steps.ends_with(&names)
    })
}
