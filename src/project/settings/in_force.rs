//! Which home of a setting is in force, and where a fix would write.

use std::rc::Rc;

use crate::document::{Kind, Node, Path, Reader, Value};

use crate::project::environment::unseen::What as Source;
use crate::project::installation::chart;
use crate::project::installation::parts::{Flavor, Layer};
use crate::project::installation::version::{Running, Version};
use crate::project::installation::view::Installation;
use crate::project::platform::over::How;
use crate::project::platform::{Aspect, Process, Seen};
use crate::project::repository::place::{At, Place};
use crate::project::repository::sealed::is_encrypted;
use crate::project::settings::setting::{Answer, Ignored, InForce, Loser, Reference, Why};
use crate::project::settings::{self, Home, SECTIONS, Setting, Versions};

/// What a home holds, where it may be written, and why not if it may not.
pub(in crate::project) type Found = (InForce, Vec<Place>, Option<String>);

const NOTHING: Found = (InForce::Unset, Vec::new(), None);

impl<'a> Installation<'a> {
    /// What is known about the setting of this name.
    ///
    /// A name that the table lacks is an error of the caller; the answer is then that nothing sets it and it has no home.
    pub fn setting(&self, name: &str) -> Answer {
        (*self.shared_setting(name)).clone()
    }

    /// The same, not copied: there may be very many places in it.
    pub fn shared_setting(&self, name: &str) -> Rc<Answer> {
        let setting = settings::find(name).unwrap_or(&settings::UNKNOWN);
        self.asked.setting(setting.name, || self.answer(setting))
    }

    fn answer(&self, setting: &'static Setting) -> Answer {
        let mut answer = Answer {
            setting,
            in_force: InForce::Unset,
            losers: Vec::new(),
            reference: None,
            filled_at: None,
            ignored: Vec::new(),
            homes: Vec::new(),
            blocked: None,
            unseen: None,
            certain: self.parts.env_files.iter().all(|env| env.certain),
        };
        let mut not_read = Vec::new();
        for home in setting.homes {
            if let Some(reason) = self.outdone(home) {
                not_read.extend(without_effect(self.home(home).0, &reason));
                continue;
            }
            if self.is_left_out(setting, home) {
                continue;
            }
            let later = setting.later(home);
            let early = |since| matches!(self.running(), Running::Known(version, ..) if *version < since);
            let (found, places, blocked) = match later.is_some_and(early) {
                true => self.home(home),
                false => self.seen(home, &mut answer),
            };
            if let (Some(since), Running::Known(version, ..)) = (later, self.running())
                && *version < since
            {
                not_read.extend(too_early(found, *version, home, since));
                continue;
            }
            if matches!(found, InForce::Unset) {
                // No value goes where only some of the releases that may run read it; a home that all of them read stands beside it.
                let read = later.is_none_or(|since| self.running().surely_since(since));
                if answer.is_unset() && read {
                    answer.homes.extend(places);
                    answer.blocked = answer.blocked.or(blocked);
                }
            } else if answer.is_unset() {
                answer.homes = match &found {
                    // The text of a variable may stand inside the entry that gives it.
                    InForce::Set { .. } if matches!(home, Home::Env(_) | Home::Flag(_) | Home::Option(_)) => {
                        places
                    }
                    InForce::Set { place, .. } if !places.is_empty() => vec![place.clone()],
                    _ => Vec::new(),
                };
                answer.in_force = found;
                answer.blocked = blocked;
            } else {
                answer.losers.extend(loser(found));
            }
            answer.losers.extend(self.weaker_variables(home));
        }
        if answer.is_unset() && !answer.homes.is_empty() {
            // One home that can be written is enough; the others need no excuse.
            answer.blocked = None;
        }
        answer.reference = answer.place().and_then(|place| self.reference_at(place));
        if let Some(given) = answer.reference.as_ref().and_then(|one| one.given.as_ref()) {
            // What the value in force leads to does not lose against it.
            answer.losers.retain(|loser| loser.place != given.place);
        }
        if let Some(winner) = answer.place().cloned() {
            // A mapping does not lose against what stands in it.
            answer.losers.retain(|loser| !loser.place.holds(&winner) && !winner.holds(&loser.place));
        }
        answer.filled_at = self.filled_at(&answer);
        answer.ignored = self.ignored(setting);
        if let Some(section) = self.erased_at(&answer) {
            answer.homes.clear();
            answer.blocked =
                Some(format!("a second `{section}:` erases the one that sets it: merge the two"));
        }
        answer.ignored.append(&mut not_read);
        self.mind_the_release(&mut answer);
        answer
    }

