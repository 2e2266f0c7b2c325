//! Findings about places where a setting stands without effect.

use crate::document::{Step, Value};
use crate::plan::finding::{Finding, Fix, Intent, Lines, Safety, Severity};
use crate::plan::recommend::activate::{self, Activation};
use crate::plan::recommend::build::{shown, variable_lines};
use crate::plan::state::State;
use crate::plan::transform::Meta;
use crate::project::settings::{Home, Setting};
use crate::project::{Answer, At, Effective, Ineffective, Installation, Place, Why, is_secret_name};

/// The findings about places where a setting stands without effect: moved or renamed where that is all it needs, else advice.
/// Comments are not among them, see [`Finding::mention_comments`].
pub fn ineffective_places(installation: &Installation<'_>, meta: &Meta, answer: &Answer) -> Vec<Finding> {
    let found = |ineffective| Spot { installation, meta, answer, ineffective }.finding();
    answer.ineffective.iter().filter_map(found).collect()
}

/// A place where a setting stands without effect.
struct Spot<'a> {
    installation: &'a Installation<'a>,
    meta: &'a Meta,
    answer: &'a Answer,
    ineffective: &'a Ineffective,
}

impl Spot<'_> {
    fn finding(&self) -> Option<Finding> {
        Some(match &self.ineffective.why {
            // Of a whole section `config_structure` tells.
            Why::CommentedOut | Why::DeadSection => return None,
            // It says what is so anyway.
            Why::WrongSection(_) if self.answer.is_unset() && self.ineffective.value == Value::Null => {
                return None;
            }
            Why::WrongSection(section) => self.in_wrong_section(section),
            Why::Misspelt(written) => self.misspelt(written),
            Why::TooLate
            | Why::ArgumentsReplaced
            | Why::GivenAgain(_)
            | Why::NotRendered(_)
            | Why::Autoscaled(_) => self
                .state(State::NO_EFFECT)
                .title(format!("`{}` has no effect here", self.written()))
                .why(self.why_and_what_holds(&self.ineffective.why.to_string()))
                .advice(too_late(self.installation, self.answer, &self.ineffective.place)),
            Why::NotRead(..) => self.not_read(),
            Why::NotApplied(..) => self
                .state(State::NOT_APPLIED)
                .title(format!(
                    "`{}` under `environment_variables:` is ineffective in the running version",
                    self.written()
                ))
                .why(self.ineffective.why.to_string())
                .advice(too_late(self.installation, self.answer, &self.ineffective.place)),
            Why::DeadDuplicate => self.overridden(),
        })
    }

    fn state(&self, state: State) -> Finding {
        Finding::new(self.meta, self.answer.setting.name, state, self.ineffective.place.clone())
    }

    /// The name as it is written there.
    fn written(&self) -> &str {
        written(&self.ineffective.place, self.answer.setting.name)
    }

    fn why_and_what_holds(&self, why: &str) -> String {
        format!("{why}; {}", effective_words(self.installation, self.answer))
    }

    /// Whether nothing else sets it, and a file may.
    fn is_free(&self) -> bool {
        self.answer.is_unset() && self.answer.blocked.is_none()
    }

    /// The variable that the value refers to, where LiteLLM reads the setting from it anyway: no other value is effective instead.
    fn own_variable(&self) -> Option<&str> {
        own_variable(self.answer.setting, &self.ineffective.value).filter(|name| {
            let mut given = self.installation.variables(name).into_iter();
            self.answer.is_unset() || given.any(|variable| Some(&variable.place) == self.answer.place())
        })
    }

    fn in_wrong_section(&self, section: &str) -> Finding {
        let Self { installation, answer, ineffective, .. } = self;
        let (finding, key) = (self.state(State::WRONG_SECTION), self.written());
        if let Some(own) = self.own_variable() {
            return say_own_variable(finding, key, section, own);
        }
        let finding = finding.title(ignored_title(answer, key, section));
        if answer.value() == Some(&ineffective.value) {
            return finding
                .why("the same value is set where LiteLLM reads it, and that one is effective")
                .severity(Severity::Low)
                .advice("remove it there");
        }
        let finding = looks_set(installation, answer, &ineffective.value, finding);
        let target = answer.homes.first().and_then(parent);
        let Some(target) = target.filter(|to| self.is_free() && to.file == ineffective.place.file) else {
            return finding.advice(format!(
                "remove it there, or move it to where LiteLLM reads it; {}",
                effective_words(installation, answer)
            ));
        };
        let title = format!("move `{key}` to {}", place_name(&target));
        let to = target.child(key);
        self.make_effective(
            finding,
            title,
            vec![Intent::Move(ineffective.place.clone(), target)],
            &to,
            "move",
        )
    }

    fn misspelt(&self, written: &str) -> Finding {
        let Self { installation, answer, ineffective, .. } = self;
        let variable = answer.setting.env_homes().next();
        let own = variable.filter(|_| is_variable(installation, ineffective, written));
        let right = own
            .map(str::to_owned)
            .or_else(|| home_key(answer))
            .unwrap_or_else(|| answer.setting.name.to_owned());
        let target = elsewhere(answer, ineffective).filter(|_| own.is_none());
        let full = target.as_ref().map_or_else(|| right.clone(), |target| path_name(target, &right));
        let title = format!("`{written}` is ignored: LiteLLM reads `{full}` instead");
        let finding =
            looks_set(installation, answer, &ineffective.value, self.state(State::MISSPELT).title(title));
        let instead = |text: &str, variable: &str| {
            let value = given(answer, &shown_of(answer, &ineffective.value));
            finding.clone().advice(text).lines(variable_lines(installation, variable, &value))
        };
        match variable {
            Some(variable) if answer.is_unset() && is_decoy(answer, &ineffective.place) => {
                instead("remove it there; if you want it, this is what LiteLLM reads", variable)
            }
            _ if self.is_free() => {
                let mut intents = vec![renamed(installation, &ineffective.place, right.clone())];
                let word = if target.is_some() { "move" } else { "rename" };
                let standing = parent(&ineffective.place);
                let to = target.as_ref().or(standing.as_ref()).map(|mapping| mapping.child(&right));
                let from = standing.map(|standing| standing.child(&right));
                intents.extend(target.zip(from).map(|(target, from)| Intent::Move(from, target)));
                let to = to.unwrap_or_else(|| ineffective.place.clone());
                self.make_effective(
                    finding,
                    format!("{word} `{written}` to `{full}`"),
                    intents,
                    &to,
                    "rename",
                )
            }
            Some(variable) if answer.is_unset() => instead("write it under that name", variable),
            Some(variable) if matches!(answer.effective, Effective::Hidden { .. }) => {
                instead("remove it; if you want that value, this is what LiteLLM reads", variable)
            }
            _ => finding.advice(format!("remove it: {}", effective_words(installation, answer))),
        }
    }

    fn not_read(&self) -> Finding {
        let why = &self.ineffective.why;
        let Some(option) = option(self.answer, &self.ineffective.place) else {
            return self
                .state(State::NOT_READ)
                .title(format!("`{}` has no effect in the running version", self.written()))
                .why(self.why_and_what_holds(&why.to_string()))
                .advice("remove it, or run a release that reads it");
        };
        let since = self.answer.setting.versions.since;
        let later = since.map(|since| format!(", or run {since} or later")).unwrap_or_default();
        self.state(State::named("unknown_option"))
            .title(format!("{option} is not an option of the running version: the proxy does not start"))
            .why(why.to_string())
            .severity(Severity::Critical)
            .advice(format!("remove the option{later}"))
    }

    fn overridden(&self) -> Finding {
        let finding = self.state(State::named("dead_duplicate"));
        if self.installation.files.env(self.ineffective.place.file).is_some() {
            let name = self.answer.setting.name;
            return finding
                .title(format!("{name} is overridden: a later line sets it again"))
                .why(
                    self.why_and_what_holds(
                        "of equal names in an env file the last one wins in every reader",
                    ),
                )
                .advice("remove this line, or the later one if this is the value you want");
        }
        finding
            .title(format!("this `{}` is overridden by a later key or an included file", self.written()))
            .why(self.why_and_what_holds("PyYAML silently keeps the last of equal keys"))
            .advice("remove the overridden one, or merge the two")
    }

    /// The finding with a fix that makes the value effective at a place, as far as LiteLLM takes it there; else with the advice that says
    /// why not.
    fn make_effective(
        &self,
        finding: Finding,
        title: String,
        mut intents: Vec<Intent>,
        to: &Place,
        word: &str,
    ) -> Finding {
        let (answer, value) = (self.answer, &self.ineffective.value);
        let shown = |value: &Value| shown_of(answer, value);
        let mut assumption = match answer.setting.is_default(value) {
            true => format!(
                "the {word} activates it, which may change little: {} is the default too",
                shown(value)
            ),
            false => format!("the {word} activates it: {} was not effective before", shown(value)),
        };
        let title = match activate::at(self.installation, answer.setting, to, value) {
            Activation::AsItIs => title,
            Activation::Repaired(repaired) => {
                assumption = format!("{assumption}; there LiteLLM reads it as {}", shown(&repaired));
                let title = format!("{title}, as {}", shown(&repaired));
                intents.push(Intent::Set(to.clone(), repaired));
                title
            }
            Activation::Refused(refusal) => {
                let text = format!(
                    "it would not work there as written: {}; rewrite it in that form, or remove it",
                    refusal.reason
                );
                let goes = if refusal.lines.is_empty() { "" } else { "the top level of the configuration" };
                return finding.advice(text).lines(Lines::new(refusal.lines, goes));
            }
        };
        finding.fix(Fix::new(self.installation, title, Safety::Review, intents).assuming(assumption))
    }
}

