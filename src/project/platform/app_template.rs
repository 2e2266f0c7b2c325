//! A container in the values of bjw-s app-template.

use crate::document::{Kind, Node, Path, Reader, Step, Style, Syntax};

use super::{Aspect, Block, Look, Mounted, NoBlock, Object, ObjectKind, Platform, Runtime, below};
use crate::project::platform::nodes::{descend, is_litellm_image, scalar};

/// A container in the values of app-template: <https://bjw-s-labs.github.io/helm-charts/docs/app-template/>.
#[derive(Debug)]
pub struct AppTemplate;

/// The options of all containers of a controller.
const DEFAULTS: &str = "defaultContainerOptions";
/// Those of them that are read; what else stands there would describe the process without being seen.
const READ: [&str; 5] = ["env", "image", "probes", "resources", "securityContext"];

impl Platform for AppTemplate {
    fn id(&self) -> &'static str {
        "container of app-template"
    }

    fn runtime(&self) -> Runtime {
        Runtime::Kubernetes
    }

    fn processes(&self, root: Node<'_>) -> Vec<Path> {
        bases(root).into_iter().flat_map(|base| in_values(root, &base)).collect()
    }

    fn name(&self, process: Node<'_>) -> String {
        format!("container {}", process.path().last_key().unwrap_or_default())
    }

    fn places(&self, process: &Path, aspect: Aspect) -> Vec<Path> {
        let Some(around) = Around::of(process) else { return Vec::new() };
        let of_pod = |key: &str| {
            vec![below(&around.controller, &["pod", key]), below(&around.values, &["defaultPodOptions", key])]
        };
        let of_container =
            |keys: &[&str]| vec![below(process, keys), below(&around.controller.child(DEFAULTS), keys)];
        match aspect {
            Aspect::Image => of_container(&["image", "tag"]),
            Aspect::Grace => of_pod("terminationGracePeriodSeconds"),
            Aspect::Replicas => vec![around.controller.child("replicas")],
            Aspect::Resources => of_container(&["resources"]),
            Aspect::Restart => of_pod("restartPolicy"),
            Aspect::ReadOnlyRoot => of_container(&["securityContext", "readOnlyRootFilesystem"]),
            Aspect::Liveness => of_container(&["probes", "liveness", "spec"]),
            Aspect::Readiness => of_container(&["probes", "readiness", "spec"]),
            Aspect::Startup => of_container(&["probes", "startup", "spec"]),
            // The chart makes them of the services too.
            Aspect::ContainerPorts | Aspect::Healthcheck | Aspect::PublishedPorts => Vec::new(),
        }
    }

    fn words(&self, aspect: Aspect) -> Option<String> {
        let key = match aspect {
            Aspect::Image => "image.tag",
            Aspect::Grace => "pod.terminationGracePeriodSeconds",
            Aspect::Replicas => "replicas",
            Aspect::Resources => "resources",
            Aspect::Restart => "pod.restartPolicy",
            Aspect::ReadOnlyRoot => "securityContext.readOnlyRootFilesystem",
            Aspect::Liveness => "probes.liveness.spec",
            Aspect::Readiness => "probes.readiness.spec",
            Aspect::Startup => "probes.startup.spec",
            Aspect::ContainerPorts | Aspect::Healthcheck | Aspect::PublishedPorts => return None,
        };
        Some(format!("`{key}` in the values of app-template"))
    }

    fn blocks(&self, process: &Path) -> Vec<Block> {
        let defaults = Around::of(process).map(|around| below(&around.controller, &[DEFAULTS, "env"]));
        let paths = std::iter::once(process.child("env")).chain(defaults);
        paths.map(|path| Block { path, syntax: Syntax::Map }).collect()
    }

    fn command(&self) -> (&'static [&'static str], &'static str) {
        (&["command", "args"], "args")
    }

    fn is_used(&self, process: &Path, at: &Path, look: Look<'_, '_>) -> bool {
        let Some(around) = Around::of(process) else { return true };
        let defaults = around.controller.child(DEFAULTS);
        let probe = at.steps().iter().any(|step| *step == Step::from("probes"));
        let rendered = || {
            let probe = at.split_last().and_then(|(probe, _)| look(&probe));
            probe.is_some_and(|probe| {
                let says = |key: &str, word: &str| scalar(probe, key).as_deref() == Some(word);
                says("custom", "true") && !says("enabled", "false")
            })
        };
        // What the container says replaces the default of that name as a whole, unless the two are merged.
        let replaced = || {
            let key = at.steps().get(defaults.steps().len()).cloned();
            key.is_some_and(|key| look(&process.child(key)).is_some()) && !around.merges(look)
        };
        (!probe || rendered()) && !(defaults.contains(at) && replaced())
    }

    fn takes(&self, process: &Path, look: Look<'_, '_>) -> Result<Block, NoBlock> {
        let own = Block { path: process.child("env"), syntax: Syntax::Map };
        let Some(around) = Around::of(process) else { return Ok(own) };
        let defaults = below(&around.controller, &[DEFAULTS, "env"]);
        let filled = look(&defaults).is_some_and(|node| !node.is_null(Reader::Go) && !node.is_empty());
        if look(&own.path).is_some() || !filled || around.merges(look) {
            return Ok(own);
        }
        let count = |key: &str| look(&around.controller.child(key)).map_or(0, Node::len);
        if count("containers") + count("initContainers") > 1 {
            return Err(NoBlock::Hides(Path::keys([DEFAULTS, "env"])));
        }
        Ok(Block { path: defaults, syntax: Syntax::Map })
    }

    fn recreates(&self, process: &Path, look: Look<'_, '_>) -> Option<&'static str> {
        let controller = Around::of(process)?.controller;
        let says = |key: &str| look(&controller.child(key)).map(|node| node.resolve().text().into_owned());
        if says("type").is_some_and(|kind| kind != "deployment") {
            return None;
        }
        // The default of its library, `lib/deployment/_valuesToObject.tpl` of bjw-s-labs/helm-charts.
        match says("strategy").as_deref() {
            None => Some("app-template recreates pods unless `strategy` says otherwise"),
            Some("Recreate") => Some("`strategy` is Recreate"),
            Some(_) => None,
        }
    }

    fn mounted(&self, process: &Path, look: Look<'_, '_>) -> Vec<Mounted> {
        let Some(around) = Around::of(process) else { return Vec::new() };
        let release = release(look);
        let volumes = look(&around.values.child("persistence")).map(Node::resolve);
        let volumes = volumes.into_iter().flat_map(Node::entries).map(|(_, volume)| volume.resolve());
        let of = |volume: Node<'_>| {
            let kind = scalar(volume, "type")?;
            let kind = ObjectKind::ALL.into_iter().find(|one| one.volume() == kind)?;
            let object = match (scalar(volume, "identifier"), scalar(volume, "name")) {
                (Some(own), _) => Object::Here(below(&around.values, &[own_objects(kind), &own])),
                (None, Some(name)) => Object::Named(named(&name, release.as_deref())),
                (None, None) => return None,
            };
            let of_key = move |key| Mounted { kind, object: object.clone(), key };
            Some(around.mounts(volume).into_iter().map(of_key).collect::<Vec<_>>())
        };
        let enabled = volumes.filter(|volume| scalar(*volume, "enabled").as_deref() != Some("false"));
        enabled.filter_map(of).flatten().collect()
    }

    fn values(&self, process: &Path) -> Option<Path> {
        Around::of(process).map(|around| around.values)
    }
}

