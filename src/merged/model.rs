//! What many results say together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Context as _;
use serde_json::Value as Json;

use super::way::{Way, Ways};
use crate::plan::Severity;

/// A finding of a repository.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) id: String,
    pub(super) severity: Severity,
    pub(super) title: String,
    pub(super) why: String,
    pub(super) place: String,
    pub(super) way: Way,
    /// Why it was refused.
    pub(super) detail: String,
}

/// How a repository stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Its worst open finding.
    Open(Severity),
    /// Nothing is open.
    Clean,
    /// It could not be judged, or not wholly.
    Failed,
    /// It holds no LiteLLM.
    Nothing,
}

impl Standing {
    /// All, the worst first.
    pub(super) const ALL: [Self; 7] = [
        Self::Open(Severity::Critical),
        Self::Open(Severity::High),
        Self::Open(Severity::Medium),
        Self::Open(Severity::Low),
        Self::Clean,
        Self::Failed,
        Self::Nothing,
    ];

    /// In JSON, and as a class.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Open(severity) => severity.name(),
            Self::Clean => "clean",
            Self::Failed => "failed",
            Self::Nothing => "no_litellm",
        }
    }

    /// For people.
    pub(super) fn words(self) -> &'static str {
        if self == Self::Nothing { "no LiteLLM" } else { self.name() }
    }

    /// Its place in [`Standing::ALL`].
    pub(super) fn rank(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).unwrap_or(Self::ALL.len())
    }
}

/// The result of a repository at a moment.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) name: String,
    /// Empty where it is not known.
    pub(super) date: String,
    pub(super) standing: Standing,
    pub(super) error: String,
    /// Open findings, as [`Severity::ALL`] orders them.
    pub(super) open: [usize; 4],
    pub(super) ways: Ways,
    pub(super) score: Option<f64>,
    /// The releases of LiteLLM that run.
    pub(super) releases: BTreeSet<String>,
    pub(super) findings: Vec<Finding>,
}

impl Outcome {
    /// `report` is that of `--format json`, or null.
    ///
    /// # Errors
    /// A finding without what each has.
    pub(super) fn new(
        name: &str,
        date: &str,
        exit: u64,
        error: Option<&str>,
        report: &Json,
    ) -> anyhow::Result<Self> {
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        let previews = report["mode"] == "preview";
        let all = report["findings"].as_array().into_iter().flatten();
        let all = all.enumerate().map(|(at, one)| {
            finding(one, previews).with_context(|| format!("number {} of its findings", at + 1))
        });
        let findings: Vec<Finding> = all.filter_map(Result::transpose).collect::<anyhow::Result<_>>()?;
        let mut ways = Ways::new();
        findings.iter().for_each(|one| *ways.entry(one.way).or_default() += 1);
        let fatal = report["problems"].as_array().into_iter().flatten().find(|one| one["fatal"] == true);
        let fatal = fatal.map(|one| format!("{}: {}", text(&one["file"]), text(&one["reason"])));
        let open = Severity::ALL.map(|severity| number(&report["summary"]["open"][severity.name()]));
        let worst = Severity::ALL.into_iter().zip(open).find(|(_, count)| *count > 0);
        let standing = match (exit, worst) {
            (2 | 4, _) => Standing::Failed,
            (3, _) => Standing::Nothing,
            (_, Some((severity, _))) => Standing::Open(severity),
            (_, None) => Standing::Clean,
        };
        let installations = report["installations"].as_array().into_iter().flatten();
        let releases =
            installations.filter_map(|one| Some(one["litellm"].as_str()?.split(' ').next()?.to_owned()));
        let stands = if previews { "today" } else { "after_plan" };
        Ok(Self {
            name: name.to_owned(),
            date: date.to_owned(),
            standing,
            error: error.map(str::to_owned).or(fatal).unwrap_or_default(),
            open,
            ways,
            score: report["score"]["areas"]["overall"][stands].as_f64(),
            releases: releases.collect(),
            findings,
        })
    }

