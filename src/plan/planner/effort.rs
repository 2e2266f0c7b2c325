//! How much work the proofs of a run may make.

use crate::plan::finding::{Finding, Remedy};
use crate::project::{FileId, Files, MOST_RESULTS, MOST_SERVERS, Parts};

/// How many bytes may be read again to prove what is to be mended in one file: some seconds of work.
const EFFORT: usize = 100_000_000;

/// Which files too much is to be tried on. To prove a fix, its files are read again for every edit and its installation is assessed again:
/// what all fixes of a file cost together must not grow as the square of what stands there. All of them or none: so a second run
/// says the same.
pub fn too_much<'f>(
    files: &Files,
    installations: &[Parts],
    found: impl Iterator<Item = (usize, &'f Finding)>,
) -> Vec<bool> {
    let sizes: Vec<usize> = files.iter().map(|(id, _)| files.text(id).len()).collect();
    let own: Vec<usize> = installations.iter().map(|parts| assessed(parts, &sizes)).collect();
    let mut costs = vec![0usize; sizes.len()];
    for (installation, finding) in found {
        let Remedy::Fix(fix) = &finding.remedy else { continue };
        let mut touched: Vec<FileId> = fix.intents.iter().map(|intent| intent.place().file).collect();
        let edits: usize = touched.iter().map(|file| sizes[file.0]).sum();
        touched.dedup();
        for file in touched {
            costs[file.0] = costs[file.0].saturating_add(edits + own[installation]);
        }
    }
    costs.into_iter().map(|cost| cost > EFFORT).collect()
}

/// How many bytes one look at an installation may read: its files, again for each result and for each server of it.
fn assessed(parts: &Parts, sizes: &[usize]) -> usize {
    let mut files: Vec<FileId> = parts.members.iter().map(|member| member.file).collect();
    files.sort_unstable();
    files.dedup();
    let bytes: usize = files.iter().map(|file| sizes[file.0]).sum();
    let processes = parts.processes.len() + parts.units.len();
    bytes * processes.clamp(1, MOST_SERVERS) * parts.results.len().clamp(1, MOST_RESULTS)
}
