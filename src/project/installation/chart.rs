//! Whose chart the values are of, and which release of it.

use crate::document::{Kind, Node, Path, Step};

use crate::project::installation::parts::Parts;
use crate::project::platform::nodes::scalar;
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::{OFFICIAL, Role, What};
use crate::project::repository::place::{FileId, Place};
use crate::project::settings::known;

/// What values tell about their chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartSigns {
    /// How it is known that the chart is not litellm-helm.
    pub other: Option<String>,
    /// Keys that litellm-helm does not have, and that look as if they gave variables to the process.
    pub unknown: Vec<String>,
}

/// Keys of litellm-helm that other charts hardly have.
const OWN: [&str; 12] = [
    "proxyConfigMap",
    "masterkeySecretName",
    "masterkeySecretKey",
    "environmentSecrets",
    "environmentConfigMaps",
    "envVars",
    "extraEnvVars",
    "migrationJob",
    "separateHealthApp",
    "separateHealthPort",
    "billingMetrics",
    "metricsServer",
];

/// Keys of some releases of litellm-helm beside those that are known as such, and keys that Helm minds itself.
const MORE: [&str; 10] = [
    "collector",
    "enabled",
    "gateway",
    "httpRoute",
    "istio",
    "namespaceOverride",
    "proxy_config",
    "revisionHistoryLimit",
    "serviceAccount",
    "ui",
];

/// What the values of a role tell about their chart. A release or a dependency that names litellm-helm settles it.
pub fn of_values(files: &Files, file: FileId, role: &Role) -> ChartSigns {
    let Some(values) = files.node(file, role.doc, &role.path) else { return ChartSigns::default() };
    match named(files, file, role) {
        Some(name) if name == OFFICIAL => return ChartSigns::default(),
        Some(name) => {
            return ChartSigns { other: Some(format!("its chart is `{name}`")), unknown: Vec::new() };
        }
        None => {}
    }
    let keys: Vec<String> = values
        .entries()
        .filter(|(_, value)| value.anchor().is_none())
        .map(|(key, _)| key.text().into_owned())
        .filter(|key| !key.starts_with("x-") && key != "<<")
        .collect();
    let unknown: Vec<String> = keys.iter().filter(|key| !is_known(key)).cloned().collect();
    let own = keys.iter().any(|key| OWN.contains(&key.as_str()));
    let shape = values.get("masterkey").is_some_and(|node| node.resolve().kind() == Kind::Mapping);
    if shape {
        return ChartSigns { other: Some("`masterkey` is a mapping".into()), unknown: Vec::new() };
    }
    if let (false, Some(first)) = (own, unknown.first()) {
        let sign = format!("litellm-helm has no key `{first}`");
        return ChartSigns { other: Some(sign), unknown: Vec::new() };
    }
    let gives = |key: &String| {
        let key = key.to_ascii_lowercase();
        ["env", "secret"].iter().any(|word| key.contains(word))
    };
    ChartSigns { other: None, unknown: unknown.into_iter().filter(gives).collect() }
}

/// Whether litellm-helm has the key, or it is a misspelling of one that it has.
fn is_known(key: &str) -> bool {
    let names =
        || known::VALUES.iter().filter(|(holder, _)| holder.is_empty()).flat_map(|(_, names)| names.iter());
    OWN.contains(&key)
        || MORE.contains(&key)
        || names().any(|name| *name == key)
        || !known::near(key, names().copied()).is_empty()
}

/// The name of the chart that a release, the key of a subchart or the files beside the values give.
fn named(files: &Files, file: FileId, role: &Role) -> Option<String> {
    let root = files.node(file, role.doc, &Path::root())?;
    let last = |name: String| name.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(key) = role.path.last_key().filter(|key| *key == OFFICIAL) {
        return Some(key.to_owned());
    }
    let spec = root.get("spec").map(Node::resolve);
    match scalar(root, "kind").as_deref() {
        Some("HelmRelease") if role.path == Path::keys(["spec", "values"]) => {
            let chart = spec?.get("chart")?.resolve().get("spec")?.resolve();
            // A path in a git repository may lead to any folder.
            scalar(chart, "chart").filter(|name| !name.starts_with('.') || name.ends_with(OFFICIAL)).map(last)
        }
        Some("Application" | "ApplicationSet") => {
            let at = role.path.steps().iter().position(|step| *step == Step::from("helm"))?;
            let source = files.node(file, role.doc, &Path(role.path.steps()[..at].to_vec()))?;
            let path = scalar(source, "path").map(last).filter(|name| name == OFFICIAL);
            scalar(source, "chart").map(last).or(path)
        }
        Some("HelmChart" | "HelmChartConfig") => scalar(spec?, "chart").map(last),
        Some(_) => None,
        None => match of_helmfile(&role.path) {
            Some(path) => scalar(files.node(file, role.doc, &path)?, "chart").map(last),
            None => beside(files, file, role),
        },
    }
}

