//! Whose reading counts.

/// Whose reading of plain scalars counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// PyYAML's `safe_load` (YAML 1.1): programs in Python.
    PyYaml,
    /// Go's sigs.k8s.io/yaml: Helm, Argo CD and kubectl.
    Go,
}
