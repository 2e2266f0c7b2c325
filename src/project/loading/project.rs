//! From paths to a project: discover, read, recognise, group.

use std::collections::HashMap;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use crate::document::{Dotenv, Limits, Refusal, RefusalKind};

use crate::project::installation::grouping::group;
use crate::project::installation::links::env_readers;
use crate::project::installation::links::evidence;
use crate::project::installation::links::unread_processes;
use crate::project::installation::parts::Parts;
use crate::project::installation::view::Installation;
use crate::project::kubernetes::kustomize::Kustomizations;
use crate::project::loading::charts;
use crate::project::loading::recognise::recognise;
use crate::project::loading::templates::Parsed;
use crate::project::platform::written;
use crate::project::repository::discover::{self, Candidate, Found, Scope};
use crate::project::repository::file::{Document, Files, Held, Reach, Repository, SourceFile};
use crate::project::repository::git::Tracked;
use crate::project::repository::grounds::Grounds;
use crate::project::repository::kind::{Role, What, is_overlay_name};
use crate::project::repository::place::{At, FileId};
use crate::project::repository::reading::{self, NotRead};
use crate::project::repository::sealed;
use crate::project::repository::template::Template;
use crate::project::settings::version::{Running, Told};

/// What can be said of a file that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file as shown.
    pub file: String,
    /// The path of the file from the root of its repository.
    pub inside: String,
    /// Line and column from 1, where they are known.
    pub position: Option<(usize, usize)>,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub remedy: String,
    /// Whether it is an error (exit code 4) rather than a remark.
    pub fatal: bool,
    /// Whether it names something that runs LiteLLM with a configuration that is not read.
    pub unread_process: bool,
}

/// A deployment as it stands on disk.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// Its files.
    pub files: Files,
    /// Its installations, in path order.
    pub installations: Arc<Vec<Parts>>,
    /// Files that could not be read although they look like LiteLLM's.
    pub problems: Vec<Problem>,
    /// For each file looked into: what it was taken for, and why (`-v`).
    pub notes: Vec<(String, String)>,
}

impl Project {
    /// The installation at this position of [`Project::installations`].
    pub fn installation(&self, index: usize) -> Installation<'_> {
        Installation::new(&self.files, &self.installations[index])
    }

    /// Loads what stands under the paths of `scope`, and what these files need from the folders above, up to the repository root.
    ///
    /// # Errors
    /// A path that does not exist, or a glob in `exclude` that is not one.
    pub fn load(scope: &Scope, told: Told) -> anyhow::Result<Self> {
        for path in &scope.paths {
            if let Err(error) = std::fs::metadata(path) {
                anyhow::bail!("{}: {error}; give files or folders that exist", path.display());
            }
        }
        let mut found = discover::discover(scope)?;
        let mut loader = Loader::new(scope);
        loader.take_found(&mut found);
        loader.take_charts(&found);
        if !loader.has_source() {
            loader.take_kustomizations(&found);
        }
        loader.take_bases();
        if loader.has_source() {
            loader.take_texts(&found);
            loader.take_context();
            loader.take_overlays(&found);
            loader.take_bases();
            loader.take_patches();
            loader.take_merged();
            loader.take_including();
            loader.take_extended();
        }
        loader.take_objects(&found);
        loader.take_layers();
        loader.recognise_charts();
        loader.take_includes();
        let evidence = evidence::gather(&loader.files, &found.virtual_envs, told);
        let mut installations = group(&loader.files, &evidence);
        env_readers::tell(&mut loader.files, &evidence, &installations);
        loader.tell_unread(&installations);
        loader.tell_terraform(&found);
        let kustomizations = Kustomizations::new(&loader.files);
        installations.retain(|parts| loader.in_scope(parts) || loader.is_taken(&kustomizations, parts));
        installations.sort_by(|a, b| a.name.cmp(&b.name));
        let Loader { files, problems, notes, .. } = loader;
        Ok(Self { files, installations: Arc::new(installations), problems, notes })
    }
}

/// What the files of an installation are about: a heading that has this word and no other says nothing in particular.
pub const SUBJECT: &str = "litellm";

pub(super) struct Loader<'a> {
    pub(super) scope: &'a Scope,
    pub(super) limits: Limits,
    pub(super) files: Files,
    pub(super) problems: Vec<Problem>,
    pub(super) notes: Vec<(String, String)>,
    pub(super) git: Tracked,
    pub(super) grounds: Grounds,
    /// Where the files taken really are, and as what each was taken first.
    pub(super) real: HashMap<PathBuf, String>,
    /// The repositories, by their roots and by the folders of their files.
    pub(super) repositories: HashMap<PathBuf, Arc<Repository>>,
}

