//! Where the componentized chart runs everything in one process.
//!
//! With `monolith.enabled` it renders one workload, which `gateway` describes, and nothing of `backend` and `ui`: `values.yaml` and
//! `templates/_workload.tpl` of `helm/litellm` in <https://github.com/BerriAI/litellm>.

use crate::document::{Path, Reader, Value};

use crate::project::installation::parts::{Layer, Parts};
use crate::project::platform::Component;
use crate::project::repository::file::Files;
use crate::project::repository::kind::Flavor;

const KEY: [&str; 2] = ["monolith", "enabled"];

/// Of the gateway of each result that runs one process alone, makes that process; of a backend nothing is left there.
pub fn put(files: &Files, all: &mut Vec<Parts>) {
    *all = std::mem::take(all).into_iter().flat_map(|parts| apart(files, parts)).collect();
}

/// The results of an installation that run several processes, and those that run one.
fn apart(files: &Files, parts: Parts) -> Vec<Parts> {
    let Flavor::Chart(component @ (Component::Gateway | Component::Backend)) = parts.flavor else {
        return vec![parts];
    };
    let (one, several): (Vec<_>, Vec<_>) =
        parts.stacks().into_iter().map(owned).partition(|stack| is_on(files, stack));
    let several = (!several.is_empty()).then(|| parts.with_results(&several));
    let one = (!one.is_empty() && component == Component::Gateway).then(|| {
        let name = parts.name.strip_suffix(" (gateway)").unwrap_or(&parts.name);
        let (name, flavor) = (format!("{name} (proxy)"), Flavor::Chart(Component::Proxy));
        Parts { name, flavor, ..parts.with_results(&one) }
    });
    one.into_iter().chain(several).collect()
}

fn owned(stack: Vec<&Layer>) -> Vec<Layer> {
    stack.into_iter().cloned().collect()
}

/// Whether the strongest of these layers that says anything of it turns it on.
fn is_on(files: &Files, stack: &[Layer]) -> bool {
    let says = |layer: &Layer| {
        let node = files.node(layer.file, layer.doc, &layer.base.join(&Path::keys(KEY)))?.resolve();
        (!node.is_null(Reader::Go)).then(|| node.value(Reader::Go))
    };
    stack.iter().find_map(says) == Some(Value::Bool(true))
}
