//! A compose service.

use crate::document::{Kind, Node, Path, Syntax};

use super::{Aspect, Block, Platform, Runtime, below};
use crate::project::repository::kind::is_litellm_image;
use crate::project::repository::kind::scalar;

/// A compose service: <https://docs.docker.com/reference/compose-file/services/>.
#[derive(Debug)]
pub struct Compose;

impl Platform for Compose {
    fn id(&self) -> &'static str {
        "compose service"
    }

    fn runtime(&self) -> Runtime {
        Runtime::Compose
    }

    fn processes(&self, root: Node<'_>) -> Vec<Path> {
        let services = root.get("services").filter(|node| node.kind() == Kind::Mapping);
        let ours = services.into_iter().flat_map(Node::entries).filter(|(key, service)| {
            let image = scalar(*service, "image").is_some_and(|image| is_litellm_image(&image));
            image || (key.text().starts_with("litellm") && is_built(*service))
        });
        ours.map(|(key, _)| Path::keys(["services", &*key.text()])).collect()
    }

    fn name(&self, process: Node<'_>) -> String {
        format!("service {}", process.path().last_key().unwrap_or_default())
    }

    fn places(&self, process: &Path, aspect: Aspect) -> Vec<Path> {
        keys(aspect).iter().map(|keys| below(process, keys)).collect()
    }

    fn words(&self, aspect: Aspect) -> Option<String> {
        keys(aspect).first().map(|keys| format!("`{}` of the compose service", keys.join(".")))
    }

    fn blocks(&self, process: &Path) -> Vec<Block> {
        vec![Block { path: process.child("environment"), syntax: Syntax::Map }]
    }

    fn command(&self) -> (&'static [&'static str], &'static str) {
        (&["entrypoint", "command"], "command")
    }
}

fn keys(aspect: Aspect) -> &'static [&'static [&'static str]] {
    match aspect {
        Aspect::Image => &[&["image"]],
        Aspect::Grace => &[&["stop_grace_period"]],
        Aspect::Replicas => &[&["deploy", "replicas"], &["scale"]],
        Aspect::Resources => &[&["deploy", "resources"]],
        Aspect::Restart => &[&["deploy", "restart_policy", "condition"], &["restart"]],
        Aspect::ReadOnlyRoot => &[&["read_only"]],
        Aspect::Healthcheck => &[&["healthcheck"]],
        Aspect::PublishedPorts => &[&["ports"]],
        Aspect::Liveness | Aspect::Readiness | Aspect::Startup | Aspect::ContainerPorts => &[],
    }
}

/// A service without LiteLLM's image is LiteLLM's only if it is handed a configuration the way LiteLLM takes it.
fn is_built(service: Node<'_>) -> bool {
    let mentions = |key: &str| {
        service
            .get(key)
            .is_some_and(|node| node.source().contains("--config") || node.source().contains("litellm"))
    };
    service.get("image").is_none_or(|image| image.text().contains("litellm"))
        && ["command", "entrypoint", "volumes", "build"].iter().any(|key| mentions(key))
}
