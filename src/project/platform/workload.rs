//! A container of a Kubernetes workload.

use crate::document::{Kind, Node, Path, Syntax};

use super::{Aspect, Block, Look, Mounted, Object, ObjectKind, Platform, Runtime, below, written};
use crate::project::platform::nodes::{descend, is_litellm_image, scalar};
use crate::project::platform::objects::objects;

/// A container of a Kubernetes workload: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/>.
#[derive(Debug)]
pub struct Workload;

impl Workload {
    /// All containers of the workloads in a document.
    pub fn containers(root: Node<'_>) -> Vec<Path> {
        let found = objects(root).into_iter().filter_map(|(path, object)| {
            let pod: &[&str] = match scalar(object, "kind")?.as_str() {
                "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => {
                    &["spec", "template", "spec"]
                }
                "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
                "Pod" => &["spec"],
                _ => return None,
            };
            let list = below(&path, pod).child("containers");
            Some((descend(root, &list)?.items().count(), list))
        });
        found.flat_map(|(count, list)| (0..count).map(move |index| list.child(index))).collect()
    }
}

impl Platform for Workload {
    fn id(&self) -> &'static str {
        "workload"
    }

    fn runtime(&self) -> Runtime {
        Runtime::Kubernetes
    }

    fn processes(&self, root: Node<'_>) -> Vec<Path> {
        let ours = |container: Node<'_>| {
            let image = container.get("image").map(Node::resolve);
            image.is_some_and(|image| {
                let plain = image.kind() == Kind::Scalar && is_litellm_image(&image.text());
                plain || (is_expression(image.source()) && looks_like_litellm(container))
            })
        };
        let mut all = Self::containers(root);
        all.retain(|path| descend(root, path).is_some_and(ours));
        all
    }

    fn name(&self, process: Node<'_>) -> String {
        format!("container {}", scalar(process, "name").unwrap_or_default())
    }

    fn places(&self, process: &Path, aspect: Aspect) -> Vec<Path> {
        let around = match aspect {
            Aspect::Grace | Aspect::Restart => pod(process),
            Aspect::Replicas => workload(process),
            _ => Some(process.clone()),
        };
        around.and_then(|around| Some(below(&around, key(aspect)?))).into_iter().collect()
    }

    fn words(&self, aspect: Aspect) -> Option<String> {
        let what = match aspect {
            Aspect::Grace | Aspect::Restart => "pod",
            Aspect::Replicas => "workload",
            _ => "container",
        };
        key(aspect).map(|keys| format!("`{}` of the {what}", keys.join(".")))
    }

    fn recreates(&self, process: &Path, look: Look<'_, '_>) -> Option<&'static str> {
        let kind = look(&below(&workload(process)?, &["strategy", "type"]))?;
        (kind.resolve().text() == "Recreate").then_some("`strategy` is Recreate")
    }

    fn blocks(&self, process: &Path) -> Vec<Block> {
        vec![Block { path: process.child("env"), syntax: Syntax::Objects }]
    }

    fn command(&self) -> (&'static [&'static str], &'static str) {
        (&["command", "args"], "args")
    }

    fn mounted(&self, process: &Path, look: Look<'_, '_>) -> Vec<Mounted> {
        let volumes = pod(process).and_then(|pod| look(&pod.child("volumes"))).map(Node::resolve);
        let of = |source: Node<'_>| {
            let named = ObjectKind::ALL.map(|kind| Some((kind, kind.named_by(source)?)));
            let named = named.into_iter().flatten();
            named
                .map(|(kind, name)| Mounted { kind, object: Object::Named(name), key: None })
                .collect::<Vec<_>>()
        };
        volumes
            .into_iter()
            .flat_map(Node::items)
            .flat_map(|volume| sources(volume.resolve()))
            .flat_map(of)
            .collect()
    }
}

/// Whether an image is told only once a template is filled in.
fn is_expression(image: &str) -> bool {
    ["{{", "${", "$("].iter().any(|sign| image.contains(sign))
}

/// Whether a container starts LiteLLM, as far as its name and its arguments tell it.
fn looks_like_litellm(container: Node<'_>) -> bool {
    const OWN: [&str; 4] = ["--detailed_debug", "--num_workers", "--use_prisma_db_push", "--run_gunicorn"];
    let lists = ["command", "args"].into_iter().filter_map(|key| container.get(key));
    let words: Vec<String> = lists.flat_map(written::words).collect();
    let name = scalar(container, "name").unwrap_or_default();
    let started = words.iter().any(|word| written::starts_litellm(word) || OWN.contains(&word.as_str()));
    let configured = name.contains("litellm") && words.iter().any(|word| word.starts_with("--config"));
    started || configured || (name == "litellm" && words.is_empty())
}

fn key(aspect: Aspect) -> Option<&'static [&'static str]> {
    Some(match aspect {
        Aspect::Image => &["image"],
        Aspect::Grace => &["terminationGracePeriodSeconds"],
        Aspect::Replicas => &["replicas"],
        Aspect::Resources => &["resources"],
        Aspect::Restart => &["restartPolicy"],
        Aspect::ReadOnlyRoot => &["securityContext", "readOnlyRootFilesystem"],
        Aspect::Liveness => &["livenessProbe"],
        Aspect::Readiness => &["readinessProbe"],
        Aspect::Startup => &["startupProbe"],
        Aspect::ContainerPorts => &["ports"],
        Aspect::Healthcheck | Aspect::PublishedPorts => return None,
    })
}

/// A volume, and what it is projected of: <https://kubernetes.io/docs/concepts/storage/projected-volumes/>.
pub(in crate::project) fn sources(volume: Node<'_>) -> Vec<Node<'_>> {
    let projected = volume.get("projected").and_then(|projected| projected.resolve().get("sources"));
    let sources = projected.map(Node::resolve).into_iter().flat_map(Node::items).map(Node::resolve);
    std::iter::once(volume).chain(sources).collect()
}

/// The spec of the pod around a container.
fn pod(container: &Path) -> Option<Path> {
    Some(container.split_last()?.0.split_last()?.0)
}

/// The spec of the workload around a container; a bare pod has none.
fn workload(container: &Path) -> Option<Path> {
    let (template, _) = pod(container)?.split_last()?;
    template.split_last().filter(|_| template.last_key() == Some("template")).map(|(spec, _)| spec)
}
