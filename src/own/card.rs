//! The card and the page of a rule. Both stay, as those of the registry do: there are no more of them than different rules.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::rule::Rule;
use crate::plan::Meta;

static TEXTS: LazyLock<Mutex<HashMap<String, &'static str>>> = LazyLock::new(Mutex::default);
static METAS: LazyLock<Mutex<HashMap<String, &'static Meta>>> = LazyLock::new(Mutex::default);

/// A text that stays.
pub(crate) fn kept(text: String) -> &'static str {
    let mut known = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(same) = known.get(&text) {
        return same;
    }
    let own: &'static str = Box::leak(text.clone().into_boxed_str());
    known.insert(text, own);
    own
}

pub(super) fn meta(rule: &Rule) -> &'static Meta {
    let title = rule.acts.iter().map(|act| act.words()).collect::<Vec<_>>().join("; ");
    let key = format!("{}\n{title}\n{}\n{}", rule.id, rule.why, rule.severity.name());
    let mut known = METAS.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(key).or_insert_with(|| {
        Box::leak(Box::new(Meta {
            id: rule.id,
            title: kept(title),
            why: kept(rule.why.clone()),
            severity: rule.severity,
            worst: rule.severity,
            gap: "a rule of your own",
            files: "what the configuration and the variables of the process stand in",
            versions: "as the rule says",
            settings: &[],
            params: &[],
            weights: &[],
            aliases: &[],
        }))
    })
}

/// The page of the rules of one id.
pub(super) fn page(rules: &[&Rule]) -> &'static str {
    let mut text = format!("# {}\n\nA rule of `.litellm-fix.yaml`.\n", rules[0].id);
    for rule in rules {
        text.push_str("\n## What it changes\n\n");
        for act in &rule.acts {
            text.push_str(&format!("- {}\n", act.words()));
        }
        text.push_str(&format!("\n## Why\n\n{}\n", rule.why));
        let when = &rule.when;
        let files: Vec<&str> = when.files.iter().map(|kind| kind.name()).collect();
        let parts = [
            (!files.is_empty()).then(|| format!("- other kinds of files than {}", files.join(", "))),
            (!when.paths.is_empty()).then(|| format!("- other paths than {}", when.paths.join(", "))),
            when.litellm.as_ref().map(|releases| format!("- other releases than {}", releases.words())),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            text.push_str(&format!("\n## When it stays silent\n\n{}\n", parts.join("\n")));
        }
        text.push_str(&format!("\n## Safety\n\n`{}`\n", rule.safety.name()));
    }
    kept(text)
}
