//! What a YAML file is, by its content.

mod unread;

use crate::document::{Kind, Node, Path, Style, Yaml};

use crate::project::kubernetes::autoscalers::of_document;
use crate::project::kubernetes::objects::object_of;
use crate::project::platform::envelope::{self, Envelope};
use crate::project::platform::nodes::scalar;
use crate::project::platform::objects::objects;
use crate::project::platform::{self, ObjectKind, Platform};
use crate::project::process::autoscaler::AutoscalerKind;
use crate::project::repository::kind::{Chart, OFFICIAL, OVERRIDES, Role, What};
use crate::project::settings::SECTIONS;

/// Recognises every part of the file that concerns LiteLLM; registers embedded configurations in `yaml`.
///
/// `name` is the file's name. An empty list means: not LiteLLM's.
pub fn recognise(yaml: &mut Yaml, name: &str) -> Vec<Role> {
    let mut roles = Vec::new();
    for doc in 0..yaml.documents() {
        let literals = literals_with_models(yaml, doc);
        for path in literals {
            let inside = path.child(crate::document::Step::Inside);
            if yaml.embed(doc, &path).is_ok() {
                let found = recognise_inside(yaml, doc, &inside);
                let text =
                    found.is_empty() && yaml.get(doc, &object_of(&path)).and_then(ObjectKind::of).is_some();
                let why = || "an object with a text that is a mapping".to_owned();
                roles.extend(found);
                roles.extend(text.then(|| Role { doc, path: inside, what: What::Texts, why: why() }));
            }
        }
        if crate::project::repository::discover::is_kustomization_name(name) {
            // What cannot be embedded is a patch that is not read.
            inline_patches(yaml, doc).iter().for_each(|path| drop(yaml.embed(doc, path)));
        }
        let handed = handed(yaml, doc);
        let Some(root) = yaml.root(doc) else { continue };
        roles.extend(recognise_root(root, doc, name, handed));
        roles.extend(config_texts(yaml, doc));
    }
    // LiteLLM refuses a file of several documents: what stands behind the first configuration is none.
    let mut first = true;
    roles.retain(|role| role.what != What::Config || std::mem::replace(&mut first, false));
    roles
}

