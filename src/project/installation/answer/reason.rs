//! Why a setting cannot be seen, or not be written. A reason is a fact; its words are made here, as a clause.

use std::fmt;

use crate::document::Path;
use crate::project::installation::unseen::SourceKind;
use crate::project::process::shared::Shared;
use crate::project::repository::place::Spot;
use crate::project::settings::Versions;
use crate::project::settings::version::Version;

/// Why a setting cannot be seen, or not be written. Files are named as the user would type them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A source that is not read may set it.
    NotRead(SourceKind),
    /// The values give the backend no configuration.
    NoBackendConfig,
    /// This key of the values is false, so that the chart does not render the configuration.
    NotRendered(String),
    /// `include:` names more files than are followed.
    ManyIncludes(usize),
    /// This file, which the configuration includes, is not there.
    MissingInclude(String),
    /// This section is no mapping.
    NoMapping(String),
    /// What is deployed with each of these layers differs.
    Layers(Vec<String>),
    /// It is set with the first ones of these layers, and not with the others.
    SomeLayers(Vec<String>, Vec<String>),
    /// This key comes through a merge key.
    MergeKey(String),
    /// This key is an alias, which is written like this.
    AliasOf(String, String),
    /// A template makes it.
    Template,
    /// It is encrypted.
    Encrypted,
    /// It refers to this variable.
    Reference(String),
    /// A variable makes it, in this file if that matters.
    Variable(Option<String>),
    /// systemd fills it in.
    Specifier,
    /// What stands there is no number of processes.
    NoNumber,
    /// An autoscaler decides, up to a number of the chart's own.
    Autoscaler,
    /// So many autoscalers name the workload, and which one is deployed with it is not visible.
    Autoscalers(usize),
    /// The autoscaler in this file decides it.
    Autoscaled(String),
    /// A Secret, a ConfigMap or another environment has it.
    Elsewhere,
    /// This file sets a part of it.
    Parts(String),
    /// A change would not be one of this process alone.
    Shared(Shared),
    /// This service, in this file if that is another one, extends the one that would be written.
    Extended(String, Option<String>),
    /// This file takes it from elsewhere.
    TakenFromElsewhere(String),
    /// A JSON patch in this file sets it.
    JsonPatch(String),
    /// The unit in this file takes it away, whatever gives it.
    UnsetByUnit(String),
    /// This file fills it in from this variable, which is also used there.
    FillsIn(String, String, Box<Spot>),
    /// It is given in this file, which is not written.
    Given(String),
    /// The chart takes a list of entries.
    Entries,
    /// No env file is known.
    NoEnvFile,
    /// So many processes run it.
    Processes(usize),
    /// The first file takes the place of the variables in the second.
    Replaced(String, String),
    /// What stands at this path of this file are no variables.
    NoVariables(Path, String),
    /// The variables in this file are an alias of a list.
    ListAlias(String),
    /// `!reset` in this file takes it away.
    Reset(String),
    /// This key of this file wins.
    Wins(String, String),
    /// It stands in a text that is only read, of this kind: `a Dockerfile`.
    ReadOnly(&'static str),
    /// A second section of this name erases it.
    SecondSection(String),
    /// This release does not read it; these do.
    OtherReleases(Version, Versions),
    /// These releases read it, and which one runs is not known.
    UnknownRelease(Versions),
    /// The release in this file gives it.
    ByRelease(String),
    /// This parameter of the release in this file sets it.
    Parameter(String, String),
}