/// That a key is ignored in a section, and which one it is read in, if it has the same name there.
fn ignored_title(answer: &Answer, key: &str, section: &str) -> String {
    let home = answer.homes.first().and_then(|home| match &home.at {
        At::Yaml { path, .. } if path.last_key() == Some(key) => {
            path.split_last()?.0.last_key().map(str::to_owned)
        }
        _ => None,
    });
    match home {
        Some(home) => format!("`{key}` is ignored in {section}: LiteLLM reads it in {home}"),
        None => not_read_there(key, section),
    }
}

fn not_read_there(key: &str, section: &str) -> String {
    format!("`{key}` is ignored in {section}: LiteLLM does not read it there")
}

/// What somebody believes who reads a value that is ignored; where it says what holds anyway, that matters little.
fn looks_set(installation: &Installation<'_>, answer: &Answer, value: &Value, finding: Finding) -> Finding {
    let (shown, holds) = (shown_of(answer, value), effective_words(installation, answer));
    if answer.is_unset() && answer.setting.is_default(value) {
        return finding.why(format!("it says {shown}, and {holds}")).severity(Severity::Low);
    }
    finding.why(format!("it looks set to {shown}, but {holds}"))
}

/// What to do with a variable that comes too late.
fn too_late(installation: &Installation<'_>, answer: &Answer, place: &Place) -> String {
    let configs = answer.setting.config_homes().next().map(|(section, key)| format!("`{section}.{key}`"));
    let standing = !answer.is_unset() || installation.value_at(place).is_none();
    match configs {
        _ if standing => "remove it here".into(),
        Some(key) => format!("remove it here; it is effective as {key}, or in the environment of the process itself"),
        None => "give it to the process instead (env file, chart values, compose `environment:`), and remove it here".into(),
    }
}

