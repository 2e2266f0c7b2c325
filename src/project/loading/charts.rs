//! Charts of somebody's own: what their templates make of their values.

use std::collections::HashMap;
use std::path::{Path as FilePath, PathBuf};

use crate::document::{Node, Path, Step, Style};
use crate::project::installation::releases;
use crate::project::kubernetes::kustomize::Kustomizations;
use crate::project::kubernetes::objects::object_of;
use crate::project::loading::project::Loader;
use crate::project::loading::recognise::{config_sign, looks_like_config};
use crate::project::platform::nodes::{is_litellm_image, scalar};
use crate::project::platform::{ObjectKind, Workload};
use crate::project::repository::discover::Found;
use crate::project::repository::file::{Document, Files};
use crate::project::repository::kind::{Chart, OFFICIAL, Role, What, is_overlay_name};
use crate::project::repository::place::FileId;
use crate::project::repository::template::{Of, PrintedAs, Template, chart_folder, named_values};

/// Whether a file is a template of a chart that prints something of its values.
pub(super) fn is_of_chart(path: &FilePath, template: &Template) -> bool {
    let described = || chart_folder(path).is_some_and(|folder| folder.join("Chart.yaml").is_file());
    template.prints().next().is_some() && described()
}

impl Loader<'_> {
    /// Takes what stands in the charts whose templates or values concern LiteLLM.
    pub(super) fn take_charts(&mut self, found: &Found) {
        let own = self.chart_folders();
        let outer = |folder: &PathBuf| {
            folder
                .parent()
                .filter(|around| around.ends_with("charts"))
                .and_then(FilePath::parent)
                .map(FilePath::to_owned)
        };
        let around: Vec<PathBuf> = own.iter().filter_map(outer).collect();
        let folders = [own, around].concat();
        for path in
            folders.iter().flat_map(|folder| ["Chart.yaml", "values.yaml"].map(|name| folder.join(name)))
        {
            if path.is_file() {
                self.take_context_yaml(&path, self.grounds.reach(&path));
            }
        }
        let is_in = |path: &FilePath| folders.iter().any(|folder| path.parent() == Some(folder));
        for path in found.chart_files.iter().filter(|path| is_overlay_name(path) && is_in(path)) {
            self.take_context_yaml(path, self.grounds.reach(path));
        }
        for path in &found.objects {
            if chart_folder(path).is_some_and(|of| folders.iter().any(|folder| folder == of)) {
                self.take_context_yaml(path, self.grounds.reach(path));
            }
        }
        self.recognise_charts();
    }

    /// The values that something in a folder of templates changes; all of them, where one cannot be read.
    fn changed_values(&self, folder: &FilePath) -> Vec<Path> {
        let of = |entry: std::fs::DirEntry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => self.changed_values(&entry.path()),
            _ => match self.read(&entry.path()) {
                Ok(text) => changed(&String::from_utf8_lossy(&text)),
                Err(_) => vec![Path::root()],
            },
        };
        std::fs::read_dir(folder).into_iter().flatten().flatten().flat_map(of).collect()
    }

    /// The folders of the charts whose templates or values are among the files.
    fn chart_folders(&self) -> Vec<PathBuf> {
        let of = |file: &FilePath| {
            let beside = || file.parent().filter(|folder| folder.join("templates").is_dir());
            let is_values = file.file_name().is_some_and(|name| name == "values.yaml");
            let folder = chart_folder(file).or_else(|| beside().filter(|_| is_values))?;
            folder.join("Chart.yaml").is_file().then(|| folder.to_owned())
        };
        let mut folders: Vec<PathBuf> = self.files.iter().filter_map(|(_, file)| of(&file.path)).collect();
        folders.sort();
        folders.dedup();
        folders
    }

    /// Recognises the configurations and the processes that the templates of charts make of values.
    pub(super) fn recognise_charts(&mut self) {
        let folders = self.chart_folders();
        let mut templates = templates(&self.files);
        let merged = if folders.is_empty() { HashMap::new() } else { merged_values(&self.files) };
        for chart in folders {
            let templates = templates.remove(&chart).unwrap_or_default();
            let description = self.files.find(&chart.join("Chart.yaml"));
            let root = description.and_then(|id| self.files.node(id, 0, &Path::root()));
            let official = root.and_then(|root| scalar(root, "name")).is_some_and(|name| name == OFFICIAL);
            let changed =
                if official { vec![Path::root()] } else { self.changed_values(&chart.join("templates")) };
            // Of values that templates change, it is not understood what others print.
            for id in templates.iter().filter(|_| !changed.is_empty()) {
                self.files.change_template(*id, |template| template.forget(&changed));
            }
            if official {
                continue;
            }
            let merged = description.and_then(|id| merged.get(&id)).map(Vec::as_slice).unwrap_or_default();
            let values = self.values_of(&chart, merged);
            for (id, role) in self.configurations(&templates, &values) {
                self.add_role(id, role);
            }
            for (id, role) in self.processes_of(&templates, &values) {
                self.add_role(id, role);
            }
            self.replace_unread(&templates, &values);
        }
    }

    /// The values of a chart: its own, those of environments beside them, and those that releases of it merge.
    fn values_of(&self, chart: &FilePath, merged: &[(FileId, Path)]) -> Vec<(FileId, Path)> {
        let is_own = |path: &FilePath| path.ends_with("values.yaml") || is_overlay_name(path);
        let own = self
            .files
            .in_folder(chart)
            .filter(|(id, file)| is_own(&file.path) && self.files.yaml(*id).is_some());
        let own = own.map(|(id, _)| (id, Path::root()));
        let mut values: Vec<(FileId, Path)> = own.chain(merged.iter().cloned()).collect();
        values.sort();
        values.dedup();
        values
    }

    /// The values, and texts of values, that templates put into a ConfigMap or Secret and that are configurations.
    fn configurations(&mut self, templates: &[FileId], values: &[(FileId, Path)]) -> Vec<(FileId, Role)> {
        let mut found = Vec::new();
        for (keys, form) in printed_texts(&self.files, templates) {
            for (id, base) in values {
                let path = base.join(&keys);
                let Some(node) = self.files.node(*id, 0, &path) else { continue };
                if form == PrintedAs::Yaml && !self.is_read_anyway(*id, &path) {
                    found.extend(config_sign(node.resolve()).map(|sign| {
                        let why = format!("values that a template prints, with {sign}");
                        (*id, Role { doc: 0, path, what: What::Values(Chart::Own), why })
                    }));
                } else if form == PrintedAs::Text
                    && node.style() == Style::Literal
                    && looks_like_config(node.source())
                {
                    found.extend(self.embedded(*id, &path));
                }
            }
        }
        found
    }

    /// Whether it is the `proxy_config` of values that are taken for some of a chart anyway.
    fn is_read_anyway(&self, id: FileId, path: &Path) -> bool {
        let values = |role: &Role| matches!(role.what, What::Values(Chart::Monolith | Chart::Componentized));
        let is_in = |role: &Role| role.doc == 0 && role.path.contains(path);
        path.last_key() == Some("proxy_config")
            && self.files.get(id).roles.iter().any(|role| values(role) && is_in(role))
    }

    /// A text of values as a configuration; registers it.
    fn embedded(&mut self, id: FileId, path: &Path) -> Option<(FileId, Role)> {
        let mut yaml = self.files.yaml(id)?.clone();
        let inside = path.child(Step::Inside);
        if yaml.get(0, &inside).is_none() {
            yaml.embed(0, path).ok()?;
            self.files.put(id, Document::Yaml(yaml));
        }
        let sign = config_sign(self.files.node(id, 0, &inside)?)?;
        let why = format!("a text of values that a template prints, with {sign}");
        Some((id, Role { doc: 0, path: inside, what: What::ConfigMap, why }))
    }

    /// The containers of a chart that run an image of LiteLLM's which its values name.
    fn processes_of(&self, templates: &[FileId], values: &[(FileId, Path)]) -> Vec<(FileId, Role)> {
        let is_ours = |id: FileId, container: Node<'_>| {
            let text = self.files.text_read(id);
            let image = container.get("image").and_then(|image| text.get(image.resolve().span()));
            image.is_some_and(|image| {
                named_values(image).any(|keys| {
                    values.iter().any(|(id, base)| {
                        let node = self.files.node(*id, 0, &base.join(&keys)).map(Node::resolve);
                        node.is_some_and(|node| is_litellm_image(&node.text()))
                    })
                })
            })
        };
        let mut found = Vec::new();
        for &id in templates {
            let Some(yaml) = self.files.yaml(id) else { continue };
            for (doc, root) in (0..yaml.documents()).filter_map(|doc| Some((doc, yaml.root(doc)?))) {
                let all = Workload::containers(root).into_iter();
                let ours = all.filter(|path| yaml.get(doc, path).is_some_and(|one| is_ours(id, one)));
                let why = "container with an image of LiteLLM's that the values name";
                let what = What::Process(&Workload);
                found.extend(ours.map(|path| (id, Role { doc, path, what, why: why.to_owned() })));
            }
        }
        found
    }

    fn add_role(&mut self, id: FileId, role: Role) {
        let mut roles = self.files.get(id).roles.clone();
        if roles.iter().any(|known| (known.doc, &known.path, known.what) == (role.doc, &role.path, role.what))
        {
            return;
        }
        self.note(&self.files.get(id).path.clone(), &role.why);
        roles.push(role);
        self.files.put_roles(id, roles);
    }

    /// Values whose process the templates describe are no process in a form that is not read.
    fn replace_unread(&mut self, templates: &[FileId], values: &[(FileId, Path)]) {
        let is_process = |role: &Role| matches!(role.what, What::Process(_));
        let described = templates.iter().any(|id| self.files.get(*id).roles.iter().any(is_process));
        for (id, _) in values.iter().filter(|_| described) {
            let mut roles = self.files.get(*id).roles.clone();
            roles.retain(|role| role.what != What::UnreadProcess);
            if roles.len() < self.files.get(*id).roles.len() {
                self.files.put_roles(*id, roles);
            }
        }
    }
}