    /// Whether a home in a configuration that is not visible is passed over: what the process itself is given is judged as it stands.
    fn is_left_out(&self, setting: &Setting, home: &Home) -> bool {
        let own = |other: &&Home| !matches!(other, Home::Config(..) | Home::LateEnv(_));
        self.parts.flavor == Flavor::Process
            && match home {
                Home::LateEnv(_) => true,
                Home::Config(..) => {
                    let mut own = setting.homes.iter().filter(own);
                    own.any(|other| !matches!(self.home(other).0, InForce::Unset))
                }
                _ => false,
            }
    }

    /// Why what stands in a home has no effect, whatever it is: the chart puts something over it, or does not render it.
    fn outdone(&self, home: &Home) -> Option<String> {
        match home {
            Home::Env("NUM_WORKERS" | "DEFAULT_NUM_WORKERS_LITELLM_PROXY") => {
                let component = match self.parts.flavor {
                    Flavor::Gateway => "gateway",
                    Flavor::Backend => "backend",
                    _ => return None,
                };
                Some(format!(
                    "the chart gives the process NUM_WORKERS from `{component}.numWorkers` (1 by default), after its list of env entries, and the last one wins"
                ))
            }
            Home::Values(flavor, keys) | Home::Chart(flavor, keys) if *flavor == self.parts.flavor => {
                const NEWER: [&str; 4] =
                    ["terminationGracePeriodSeconds", "livenessProbe", "readinessProbe", "startupProbe"];
                let old = self.old_chart().filter(|_| keys.first().is_some_and(|key| NEWER.contains(key)))?;
                Some(format!("litellm-helm {old} does not render it"))
            }
            _ => None,
        }
    }

    /// The release of litellm-helm that is deployed, if it is one that leaves keys of newer ones away.
    pub fn old_chart(&self) -> Option<String> {
        let (release, _) = chart::release(self.files, self.parts)?;
        (self.parts.flavor == Flavor::Monolith && chart::is_old(&release)).then_some(release)
    }

    /// What a home holds, unless a source that is not read may set it.
    fn seen(&self, home: &Home, answer: &mut Answer) -> Found {
        let found = self.home(home);
        let stands = !matches!(found.0, InForce::Unset);
        let Some(unread) = self.unseen_at(home, stands).filter(|_| answer.is_unset()) else { return found };
        if matches!(unread.what, Source::WholeObjects(_)) && self.written_by_chart(answer.setting) {
            return found;
        }
        answer.unseen = Some(unread.clone());
        let reason = unread.what.words();
        let hidden = InForce::Hidden { reason: reason.clone(), place: unread.place.clone() };
        (hidden, Vec::new(), Some(reason))
    }

    /// Whether a key of the values sets it, which the chart writes as an entry of its own: that wins over what whole Secrets give.
    fn written_by_chart(&self, setting: &Setting) -> bool {
        let of_values = |home: &&Home| matches!(home, Home::Values(..) | Home::Chart(..));
        setting.homes.iter().filter(of_values).any(|home| match self.home(home).0 {
            InForce::Set { value: Value::Str(text), .. } => !text.is_empty(),
            InForce::Set { value, .. } => value != Value::Null,
            _ => false,
        })
    }

    /// The section that sets it and is erased by a second one in the same file: a key in that one would stand twice once they are merged.
    fn erased_at(&self, answer: &Answer) -> Option<String> {
        let home = answer.homes.first().filter(|_| answer.is_unset())?;
        let dead = answer.ignored.iter().find(|one| one.why == Why::DeadSection)?;
        let At::Yaml { path, .. } = &dead.place.at else { return None };
        (dead.place.file == home.file).then(|| path.split_last()?.0.last_key().map(str::to_owned)).flatten()
    }

