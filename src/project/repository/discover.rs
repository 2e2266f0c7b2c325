//! Which files there are: one walk that reads what may be LiteLLM's and remembers where the rest stands.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};
use memchr::memmem;

use crate::project::platform::dockerfile::is_dockerfile_name;
use crate::project::repository::gitignore::IgnoreFiles;
use crate::project::repository::reading::{self, NotRead};

/// What the walk is told.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Files and folders as the user typed them.
    pub paths: Vec<PathBuf>,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// The folder that these globs start from.
    pub exclude_from: PathBuf,
    /// Files larger than this many bytes are not read.
    pub max_file_size: usize,
    /// How the folders are walked.
    pub walk: Walk,
}

/// How folders are walked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// By one thread, where others walk elsewhere at the same time.
    pub alone: bool,
    /// Not into these below the given folders, links followed: somebody judges each of them by itself.
    pub around: Vec<PathBuf>,
}

impl Walk {
    /// What it goes around, as the walk of these folders meets it.
    fn left_out(&self, folders: &[PathBuf]) -> HashSet<PathBuf> {
        let mut found = HashSet::new();
        for folder in folders.iter().filter(|_| !self.around.is_empty()) {
            let Ok(real) = std::fs::canonicalize(folder) else { continue };
            let rests = self.around.iter().filter_map(|other| other.strip_prefix(&real).ok());
            found.extend(rests.filter(|rest| !rest.as_os_str().is_empty()).map(|rest| folder.join(rest)));
        }
        found
    }
}

/// A file that may be LiteLLM's, read once.
#[derive(Debug)]
pub struct Candidate {
    /// The path, below what the user typed.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether the user named this very file.
    pub named: bool,
}

/// What the walk found. Every list is in path order.
#[derive(Debug, Default)]
pub struct Found {
    /// YAML files whose bytes mention what LiteLLM files mention, and files named by the user.
    pub yaml: Vec<Candidate>,
    /// Env files, not yet read.
    pub env: Vec<PathBuf>,
    /// Files that may tell how LiteLLM is started (Dockerfiles, requirements, scripts, units), not yet read.
    pub evidence: Vec<PathBuf>,
    /// `values*.yaml` and `Chart.yaml` files that mention nothing of LiteLLM: they may belong to a chart that does.
    pub chart_files: Vec<PathBuf>,
    /// Kustomizations that mention nothing of LiteLLM: they may take files that do.
    pub kustomizations: Vec<PathBuf>,
    /// Files that mention nothing of LiteLLM, but ConfigMaps, Secrets or autoscalers: LiteLLM may take variables from one, and others too;
    /// or one is for its workload.
    pub objects: Vec<PathBuf>,
    /// Files of Terraform, which are not read.
    pub terraform: Vec<PathBuf>,
    /// Folders that hold a virtual environment with LiteLLM installed in it.
    pub virtual_envs: Vec<PathBuf>,
    /// Files left out, and why.
    pub skipped: Vec<(PathBuf, NotRead)>,
    /// Files or folders that could not be read, and why.
    pub unreadable: Vec<(PathBuf, NotRead)>,
    /// Files that say what to leave out and that were not read, and why.
    pub ignore_files: Vec<(PathBuf, NotRead)>,
}

const NEVER: [&str; 8] =
    [".git", "node_modules", ".venv", "venv", "site-packages", "__pycache__", ".terraform", ".tox"];

/// How a file is read, by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// YAML, perhaps templated.
    Yaml,
    /// An env file.
    Env,
    /// A text that may tell how LiteLLM is started.
    Evidence,
    /// A file of Terraform, which is not read.
    Terraform,
    /// Anything else.
    Other,
}

/// Whether a name is that of an env file: `.env`, `.env.*`, `*.env`.
pub fn is_env_name(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.") || (name.ends_with(".env") && name.len() > 4)
}

/// Whether an env file is a sample for people to copy, which nothing loads.
pub fn is_sample_name(name: &str) -> bool {
    ["example", "sample", "template", "dist", "tmpl", "defaults"]
        .iter()
        .any(|word| name.split(['.', '-', '_']).any(|part| part.eq_ignore_ascii_case(word)))
}

