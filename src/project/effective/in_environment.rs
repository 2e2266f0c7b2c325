//! What the environment of the process says of a setting: a variable, where it stands without effect, where it would be written.

use crate::document::Value;

use crate::project::effective::answered::Found;
use crate::project::installation::answer::reason::Reason;
use crate::project::installation::answer::variable::{Giver, Variable};
use crate::project::installation::answer::why::Why;
use crate::project::installation::answer::{Answer, Effective, Ineffective, Overridden};
use crate::project::installation::view::Installation;
use crate::project::repository::place::{At, Place};
use crate::project::repository::told::is_commented_key;
use crate::project::secrets::is_secret_name;
use crate::project::settings::spelling::is_misspelt;
use crate::project::settings::{Home, Setting};

impl Installation<'_> {
    pub(in crate::project) fn env_home(&self, name: &str) -> Found {
        let given = self.variables(name);
        if self.parts.is_several() && given.iter().any(|one| matches!(one.giver, Giver::EnvVars)) {
            return self.layered_variable(name);
        }
        let Some(first) = given.into_iter().next() else {
            let (homes, blocked) = self.variable_homes(name);
            return (Effective::Unset, homes, blocked);
        };
        let homes: Vec<Place> = self.variable_home(&first).into_iter().collect();
        let read_only =
            matches!(first.giver, Giver::Process | Giver::Script | Giver::Image | Giver::Parameter);
        let blocked = (read_only && homes.is_empty()).then(|| self.why_unwritten(&first));
        // Where a secret comes from is followed step by step by those who judge it.
        let filled = first.filled.clone().filter(|_| !is_secret_name(name));
        let Variable { text, place, .. } = first;
        let place = filled.unwrap_or(place);
        let found = match text {
            Some(text) => Effective::Set { value: Value::Str(text), place },
            None => Effective::Hidden { reason: Reason::Elsewhere, place },
        };
        (found, homes, blocked)
    }

    /// The places that give a variable beside the strongest. Of several processes or layers each may have its own.
    pub(in crate::project) fn weaker_variables(&self, home: &Home) -> Vec<Overridden> {
        let parts = self.parts;
        match home {
            Home::Env(name) if !parts.is_several() && parts.processes.len() < 2 => {
                let mut given = self.variables(name).into_iter();
                let first = given.next();
                let same = |one: &Variable| first.as_ref().is_some_and(|first| first.stands_at(&one.place));
                let weaker = given.filter(|one| !same(one));
                weaker.map(|one| Overridden { place: one.place, value: one.text.map(Value::Str) }).collect()
            }
            _ => Vec::new(),
        }
    }

    fn layered_variable(&self, name: &str) -> Found {
        let text = |found: Effective| match found {
            Effective::Set { value, place } => Effective::Set { value: Value::Str(plain(&value)), place },
            other => other,
        };
        let found: Vec<Effective> = self.effective_values(&["envVars", name]).into_iter().map(text).collect();
        let home = match &found[0] {
            Effective::Set { place, .. } => Some(place.clone()),
            _ => None,
        };
        self.agree(found, home)
    }

    pub(in crate::project) fn ignored_variables(&self, setting: &Setting, out: &mut Vec<Ineffective>) {
        let names: Vec<&str> = setting.env_homes().collect();
        if names.is_empty() {
            return;
        }
        // A name that the configuration refers to is its owner's own. Looking for it reads the whole text, so it is asked last.
        let is_own = |name: &String| {
            let find = || {
                crate::project::installation::parts::referenced_names(self.files, self.parts)
                    .into_iter()
                    .collect()
            };
            self.asked.of_layers.referenced.get_or_init(find).contains(name)
        };
        for variable in self.all_variables() {
            let misspelt = names.iter().any(|name| {
                is_misspelt(&variable.name, name, setting.misnomers, "")
                    && !crate::project::settings::known::is_variable(&variable.name)
            });
            if misspelt && !is_own(&variable.name) {
                let Variable { name, text, place, .. } = variable.clone();
                out.push(Ineffective {
                    place,
                    why: Why::Misspelt(name),
                    value: text.map_or(Value::Null, Value::Str),
                });
            }
        }
        for link in &self.parts.env_files {
            let Some(env) = self.files.env(link.file) else { continue };
            out.extend(env.entries().filter(|entry| entry.dead && names.contains(&entry.name)).map(
                |entry| {
                    let value = Value::Str(entry.value.into_owned());
                    Ineffective { place: Place::line(link.file, entry.line), why: Why::DeadDuplicate, value }
                },
            ));
            for comment in env.comments() {
                if names.iter().any(|name| is_commented_key(comment.text, name)) {
                    let place = Place::line(link.file, comment.line);
                    out.push(Ineffective { place, why: Why::CommentedOut, value: Value::Null });
                }
            }
        }
    }

    /// Where compose names the variable of the `.env` beside it that is effective.
    pub(in crate::project) fn filled_at(&self, answer: &Answer) -> Option<Place> {
        let At::Env(_) = &answer.place()?.at else { return None };
        let given = answer.setting.env_homes().flat_map(|name| self.variables(name).into_iter().take(1));
        given.filter(|one| one.filled.as_ref() == answer.place()).map(|one| one.place).next()
    }
}

/// A scalar as the chart's template quotes it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Str(text) | Value::Other(text) => text.clone(),
        Value::Bool(bool) => bool.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Null => String::new(),
        Value::Seq(_) | Value::Map(_) => "a collection".into(),
    }
}