    /// What a release does not read is not in force there, and is not written.
    fn mind_the_release(&self, answer: &mut Answer) {
        let versions = answer.setting.versions;
        match (versions.read_by(self.running()), self.running()) {
            (Some(true), _) => {}
            // What cannot be seen may as well not be there.
            (Some(false), _) if self.config_unseen().is_some() || answer.unseen.is_some() => {}
            (Some(false), Running::Known(version, ..)) => {
                let found = std::mem::replace(&mut answer.in_force, InForce::Unset);
                // What hides a whole section does not set anything.
                let hides = |loser: &Loser| last_key(&loser.place).is_some_and(|key| SECTIONS.contains(&key));
                let places = loser(found).into_iter().chain(answer.losers.drain(..));
                let places = places.filter(|loser| !hides(loser));
                answer.ignored.extend(places.map(|loser| unread(loser, *version, versions)));
                answer.homes.clear();
                answer.blocked = Some(why_unread(*version, versions));
            }
            _ if answer.is_unset() => {
                answer.homes.clear();
                let words = versions.words();
                answer.blocked = Some(format!("the release that runs is unknown, and it is read {words}"));
            }
            _ => {}
        }
    }

    fn home(&self, home: &Home) -> Found {
        let own = |flavor: &Flavor| *flavor == self.parts.flavor;
        match home {
            Home::Config(section, key) => self.config_home(section, key),
            Home::Env(name) => self.env_home(name),
            Home::LateEnv(name) => self.config_home("environment_variables", name),
            Home::Flag(flag) => self.argument(flag, false),
            Home::Option(flag) => self.argument(flag, true),
            Home::Values(flavor, keys) if own(flavor) => self.values_home(keys, false),
            Home::Chart(flavor, keys) if own(flavor) => self.values_home(keys, true),
            Home::ChartArgument(flavor, keys) if own(flavor) && !self.replaces_arguments() => {
                self.values_home(keys, false)
            }
            Home::Values(..) | Home::Chart(..) | Home::ChartArgument(..) => NOTHING,
            Home::Process(aspect) => self.process_home(*aspect),
        }
    }

    /// The variable that a place refers to.
    pub fn reference_at(&self, place: &Place) -> Option<Reference> {
        let Value::Str(text) = self.value_at(place)? else { return None };
        let name = text.strip_prefix("os.environ/")?.to_owned();
        let given = self.variables(&name).into_iter().next();
        Some(Reference { name, given })
    }

    pub(in crate::project) fn config_home(&self, section: &str, key: &str) -> Found {
        let found = match self.config_stacks(section, key) {
            Ok(found) => found,
            Err(found) => return *found,
        };
        let home = self.stacks(section)[0].last().map(|base| {
            let path = base.config.child(section).join(&Path::keys(key.split('.')));
            Place::yaml(base.file, base.doc, path)
        });
        self.agree(found, home)
    }

    /// What a key of the configuration sets.
    pub(in crate::project) fn config_value(&self, section: &str, key: &str) -> InForce {
        match self.config_stacks(section, key) {
            Ok(found) => self.agree(found, None).0,
            Err(found) => found.0,
        }
    }

    /// What a key is in each result that is deployed; the error is one answer for all, where it cannot be looked up.
    fn config_stacks(&self, section: &str, key: &str) -> Result<Vec<InForce>, Box<Found>> {
        if let Some((reason, place)) = self.config_unseen() {
            let hidden = InForce::Hidden { reason: reason.clone(), place };
            return Err(Box::new((hidden, Vec::new(), Some(reason))));
        }
        let stacks = self.stacks(section);
        let is_mapping = |layer: &&&Layer| {
            self.section(layer, section).is_none_or(|node| {
                let node = node.resolve();
                node.kind() == Kind::Mapping || node.is_null(self.reader()) || node.source().contains("{{")
            })
        };
        if !stacks.iter().flatten().all(|layer| is_mapping(&layer)) {
            let reason = format!("`{section}` is not a mapping there");
            return Err(Box::new((InForce::Unset, Vec::new(), Some(reason))));
        }
        Ok(stacks.iter().map(|stack| self.look_up(stack, section, key)).collect())
    }

    /// One answer from those of all layers: they must agree, or a fix has no single place.
    pub(in crate::project) fn agree(&self, mut found: Vec<InForce>, home: Option<Place>) -> Found {
        let first = found[0].clone();
        if found.iter().all(|other| *other == first) {
            return (first, home.into_iter().collect(), None);
        }
        let overlays: Vec<&str> =
            self.parts.layers.iter().skip(1).map(|layer| self.shown(layer.file)).collect();
        let without: Vec<&str> = std::iter::zip(&overlays, &found)
            .filter(|(_, found)| matches!(found, InForce::Unset))
            .map(|(overlay, _)| *overlay)
            .collect();
        let how = if without.is_empty() {
            format!("{} give different values", overlays.join(" and "))
        } else {
            let with: Vec<&str> = overlays.iter().filter(|one| !without.contains(one)).copied().collect();
            format!("it is set with {} and unset with {}", with.join(" and "), without.join(" and "))
        };
        let set = found.iter().position(|one| !matches!(one, InForce::Unset)).unwrap_or_default();
        (found.swap_remove(set), Vec::new(), Some(format!("the layers differ: {how}")))
    }

