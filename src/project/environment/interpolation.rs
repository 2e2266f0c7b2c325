//! Variables that compose fills in from the environment of its caller: `NAME: ${OTHER:-default}`.

use crate::document::Value;

use crate::project::installation::answer::variable::Variable;
use crate::project::installation::view::Installation;
use crate::project::platform::interpolation::{Interpolation, parse};
use crate::project::process::Process;
use crate::project::repository::place::{At, FileId, Place};

impl Installation<'_> {
    /// How compose makes the text of this variable, if a compose service gives it and it is one interpolation as a whole.
    ///
    /// See <https://docs.docker.com/reference/compose-file/interpolation/>.
    pub fn interpolation(&self, variable: &Variable) -> Option<Interpolation> {
        let of_compose = self.is_compose(variable.place.file);
        let Value::Str(written) = self.value_at(&variable.place).filter(|_| of_compose)? else { return None };
        let entry = format!("{}=", variable.name);
        parse(written.strip_prefix(&entry).unwrap_or(&written))
    }

    /// What compose makes of a value in the description of a process, as far as that is visible.
    pub fn filled_value(&self, process: &Process, value: Value) -> Value {
        let filled = value.as_str().filter(|_| process.is_compose());
        let filled = filled.and_then(|text| process.filled_in(self.files, text));
        filled.map_or(value, |filled| Value::Str(filled.text))
    }

    pub(in crate::project) fn is_compose(&self, file: FileId) -> bool {
        self.service_of(file).is_some()
    }

    /// The service that a compose file describes, or a part of it.
    fn service_of(&self, file: FileId) -> Option<&Process> {
        let has = |service: &&Process| {
            let others = service.over.iter().map(|over| over.file);
            let others = others.chain(service.extends.iter().map(|base| base.file));
            service.file == file || others.into_iter().any(|other| other == file)
        };
        self.parts.services().find(has)
    }

    /// The variable that compose fills in where the environment of its caller lacks the name: its place, and its text where that is not made
    /// of others.
    pub fn filler(&self, compose: FileId, name: &str) -> Option<(Place, Option<String>)> {
        self.service_of(compose)?.filler(self.files, name)
    }

    /// What else uses the variable that fills this one in.
    pub(in crate::project) fn other_use(&self, variable: &Variable) -> Option<Place> {
        let filled = variable.filled.as_ref()?;
        let At::Env(name) = &filled.at else { return None };
        self.mention(name, &[variable.place.clone(), filled.clone()])
    }

    /// What compose makes of the text of a variable, and the variable of the `.env` beside it that it takes for that. Without text it passes
    /// its own variable of the name on. What only its caller can give is not known.
    pub(in crate::project) fn filled_in(
        &self,
        compose: FileId,
        name: &str,
        text: Option<String>,
    ) -> (Option<String>, Option<Place>) {
        let text = text.unwrap_or_else(|| format!("${{{name}}}"));
        let filled = self.service_of(compose).and_then(|service| service.filled_in(self.files, &text));
        let place = filled.as_ref().and_then(|filled| Some(self.filler(compose, filled.by.as_deref()?)?.0));
        (filled.map(|filled| filled.text), place)
    }

    /// Whether a file is the `.env` that compose fills in from.
    pub(in crate::project) fn fills_in(&self, file: FileId) -> bool {
        self.parts.fills_in(file)
    }
}
