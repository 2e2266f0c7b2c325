//! The one table of LiteLLM settings: which homes LiteLLM really reads, in which order, and in which releases.
//!
//! Section placement was established by loading every key alone in every section of LiteLLM 1.106.2 and again, in batches, of 1.72.6,
//! 1.80.15 and 1.109.1; `tests/litellm.rs` repeats it for the pinned releases. Where a row names a version, the behaviour changed there.

pub mod hazard;
pub mod known;
mod made;
pub mod names;
mod otherwise;
mod rows;
pub(in crate::project) mod spelling;
mod stops;
mod values;
pub(in crate::project) mod version;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::document::Value;
use crate::project::platform::Aspect;
use crate::project::platform::Component;
use crate::project::process::autoscaler::Scaling;
use crate::project::settings::version::{Running, Version};

use rows::{TOPICS, row};

pub use made::{of_key, of_variable};
pub use otherwise::RULES;
pub use stops::{Stops, form_stops, forms_tried, refuses, stops, stops_with_anything};
pub use values::{Effect, Form, Otherwise, Verdict, judge, repaired, unknown_names};

/// From this release on LiteLLM gives the process what stands under `environment_variables:`. Before, a name there keeps the value that
/// the process has for it, and becomes the text `None` if it has none (`ProxyConfig.load_config`, compared in the wheels of 1.72.6 to
/// 1.75.0; `tests/litellm.rs` shows it).
pub const LATE_VARIABLES: Version = Version(1, 74, 2);

/// From this release on REQUEST_TIMEOUT, PROXY_BATCH_WRITE_AT and DEFAULT_NUM_WORKERS_LITELLM_PROXY count as unset where they hold no
/// number. Before, LiteLLM dies while it is imported (`get_env_int` of `constants.py`, compared in the wheels of 1.106.12 and 1.108.0;
/// `tests/litellm.rs` shows it).
pub const TOLERANT_NUMBERS: Version = Version(1, 108, 0);

/// The sections of a `config.yaml` that hold settings.
pub const SECTIONS: [&str; 5] =
    ["litellm_settings", "general_settings", "router_settings", "environment_variables", "model_list"];

/// Those of them whose keys are settings by themselves.
pub const SETTINGS: [&str; 3] = ["litellm_settings", "general_settings", "router_settings"];

/// A place that a setting is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// A key of a section of config.yaml: the section, and the key or a path of keys with dots (`cache_params.host`).
    Config(&'static str, &'static str),
    /// A variable of the process environment.
    Env(&'static str),
    /// A variable under `environment_variables:` of config.yaml, which is applied late: only for what is read later than that.
    LateEnv(&'static str),
    /// A flag of the command line, without value.
    Flag(&'static str),
    /// An option of the command line, with a value behind it.
    Option(&'static str),
    /// A key of the values of a chart. Not every release of the chart has it, so it is written only where it stands already.
    Values(Component, &'static [&'static str]),
    /// A key of the values of a chart that every release of the chart has.
    Chart(Component, &'static [&'static str]),
    /// A key of the values that the chart turns into an argument, unless `args` replaces all of them. Written only where it stands already.
    ChartArgument(Component, &'static [&'static str]),
    /// What the description of the process says, wherever its platform has that.
    Process(Aspect),
    /// What an autoscaler of the process says, a manifest of its own.
    Autoscaler(Scaling),
}

/// Which values a place takes. What another value does there, `otherwise` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A real YAML boolean.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Number,
    /// A number of seconds.
    Seconds,
    /// A text.
    Text,
    /// A name of a list in [`names`], and what any other name does.
    OneOf(&'static str, Effect),
    /// An address with one of these schemes, and what another one does.
    Address(&'static [&'static str], Effect),
    /// A list of texts.
    List,
    /// A list of names of a list in [`names`], and what any other name among them does.
    Names(&'static str, Effect),
    /// A list of mappings with one key each: a model, and the models to fall back to.
    Fallbacks,
    /// A mapping.
    Map,
}

/// The releases that read a setting; [`Versions::ALL`] for every supported one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The first one.
    pub since: Option<Version>,
    /// The first one that no longer does.
    pub until: Option<Version>,
    /// From the first of these to before the second it was not read.
    pub gap: Option<(Version, Version)>,
    /// The first patches of older lines that have what came with `since`: LiteLLM patches several lines side by side.
    pub patched: &'static [Version],
}

impl Versions {
    /// Every supported release.
    pub const ALL: Self = Self { since: None, until: None, gap: None, patched: &[] };

    /// Every release from this one on.
    pub const fn since(version: Version) -> Self {
        Self { since: Some(version), ..Self::ALL }
    }

    /// Every release before this one.
    pub const fn until(version: Version) -> Self {
        Self { until: Some(version), ..Self::ALL }
    }

