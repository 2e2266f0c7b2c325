//! What the descriptions of processes say of a setting: a key of their own, an option of the command line.

use super::answered::{Found, NOTHING};
use crate::document::{Path, Reader, Value};
use crate::project::installation::answer::Effective;
use crate::project::installation::answer::reason::Reason;
use crate::project::installation::view::Installation;
use crate::project::platform::Aspect;
use crate::project::platform::start::By;
use crate::project::process::over::{How, Over};
use crate::project::process::{Process, Seen};
use crate::project::repository::place::{At, Place};

impl Installation<'_> {
    /// What the processes have of an aspect: that of the first that has it. Of several, each has its own.
    pub(in crate::project) fn process_home(&self, aspect: Aspect) -> Found {
        let having = |process: &&Process| !process.platform.places(&process.path, aspect).is_empty();
        let having: Vec<&Process> = self.parts.processes.iter().filter(having).collect();
        let several = (having.len() > 1).then_some(Reason::Processes(having.len()));
        let several = several.or_else(|| self.extended(having.first()?));
        let written = having.iter().find_map(|process| Some((process, process.seen(self.files, aspect)?)));
        let Some((process, seen)) = written else {
            let anew = having.first().and_then(|process| process.home(self.files, aspect));
            let (anew, why) = match anew {
                Some(Ok(place)) => (Some(place), None),
                Some(Err(shared)) => (None, Some(shared.into())),
                None => (None, None),
            };
            let homes = anew.into_iter().filter(|_| several.is_none()).collect();
            return (Effective::Unset, homes, several.or(why));
        };
        let (place, node) = (seen.place.clone(), seen.node);
        if node.resolve().source().starts_with("{{") {
            return (Effective::Hidden { reason: Reason::Template, place }, Vec::new(), None);
        }
        let open = self
            .files
            .get(place.file)
            .template
            .as_ref()
            .filter(|_| aspect == Aspect::Resources || node.is_null(Reader::Go));
        if open.is_some_and(|template| place.in_yaml().is_some_and(|(doc, path)| template.adds_to(doc, path)))
        {
            return NOTHING;
        }
        let text = node.resolve().text();
        if text.contains("${") || text.contains("{{") {
            return self.made(process, &text, place);
        }
        let image = process.image(self.files).filter(|image| aspect == Aspect::Image && image.place != place);
        if let Some(image) = image.filter(|_| !process.images.is_empty()) {
            let at = image.place;
            let key = at.last_key().unwrap_or_default().to_owned();
            let reason = Reason::Wins(key, self.shown(at.file).to_owned());
            let tag = Value::Str(image.tag.unwrap_or_default());
            return (Effective::Set { value: tag, place: at }, Vec::new(), Some(reason));
        }
        let home = process.home(self.files, aspect).unwrap_or_else(|| Ok(place.clone()));
        let shared = home.clone().err().map(Reason::from);
        let blocked = self.by_operation(&seen).or(shared).or_else(|| self.extended(process));
        if seen.mixed {
            let reason = Reason::Parts(self.shown(seen.place.file).to_owned());
            return (Effective::Hidden { reason: reason.clone(), place }, Vec::new(), Some(reason));
        }
        let homes = home.ok().filter(|_| blocked.is_none()).into_iter().collect();
        (Effective::Set { value: node.resolve().value(Reader::Go), place }, homes, blocked)
    }

    /// What is made of a text before the process is started: what compose fills in, where the files show it.
    fn made(&self, process: &Process, text: &str, place: Place) -> Found {
        let reason = Reason::Variable(Some(self.shown(place.file).to_owned()));
        let of_compose = process.is_compose() && !text.contains("{{");
        match process.filled_in(self.files, text).filter(|_| of_compose) {
            Some(filled) => {
                let value = filled.text.parse().map_or(Value::Str(filled.text), Value::Int);
                (Effective::Set { value, place }, Vec::new(), Some(reason))
            }
            None => (Effective::Hidden { reason, place }, Vec::new(), None),
        }
    }

    /// Why what an operation of a JSON patch gives is not written.
    fn by_operation(&self, seen: &Seen<'_>) -> Option<Reason> {
        let by = seen.how == Some(How::Operation);
        by.then(|| Reason::JsonPatch(self.shown(seen.place.file).to_owned()))
    }

    /// The words that start LiteLLM, as far as they are seen: of the first process, else of a unit, else of a script or an image.
    pub fn command_words(&self) -> Vec<String> {
        let parts = self.parts;
        let own = parts.processes.iter().map(|process| process.arguments(self.files));
        let of_units = parts.units.iter().filter_map(|unit| Some(unit.command(self.files)?.0));
        let of_starts = parts.starts.iter().map(|one| one.start.words.clone());
        own.chain(of_units).chain(of_starts).find(|words| !words.is_empty()).unwrap_or_default()
    }

    /// The words that start each process, also those of a script in one of them.
    fn commands(&self) -> &[Vec<String>] {
        self.asked.commands.get_or_init(|| {
            let processes = self.parts.processes.iter();
            processes.map(|process| spelt_out(process.arguments(self.files))).collect()
        })
    }

    /// The operation of a JSON patch that adds a flag or option to the command line.
    fn added_argument<'p>(&self, process: &'p Process, keys: &[&str], flag: &str) -> Option<&'p Over> {
        let added = keys.iter().flat_map(|key| process.appended(self.files, &process.path.child(*key)));
        added.into_iter().find(|over| {
            let text = over.node(self.files).map(|node| node.resolve().text().into_owned());
            let rest = text.as_deref().and_then(|text| text.strip_prefix(flag));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    }

    /// A flag or option of the command line.
    pub(in crate::project) fn argument(&self, flag: &str, valued: bool) -> Found {
        for (process, words) in self.parts.processes.iter().zip(self.commands()) {
            let Some(value) = argument_of(words, flag, valued) else { continue };
            let (keys, arguments) = process.platform.command();
            if let Some(over) = self.added_argument(process, keys, flag) {
                let reason = Reason::JsonPatch(self.shown(over.file).to_owned());
                return (given_argument(value, over.place()), Vec::new(), Some(reason));
            }
            let look = |key: &str| process.look(self.files, &process.path.child(key));
            let holding = keys.iter().rev().filter_map(|key| look(key));
            let seen = holding.into_iter().find(|seen| seen.node.source().contains(flag));
            let Some(seen) = seen.or_else(|| look(arguments)) else { continue };
            let At::Yaml { doc, path } = &seen.place.at else { continue };
            let home = Place::argument(seen.place.file, *doc, path.clone(), flag);
            let shared = process.is_compose().then(|| process.shares(self.files, &seen.place)).flatten();
            let shared = shared.map(Reason::from);
            let blocked = self.by_operation(&seen).or(shared).or_else(|| self.extended(process));
            let homes = if blocked.is_none() { vec![home] } else { Vec::new() };
            return (given_argument(value, seen.place), homes, blocked);
        }
        for unit in &self.parts.units {
            let Some((words, place)) = unit.command(self.files) else { continue };
            let Some(value) = argument_of(&words, flag, valued) else { continue };
            let reason = Reason::ReadOnly("the command of a unit");
            let given = match value.as_ref().is_some_and(|value| value.contains('%')) {
                true => Effective::Hidden { reason: Reason::Specifier, place },
                false => given_argument(value, place),
            };
            return (given, Vec::new(), Some(reason));
        }
        // A command of the process takes the place of that of its image.
        let own = || self.parts.processes.iter().any(|process| !process.arguments(self.files).is_empty());
        for started in self.parts.starts.iter().filter(|_| !own()) {
            let Some(value) = argument_of(&started.start.words, flag, valued) else { continue };
            let reason = match started.start.by {
                By::Image => Reason::ReadOnly("a Dockerfile"),
                By::Script => Reason::ReadOnly("a script"),
            };
            return (given_argument(value, started.line(started.start.line)), Vec::new(), Some(reason));
        }
        self.argument_of_chart(flag, valued)
    }

    /// The same among the arguments in the values of a chart.
    fn argument_of_chart(&self, flag: &str, valued: bool) -> Found {
        let Some(keys) = self.parts.chart().map(|chart| chart.arguments).filter(|keys| !keys.is_empty())
        else {
            return NOTHING;
        };
        // Helm replaces lists: the strongest layer with one counts.
        let stack = self.parts.stacks().swap_remove(0);
        let args = stack.into_iter().find_map(|layer| {
            let list = layer.base.join(&Path::keys(keys.iter().copied()));
            Some((layer, self.files.node(layer.file, layer.doc, &list)?, list))
        });
        let Some((layer, args, list)) = args else { return NOTHING };
        let words: Vec<String> = args.resolve().items().map(|item| item.text().into_owned()).collect();
        let Some(value) = argument_of(&words, flag, valued) else { return NOTHING };
        let index = words.iter().position(|word| word.starts_with(flag)).unwrap_or_default();
        let home = Place::argument(layer.file, layer.doc, list.clone(), flag);
        let homes = if self.parts.is_several() { Vec::new() } else { vec![home] };
        (given_argument(value, Place::yaml(layer.file, layer.doc, list.child(index))), homes, None)
    }
}

/// The words also of a script that stands as one word behind `sh -c`.
fn spelt_out(words: Vec<String>) -> Vec<String> {
    let split = |word: String| -> Vec<String> {
        if !word.contains(char::is_whitespace) {
            return vec![word];
        }
        let parts = word.split_whitespace().map(|part| part.trim_matches(['"', '\'', ';', '\\']));
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    words.into_iter().flat_map(split).collect()
}

/// What stands behind an option among words; of a flag, that it is there.
fn argument_of(words: &[String], flag: &str, valued: bool) -> Option<Option<String>> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.strip_prefix(flag) {
            Some("") => return Some(words.next().filter(|_| valued).cloned()),
            Some(rest) if valued && rest.starts_with('=') => return Some(Some(rest[1..].to_owned())),
            _ => {}
        }
    }
    None
}

fn given_argument(value: Option<String>, place: Place) -> Effective {
    match value {
        None => Effective::Set { value: Value::Bool(true), place },
        Some(text) if text.contains('$') => Effective::Hidden { reason: Reason::Variable(None), place },
        Some(text) => {
            let value = text.parse().map_or(Value::Str(text), Value::Int);
            Effective::Set { value, place }
        }
    }
}
