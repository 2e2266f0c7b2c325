//! What is read before anything is planned.

use std::path::{Path, PathBuf};

use crate::cli::RunArgs;
use crate::plan::{Rules, Transform};
use crate::policy;
use crate::project::{Project, Scope, Secrets, Version};
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

pub(super) fn load(args: &RunArgs, transforms: &[Transform]) -> anyhow::Result<Loaded> {
    let mut paths = args.paths.clone();
    if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    let version =
        args.litellm_version.as_deref().map(str::parse::<Version>).transpose().map_err(anyhow::Error::msg)?;
    let mut exclude = args.exclude.clone();
    for path in paths.iter().filter(|path| path.exists()) {
        let folder = if path.is_file() { path.parent().unwrap_or(Path::new("")) } else { path };
        if let Some((_, preferences)) = policy::nearest(folder, transforms)? {
            exclude.extend(preferences.exclude);
        }
    }
    let scope = Scope { paths, exclude, max_file_size: args.max_file_size };
    let project = Project::load(&scope, version)?;
    let rules = project
        .installations
        .iter()
        .map(|parts| policy::rules(args, &project.files.get(parts.main().file).path, transforms))
        .collect::<anyhow::Result<Vec<_>>>()?;
    // Options are checked even where there is no installation to use them on.
    policy::rules(args, Path::new("./config.yaml"), transforms)?;
    let secrets = Secrets::collect(project.files.iter().map(|(id, _)| project.files.text(id)));
    let masker = Masker::new(&secrets, args.show_secrets);
    Ok(Loaded { project, rules, masker })
}
