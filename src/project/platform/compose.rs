//! A compose service.

use crate::document::{Kind, Node, Path, Syntax};

use super::{Aspect, Block, Look, NoBlock, Platform, Runtime, below, written};
use crate::project::platform::nodes::{get, is_litellm_image, scalar};

/// How many services one may extend, one through the other.
pub(in crate::project) const MOST: usize = 8;

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
            let image = said(root, *service, "image", 0).map(Node::resolve);
            let key = key.text();
            let named = key.starts_with("litellm");
            image.is_some_and(|image| is_litellm_image(&image.text()))
                || (named && (is_built(&key, *service) || (image.is_none() && extends_elsewhere(*service))))
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

    /// A merge key gives the service the whole block, which one of its own would drop.
    fn takes(&self, process: &Path, look: Look<'_, '_>) -> Result<Block, NoBlock> {
        let own = process.child("environment");
        let path = match (look(&own), look(process)) {
            (None, Some(service)) => match (get(service, "environment"), service.target()) {
                (Some(merged), _) => merged.path(),
                (None, Some(target)) => target.path().child("environment"),
                (None, None) => own,
            },
            _ => own,
        };
        Ok(Block { path, syntax: Syntax::Map })
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

/// What a service has at a key, by itself, by a merge key, or of a service in the file that it extends.
fn said<'a>(root: Node<'a>, service: Node<'a>, key: &str, depth: usize) -> Option<Node<'a>> {
    let extended = || {
        let extends = get(service, "extends")?.resolve();
        let name = match extends.kind() {
            Kind::Mapping => scalar(extends, "service").filter(|_| extends.get("file").is_none())?,
            _ => extends.text().into_owned(),
        };
        let base = root.get("services")?.get(&name)?;
        (depth < MOST).then(|| said(root, base, key, depth + 1)).flatten()
    };
    get(service, key).or_else(extended)
}

/// Whether a service extends one of another file.
fn extends_elsewhere(service: Node<'_>) -> bool {
    get(service, "extends").is_some_and(|extends| get(extends, "file").is_some())
}

/// A service without LiteLLM's image is LiteLLM's only if it is handed a configuration the way LiteLLM takes it.
fn is_built(name: &str, service: Node<'_>) -> bool {
    let mounts_config = || {
        let targets = written::mount_targets(service);
        targets.iter().any(|target| target.ends_with("/config.yaml") || target.ends_with("/config.yml"))
    };
    let mentions = |key: &str| {
        get(service, key)
            .is_some_and(|node| node.source().contains("--config") || node.source().contains("litellm"))
    };
    get(service, "image").is_none_or(|image| image.resolve().text().contains("litellm"))
        && (["command", "entrypoint", "volumes", "build"].iter().any(|key| mentions(key))
            || (matches!(name, "litellm" | "litellm-proxy" | "litellm_proxy") && mounts_config()))
}
