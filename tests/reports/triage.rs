//! What is told first, and what shares a line.

use litellm_fix::plan::{Admits, Advice, Fate, Item, Plan, Remedy, Safety, Severity};
use litellm_fix::report::{Format, Mode, Style};

use crate::demo::{change, fix, installations, item, shown, spot};

const IDS: [&str; 6] = ["alerting", "debug_mode", "json_logs", "metrics", "retry_policy", "salt_key"];

/// Findings of mixed severities, sorted as a plan sorts them.
fn findings(count: usize) -> Vec<Item> {
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let mut items: Vec<Item> = (0..count)
        .map(|at| {
            let place = spot(&format!("deploy/of/one/{}.yaml", at % 7), at + 1, 1, "");
            let title =
                format!("number {at}: a sentence that is longer than what is left of a line of a terminal");
            let remedy = match at % 3 {
                0 => Remedy::Advice(Advice { text: "write it".into(), ..Advice::default() }),
                _ => fix("set it", Safety::Review),
            };
            let fate = if at % 3 == 0 { Fate::Advice } else { Fate::LeftOut(Admits::Interactive) };
            let mut item = item(IDS[at % IDS.len()], &title, place, remedy, fate, vec![]);
            item.finding.severity = severities[(at % 20).min(3)];
            item
        })
        .collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.finding.severity));
    items
}

fn lines(items: Vec<Item>, edit: impl Fn(&mut Style)) -> Vec<String> {
    let plan = Plan { items, ..Plan::default() };
    let out = shown(&plan, &[], Format::Human, |report, style| {
        style.width = 80;
        report.installations = Box::leak(Box::new(
            installations()
                .into_iter()
                .map(|mut one| {
                    one.settings.clear();
                    one
                })
                .collect::<Vec<_>>(),
        ));
        report.problems = &[];
        edit(style);
    });
    out.out.lines().map(str::to_owned).collect()
}

fn listed(lines: &[String]) -> Vec<&String> {
    lines
        .iter()
        .filter(|line| ["critical", "high", "medium", "low"].iter().any(|name| line.starts_with(name)))
        .collect()
}

#[test]
fn what_matters_fits_a_screen_and_the_worst_its_first_lines() {
    for count in [1, 4, 20, 40, 400] {
        let lines = lines(findings(count), |_| ());
        assert!(lines.iter().all(|line| console::measure_text_width(line) <= 80), "{lines:#?}");
        let last = |names: &[&str]| {
            lines.iter().rposition(|line| names.iter().any(|name| line.starts_with(name))).unwrap_or(0)
        };
        assert!(last(&["critical", "high"]) < 10, "{count}: {lines:#?}");
        assert!(last(&["critical", "high", "medium", "low"]) < 24, "{count}: {lines:#?}");
        assert!(
            listed(&lines).iter().all(|line| line.ends_with(']') || line.starts_with("low")),
            "{lines:#?}"
        );
    }
}

#[test]
fn more_than_fifteen_lines_are_folded_by_id() {
    let many = lines(findings(120), |_| ());
    assert!(listed(&many).iter().any(|line| line.contains(" places  ")), "{many:#?}");
    assert!(listed(&many).len() <= 16, "{many:#?}");
    let few = lines(findings(15), |_| ());
    assert!(!few.iter().any(|line| line.contains(" places  ")), "{few:#?}");
    let all = lines(findings(120), |style| style.all = true);
    assert_eq!(listed(&all).len(), 120, "{all:#?}");
}

#[test]
fn equal_findings_of_several_installations_share_a_line() {
    let one = |installation: usize, file: &str, title: &str| {
        let remedy = fix("set it", Safety::Review);
        let place = spot(file, 3, 1, "");
        let mut item = item("debug_mode", title, place, remedy, Fate::LeftOut(Admits::Interactive), vec![]);
        item.installation = installation;
        item.finding.severity = Severity::Medium;
        item
    };
    let items = vec![
        one(0, "a.yaml", "it is on"),
        one(1, "b.yaml", "it is on"),
        one(1, "b.yaml", "it is on"),
        one(2, "c.yaml", "it is off"),
    ];
    let lines = lines(items, |_| ());
    let listed = listed(&lines);
    assert!(listed[0].contains("a.yaml:3 (+1)") && listed[0].ends_with("it is on [review]"), "{lines:#?}");
    assert_eq!(listed.len(), 3, "{lines:#?}");
}

#[test]
fn what_a_write_did_is_no_longer_told() {
    let mut items = findings(3);
    items.iter_mut().filter(|item| item.fate != Fate::Advice).for_each(|item| item.fate = Fate::Applied);
    let plan = Plan { items, ..Plan::default() };
    let out = shown(&plan, &[], Format::Human, |report, _| report.mode = Mode::Write).out;
    assert!(out.contains("1 finding left in deploy/of/one: 1 critical"), "{out}");
    assert!(out.contains("applied: 2 review; by hand: 1\n"), "{out}");
}

#[test]
fn three_findings_are_told_whole_and_up_to_five_where_they_are_bad() {
    let told = |severities: &[Severity]| {
        let items = severities.iter().enumerate().map(|(at, severity)| {
            let place = spot("a.yaml", at + 1, 1, "");
            let remedy = Remedy::Advice(Advice { text: "write it".into(), ..Advice::default() });
            let mut item = item("alerting", &format!("number {at}"), place, remedy, Fate::Advice, vec![]);
            item.finding.severity = *severity;
            item
        });
        let lines = lines(items.collect(), |_| ());
        lines.iter().filter(|line| line.contains(". a.yaml:")).count()
    };
    use Severity::{High, Low, Medium};
    assert_eq!(told(&[Low]), 1);
    assert_eq!(told(&[Medium, Low, Low, Low]), 3);
    assert_eq!(told(&[Medium; 6]), 3);
    assert_eq!(told(&[High, High, High, High, Medium]), 4);
    assert_eq!(told(&[High; 9]), 5);
}

/// The lines that a fix changes stand with their signs; a line of advice that begins like one that goes is one to write.
#[test]
fn the_first_findings_show_what_changes_and_what_to_write() {
    let change = change("config.yaml", "a: 1\nb: 2\n", "a: 3\nb: 2\n");
    let mut fixed = item(
        "json_logs",
        "it is off",
        spot("config.yaml", 1, 1, "a"),
        fix("set it", Safety::Review),
        Fate::LeftOut(Admits::Interactive),
        vec![change],
    );
    fixed.finding.severity = Severity::High;
    let lines_to_write = vec!["- NAME=value".to_owned()];
    let advice =
        Advice { text: "1. do this\n2. then that".into(), lines: lines_to_write, goes: String::new() };
    let place = spot("compose.yaml", 2, 1, "b");
    let by_hand = item("alerting", "nobody hears", place, Remedy::Advice(advice), Fate::Advice, vec![]);
    let lines = lines(vec![fixed, by_hand], |style| style.colour = true);
    let plain: Vec<String> = lines.iter().map(|line| console::strip_ansi_codes(line).into_owned()).collect();
    let at = |text: &str| {
        plain.iter().position(|line| line.trim() == text).unwrap_or_else(|| panic!("{text}: {plain:#?}"))
    };
    let gone = &lines[at("│ -a: 1")];
    let written = &lines[at("│ - NAME=value")];
    assert!(lines[at("│ +a: 3")] != *gone);
    let colour = |line: &str| line.rsplit_once("\u{1b}[3").map(|(_, rest)| rest.chars().next()).unwrap();
    assert_ne!(colour(gone), colour(written), "{lines:#?}");
    assert!(at("by hand:") < at("1. do this") && at("1. do this") < at("2. then that"));
}
