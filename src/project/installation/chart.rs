//! Whose chart the values are of, and which release of it.

use std::sync::Arc;

use crate::document::{Kind, Node, Path, Step};

use crate::project::installation::parts::{Layer, Parts};
use crate::project::installation::releases::ChartRelease;
use crate::project::platform::nodes::scalar;
use crate::project::repository::file::{Files, SourceFile, folder};
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
pub fn of_values(files: &Files, releases: &[Arc<ChartRelease>], file: FileId, role: &Role) -> ChartSigns {
    let Some(values) = files.node(file, role.doc, &role.path) else { return ChartSigns::default() };
    match named(files, releases, file, role) {
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
fn named(files: &Files, releases: &[Arc<ChartRelease>], file: FileId, role: &Role) -> Option<String> {
    if let Some(key) = role.path.last_key().filter(|key| *key == OFFICIAL) {
        return Some(key.to_owned());
    }
    let layer = Layer { file, doc: role.doc, base: role.path.clone(), config: role.path.clone() };
    let of_release = releases.iter().find_map(|release| {
        let values = release.around(&layer)?;
        match (release.chart, role.path.steps().strip_prefix(values.path.steps())?) {
            (_, []) => release.chart_name(files),
            (Some(chart), [.., Step::Key(key)]) => of_subchart(files, chart, key),
            _ => None,
        }
    });
    of_release.or_else(|| beside(files, file, role))
}

/// The chart whose folder the values stand in.
fn beside(files: &Files, file: FileId, role: &Role) -> Option<String> {
    if files.node(file, role.doc, &Path::keys(["kind"])).is_some() {
        return None;
    }
    let here = folder(files, file);
    let Some(chart) = description(files, file) else {
        let templates = role.path.steps().is_empty() && here.join("templates").is_dir();
        return templates.then(|| "the one in this folder".to_owned());
    };
    if role.path.steps().is_empty() {
        return scalar(files.node(chart, 0, &Path::root())?, "name");
    }
    of_subchart(files, chart, role.path.last_key()?)
}

/// The description of the chart whose folder a file stands in.
fn description(files: &Files, file: FileId) -> Option<FileId> {
    let here = folder(files, file);
    let is_chart = |(_, other): &(FileId, &SourceFile)| {
        other.path.parent() == Some(here) && other.roles.iter().any(|role| role.what == What::ChartFile)
    };
    files.iter().find(is_chart).map(|(id, _)| id)
}

/// The name of the chart whose values stand below a key of those of another chart.
fn of_subchart(files: &Files, chart: FileId, key: &str) -> Option<String> {
    dependency(files, chart, key).and_then(|(_, item)| scalar(item, "name"))
}

/// The dependency of a chart that has a key, and its place.
fn dependency<'f>(files: &'f Files, chart: FileId, key: &str) -> Option<(Place, Node<'f>)> {
    let root = files.node(chart, 0, &Path::root())?;
    let all = root.get("dependencies").map(Node::resolve)?;
    all.items().map(Node::resolve).enumerate().find_map(|(index, item)| {
        let own = scalar(item, "alias").or_else(|| scalar(item, "name"));
        let place = Place::yaml(chart, 0, Path::keys(["dependencies"]).child(index));
        (own.as_deref() == Some(key)).then_some((place, item))
    })
}

/// The release of litellm-helm that is deployed, as far as a release or a dependency names it, and where.
pub fn release(files: &Files, parts: &Parts) -> Option<(String, Place)> {
    let main = parts.main();
    let at = |place: Place| {
        let (doc, path) = place.in_yaml()?;
        let node = files.node(place.file, doc, path)?.resolve();
        let text = node.text().into_owned();
        (node.kind() == Kind::Scalar && !text.is_empty()).then_some((text, place))
    };
    let of_release = |release: &Arc<ChartRelease>| {
        let values = release.around(main)?;
        match (release.chart, main.base.steps().strip_prefix(values.path.steps())?) {
            (None, []) if release.envelope.version == Path::root() => None,
            (None, []) => at(Place::yaml(release.file, release.doc, release.envelope.version.clone())),
            (chart, below) => of_chart(files, chart?, below),
        }
    };
    let beside = || of_chart(files, description(files, main.file)?, main.base.steps());
    let mut all = parts.deployed.iter().map(of_release);
    let first = all.next().unwrap_or_else(beside);
    // Several releases may have several versions of it.
    first.filter(|first| all.all(|other| other.as_ref().is_some_and(|other| other.0 == first.0)))
}

/// The version of litellm-helm that a chart has, or takes under a key.
fn of_chart(files: &Files, chart: FileId, below: &[Step]) -> Option<(String, Place)> {
    let root = files.node(chart, 0, &Path::root())?;
    let official = |node: &Node<'_>| scalar(*node, "name").as_deref() == Some(OFFICIAL);
    match below {
        [] => {
            let version = scalar(root, "version").filter(|_| official(&root))?;
            Some((version, Place::yaml(chart, 0, Path::keys(["version"]))))
        }
        [.., Step::Key(key)] => {
            let (place, item) = dependency(files, chart, key).filter(|(_, item)| official(item))?;
            Some((scalar(item, "version")?, place.child("version")))
        }
        _ => None,
    }
}

/// Whether a release of litellm-helm is one that does not render `terminationGracePeriodSeconds` and the paths of probes: 0.2 to 0.4.
/// (Those of 0.1 were numbered by the build, and go on beside all of them.)
pub fn is_old(version: &str) -> bool {
    let mut numbers = version.trim_start_matches(['v', '=', '~', '^']).split('.').map(str::parse::<u32>);
    matches!((numbers.next(), numbers.next()), (Some(Ok(0)), Some(Ok(2..=4))))
}