/// What stands around a container.
struct Around<'p> {
    values: Path,
    controller: Path,
    /// The keys of the controller and of the container.
    keys: (&'p str, &'p str),
}

impl<'p> Around<'p> {
    fn of(process: &'p Path) -> Option<Self> {
        let steps = process.steps();
        let [.., Step::Key(_), Step::Key(controller), Step::Key(_), Step::Key(container)] = steps else {
            return None;
        };
        let up = |count: usize| Path(steps[..steps.len() - count].to_vec());
        Some(Self { values: up(4), controller: up(2), keys: (controller, container) })
    }

    fn merges(&self, look: Look<'_, '_>) -> bool {
        let strategy = self.controller.child(format!("{DEFAULTS}Strategy"));
        look(&strategy).is_some_and(|node| node.resolve().text() == "merge")
    }

    /// The keys of a volume that the container mounts: `None` for all of them at once.
    fn mounts(&self, volume: Node<'_>) -> Vec<Option<String>> {
        let (global, advanced) = (volume.get("globalMounts"), volume.get("advancedMounts"));
        if global.is_none() && advanced.is_none() {
            return vec![None];
        }
        let of_container =
            advanced.and_then(|all| all.resolve().get(self.keys.0)?.resolve().get(self.keys.1));
        let lists = [global, of_container].into_iter().flatten().map(Node::resolve);
        lists.flat_map(Node::items).map(|mount| scalar(mount.resolve(), "subPath")).collect()
    }
}