/// The literal block scalars of a ConfigMap, of a Secret or of a compose file that may hold a configuration, or values.
fn literals_with_models(yaml: &Yaml, doc: usize) -> Vec<Path> {
    let Some(root) = yaml.root(doc) else { return Vec::new() };
    match scalar(root, "kind").as_deref() {
        None => inline_configs(root),
        Some("ConfigMap" | "Secret" | "List") => objects(root)
            .into_iter()
            .filter_map(|(path, object)| {
                let texts = ObjectKind::of(object)?.texts();
                Some((path.child(texts), object.get(texts)?))
            })
            .flat_map(|(path, data)| {
                data.entries()
                    .filter(|(key, value)| value.style() == Style::Literal && may_be_read(&key.text(), value))
                    .map(|(key, _)| path.child(&*key.text()))
                    .collect::<Vec<_>>()
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// What the values in the envelopes of a document are; registers those that are texts.
fn handed(yaml: &mut Yaml, doc: usize) -> Vec<Role> {
    let mut roles = Vec::new();
    for (envelope, path) in wrapped(yaml, doc) {
        if let Some((outer, _)) = path.split_inside()
            && yaml.embed(doc, &outer).is_err()
        {
            continue;
        }
        if let Some(values) = yaml.get(doc, &path) {
            roles.extend(handed_values(values, doc, &path, &envelope));
        }
    }
    roles
}

/// Where values stand in the envelopes of a document.
fn wrapped(yaml: &Yaml, doc: usize) -> Vec<(Envelope, Path)> {
    let Some(root) = yaml.root(doc) else { return Vec::new() };
    let of = |envelope: Envelope| {
        let here = envelope.sources.iter().filter_map(|source| source.values(root));
        here.map(|path| (envelope.clone(), path)).collect::<Vec<_>>()
    };
    envelope::all(root).into_iter().flat_map(of).collect()
}

/// The configurations in the `configMaps` and `secrets` of app-template's values; registers them.
fn config_texts(yaml: &mut Yaml, doc: usize) -> Vec<Role> {
    let mut values: Vec<Path> = wrapped(yaml, doc).into_iter().map(|(_, path)| path).collect();
    values.push(Path::root());
    let mut roles = Vec::new();
    for base in values {
        let texts = yaml.get(doc, &base).map_or_else(Vec::new, platform::config_texts);
        for path in texts.into_iter().map(|path| base.join(&path)) {
            let ours = yaml.get(doc, &path).is_some_and(|text| looks_like_config(text.source()));
            if !ours || yaml.embed(doc, &path).is_err() {
                continue;
            }
            let inside = path.child(crate::document::Step::Inside);
            let why = yaml.get(doc, &inside).and_then(config_sign);
            roles.extend(why.map(|why| Role {
                doc,
                path: inside,
                what: What::ConfigMap,
                why: format!("values of app-template, with a text for an object that has {why}"),
            }));
        }
    }
    roles
}

/// The patches inside a kustomization.
fn inline_patches(yaml: &Yaml, doc: usize) -> Vec<Path> {
    let Some(root) = yaml.root(doc) else { return Vec::new() };
    let of = |key: &str| {
        let list = root.get(key).map(Node::resolve);
        let items = list.into_iter().flat_map(Node::items).enumerate();
        let paths = items.filter_map(|(index, item)| {
            let path = Path::keys([key]).child(index);
            match item.resolve().get("patch") {
                Some(patch) => (patch.style() == Style::Literal).then(|| path.child("patch")),
                None => (item.style() == Style::Literal).then_some(path),
            }
        });
        paths.collect::<Vec<_>>()
    };
    ["patches", "patchesStrategicMerge", "patchesJson6902"].into_iter().flat_map(of).collect()
}

/// Whether an entry of an object may be a configuration, or values that a release takes from it.
fn may_be_read(key: &str, text: &Node<'_>) -> bool {
    key.ends_with(".yaml") || key.ends_with(".yml") || looks_like_config(text.source())
}

pub(super) fn looks_like_config(text: &str) -> bool {
    ["model_list:", "litellm_settings:", "general_settings:", "router_settings:"]
        .iter()
        .any(|key| text.contains(key))
}

/// The `configs.NAME.content` of a compose file.
fn inline_configs(root: Node<'_>) -> Vec<Path> {
    let Some(configs) = root.get("configs").filter(|_| root.get("services").is_some()) else {
        return Vec::new();
    };
    let content = |(key, config): (Node<'_>, Node<'_>)| {
        let content = config.resolve().get("content")?;
        let ours = content.style() == Style::Literal && looks_like_config(content.source());
        ours.then(|| Path::keys(["configs", &*key.text(), "content"]))
    };
    configs.resolve().entries().filter_map(content).collect()
}

fn recognise_inside(yaml: &Yaml, doc: usize, inside: &Path) -> Vec<Role> {
    let Some(why) = yaml.get(doc, inside).and_then(config_sign) else { return Vec::new() };
    let object = yaml.get(doc, &object_of(inside)).and_then(ObjectKind::of);
    let (what, why) = match object {
        Some(kind) => (What::ConfigMap, format!("{} whose text has {why}", kind.name())),
        None => (What::Config, format!("text in a compose file that has {why}")),
    };
    vec![Role { doc, path: inside.clone(), what, why }]
}

/// The roles in a document, given those of the values that it hands to a chart.
fn recognise_root(root: Node<'_>, doc: usize, name: &str, handed: Vec<Role>) -> Vec<Role> {
    if name == "Chart.yaml" {
        let why = "a Chart.yaml".to_owned();
        return vec![Role { doc, path: Path::root(), what: What::ChartFile, why }];
    }
    let is_whole = |what, why: &str| Role { doc, path: Path::root(), what, why: why.to_owned() };
    if crate::project::repository::discover::is_kustomization_name(name) {
        let role = is_whole(What::Kustomization, "a kustomization");
        let unread = unread::process(root, doc, "Kustomization").filter(|_| handed.is_empty());
        return std::iter::once(role).chain(handed).chain(unread).collect();
    }
    if let Some(kind) = scalar(root, "kind") {
        let mut roles = handed;
        roles.extend(processes(root, doc, &Path::root()));
        roles.extend(variables(root, doc));
        if roles.is_empty() {
            roles.extend(unread::process(root, doc, &kind));
        }
        roles.extend(autoscalers(root, doc));
        if !envelope::all(root).is_empty() {
            roles.push(is_whole(What::Release, &kind));
        }
        return roles;
    }
    if root.get("services").is_some_and(|node| node.kind() == Kind::Mapping) {
        let roles = processes(root, doc, &Path::root());
        if !roles.is_empty() {
            return roles;
        }
        if OVERRIDES.contains(&name) {
            return vec![is_whole(What::Release, "a compose override")];
        }
    }
    if let Some(why) = config_sign(root) {
        return vec![Role { doc, path: Path::root(), what: What::Config, why }];
    }
    let roles = if handed.is_empty() { values_roles(root, doc, &Path::root(), "values") } else { handed };
    if roles.is_empty() { unread::process(root, doc, "values").into_iter().collect() } else { roles }
}

/// Values that are handed to a chart.
fn handed_values(values: Node<'_>, doc: usize, path: &Path, envelope: &Envelope) -> Vec<Role> {
    let wrapper = envelope.wrapper;
    let roles = values_roles(values, doc, path, wrapper);
    let official = envelope.chart_name() == Some(OFFICIAL);
    if roles.is_empty() && official && values.kind() == Kind::Mapping {
        let why = format!("{wrapper} of the chart {OFFICIAL}");
        return vec![Role { doc, path: path.clone(), what: What::Values(Chart::Monolith), why }];
    }
    roles
}

/// The ConfigMaps and Secrets that hold what looks like variables.
fn variables(root: Node<'_>, doc: usize) -> Vec<Role> {
    let is_name = |key: &str| key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let ours = |object: Node<'_>| {
        let kind = ObjectKind::of(object)?;
        let data = ["data", kind.texts()].into_iter().filter_map(|key| object.get(key)).map(Node::resolve);
        let has_names = data.flat_map(Node::entries).any(|(key, _)| is_name(&key.text()));
        has_names.then(|| format!("a {} of variables", kind.name()))
    };
    let found = objects(root).into_iter().filter_map(|(path, object)| Some((path, ours(object)?)));
    found.map(|(path, why)| Role { doc, path, what: What::Variables, why }).collect()
}

/// The autoscalers of a document.
fn autoscalers(root: Node<'_>, doc: usize) -> Vec<Role> {
    let role = |(path, kind): (Path, AutoscalerKind)| Role {
        doc,
        path,
        what: What::Autoscaler,
        why: format!("a {}", kind.name()),
    };
    of_document(root).into_iter().map(role).collect()
}

/// By which keys a mapping is a LiteLLM configuration; `None` if it is none.
pub(super) fn config_sign(root: Node<'_>) -> Option<String> {
    if root.kind() != Kind::Mapping {
        return None;
    }
    let models = root.get("model_list").is_some_and(|list| {
        let list = list.resolve();
        list.kind() == Kind::Sequence
            && list.items().next().is_none_or(|item| {
                let item = item.resolve();
                item.get("litellm_params").is_some() || item.get("model_name").is_some()
            })
    });
    let sections: Vec<_> = SECTIONS
        .iter()
        .filter(|section| **section != "model_list")
        .filter(|section| {
            root.get(section)
                .is_some_and(|node| matches!(node.resolve().kind(), Kind::Mapping) || is_empty(node))
        })
        .collect();
    if models {
        return Some("`model_list`".into());
    }
    let strong = sections.iter().any(|section| **section == "litellm_settings");
    let pair = sections.len() >= 2;
    let known = ["general_settings", "router_settings"].iter().any(|section| {
        root.get(section).is_some_and(|node| {
            node.resolve().entries().any(|(key, _)| {
                crate::project::settings::reads(section, &key.text())
                    || matches!(&*key.text(), "master_key" | "routing_strategy" | "database_url")
            })
        })
    });
    (strong || pair || (known && root.get("proxy_config").is_none())).then(|| format!("`{}`", sections[0]))
}

fn is_empty(node: Node<'_>) -> bool {
    node.kind() == Kind::Scalar && node.style() == Style::Empty
}

/// What the values at `path` are, or those up to two levels of subchart keys below it, and the processes that they describe.
fn values_roles(node: Node<'_>, doc: usize, path: &Path, wrapper: &str) -> Vec<Role> {
    let mut roles = charts(node, doc, path, wrapper);
    roles.extend(processes(node, doc, path));
    roles
}

fn charts(node: Node<'_>, doc: usize, path: &Path, wrapper: &str) -> Vec<Role> {
    if let Some((chart, sign)) = chart_sign(node, false) {
        return vec![Role {
            doc,
            path: path.clone(),
            what: What::Values(chart),
            why: format!("{wrapper} with `{sign}`"),
        }];
    }
    let mut roles = Vec::new();
    for (key, child) in node.entries() {
        let named = key.text().contains("litellm");
        let below = path.child(key.text().into_owned());
        if key.text() == OFFICIAL && child.kind() == Kind::Mapping {
            let why = format!("{wrapper} of the subchart {OFFICIAL}");
            roles.push(Role { doc, path: below, what: What::Values(Chart::Monolith), why });
            continue;
        }
        if let Some((chart, sign)) = chart_sign(child, !named) {
            let why = format!("{wrapper} of a subchart with `{sign}`");
            roles.push(Role { doc, path: below, what: What::Values(chart), why });
            continue;
        }
        for (inner, grandchild) in child.entries() {
            if let Some((chart, sign)) = chart_sign(grandchild, true) {
                let why = format!("{wrapper} of a subchart with `{sign}`");
                let path = below.child(inner.text().into_owned());
                roles.push(Role { doc, path, what: What::Values(chart), why });
            }
        }
    }
    roles
}

/// Which chart reads this mapping, by which key. With `strict`, only the configuration itself is sign enough.
fn chart_sign(node: Node<'_>, strict: bool) -> Option<(Chart, &'static str)> {
    if node.kind() != Kind::Mapping {
        return None;
    }
    let mapping = |node: Node<'_>| node.kind() == Kind::Mapping;
    if node.get("proxy_config").is_some_and(mapping) {
        return Some((Chart::Monolith, "proxy_config"));
    }
    let componentized = node
        .get("gateway")
        .and_then(|gateway| gateway.get("config"))
        .is_some_and(|config| config.get("proxy_config").is_some() || config.get("create").is_some());
    if componentized {
        return Some((Chart::Componentized, "gateway.config"));
    }
    // A chart that takes the configuration elsewhere is another one, whatever it has from the official chart.
    if strict || node.entries().any(|(_, child)| config_sign(child).is_some()) {
        return None;
    }
    let own =
        ["proxyConfigMap", "masterkeySecretName", "masterkeySecretKey", "separateHealthApp", "migrationJob"];
    let ours = own.iter().find(|key| node.get(key).is_some());
    let image = node
        .get("image")
        .and_then(|image| scalar(image, "repository"))
        .is_some_and(|repository| repository.contains("litellm"));
    match ours {
        Some(key)
            if image
                || node.get("envVars").is_some()
                || node.get("masterkey").is_some()
                || *key != "migrationJob" =>
        {
            Some((Chart::Monolith, key))
        }
        _ => None,
    }
}

/// The processes of LiteLLM that a platform finds in a document, or in the values at `base`.
fn processes(root: Node<'_>, doc: usize, base: &Path) -> Vec<Role> {
    let of = |platform: &'static dyn Platform| {
        let why = format!("{} that runs LiteLLM", platform.id());
        let role = move |path: Path| Role {
            doc,
            path: base.join(&path),
            what: What::Process(platform),
            why: why.clone(),
        };
        platform.processes(root).into_iter().map(role)
    };
    platform::ALL.into_iter().flat_map(of).collect()
}
