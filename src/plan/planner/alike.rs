//! What makes findings of several views one: that they are about the same place, or about what is missing at the same place of the description
//! of each server.

use crate::document::Path;
use crate::plan::finding::{Finding, Remedy};
use crate::plan::state::State;
use crate::project::{At, Installation, Place};

/// What findings that are one have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::plan) struct Alike {
    setting: String,
    state: State,
    at: Spot,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Spot {
    /// This place.
    Of(Place),
    /// A place that each server has by itself, where nothing stands, and what is said of it and advised.
    Own { below: Path, name: Option<String>, said: Vec<String> },
}

impl Alike {
    pub(in crate::plan) fn of(view: &Installation<'_>, finding: &Finding) -> Self {
        let (setting, state) = (finding.setting.clone(), finding.state);
        let own = own_place(view, &finding.place);
        let at = match own {
            Some((below, name)) => Spot::Own { below, name, said: said(finding) },
            None => Spot::Of(finding.place.clone()),
        };
        Self { setting, state, at }
    }
}

/// What is said of a finding that is not about its own place.
fn said(finding: &Finding) -> Vec<String> {
    let mut said = vec![finding.title.clone()];
    match &finding.remedy {
        Remedy::Fix(fix) => said.push(fix.title.clone()),
        Remedy::Advice(advice) => {
            said.extend([String::new(), advice.text.clone()]);
            said.extend(advice.lines.iter().cloned());
        }
    }
    said
}

/// A place of the description of a server where nothing stands, as it is called in that description.
fn own_place(view: &Installation<'_>, place: &Place) -> Option<(Path, Option<String>)> {
    if !view.is_one_server() || view.is_in_configuration(place) || view.value_at(place).is_some() {
        return None;
    }
    let (path, name) = match &place.at {
        At::Yaml { path, .. } => (path, None),
        At::Variable { block, name, .. } => (&block.path, Some(name.clone())),
        At::Env(name) => {
            let own = view.parts.units.iter().any(|unit| unit.files().contains(&place.file));
            return own.then(|| (Path::root(), Some(name.clone())));
        }
        At::Argument { .. } | At::Line(_) => return None,
    };
    let process = view.parts.processes.first()?;
    if (place.file, place.in_yaml()?.0) != (process.file, process.doc) {
        return None;
    }
    let below = path.steps().strip_prefix(process.path.steps());
    let own = below.map(|steps| Path(steps.to_vec()));
    // Around a container stands its pod, which has a document of its own.
    own.or_else(|| (!process.is_compose()).then(|| path.clone())).map(|below| (below, name))
}