/// Whether kustomize takes a file of this name for a kustomization.
pub fn is_kustomization_name(name: &str) -> bool {
    matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

/// How a file is read, by its name.
pub fn role_of_name(name: &str) -> NameKind {
    if is_env_name(name) {
        return NameKind::Env;
    }
    let lower = name.to_ascii_lowercase();
    let stem = ["j2", "jinja", "jinja2", "tpl", "tmpl", "gotmpl", "template", "erb", "tftpl"]
        .iter()
        .find_map(|ext| lower.strip_suffix(ext)?.strip_suffix('.'))
        .unwrap_or(&lower);
    if stem.ends_with(".yaml") || stem.ends_with(".yml") || name == "Kustomization" {
        NameKind::Yaml
    } else if is_dockerfile_name(name)
        || (lower.starts_with("requirements") && lower.ends_with(".txt"))
        || lower.ends_with(".sh")
        || lower.ends_with(".service")
        || lower.ends_with(".container")
        || matches!(lower.as_str(), "pyproject.toml" | "makefile" | "procfile" | "justfile")
    {
        NameKind::Evidence
    } else if lower.ends_with(".tf") {
        NameKind::Terraform
    } else {
        NameKind::Other
    }
}

/// Whether the bytes mention anything that only files around LiteLLM mention.
pub fn mentions_litellm(bytes: &[u8]) -> bool {
    const WORDS: [&str; 6] =
        ["litellm", "model_list", "proxy_config", "general_settings", "router_settings", "LITELLM"];
    WORDS.iter().any(|word| memmem::find(bytes, word.as_bytes()).is_some())
}

/// So many entries are walked by one thread alone: to start and to end several takes longer than that.
const FEW: usize = 200;

/// Walks the given paths, in parallel if there is much to walk.
///
/// `.gitignore` is honoured, except that ignored env files in folders that are not ignored are considered. Links are not followed out
/// of the paths: a link inside them is passed by, as its target is walked by its own name if it lies inside.
///
/// # Errors
/// A glob in `exclude` that is not one.
pub fn discover(scope: &Scope) -> anyhow::Result<Found> {
    let excluded = exclude_globs(scope)?;
    let mut found = Mutex::default();
    let mut folders = scope.paths.iter().filter(|path| path.is_dir());
    let rules = Arc::new(IgnoreFiles::new(folders.clone().map(PathBuf::as_path)));
    if let Some(first) = folders.next() {
        let mut builder = WalkBuilder::new(first);
        folders.for_each(|folder| {
            builder.add(folder);
        });
        builder.standard_filters(false).follow_links(false).overrides(excluded.clone());
        let rules = Arc::clone(&rules);
        let left_out = scope.walk.left_out(&scope.paths);
        builder.filter_entry(move |entry| {
            entry.depth() == 0 || is_walked(entry, &rules) && !left_out.contains(entry.path())
        });
        let mut walk = builder.build();
        let few = if scope.walk.alone { usize::MAX } else { FEW };
        walk.by_ref().take(few).for_each(|entry| visit(entry, scope, &excluded, &found));
        if walk.next().is_some() {
            // All of them anew: what the few gave is found again.
            found = Mutex::default();
            builder.build_parallel().run(|| {
                Box::new(|entry| {
                    visit(entry, scope, &excluded, &found);
                    WalkState::Continue
                })
            });
        }
    }
    for path in scope.paths.iter().filter(|path| !path.is_dir()) {
        take_named_file(path, scope, &found);
    }
    let unread = rules.unread().into_iter().map(|(path, why)| (strip_dot(&path), why));
    with(&found, |found| found.ignore_files.extend(unread));
    let mut found = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    sort(&mut found);
    Ok(found)
}

/// The git work trees in a folder that is in none, in path order. It is not looked for others inside them.
pub fn repositories_below(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        // What cannot be read is told by the walk that reads its files.
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if !is_dir || NEVER.iter().any(|never| entry.file_name() == *never) {
                continue;
            }
            let path = strip_dot(&entry.path());
            if is_repository(&path) { found.push(path) } else { folders.push(path) }
        }
    }
    found.sort();
    found
}

fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