impl From<Shared> for Reason {
    fn from(shared: Shared) -> Self {
        Self::Shared(shared)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRead(what) => f.write_str(&what.words()),
            Self::NoBackendConfig => f.write_str("these values give the backend no configuration of its own"),
            Self::NotRendered(key) => {
                write!(f, "`{key}` is false, so the chart does not render `proxy_config`")
            }
            Self::ManyIncludes(most) => {
                write!(f, "`include:` names more than {most} files, which are not followed")
            }
            Self::MissingInclude(file) => {
                write!(f, "the included file `{file}` was not found or could not be read")
            }
            Self::NoMapping(section) => write!(f, "`{section}` is not a mapping there"),
            Self::Layers(all) => write!(f, "the layers differ: {} give different values", all.join(" and ")),
            Self::SomeLayers(with, without) => write!(
                f,
                "the layers differ: it is set with {} and unset with {}",
                with.join(" and "),
                without.join(" and ")
            ),
            Self::MergeKey(key) => write!(f, "`{key}` comes through a merge key `<<`"),
            Self::AliasOf(key, source) => write!(f, "`{key}` is an alias of another place ({source})"),
            Self::Template => f.write_str("it is a template expression"),
            Self::Encrypted => f.write_str("it is encrypted"),
            Self::Reference(name) => write!(f, "it is the reference os.environ/{name}"),
            Self::Variable(None) => f.write_str("it is made from a variable"),
            Self::Variable(Some(file)) => write!(f, "it is made from a variable in {file}"),
            Self::Specifier => f.write_str("systemd makes it of a specifier"),
            Self::NoNumber => f.write_str("what stands there is no whole number above zero"),
            Self::Autoscaler => f.write_str("an autoscaler is on, and its maximum is left to the chart"),
            Self::Autoscalers(count) => {
                write!(f, "{count} autoscalers name the workload, and which one is deployed is not visible")
            }
            Self::Autoscaled(file) => write!(f, "the autoscaler in {file} decides how many pods there are"),
            Self::Elsewhere => {
                f.write_str("its value comes from elsewhere (a Secret, a ConfigMap or another environment)")
            }
            Self::Parts(file) => write!(f, "{file} sets parts of it"),
            Self::Shared(shared) => shared.fmt(f),
            Self::Extended(service, file) => {
                let whose = file.as_ref().map(|file| format!(" in {file}")).unwrap_or_default();
                write!(f, "service {service}{whose} extends it, and would be given the same")
            }
            Self::TakenFromElsewhere(file) => write!(f, "{file} takes it from elsewhere"),
            Self::UnsetByUnit(file) => {
                write!(f, "`UnsetEnvironment=` in {file} takes it away from the process: change that first")
            }
            Self::JsonPatch(file) => write!(f, "a JSON patch in {file} sets it"),
            Self::FillsIn(file, name, user) => {
                write!(f, "{file} fills it in from {name}, which {}:{} uses too", user.file, user.line)
            }
            Self::Given(file) => write!(f, "it is given in {file}"),
            Self::Entries => {
                f.write_str("the chart takes variables as a list of env entries, where the order matters")
            }
            Self::NoEnvFile => f.write_str("no env file is known to be loaded into LiteLLM's process"),
            Self::Processes(count) => write!(f, "{count} processes run it, and each is given its own"),
            Self::Replaced(by, file) => write!(f, "{by} takes the place of the variables in {file}"),
            Self::NoVariables(path, file) => write!(f, "`{path}` in {file} is not written as variables are"),
            Self::ListAlias(file) => {
                write!(f, "the variables in {file} are a reference to a list elsewhere")
            }
            Self::Reset(file) => write!(f, "`!reset` in {file} takes it away"),
            Self::Wins(key, file) => write!(f, "`{key}` in {file} is effective"),
            Self::ReadOnly(kind) => write!(f, "{kind} is only read"),
            Self::SecondSection(section) => {
                write!(f, "a second `{section}:` erases the one that sets it: merge the two")
            }
            Self::OtherReleases(version, versions) => {
                write!(f, "LiteLLM {version} does not read it; it is read {}", versions.words())
            }
            Self::UnknownRelease(versions) => {
                write!(f, "the release that runs is unknown, and it is read {}", versions.words())
            }
            Self::Parameter(name, file) => {
                write!(f, "the parameter `{name}` of the release in {file} sets it: change it there")
            }
            Self::ByRelease(file) => write!(f, "the release in {file} gives it"),
        }
    }
}
