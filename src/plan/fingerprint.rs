//! What a finding is known by, from run to run.

use std::collections::HashMap;

use super::finding::Finding;
use crate::project::{At, Installation};

/// A finding with its identity.
pub(super) struct Found {
    pub(super) fingerprint: String,
    pub(super) finding: Finding,
}

/// Names findings by what does not move: id, installation, setting, state, and the address in the file; equal ones are numbered.
pub(super) fn with_fingerprints(id: &str, view: &Installation<'_>, findings: Vec<Finding>) -> Vec<Found> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    findings
        .into_iter()
        .map(|finding| {
            let at = match &finding.place.at {
                At::Yaml { doc, path } => format!("{doc}:{path}"),
                At::Env(name) => name.clone(),
                At::Line(_) => "line".into(),
            };
            let file = view.shown(finding.place.file);
            let name = [id, &view.parts.name, &finding.setting, finding.state, file, &at].join("\u{1f}");
            let count = seen.entry(name.clone()).or_default();
            let fingerprint = format!("{:016x}", fnv1a(format!("{name}\u{1f}{count}").as_bytes()));
            *count += 1;
            Found { fingerprint, finding }
        })
        .collect()
}

/// FNV-1a: the fingerprints must stay the same over releases, which the standard library's hasher does not promise.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