/// The release of a helmfile that values stand in.
fn of_helmfile(values: &Path) -> Option<Path> {
    match values.steps() {
        [Step::Key(releases), index @ Step::Index(_), Step::Key(values), ..]
            if releases == "releases" && values == "values" =>
        {
            Some(Path::keys(["releases"]).child(index.clone()))
        }
        _ => None,
    }
}

/// The chart whose folder the values stand in.
fn beside(files: &Files, file: FileId, role: &Role) -> Option<String> {
    let here = folder(files, file);
    let chart = files.iter().find(|(_, other)| {
        other.path.parent() == Some(here) && other.roles.iter().any(|role| role.what == What::ChartFile)
    });
    let Some((id, _)) = chart else {
        let templates = role.path.steps().is_empty() && here.join("templates").is_dir();
        return templates.then(|| "the one in this folder".to_owned());
    };
    let root = files.node(id, 0, &Path::root())?;
    if role.path.steps().is_empty() {
        return scalar(root, "name");
    }
    let key = role.path.last_key()?;
    let dependencies = root.get("dependencies").map(Node::resolve)?;
    let own = dependencies.items().find(|item| {
        let item = item.resolve();
        scalar(item, "alias").or_else(|| scalar(item, "name")).as_deref() == Some(key)
    })?;
    scalar(own.resolve(), "name")
}

/// The release of litellm-helm that is deployed, as far as a release or a dependency names it, and where.
pub fn release(files: &Files, parts: &Parts) -> Option<(String, Place)> {
    let main = parts.main();
    let root = files.node(main.file, main.doc, &Path::root())?;
    let at = |path: Path| {
        let node = files.node(main.file, main.doc, &path)?.resolve();
        (node.kind() == Kind::Scalar)
            .then(|| (node.text().into_owned(), Place::yaml(main.file, main.doc, path)))
    };
    match scalar(root, "kind").as_deref() {
        Some("HelmRelease") => at(Path::keys(["spec", "chart", "spec", "version"])),
        Some("Application" | "ApplicationSet") => {
            let steps = main.base.steps();
            let helm = steps.iter().position(|step| *step == Step::from("helm"))?;
            at(Path(steps[..helm].to_vec()).child("targetRevision"))
        }
        Some("HelmChart") => at(Path::keys(["spec", "version"])),
        Some(_) => None,
        None => match of_helmfile(&main.base) {
            Some(release) => at(release.child("version")),
            None => of_dependency(files, parts),
        },
    }
}

fn of_dependency(files: &Files, parts: &Parts) -> Option<(String, Place)> {
    let main = parts.main();
    let here = folder(files, main.file);
    let (id, _) = files.iter().find(|(_, other)| {
        other.path.parent() == Some(here) && other.roles.iter().any(|role| role.what == What::ChartFile)
    })?;
    let root = files.node(id, 0, &Path::root())?;
    let Some(key) = main.base.last_key() else {
        let version =
            scalar(root, "version").filter(|_| scalar(root, "name").as_deref() == Some(OFFICIAL))?;
        return Some((version, Place::yaml(id, 0, Path::keys(["version"]))));
    };
    let dependencies = root.get("dependencies").map(Node::resolve)?;
    dependencies.items().enumerate().find_map(|(index, item)| {
        let item = item.resolve();
        let own = scalar(item, "name").as_deref() == Some(OFFICIAL)
            && scalar(item, "alias").as_deref().unwrap_or(OFFICIAL) == key;
        let path = Path::keys(["dependencies"]).child(index).child("version");
        scalar(item, "version").filter(|_| own).map(|version| (version, Place::yaml(id, 0, path)))
    })
}

/// Whether a release of litellm-helm is one that does not render `terminationGracePeriodSeconds` and the paths of probes: 0.2 to 0.4.
/// (Those of 0.1 were numbered by the build, and go on beside all of them.)
pub fn is_old(version: &str) -> bool {
    let mut numbers = version.trim_start_matches(['v', '=', '~', '^']).split('.').map(str::parse::<u32>);
    matches!((numbers.next(), numbers.next()), (Some(Ok(0)), Some(Ok(2..=4))))
}
