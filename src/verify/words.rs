//! What a proof says, in words.

use std::collections::BTreeSet;

use super::Verified;
use super::compare::{Because, Comparison, Difference};
use super::protocol::Network;
use crate::report::Masker;

/// So many names of one kind are told; of the others how many they are.
const MOST_TOLD: usize = 12;
/// Values are longer than this only in part.
const LONGEST_VALUE: usize = 60;

/// The lines about one proxy.
pub fn lines(verified: &Verified, masker: &Masker) -> Vec<String> {
    let mut lines = vec![masker.mask(&verified.name).into_owned()];
    let mut say = |text: String| lines.push(format!("  {}", masker.mask(&text)));
    say(verdict(verified));
    if let Comparison::Compared(differences) = &verified.outcome {
        say_differences(differences, masker, &mut |line| lines.push(format!("    {line}")));
    }
    let mut say = |text: String| lines.push(format!("  {}", masker.mask(&text)));
    if !verified.without_effect.is_empty() {
        let names = listed(&verified.without_effect);
        say(format!("effective as before, although a fix touches it: {names}"));
    }
    if let Some(shown) = &verified.shown {
        let loaded = verified.loaded_in.as_deref().unwrap_or("another version");
        say(format!("the files show LiteLLM {shown}, and {loaded} was loaded"));
    }
    if !verified.given.is_visible {
        say("its configuration is not visible: it was loaded with an empty one".into());
    }
    for (names, what) in [
        (&verified.given.placeholders, "not visible, loaded with a stand-in"),
        (&verified.given.unset, "not visible, loaded without"),
        (&verified.given.withheld, "not given to the load, since other code could run by it"),
    ] {
        if !names.is_empty() {
            say(format!("{what}: {}", listed(names)));
        }
    }
    if !verified.stubbed.is_empty() {
        let names: BTreeSet<String> = verified.stubbed.iter().cloned().collect();
        say(format!("your own code did not run (--trust-code runs it): {}", listed(&names)));
    }
    if verified.network == Some(Network::Refused) {
        say("the system does not let a process leave the network: connections were refused in Python alone"
            .into());
    }
    lines
}

fn verdict(verified: &Verified) -> String {
    let litellm =
        verified.loaded_in.as_ref().map_or("LiteLLM".into(), |version| format!("LiteLLM {version}"));
    match &verified.outcome {
        Comparison::Untouched => format!("{litellm} loads it; nothing is changed"),
        Comparison::Compared(differences) => {
            match differences.iter().filter(|one| one.because == Because::Nothing).count() {
                0 if differences.is_empty() => {
                    format!("{litellm} loads it before and after; nothing else is effective than before")
                }
                0 => format!("{litellm} loads it before and after; what differs was announced:"),
                more => {
                    format!("{litellm} loads it before and after; {more} of what differs was not announced:")
                }
            }
        }
        Comparison::Mended(error) => {
            format!("{litellm} does not load it before ({}), and loads it after", first_line(error))
        }
        Comparison::Broken(error) => {
            format!("{litellm} loads it before, and not after: {}", first_line(error))
        }
        Comparison::Unloadable(_, error) => {
            format!("{litellm} does not load it, so nothing can be proven: {}", first_line(error))
        }
    }
}

fn first_line(error: &str) -> String {
    let line =
        error.lines().map(str::trim).filter(|line| !line.is_empty()).take(3).collect::<Vec<_>>().join(" ");
    shortened(&line, 300)
}

/// What was not announced first, then the settings of the table, then what changes along with them.
fn say_differences(differences: &[Difference], masker: &Masker, say: &mut dyn FnMut(String)) {
    let (mut unannounced, mut own, mut along) = (Vec::new(), Vec::new(), BTreeSet::new());
    for one in differences {
        match &one.because {
            Because::Nothing => unannounced.push(one),
            Because::Announced => own.push(one),
            Because::Follows(_) => drop(along.insert(one.name.clone())),
        }
    }
    let width = unannounced.iter().chain(&own).map(|one| one.name.len()).max().unwrap_or_default().min(40);
    for one in unannounced.into_iter().take(MOST_TOLD * 4) {
        say(format!("{:width$}  {}  NOT announced", one.name, change(one, masker)));
    }
    for one in own {
        say(format!("{:width$}  {}", one.name, change(one, masker)));
    }
    if !along.is_empty() {
        say(format!("and with them: {}", listed(&along)));
    }
}

fn change(one: &Difference, masker: &Masker) -> String {
    if is_hidden(&one.before) || is_hidden(&one.after) {
        return "changed (a secret)".into();
    }
    let (before, after) = (value(&one.name, &one.before, masker), value(&one.name, &one.after, masker));
    // What differs is not in the part that is shown.
    if before == after { "changed".into() } else { format!("{before} -> {after}") }
}

fn is_hidden(value: &Option<String>) -> bool {
    value.as_deref() == Some("\"<hidden>\"")
}

fn value(name: &str, value: &Option<String>, masker: &Masker) -> String {
    match value.as_deref() {
        None | Some("null") => "unset".into(),
        Some(text) => shortened(&masker.mask_value(name, text), LONGEST_VALUE),
    }
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn listed(names: &BTreeSet<String>) -> String {
    let told: Vec<&str> = names.iter().take(MOST_TOLD).map(String::as_str).collect();
    match names.len().saturating_sub(MOST_TOLD) {
        0 => told.join(", "),
        more => format!("{} and {more} more", told.join(", ")),
    }
}

/// How many proxies came out how.
pub fn summary(all: &[Verified]) -> String {
    let count = |is: fn(&Comparison) -> bool| all.iter().filter(|one| is(&one.outcome)).count();
    let stays = count(|one| one.loads() && one.is_as_announced());
    let other = count(|one| one.loads() && !one.is_as_announced());
    let broken = count(|one| !one.loads());
    let proxies = if all.len() == 1 { "1 proxy".into() } else { format!("{} proxies", all.len()) };
    let mut parts = vec![format!("{stays} as announced")];
    parts.extend((other > 0).then(|| format!("{other} with something else")));
    parts.extend((broken > 0).then(|| format!("{broken} not loaded")));
    format!("{proxies}: {}", parts.join(", "))
}
