//! What is read before anything is planned.

use std::path::{Path, PathBuf};

use crate::cli::RunArgs;
use crate::commit::Seen;
use crate::plan::{Rules, Transform};
use crate::policy::{self, Standing};
use crate::project::{Parts, Project, Scope, Secrets, Version};
use crate::report::Masker;

/// Everything that is known before anything is planned.
pub(super) struct Loaded {
    /// The deployment.
    pub(super) project: Project,
    /// The rules of each installation.
    pub(super) rules: Vec<Rules>,
    /// The secrets of all files.
    pub(super) masker: Masker,
}

impl Loaded {
    /// The files of an installation, as they were read.
    pub(super) fn seen(&self, parts: &Parts) -> Vec<Seen> {
        let files = &self.project.files;
        let seen = |file| Seen { path: files.get(file).path.clone(), text: files.shared_text(file) };
        parts.members.iter().map(|member| seen(member.file)).collect()
    }
}

/// `standing` holds the preferences of the paths in `args`.
pub(super) fn load(args: &RunArgs, transforms: &[Transform], standing: &Standing) -> anyhow::Result<Loaded> {
    let paths = given(args);
    let version =
        args.litellm_version.as_deref().map(str::parse::<Version>).transpose().map_err(anyhow::Error::msg)?;
    let mut exclude = args.exclude.clone();
    for path in paths.iter().filter(|path| path.exists()) {
        let folder = if path.is_file() { path.parent().unwrap_or(Path::new("")) } else { path };
        if let Some(nearest) = standing.nearest(folder, transforms)? {
            exclude.extend(nearest.1.exclude.iter().cloned());
        }
    }
    let scope = Scope { paths, exclude, max_file_size: args.max_file_size };
    let project = Project::load(&scope, version)?;
    let rules = project
        .installations
        .iter()
        .map(|parts| policy::rules(args, &project.files.get(parts.main().file).path, standing, transforms))
        .collect::<anyhow::Result<Vec<_>>>()?;
    // Options are checked even where there is no installation to use them on.
    policy::rules(args, Path::new("./config.yaml"), standing, transforms)?;
    let secrets = Secrets::of_files(&project.files);
    let masker = Masker::new(&secrets, args.show_secrets);
    Ok(Loaded { project, rules, masker })
}

/// The paths of a run: what was given, else the current folder.
pub(super) fn given(args: &RunArgs) -> Vec<PathBuf> {
    if args.paths.is_empty() { vec![PathBuf::from(".")] } else { args.paths.clone() }
}
