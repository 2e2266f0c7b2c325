//! The LiteLLM version that an installation runs.

use std::fmt;
use std::str::FromStr;

use crate::project::repository::place::Place;

/// A LiteLLM release, without suffixes (`1.80.15-stable` is 1.80.15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u16, pub u16, pub u16);

/// The oldest release whose behaviour this program knows.
pub const OLDEST: Version = Version(1, 72, 6);
/// The newest release whose behaviour this program knows.
pub const NEWEST: Version = Version(1, 110, 2);

impl Version {
    /// The line of releases that is patched together: major and minor number.
    pub fn line(self) -> (u16, u16) {
        (self.0, self.1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Reads `1.80.15`, `v1.80.15`, `main-v1.80.15-stable`, `1.80` (as 1.80.0), `v1.80.15.rc.1`. Floating tags are errors.
impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a LiteLLM version such as 1.80.15");
        let start = text
            .char_indices()
            .find(|&(i, c)| {
                c.is_ascii_digit()
                    && text[..i].chars().next_back().is_none_or(|b| matches!(b, 'v' | '-' | '='))
            })
            .map(|(i, _)| i)
            .ok_or_else(wrong)?;
        let mut parts = text[start..].split(['.', '-', '+', '_', '@']).map(|part| {
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            part[..digits].parse::<u16>().ok()
        });
        let major = parts.next().flatten().ok_or_else(wrong)?;
        let minor = parts.next().flatten().ok_or_else(wrong)?;
        let patch = parts.next().flatten().unwrap_or(0);
        if major > 9 { Err(wrong()) } else { Ok(Self(major, minor, patch)) }
    }
}

/// A release that the user tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// None.
    #[default]
    Nothing,
    /// It holds where the files show none (`--litellm-version`).
    IfUnseen(Version),
    /// It holds whatever the files show (`--assume-litellm-version`).
    Assumed(Version),
}

/// By what a release is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// The tag of an image.
    ImageTag,
    /// The release that LiteLLM's own chart is made for.
    AppVersion,
    /// A version in requirements or in a Dockerfile.
    Pin,
    /// The user tells it for where the files show none.
    Told,
    /// The user tells it whatever the files show.
    Assumed,
}

impl fmt::Display for KnownBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ImageTag => "image tag",
            Self::AppVersion => "chart appVersion",
            Self::Pin => "version pin",
            Self::Told => "--litellm-version",
            Self::Assumed => "--assume-litellm-version",
        })
    }
}

/// What is known of the version in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Running {
    /// A release, and by what it is known; the place where it is visible, if it is in a file.
    Known(Version, KnownBy, Option<Place>),
    /// No release is visible, and why (`the tag main-latest floats`).
    Unknown(String, Option<Place>),
}

impl Running {
    /// Where nothing tells a release.
    pub fn unseen() -> Self {
        Self::Unknown("no image tag or version pin is visible".into(), None)
    }

    /// Whether every version that this may be is `since` or newer.
    pub fn surely_since(&self, since: Version) -> bool {
        match self {
            Self::Known(version, ..) => *version >= since,
            Self::Unknown(..) => OLDEST >= since,
        }
    }

    /// Whether some version that this may be is older than `since`.
    pub fn maybe_before(&self, since: Version) -> bool {
        !self.surely_since(since)
    }

    /// Whether every version that this may be is older than `since`.
    pub fn surely_before(&self, since: Version) -> bool {
        !self.maybe_since(since)
    }

    /// Whether some version that this may be is `since` or newer.
    pub fn maybe_since(&self, since: Version) -> bool {
        match self {
            Self::Known(version, ..) => *version >= since,
            Self::Unknown(..) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tags() {
        for (tag, version) in [
            ("1.80.15", Version(1, 80, 15)),
            ("v1.80.15", Version(1, 80, 15)),
            ("main-v1.72.6-stable", Version(1, 72, 6)),
            ("litellm_stable_release_branch-v1.74.0-stable.patch.1", Version(1, 74, 0)),
            ("v1.82.3.rc.1", Version(1, 82, 3)),
            ("1.80", Version(1, 80, 0)),
        ] {
            assert_eq!(tag.parse(), Ok(version), "{tag}");
        }
        for tag in ["main-latest", "latest", "main-stable", "", "sha256:0f3", "20240101"] {
            assert!(tag.parse::<Version>().is_err(), "{tag}");
        }
    }
}
