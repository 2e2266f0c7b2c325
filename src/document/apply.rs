//! From an operation to a proven text.
use super::{Applied, Op, Refusal, RefusalKind, Yaml};

pub(crate) fn apply(_yaml: &Yaml, _doc: usize, _op: &Op) -> Result<Applied, Refusal> {
    Err(Refusal::new(RefusalKind::Form, "no such edit"))
}
pub(crate) fn apply_all(yaml: &Yaml, _ops: &[(usize, Op)]) -> Result<Applied, Refusal> {
    Ok(Applied { yaml: yaml.clone(), edits: Vec::new(), notes: Vec::new() })
}
