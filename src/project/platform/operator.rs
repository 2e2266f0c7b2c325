//! A proxy of the LiteLLM operator of home-operations.

use crate::document::{Node, Path, Syntax};

use super::{Aspect, Block, Platform, Runtime, below};
use crate::project::platform::nodes::scalar;
use crate::project::platform::objects::objects;

/// The `spec` of a `LiteLLMProxy`, of which the operator makes a Deployment: `api/v1alpha1/litellmproxy_types.go` and
/// `internal/controller/resources.go` of <https://github.com/home-operations/litellm-operator>.
#[derive(Debug)]
pub struct Operator;

impl Platform for Operator {
    fn id(&self) -> &'static str {
        "LiteLLMProxy"
    }

    fn runtime(&self) -> Runtime {
        Runtime::Kubernetes
    }

    fn processes(&self, root: Node<'_>) -> Vec<Path> {
        let ours = |object: Node<'_>| {
            let group = scalar(object, "apiVersion")
                .is_some_and(|api| api.starts_with("litellm.home-operations.com/"));
            group && scalar(object, "kind").as_deref() == Some("LiteLLMProxy") && object.get("spec").is_some()
        };
        let found = objects(root).into_iter().filter(|(_, object)| ours(*object));
        found.map(|(path, _)| path.child("spec")).collect()
    }

    fn name(&self, _process: Node<'_>) -> String {
        "the LiteLLMProxy".to_owned()
    }

    fn places(&self, process: &Path, aspect: Aspect) -> Vec<Path> {
        key(aspect).map(|key| below(process, &[key])).into_iter().collect()
    }

    fn words(&self, aspect: Aspect) -> Option<String> {
        key(aspect).map(|key| format!("`spec.{key}` of the LiteLLMProxy"))
    }

    fn blocks(&self, process: &Path) -> Vec<Block> {
        vec![Block { path: process.child("env"), syntax: Syntax::Objects }]
    }

    /// It takes none: the operator gives the process its own.
    fn command(&self) -> (&'static [&'static str], &'static str) {
        (&[], "args")
    }

    fn renders(&self) -> Option<&'static str> {
        Some("the operator makes its configuration of `spec` and of other resources")
    }
}

fn key(aspect: Aspect) -> Option<&'static str> {
    Some(match aspect {
        Aspect::Image => "image",
        Aspect::Replicas => "replicas",
        Aspect::Resources => "resources",
        Aspect::Liveness => "livenessProbe",
        Aspect::Readiness => "readinessProbe",
        Aspect::Grace
        | Aspect::Restart
        | Aspect::ReadOnlyRoot
        | Aspect::Startup
        | Aspect::Healthcheck
        | Aspect::ContainerPorts
        | Aspect::PublishedPorts => return None,
    })
}
