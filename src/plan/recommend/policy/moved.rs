//! Policies that a move or a rename puts in force.

use super::{Policy, stops_the_load};
use crate::document::Value;
use crate::plan::finding::{Advice, Finding, Intent, Remedy};
use crate::plan::recommend::build::shown;
use crate::project::{At, Installation, Place};

impl Policy {
    /// Completes fixes that move or rename a whole policy, which puts it in force: misspelt keys in it are renamed too, `note` says
    /// what a policy does, and one that would stop the load becomes advice.
    pub fn mend_moved(&self, installation: &Installation<'_>, findings: &mut [Finding], note: &str) {
        for finding in findings {
            let Remedy::Fix(fix) = &mut finding.remedy else { continue };
            let Some(Value::Map(policy)) = installation.value_at(&finding.place) else { continue };
            let Some(to) = fix.intents.first().and_then(lands) else { continue };
            if let Some((key, value)) = policy.iter().find(|(_, value)| stops_the_load(value)) {
                let text = format!(
                    "first fix `{key}`: once {} is effective, the proxy would refuse to load",
                    shown(value)
                );
                finding.remedy = Remedy::Advice(Advice { text, ..Advice::default() });
                continue;
            }
            fix.assumptions.push(note.to_owned());
            for (written, _) in &policy {
                let known = self.keys.iter().any(|key| key.0 == written);
                if let Some(right) =
                    (!known).then(|| self.meaning(installation, &policy, written).ok()).flatten()
                {
                    fix.intents.push(Intent::Rename(to.child(written), right.to_owned()));
                    fix.assumptions
                        .push(format!("`{written}` in it becomes `{right}`, the key that LiteLLM reads"));
                }
            }
        }
    }
}

/// Where the entry stands after a move or a rename.
pub fn lands(intent: &Intent) -> Option<Place> {
    match intent {
        Intent::Move(from, to) => match &from.at {
            At::Yaml { path, .. } => path.last_key().map(|key| to.child(key)),
            _ => None,
        },
        Intent::Rename(place, name) => match &place.at {
            At::Yaml { doc, path } => {
                Some(Place::yaml(place.file, *doc, path.split_last()?.0.child(name.as_str())))
            }
            _ => None,
        },
        _ => None,
    }
}
