use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use console::Key;

use super::*;
use crate::document::Path;
use crate::plan::{Decision, Fate, FileChange, Finding, Fix, Prominence, Question, Remedy, Safety, Severity};
use crate::project::Secrets;
use crate::project::{FileId, Place, Spot};
use crate::report::Style;

/// A terminal that types what it was told to, and remembers what it was shown.
struct Script {
    keys: VecDeque<Result<Key, io::ErrorKind>>,
    lines: VecDeque<&'static str>,
    shown: String,
    rows: usize,
}

impl Terminal for Script {
    fn show(&mut self, text: &str) -> io::Result<()> {
        self.shown.push_str(text);
        Ok(())
    }

    fn clear_line(&mut self) -> io::Result<()> {
        let line = self.shown.rfind('\n').map_or(0, |end| end + 1);
        self.shown.truncate(line);
        Ok(())
    }

    fn key(&mut self) -> io::Result<Key> {
        self.keys.pop_front().unwrap_or(Err(io::ErrorKind::Interrupted)).map_err(io::Error::from)
    }

    fn ask(&mut self, prompt: &str) -> io::Result<String> {
        self.shown.push_str(&format!("{prompt}: "));
        match self.lines.pop_front() {
            Some(line) => Ok(line.to_owned()),
            None => Err(io::Error::from(io::ErrorKind::Interrupted)),
        }
    }

    fn style(&self) -> Style {
        Style::default()
    }

    fn rows(&self) -> usize {
        self.rows
    }
}

/// A host over finished items: a fix is mended by another one if its title says so.
struct Items(Vec<Item>);

impl Host for Items {
    fn present(&mut self, accepted: &Decisions, fingerprint: &str) -> anyhow::Result<Option<Item>> {
        let item = self.0.iter().find(|item| item.fingerprint == fingerprint).cloned();
        let taken = |by: &str| matches!(accepted.get(by), Some(Decision::Yes { .. }));
        Ok(item.filter(|item| !item.finding.title.strip_prefix("mended by ").is_some_and(taken)))
    }

    fn with_answers(
        &mut self,
        _: &Decisions,
        fingerprint: &str,
        answers: &[(String, Value)],
    ) -> anyhow::Result<Item> {
        let value = answers.first().and_then(|(_, value)| value.as_int()).unwrap_or(60);
        anyhow::ensure!(value <= 100, "at most 100, near sk-canary-0001");
        let mut item = self.0.iter().find(|item| item.fingerprint == fingerprint).cloned().unwrap();
        item.finding.title = format!("edited to {value}");
        Ok(item)
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
        title: "set it".into(),
        safety,
        intents: vec![],
        questions: if id == "salt_key" { vec![] } else { vec![question] },
        assumptions: vec![],
    };
    let file = format!("{fingerprint}.yaml");
    Item {
        id,
        installation: 0,
        fingerprint: fingerprint.into(),
        finding: Finding {
            setting: id.into(),
            state: "unset",
            severity: Severity::Medium,
            title: format!("title of {fingerprint}"),
            why: "because \u{1b}[2J of sk-canary-0001".into(),
            place: Place::yaml(FileId(0), 0, Path::root()),
            related: vec![],
            remedy: Remedy::Fix(fix),
            prominence: Prominence::Own,
        },
        spot: Spot { file: file.clone(), line: 1, column: 1, name: String::new() },
        related: vec![],
        fate: Fate::LeftOut("--include-review".into()),
        changes: vec![FileChange::new(&file, &*file, Arc::from(BEFORE), BEFORE, &format!("{BEFORE}b: 60\n"))],
    }
}

fn run(items: Vec<Item>, keys: &str, lines: &[&'static str]) -> (Outcome, String) {
    let keys = keys.chars().map(|c| match c {
        '\n' => Ok(Key::Enter),
        '^' => Err(io::ErrorKind::Interrupted),
        c => Ok(Key::Char(c)),
    });
    let mut terminal = Script {
        keys: keys.collect(),
        lines: lines.iter().copied().collect(),
        shown: String::new(),
        rows: 30,
    };
    let masker = Masker::new(&Secrets::default(), false);
    let outcome = review(&items.clone(), &mut Items(items), &masker, &mut terminal).unwrap();
    let shown = terminal.shown;
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
    (outcome, shown)
}

fn three() -> Vec<Item> {
    vec![
        item("one", "proxy_batch_write_at", Safety::Safe),
        item("two", "litellm_log", Safety::Review),
        item("three", "litellm_log", Safety::OnRequest),
    ]
}

fn answers(outcome: &Outcome) -> Vec<(&str, bool)> {
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
    assert!(shown.contains("that cannot be: at most 100, near <secret-1>\n"), "{shown}");
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
    let (_, shown) = run(three(), "w qq", &[]);
    assert!(shown.contains("line 39\n") && !shown.contains("-- more"), "{shown}");
    let (_, shown) = run(three(), "wqq", &[]);
    assert!(!shown.contains("line 39\n") && !shown.contains("-- more"), "{shown}");
    let (_, shown) = run(three(), "w", &[]);
    assert!(shown.contains("-- more: any key, q stops --\ninterrupted"), "{shown}");
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
