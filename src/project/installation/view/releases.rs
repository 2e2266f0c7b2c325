//! Every release that the files of an installation name, and how surely each names one.

use crate::project::installation::links::evidence::{chart_signs, pin_signs, values_images};
use crate::project::installation::unseen::Part;
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;
use crate::project::settings::version::{KnownBy, Running, Version};

/// A mention of a LiteLLM release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The tag or version as written; `latest` for an image without a tag, which is what Docker makes of it.
    pub tag: String,
    /// What names it.
    pub how: KnownBy,
    /// Where.
    pub place: Place,
    /// Whether a digest says which image it is, whatever the tag.
    pub digest: bool,
}

impl Release {
    /// The version, if the tag names one.
    pub fn version(&self) -> Option<Version> {
        self.tag.parse().ok()
    }

    /// Whether the tag moves from release to release, so that a restart may bring another one.
    pub fn floats(&self) -> bool {
        const MOVING: [&str; 10] =
            ["latest", "main", "stable", "nightly", "dev", "edge", "rc", "litellm", "database", "non"];
        let mut words = self.tag.split(['-', '_']);
        !self.digest && words.all(|word| MOVING.contains(&word.to_ascii_lowercase().as_str()))
    }
}

impl Installation<'_> {
    /// The releases that the files name, the strongest signs first; what the command line says has no place and stands in
    /// [`Installation::running`].
    pub fn releases(&self) -> Vec<Release> {
        let (files, parts) = (self.files, self.parts);
        let mut releases = Vec::new();
        if parts.unseen.iter().any(|one| one.wins && one.sets(Part::Image)) {
            return releases;
        }
        for process in &parts.processes {
            let Some(image) = process.image(files) else { continue };
            let built = !process.all_of(files, "build").is_empty();
            let Some(tag) = image.tag.or_else(|| (!built).then(|| "latest".to_owned())) else { continue };
            let (place, digest) = (image.place, image.digest);
            releases.push(Release { tag, how: KnownBy::ImageTag, place, digest });
        }
        let others = values_images(files, parts).into_iter().chain(chart_signs(files, parts));
        releases.extend(others.chain(pin_signs(files, parts)).map(|(tag, how, place)| Release {
            tag,
            how,
            place,
            digest: false,
        }));
        releases
    }

    /// The release that the command line names, if it does.
    pub fn told_release(&self) -> Option<(Version, KnownBy)> {
        match self.running() {
            Running::Known(version, how, None) => Some((*version, *how)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::repository::place::FileId;

    #[test]
    fn tags_that_float() {
        let floats = |tag: &str, digest| {
            Release { tag: tag.into(), how: KnownBy::ImageTag, place: Place::line(FileId(0), 1), digest }
                .floats()
        };
        for tag in ["latest", "main-latest", "main-stable", "litellm_stable", "nightly"] {
            assert!(floats(tag, false), "{tag}");
            assert!(!floats(tag, true), "{tag} with a digest");
        }
        for tag in ["main-v1.80.15-stable", "v1.81.0", "${TAG}", "local", "main-3f2a9c1", ""] {
            assert!(!floats(tag, false), "{tag}");
        }
    }
}
