//! Which of a transform's states a finding is.

use std::fmt;

/// The public name of a state: it stands in JSON, in preferences and in decisions, and is never renamed. States are compared as they are,
/// not as texts: those that more than one module asks for have a name here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State(&'static str);

impl State {
    /// Nothing sets it.
    pub const UNSET: Self = Self("unset");
    /// It is set to another value.
    pub const DIFFERS: Self = Self("differs");
    /// It stands in a section where nothing reads it.
    pub const WRONG_SECTION: Self = Self("wrong_section");
    /// It is written under a name that nothing reads.
    pub const MISSPELT: Self = Self("misspelt");
    /// It stands where it comes too late, or where something else is put over it.
    pub const NO_EFFECT: Self = Self("no_effect");
    /// The running release does not read it.
    pub const NOT_READ: Self = Self("not_read");
    /// The running release does not give the process what stands there.
    pub const NOT_APPLIED: Self = Self("not_applied");

    /// The state of this name.
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl From<&'static str> for State {
    fn from(name: &'static str) -> Self {
        Self(name)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