/// The name of the release, as far as a manifest of Flux says it.
fn release(look: Look<'_, '_>) -> Option<String> {
    let root = look(&Path::root())?;
    let spec = root.get("spec").and_then(|spec| scalar(spec, "releaseName"));
    let name = || scalar(root.get("metadata")?, "name");
    (scalar(root, "kind").as_deref() == Some("HelmRelease")).then(|| spec.or_else(name)).flatten()
}

/// The name of a ConfigMap with the name of the release filled in.
fn named(name: &str, release: Option<&str>) -> String {
    let Some(release) = release else { return name.to_owned() };
    ["{{ .Release.Name }}", "{{.Release.Name}}"]
        .iter()
        .fold(name.to_owned(), |name, it| name.replace(it, release))
}

/// The places of app-template's values in the values of a release: all of them, or those of a subchart.
fn bases(root: Node<'_>) -> Vec<Path> {
    let is_values = |node: Node<'_>| {
        node.get("controllers").is_some_and(|controllers| controllers.kind() == Kind::Mapping)
    };
    if root.get("kind").is_some() || root.kind() != Kind::Mapping {
        return Vec::new();
    }
    if is_values(root) {
        return vec![Path::root()];
    }
    let below = root.entries().filter(|(_, child)| is_values(*child));
    below.map(|(key, _)| Path::keys([&*key.text()])).collect()
}

fn in_values(root: Node<'_>, base: &Path) -> Vec<Path> {
    let controllers = descend(root, &base.child("controllers"));
    let controllers = controllers.into_iter().flat_map(Node::entries);
    let of = |(name, controller): (Node<'_>, Node<'_>)| {
        let at = base.child("controllers").child(name.text().into_owned()).child("containers");
        let defaults = controller.get(DEFAULTS);
        let containers = controller.get("containers").filter(|_| is_readable(controller));
        let ours = containers.into_iter().flat_map(Node::entries).filter(move |(_, container)| {
            runs_litellm(*container, defaults) && is_readable(*container) && is_whole(*container, defaults)
        });
        ours.map(|(key, _)| at.child(key.text().into_owned())).collect::<Vec<_>>()
    };
    controllers.flat_map(of).collect()
}

/// Whether nothing of a mapping is merged from elsewhere, or turned off.
fn is_readable(node: Node<'_>) -> bool {
    node.kind() == Kind::Mapping
        && node.get("<<").is_none()
        && scalar(node, "enabled").as_deref() != Some("false")
}

fn runs_litellm(container: Node<'_>, defaults: Option<Node<'_>>) -> bool {
    let image = container.get("image").or_else(|| defaults?.get("image")).map(Node::resolve);
    image
        .and_then(|image| scalar(image, "repository"))
        .is_some_and(|repository| is_litellm_image(&repository))
}

/// Whether the defaults say nothing of a container that is not read.
fn is_whole(container: Node<'_>, defaults: Option<Node<'_>>) -> bool {
    let defaults = defaults.map(Node::resolve);
    let mut all = defaults.into_iter().flat_map(Node::entries);
    all.all(|(key, _)| READ.contains(&&*key.text()) || container.get(&key.text()).is_some())
}

/// The key of the values below which the objects of a kind stand that the chart makes.
fn own_objects(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::ConfigMap => "configMaps",
        ObjectKind::Secret => "secrets",
    }
}

/// The texts in `configMaps` and `secrets` of app-template's values, which the chart makes objects of.
pub fn config_texts(values: Node<'_>) -> Vec<Path> {
    let mut found = Vec::new();
    for (base, kind) in
        bases(values).into_iter().flat_map(|base| ObjectKind::ALL.map(|kind| (base.clone(), kind)))
    {
        let objects = descend(values, &base.child(own_objects(kind)));
        for (name, object) in objects.into_iter().flat_map(Node::entries) {
            for (key, text) in object.get(kind.texts()).into_iter().flat_map(Node::entries) {
                if text.style() == Style::Literal {
                    let keys = [own_objects(kind), &name.text(), kind.texts(), &key.text()];
                    found.push(below(&base, &keys));
                }
            }
        }
    }
    found
}
