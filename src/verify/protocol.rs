//! What is asked of `proxy.py`, and what it answers: one JSON object each.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::project::settings::{self, Home};

/// The probe: one file, given to Python as its program.
pub const PROBE: &str = include_str!("proxy.py");

/// One proxy to load.
#[derive(Clone, Debug, Serialize)]
pub struct Request<'q> {
    /// The variables of the process.
    pub env: &'q BTreeMap<String, String>,
    /// Variables that are set whatever the installation says.
    pub fixed: BTreeMap<&'static str, &'static str>,
    /// Those of the variables that are secrets, by their names.
    pub secrets: Vec<&'q str>,
    /// The private folder that the files go into; without one Python makes its own.
    pub folder: Option<PathBuf>,
    /// The files, by their names with `/`.
    pub files: &'q BTreeMap<String, String>,
    /// The name of the configuration among them.
    pub config: &'q str,
    /// What the command line of the process says besides.
    pub arguments: &'q [String],
    /// The settings to look at, each with its homes.
    pub settings: &'q BTreeMap<&'static str, Vec<[&'static str; 3]>>,
    /// The key of the fingerprints, in hexadecimal digits.
    pub key: &'q str,
    /// Whether code of the repository may run.
    pub trust: bool,
    /// After so many seconds it ends by itself, if nobody is left to end it.
    pub seconds: u64,
}

/// What became of a load.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Response {
    /// The release that is installed there.
    #[serde(default)]
    pub version: Option<String>,
    /// How it was kept from the network, if it came so far.
    #[serde(default)]
    pub network: Option<Network>,
    /// Where it stopped, if it did.
    #[serde(default)]
    pub stage: Option<LoadStage>,
    /// Why it stopped.
    #[serde(default)]
    pub error: Option<String>,
    /// Code of the repository that an object without effect stands for.
    #[serde(default)]
    pub stubbed: Vec<String>,
    /// The effective settings, by their names in the table.
    #[serde(default)]
    pub settings: BTreeMap<String, Shown>,
    /// All else that the load has changed.
    #[serde(default)]
    pub state: BTreeMap<String, Shown>,
}

impl Response {
    /// Whether it tells of a release or of an error: an empty list reads as one that tells of nothing.
    pub fn is_one(&self) -> bool {
        self.version.is_some() || self.error.is_some()
    }
}

/// How a load was kept from the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// The process had none.
    Left,
    /// Python refused connections; a library in another language could have made one.
    Refused,
}

/// How far a load came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoadStage {
    /// There is no LiteLLM that may be loaded.
    Install,
    /// LiteLLM could not be imported with these variables.
    Import,
    /// The configuration does not load.
    Load,
}

/// A value: equal ones have equal digests, and only what is no secret is told as text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Shown {
    /// The fingerprint under the key of the question.
    pub digest: String,
    /// The value as JSON, without secrets and shortened.
    pub shown: String,
}

/// The settings of the table with their homes, as the probe takes them.
pub fn homes() -> BTreeMap<&'static str, Vec<[&'static str; 3]>> {
    let home = |home: &Home| match home {
        Home::Config(section, key) => ["config", section, key],
        Home::LateEnv(name) => ["late", "", name],
        _ => ["", "", ""],
    };
    settings::all().map(|row| (row.name, row.homes.iter().map(home).collect())).collect()
}