impl<'a> Loader<'a> {
    fn new(scope: &'a Scope) -> Self {
        let limits = Limits { max_bytes: scope.max_file_size, ..Limits::default() };
        let (problems, notes, git) = (Vec::new(), Vec::new(), Tracked::default());
        let grounds = Grounds::of(&scope.paths);
        let (files, real, repositories) = (Files::default(), HashMap::new(), HashMap::new());
        Self { scope, limits, files, problems, notes, git, grounds, real, repositories }
    }

    /// The bytes of a plain file, unless links lead out of what may be read.
    pub(super) fn read(&self, path: &FilePath) -> Result<Vec<u8>, NotRead> {
        let real = std::fs::canonicalize(path)?;
        let named = self.scope.paths.iter().any(|given| given == path);
        if !named && self.grounds.border(&real).is_none() {
            return Err(NotRead::Outside);
        }
        reading::read(path, self.limits.max_bytes)
    }

    fn take_found(&mut self, found: &mut Found) {
        for (path, why) in &found.skipped {
            self.note(path, &format!("left out: {why}"));
        }
        for (path, why) in &found.unreadable {
            self.not_read(path, why);
        }
        for (path, why) in &found.ignore_files {
            let reason = format!("{why}; its content was not taken into account");
            self.problem(path, None, reason, "make it a plain file", false);
        }
        for candidate in std::mem::take(&mut found.yaml) {
            let reach = self.grounds.reach(&candidate.path);
            self.take_yaml(&candidate, reach, false);
        }
        let named: Vec<_> =
            found.env.iter().filter(|path| self.scope.paths.contains(path)).cloned().collect();
        for path in named {
            self.take_env(&path, Reach::Writable);
        }
        for path in &found.evidence {
            if self.scope.paths.contains(path) {
                match self.read(path) {
                    Ok(_) => self.take_evidence(path),
                    Err(why) => self.not_read(path, &why),
                }
            }
        }
    }

    /// Whether anything calls for a look at what stands around it: a configuration, or a file that was named and tells how one is run.
    fn has_source(&self) -> bool {
        self.files.iter().any(|(_, file)| {
            let named = file.named;
            file.roles.iter().any(|role| match role.what {
                What::Config | What::ConfigMap | What::Values(_) | What::Process(_) => true,
                What::Release | What::Kustomization => named,
                What::ChartFile | What::Variables | What::Texts | What::Autoscaler | What::UnreadProcess => {
                    false
                }
            }) || !matches!(file.document, Document::Yaml(_))
        })
    }

    pub(super) fn take_yaml(&mut self, candidate: &Candidate, reach: Reach, keep: bool) {
        match self.parse(&candidate.path, &candidate.bytes) {
            Ok(parsed) => self.add_yaml(&candidate.path, parsed, reach, keep),
            Err(refusal) => self.unreadable_yaml(candidate, &refusal),
        }
    }

    pub(super) fn add_yaml(&mut self, path: &FilePath, parsed: Parsed, reach: Reach, keep: bool) {
        let Parsed { yaml, read, template } = parsed;
        let mut yaml = yaml.about(SUBJECT);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let roles = recognise(&mut yaml, &name);
        if roles.is_empty() {
            self.note(
                path,
                "mentions LiteLLM, but is neither its config, nor values, nor a ConfigMap or Secret with its config",
            );
            // Values of an environment may lie over those beside them, whatever they set.
            let is_of_chart = template.as_ref().is_some_and(|one| charts::is_of_chart(path, one));
            if !keep && !is_overlay_name(path) && !is_of_chart {
                return;
            }
        }
        let as_template = if read.is_some() { ", in a template" } else { "" };
        for role in &roles {
            self.note(path, &format!("{}: {}{as_template}", describe(role), role.why));
        }
        let held = sealed::of_yaml(&yaml, &roles).map(Held::Sealed);
        let held = held.or_else(|| read.is_some().then_some(Held::Template));
        let reach = held.map_or(reach, Reach::AdviceOnly);
        self.add_read(path, (read, template), Document::Yaml(yaml), roles, reach);
    }

    pub(super) fn add(&mut self, path: &FilePath, document: Document, roles: Vec<Role>, reach: Reach) {
        self.add_read(path, (None, None), document, roles, reach);
    }