    /// The layers that make up each result which is deployed, the strongest first.
    pub(in crate::project) fn stacks(&self, section: &str) -> Vec<Vec<&'a Layer>> {
        let parts = self.parts;
        if let Some(included) =
            parts.includes.iter().rev().find(|layer| self.section(layer, section).is_some())
        {
            return vec![vec![included]];
        }
        match parts.layers.as_slice() {
            [base] => vec![vec![base]],
            [base, overlays @ ..] => overlays.iter().map(|overlay| vec![overlay, base]).collect(),
            [] => Vec::new(),
        }
    }

    /// The node of a section of one layer.
    pub fn section(&self, layer: &Layer, section: &str) -> Option<Node<'a>> {
        self.files.node(layer.file, layer.doc, &layer.config)?.get(section)
    }

    fn look_up(&self, stack: &[&Layer], section: &str, key: &str) -> InForce {
        for layer in stack {
            let Some(config) = self.files.node(layer.file, layer.doc, &layer.config) else { continue };
            let at = || Place::yaml(layer.file, layer.doc, layer.config.child(section));
            if let Some(found) = look_up_entry(config, section, self.reader(), true) {
                match found {
                    // To Helm a null is no mapping to merge into: what weaker values and the chart have there is gone.
                    Entry::Null if self.reader() == Reader::Go => return InForce::Unset,
                    Entry::Null => continue,
                    Entry::Hidden(reason) => return InForce::Hidden { reason, place: at() },
                    Entry::Value(node) if node.kind() == Kind::Mapping => {
                        if let Some(found) = self.look_below(node, at, key) {
                            return found;
                        }
                    }
                    Entry::Value(node) if node.source().contains("{{") => {
                        return InForce::Hidden { reason: "it is a template expression".into(), place: at() };
                    }
                    // Nothing in it counts: it is told of as a whole.
                    Entry::Value(_) => return InForce::Unset,
                }
            }
        }
        InForce::Unset
    }

    /// What stands at a path of keys with dots below a section.
    fn look_below(&self, section: Node<'a>, at: impl Fn() -> Place, path: &str) -> Option<InForce> {
        let (mut node, mut end) = (section, 0);
        loop {
            let key = path[end..].split('.').next().unwrap_or_default();
            end += key.len();
            let last = end == path.len();
            let place = || path[..end].split('.').fold(at(), |place, key| place.child(key));
            let value = match look_up_entry(node, key, self.reader(), !last)? {
                Entry::Value(value) => value,
                Entry::Null if !last => return None,
                Entry::Null => return Some(InForce::Set { value: Value::Null, place: place() }),
                Entry::Hidden(reason) => return Some(InForce::Hidden { reason, place: place() }),
            };
            if last {
                return Some(InForce::Set { value: value.value(self.reader()), place: place() });
            }
            (node, end) = (value, end + 1);
        }
    }

    /// Who reads the values of this installation.
    pub fn reader(&self) -> Reader {
        match self.parts.flavor {
            Flavor::Config | Flavor::ConfigMap | Flavor::Process => Reader::PyYaml,
            Flavor::OtherChart | Flavor::Monolith | Flavor::Gateway | Flavor::Backend => Reader::Go,
        }
    }

    /// Whether `args` of the chart's values replaces the arguments that the chart makes of other keys.
    pub(in crate::project) fn replaces_arguments(&self) -> bool {
        let args = self.values_in_force(&["args"]).into_iter();
        args.into_iter()
            .any(|found| matches!(found, InForce::Set { value: Value::Seq(items), .. } if !items.is_empty()))
    }

    /// What the values of the chart have at a path. Older charts lack some keys: those are written only where they stand already.
    fn values_home(&self, keys: &[&str], everywhere: bool) -> Found {
        let found = self.values_in_force(keys);
        let standing = found.iter().find_map(|one| match one {
            InForce::Set { place, .. } => Some(place.clone()),
            _ => None,
        });
        let main = self.parts.main();
        let anew = || Place::yaml(main.file, main.doc, main.base.join(&Path::keys(keys.iter().copied())));
        self.agree(found, standing.or_else(|| everywhere.then(anew)))
    }

    /// What the processes have of an aspect: that of the first that has it. Of several, each has its own.
    fn process_home(&self, aspect: Aspect) -> Found {
        let having = |process: &&Process| !process.platform.places(&process.path, aspect).is_empty();
        let having: Vec<&Process> = self.parts.processes.iter().filter(having).collect();
        let several =
            (having.len() > 1).then(|| format!("{} processes run it, each with its own", having.len()));
        let several = several.or_else(|| self.extended(having.first()?));
        let written = having.iter().find_map(|process| Some((process, process.seen(self.files, aspect)?)));
        let Some((process, seen)) = written else {
            let anew = having.first().and_then(|process| process.home(self.files, aspect));
            return (InForce::Unset, anew.into_iter().filter(|_| several.is_none()).collect(), several);
        };
        let (place, node) = (seen.place.clone(), seen.node);
        let text = node.resolve().text();
        if text.contains("${") || text.contains("{{") {
            let reason = format!("it is made from a variable in {}", self.shown(place.file));
            return (InForce::Hidden { reason, place }, Vec::new(), None);
        }
        let image = process.image(self.files).filter(|image| aspect == Aspect::Image && image.place != place);
        if let Some(image) = image.filter(|_| !process.images.is_empty()) {
            let at = image.place;
            let reason =
                format!("`{}` in {} is effective", at.last_key().unwrap_or_default(), self.shown(at.file));
            let tag = Value::Str(image.tag.unwrap_or_default());
            return (InForce::Set { value: tag, place: at }, Vec::new(), Some(reason));
        }
        let own = seen.how.is_some() || process.platform.places(&process.path, aspect).contains(&node.path());
        let alias =
            (!own).then(|| format!("{} takes it from another place by an alias", self.shown(process.file)));
        let blocked = self.by_operation(&seen).or(alias).or_else(|| self.extended(process));
        if seen.mixed {
            let reason = format!("{} sets parts of it", self.shown(seen.place.file));
            return (InForce::Hidden { reason: reason.clone(), place }, Vec::new(), Some(reason));
        }
        let homes = if blocked.is_none() { vec![place.clone()] } else { Vec::new() };
        (InForce::Set { value: node.resolve().value(Reader::Go), place }, homes, blocked)
    }

    /// Why what an operation of a JSON patch gives is not written.
    fn by_operation(&self, seen: &Seen<'_>) -> Option<String> {
        let by = seen.how == Some(How::Operation);
        by.then(|| format!("a JSON patch in {} sets it", self.shown(seen.place.file)))
    }

    /// A flag or option of the command line.
    fn argument(&self, flag: &str, valued: bool) -> Found {
        for process in &self.parts.processes {
            let words = spelt_out(process.arguments(self.files));
            let Some(value) = argument_of(&words, flag, valued) else { continue };
            let (keys, arguments) = process.platform.command();
            let look = |key: &str| process.look(self.files, &process.path.child(key));
            let holding = keys.iter().rev().filter_map(|key| look(key));
            let seen = holding.into_iter().find(|seen| seen.node.source().contains(flag));
            let Some(seen) = seen.or_else(|| look(arguments)) else { continue };
            let At::Yaml { doc, path } = &seen.place.at else { continue };
            let home = Place::argument(seen.place.file, *doc, path.clone(), flag);
            let blocked = self.by_operation(&seen).or_else(|| self.extended(process));
            let homes = if blocked.is_none() { vec![home] } else { Vec::new() };
            return (given_argument(value, seen.place), homes, blocked);
        }
        if self.parts.flavor != Flavor::Monolith {
            return NOTHING;
        }
        let main = self.parts.main();
        let list = main.base.child("args");
        let args = self.files.node(main.file, main.doc, &list);
        let words: Vec<String> = args
            .into_iter()
            .flat_map(|args| args.resolve().items())
            .map(|item| item.text().into_owned())
            .collect();
        let Some(value) = argument_of(&words, flag, valued) else { return NOTHING };
        let index = words.iter().position(|word| word.starts_with(flag)).unwrap_or_default();
        let home = Place::argument(main.file, main.doc, list.clone(), flag);
        let homes = if self.parts.layers.len() > 1 { Vec::new() } else { vec![home] };
        (given_argument(value, Place::yaml(main.file, main.doc, list.child(index))), homes, None)
    }

    /// What each deployed result has at a path of the values.
    pub(in crate::project) fn values_in_force(&self, keys: &[&str]) -> Vec<InForce> {
        let stacks = self.stacks("");
        stacks
            .iter()
            .map(|stack| {
                stack.iter().find_map(|layer| self.values_entry(layer, keys)).unwrap_or(InForce::Unset)
            })
            .collect()
    }

    fn values_entry(&self, layer: &Layer, keys: &[&str]) -> Option<InForce> {
        let (key, parents) = keys.split_last()?;
        let parent = layer.base.join(&Path::keys(parents.iter().copied()));
        let node = self.files.node(layer.file, layer.doc, &parent)?;
        let place = Place::yaml(layer.file, layer.doc, parent.child(*key));
        match look_up_entry(node, key, Reader::Go, false)? {
            Entry::Value(value) => Some(InForce::Set { value: value.value(Reader::Go), place }),
            Entry::Null => Some(InForce::Set { value: Value::Null, place }),
            Entry::Hidden(reason) => Some(InForce::Hidden { reason, place }),
        }
    }
}

