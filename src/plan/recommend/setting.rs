//! A setting and the value that it should have: a fix where a file may be written, the lines for a person where none may, and what is
//! said where nobody can see what it is. What a transform adds is when, why, and what it assumes.

use crate::document::Value;
use crate::plan::finding::{Finding, Fix, Intent, Lines, Safety};
use crate::plan::recommend::build::{cannot_tell, plain, section_lines, variable_lines};
use crate::plan::state::State;
use crate::plan::transform::Meta;
use crate::project::{Answer, At, Installation, Place};

/// A setting with the value that is recommended for it.
pub struct Recommended<'a> {
    installation: &'a Installation<'a>,
    answer: &'a Answer,
    value: Value,
    place: Option<&'a Place>,
}

impl<'a> Recommended<'a> {
    /// The value as a configuration holds it; a variable holds its text.
    pub fn new(installation: &'a Installation<'a>, answer: &'a Answer, value: impl Into<Value>) -> Self {
        Self { installation, answer, value: value.into(), place: answer.homes.first() }
    }

    /// Where it is written if no place is better: where something stands that must give way.
    #[must_use]
    pub fn or_at(mut self, place: Option<&'a Place>) -> Self {
        self.place = self.place.or(place);
        self
    }

    /// The lines that set it, and where they go.
    pub fn lines(&self) -> Lines {
        let setting = self.answer.setting;
        match (setting.config_homes().next(), setting.env_homes().next()) {
            (Some((section, key)), _) => {
                section_lines(self.installation, section, &[(key.to_owned(), self.value.clone())])
            }
            (None, Some(name)) => variable_lines(self.installation, name, &plain(&self.value)),
            (None, None) => Lines::default(),
        }
    }

    /// What is said where the effective value cannot be seen.
    pub fn hidden(&self, meta: &Meta) -> Option<Finding> {
        cannot_tell(meta, self.installation, self.answer, self.lines())
    }

    /// A finding where the setting is, else where it would be.
    pub fn finding(&self, meta: &Meta, state: impl Into<State>) -> Finding {
        let place = self.answer.place().or(self.place).cloned();
        let place = place.unwrap_or_else(|| self.installation.config_place());
        Finding::new(meta, self.answer.setting.name, state, place).mention_comments(self.answer)
    }

    /// The finding with the fix that sets it, changed by `more`, or with the lines and the reason why no file may be written.
    pub fn mend(&self, finding: Finding, safety: Safety, more: impl FnOnce(Fix) -> Fix) -> Finding {
        let Some(home) = self.place.filter(|_| self.answer.blocked.is_none()) else {
            let lines = self.lines();
            return finding.advice(self.by_hand()).lines(lines);
        };
        let (name, value) = self.at(home);
        let title = format!("set {name} to {}", plain(&value));
        finding.fix(more(Fix::new(self.installation, title, safety, vec![Intent::Set(home.clone(), value)])))
    }

    /// What to do where no file may be written, and why none may.
    fn by_hand(&self) -> String {
        let (setting, value) = (self.answer.setting, plain(&self.value));
        let key = setting.config_homes().next().map(|(_, key)| key);
        let name = key.or(setting.env_homes().next()).unwrap_or(setting.name);
        match &self.answer.blocked {
            Some(reason) => format!("set {name} to {value} by hand: {reason}"),
            None if self.answer.is_unset() => {
                format!("set {name} to {value} by hand: no file here can hold it")
            }
            None => format!("set {name} to {value} by hand: it is given from elsewhere"),
        }
    }

    /// How the place calls the setting, and how it holds the value.
    fn at(&self, home: &Place) -> (&str, Value) {
        let setting = self.answer.setting;
        let key = match &home.at {
            At::Yaml { path, .. } => path.last_key(),
            At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => None,
        };
        let is_last = |keys: &str, key: &str| keys.rsplit('.').next() == Some(key);
        let key =
            key.and_then(|key| setting.config_homes().map(|(_, keys)| keys).find(|keys| is_last(keys, key)));
        let name = key.or(setting.env_homes().next()).unwrap_or(setting.name);
        match key {
            Some(_) => (name, self.value.clone()),
            None => (name, Value::Str(plain(&self.value))),
        }
    }
}
