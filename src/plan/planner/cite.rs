//! What a finding cites besides its own place: where the setting is effective, and what loses there.

use crate::plan::finding::Finding;
use crate::project::{Installation, Place, Spot};

/// How many places that lose are cited.
const MOST: usize = 20;

/// The places that matter for a finding, each with a word: those that it names, and the provenance of its setting.
pub(in crate::plan) fn related(installation: &Installation<'_>, finding: &Finding) -> Vec<(Spot, String)> {
    let spot = |place: &Place| installation.files.spot(place);
    let mut cited: Vec<(Spot, String)> =
        finding.related.iter().map(|(place, word)| (spot(place), word.clone())).collect();
    let answer = installation.shared_setting(&finding.setting);
    let mut provenance: Vec<(Spot, String)> = Vec::new();
    provenance.extend(answer.place().map(|place| (spot(place), "the effective value".to_owned())));
    if let Some(reference) = &answer.reference
        && let Some(given) = &reference.given
    {
        provenance.push((spot(&given.place), format!("sets {}", reference.name)));
    }
    provenance
        .extend(answer.filled_at.iter().map(|place| (spot(place), "compose fills it in here".to_owned())));
    provenance.extend(
        answer
            .overridden
            .iter()
            .take(MOST)
            .map(|one| (spot(&one.place), loses(installation, answer.place(), &one.place).to_owned())),
    );
    let own = spot(&finding.place);
    for (at, word) in provenance {
        let known = |other: &Spot| other.file == at.file && other.line == at.line;
        if !known(&own) && !cited.iter().any(|(other, _)| known(other)) {
            cited.push((at, word));
        }
    }
    cited
}

/// What becomes of a value that is not the effective one: in the process of another file it may well count.
fn loses(installation: &Installation<'_>, winner: Option<&Place>, loser: &Place) -> &'static str {
    let parts = installation.parts;
    let of_process = |place: &Place| parts.processes.iter().any(|process| process.place().holds(place));
    let elsewhere =
        winner.is_some_and(|winner| winner.file != loser.file && of_process(winner) && of_process(loser));
    if elsewhere { "set here too" } else { "set here too, but overridden" }
}
