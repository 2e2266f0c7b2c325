//! What files tell that are never edited: which env files a script loads, which release runs.

use std::path::Path as FilePath;

use crate::document::{EnvReader, Path};
use crate::project::installation::links::starts::{self, StartedBy};
use crate::project::installation::links::units::{self, Started};
use crate::project::installation::parts::{Parts, values_scalar};
use crate::project::installation::unseen::{Covers, Part, SourceKind, Unseen};
use crate::project::platform::written::{self, image_tag};
use crate::project::repository::file::{Document, Files};
use crate::project::repository::kind::What;
use crate::project::repository::place::{FileId, Place};
use crate::project::settings::version::{KnownBy, Running, Told, Version};

/// Evidence gathered from the whole project.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Env files that a script or unit loads into LiteLLM's process, with the file that says so.
    pub script_env_files: Vec<(FileId, String, EnvReader)>,
    /// Env files that stand where python-dotenv looks: above a virtual environment with LiteLLM in it.
    pub venv_env_files: Vec<FileId>,
    /// The units of systemd that start LiteLLM.
    pub units: Vec<Started>,
    /// The images that are built here and the scripts that start it.
    pub starts: Vec<StartedBy>,
    /// The version given on the command line.
    pub told: Told,
}

/// Reads the evidence out of the loaded texts.
pub fn gather(files: &Files, virtual_envs: &[std::path::PathBuf], told: Told) -> Evidence {
    let mut evidence =
        Evidence { told, units: units::all(files), starts: starts::all(files), ..Evidence::default() };
    for (_, file) in files.iter() {
        let Document::Text(text) = &file.document else { continue };
        let folder = file.path.parent().unwrap_or(FilePath::new(""));
        for (written, reader) in written::env_files_of_script(text) {
            let target = written::resolve(folder, &written).and_then(|path| files.find(&path));
            let by_name = || {
                let name = FilePath::new(&written).file_name()?;
                files.find(&folder.join(name)).filter(|_| written.starts_with('/'))
            };
            if let Some(id) = target.or_else(by_name).filter(|id| files.env(*id).is_some()) {
                evidence.script_env_files.push((id, file.shown.clone(), reader));
            }
        }
    }
    for venv in virtual_envs {
        let above = venv.parent().map(|folder| folder.join(".env"));
        evidence.venv_env_files.extend(above.and_then(|path| files.find(&path)));
    }
    evidence
}

/// The LiteLLM version of an installation: what the user assumes, what the files show, what the user tells; and the release that was
/// told and does not count, since the files show another.
pub fn find_version(files: &Files, evidence: &Evidence, parts: &Parts) -> (Running, Option<Version>) {
    if let Told::Assumed(version) = evidence.told {
        return (Running::Known(version, KnownBy::Assumed, None), None);
    }
    match (visible_version(files, parts), evidence.told) {
        (Running::Unknown(..), Told::IfUnseen(version)) => {
            (Running::Known(version, KnownBy::Told, None), None)
        }
        (Running::Known(seen, how, place), Told::IfUnseen(version)) => {
            (Running::Known(seen, how, place), (seen != version).then_some(version))
        }
        (seen, _) => (seen, None),
    }
}

/// The version that the files show: the strongest sign wins; signs of equal strength must agree.
fn visible_version(files: &Files, parts: &Parts) -> Running {
    if let Some(unread) = parts.unseen.iter().find(|one| one.wins && one.sets(Part::Image)) {
        return Running::Unknown(unread.what.words(), Some(unread.place.clone()));
    }
    if let Some(running) = by_parameter(parts) {
        return running;
    }
    for signs in [image_signs(files, parts), chart_signs(files, parts), pin_signs(files, parts)] {
        if let Some(running) = judge(&signs) {
            return running;
        }
    }
    match parts.unseen.iter().find(|one| one.sets(Part::Image)) {
        Some(unread) => Running::Unknown(unread.what.words(), Some(unread.place.clone())),
        None => Running::unseen(),
    }
}

