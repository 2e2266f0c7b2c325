//! Addresses inside a YAML document.

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Step {
    /// The value of this key of a mapping. Of duplicate keys the last one is meant, as in PyYAML.
    Key(String),
    /// The item of a sequence, counted from 0.
    Index(usize),
    /// Into the YAML text that the literal block scalar at this place holds.
    Inside,
}

/// An address inside one document: steps from its root. The empty path is the root itself. It is written and read as
/// `jobs[0].image`, or `data["app.yaml"] > log.level`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The root of a document.
    pub fn root() -> Self {
        Self::default()
    }

    /// A path of keys.
    pub fn keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Self(keys.into_iter().map(Step::from).collect())
    }

    /// The steps, from the root down.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// This path with one step more.
    #[must_use]
    pub fn child(&self, step: impl Into<Step>) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step.into());
        Self(steps)
    }

    /// This path followed by `rest`.
    #[must_use]
    pub fn join(&self, rest: &Path) -> Self {
        Self(self.0.iter().chain(&rest.0).cloned().collect())
    }

    /// The path without its last step, and that step; `None` for the root.
    pub fn split_last(&self) -> Option<(Path, &Step)> {
        let (last, init) = self.0.split_last()?;
        Some((Path(init.to_vec()), last))
    }

    /// Splits at the first [`Step::Inside`]: the path of the embedding scalar, and the path within the embedded text.
    pub fn split_inside(&self) -> Option<(Path, Path)> {
        let at = self.0.iter().position(|step| *step == Step::Inside)?;
        Some((Path(self.0[..at].to_vec()), Path(self.0[at + 1..].to_vec())))
    }

    /// Whether `self` is `other` or an ancestor of it.
    pub fn contains(&self, other: &Path) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The last key on the path, if its last step is a key.
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last() {
            Some(Step::Key(key)) => Some(key),
            _ => None,
        }
    }
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<String> for Step {
    fn from(key: String) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}
