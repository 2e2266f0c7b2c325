//! Charts of kustomizations: `valuesFile`, then `valuesInline`, then `additionalValuesFiles`; `valuesMerge` says otherwise of the first two
//! (run with kustomize 5.4 to 5.8): <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/helmcharts/>.

use crate::document::{Node, Path};

use super::{Envelope, ValuesKind, beside};
use crate::project::platform::nodes::scalar;

/// What says what is merged.
const MERGES: [&str; 4] = ["valuesFile", "valuesInline", "additionalValuesFiles", "valuesMerge"];

/// The releases of a document.
pub fn all(root: Node<'_>) -> Vec<Envelope> {
    match scalar(root, "kind").as_deref() {
        None | Some("Kustomization") => {}
        Some("HelmChartInflationGenerator") => return vec![release(root, root, &Path::root(), "charts")],
        Some(_) => return Vec::new(),
    }
    let globals = root.get("helmGlobals").and_then(|globals| scalar(globals.resolve(), "chartHome"));
    let home = globals.unwrap_or_else(|| "charts".into());
    let list = root.get("helmCharts").map(Node::resolve).into_iter().flat_map(Node::items).enumerate();
    list.map(|(index, chart)| release(root, chart.resolve(), &Path::keys(["helmCharts"]).child(index), &home))
        .collect()
}

fn release(root: Node<'_>, chart: Node<'_>, at: &Path, home: &str) -> Envelope {
    let name = scalar(chart, "name");
    let mut release = Envelope {
        chart: name.clone(),
        version: at.child("version"),
        ..Envelope::new("kustomization", at.clone(), &MERGES)
    };
    // Without an address the chart is the one in its folder.
    if let Some(name) = name.filter(|_| chart.get("repo").is_none()) {
        let folder = format!("{}/{name}", home.trim_end_matches('/'));
        release.add(at.child("name"), ValuesKind::Default(beside(format!("{folder}/values.yaml"))));
        release.folder = Some(beside(folder));
    }
    let merge = scalar(chart, "valuesMerge").unwrap_or_default();
    let inline = at.child("valuesInline");
    if merge == "merge" {
        release.here(root, inline.clone());
    }
    let replaced = merge == "replace" && chart.get("valuesInline").is_some();
    if let Some(file) = scalar(chart, "valuesFile").filter(|_| !replaced) {
        release.add(at.child("valuesFile"), ValuesKind::File(beside(file)));
    }
    if merge != "merge" {
        release.here(root, inline);
    }
    release.each(chart.get("additionalValuesFiles"), &at.child("additionalValuesFiles"), |item| {
        Some(ValuesKind::File(beside(item.text())))
    });
    release
}