fn why_unread(version: Version, versions: Versions) -> String {
    format!("LiteLLM {version} does not read it; it is read {}", versions.words())
}

/// What stands in a home that this release does not read yet.
fn too_early(found: InForce, version: Version, home: &Home, since: Version) -> Option<Ignored> {
    let loser = loser(found)?;
    let Home::LateEnv(name) = home else { return Some(unread(loser, version, Versions::since(since))) };
    let why = Why::NotApplied(format!(
        "LiteLLM {version} does not apply it: before {since} a name under `environment_variables:` keeps the value that the process has, and becomes the text `None` if it has none"
    ));
    // What hides the section or the whole configuration is no entry of this name.
    let entry = last_key(&loser.place) == Some(name);
    entry.then(|| Ignored { place: loser.place, why, value: loser.value.unwrap_or(Value::Null) })
}

/// What stands where it has no effect.
fn without_effect(found: InForce, reason: &str) -> Option<Ignored> {
    let loser = loser(found)?;
    let why = Why::NoEffect(reason.to_owned());
    Some(Ignored { place: loser.place, why, value: loser.value.unwrap_or(Value::Null) })
}

fn last_key(place: &Place) -> Option<&str> {
    match &place.at {
        At::Yaml { path, .. } => path.last_key(),
        _ => None,
    }
}

