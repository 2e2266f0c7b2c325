//! Which findings come first, and which share a line.

use std::collections::HashMap;

use super::Mode;
use super::model::{Entry, Model, Way};
use super::paint::spoken;
use crate::plan::{Prominence, Safety, Severity};
use crate::project::Idle;

/// What a run says that had nothing to judge.
pub(crate) const NOT_JUDGED: &str = "nothing was checked: no LiteLLM configuration or process was read";

/// More lines than this are folded by id.
const MOST: usize = 15;

/// An assumption of so many findings is told once for all of them.
const SHARED: usize = 3;

/// The findings that are told, in the order in which they are told.
#[derive(Debug)]
pub(crate) struct Triage<'m> {
    /// A line for each, the worst first.
    pub lines: Vec<TriageLine<'m>>,
    /// Findings of low severity that share one line.
    pub lows: Vec<&'m Entry>,
    /// Those to look at first: the worst, and of what is low only what fills up the few that are told whole.
    pub first: Vec<TriageLine<'m>>,
    /// What several findings have in common, and what should be known of all of them.
    pub notes: Vec<String>,
}

/// Findings that share a line.
#[derive(Clone, Debug)]
pub(crate) struct TriageLine<'m> {
    /// At least one.
    pub entries: Vec<&'m Entry>,
    /// Whether they have only their id and severity in common.
    pub by_id: bool,
}

impl<'m> TriageLine<'m> {
    /// The finding that stands for all of them.
    pub fn first(&self) -> &'m Entry {
        self.entries[0]
    }

    fn takes(&self, entry: &Entry) -> bool {
        let (a, b) = (&self.first().item, &entry.item);
        a.id == b.id
            && a.finding.severity == b.finding.severity
            && (&a.finding.setting, a.finding.state, &a.finding.title)
                == (&b.finding.setting, b.finding.state, &b.finding.title)
            && self.first().way() == entry.way()
            && self.entries.iter().all(|known| known.item.installation != b.installation)
    }
}

impl<'m> Triage<'m> {
    /// With `all`, every finding has a line of its own.
    pub fn new(model: &'m Model, all: bool) -> Self {
        let (lows, entries): (Vec<_>, Vec<_>) =
            model.left().partition(|entry| !all && entry.severity() == Severity::Low);
        let mut lines = if all { entries.iter().map(|one| alone(one)).collect() } else { equal(&entries) };
        if !all && lines.len() > MOST {
            lines = by_id(&lines);
        }
        let notes = notes(model, &lines);
        Self { first: first(&lines, &lows), lines, lows, notes }
    }
}

/// So many findings are told with what to do about each, and up to so many where they are critical or high.
const FIRST: usize = 3;
const FIRST_OF_THE_WORST: usize = 5;

/// The first few, of those of low severity first what a fix mends; what has no effect today can wait.
fn first<'m>(lines: &[TriageLine<'m>], lows: &[&'m Entry]) -> Vec<TriageLine<'m>> {
    let idle = |entry: &&&Entry| {
        matches!(
            entry.item.finding.prominence,
            Prominence::Idle(Idle::NotLoaded | Idle::Replaced) | Prominence::Inert
        )
    };
    let (mended, by_hand): (Vec<&Entry>, Vec<&Entry>) = lows
        .iter()
        .filter(|entry| !idle(entry))
        .partition(|entry| matches!(entry.way(), Way::Applied(_) | Way::Offered(_)));
    let bad = lines.iter().filter(|line| line.first().severity() >= Severity::High).count();
    let lows = equal(&mended).into_iter().chain(equal(&by_hand));
    let declined = |line: &TriageLine<'m>| matches!(line.first().way(), Way::Declined);
    lines
        .iter()
        .cloned()
        .chain(lows)
        .filter(|line| !declined(line))
        .take(bad.clamp(FIRST, FIRST_OF_THE_WORST))
        .collect()
}

/// The positions of the findings that are told first.
pub(crate) fn first_of(model: &Model) -> Vec<usize> {
    let first = Triage::new(model, false).first;
    let position =
        |line: &TriageLine<'_>| model.findings.iter().position(|one| std::ptr::eq(one, line.first()));
    first.iter().filter_map(position).collect()
}

fn alone<'m>(entry: &'m Entry) -> TriageLine<'m> {
    TriageLine { entries: vec![entry], by_id: false }
}

/// Equal findings of several installations share a line.
fn equal<'m>(entries: &[&'m Entry]) -> Vec<TriageLine<'m>> {
    let mut lines: Vec<TriageLine<'m>> = Vec::new();
    let mut known: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for entry in entries {
        let same = known.entry((entry.item.id, entry.item.finding.title.as_str())).or_default();
        if let Some(at) = same.iter().find(|at| lines[**at].takes(entry)) {
            lines[*at].entries.push(entry);
        } else {
            same.push(lines.len());
            lines.push(alone(entry));
        }
    }
    lines
}

