//! What decides how many pods of a workload there are: a HorizontalPodAutoscaler, or a ScaledObject of KEDA.
//!
//! See <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/> and
//! <https://keda.sh/docs/latest/reference/scaledobject-spec/>.

use crate::document::{Node, Path, Reader, Value};

use crate::project::platform::nodes::scalar;
use crate::project::repository::file::Files;
use crate::project::repository::place::{FileId, Place};

/// A kind of autoscaler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AutoscalerKind {
    /// A HorizontalPodAutoscaler of Kubernetes.
    Horizontal,
    /// A ScaledObject of KEDA, which makes a HorizontalPodAutoscaler of it.
    ScaledObject,
}

impl AutoscalerKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Horizontal, Self::ScaledObject];

    /// Its name, as Kubernetes and people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Horizontal => "HorizontalPodAutoscaler",
            Self::ScaledObject => "ScaledObject",
        }
    }

    /// What the `apiVersion` of one starts with.
    fn group(self) -> &'static str {
        match self {
            Self::Horizontal => "autoscaling/",
            Self::ScaledObject => "keda.sh/",
        }
    }

    /// The kind of an object, if it is one of these.
    pub fn of(object: Node<'_>) -> Option<Self> {
        let (kind, api) = (scalar(object, "kind")?, scalar(object, "apiVersion")?);
        Self::ALL.into_iter().find(|one| kind == one.name() && api.starts_with(one.group()))
    }

    /// The most pods where the object does not say it; `None` where it has to.
    pub fn most(self) -> Option<u64> {
        match self {
            Self::Horizontal => None,
            Self::ScaledObject => Some(100),
        }
    }

    fn most_key(self) -> &'static str {
        match self {
            Self::Horizontal => "maxReplicas",
            Self::ScaledObject => "maxReplicaCount",
        }
    }

    /// The list of what it looks at.
    fn list(self) -> &'static str {
        match self {
            Self::Horizontal => "metrics",
            Self::ScaledObject => "triggers",
        }
    }
}

/// The kind and the name of the workload that an autoscaler is for.
pub(in crate::project) fn target(kind: AutoscalerKind, object: Node<'_>) -> Option<(String, String)> {
    let target = object.get("spec")?.resolve().get("scaleTargetRef")?.resolve();
    let default = (kind == AutoscalerKind::ScaledObject).then(|| "Deployment".to_owned());
    Some((scalar(target, "kind").or(default)?, scalar(target, "name")?))
}

/// What an autoscaler is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// Whether there is one.
    On,
    /// The most pods.
    Most,
    /// The use of this resource at which it adds one: in percent, or an amount for each pod.
    Use(&'static str),
}

/// An autoscaler of a process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Autoscaler {
    /// What it is.
    pub kind: AutoscalerKind,
    /// The file.
    pub file: FileId,
    /// The document in the file.
    pub doc: usize,
    /// The object.
    pub path: Path,
}

/// What an autoscaler says.
#[derive(Clone, Debug)]
pub struct Says {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub value: Value,
    /// What takes it away: of a list that would be empty then, nothing.
    pub whole: Option<Place>,
}

impl Autoscaler {
    /// The object.
    pub fn place(&self) -> Place {
        self.at(self.path.clone())
    }

    fn at(&self, path: Path) -> Place {
        Place::yaml(self.file, self.doc, path)
    }

    /// The key of its spec that says it, for humans.
    pub fn key(&self, asked: Scaling) -> Option<&'static str> {
        match asked {
            Scaling::On => None,
            Scaling::Most => Some(self.kind.most_key()),
            Scaling::Use(_) => Some(self.kind.list()),
        }
    }

    /// What it says; `None` where it says nothing of it.
    pub fn says(&self, files: &Files, asked: Scaling) -> Option<Says> {
        let object = files.node(self.file, self.doc, &self.path)?;
        let spec = object.get("spec")?.resolve();
        let said = |node: Node<'_>, value: Value| Says { place: self.at(node.path()), value, whole: None };
        match asked {
            Scaling::On => Some(Says { place: self.place(), value: Value::Bool(true), whole: None }),
            Scaling::Most => {
                let node = spec.get(self.kind.most_key()).filter(|node| !node.is_null(Reader::Go))?;
                Some(said(node, node.resolve().value(Reader::Go)))
            }
            Scaling::Use(resource) => {
                let old = spec.get("targetCPUUtilizationPercentage").filter(|_| resource == "cpu");
                let old = old.map(|node| said(node, node.resolve().value(Reader::Go)));
                old.or_else(|| self.metric(spec, resource))
            }
        }
    }

    /// The target of the first metric or trigger that is this resource.
    fn metric(&self, spec: Node<'_>, resource: &str) -> Option<Says> {
        let list = spec.get(self.kind.list())?.resolve();
        let of = |item: Node<'_>| match self.kind {
            AutoscalerKind::Horizontal => of_metric(item, resource),
            AutoscalerKind::ScaledObject => of_trigger(item, resource),
        };
        let (index, (path, value)) =
            list.items().enumerate().find_map(|(index, item)| Some((index, of(item.resolve())?)))?;
        let whole = (list.len() > 1).then(|| self.at(list.path().child(index)));
        Some(Says { place: self.at(path), value, whole })
    }
}

/// The target of a metric that is this resource, of all containers or of one.
fn of_metric(item: Node<'_>, resource: &str) -> Option<(Path, Value)> {
    let source = item.get("resource").or_else(|| item.get("containerResource"))?.resolve();
    let target = source.get("target").map(Node::resolve);
    let new = ["averageUtilization", "averageValue"].into_iter().find_map(|key| target?.get(key));
    // Before `autoscaling/v2beta2` they stood beside the name.
    let old =
        || ["targetAverageUtilization", "targetAverageValue"].into_iter().find_map(|key| source.get(key));
    let node = new.or_else(old).filter(|_| scalar(source, "name").as_deref() == Some(resource))?;
    Some((node.path(), node.resolve().value(Reader::Go)))
}

/// The target of a trigger that is this resource: a text, which is in percent where the trigger says so.
fn of_trigger(item: Node<'_>, resource: &str) -> Option<(Path, Value)> {
    let metadata =
        item.get("metadata").filter(|_| scalar(item, "type").as_deref() == Some(resource))?.resolve();
    let node = metadata.get("value")?;
    let text = node.resolve().text().into_owned();
    let percent = scalar(item, "metricType").or_else(|| scalar(metadata, "type"));
    let percent = percent.filter(|kind| kind == "Utilization").and_then(|_| text.parse().ok());
    Some((node.path(), percent.map_or(Value::Str(text), Value::Int)))
}
