//! Kubernetes objects in a document: the document itself, or the items of a `kind: List`.

use crate::document::{Kind, Node, Path};

use crate::project::platform::nodes::scalar;

/// A kind of object that holds entries, which a process mounts as files or takes as variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

impl ObjectKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::ConfigMap, Self::Secret];

    /// Its name, as Kubernetes and people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
        }
    }

    /// One of this name, for humans.
    pub fn called(self, name: &str) -> String {
        match name.contains("$(") {
            true => format!("{} whose name a template fills in", self.name()),
            false => format!("{} {name}", self.name()),
        }
    }

    /// The kind of an object, if it is one of these.
    pub fn of(object: Node<'_>) -> Option<Self> {
        let kind = scalar(object, "kind")?;
        Self::ALL.into_iter().find(|one| kind == one.name())
    }

    /// The key below which its entries stand as they are. What stands in `data` of a Secret is encoded, and is not read:
    /// <https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data>.
    pub fn texts(self) -> &'static str {
        match self {
            Self::ConfigMap => "data",
            Self::Secret => "stringData",
        }
    }

    /// The key of a kustomization that makes such objects.
    pub fn generator(self) -> &'static str {
        match self {
            Self::ConfigMap => "configMapGenerator",
            Self::Secret => "secretGenerator",
        }
    }

    /// The key of `envFrom` that names one whole.
    pub fn whole(self) -> &'static str {
        match self {
            Self::ConfigMap => "configMapRef",
            Self::Secret => "secretRef",
        }
    }

    /// The key of `valueFrom` that names one entry.
    pub fn entry(self) -> &'static str {
        match self {
            Self::ConfigMap => "configMapKeyRef",
            Self::Secret => "secretKeyRef",
        }
    }

    /// The key of a volume, which is also the `type` of one in app-template.
    pub fn volume(self) -> &'static str {
        match self {
            Self::ConfigMap => "configMap",
            Self::Secret => "secret",
        }
    }

    /// The name of the object that a volume, or a source of a projected one, is made of.
    pub fn named_by(self, volume: Node<'_>) -> Option<String> {
        let source = volume.get(self.volume())?.resolve();
        scalar(source, "name").or_else(|| scalar(source, "secretName").filter(|_| self == Self::Secret))
    }
}

/// The objects of a document, each with its path.
pub fn objects(root: Node<'_>) -> Vec<(Path, Node<'_>)> {
    let is_list = scalar(root, "kind").is_some_and(|kind| kind == "List");
    let items = root.get("items").filter(|items| is_list && items.kind() == Kind::Sequence);
    match items {
        Some(items) => {
            let path = Path::keys(["items"]);
            items.items().enumerate().map(|(index, item)| (path.child(index), item)).collect()
        }
        None => vec![(Path::root(), root)],
    }
}
