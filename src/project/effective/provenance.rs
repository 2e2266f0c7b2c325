//! Where a setting comes from: what [`Answer`] knows, with places as they are shown, for the reader of an explanation.

use crate::document::Value;

use crate::project::installation::answer::why::Why;
use crate::project::installation::answer::{Answer, Effective, Ineffective};
use crate::project::installation::view::Installation;
use crate::project::process::Process;
use crate::project::process::autoscaler::Autoscaler;
use crate::project::repository::place::{Place, Spot};
use crate::project::settings::version::Running;
use crate::project::settings::{Home, Setting};

/// The origin of one setting in one installation.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// The row of the table.
    pub setting: &'static Setting,
    /// What LiteLLM goes by.
    pub effective: Origin,
    /// The variable that the effective value refers to.
    pub reference: Option<Followed>,
    /// What else sets it, and loses; the strongest first.
    pub overridden: Vec<(Spot, Option<Value>)>,
    /// Where it stands without effect: the value if it is one, and why it has none.
    pub ineffective: Vec<(Spot, Option<Value>, String)>,
    /// What can set it here, the strongest first.
    pub homes: Vec<String>,
    /// Whether the release that runs reads it, and which ones do.
    pub releases: String,
    /// What this rests on besides: layers that differ, files that are only assumed to be loaded.
    pub remarks: Vec<String>,
}

/// What is effective, and from where.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// The default of the release.
    Default,
    /// A value.
    Value(Value, Spot),
    /// Something that cannot be seen, and why.
    Hidden(String, Spot),
}

/// A reference `os.environ/NAME`, followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// The variable.
    pub name: String,
    /// Where it is given, and its text if that can be seen.
    pub given: Option<(Spot, Option<String>)>,
}

impl Installation<'_> {
    /// Where the setting of this name comes from; in each result and server, where these differ.
    pub fn provenances(&self, name: &str) -> Vec<Provenance> {
        let views = self.views();
        let mut all: Vec<(Provenance, Vec<&str>)> = Vec::new();
        for view in &views {
            let own = view.provenance(name);
            match all.iter_mut().find(|(known, _)| known.effective == own.effective) {
                Some((_, names)) => names.push(&view.parts.name),
                None => all.push((own, vec![&view.parts.name])),
            }
        }
        if all.is_empty() {
            return vec![self.provenance(name)];
        }
        let differ = all.len() > 1;
        let told = |(mut one, names): (Provenance, Vec<&str>)| {
            if differ {
                one.remarks.insert(0, format!("that is so in {}", names.join(" and ")));
            }
            one
        };
        all.into_iter().map(told).collect()
    }

    /// Where the setting of this name comes from.
    fn provenance(&self, name: &str) -> Provenance {
        let answer = self.setting(name);
        let spot = |place: &Place| self.files.spot(place);
        let effective = match &answer.effective {
            Effective::Unset => Origin::Default,
            Effective::Set { value, place } => Origin::Value(value.clone(), spot(place)),
            Effective::Hidden { reason, place } => Origin::Hidden(reason.to_string(), spot(place)),
        };
        let reference = answer.reference.as_ref().map(|reference| Followed {
            name: reference.name.clone(),
            given: reference.given.as_ref().map(|given| (spot(&given.place), given.text.clone())),
        });
        let ineffective = |one: &Ineffective| {
            let value = (one.why != Why::CommentedOut).then(|| one.value.clone());
            (spot(&one.place), value, one.why.to_string())
        };
        Provenance {
            setting: answer.setting,
            effective,
            reference,
            overridden: answer
                .overridden
                .iter()
                .map(|loser| (spot(&loser.place), loser.value.clone()))
                .collect(),
            ineffective: answer.ineffective.iter().map(ineffective).collect(),
            homes: answer
                .setting
                .homes
                .iter()
                .filter_map(|home| self.home_since(answer.setting, home))
                .collect(),
            releases: self.releases_words(answer.setting),
            remarks: self.remarks(&answer),
        }
    }

    /// A home in words, with the release that reads it first where that may be newer than the one that runs.
    fn home_since(&self, setting: &Setting, home: &Home) -> Option<String> {
        let words = self.home_words(home)?;
        let since = setting.later(home).filter(|since| self.running().maybe_before(*since));
        Some(since.map_or_else(|| words.clone(), |since| format!("{words} (since {since})")))
    }

    /// A home in words; `None` for what this installation has no such thing for.
    fn home_words(&self, home: &Home) -> Option<String> {
        let parts = self.parts;
        let with = |what: &str, keys: &[&str]| Some(format!("`{}` of {what}", keys.join(".")));
        match home {
            Home::Config(section, key) => Some(format!("`{section}.{key}`")),
            Home::Env(name) => Some(format!("the variable {name}")),
            Home::LateEnv(name) => Some(format!("`environment_variables.{name}`")),
            Home::Flag(flag) | Home::Option(flag) => Some((*flag).to_owned()),
            Home::Values(of, keys) | Home::Chart(of, keys) | Home::ChartArgument(of, keys) => {
                with("the chart's values", keys).filter(|_| parts.reads(*of))
            }
            Home::Process(aspect) => {
                let words = |process: &Process| process.platform.words(*aspect);
                parts.processes.iter().find_map(words)
            }
            Home::Autoscaler(scaling) => {
                let words =
                    |one: &Autoscaler| with(&format!("the {}", one.kind.name()), &[one.key(*scaling)?]);
                self.autoscalers().iter().find_map(words)
            }
        }
    }

    fn releases_words(&self, setting: &Setting) -> String {
        let words = setting.versions.words();
        match self.running() {
            Running::Known(version, how, _) => {
                let reads = if setting.versions.hold(*version) { "reads it" } else { "does not read it" };
                format!("LiteLLM {version} ({how}) {reads}; it is read {words}")
            }
            Running::Unknown(why, _) => format!("it is read {words}; which release runs is unknown: {why}"),
        }
    }

    fn remarks(&self, answer: &Answer) -> Vec<String> {
        let layers = answer.blocked.iter().filter(|_| !answer.is_unset() && self.parts.layers.len() > 1);
        let from_env = |place: &Place| self.parts.env_files.iter().find(|env| env.file == place.file);
        let given = answer.reference.as_ref().and_then(|reference| Some(&reference.given.as_ref()?.place));
        let assumed =
            answer.place().into_iter().chain(given).filter_map(from_env).find(|env| !env.is_certain());
        let assumed = assumed.map(|env| {
            format!("{} is assumed to be loaded: it {}", self.files.get(env.file).shown, env.link)
        });
        let stored = self.stored_in_database().filter(|_| answer.setting.config_homes().next().is_some());
        let stored = stored.map(|place| {
            let spot = self.files.spot(&place);
            format!(
                "store_model_in_db is on ({}:{}): a value stored in the database wins over the config until LiteLLM 1.102; since 1.103 the config wins",
                spot.file, spot.line
            )
        });
        let filled = answer.filled_at.as_ref().map(|place| {
            let spot = self.files.spot(place);
            format!(
                "compose fills it in, unless the environment of its caller has that variable: {}:{}",
                spot.file, spot.line
            )
        });
        layers.map(ToString::to_string).chain(filled).chain(assumed).chain(stored).collect()
    }
}