/// Whether the walk visits an entry: what nothing leaves out, and whatever has a name that is of no interest anyway.
fn is_walked(entry: &DirEntry, rules: &IgnoreFiles) -> bool {
    let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
    let name = entry.file_name();
    if is_dir && NEVER.iter().any(|never| name == *never) {
        return false;
    }
    if !is_dir && role_of_name(&name.to_string_lossy()) == NameKind::Other {
        return true;
    }
    let base = entry.path().ancestors().nth(entry.depth()).unwrap_or(entry.path());
    !rules.ignores(base, entry.path(), is_dir)
}

fn exclude_globs(scope: &Scope) -> anyhow::Result<Override> {
    let mut builder = OverrideBuilder::new(&scope.exclude_from);
    for (at, glob) in scope.exclude.iter().enumerate() {
        // Neither the glob nor the error, which quotes it: it may stand in a file.
        builder.add(&format!("!{glob}")).map_err(|_| {
            anyhow::anyhow!("number {} of exclude (options first, then preferences) is not a glob", at + 1)
        })?;
    }
    Ok(builder.build()?)
}

fn with<T>(found: &Mutex<Found>, change: impl FnOnce(&mut Found) -> T) -> T {
    change(&mut found.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn note_unreadable(error: ignore::Error, found: &Mutex<Found>) {
    let path = match &error {
        ignore::Error::WithPath { path, .. } => path.clone(),
        _ => PathBuf::new(),
    };
    with(found, |found| found.unreadable.push((path, NotRead::Walk(error))));
}

fn take_named_file(path: &Path, scope: &Scope, found: &Mutex<Found>) {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match role_of_name(&name) {
        NameKind::Env => return with(found, |found| found.env.push(path.to_owned())),
        NameKind::Evidence => return with(found, |found| found.evidence.push(path.to_owned())),
        NameKind::Terraform => return with(found, |found| found.terraform.push(path.to_owned())),
        NameKind::Yaml | NameKind::Other => {}
    }
    match reading::read(path, scope.max_file_size) {
        Ok(bytes) => {
            let candidate = Candidate { path: path.to_owned(), bytes, named: true };
            with(found, |found| found.yaml.push(candidate));
        }
        Err(why) => with(found, |found| found.unreadable.push((path.to_owned(), why))),
    }
}

fn visit(entry: Result<DirEntry, ignore::Error>, scope: &Scope, excluded: &Override, found: &Mutex<Found>) {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return note_unreadable(error, found),
    };
    let Some(kind) = entry.file_type() else { return };
    if kind.is_dir() {
        visit_folder(entry.path(), excluded, found);
        return;
    }
    let name = entry.file_name().to_string_lossy();
    let role = match role_of_name(&name) {
        NameKind::Other if unit_section(entry.path()).is_some() => NameKind::Evidence,
        role => role,
    };
    if !kind.is_file() {
        if role != NameKind::Other {
            let why = if kind.is_symlink() { NotRead::Link } else { NotRead::Special };
            with(found, |found| found.skipped.push((strip_dot(entry.path()), why)));
        }
        return;
    }
    match role {
        NameKind::Yaml => visit_yaml(&entry, &name, scope, found),
        NameKind::Evidence => with(found, |found| found.evidence.push(strip_dot(entry.path()))),
        NameKind::Terraform => with(found, |found| found.terraform.push(strip_dot(entry.path()))),
        NameKind::Env | NameKind::Other => {}
    }
}

/// Env files are listed folder by folder, so that those which `.gitignore` names are seen as well.
fn visit_folder(folder: &Path, excluded: &Override, found: &Mutex<Found>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if is_env_name(name) {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_file())
                && !excluded.matched(&path, false).is_ignore()
            {
                with(found, |found| found.env.push(strip_dot(&path)));
            }
        } else if matches!(name, ".venv" | "venv") && holds_litellm(&entry.path()) {
            with(found, |found| found.virtual_envs.push(strip_dot(&entry.path())));
        }
    }
}

fn holds_litellm(venv: &Path) -> bool {
    std::fs::read_dir(venv.join("lib")).is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.path().join("site-packages/litellm").is_dir())
    })
}