/// The tag that a parameter of a release gives the image, as far as one may.
fn by_parameter(parts: &Parts) -> Option<Running> {
    let (chart, base) = (parts.chart()?, &parts.main().base);
    let at = |keys: &&[&str]| base.join(&Path::keys(keys.iter().copied()));
    chart.image_tags.iter().map(at).find_map(|tag| {
        let sets = |one: &&Unseen| match &one.covers {
            Covers::Values(path) => one.wins && (path.contains(&tag) || tag.contains(path)),
            _ => false,
        };
        let one = parts.unseen.iter().rfind(sets)?;
        let known = match (&one.what, &one.covers) {
            (SourceKind::Parameter(_, Some(typed)), Covers::Values(path)) if *path == tag => typed.value(),
            _ => None,
        };
        let sign =
            known.and_then(|value| Some((value.as_str()?.to_owned(), KnownBy::ImageTag, one.place.clone())));
        let unknown = || Running::Unknown(one.what.words(), Some(one.place.clone()));
        Some(sign.and_then(|sign| judge(&[sign])).unwrap_or_else(unknown))
    })
}

/// A version as written, how it is known, and where.
pub(in crate::project) type Sign = (String, KnownBy, Place);

fn judge(signs: &[Sign]) -> Option<Running> {
    let (first, how, place) = signs.first()?;
    let floating = signs.iter().find(|(text, ..)| text.parse::<Version>().is_err());
    if let Some((text, _, place)) = floating {
        let why = match ["{{", "$("].iter().any(|sign| text.contains(sign)) {
            true => "a template fills in the tag of the image".to_owned(),
            false => format!("the tag `{text}` floats"),
        };
        return Some(Running::Unknown(why, Some(place.clone())));
    }
    let versions: Vec<Version> = signs.iter().filter_map(|(text, ..)| text.parse().ok()).collect();
    if versions.iter().any(|version| *version != versions[0]) {
        let all: Vec<_> = versions.iter().map(ToString::to_string).collect();
        return Some(Running::Unknown(
            format!("several versions are visible: {}", all.join(", ")),
            Some(place.clone()),
        ));
    }
    first.parse().ok().map(|version| Running::Known(version, *how, Some(place.clone())))
}

fn image_signs(files: &Files, parts: &Parts) -> Vec<Sign> {
    let mut signs = Vec::new();
    for process in &parts.processes {
        let Some(image) = process.image(files) else { continue };
        if let Some(tag) = image.tag {
            signs.push((tag, KnownBy::ImageTag, image.place));
        }
    }
    let of_units = parts.units.iter().filter_map(|unit| unit.image(files));
    signs.extend(of_units.filter_map(|(image, place)| Some((image_tag(&image)?, KnownBy::ImageTag, place))));
    signs.extend(values_images(files, parts));
    signs
}

/// The image tag in the values of a chart.
pub(in crate::project) fn values_images(files: &Files, parts: &Parts) -> Option<Sign> {
    let written = parts.chart()?.image_tags.iter().find_map(|keys| values_scalar(files, parts, keys));
    written.filter(|(tag, _)| !tag.is_empty()).map(|(tag, place)| (tag, KnownBy::ImageTag, place))
}

/// The appVersion of LiteLLM's own chart, where the values stand beside its Chart.yaml.
pub(in crate::project) fn chart_signs(files: &Files, parts: &Parts) -> Vec<Sign> {
    if parts.chart().is_none() {
        return Vec::new();
    }
    let folder = files.get(parts.main().file).path.parent();
    files
        .iter()
        .filter(|(_, file)| {
            file.roles.iter().any(|role| role.what == What::ChartFile) && file.path.parent() == folder
        })
        .filter_map(|(id, _)| {
            let root = files.node(id, 0, &crate::document::Path::root())?;
            let name = crate::project::platform::nodes::scalar(root, "name")?;
            let app_version = crate::project::platform::nodes::scalar(root, "appVersion")?;
            let place = Place::yaml(id, 0, crate::document::Path::keys(["appVersion"]));
            name.starts_with("litellm").then_some((app_version, KnownBy::AppVersion, place))
        })
        .collect()
}

/// Requirements and Dockerfiles in the folder of the configuration, else in the nearest folder above that has any.
pub(in crate::project) fn pin_signs(files: &Files, parts: &Parts) -> Vec<Sign> {
    if parts.chart().is_some() {
        return Vec::new();
    }
    let here = files.get(parts.main().file).path.parent().unwrap_or(FilePath::new(""));
    for folder in here.ancestors() {
        let signs: Vec<Sign> = files
            .in_folder(folder)
            .filter_map(|(id, file)| {
                let Document::Text(text) = &file.document else { return None };
                let name = file.path.file_name()?.to_string_lossy();
                let (pin, line) = written::pinned_release(&name, text)?;
                Some((pin, KnownBy::Pin, Place::line(id, line)))
            })
            .filter(|(.., place)| files.same_repository(place.file, parts.main().file))
            .collect();
        if !signs.is_empty() {
            return signs;
        }
    }
    Vec::new()
}