    /// So many findings of this way.
    pub(super) fn count(&self, way: Way) -> usize {
        self.ways.get(&way).copied().unwrap_or(0)
    }
}

fn number(value: &Json) -> usize {
    value.as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or(0)
}

/// Nothing of one that is open no more, and that this run did not mend.
fn finding(of: &Json, previews: bool) -> anyhow::Result<Option<Finding>> {
    let text = |name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let severity = Severity::ALL.into_iter().find(|one| of["severity"] == one.name());
    let severity = severity.context("it has no severity that this release knows")?;
    let status = of["status"].as_str().context("it has no status")?;
    let Some(way) = Way::of(status, of, previews) else { return Ok(None) };
    let (file, line) = (text("file"), number(&of["line"]));
    Ok(Some(Finding {
        id: text("id"),
        severity,
        title: text("title"),
        why: text("why"),
        place: if line > 0 { format!("{file}:{line}") } else { file },
        way,
        detail: text("detail"),
    }))
}

/// Results on their way in: of each repository the newest whole, and of those before it what a course of time needs.
#[derive(Default)]
pub(super) struct Results {
    newest: BTreeMap<String, Outcome>,
    moments: BTreeMap<(String, String), Moment>,
}

#[derive(Clone)]
struct Moment {
    date: String,
    standing: Standing,
    score: Option<f64>,
    open: usize,
}

impl Results {
    /// Of several results of a repository with one date the last counts.
    pub(super) fn add(&mut self, outcome: Outcome) {
        // A day is what a run takes whose shares begin at different moments.
        let day = outcome.date.get(..10).unwrap_or_default().to_owned();
        let moment = Moment {
            date: outcome.date.clone(),
            standing: outcome.standing,
            score: outcome.score,
            open: outcome.open.iter().sum(),
        };
        let key = (day, outcome.name.clone());
        if self.moments.get(&key).is_none_or(|known| known.date <= moment.date) {
            self.moments.insert(key, moment);
        }
        let is_newest = self.newest.get(&outcome.name).is_none_or(|known| known.date <= outcome.date);
        if is_newest {
            self.newest.insert(outcome.name.clone(), outcome);
        }
    }
}

/// What is known of an id in all repositories.
#[derive(Clone, Debug, Default)]
pub(super) struct ById {
    pub(super) repositories: usize,
    /// Open findings, as [`Severity::ALL`] orders them.
    pub(super) open: [usize; 4],
    pub(super) ways: Ways,
    /// What the first of the worst says.
    pub(super) title: String,
}

impl ById {
    /// Open findings.
    pub(super) fn total(&self) -> usize {
        self.open.iter().sum()
    }
}

/// How all stood on a day.
#[derive(Clone, Debug)]
pub(super) struct Day {
    /// `2026-01-31`.
    pub(super) day: String,
    /// Repositories by their standing, as [`Standing::ALL`] orders them.
    pub(super) standings: [usize; 7],
    pub(super) score: Option<f64>,
    pub(super) open: usize,
}

/// Everything that the reports are made of.
pub(super) struct Merged {
    /// The newest results, the worst first.
    pub(super) repositories: Vec<Outcome>,
    /// By id, the most that is open first.
    pub(super) ids: Vec<(String, ById)>,
    pub(super) standings: [usize; 7],
    pub(super) open: [usize; 4],
    pub(super) ways: Ways,
    /// Repositories by their score: from 0 to 1, …, from 9 to 10.
    pub(super) scores: [usize; 10],
    pub(super) score: Option<f64>,
    /// The days that results are of; a repository without a result of a day stands as it did before.
    pub(super) days: Vec<Day>,
}

