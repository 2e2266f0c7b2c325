//! What a source needs besides itself: the files around it that say how it is run, and those that it names.

use super::project::Loader;
use crate::document::{Path, Unit};
use crate::project::installation::links::processes;
use crate::project::installation::releases;
use crate::project::kubernetes::autoscalers;
use crate::project::kubernetes::kustomize::{self, Kustomizations};
use crate::project::kubernetes::taken;
use crate::project::platform::Runtime;
use crate::project::platform::compose::MOST;
use crate::project::process::{inherited, merged};
use crate::project::repository::discover::{self, Found};
use crate::project::repository::file::{Document, Held, Reach};
use crate::project::repository::grounds;
use crate::project::repository::kind::{What, is_overlay_name};
use crate::project::repository::place::FileId;
use crate::project::repository::reading::NotRead;
use std::collections::HashSet;
use std::path::{Path as FilePath, PathBuf};

impl Loader<'_> {
    pub(super) fn take_texts(&mut self, found: &Found) {
        for path in &found.env {
            let reach = self.grounds.reach(path);
            self.take_env(path, reach);
        }
        for path in &found.evidence {
            if self.files.find(path).is_none() {
                self.take_evidence(path);
            }
        }
        for path in found.chart_files.iter().filter(|path| path.ends_with("Chart.yaml")) {
            self.take_context_yaml(path, self.grounds.reach(path));
        }
        self.take_kustomizations(found);
    }

    pub(super) fn take_kustomizations(&mut self, found: &Found) {
        for path in &found.kustomizations {
            self.take_context_yaml(path, self.grounds.reach(path));
        }
    }

    /// What kustomizations under the given paths take from elsewhere in the repository.
    pub(super) fn take_bases(&mut self) {
        let all = self.files.with_role(What::Kustomization).map(|(id, _)| id);
        let mut open: Vec<FileId> = all.filter(|id| self.files.get(*id).reach != Reach::Outside).collect();
        let mut seen: HashSet<FileId> = open.iter().copied().collect();
        while let Some(id) = open.pop() {
            let folder = self.files.get(id).path.parent().unwrap_or(FilePath::new("")).to_owned();
            let Some(root) = self.files.node(id, 0, &Path::root()) else { continue };
            for path in kustomize::takes(&folder, root) {
                if self.grounds.reach(&path) != Reach::Outside {
                    continue;
                }
                for path in if path.is_dir() { kustomization_in(&path) } else { vec![path] } {
                    let known = self.files.find(&path);
                    if known.is_none() && self.read(&path).is_ok_and(|bytes| is_of_base(&path, &bytes)) {
                        self.take_context_yaml(&path, Reach::Outside);
                    }
                    open.extend(
                        self.files.find(&path).filter(|id| self.is_kustomization(*id) && seen.insert(*id)),
                    );
                }
            }
        }
    }

    fn is_kustomization(&self, id: FileId) -> bool {
        self.files.get(id).roles.iter().any(|role| role.what == What::Kustomization)
    }

    /// The patches and env files of the kustomizations that take a process of LiteLLM.
    pub(super) fn take_patches(&mut self) {
        let all = Kustomizations::new(&self.files);
        let processes = processes(&self.files, Runtime::Kubernetes);
        let stacks = processes.iter().flat_map(|process| all.stacks(&self.files, process.file)).flatten();
        let taking: HashSet<FileId> = stacks.collect();
        let mut wanted: Vec<PathBuf> = Vec::new();
        for id in taking {
            let folder = self.files.get(id).path.parent().unwrap_or(FilePath::new(""));
            let root = self.files.node(id, 0, &Path::root());
            wanted.extend(root.into_iter().flat_map(|root| kustomize::names(folder, root)));
        }
        wanted.sort();
        wanted.dedup();
        for path in wanted {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let reach = self.grounds.reach(&path);
            match discover::role_of_name(&name) {
                discover::NameKind::Yaml if path.is_file() => self.take_context_yaml(&path, reach),
                _ if self.files.find(&path).is_none() && path.is_file() => self.take_env(&path, reach),
                _ => {}
            }
        }
    }

    /// The compose files that an env file names together with that of a service of LiteLLM.
    pub(super) fn take_merged(&mut self) {
        let env_files = self.files.iter().map(|(id, _)| id);
        let named = env_files.map(|env| merged::paths(&self.files, env));
        let has_service = |path: &PathBuf| {
            let file = self.files.find(path).map(|id| self.files.get(id));
            file.is_some_and(|file| file.roles.iter().any(|role| matches!(role.what, What::Process(_))))
        };
        let named: Vec<PathBuf> = named.filter(|paths| paths.iter().any(has_service)).flatten().collect();
        for path in named.into_iter().filter(|path| path.is_file()) {
            self.take_context_yaml(&path, self.grounds.reach(&path));
        }
    }

    /// Those that compose finds by itself in the folders around a service of LiteLLM, and that include others.
    pub(super) fn take_including(&mut self) {
        let mut wanted: Vec<PathBuf> = Vec::new();
        for service in processes(&self.files, Runtime::Compose) {
            let file = self.files.get(service.file);
            let around = file.path.ancestors().skip(1).take(file.inside.split('/').count());
            wanted.extend(around.flat_map(|folder| merged::BASES.map(|name| folder.join(name))));
        }
        wanted.sort();
        wanted.dedup();
        wanted.retain(|path| path.is_file() && self.files.find(path).is_none());
        for path in wanted {
            let includes = |bytes: Vec<u8>| memchr::memmem::find(&bytes, b"include:").is_some();
            if self.read(&path).is_ok_and(includes) {
                self.take_context_yaml(&path, self.grounds.reach(&path));
            }
        }
    }

    /// The compose files of the services that a service of LiteLLM extends, one through the other.
    pub(super) fn take_extended(&mut self) {
        for _ in 0..MOST {
            let services = processes(&self.files, Runtime::Compose);
            let mut wanted: Vec<PathBuf> =
                services.iter().filter_map(|service| inherited::named(&self.files, service)).collect();
            wanted.retain(|path| path.is_file() && self.files.find(path).is_none());
            if wanted.is_empty() {
                return;
            }
            for path in wanted {
                self.take_context_yaml(&path, self.grounds.reach(&path));
            }
        }
    }

    pub(super) fn take_evidence(&mut self, path: &FilePath) {
        let section = discover::unit_section(path);
        let drop_in = section.is_some() && path.extension().is_some_and(|ext| ext == "conf");
        if let Ok(bytes) = self.read(path)
            && (drop_in || discover::mentions_litellm(&bytes))
            && let Ok(text) = String::from_utf8(bytes)
        {
            if let Some(section) = section {
                self.note(path, "a unit of systemd");
                let reach = self.grounds.reach(path);
                self.add(path, Document::Unit(Unit::read(text, section)), Vec::new(), reach);
                return;
            }
            self.note(path, "read as evidence of how LiteLLM is started");
            self.add(path, Document::Text(text.into()), Vec::new(), Reach::AdviceOnly(Held::Evidence));
        }
    }

    pub(super) fn take_context_yaml(&mut self, path: &FilePath, reach: Reach) {
        if self.files.find(path).is_none()
            && let Ok(bytes) = self.read(path)
            && let Ok(parsed) = self.parse(path, &bytes)
        {
            self.add_yaml(path, parsed, reach, true);
        }
    }

    /// Values layers that mention nothing of LiteLLM, beside values that do.
    pub(super) fn take_overlays(&mut self, found: &Found) {
        let bases: Vec<PathBuf> = self
            .files
            .iter()
            .filter_map(|(_, file)| {
                let values = file.roles.iter().any(|role| match role.what {
                    What::Values(_) => true,
                    What::Process(platform) => platform.values(&role.path).is_some(),
                    _ => false,
                });
                values.then(|| file.path.parent().map(FilePath::to_owned))?
            })
            .collect();
        for path in found.chart_files.iter().filter(|path| is_overlay_name(path)) {
            if path.parent().is_some_and(|folder| bases.iter().any(|base| base == folder)) {
                self.take_context_yaml(path, self.grounds.reach(path));
            }
        }
    }

    /// The files that releases merge values from, and the descriptions of their charts.
    pub(super) fn take_layers(&mut self) {
        for path in releases::wanted(&self.files).0 {
            if path.is_file() {
                self.take_context_yaml(&path, self.grounds.reach(&path));
            }
        }
    }

    /// Files that define or take a ConfigMap or Secret which a process of LiteLLM takes variables from, or a release values, and those of
    /// autoscalers for its workload.
    pub(super) fn take_objects(&mut self, found: &Found) {
        let (mut wanted, scaled) = (taken::wanted(&self.files), autoscalers::wanted(&self.files));
        wanted.extend(releases::wanted(&self.files).1);
        if wanted.is_empty() && scaled.is_empty() {
            return;
        }
        let names = |bytes: &[u8], all: &[String]| {
            all.iter().any(|name| memchr::memmem::find(bytes, name.as_bytes()).is_some())
        };
        for path in &found.objects {
            let Ok(bytes) = self.read(path) else { continue };
            if names(&bytes, &wanted) || autoscalers::mentioned(&bytes) && names(&bytes, &scaled) {
                self.take_context_yaml(path, self.grounds.reach(path));
            }
        }
    }

    /// Included files that the walk did not take: outside the paths, or without any word of LiteLLM.
    pub(super) fn take_includes(&mut self) {
        let mut wanted = Vec::new();
        for (_, file) in self.files.iter() {
            let Document::Yaml(yaml) = &file.document else { continue };
            for role in file.roles.iter().filter(|role| role.what == What::Config) {
                let Some(list) = yaml.get(role.doc, &role.path.child("include")) else { continue };
                let folder = file.path.parent().unwrap_or(FilePath::new(""));
                wanted.extend(
                    list.resolve()
                        .items()
                        .filter_map(|item| crate::project::platform::written::resolve(folder, &item.text())),
                );
            }
        }
        for path in wanted.into_iter().filter(|path| self.files.find(path).is_none()).collect::<Vec<_>>() {
            let reach = self.grounds.reach(&path);
            match self.read(&path) {
                // What is not there is said where the include is looked at.
                Err(NotRead::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(why) => {
                    let fatal = !matches!(why, NotRead::Outside);
                    let reason = format!("it is included, but was not read: {why}");
                    let remedy = why.remedy("make it a plain file of the repository");
                    self.problem(&path, None, reason, remedy, fatal);
                }
                Ok(_) => self.take_context_yaml(&path, reach),
            }
        }
    }

    /// The files that stand directly in the folders above the given paths, up to the repository root.
    pub(super) fn take_context(&mut self) {
        for folder in grounds::context_folders(&self.scope.paths) {
            let Ok(entries) =
                std::fs::read_dir(if folder.as_os_str().is_empty() { FilePath::new(".") } else { &folder })
            else {
                continue;
            };
            let mut paths: Vec<_> = entries
                .flatten()
                .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
                .map(|entry| folder.join(entry.file_name()))
                .collect();
            paths.sort();
            for path in paths {
                if self.files.find(&path).is_none() {
                    self.take_context_file(&path);
                }
            }
        }
    }

    pub(super) fn take_context_file(&mut self, path: &FilePath) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let outside = || Reach::Outside;
        match discover::role_of_name(&name) {
            discover::NameKind::Env => self.take_env(path, outside()),
            discover::NameKind::Evidence => self.take_evidence(path),
            discover::NameKind::Yaml => {
                let read = self.read(path);
                let Ok(bytes) = read else { return };
                let overlay =
                    is_overlay_name(path) || name == "Chart.yaml" || discover::is_kustomization_name(&name);
                if (overlay || discover::mentions_litellm(&bytes))
                    && let Ok(parsed) = self.parse(path, &bytes)
                {
                    self.add_yaml(path, parsed, outside(), overlay);
                }
            }
            discover::NameKind::Terraform | discover::NameKind::Other => {}
        }
    }
}

/// The kustomization in a folder.
fn kustomization_in(folder: &FilePath) -> Vec<PathBuf> {
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    names.iter().map(|name| folder.join(name)).find(|path| path.is_file()).into_iter().collect()
}

/// Whether a file of a base may be of interest.
fn is_of_base(path: &FilePath, bytes: &[u8]) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    discover::is_kustomization_name(&name) || discover::mentions_litellm(bytes)
}
