//! `masterkey` of litellm-helm, which the chart puts into a Secret that it makes.

use super::text::wrong;
use crate::plan::{Finding, Lines, Remedy};
use crate::project::{Installation, Source};

/// What is wrong with a key that stands in the values.
pub fn key(installation: &Installation<'_>) -> Option<Finding> {
    let in_secret = installation.setting("chart_master_key_secret");
    let named = in_secret.value().and_then(|value| value.as_str()).is_some_and(|name| !name.is_empty());
    let answer = installation.setting("chart_master_key");
    let place = answer.place().filter(|_| !named && installation.parts.is_litellm_helm())?;
    let Source::Text(text) = installation.source_at(place) else { return None };
    // Empty is unset here: the chart generates one.
    let found = wrong(installation, &text, place, false).filter(|_| !text.is_empty())?;
    let lines = vec![
        "masterkeySecretName: <your Secret>".to_owned(),
        "masterkeySecretKey: <the key in it>".to_owned(),
    ];
    let text = match &found.remedy {
        Remedy::Advice(advice) => advice.text.clone(),
        Remedy::Fix(_) => String::new(),
    };
    Some(
        found
            .advice(text)
            .lines(Lines::new(lines, format!("the values of {}", installation.shown(place.file)))),
    )
}