fn by_id<'m>(lines: &[TriageLine<'m>]) -> Vec<TriageLine<'m>> {
    let mut folded: Vec<TriageLine<'m>> = Vec::new();
    for line in lines {
        let same = |other: &&mut TriageLine<'m>| {
            (other.first().item.id, other.first().severity())
                == (line.first().item.id, line.first().severity())
        };
        match folded.iter_mut().find(same) {
            Some(other) => {
                other.entries.extend(&line.entries);
                other.by_id = true;
            }
            None => folded.push(line.clone()),
        }
    }
    folded
}

/// Assumptions that several of these findings share, in the order in which they appear.
pub(crate) fn shared<'m>(entries: impl Iterator<Item = &'m Entry>) -> Vec<(&'m str, usize)> {
    let mut found: Vec<(&str, usize)> = Vec::new();
    let mut at: HashMap<&str, usize> = HashMap::new();
    for assumption in entries.flat_map(Entry::assumptions) {
        let next = *at.entry(assumption).or_insert(found.len());
        if next == found.len() {
            found.push((assumption, 0));
        }
        found[next].1 += 1;
    }
    found.retain(|(_, count)| *count >= SHARED);
    found
}

fn notes(model: &Model, lines: &[TriageLine<'_>]) -> Vec<String> {
    let mut remarks: Vec<(&str, Vec<&str>)> = Vec::new();
    for installation in &model.installations {
        for remark in &installation.remarks {
            match remarks.iter_mut().find(|(known, _)| known == remark) {
                Some((_, names)) => names.push(&installation.name),
                None => remarks.push((remark, vec![&installation.name])),
            }
        }
    }
    let all = model.installations.len();
    let mut notes: Vec<String> = remarks
        .into_iter()
        .map(|(remark, names)| match names.as_slice() {
            [name] if all > 1 => format!("{}: {remark}", model.without_folder(name)),
            names if names.len() < all => format!("{} installations: {remark}", names.len()),
            _ => remark.to_owned(),
        })
        .collect();
    for (idle, why) in IDLE {
        let count = model.left().filter(|one| one.item.finding.prominence == Prominence::Idle(idle)).count();
        if count > 0 {
            notes.push(format!("{} {why}", super::counted(count, "finding is", "findings are")));
        }
    }
    notes.iter_mut().for_each(|note| *note = model.without_folder(note));
    let entries = lines.iter().filter(|line| !line.by_id).map(TriageLine::first);
    notes.extend(
        shared(entries).into_iter().map(|(text, count)| format!("{count} of these fixes assume: {text}")),
    );
    notes
}

/// Why findings that would matter elsewhere are of low severity here.
const IDLE: [(Idle, &str); 3] = [
    (
        Idle::NotLoaded,
        "in a configuration that no process here is started with: nothing in that file takes effect until one is",
    ),
    (
        Idle::Replaced,
        "in a configuration in place of which a kustomization generates another: nothing in that file takes effect in its results",
    ),
    (
        Idle::Sample,
        "in samples (examples, tests, documentation, vendored charts, LiteLLM's own sources), which nothing here runs",
    ),
];

impl Model {
    /// The open findings that the reader has still to do with: of a preview all, of a write those that it left.
    pub(crate) fn left(&self) -> impl Iterator<Item = &Entry> {
        self.findings.iter().filter(|entry| self.is_left(entry))
    }

    /// `3 high, 5 medium`
    pub(crate) fn severity_words(&self) -> String {
        let found = self.severities().into_iter().filter(|(_, count)| *count > 0);
        found.map(|(severity, count)| format!("{count} {}", severity.name())).collect::<Vec<_>>().join(", ")
    }

    /// Whether there was nothing to judge.
    pub(crate) fn has_judged_nothing(&self) -> bool {
        self.installations.is_empty() && self.findings.is_empty()
    }

    /// Whether the reader has still to do with a finding.
    pub(crate) fn is_left(&self, entry: &Entry) -> bool {
        entry.is_open() && (self.mode == Mode::Preview || !matches!(entry.way(), Way::Applied(_)))
    }
}

impl Way {
    /// Whether a command mends it; what is hazardous wants a review.
    pub(crate) fn is_run(self) -> bool {
        match self {
            Self::Applied(_) => true,
            Self::Offered(tier) | Self::Asks(tier) => tier <= Safety::OnRequest,
            Self::ByHand | Self::Mended | Self::Declined | Self::Failed | Self::Suppressed => false,
        }
    }

    /// In brackets: what can be done.
    pub(crate) fn words(self, mode: Mode) -> String {
        match self {
            Self::Applied(_) if mode != Mode::Preview => "done".into(),
            Self::Applied(tier) | Self::Offered(tier) => spoken(tier).into(),
            Self::Asks(tier) => format!("{}, asks", spoken(tier)),
            Self::ByHand => "by hand".into(),
            Self::Mended => "solved by another fix".into(),
            Self::Declined => "declined".into(),
            Self::Failed => "failed".into(),
            Self::Suppressed => "suppressed".into(),
        }
    }
}
