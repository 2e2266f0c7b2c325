//! Messages of commits: what, where, why, the risk, and the way back.

use super::model::{Entry, Model};
use super::text::{at_most, one_line, wrap};
use crate::plan::{Fate, Remedy, Safety};

/// What a line of a message may hold.
const WIDTH: usize = 72;

/// The message of a commit that holds all that changes; empty where nothing does.
pub(super) fn of_all(model: &Model) -> String {
    let entries: Vec<&Entry> = model.findings.iter().filter(|entry| changes_files(entry)).collect();
    let told = |path: &String| entries.iter().any(|entry| entry.diffs.iter().any(|diff| diff.path == *path));
    let others: Vec<&str> =
        model.changes.iter().map(|diff| &diff.path).filter(|path| !told(path)).map(String::as_str).collect();
    if entries.is_empty() && others.is_empty() { String::new() } else { message(&entries, &others) }
}

fn changes_files(entry: &Entry) -> bool {
    matches!(entry.item.fate, Fate::Applied | Fate::Suppressed(_)) && !entry.diffs.is_empty()
}

/// The message of a commit of these fixes; `others` are files that hold what is ignored where no comment can stand.
pub(crate) fn message(entries: &[&Entry], others: &[&str]) -> String {
    let mut out = subject(entries, others) + "\n";
    let indent = if entries.len() > 1 { 3 } else { 0 };
    for (at, entry) in entries.iter().enumerate() {
        out.push('\n');
        let title = title(entry);
        if entries.len() > 1 {
            let id = entry.item.id;
            push(&mut out, &format!("{}. ", at + 1), &format!("{title} ({id})"), 0);
        } else if title.len() > WIDTH {
            push(&mut out, "", &title, 0);
            out.push('\n');
        }
        section(&mut out, entry, indent);
    }
    if !others.is_empty() {
        out.push('\n');
        push(&mut out, "Where: ", &others.join(", "), 0);
        push(&mut out, "Why: ", "what is ignored for good stands there where no comment can", 0);
    }
    out.push('\n');
    push(&mut out, "Rollback: ", rollback(entries), 0);
    let mut ids: Vec<&str> = entries.iter().map(|entry| entry.item.id).collect();
    ids.sort_unstable();
    ids.dedup();
    if !ids.is_empty() {
        out.push('\n');
    }
    for id in ids {
        out.push_str(&format!("Litellm-Fix: {id}\n"));
    }
    out
}

/// The first line of a message.
pub(crate) fn subject(entries: &[&Entry], others: &[&str]) -> String {
    match entries {
        [] => "Remember what litellm-fix shall ignore".to_owned(),
        [entry] if others.is_empty() => at_most(&title(entry), WIDTH).into_owned(),
        _ => {
            let mut files: Vec<&str> =
                entries.iter().flat_map(|entry| entry.diffs.iter().map(|diff| diff.path.as_str())).collect();
            files.extend(others);
            files.sort_unstable();
            files.dedup();
            let fixes = super::counted(entries.len(), "change", "changes");
            let all = match files.as_slice() {
                [file] => format!("Make {fixes} of litellm-fix in {file}"),
                files => format!("Make {fixes} of litellm-fix in {} files", files.len()),
            };
            at_most(&all, WIDTH).into_owned()
        }
    }
}

/// What a fix does, as a sentence begins.
fn title(entry: &Entry) -> String {
    let title = match &entry.item.fate {
        Fate::Suppressed(_) => format!("ignore {} for good", entry.item.id),
        _ => entry.remedy().to_owned(),
    };
    let title = one_line(&title);
    // A name stays as it is.
    let word = title.split_whitespace().next().unwrap_or_default();
    match title.chars().next() {
        Some(first) if word.bytes().all(|b| b.is_ascii_lowercase()) => {
            first.to_uppercase().chain(title.chars().skip(1)).collect()
        }
        _ => title,
    }
}

fn section(out: &mut String, entry: &Entry, indent: usize) {
    let (item, finding) = (&entry.item, &entry.item.finding);
    push(out, "What: ", &finding.title, indent);
    match &item.fate {
        Fate::Suppressed(reason) => push(out, "Why: ", reason, indent),
        _ => push(out, "Why: ", &finding.why, indent),
    }
    let name = if item.spot.name.is_empty() { String::new() } else { format!(" ({})", item.spot.name) };
    push(out, "Where: ", &format!("{}:{}{name}", item.spot.inside, item.spot.line), indent);
    for diff in entry.diffs.iter().filter(|diff| diff.path != item.spot.inside) {
        push(out, "And: ", &diff.path, indent);
    }
    let Remedy::Fix(fix) = &finding.remedy else { return };
    if matches!(item.fate, Fate::Suppressed(_)) {
        push(out, "Risk: ", "none: only a comment", indent);
        return;
    }
    push(out, "Risk: ", &format!("{} ({})", fix.safety.name(), risk(fix.safety)), indent);
    for assumption in &fix.assumptions {
        push(out, "Assumes: ", assumption, indent);
    }
}

fn risk(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "sets what nothing set, as LiteLLM recommends",
        Safety::Review => "changes behavior",
        Safety::OnRequest => "no general advice: somebody asked for it",
        Safety::Hazardous => "can cost data or security",
    }
}

fn rollback(entries: &[&Entry]) -> &'static str {
    let hazardous = |entry: &&Entry| match &entry.item.finding.remedy {
        Remedy::Fix(fix) => entry.item.fate == Fate::Applied && fix.safety == Safety::Hazardous,
        Remedy::Advice(_) => false,
    };
    if entries.iter().any(hazardous) {
        "git revert of this commit, and deploy again. That does not take back what LiteLLM did meanwhile: a backup may be needed."
    } else if entries.iter().all(|entry| matches!(entry.item.fate, Fate::Suppressed(_))) {
        "git revert of this commit."
    } else {
        "git revert of this commit, and deploy again."
    }
}

/// A paragraph with a label, wrapped; what goes on stands below the text.
fn push(out: &mut String, label: &str, text: &str, indent: usize) {
    let below = if label.is_empty() { 0 } else { if label.ends_with(". ") { label.len() } else { 2 } };
    let text = one_line(&format!("{label}{text}"));
    for (at, line) in wrap_hanging(&text, indent, below).iter().enumerate() {
        let indent = if at == 0 { indent } else { indent + below };
        out.push_str(&format!("{:indent$}{line}\n", ""));
    }
}

fn wrap_hanging(text: &str, indent: usize, below: usize) -> Vec<String> {
    let mut lines = wrap(text, WIDTH - indent);
    if lines.len() > 1 && below > 0 {
        let rest = lines.split_off(1).join(" ");
        lines.extend(wrap(&rest, WIDTH - indent - below));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_below_their_label() {
        let mut out = String::new();
        push(&mut out, "Why: ", &"word ".repeat(40), 3);
        assert!(out.lines().all(|line| line.len() <= WIDTH), "{out}");
        assert!(
            out.starts_with("   Why: word") && out.lines().nth(1).is_some_and(|l| l.starts_with("     word"))
        );
    }
}
