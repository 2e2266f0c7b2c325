//! A master key that everyone can read in these files, or guess.

use super::absent::consequence;
use super::{META, anew, instead, is_public, shared};
use crate::plan::build::steps;
use crate::plan::{Finding, Severity};
use crate::project::{Installation, Place};

/// What is wrong with a key that can be read here, the worst first; as a `fallback` it is the key only where a variable of the caller is
/// unset.
pub fn wrong(installation: &Installation<'_>, text: &str, place: &Place, fallback: bool) -> Option<Finding> {
    let finding = |state: &'static str, advice: String| {
        let finding = Finding::new(&META, META.id, state, place.clone());
        finding.advice(advice).lines(instead::lines(installation, place))
    };
    if text.trim().is_empty() {
        return (!fallback).then(|| {
            finding("empty", steps(&anew::instead(installation, place)))
                .title("the master key is empty")
                .why(consequence(installation, "anyone can use the empty text as the key"))
        });
    }
    let replaced = |state| finding(state, anew::replace(installation, place));
    if is_public(text) {
        let (falls, severity) =
            if fallback { ("falls back to", Severity::High) } else { ("is", Severity::Critical) };
        let public = replaced("public")
            .title(format!("the master key {falls} the public one of LiteLLM's documentation"))
            .why(consequence(installation, "anyone who knows it has full access"))
            .severity(severity);
        return Some(public);
    }
    if shared(installation, place) {
        let title = match fallback {
            true => "plain-text master key: it falls back to a text in this file",
            false => "the master key is in plain text in the repository",
        };
        let plain_text = replaced("plain_text")
            .title(title)
            .why("anyone who can read the file, or its history, has full access")
            .severity(Severity::High);
        return Some(plain_text);
    }
    (!text.starts_with("sk-") && !fallback).then(|| {
        replaced("no_prefix")
            .title("the master key does not start with `sk-`")
            .why("it works, but LiteLLM does not hash it, so it can appear in plain text in logs and tables")
            .severity(Severity::Medium)
    })
}
