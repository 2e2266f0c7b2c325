//! A configuration that LiteLLM does not load, or of which it loses a part without a word.

use crate::plan::{Area, Finding, Meta, NoParams, Severity};
use crate::project::{Defect, Installation, Place};

pub mod accepted;
mod amiss;
mod compose;
mod effect;
mod fallbacks;
mod lost;
mod refused;
mod shape;
mod stopping;
mod value;
mod variables;

pub const META: Meta = Meta {
    id: "config_structure",
    title: "LiteLLM does not load this configuration, or ignores a part of it",
    why: "the lost part looks set, and no message says otherwise",
    severity: Severity::High,
    worst: Severity::Critical,
    gap: "configuration that does not load",
    files: "config.yaml, compose files",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 4)],
    aliases: &[],
};

const STOPS: &str = "the configuration fails to load, and LiteLLM does not start";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let defects = installation.defects();
    let of_structure = defects.iter().filter_map(|(place, defect)| finding(installation, place, defect));
    of_structure
        .chain(variables::findings(installation, &defects))
        .chain(amiss::findings(installation))
        .chain(stopping::findings(installation))
        .collect()
}

/// The finding about a defect; variables that nothing gives have one for each kind, in `variables`.
fn finding(installation: &Installation<'_>, place: &Place, defect: &Defect) -> Option<Finding> {
    Some(match defect {
        Defect::Lacking(_) | Defect::Unfilled(_) => return None,
        Defect::NoMapping(name, stops_it) => shape::no_mapping(place, name, *stops_it),
        Defect::NoList => shape::no_list(place),
        Defect::IncludeNoList => shape::include_no_list(place),
        Defect::EntryLacks(name, what) => shape::entry_lacks(place, name, what),
        Defect::IncludeMissing(reason) => lost::include_missing(place, &reason.to_string()),
        Defect::Erased(name, keys) => lost::erased(place, name, keys),
        Defect::Replaced(name, by, keys) => lost::replaced(installation, place, name, by, keys),
        Defect::Literal(list) => lost::literal(installation, place, list),
        Defect::Late(name, late) => lost::late(place, name, late),
        Defect::TooLate(name) => lost::too_late(place, name),
        Defect::NotTaken(takes, value) => compose::not_taken(installation, place, *takes, value),
        Defect::Documents(count) => refused::documents(place, *count),
        Defect::Tab => refused::tab(place),
        Defect::Tag(tag) => refused::tag(place, tag),
        Defect::Repeated { key, lines } => refused::repeated(place, key, lines),
    })
}

fn found(place: &Place, state: &'static str) -> Finding {
    Finding::new(&META, META.id, state, place.clone())
}

/// The finding about something with which LiteLLM does not start.
fn stops(place: &Place, state: &'static str) -> Finding {
    found(place, state).severity(Severity::Critical).why(STOPS)
}
