use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use console::Key;

use super::*;
use crate::document::Path;
use crate::plan::{
    Admits, Advice, Decision, Fate, FileChange, Finding, Fix, Prominence, Question, Remedy, Safety, Severity,
    State,
};
use crate::project::Secrets;
use crate::project::{FileId, Place, Spot};
use crate::report::Style;

/// A terminal that types what it was told to, and remembers what it was shown.
struct Script {
    keys: VecDeque<Result<Key, io::ErrorKind>>,
    lines: VecDeque<&'static str>,
    shown: String,
    size: (usize, usize),
    /// What stood on the screen each time a key was waited for.
    screens: Vec<String>,
    forgotten: usize,
}

impl Script {
    fn screen(&self) -> String {
        let fold = |line: &str| {
            let chars: Vec<char> = line.chars().collect();
            let rows: Vec<String> = chars.chunks(self.size.0).map(|row| row.iter().collect()).collect();
            if rows.is_empty() { vec![String::new()] } else { rows }
        };
        let rows: Vec<String> = self.shown.split('\n').flat_map(fold).collect();
        rows[rows.len().saturating_sub(self.size.1)..].join("\n")
    }
}

impl Terminal for Script {
    fn show(&mut self, text: &str) -> io::Result<()> {
        self.shown.push_str(text);
        Ok(())
    }

    fn rewrite(&mut self, text: &str, _: usize) -> io::Result<()> {
        let line = self.shown.rfind('\n').map_or(0, |end| end + 1);
        self.shown.truncate(line);
        self.show(text)
    }

    fn key(&mut self) -> io::Result<Pressed> {
        self.screens.push(self.screen());
        let key = self.keys.pop_front().unwrap_or(Err(io::ErrorKind::Interrupted));
        key.map(|key| if key == Key::Char('~') { Pressed::Redraw } else { Pressed::Key(key) })
            .map_err(io::Error::from)
    }

    fn forget_typed(&mut self) -> io::Result<()> {
        self.forgotten += 1;
        Ok(())
    }

    fn ask(&mut self, prompt: &str) -> io::Result<Option<String>> {
        self.shown.push_str(&format!("{prompt}: "));
        match self.lines.pop_front() {
            Some("^[") => Ok(None),
            Some(line) => Ok(Some(line.to_owned())),
            None => Err(io::Error::from(io::ErrorKind::Interrupted)),
        }
    }

    fn style(&self) -> Style {
        Style { width: self.size.0, ..Style::default() }
    }

    fn size(&self) -> (usize, usize) {
        self.size
    }
}

/// A host over finished items: a fix is mended by another one if its title says so.
struct Items(Vec<Item>);

impl Host for Items {
    fn offer(
        &mut self,
        accepted: &Decisions,
        fingerprint: &str,
        answers: &[(String, Value)],
    ) -> anyhow::Result<Offer> {
        let mut item = self.0.iter().find(|item| item.fingerprint == fingerprint).cloned().unwrap();
        let taken = |by: &str| matches!(accepted.get(by), Some(Decision::Yes { .. }));
        if item.finding.title.strip_prefix("mended by ").is_some_and(taken) {
            return Ok(Offer::Mended);
        }
        if item.finding.title.strip_prefix("refused after ").is_some_and(taken) {
            return Ok(Offer::Refused("it stands in the way of sk-canary-0001".into()));
        }
        if let Some((_, value)) = answers.first() {
            let value = value.as_int().unwrap_or(60);
            anyhow::ensure!(value <= 100, "at most 100, near sk-canary-0001");
            item.finding.title = format!("edited to {value}");
        }
        Ok(Offer::Fix(Box::new(item)))
    }

    fn explain(&self, id: &str) -> String {
        (0..40).map(|line| format!("{id} line {line}\n")).collect()
    }

    fn ignored(&mut self, _: &Decisions, _: &str, reason: &str) -> anyhow::Result<String> {
        Ok(format!("a comment with the reason {reason} is written"))
    }

