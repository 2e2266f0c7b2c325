//! The score card: how a deployment stands today, and how it would stand after its fixes. `docs/score.md` explains it to users.

use std::collections::BTreeMap;

use crate::plan::finding::{Area, Finding, Remedy, Safety, Severity};
use crate::plan::planner::outcome::{Fate, Item, Open, Plan};
use crate::plan::transform::Transform;

/// The best score of an area; every open gap takes points from it.
const BEST: f64 = 10.0;

/// The most that the overall score can be while something is broken or unsafe.
const BEST_WHILE_CRITICAL: f64 = 3.0;

/// The scores of a run, each from 0 to 10 in steps of a tenth. Of several installations it is the mean.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreCard {
    /// The areas in a fixed order.
    pub areas: Vec<(Area, Score)>,
    /// The mean of the areas.
    pub overall: Score,
    /// How many open findings there are of each severity, the worst first.
    pub severities: Vec<(Severity, usize)>,
    /// Whether the overall score is held down by a critical finding.
    pub capped: bool,
    /// The transforms that could not judge an installation, since what sets their settings is not visible.
    pub unseen: Vec<&'static str>,
}

/// One line of the card.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// As the files stood when they were read.
    pub today: f64,
    /// With the fixes of this plan.
    pub after_plan: f64,
    /// With every fix of the tier `safe`.
    pub after_safe: f64,
    /// With those of the tier `review` too.
    pub after_review: f64,
    /// With every fix that `--apply all` admits: the hazardous ones and those that wait for an answer excepted.
    pub after_all: f64,
}

impl Score {
    fn of([today, after_plan, after_safe, after_review, after_all]: [f64; STANDS.len()]) -> Self {
        Self { today, after_plan, after_safe, after_review, after_all }
    }
}

impl Severity {
    /// Which part of a transform's weight an open finding of this severity costs.
    pub fn cost(self) -> f64 {
        match self {
            Self::Low => 0.25,
            Self::Medium => 0.5,
            Self::High => 0.75,
            Self::Critical => 1.0,
        }
    }
}

/// Scores a plan; `None` without an installation. `unseen` has, for each installation, the settings that are not visible: for the
/// transforms that answer for them nothing is known, which counts as a low finding.
pub fn score(plan: &Plan, transforms: &[Transform], unseen: &[Vec<&str>]) -> Option<ScoreCard> {
    let installations = unseen.len();
    if installations == 0 {
        return None;
    }
    let owner = |setting: &str| {
        let owns = |one: &&Transform| one.meta.settings.contains(&setting);
        transforms.iter().find(owns).map(|transform| transform.meta.id)
    };
    let unknown: Vec<Vec<&'static str>> =
        unseen.iter().map(|settings| settings.iter().filter_map(|one| owner(one)).collect()).collect();
    let weights: BTreeMap<&str, &[(Area, u8)]> =
        transforms.iter().map(|transform| (transform.meta.id, transform.meta.weights)).collect();
    let mut of_each: Vec<Vec<&Item>> = vec![Vec::new(); installations];
    for item in &plan.items {
        if let Some(own) = of_each.get_mut(item.installation) {
            own.push(item);
        }
    }
    // What a baseline knows stays as it is, but it is there.
    let mut known_of_each: Vec<Vec<&Open>> = vec![Vec::new(); installations];
    for one in plan.known.iter().flatten() {
        if let Some(own) = known_of_each.get_mut(one.installation) {
            own.push(one);
        }
    }
    let column = |open: fn(&Item) -> bool| {
        let mut sums = [0.0; Area::ALL.len()];
        for ((items, known), unknown) in of_each.iter().zip(&known_of_each).zip(&unknown) {
            let items = items.iter().filter(|item| open(item)).map(|item| item.open());
            let items = items.chain(known.iter().copied().cloned());
            let lost = lost(items, unknown, &weights);
            for (sum, area) in sums.iter_mut().zip(Area::ALL) {
                *sum += (BEST - lost.get(&area).copied().unwrap_or_default()).max(0.0);
            }
        }
        sums.map(|sum| sum / installations as f64)
    };
    let columns = STANDS.map(column);
    let is_critical = |open: fn(&Item) -> bool| {
        plan.items.iter().any(|item| open(item) && item.finding.severity == Severity::Critical)
            || plan.known.iter().flatten().any(|one| one.severity == Severity::Critical)
    };
    let caps = STANDS.map(|open| if is_critical(open) { BEST_WHILE_CRITICAL } else { BEST });
    let rounded = |score: f64| (score * 10.0).round() / 10.0;
    let line = |pick: &dyn Fn(&[f64; Area::ALL.len()]) -> f64| columns.each_ref().map(|of| rounded(pick(of)));
    let mean = line(&|scores| scores.iter().sum::<f64>() / scores.len() as f64);
    let mut capped = mean.into_iter().zip(caps).map(|(score, cap)| score.min(cap));
    let overall = Score::of(std::array::from_fn(|_| capped.next().unwrap_or_default()));
    let mut all_unknown: Vec<&'static str> = unknown.into_iter().flatten().collect();
    all_unknown.sort_unstable();
    all_unknown.dedup();
    Some(ScoreCard {
        unseen: all_unknown,
        capped: caps[0] < BEST,
        areas: Area::ALL
            .iter()
            .enumerate()
            .map(|(at, area)| (*area, Score::of(line(&|scores| scores[at]))))
            .collect(),
        overall,
        severities: Severity::ALL
            .map(|severity| {
                let open =
                    plan.items.iter().filter(|item| is_open(item) && item.finding.severity == severity);
                (severity, open.count())
            })
            .to_vec(),
    })
}