/// Whether a misspelt name is that of a variable of the process, not of a key of a section.
fn is_variable(installation: &Installation<'_>, ineffective: &Ineffective, written: &str) -> bool {
    installation.variables(written).iter().any(|variable| variable.place == ineffective.place)
}

/// A name is a key, but in an item of a list of env entries it is the text of `name:`.
pub fn renamed(installation: &Installation<'_>, place: &Place, right: String) -> Intent {
    let is_item =
        matches!(&place.at, At::Yaml { path, .. } if matches!(path.steps().last(), Some(Step::Index(_))));
    let item = installation.value_at(place).filter(|_| is_item && installation.may_write(place));
    match item {
        Some(Value::Str(pair)) => {
            let value = pair.split_once('=').map_or("", |(_, value)| value);
            Intent::Set(place.clone(), Value::Str(format!("{right}={value}")))
        }
        Some(_) => Intent::Set(place.child("name"), Value::Str(right)),
        None => Intent::Rename(place.clone(), right),
    }
}

/// The variable that a value refers to, if LiteLLM reads the setting from that very variable by itself.
pub fn own_variable<'v>(setting: &Setting, value: &'v Value) -> Option<&'v str> {
    let name = value.as_str()?.strip_prefix("os.environ/")?;
    setting.env_homes().any(|home| home == name).then_some(name)
}

/// The finding about a key that is not read where it stands, and that says no more than its variable does.
pub fn say_own_variable(finding: Finding, key: &str, section: &str, name: &str) -> Finding {
    finding
        .severity(Severity::Low)
        .title(not_read_there(key, section))
        .why(format!("LiteLLM reads {name} itself, with or without this line"))
        .advice("remove it there")
}