    /// Whether this release reads it.
    pub fn hold(&self, version: Version) -> bool {
        let patched = |patch: &Version| patch.line() == version.line() && version >= *patch;
        (self.since.is_none_or(|since| version >= since) || self.patched.iter().any(patched))
            && self.until.is_none_or(|until| version < until)
            && self.gap.is_none_or(|(from, to)| version < from || version >= to)
    }

    /// Whether what runs reads it; `None` where that depends on the release, and the release is unknown.
    pub fn read_by(&self, running: &Running) -> Option<bool> {
        match running {
            Running::Known(version, ..) => Some(self.hold(*version)),
            Running::Unknown(..) => (*self == Self::ALL).then_some(true),
        }
    }

    /// The releases in words: `since 1.101.0`.
    pub fn words(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        words.extend(self.since.map(|version| format!("since {version}")));
        words.extend(self.patched.iter().map(|patch| format!("and of the line of {patch} since that")));
        words.extend(self.until.map(|version| format!("before {version}")));
        words.extend(self.gap.map(|(from, to)| format!("not from {from} to before {to}")));
        if words.is_empty() { "in every release".into() } else { words.join(", ") }
    }
}

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// The name in this program: that of its config key, or of its variable in lower case.
    pub name: &'static str,
    /// The homes, the strongest first.
    pub homes: &'static [Home],
    /// What its value looks like.
    pub shape: Shape,
    /// What holds when nothing sets it, for humans: the boolean or the number itself where it is one, then words about it.
    pub default: &'static str,
    /// The releases that read it.
    pub versions: Versions,
    /// Homes that came later than the setting itself, and since when they are read.
    pub later: &'static [(Home, Version)],
    /// Names that people write for it and LiteLLM does not read.
    pub misnomers: &'static [&'static str],
    /// Keys that people write for it in a section where neither that name nor that place is read: section and key.
    pub decoys: &'static [(&'static str, &'static str)],
    /// Sections where LiteLLM refuses to load with it, and since when; elsewhere a wrong place is ignored.
    pub refused: &'static [(&'static str, Version)],
    /// Where the row is known from: a section of LiteLLM's documentation or source, or the test that shows it.
    pub evidence: &'static str,
}

impl Setting {
    /// The keys of config.yaml that this setting lives under: section, and key or path of keys with dots.
    pub fn config_homes(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.homes.iter().filter_map(|home| match home {
            Home::Config(section, key) => Some((*section, *key)),
            _ => None,
        })
    }

    /// The first release that reads this home, if that is not the first one that reads the setting.
    pub fn later(&self, home: &Home) -> Option<Version> {
        let own = self.later.iter().find(|(later, _)| later == home).map(|(_, since)| *since);
        let since = own.max(matches!(home, Home::LateEnv(_)).then_some(LATE_VARIABLES))?;
        (self.versions.since < Some(since)).then_some(since)
    }

    /// Whether a boolean or a number is what holds when nothing sets it.
    pub fn is_default(&self, value: &Value) -> bool {
        let own = self.default.split([' ', ',', ':']).next().unwrap_or_default();
        match value {
            Value::Bool(on) => own.parse() == Ok(*on),
            Value::Int(number) => own.parse() == Ok(*number),
            Value::Float(number) => own.parse() == Ok(*number),
            _ => false,
        }
    }

    /// The variables of the process environment that set it.
    pub fn env_homes(&self) -> impl Iterator<Item = &'static str> {
        self.homes.iter().filter_map(|home| match home {
            Home::Env(name) => Some(*name),
            _ => None,
        })
    }
}

/// What a name that the table lacks is answered with.
pub static UNKNOWN: Setting = row("unknown", &[], Shape::Text, "none");

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    TOPICS.iter().copied().flatten()
}

/// The table by what is asked for. Where several rows name the same, the first one counts.
#[derive(Default)]
struct Index {
    names: HashMap<&'static str, &'static Setting>,
    /// By section and key, or path of keys with dots.
    homes: HashMap<(&'static str, &'static str), &'static Setting>,
    decoys: HashSet<(&'static str, &'static str)>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::default();
    for setting in all() {
        index.names.entry(setting.name).or_insert(setting);
        for home in setting.config_homes() {
            index.homes.entry(home).or_insert(setting);
        }
        index.decoys.extend(setting.decoys);
    }
    index
});

/// The row of a setting; `None` if the table has none of that name.
pub fn find(name: &str) -> Option<&'static Setting> {
    INDEX.names.get(name).copied()
}

/// Whether LiteLLM reads `key` in `section`, as far as this table knows.
pub fn reads(section: &str, key: &str) -> bool {
    at(section, key).is_some()
}

/// The row of a key or path of keys with dots in a section.
pub fn at(section: &str, key: &str) -> Option<&'static Setting> {
    INDEX.homes.get(&(section, key)).copied()
}

/// Whether `key` in `section` is known to be written for a setting that is read elsewhere.
pub fn is_decoy(section: &str, key: &str) -> bool {
    INDEX.decoys.contains(&(section, key))
}
