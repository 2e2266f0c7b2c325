//! Charts that give the container `LITELLM_LOG` from more than one of their values.

use super::{META, NAME};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Finding, Fix, Intent, Safety, Severity};
use crate::project::{Answer, At, Giver, Installation, Place};

/// The finding where the list of env entries gives it beside `logLevel` or `envVars`.
pub fn twice(installation: &Installation<'_>, answer: &Answer, level: &str) -> Option<Finding> {
    let given = installation.variables(NAME);
    let entry = given.iter().find(|one| one.giver == Giver::ExtraEnv)?;
    let of_map = given.iter().find(|one| one.giver == Giver::EnvVars).map(|one| &one.place);
    let kept = of_map
        .or_else(|| answer.overridden.iter().map(|one| &one.place).find(|place| is_log_level(place)))?;
    let key = key_of(kept);
    let mut finding = Finding::new(&META, META.id, "twice", entry.place.clone())
        .title(format!("{NAME} is set twice for the container: by `{key}` and in a list of env entries"))
        .why("the last of two env entries wins, and server-side apply (Flux, Argo CD) rejects both")
        .severity(Severity::High)
        .mention_comments(answer);
    finding.related.push((kept.clone(), "the other one, which every release of the chart reads".into()));
    if entry.text.is_none() {
        let text =
            format!("remove one of them: keep `{key}`, and drop the entry, whose value is not visible here");
        return Some(finding.advice(text));
    }
    let remove = Intent::Remove { place: entry.place.clone(), comments: true };
    let mut fix = Fix::new(installation, "", Safety::Review, vec![remove]);
    let standing = installation.value_at(kept);
    fix.title = match &standing {
        Some(Value::Str(text)) if text == level => format!("remove the entry; `{key}` is {level}"),
        _ => {
            fix.intents.push(Intent::Set(kept.clone(), level.into()));
            format!("remove the entry, and set `{key}` to {level}")
        }
    };
    Some(finding.fix(
        fix.assuming(format!("`{key}` says {} today", standing.as_ref().map_or_else(String::new, shown))),
    ))
}

/// What a `logLevel` of the chart wins against.
pub fn beaten(installation: &Installation<'_>, place: &Place) -> Option<(Place, String)> {
    let secrets = installation.whole_secrets().filter(|_| is_log_level(place))?;
    Some((
        secrets,
        format!("`logLevel`, which the chart writes as an env entry, overrides a {NAME} in there"),
    ))
}

pub fn is_log_level(place: &Place) -> bool {
    key_of(place) == "logLevel"
}

fn key_of(place: &Place) -> &str {
    match &place.at {
        At::Yaml { path, .. } => path.last_key().unwrap_or_default(),
        At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => "",
    }
}
