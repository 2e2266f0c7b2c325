//! YAML inside literal block scalars.
use super::{Path, Refusal, RefusalKind, Yaml};

pub(crate) fn embed(_yaml: &mut Yaml, _doc: usize, _path: &Path) -> Result<(), Refusal> {
    Err(Refusal::new(RefusalKind::Form, "not a literal block scalar"))
}
pub(crate) fn literals(_yaml: &Yaml) -> Vec<(usize, Path)> {
    Vec::new()
}