    fn combined(&mut self, decisions: &Decisions) -> anyhow::Result<Plan> {
        let mut plan = Plan { items: self.0.clone(), ..Plan::default() };
        for item in &mut plan.items {
            item.fate = match decisions.get(&item.fingerprint) {
                Some(Decision::Yes { .. }) => Fate::Applied,
                _ => Fate::Declined,
            };
            if item.fate == Fate::Applied {
                plan.changes.extend(item.changes.clone());
            }
        }
        Ok(plan)
    }

    fn again(&self, id: &str) -> [(String, &'static str); 2] {
        [("all".into(), "shows all"), (format!("explain {id}"), "explains one")]
    }
}

const BEFORE: &str = "master_key: sk-canary-0001\na: \u{1b}]0;x\u{7}\n";

fn item(fingerprint: &str, id: &'static str, safety: Safety) -> Item {
    let question = Question {
        param: "seconds",
        ask: "How many seconds?".into(),
        default: Value::Int(60),
        reason: "a minute".into(),
        required: id == "alerting",
    };
    let fix = Fix {
        questions: if id == "salt_key" { vec![] } else { vec![question] },
        ..Fix::plain("set it", safety, vec![])
    };
    let file = format!("{fingerprint}.yaml");
    Item {
        id,
        installation: 0,
        fingerprint: fingerprint.into(),
        finding: Finding {
            setting: id.into(),
            state: State::UNSET,
            severity: Severity::Medium,
            title: format!("title of {fingerprint}"),
            why: "because \u{1b}[2J of sk-canary-0001".into(),
            place: Place::yaml(FileId(0), 0, Path::root()),
            related: vec![],
            remedy: Remedy::Fix(fix),
            prominence: Prominence::Own,
            views: vec![],
        },
        spot: Spot { file: file.clone(), inside: file.clone(), line: 1, column: 1, name: String::new() },
        related: vec![],
        fate: Fate::LeftOut(Admits::Tier(Safety::Review, "debug_mode".into())),
        changes: vec![FileChange::new(&file, &*file, Arc::from(BEFORE), BEFORE, &format!("{BEFORE}b: 60\n"))],
    }
}

fn run(items: Vec<Item>, keys: &str, lines: &[&'static str]) -> (ReviewOutcome, String) {
    let (outcome, terminal) = run_on((100, 30), items, keys, lines);
    (outcome, terminal.shown)
}

fn run_on(
    size: (usize, usize),
    items: Vec<Item>,
    keys: &str,
    lines: &[&'static str],
) -> (ReviewOutcome, Script) {
    let keys = keys.chars().map(|c| match c {
        '\n' => Ok(Key::Enter),
        '^' => Err(io::ErrorKind::Interrupted),
        c => Ok(Key::Char(c)),
    });
    let mut terminal = Script {
        keys: keys.collect(),
        lines: lines.iter().copied().collect(),
        shown: String::new(),
        size,
        screens: Vec::new(),
        forgotten: 0,
    };
    let masker = Masker::new(&Secrets::default(), false);
    let outcome = review(&items.clone(), &mut Items(items), &masker, &mut terminal).unwrap();
    let shown = &terminal.shown;
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
    (outcome, terminal)
}

fn three() -> Vec<Item> {
    vec![
        item("one", "proxy_batch_write_at", Safety::Safe),
        item("two", "litellm_log", Safety::Review),
        item("three", "litellm_log", Safety::OnRequest),
    ]
}

fn answers(outcome: &ReviewOutcome) -> Vec<(&str, bool)> {
    let yes = |decision: &Decision| matches!(decision, Decision::Yes { .. });
    outcome.decisions.0.iter().map(|(fingerprint, decision)| (fingerprint.as_str(), yes(decision))).collect()
}

#[test]
fn a_review_from_end_to_end() {
    let (outcome, shown) = run(three(), "y\nx?nyny", &[]);
    assert_eq!(answers(&outcome), [("one", true), ("two", false), ("three", true)]);
    assert_eq!(outcome.end, End::Nothing);
    insta::assert_snapshot!(shown);
    let (outcome, _) = run(three(), "ynyy", &[]);
    assert_eq!(outcome.end, End::Write);
}

#[test]
fn quitting_keeps_what_was_taken() {
    let (outcome, shown) = run(three(), "yqy", &[]);
    assert_eq!(answers(&outcome), [("one", true), ("two", false), ("three", false)]);
    assert_eq!(outcome.end, End::Write);
    assert!(shown.contains("write 1 file? [y/n] y\n"), "{shown}");
    let (outcome, shown) = run(three(), "q", &[]);
    assert_eq!(outcome.end, End::Nothing);
    assert!(shown.contains("Nothing was taken"), "{shown}");
}

#[test]
fn an_interrupt_ends_everything_anywhere() {
    for (keys, lines) in
        [("^", vec![]), ("y^", vec![]), ("i", vec![]), ("e", vec![]), ("yyy^", vec![]), ("w^", vec![])]
    {
        let (outcome, _) = run(three(), keys, &lines);
        assert_eq!(outcome.end, End::Interrupted, "{keys}");
    }
}

#[test]
fn values_are_edited_and_proven_again() {
    let (outcome, shown) = run(three(), "eyqy", &["many", "500", "90"]);
    let edited = Decision::Yes { answers: vec![("seconds".into(), Value::Int(90))], confirmed: false };
    assert_eq!(outcome.decisions.get("one"), Some(&edited));
    assert!(shown.contains("type a whole number\n"), "{shown}");
    assert!(shown.contains("not possible: at most 100, near <secret-1>\n"), "{shown}");
    assert!(shown.contains("edited to 90"), "{shown}");
}

#[test]
fn a_required_question_is_asked_on_yes() {
    let (outcome, shown) = run(vec![item("one", "alerting", Safety::Review)], "yyy", &[""]);
    let answered = Decision::Yes { answers: vec![("seconds".into(), Value::Int(60))], confirmed: false };
    assert_eq!(outcome.decisions.get("one"), Some(&answered));
    assert_eq!(outcome.end, End::Write);
    assert!(shown.contains("How many seconds? (a minute)\nseconds [60]: "), "{shown}");
}

#[test]
fn a_hazardous_fix_wants_its_id() {
    let salt = || vec![item("one", "salt_key", Safety::Hazardous)];
    let (outcome, shown) = run(salt(), "aAyny", &["salt"]);
    assert_eq!(answers(&outcome), [("one", false)]);
    assert!(shown.contains("not confirmed\n"), "{shown}");
    let (outcome, _) = run(salt(), "yy", &["salt_key"]);
    assert_eq!(outcome.decisions.get("one"), Some(&Decision::Yes { answers: vec![], confirmed: true }));
    assert_eq!(outcome.end, End::Write);
}

#[test]
fn a_hazardous_fix_is_never_taken_with_others() {
    for (key, id, file) in [("a", "litellm_log", "one.yaml"), ("A", "salt_key", "two.yaml")] {
        let mut hazardous = item("two", "salt_key", Safety::Hazardous);
        hazardous.spot.file = file.into();
        let mut plain = item("three", id, Safety::Review);
        plain.spot.file = file.into();
        let items = vec![item("one", id, Safety::Review), hazardous, plain];
        // Asked about nevertheless, and left because its id is not typed.
        let (outcome, shown) = run(items.clone(), &format!("{key}yny"), &["yes"]);
        assert_eq!(answers(&outcome), [("one", true), ("three", true), ("two", false)], "{key} {shown}");
        assert_eq!(outcome.end, End::Write);
        let (outcome, _) = run(items, &format!("{key}yy"), &["salt_key"]);
        let confirmed = Decision::Yes { answers: vec![], confirmed: true };
        assert_eq!(outcome.decisions.get("two"), Some(&confirmed), "{key}");
    }
}

#[test]
fn ignoring_wants_a_reason() {
    let (outcome, shown) = run(three(), "iiqn", &["", "ticket 42"]);
    assert_eq!(outcome.decisions.get("one"), Some(&Decision::Ignore { reason: "ticket 42".into() }));
    assert!(shown.contains("not ignored\n"), "{shown}");
    assert!(shown.contains("a comment with the reason ticket 42 is written\n"), "{shown}");
}

#[test]
fn explanations_are_paged() {
    let (_, shown) = run(three(), "w  qq", &[]);
    assert!(
        shown.contains("line 39\n") && !shown.contains("-- more") && !shown.contains("-- end"),
        "{shown}"
    );
    let (_, shown) = run(three(), "wqq", &[]);
    assert!(!shown.contains("line 39\n") && !shown.contains("-- more"), "{shown}");
    let (_, shown) = run(three(), "w ", &[]);
    assert!(shown.contains("-- end: any key goes back to the fix --\ninterrupted"), "{shown}");
}

#[test]
fn what_an_accepted_fix_mended_is_not_asked() {
    let mut items = three();
    items[1].finding.title = "mended by one".into();
    let (outcome, shown) = run(items.clone(), "yuny", &[]);
    assert!(shown.contains("mended by one"), "{shown}");
    assert_eq!(answers(&outcome), [("one", false), ("two", true)]);
    let (outcome, shown) = run(items, "yyy", &[]);
    assert!(!shown.contains("mended by one"), "{shown}");
    assert_eq!(answers(&outcome), [("one", true), ("three", true)]);
    assert_eq!(outcome.end, End::Write);
}

/// Of every severity two, with diffs that are long; one is advice.
fn six() -> Vec<Item> {
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Medium, Severity::Low];
    let mut items: Vec<Item> = severities
        .into_iter()
        .zip(["one", "two", "three", "four", "five"])
        .map(|(severity, fingerprint)| {
            let mut item = item(fingerprint, "proxy_batch_write_at", Safety::Review);
            item.finding.severity = severity;
            item.finding.title =
                "a title that is longer than one row of a terminal that has only sixty columns".into();
            let long: String =
                (0..40).map(|line| format!("  line_{line}: {}\n", "x".repeat(line * 3))).collect();
            item.changes = vec![FileChange::new("f.yaml", "f.yaml", Arc::from(BEFORE), BEFORE, &long)];
            item
        })
        .collect();
    let mut advice = item("hand", "salt_key", Safety::Safe);
    advice.finding.title = "no salt key near sk-canary-0001".into();
    advice.finding.severity = Severity::Critical;
    advice.finding.remedy = Remedy::Advice(Advice::default());
    advice.fate = Fate::Advice;
    items.insert(0, advice);
    items
}

/// Whatever is pressed, the head and the question are on the screen, and on no page more than fits.
#[test]
fn head_and_question_are_always_seen() {
    for size in [(80, 24), (60, 15), (40, 12), (100, 50)] {
        for keys in ["  ~    x?x", "?????", "xxxxxxxxxx~x", "e?e?i?i? \n\n", "nxnyn?n", "~w ~q~~?"] {
            let lines = ["soon", "^[", "500", "", "^[", "", "", "", "", ""];
            let (_, terminal) = run_on(size, six(), keys, &lines);
            for screen in &terminal.screens {
                let asks = screen.rfind("Apply this fix?").is_some_and(|at| !screen[at..].contains("\n\n"));
                let asks = asks && screen.ends_with("] ");
                let head = screen.lines().any(|line| line.starts_with("(") && line.contains("/5)"));
                assert!(!asks || head, "{size:?} {keys}\n{screen}");
            }
        }
    }
}

#[test]
fn a_long_diff_is_paged_and_answered_on_any_page() {
    let (outcome, terminal) = run_on((60, 15), six(), " \n ny", &[]);
    assert_eq!(answers(&outcome), [("one", false), ("two", true)]);
    let pages: Vec<&str> =
        terminal.shown.lines().filter_map(|line| line.strip_prefix("-- page ")).take(4).collect();
    assert!(pages[0].starts_with("1 of ") && pages[3].starts_with("4 of "), "{pages:?}");
}

#[test]
fn the_low_ones_are_offered_once() {
    let (outcome, shown) = run(six(), "nnnnxyny", &[]);
    assert!(shown.contains("Go on to the 1 fix of low severity? [y,n,/,u,?] x\n"), "{shown}");
    assert_eq!((outcome.end, answers(&outcome).len()), (End::Nothing, 5));
    let (outcome, terminal) = run_on((100, 30), six(), "ynnnny", &[]);
    assert_eq!((outcome.end, answers(&outcome).len()), (End::Write, 5));
    // Before the question of the low ones and before the last one.
    assert_eq!(terminal.forgotten, 2);
}

#[test]
fn the_end_tells_what_is_left_and_what_is_to_be_done_by_hand() {
    let (outcome, shown) = run(six(), "ynnnny", &[]);
    assert_eq!(outcome.end, End::Write);
    let (_, end) = shown.split_once("write 1 file? [y/n] y\n").unwrap();
    assert!(end.starts_with("\nLeft: 4 fixes\n  high     proxy_batch_write_at two.yaml:1  a title"), "{end}");
    assert!(end.contains("  and 1 of low severity\n\nTo do by hand: 1 finding\n"), "{end}");
    let by_hand = "  critical salt_key hand.yaml:1  no salt key near <secret-1>\n\n  all               shows all\n  explain salt_key  explains one\n";
    assert!(end.ends_with(by_hand), "{end}");
    let (_, shown) = run(six(), "ynnnnn", &[]);
    assert!(shown.contains("Nothing is written.\n\nLeft: 5 fixes\n"), "{shown}");
    let (_, shown) = run(six(), "q", &[]);
    assert!(shown.contains("\nNothing was taken, nothing is written.\n\nLeft: 5 fixes\n"), "{shown}");
    assert_eq!(shown.matches("othing ").count(), 2, "{shown}");
}

#[test]
fn a_filter_says_how_many_match() {
    let (outcome, shown) = run(six(), "//xyq", &["none", "FOUR"]);
    assert!(shown.contains("0 fixes without an answer match \"none\"\n"), "{shown}");
    assert!(shown.contains("1 fix without an answer matches \"FOUR\"\n"), "{shown}");
    assert!(shown.contains("(1/1 with \"four\") medium"), "{shown}");
    assert!(shown.contains("No more fixes match \"four\": on with the others.\n(1/5) critical"), "{shown}");
    assert_eq!(answers(&outcome)[0], ("four", true));
    let (_, shown) = run(six(), "/q", &["four"]);
    assert!(!shown.contains("No more"), "{shown}");
}

#[test]
fn escape_takes_a_question_back() {
    let (outcome, shown) = run(six(), "ei/q", &["^[", "^[", "^["]);
    assert!(shown.contains("nothing is edited\n") && shown.contains("not ignored\n"), "{shown}");
    assert_eq!(outcome.end, End::Nothing);
    let salt = vec![item("one", "salt_key", Safety::Hazardous)];
    let (outcome, shown) = run(salt, "yq", &["^["]);
    assert!(shown.contains("not confirmed\n"), "{shown}");
    assert_eq!(answers(&outcome), [("one", false)]);
}

#[test]
fn what_cannot_be_made_after_another_is_passed_over_and_told() {
    let mut items = three();
    items[1].finding.title = "refused after one".into();
    let (outcome, shown) = run(items, "yyy", &[]);
    assert_eq!(answers(&outcome), [("one", true), ("three", true)]);
    let notice = "No longer possible after the fixes taken before: litellm_log: it stands in the way of <secret-1>\n(3/3)";
    assert!(shown.contains(notice), "{shown}");
    assert!(shown.contains("To do by hand: 1 finding\n  medium   litellm_log two.yaml:1"), "{shown}");
}

#[test]
fn many_findings_are_told_by_their_ids() {
    let items: Vec<Item> = (0..20)
        .map(|at| item(&format!("f{at}"), ["litellm_log", "debug_mode"][at % 2], Safety::Safe))
        .collect();
    let (_, shown) = run(items, "q", &[]);
    assert!(
        shown.contains("Left: 20 fixes\n  medium   litellm_log f0.yaml:1 and 9 more  title of f0\n"),
        "{shown}"
    );
}
