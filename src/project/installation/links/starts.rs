//! Images that are built here and scripts that start LiteLLM.

use crate::document::Kind;
use crate::project::installation::parts::Parts;
use crate::project::platform::nodes::{get, scalar};
use crate::project::platform::start::{By, Start};
use crate::project::platform::{dockerfile, script, written};
use crate::project::process::Process;
use crate::project::repository::file::{Document, Files, folder};
use crate::project::repository::kind::Flavor;
use crate::project::repository::place::{FileId, Place};

/// A file that starts LiteLLM, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartedBy {
    /// The Dockerfile or script.
    pub file: FileId,
    /// What it does.
    pub start: Start,
}

/// All that the files have.
pub(in crate::project) fn all(files: &Files) -> Vec<StartedBy> {
    let texts = files.iter().filter_map(|(id, file)| match &file.document {
        Document::Text(text) => Some((id, file.path.file_name()?.to_string_lossy(), text)),
        _ => None,
    });
    texts
        .flat_map(|(file, name, text)| {
            let starts = match &*name {
                name if dockerfile::is_dockerfile_name(name) => dockerfile::start(text).into_iter().collect(),
                // Of Python projects: what stands there is no command.
                name if name.ends_with(".txt") || name.ends_with(".toml") => Vec::new(),
                _ => script::starts(text),
            };
            starts.into_iter().map(move |start| StartedBy { file, start })
        })
        .collect()
}

/// Those that run an installation: one image and one script at most. Of several each may be for an environment of its own.
pub(in crate::project) fn of(files: &Files, all: &[StartedBy], parts: &Parts) -> Vec<StartedBy> {
    let only = |by: By| {
        let mut ours = all.iter().filter(|one| one.start.by == by && one.runs(files, parts));
        ours.next().filter(|_| ours.next().is_none()).cloned()
    };
    [By::Script, By::Image].into_iter().filter_map(only).collect()
}

impl StartedBy {
    /// Where a line of it is.
    pub fn line(&self, line: usize) -> Place {
        Place::line(self.file, line)
    }

    fn runs(&self, files: &Files, parts: &Parts) -> bool {
        let main = parts.main().file;
        if !files.same_repository(main, self.file) || !parts.units.is_empty() {
            return false;
        }
        match &*parts.processes {
            [] if parts.flavor == Flavor::Config => {
                runs(files, parts, self.file, self.start.configuration().as_deref())
            }
            [service] if service.is_compose() => {
                self.start.by == By::Image && self.is_built_by(files, service)
            }
            _ => false,
        }
    }

    /// Whether a service of compose builds it.
    fn is_built_by(&self, files: &Files, service: &Process) -> bool {
        service.all_of(files, "build").into_iter().any(|(file, build)| {
            let build = build.resolve();
            let (context, name) = match build.kind() {
                // Of a target or another text than the file's, it is not known what runs.
                Kind::Mapping
                    if ["target", "dockerfile_inline"].iter().any(|key| get(build, key).is_some()) =>
                {
                    return false;
                }
                Kind::Mapping => (scalar(build, "context").unwrap_or_default(), scalar(build, "dockerfile")),
                _ => (build.text().into_owned(), None),
            };
            let context = if context.is_empty() { ".".to_owned() } else { context };
            let path = format!("{context}/{}", name.as_deref().unwrap_or("Dockerfile"));
            written::resolve(folder(files, file), &path).and_then(|path| files.find(&path)) == Some(self.file)
        })
    }
}

/// Whether what stands in a file runs an installation: it names a configuration of that name and stands near it, or names none and stands
/// beside it.
pub(in crate::project) fn runs(files: &Files, parts: &Parts, by: FileId, named: Option<&str>) -> bool {
    let main = parts.main().file;
    let (here, there, own) = (folder(files, main), folder(files, by), &files.get(main).path);
    match named.map(std::path::Path::new) {
        None => here == there,
        Some(named) => {
            named.file_name() == own.file_name()
                && (here.starts_with(there) || there.starts_with(here) || named.ends_with(own))
        }
    }
}