/// What holds instead of what is ignored, as a clause.
pub fn effective_words(installation: &Installation<'_>, answer: &Answer) -> String {
    let default = format!("the effective value is the default: {}", answer.setting.default);
    let variable = answer.setting.env_homes().next().filter(|_| !installation.environment_is_whole());
    match &answer.effective {
        Effective::Unset => match variable {
            Some(name) => format!("unless the environment sets {name}, {default}"),
            None => default,
        },
        Effective::Set { value, .. } => format!("{} is effective", shown_of(answer, value)),
        Effective::Hidden { reason, .. } => format!("the effective value is not visible: {reason}"),
    }
}

fn home_key(answer: &Answer) -> Option<String> {
    match answer.homes.first().map(|place| &place.at) {
        Some(At::Yaml { path, .. }) => path.last_key().map(str::to_owned),
        Some(At::Env(name) | At::Variable { name, .. } | At::Argument { flag: name, .. }) => {
            Some(name.clone())
        }
        _ => answer.setting.env_homes().next().map(str::to_owned),
    }
}

/// The mapping that the setting belongs into, if the misspelt one stands in another of the same file.
fn elsewhere(answer: &Answer, ineffective: &Ineffective) -> Option<Place> {
    let home = answer.homes.first().and_then(parent)?;
    (is_decoy(answer, &ineffective.place) && home.file == ineffective.place.file).then_some(home)
}

/// Whether a key stands where neither its name nor its place is read.
fn is_decoy(answer: &Answer, place: &Place) -> bool {
    let At::Yaml { path, .. } = &place.at else { return false };
    let Some((section, key)) = path.split_last() else { return false };
    answer.setting.decoys.iter().any(|(within, decoy)| {
        section.last_key() == Some(within) && matches!(key, Step::Key(key) if key == decoy)
    })
}

/// The last two names of a key in a mapping: `cache_params.max_connections`.
fn path_name(mapping: &Place, key: &str) -> String {
    match &mapping.at {
        At::Yaml { path, .. } => {
            path.last_key().map_or_else(|| key.to_owned(), |parent| format!("{parent}.{key}"))
        }
        _ => key.to_owned(),
    }
}

/// The key at a place, which is not always the name that this program has for the setting.
fn written<'a>(place: &'a Place, name: &'a str) -> &'a str {
    match &place.at {
        At::Yaml { path, .. } => path.last_key().unwrap_or(name),
        At::Env(variable) | At::Variable { name: variable, .. } | At::Argument { flag: variable, .. } => {
            variable
        }
        At::Line(_) => name,
    }
}

/// The option of the command line, if that is what stands at a place.
fn option(answer: &Answer, place: &Place) -> Option<&'static str> {
    let At::Yaml { path, .. } = &place.at else { return None };
    let words = |step: &Step| ["command", "args", "entrypoint"].iter().any(|key| *step == (*key).into());
    path.steps().iter().rev().take(2).find(|step| words(step))?;
    answer.setting.homes.iter().find_map(|home| match home {
        Home::Option(option) | Home::Flag(option) => Some(*option),
        _ => None,
    })
}

/// The mapping that holds a place.
fn parent(place: &Place) -> Option<Place> {
    match &place.at {
        At::Yaml { doc, path } => Some(Place::yaml(place.file, *doc, path.split_last()?.0)),
        _ => None,
    }
}

fn place_name(place: &Place) -> String {
    match &place.at {
        At::Yaml { path, .. } => {
            path.last_key().map_or_else(|| "the top level".to_owned(), |key| format!("`{key}`"))
        }
        At::Env(name) | At::Variable { name, .. } | At::Argument { flag: name, .. } => format!("`{name}`"),
        At::Line(line) => format!("line {line}"),
    }
}

/// A value of a setting in a title or a reason: of a secret, only that there is one.
fn shown_of(answer: &Answer, value: &Value) -> String {
    if is_secret_name(answer.setting.name) { "a value (not shown)".into() } else { shown(value) }
}

/// A value as it goes into a line for the environment: one that may be a secret is only named.
fn given(answer: &Answer, value: &str) -> String {
    let secret = is_secret_name(answer.setting.name) || value.contains("://");
    if secret { "<the same value>".into() } else { value.replace('"', "") }
}
