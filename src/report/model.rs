//! What a run has to say, as it may be shown: masked once, in one order. Every format is made from it.

use std::collections::BTreeSet;

use super::diff::Diff;
use super::mask::Masker;
use super::patch::{Patch, patch};
use super::triage;
use super::{
    Commit, Counts, InstallationSummary, MemberSummary, Mode, Next, Report, ReportedProblem, provenance,
};
use crate::document::Value;
use crate::plan::{
    Admits, Advice, Fate, Finding, Fix, Item, Meta, Open, Question, Remedy, Safety, ScoreCard, Severity,
    Transform, Unused, typed,
};
use crate::project::Spot;

/// Everything that a run has to say. No text in it holds a secret, unless secrets are to be shown.
#[derive(Clone, Debug)]
pub struct Model {
    /// What was asked for.
    pub mode: Mode,
    /// The version of this program.
    pub version: String,
    /// The installations, in the order that [`Entry::item`] counts.
    pub installations: Vec<InstallationSummary>,
    /// The findings: the worst first, then by place.
    pub findings: Vec<Entry>,
    /// The folder that all findings are in; empty if it is the one in which the user stands.
    pub folder: String,
    /// The files that change.
    pub changes: Vec<Diff>,
    /// The same as a diff for `git apply`.
    pub patch: Patch,
    /// Files that could not be read or written.
    pub problems: Vec<ReportedProblem>,
    /// What each file was taken for, and why.
    pub notes: Vec<String>,
    /// Suppression comments that silence nothing.
    pub unused: Vec<Unused>,
    /// The files written.
    pub written: Vec<String>,
    /// The commits made, in their order.
    pub commits: Vec<Commit>,
    /// How the deployment stands.
    pub card: Option<ScoreCard>,
    /// Commands to type next.
    pub next: Vec<Next>,
    /// The options and paths of the run, as they have to be typed to get the same again; with a blank before each.
    pub again: String,
    /// The path of the run, if it is one.
    pub path: Option<String>,
    /// How many there are of what.
    pub counts: Counts,
    /// Whether what a baseline knows is left out.
    pub baseline: bool,
    /// How many findings are open, by severity: of a preview today, else after it.
    pub open: [(Severity, usize); 4],
    /// What the ids of the findings stand for, by id.
    pub rules: Vec<RuleSummary>,
    /// What the process ends with.
    pub exit: u8,
}

/// What an id stands for.
#[derive(Clone, Debug)]
pub struct RuleSummary {
    /// The id and what is known of it.
    pub meta: &'static Meta,
    /// Its page, without the cases.
    pub page: String,
}

/// A finding as it may be shown.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The finding and what became of it. Its changes and intents are left behind, since they hold files as they are.
    pub item: Item,
    /// What its fix changes.
    pub diffs: Vec<Diff>,
}

/// What can be done about a finding, or has been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Its fix is part of the run, with this tier.
    Applied(Safety),
    /// Its fix waits for a word of the user, with this tier.
    Offered(Safety),
    /// Its fix wants an answer first.
    Asks(Safety),
    /// It is mended by hand.
    ByHand,
    /// Another fix mends it.
    Mended,
    /// The user said no.
    Declined,
    /// Its fix failed the proof.
    Failed,
    /// It is ignored.
    Suppressed,
}

impl Model {
    /// The model of a report; `with_diffs` says whether what each fix changes is wanted too, not only that of the first. Secrets have the same numbers either way.
    pub fn new(report: &Report<'_>, masker: &Masker, with_diffs: bool) -> Self {
        let text = |text: &str| masker.mask(text).into_owned();
        let texts = |all: &[String]| all.iter().map(|one| text(one)).collect::<Vec<_>>();
        let installations = report.installations.iter().map(|one| installation(one, masker)).collect();
        let findings: Vec<Entry> =
            report.plan.items.iter().map(|item| Entry::new(item, masker, false)).collect();
        let mut model = Self {
            mode: report.mode,
            version: report.version.to_owned(),
            installations,
            folder: folder(&findings),
            findings,
            changes: report.plan.changes.iter().map(|change| Diff::new(change, masker)).collect(),
            patch: patch(report.plan, masker),
            problems: report.problems.iter().map(|one| problem(one, masker)).collect(),
            notes: texts(report.notes),
            unused: report
                .plan
                .unused_suppressions
                .iter()
                .map(|one| Unused { spot: spot(&one.spot, masker), id: text(&one.id) })
                .collect(),
            written: texts(report.written),
            commits: report.commits.iter().map(|one| commit(one, masker)).collect(),
            card: report.card.cloned(),
            next: report
                .next
                .iter()
                .map(|next| Next { command: text(&next.command), does: text(&next.does) })
                .collect(),
            again: text(report.again),
            path: report.path.map(text),
            counts: Counts::of(report.plan),
            baseline: report.plan.known.is_some(),
            open: open(report),
            rules: rules(report),
            exit: report.exit,
        };
        let shown = if with_diffs { (0..model.findings.len()).collect() } else { triage::first_of(&model) };
        for at in shown {
            model.findings[at].diffs = diffs(&report.plan.items[at], masker);
        }
        model
    }