/// The templates of each chart, by its folder.
fn templates(files: &Files) -> HashMap<PathBuf, Vec<FileId>> {
    let mut found: HashMap<PathBuf, Vec<FileId>> = HashMap::new();
    for (id, file) in files.iter().filter(|(_, file)| file.template.is_some()) {
        if let Some(chart) = chart_folder(&file.path) {
            found.entry(chart.to_owned()).or_default().push(id);
        }
    }
    found
}

/// The values that releases merge, by the description of their chart.
fn merged_values(files: &Files) -> HashMap<FileId, Vec<(FileId, Path)>> {
    let mut found: HashMap<FileId, Vec<(FileId, Path)>> = HashMap::new();
    for release in releases::all(files, &Kustomizations::new(files)) {
        let Some(chart) = release.chart else { continue };
        let here = release.values().filter(|(values, _)| values.doc == 0);
        found.entry(chart).or_default().extend(here.map(|(values, _)| (values.file, values.path.clone())));
    }
    found
}

/// The values that the templates of a chart print as a text of a ConfigMap or Secret.
fn printed_texts(files: &Files, templates: &[FileId]) -> Vec<(Path, PrintedAs)> {
    let mut found = Vec::new();
    for &id in templates {
        for (one, printed) in files.get(id).template.iter().flat_map(|template| template.prints()) {
            let object = files.node(id, one.doc, &object_of(&one.path)).and_then(ObjectKind::of);
            let Of::Values(keys) = &printed.of else { continue };
            if object.is_some() && matches!(printed.form, PrintedAs::Yaml | PrintedAs::Text) {
                found.push((keys.clone(), printed.form));
            }
        }
    }
    found
}

/// The values that a template or a helper changes.
fn changed(text: &str) -> Vec<Path> {
    let words = ["set ", "unset ", "merge ", "mergeOverwrite ", "mustMerge ", "mustMergeOverwrite "];
    let all = words.iter().flat_map(|word| text.split(word).skip(1));
    let of = |rest: &str| {
        let rest = rest.trim_start_matches(['(', ' ', '$']);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
        let keys = rest[..end.unwrap_or(rest.len())].strip_prefix(".Values")?;
        Some(Path::keys(keys.split('.').filter(|key| !key.is_empty())))
    };
    all.filter_map(of).collect()
}