fn visit_yaml(entry: &DirEntry, name: &str, scope: &Scope, found: &Mutex<Found>) {
    let path = strip_dot(entry.path());
    match reading::read_unlinked(entry.path(), scope.max_file_size) {
        Ok(bytes) if mentions_litellm(&bytes) => {
            if bytes[..bytes.len().min(8000)].contains(&0) {
                with(found, |found| found.skipped.push((path, NotRead::Binary)));
            } else if path.to_str().is_none() {
                with(found, |found| found.unreadable.push((path, NotRead::Name)));
            } else {
                with(found, |found| found.yaml.push(Candidate { path, bytes, named: false }));
            }
        }
        Ok(_) if is_kustomization_name(name) => with(found, |found| found.kustomizations.push(path)),
        Ok(_) if name == "Chart.yaml" || name.starts_with("values") => {
            with(found, |found| found.chart_files.push(path));
        }
        Ok(bytes)
            if ["onfigMap", "ecret", "odAutoscaler", "caledObject"]
                .iter()
                .any(|word| memmem::find(&bytes, word.as_bytes()).is_some()) =>
        {
            with(found, |found| found.objects.push(path));
        }
        Ok(_) => {}
        Err(why) if may_be_ours(entry.path(), &why) => {
            with(found, |found| found.unreadable.push((path, why)));
        }
        Err(why) => with(found, |found| found.skipped.push((path, why))),
    }
}

/// Whether leaving a file out is worth an error: nobody can tell what it holds, or its first 64 KiB look like LiteLLM's.
fn may_be_ours(path: &Path, why: &NotRead) -> bool {
    matches!(why, NotRead::Io(_)) || reading::head(path, 1 << 16).is_ok_and(|head| mentions_litellm(&head))
}

fn strip_dot(path: &Path) -> PathBuf {
    path.strip_prefix("./").unwrap_or(path).to_owned()
}

fn sort(found: &mut Found) {
    let mut seen = BTreeSet::new();
    found.yaml.sort_by(|a, b| (&a.path, b.named).cmp(&(&b.path, a.named)));
    found.yaml.retain(|candidate| seen.insert(candidate.path.clone()));
    for list in [
        &mut found.env,
        &mut found.evidence,
        &mut found.chart_files,
        &mut found.kustomizations,
        &mut found.objects,
        &mut found.terraform,
        &mut found.virtual_envs,
    ] {
        list.sort();
        list.dedup();
    }
    for list in [&mut found.skipped, &mut found.unreadable, &mut found.ignore_files] {
        list.sort_by(|one, other| one.0.cmp(&other.0));
    }
}

/// The section of a file of this name that describes a process; `None` where it is no unit.
pub fn unit_section(path: &Path) -> Option<&'static str> {
    let of = |name: &Path| match name.extension()?.to_str()? {
        "service" => Some("Service"),
        "container" => Some("Container"),
        _ => None,
    };
    if path.extension().is_some_and(|ext| ext == "conf") {
        let folder = path.parent()?;
        return folder.extension().filter(|ext| *ext == "d").and_then(|_| of(Path::new(folder.file_stem()?)));
    }
    of(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_entries_and_many_are_found_alike() {
        for folders in [1, FEW / 4, FEW] {
            let root = tempfile::tempdir().unwrap();
            for folder in 0..folders {
                let folder = root.path().join(format!("team-{folder:03}"));
                std::fs::create_dir(&folder).unwrap();
                for (name, text) in
                    [("config.yaml", "model_list: []\n"), (".env", "A=b\n"), ("start.sh", "litellm\n")]
                {
                    std::fs::write(folder.join(name), text).unwrap();
                }
            }
            let named = root.path().join("team-000/.env");
            let paths = vec![root.path().to_owned(), named];
            let found = discover(&Scope {
                paths,
                exclude: Vec::new(),
                exclude_from: ".".into(),
                max_file_size: 1_000,
                walk: Walk::default(),
            })
            .unwrap();
            let yaml: Vec<_> = found.yaml.iter().map(|candidate| candidate.path.clone()).collect();
            for (list, name) in [(&yaml, "config.yaml"), (&found.env, ".env"), (&found.evidence, "start.sh")]
            {
                let expected: Vec<_> =
                    (0..folders).map(|folder| root.path().join(format!("team-{folder:03}/{name}"))).collect();
                assert_eq!(*list, expected, "{folders} folders");
            }
        }
    }
}