impl Merged {
    /// What the results say together.
    pub(super) fn of(results: Results) -> Self {
        let days = days(&results.moments);
        let mut repositories: Vec<Outcome> = results.newest.into_values().collect();
        let by_worst = |one: &Outcome| {
            let open: Vec<_> = one.open.iter().map(|count| usize::MAX - count).collect();
            (one.standing.rank(), open)
        };
        repositories.sort_by_cached_key(|one| (by_worst(one), one.name.clone()));
        let (mut standings, mut open, mut ways) = ([0; 7], [0; 4], Ways::new());
        for one in &repositories {
            standings[one.standing.rank()] += 1;
            open.iter_mut().zip(one.open).for_each(|(sum, count)| *sum += count);
            one.ways.iter().for_each(|(way, count)| *ways.entry(*way).or_default() += count);
        }
        let all: Vec<f64> = repositories.iter().filter_map(|one| one.score).collect();
        let mut scores = [0; 10];
        for score in &all {
            scores[(0..9).filter(|at| *score >= f64::from(at + 1)).count()] += 1;
        }
        let ids = ids(&repositories);
        Self { ids, standings, open, ways, scores, score: mean(&all), days, repositories }
    }

    /// So many findings of this way.
    pub(super) fn count(&self, way: Way) -> usize {
        self.ways.get(&way).copied().unwrap_or(0)
    }

    /// Repositories in which LiteLLM was found.
    pub(super) fn with_litellm(&self) -> usize {
        self.repositories.len() - self.standings[Standing::Nothing.rank()]
    }

    /// What could not be judged, with why.
    pub(super) fn failed(&self) -> impl Iterator<Item = &Outcome> {
        self.repositories.iter().filter(|one| one.standing == Standing::Failed)
    }

    /// Open findings of these severities, the worst first.
    pub(super) fn findings(&self, least: Severity) -> Vec<(&Outcome, &Finding)> {
        let all =
            self.repositories.iter().flat_map(|one| one.findings.iter().map(move |finding| (one, finding)));
        let mut all: Vec<_> =
            all.filter(|(_, one)| one.severity >= least && one.way != Way::Applied).collect();
        all.sort_by_key(|(_, one)| std::cmp::Reverse(one.severity));
        all
    }
}

fn mean(all: &[f64]) -> Option<f64> {
    let count = u32::try_from(all.len()).ok().filter(|count| *count > 0)?;
    Some(all.iter().sum::<f64>() / f64::from(count))
}

fn ids(repositories: &[Outcome]) -> Vec<(String, ById)> {
    let mut ids: BTreeMap<String, (ById, Severity)> = BTreeMap::new();
    for one in repositories {
        let mut seen = BTreeSet::new();
        for finding in &one.findings {
            let (of, worst) = ids.entry(finding.id.clone()).or_insert((ById::default(), Severity::Low));
            of.repositories += usize::from(seen.insert(&finding.id));
            *of.ways.entry(finding.way).or_default() += 1;
            if finding.way != Way::Applied {
                let at = Severity::ALL.iter().position(|severity| *severity == finding.severity);
                of.open[at.unwrap_or(3)] += 1;
            }
            if of.title.is_empty() || finding.severity > *worst {
                (of.title, *worst) = (finding.title.clone(), finding.severity);
            }
        }
    }
    let mut ids: Vec<(String, ById)> = ids.into_iter().map(|(id, (of, _))| (id, of)).collect();
    ids.sort_by_key(|(_, of)| std::cmp::Reverse(of.open));
    ids
}

fn days(moments: &BTreeMap<(String, String), Moment>) -> Vec<Day> {
    let mut stand: HashMap<&str, &Moment> = HashMap::new();
    let mut days: Vec<Day> = Vec::new();
    let mut all = moments.iter().filter(|((day, _), _)| !day.is_empty()).peekable();
    while let Some(((day, name), moment)) = all.next() {
        stand.insert(name, moment);
        if all.peek().is_some_and(|((next, _), _)| next == day) {
            continue;
        }
        let mut standings = [0; 7];
        stand.values().for_each(|one| standings[one.standing.rank()] += 1);
        // In an order of its own, or the last digits would change from run to run.
        let mut scores: Vec<f64> = stand.values().filter_map(|one| one.score).collect();
        scores.sort_by(f64::total_cmp);
        let open = stand.values().map(|one| one.open).sum();
        days.push(Day { day: day.clone(), standings, score: mean(&scores), open });
    }
    days
}