    /// Adds a file, with what [`Parsed`] has beside the document.
    fn add_read(
        &mut self,
        path: &FilePath,
        (read, template): (Option<Arc<str>>, Option<Arc<Template>>),
        document: Document,
        roles: Vec<Role>,
        reach: Reach,
    ) {
        if self.files.find(path).is_none() {
            let shown = shown(path);
            let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            let first = self.real.entry(real).or_insert_with(|| shown.clone());
            let reach = match reach {
                Reach::Writable if *first != shown => Reach::AdviceOnly(Held::SameAs(first.clone())),
                reach => reach,
            };
            let tracked = self.git.tracks(path);
            let versioned = self.git.is_in_use(path);
            let repository = self.repository(path);
            let inside = inside(path, &repository.root).unwrap_or_else(|| shown.clone());
            let named = self.scope.paths.iter().any(|given| given == path);
            let path = path.to_owned();
            self.files.add(SourceFile {
                path,
                named,
                shown,
                inside,
                document,
                read,
                template,
                roles,
                reach,
                tracked,
                versioned,
                repository,
            });
        }
    }

    /// The root of the repository of a file: a git work tree, else the given path around it.
    pub(super) fn repository(&mut self, path: &FilePath) -> Arc<Repository> {
        let folder = path.parent().unwrap_or(FilePath::new("")).to_owned();
        if let Some(known) = self.repositories.get(&folder) {
            return known.clone();
        }
        let here = if folder.as_os_str().is_empty() { FilePath::new(".") } else { &folder };
        let given = || {
            let real = std::fs::canonicalize(here).unwrap_or_else(|_| here.to_owned());
            self.grounds.border(&real).map_or_else(|| real.clone(), FilePath::to_owned)
        };
        let root = reading::repository(here).unwrap_or_else(given);
        let known = self.repositories.entry(root.clone());
        let repository = known.or_insert_with(|| Arc::new(Repository::at(root))).clone();
        self.repositories.insert(folder, repository.clone());
        repository
    }

    pub(super) fn unreadable_yaml(&mut self, candidate: &Candidate, refusal: &Refusal) {
        let text = String::from_utf8_lossy(&candidate.bytes);
        if !looks_like_ours(&text) {
            self.note(&candidate.path, &format!("does not look like a LiteLLM file: {refusal}"));
            return;
        }
        let templated = ["{{", "{%", "<%"].iter().any(|sign| text.contains(sign));
        if templated && refusal.kind == RefusalKind::Syntax {
            let reason =
                "not checked: this is a template, which is YAML only after it is rendered".to_owned();
            let remedy = "render it, run litellm-fix on the result, and copy the changes into the template";
            self.problem(&candidate.path, refusal.position, reason, remedy, false);
        } else {
            let remedy = "correct the file, or leave it out with --exclude";
            self.problem(&candidate.path, refusal.position, refusal.reason.clone(), remedy, true);
        }
    }

    pub(super) fn problem(
        &mut self,
        path: &FilePath,
        position: Option<(usize, usize)>,
        reason: String,
        remedy: &str,
        fatal: bool,
    ) {
        let remedy = remedy.to_owned();
        let unread_process = false;
        let file = shown(path);
        let inside = inside(path, &self.repository(path).root).unwrap_or_else(|| file.clone());
        self.problems.push(Problem { file, inside, position, reason, remedy, fatal, unread_process });
    }

    pub(super) fn not_read(&mut self, path: &FilePath, why: &NotRead) {
        let remedy = why.remedy("make it readable, or leave it out with --exclude");
        self.problem(path, None, why.to_string(), remedy, true);
    }

    pub(super) fn note(&mut self, path: &FilePath, what: &str) {
        self.notes.push((shown(path), what.to_owned()));
    }

    pub(super) fn take_env(&mut self, path: &FilePath, reach: Reach) {
        let bytes = match self.read(path) {
            Ok(bytes) => bytes,
            Err(why) => return self.not_read(path, &why),
        };
        match Dotenv::from_bytes(&bytes, &self.limits) {
            Ok(env) => {
                let name =
                    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let sample = discover::is_sample_name(&name);
                self.note(
                    path,
                    if sample { "a sample env file, which nothing loads" } else { "an env file" },
                );
                let reach = sealed::of_env(&env).map_or(reach, |seal| Reach::AdviceOnly(Held::Sealed(seal)));
                if !sample {
                    self.add(path, Document::Env(env.about(SUBJECT)), Vec::new(), reach);
                }
            }
            Err(refusal) => {
                let fatal = self.scope.paths.iter().any(|named| named == path);
                self.problem(
                    path,
                    refusal.position,
                    refusal.reason,
                    "correct the file, or leave it out with --exclude",
                    fatal,
                );
            }
        }
    }

