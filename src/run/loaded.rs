//! What is read before anything is planned.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};

use crate::cli::RunArgs;
use crate::commit::Witness;
use crate::own::OwnRules;
use crate::plan::{Rules, Transform};
use crate::preferences::{self, Standing};
use crate::project::{Parts, Project, Scope, Secrets, Told, Version};
use crate::report::Masker;

/// Everything that is known before anything is planned.
pub(super) struct Loaded {
    /// The deployment.
    pub(super) project: Project,
    /// The rules of the user's own.
    pub(super) own: OwnRules,
    /// The registry, and behind it those rules.
    pub(super) transforms: Vec<Transform>,
    /// The rules of each installation.
    pub(super) rules: Vec<Rules>,
    /// The secrets of all files.
    pub(super) masker: Masker,
}

impl Loaded {
    /// The files of an installation, as they were read.
    pub(super) fn seen(&self, parts: &Parts) -> Vec<Witness> {
        let files = &self.project.files;
        let seen = |file| Witness { path: files.get(file).path.clone(), text: files.text_read(file) };
        parts.members.iter().map(|member| seen(member.file)).collect()
    }
}

/// `registry` holds the transforms, `standing` the preferences of the paths in `args`; globs of files to leave out start `from` a folder.
pub(super) fn load(
    args: &RunArgs,
    registry: &[Transform],
    standing: &Standing,
    from: &Path,
) -> anyhow::Result<Loaded> {
    let paths = given(args);
    let told = told(args)?;
    let mut exclude = args.exclude.clone();
    let mut own = OwnRules::default();
    for path in paths.iter().filter(|path| path.exists()) {
        let folder = if path.is_file() { path.parent().unwrap_or(Path::new("")) } else { path };
        if let Some(nearest) = standing.nearest(folder, registry)? {
            exclude.extend(nearest.1.exclude.iter().cloned());
            nearest.1.rules.iter().for_each(|rule| own.add(rule));
        }
    }
    let scope = Scope {
        paths,
        exclude,
        exclude_from: from.to_owned(),
        max_file_size: args.max_file_size,
        walk: args.walk.clone(),
    };
    let project = Project::load(&scope, told)?;
    let main = |parts: &Parts| project.files.get(parts.main().file).path.as_path();
    for parts in project.installations.iter() {
        preferences::own_rules(main(parts), standing, registry, &mut own)?;
    }
    let transforms: Vec<Transform> = registry.iter().cloned().chain(own.transforms(registry)).collect();
    let mut rules = project
        .installations
        .iter()
        .map(|parts| preferences::rules(args, main(parts), standing, &transforms))
        .collect::<anyhow::Result<Vec<_>>>()?;
    for (at, rules) in rules.iter_mut().enumerate() {
        rules.decided = own.decided(&project.installation(at));
    }
    // Options are checked even where there is no installation to use them on.
    preferences::rules(args, Path::new("./config.yaml"), standing, &transforms)?;
    let secrets = Secrets::of_files(&project.files);
    let masker = Masker::new(&secrets, args.show_secrets);
    Ok(Loaded { project, own, transforms, rules, masker })
}

/// The release that the user tells.
///
/// # Errors
/// What is no release.
pub(super) fn told(args: &RunArgs) -> anyhow::Result<Told> {
    let version = |text: &str| text.parse::<Version>().map_err(anyhow::Error::msg);
    Ok(match (&args.assume_litellm_version, &args.litellm_version) {
        (Some(text), _) => Told::Assumed(version(text)?),
        (None, Some(text)) => Told::IfUnseen(version(text)?),
        (None, None) => Told::Nothing,
    })
}

/// The paths of a run: what was given, else the current folder. However a path is typed, files below it have one name.
pub(super) fn given(args: &RunArgs) -> Vec<PathBuf> {
    if args.paths.is_empty() {
        return vec![PathBuf::from(".")];
    }
    let typed: Vec<PathBuf> = args.paths.iter().map(|path| straight(path)).collect();
    let real: Vec<Option<PathBuf>> = typed.iter().map(|path| std::fs::canonicalize(path).ok()).collect();
    let by_real: HashMap<&Path, &PathBuf> =
        real.iter().zip(&typed).filter_map(|(real, path)| Some((real.as_deref()?, path))).collect();
    let (mut paths, mut seen) = (Vec::new(), HashSet::new());
    for (path, real) in typed.iter().zip(&real) {
        // A path inside another one goes by that one's name: else its files would be there twice.
        let around = real.iter().flat_map(|real| {
            real.ancestors().filter_map(|up| Some((by_real.get(up)?, real.strip_prefix(up).ok()?)))
        });
        let named = around.last().map(|(other, rest)| match rest {
            rest if rest.as_os_str().is_empty() => (*other).clone(),
            rest if other.as_path() == Path::new(".") => rest.to_owned(),
            rest => other.join(rest),
        });
        let path = named.unwrap_or_else(|| path.clone());
        if seen.insert(path.clone()) {
            paths.push(path);
        }
    }
    paths
}

/// The path without detours. A folder that is a link is none: what stands above it is elsewhere.
fn straight(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        let is_folder = |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) && is_folder(&out) =>
            {
                out.pop();
            }
            other => out.push(other),
        }
    }
    if out.as_os_str().is_empty() { PathBuf::from(".") } else { out }
}
