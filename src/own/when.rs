//! Where a rule holds: the kind of file, a glob of paths, the release. Nothing else, ever.

use crate::project::{Flavor, Installation, Running, Version};

/// The conditions of a rule; all of them have to hold.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// The kinds of files that the configuration lives in; empty for any.
    pub files: Vec<Kind>,
    /// Globs of the configuration's path, from the folder of the preferences; empty for any.
    pub paths: Vec<String>,
    /// The releases of LiteLLM; [`None`] for any.
    pub litellm: Option<Releases>,
}

/// What the configuration of an installation lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A `config.yaml`.
    Config,
    /// A ConfigMap.
    ConfigMap,
    /// Values of a Helm chart.
    Values,
    /// It is not visible; the process is.
    Process,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Config, Self::ConfigMap, Self::Values, Self::Process];

    /// As the preferences have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::ConfigMap => "configmap",
            Self::Values => "values",
            Self::Process => "process",
        }
    }

    fn of(flavor: Flavor) -> Self {
        match flavor {
            Flavor::Config => Self::Config,
            Flavor::ConfigMap => Self::ConfigMap,
            Flavor::Process => Self::Process,
            Flavor::OtherChart | Flavor::Chart(_) => Self::Values,
        }
    }
}

/// Bounds of releases: `>=1.80, <1.100`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Releases {
    bounds: Vec<(&'static str, Version)>,
    written: String,
}

/// Longer ones first: `>=` begins with `>`.
const SIGNS: [&str; 5] = [">=", "<=", ">", "<", "="];

impl Releases {
    /// Reads bounds with commas between them; `None` where one is none.
    pub fn read(text: &str) -> Option<Self> {
        let bound = |part: &str| {
            let part = part.trim();
            let sign = SIGNS.into_iter().find(|sign| part.starts_with(sign))?;
            let number = part[sign.len()..].trim();
            let plain = number.split('.').count() <= 3
                && number.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
            Some((sign, number.parse::<Version>().ok().filter(|_| plain)?))
        };
        let bounds = text.split(',').map(bound).collect::<Option<Vec<_>>>()?;
        let written = bounds.iter().map(|(sign, version)| format!("{sign}{version}"));
        Some(Self { written: written.collect::<Vec<_>>().join(", "), bounds })
    }

    fn hold(&self, version: Version) -> bool {
        self.bounds.iter().all(|(sign, bound)| match *sign {
            ">=" => version >= *bound,
            "<=" => version <= *bound,
            ">" => version > *bound,
            "<" => version < *bound,
            _ => version == *bound,
        })
    }

    /// The bounds in words.
    pub fn words(&self) -> &str {
        &self.written
    }
}

impl When {
    /// Whether it holds, apart from the paths; `None` where that depends on the release, which is not visible.
    pub(super) fn holds(&self, installation: &Installation<'_>) -> Option<bool> {
        if !self.files.is_empty() && !self.files.contains(&Kind::of(installation.parts.flavor)) {
            return Some(false);
        }
        match (&self.litellm, installation.running()) {
            (None, _) => Some(true),
            (Some(releases), Running::Known(version, ..)) => Some(releases.hold(*version)),
            (Some(_), Running::Unknown(..)) => None,
        }
    }

    pub(super) fn surely_holds(&self, installation: &Installation<'_>) -> bool {
        self.holds(installation) == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_releases() {
        let releases = Releases::read(">=1.80, <1.100.2").unwrap();
        assert!(releases.hold(Version(1, 80, 0)) && releases.hold(Version(1, 100, 1)));
        assert!(!releases.hold(Version(1, 79, 9)) && !releases.hold(Version(1, 100, 2)));
        assert_eq!(releases.words(), ">=1.80.0, <1.100.2");
        assert!(Releases::read("=1.80.15").unwrap().hold(Version(1, 80, 15)));
        for wrong in ["", "1.80", "~1.80", ">=1", ">=1.80,", ">=x", ">=1.80-rc1", ">=1.80.1.2"] {
            assert_eq!(Releases::read(wrong), None, "{wrong}");
        }
    }
}
