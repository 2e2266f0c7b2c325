//! What is known about how the process of an installation is started.

use crate::document::{Kind, Path};

use super::installation::Installation;
use super::parts::Flavor;
use super::process;

impl Installation<'_> {
    /// Whether the files show everything that gives the process its environment: a process or a chart is there, and it takes
    /// nothing from Secrets, ConfigMaps or files that are not here.
    pub fn sees_environment(&self) -> bool {
        let parts = self.parts;
        let chart: &[&[&str]] = match parts.flavor {
            Flavor::Monolith => &[&["environmentSecrets"], &["environmentConfigMaps"]],
            Flavor::Gateway => &[&["gateway", "envSecrets"], &["gateway", "envConfigMaps"]],
            Flavor::Backend => &[&["backend", "envSecrets"], &["backend", "envConfigMaps"]],
            Flavor::Config | Flavor::ConfigMap => &[],
        };
        let no_process = parts.services.is_empty() && parts.containers.is_empty();
        if chart.is_empty() && no_process {
            return false;
        }
        let taken = |file, doc, path: &Path| {
            let node = self.files.node(file, doc, path);
            node.is_some_and(|node| node.resolve().kind() == Kind::Sequence && node.resolve().len() > 0)
        };
        let whole = parts.layers.iter().any(|layer| {
            chart
                .iter()
                .any(|keys| taken(layer.file, layer.doc, &layer.base.join(&Path::keys(keys.iter().copied()))))
        });
        let from =
            parts.containers.iter().any(|(file, doc, path)| taken(*file, *doc, &path.child("envFrom")));
        let named: usize = parts
            .services
            .iter()
            .filter_map(|(file, doc, path)| self.files.node(*file, *doc, path))
            .map(|service| process::env_files(service).len())
            .sum();
        !whole && !from && named <= parts.env_files.iter().filter(|link| link.certain).count()
    }
}