fn unread(loser: Loser, version: Version, versions: Versions) -> Ignored {
    let why = Why::NotRead(why_unread(version, versions));
    Ignored { place: loser.place, why, value: loser.value.unwrap_or(Value::Null) }
}

fn loser(found: InForce) -> Option<Loser> {
    match found {
        InForce::Unset => None,
        InForce::Set { value, place } => Some(Loser { place, value: Some(value) }),
        InForce::Hidden { place, .. } => Some(Loser { place, value: None }),
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

fn given_argument(value: Option<String>, place: Place) -> InForce {
    match value {
        None => InForce::Set { value: Value::Bool(true), place },
        Some(text) if text.contains('$') => {
            InForce::Hidden { reason: "it is made from a variable".into(), place }
        }
        Some(text) => {
            let value = text.parse().map_or(Value::Str(text), Value::Int);
            InForce::Set { value, place }
        }
    }
}

enum Entry<'a> {
    Value(Node<'a>),
    Null,
    Hidden(String),
}

/// The value of a key; `None` if it is not there. `whole` tells that a mapping is looked for, whose own references do not matter.
fn look_up_entry<'a>(mapping: Node<'a>, key: &str, reader: Reader, whole: bool) -> Option<Entry<'a>> {
    let Some(node) = mapping.get(key) else {
        return mapping.merged(key).map(|_| Entry::Hidden(format!("`{key}` comes through a merge key `<<`")));
    };
    if node.kind() == Kind::Alias {
        return Some(Entry::Hidden(format!("`{key}` is an alias of another place ({})", node.source())));
    }
    if node.is_null(reader) {
        return Some(Entry::Null);
    }
    if node.kind() == Kind::Scalar && !whole {
        let text = node.text();
        if let Some(name) = text.strip_prefix("os.environ/") {
            return Some(Entry::Hidden(format!("it is the reference os.environ/{name}")));
        }
        if text.contains("{{") {
            return Some(Entry::Hidden("it is a template expression".into()));
        }
        if is_encrypted(&text) || node.tag() == Some("!vault") {
            return Some(Entry::Hidden("it is encrypted".into()));
        }
    }
    Some(Entry::Value(node))
}