    /// A text without the folder that all findings lie in.
    pub fn without_folder(&self, text: &str) -> String {
        match self.folder.as_str() {
            "" => text.to_owned(),
            folder => text.replace(&format!("{folder}/"), ""),
        }
    }

    /// The findings that somebody has to know of: those that are not suppressed and not mended on the way.
    pub fn told(&self) -> impl Iterator<Item = &Entry> {
        self.findings.iter().filter(|entry| entry.is_open())
    }

    /// How many findings there are left of each severity, the worst first.
    pub fn severities(&self) -> [(Severity, usize); 4] {
        Severity::ALL
            .map(|severity| (severity, self.left().filter(|entry| entry.severity() == severity).count()))
    }
}

impl Entry {
    /// A finding, masked.
    pub fn new(item: &Item, masker: &Masker, with_diffs: bool) -> Self {
        Self { item: masked(item, masker), diffs: if with_diffs { diffs(item, masker) } else { Vec::new() } }
    }

    /// How much it hurts.
    pub fn severity(&self) -> Severity {
        self.item.finding.severity
    }

    /// Whether somebody has to know of it.
    pub fn is_open(&self) -> bool {
        !matches!(self.item.fate, Fate::Suppressed(_) | Fate::Mended(_))
    }

    /// What can be done.
    pub fn way(&self) -> Way {
        let fix = match &self.item.finding.remedy {
            Remedy::Fix(fix) => Some(fix),
            Remedy::Advice(_) => None,
        };
        match (&self.item.fate, fix) {
            (Fate::Suppressed(_), _) => Way::Suppressed,
            (Fate::Mended(_), _) => Way::Mended,
            (Fate::Failed(_), _) => Way::Failed,
            (Fate::Declined, _) => Way::Declined,
            (Fate::Applied, Some(fix)) => Way::Applied(fix.safety),
            (Fate::LeftOut(_), Some(fix)) if fix.waits_for_answer() => Way::Asks(fix.safety),
            (Fate::LeftOut(_), Some(fix)) => Way::Offered(fix.safety),
            _ => Way::ByHand,
        }
    }

    /// The fix or the advice in one sentence.
    pub fn remedy(&self) -> &str {
        match &self.item.finding.remedy {
            Remedy::Fix(fix) => &fix.title,
            Remedy::Advice(advice) => &advice.text,
        }
    }

    /// The lines to write by hand, if there are any.
    pub fn lines(&self) -> &[String] {
        match &self.item.finding.remedy {
            Remedy::Fix(fix) => fix.by_hand.as_ref().map_or(&[], |advice| &advice.lines),
            Remedy::Advice(advice) => &advice.lines,
        }
    }

    /// The whole finding: what is wrong, why that matters, what to do, and the lines to write by hand, a line or more each.
    pub fn paragraphs(&self) -> String {
        let (finding, what) = (&self.item.finding, super::list::remedy(self));
        let texts = [finding.title.as_str(), &finding.why, &what];
        let lines = self.lines().iter().map(String::as_str);
        let all: Vec<&str> = texts.into_iter().chain(lines).filter(|text| !text.is_empty()).collect();
        all.join("\n")
    }

    /// What its fix takes for granted.
    pub fn assumptions(&self) -> &[String] {
        match &self.item.finding.remedy {
            Remedy::Fix(fix) => &fix.assumptions,
            Remedy::Advice(_) => &[],
        }
    }
}

fn diffs(item: &Item, masker: &Masker) -> Vec<Diff> {
    item.changes.iter().map(|change| Diff::new(change, masker)).collect()
}

/// What the ids of the findings stand for, by id.
fn rules(report: &Report<'_>) -> Vec<RuleSummary> {
    let ids: BTreeSet<&str> = report.plan.items.iter().map(|item| item.id).collect();
    let known = |id| report.transforms.iter().find(|transform| transform.meta.id == id);
    let rule = |transform: &Transform| RuleSummary { meta: transform.meta, page: transform.page() };
    ids.into_iter().filter_map(known).map(rule).collect()
}

fn folder(findings: &[Entry]) -> String {
    let files = findings.iter().map(|entry| entry.item.spot.file.as_str());
    let folders = files.map(|file| file.rfind('/').map_or("", |at| &file[..at]));
    let common = |a: &str, b: &str| {
        let same = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).map(|(a, _)| a);
        same.collect::<Vec<_>>().join("/")
    };
    let mut folder: Option<String> = None;
    for one in folders {
        folder = Some(folder.map_or_else(|| one.to_owned(), |known| common(&known, one)));
    }
    folder.unwrap_or_default()
}

