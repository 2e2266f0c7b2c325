//! Parts of a configuration that are not of the shape which LiteLLM takes.

use super::{found, stops};
use crate::plan::{Finding, Lines};
use crate::project::Place;

/// A section that is no mapping; of some LiteLLM ignores that.
pub fn no_mapping(place: &Place, name: &str, stops_it: bool) -> Finding {
    let finding = match stops_it {
        true => {
            stops(place, "no_mapping").title(format!("`{name}` is not a mapping: LiteLLM does not start"))
        }
        false => {
            found(place, "no_mapping").title(format!("`{name}` is not a mapping: none of it is effective"))
        }
    };
    finding.advice("write each setting as `key: value` below it, or remove it")
}

/// `model_list` that is no list.
pub fn no_list(place: &Place) -> Finding {
    let lines =
        ["model_list:", "  - model_name: <name>", "    litellm_params:", "      model: <provider>/<model>"];
    stops(place, "no_list")
        .title("`model_list` is not a list: LiteLLM does not start")
        .advice("write each model as an item")
        .lines(Lines::new(lines.map(str::to_owned).into(), ""))
}

/// `include` that is no list.
pub fn include_no_list(place: &Place) -> Finding {
    stops(place, "include_no_list")
        .title("`include` is not a list: LiteLLM does not start")
        .advice("write it as a list")
        .lines(Lines::new(vec!["include:".into(), "  - <file>".into()], ""))
}

/// An entry of `model_list` without something that each needs.
pub fn entry_lacks(place: &Place, name: &str, what: &str) -> Finding {
    let entry = if name.is_empty() { "an entry".to_owned() } else { format!("the entry `{name}`") };
    stops(place, "entry_lacks")
        .title(format!("{entry} of `model_list` has no `{what}`: LiteLLM does not start"))
        .advice("add it, or remove the entry")
}