/// The points that each area loses. A transform counts once, with its worst finding; one that could not judge counts as a low one.
fn lost(
    items: impl Iterator<Item = Open>,
    unknown: &[&'static str],
    weights: &BTreeMap<&str, &[(Area, u8)]>,
) -> BTreeMap<Area, f64> {
    let mut worst: BTreeMap<&str, Severity> = unknown.iter().map(|id| (*id, Severity::Low)).collect();
    for item in items {
        let severity = worst.entry(item.id).or_insert(item.severity);
        *severity = (*severity).max(item.severity);
    }
    let mut lost = BTreeMap::new();
    for (id, severity) in worst {
        for (area, weight) in weights.get(id).copied().unwrap_or_default() {
            *lost.entry(*area).or_default() += f64::from(*weight) * severity.cost();
        }
    }
    lost
}

/// Which findings are open in each column of the card.
const STANDS: [fn(&Item) -> bool; 5] = [
    is_open,
    |item| is_open(item) && !matches!(item.fate, Fate::Applied | Fate::Mended(_)),
    |item| is_open(item) && !mends(item, Safety::Safe),
    |item| is_open(item) && !mends(item, Safety::Review),
    |item| is_open(item) && !mends(item, Safety::OnRequest),
];

fn is_open(item: &Item) -> bool {
    item.is_open()
}

/// Whether a finding goes when every fix up to this tier is applied.
fn mends(item: &Item, tier: Safety) -> bool {
    let fix = |finding: &Finding| match &finding.remedy {
        // A question that must be answered first is nothing that an option can admit.
        Remedy::Fix(fix) => fix.safety <= tier && !fix.waits_for_answer(),
        Remedy::Advice(_) => false,
    };
    match item.fate {
        Fate::Applied | Fate::LeftOut(_) | Fate::Declined | Fate::Mended(_) => fix(&item.finding),
        Fate::Advice | Fate::Refused(_) | Fate::Failed(_) | Fate::Suppressed(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::finding::{Advice, Fix};
    use crate::plan::said::admits::Admits;
    use crate::plan::transform::{Meta, NoParams};
    use crate::project::{FileId, Place, Spot};

    static META: Meta = Meta {
        id: "one",
        title: "",
        why: "",
        severity: Severity::High,
        worst: Severity::High,
        gap: "",
        files: "",
        versions: "",
        settings: &[],
        params: &[],
        weights: &[(Area::Latency, 4), (Area::Security, 2)],
        aliases: &[],
    };

    fn item(installation: usize, severity: Severity, remedy: Remedy, fate: Fate) -> Item {
        let place = Place::line(FileId(0), 1);
        let finding = Finding { severity, remedy, ..Finding::new(&META, "one", "unset", place) };
        let spot = Spot { file: "f".into(), inside: "f".into(), line: 1, column: 1, name: String::new() };
        Item {
            id: "one",
            installation,
            fingerprint: String::new(),
            finding,
            spot,
            related: vec![],
            fate,
            changes: vec![],
        }
    }

    fn fix(safety: Safety) -> Remedy {
        Remedy::Fix(Fix::plain("", safety, vec![]))
    }

    fn latency(items: Vec<Item>, installations: usize) -> Score {
        let transforms = [Transform::new::<NoParams>(&META, "", |_, _| Vec::new())];
        let plan = Plan { items, ..Plan::default() };
        score(&plan, &transforms, &vec![Vec::new(); installations]).unwrap().areas[1].1
    }

    #[test]
    fn the_worst_open_finding_of_a_transform_counts_once() {
        let advice = || Remedy::Advice(Advice::default());
        let items = vec![
            item(0, Severity::Low, fix(Safety::Safe), Fate::LeftOut(Admits::Turn)),
            item(0, Severity::High, fix(Safety::Review), Fate::LeftOut(Admits::Turn)),
            item(0, Severity::Critical, advice(), Fate::Suppressed("known".into())),
        ];
        assert_eq!(latency(items, 1), Score::of([7.0, 7.0, 7.0, 10.0, 10.0]));
        let items = vec![item(0, Severity::Critical, fix(Safety::Safe), Fate::Applied)];
        assert_eq!(latency(items, 1), Score::of([6.0, 10.0, 10.0, 10.0, 10.0]));
        let items = vec![item(0, Severity::Critical, fix(Safety::Hazardous), Fate::LeftOut(Admits::Turn))];
        assert_eq!(latency(items, 1), Score::of([6.0; 5]));
    }

    #[test]
    fn several_installations_share_the_card() {
        let items = vec![item(1, Severity::Critical, Remedy::Advice(Advice::default()), Fate::Advice)];
        assert_eq!(latency(items, 2).today, 8.0);
        assert_eq!(score(&Plan::default(), &[], &[]), None);
    }

    #[test]
    fn an_open_critical_finding_caps_the_overall_score() {
        let transforms = [Transform::new::<NoParams>(&META, "", |_, _| Vec::new())];
        let items = vec![item(0, Severity::Critical, fix(Safety::Safe), Fate::Applied)];
        let plan = Plan { items, ..Plan::default() };
        let overall = score(&plan, &transforms, &[Vec::new()]).unwrap().overall;
        assert_eq!(overall, Score::of([3.0, 10.0, 10.0, 10.0, 10.0]));
    }

    #[test]
    fn what_is_not_visible_is_not_counted_as_good() {
        static OWNER: Meta = Meta { settings: &["salt_key"], ..META };
        let transforms = [Transform::new::<NoParams>(&OWNER, "", |_, _| Vec::new())];
        let card = score(&Plan::default(), &transforms, &[vec!["salt_key"]]).unwrap();
        assert_eq!((card.areas[1].1.today, card.unseen), (9.0, vec!["one"]));
    }
}