fn open(report: &Report<'_>) -> [(Severity, usize); 4] {
    let items = report.plan.items.iter().filter(|item| item.is_open()).map(Item::open);
    let open: Vec<Open> = match report.mode {
        Mode::Preview => items.collect(),
        Mode::Write | Mode::Interactive => report.plan.left.clone(),
    };
    Severity::ALL.map(|severity| (severity, open.iter().filter(|one| one.severity == severity).count()))
}

fn masked(item: &Item, masker: &Masker) -> Item {
    let text = |text: &str| masker.mask(text).into_owned();
    let finding = &item.finding;
    Item {
        id: item.id,
        installation: item.installation,
        fingerprint: text(&item.fingerprint),
        finding: Finding {
            setting: text(&finding.setting),
            state: finding.state,
            severity: finding.severity,
            title: text(&finding.title),
            why: text(&finding.why),
            place: finding.place.clone(),
            related: Vec::new(),
            remedy: remedy(&finding.remedy, masker),
            prominence: finding.prominence,
            views: finding.views.clone(),
        },
        spot: spot(&item.spot, masker),
        related: item.related.iter().map(|(at, word)| (spot(at, masker), text(word))).collect(),
        fate: match &item.fate {
            Fate::LeftOut(Admits::ExactDecision(at)) => Fate::LeftOut(Admits::ExactDecision(text(at))),
            Fate::LeftOut(Admits::DecidedValue(param, at)) => {
                Fate::LeftOut(Admits::DecidedValue(param, text(at)))
            }
            Fate::Refused(why) => Fate::Refused(text(why)),
            Fate::Failed(why) => Fate::Failed(text(why)),
            Fate::Suppressed(reason) => Fate::Suppressed(text(reason)),
            other => other.clone(),
        },
        changes: Vec::new(),
    }
}

fn remedy(remedy: &Remedy, masker: &Masker) -> Remedy {
    let text = |text: &str| masker.mask(text).into_owned();
    match remedy {
        Remedy::Fix(fix) => Remedy::Fix(Fix {
            title: text(&fix.title),
            safety: fix.safety,
            intents: Vec::new(),
            questions: fix.questions.iter().map(|question| asked(question, masker)).collect(),
            assumptions: fix.assumptions.iter().map(|one| text(one)).collect(),
            by_hand: fix.by_hand.as_ref().map(|by_hand| advice(by_hand, masker)),
        }),
        Remedy::Advice(given) => Remedy::Advice(advice(given, masker)),
    }
}

fn advice(advice: &Advice, masker: &Masker) -> Advice {
    Advice {
        text: masker.mask(&advice.text).into_owned(),
        lines: advice.lines.iter().map(|line| masker.mask_lines(line).into_owned()).collect(),
        goes: masker.mask(&advice.goes).into_owned(),
    }
}

fn asked(question: &Question, masker: &Masker) -> Question {
    let shown = typed(&question.default);
    let masked = masker.mask_value(question.param, &shown);
    Question {
        param: question.param,
        ask: masker.mask(&question.ask).into_owned(),
        default: if masked == shown { question.default.clone() } else { Value::Str(masked) },
        reason: masker.mask(&question.reason).into_owned(),
        required: question.required,
    }
}

fn commit(commit: &Commit, masker: &Masker) -> Commit {
    let text = |text: &String| masker.mask(text).into_owned();
    Commit {
        repository: text(&commit.repository),
        title: text(&commit.title),
        files: commit.files.iter().map(text).collect(),
        ..commit.clone()
    }
}

fn spot(spot: &Spot, masker: &Masker) -> Spot {
    Spot {
        file: masker.mask(&spot.file).into_owned(),
        inside: masker.mask(&spot.inside).into_owned(),
        name: masker.mask(&spot.name).into_owned(),
        ..spot.clone()
    }
}

fn installation(one: &InstallationSummary, masker: &Masker) -> InstallationSummary {
    let text = |text: &str| masker.mask(text).into_owned();
    InstallationSummary {
        name: text(&one.name),
        litellm: text(&one.litellm),
        members: one
            .members
            .iter()
            .map(|member| MemberSummary {
                shown: text(&member.shown),
                kind: text(&member.kind),
                link: text(&member.link),
            })
            .collect(),
        unread: one.unread.as_deref().map(text),
        remarks: one.remarks.iter().map(|remark| text(remark)).collect(),
        settings: one.settings.iter().map(|setting| provenance::masked(setting, masker)).collect(),
    }
}

fn problem(problem: &ReportedProblem, masker: &Masker) -> ReportedProblem {
    let text = |text: &str| masker.mask(text).into_owned();
    ReportedProblem {
        file: text(&problem.file),
        inside: text(&problem.inside),
        reason: text(&problem.reason),
        remedy: text(&problem.remedy),
        ..problem.clone()
    }
}