    /// Names what runs LiteLLM without a configuration that is read.
    fn tell_unread(&mut self, installations: &[Parts]) {
        for place in unread_processes(&self.files, installations) {
            let file = self.files.get(place.file);
            if file.reach == Reach::Outside {
                continue;
            }
            let spot = self.files.spot(&place);
            let node = match &place.at {
                At::Yaml { doc, path } => self.files.node(place.file, *doc, path),
                _ => None,
            };
            let asked = node.and_then(written::configuration);
            let named = asked.as_ref().map_or_else(String::new, |path| format!(": {path}"));
            self.problems.push(Problem {
                file: spot.file,
                inside: spot.inside,
                position: Some((spot.line, spot.column)),
                reason: format!("not checked: LiteLLM is started here with a configuration that is not among the files read{named}"),
                remedy: "add the path of that configuration to the command line; for a chart or a kustomization, run litellm-fix on what `helm template` or `kubectl kustomize` prints".into(),
                fatal: false,
                unread_process: true,
            });
        }
    }

    /// Whether a kustomization under the given paths takes a file of an installation that stands elsewhere.
    fn is_taken(&self, all: &Kustomizations, parts: &Parts) -> bool {
        let files =
            parts.layers.iter().map(|layer| layer.file).chain(parts.processes.iter().map(|one| one.file));
        files
            .flat_map(|file| all.stacks(&self.files, file))
            .flatten()
            .any(|id| self.files.get(id).reach != Reach::Outside)
    }

    fn in_scope(&self, parts: &Parts) -> bool {
        let files = parts.layers.iter().chain(&parts.includes).map(|layer| layer.file);
        // A file that was named and tells how it is run stands for all of it.
        let mut evidence = parts.processes.iter().map(|process| process.file);
        let told = match &parts.running {
            Running::Known(_, _, place) | Running::Unknown(_, place) => {
                place.as_ref().map(|place| place.file)
            }
        };
        let named = |id: FileId| self.files.get(id).named;
        files
            .chain(parts.env_files.iter().map(|env| env.file))
            .any(|id| self.files.get(id).reach != Reach::Outside)
            || evidence.any(named)
            || told.is_some_and(named)
    }
}

fn describe(role: &Role) -> String {
    let words = match role.what {
        What::Config => "LiteLLM config",
        What::ConfigMap => "LiteLLM config inside a ConfigMap or Secret",
        What::Values(crate::project::repository::kind::Chart::Monolith) => "values of litellm-helm",
        What::Values(crate::project::repository::kind::Chart::Componentized) => {
            "values of the componentized chart"
        }
        What::Values(crate::project::repository::kind::Chart::Own) => {
            "configuration in the values of a chart"
        }
        What::Process(platform) => return format!("{}, a process of LiteLLM", platform.id()),
        What::ChartFile => "chart description, read as evidence",
        What::Release => "release, read as evidence",
        What::Kustomization => "kustomization, read as evidence",
        What::Variables => "variables of a process",
        What::Texts => "a text that a release may take values from",
        What::Autoscaler => "autoscaler of a workload",
        What::UnreadProcess => "runs LiteLLM, in a form that is not read",
    };
    words.to_owned()
}

/// Whether an unreadable text has a line that opens a section of LiteLLM.
fn looks_like_ours(text: &str) -> bool {
    let keys = ["model_list:", "litellm_settings:", "general_settings:", "router_settings:", "proxy_config:"];
    text.lines().any(|line| keys.iter().any(|key| line.trim_start().starts_with(key)))
}

/// The path from a folder, as it is on disk, with `/`; `None` where the file is not in it. The file itself may be a link.
pub fn inside(path: &FilePath, root: &FilePath) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(FilePath::new("."));
    let real = std::fs::canonicalize(folder).ok()?;
    Some(shown(&real.strip_prefix(root).ok()?.join(path.file_name()?)))
}

/// The path as a user would type it.
pub fn shown(path: &FilePath) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    // The root is a part by itself: `/` here, and `\` behind the letter of a drive on Windows.
    let root = if cfg!(windows) { "/\\/" } else { "//" };
    parts.join("/").replacen(root, "/", 1)
}
