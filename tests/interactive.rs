//! The review on a real terminal: every key, and Ctrl-C at every prompt.
//!
//! A test starts this binary again on a pseudo-terminal, where [`on_a_terminal`] reviews two fixes made by hand.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in helpers of tests too")]

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{ControlCode, Eof, Expect, Session};
use litellm_fix::document::{Path, Value};
use litellm_fix::plan::{
    Decision, Decisions, Fate, FileChange, Finding, Fix, Item, Plan, Question, Remedy, Safety, Severity,
};
use litellm_fix::project::{FileId, Place, Spot};
use litellm_fix::report::{Masker, Style};
use litellm_fix::review::{Console, End, Host, review};

const MARK: &str = "LITELLM_FIX_TEST_ON_A_TERMINAL";

struct Items(Vec<Item>);

impl Items {
    fn get(&self, fingerprint: &str) -> Option<Item> {
        self.0.iter().find(|item| item.fingerprint == fingerprint).cloned()
    }
}

impl Host for Items {
    fn present(&mut self, _: &Decisions, fingerprint: &str) -> anyhow::Result<Option<Item>> {
        Ok(self.get(fingerprint))
    }

    fn with_answers(
        &mut self,
        _: &Decisions,
        fingerprint: &str,
        answers: &[(String, Value)],
    ) -> anyhow::Result<Item> {
        let mut item = self.get(fingerprint).unwrap();
        item.finding.title = format!("edited to {:?}", answers[0].1);
        Ok(item)
    }

    fn explain(&self, id: &str) -> String {
        format!("all about {id}")
    }

    fn ignored(&mut self, _: &Decisions, _: &str, reason: &str) -> anyhow::Result<String> {
        Ok(format!("a comment says {reason}"))
    }

    fn combined(&mut self, decisions: &Decisions) -> anyhow::Result<Plan> {
        let taken = |item: &&Item| decisions.get(&item.fingerprint).is_some_and(|d| *d != Decision::No);
        let items: Vec<Item> = self.0.iter().filter(taken).cloned().collect();
        let changes = items.iter().flat_map(|item| item.changes.clone()).collect();
        Ok(Plan { items, changes, ..Plan::default() })
    }
}

fn item(fingerprint: &str, id: &'static str, safety: Safety) -> Item {
    let question = Question {
        param: "seconds",
        ask: "How many seconds?".into(),
        default: Value::Int(60),
        reason: String::new(),
        required: false,
    };
    let fix = Fix {
        title: "set it".into(),
        safety,
        intents: vec![],
        questions: vec![question],
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
            why: String::new(),
            place: Place::yaml(FileId(0), 0, Path::root()),
            related: vec![],
            remedy: Remedy::Fix(fix),
        },
        spot: Spot { file: file.clone(), line: 1, column: 1, name: String::new() },
        related: vec![],
        fate: Fate::Applied,
        changes: vec![FileChange {
            path: PathBuf::from(&file),
            shown: file,
            before: Arc::from("a: 1\n"),
            after: Arc::from("a: 1\nb: 60\n"),
        }],
    }
}

#[test]
#[ignore = "the other tests run it on a terminal of its own"]
fn on_a_terminal() {
    if std::env::var_os(MARK).is_none() {
        return;
    }
    let items =
        vec![item("one", "proxy_batch_write_at", Safety::Safe), item("two", "salt_key", Safety::Hazardous)];
    let mut terminal = Console::new(Style::default()).unwrap();
    let outcome = review(&items.clone(), &mut Items(items), &Masker::default(), &mut terminal).unwrap();
    drop(terminal);
    for (fingerprint, decision) in &outcome.decisions.0 {
        println!("decided {fingerprint}: {decision:?}");
    }
    println!("end: {:?}", outcome.end);
    std::process::exit(if outcome.end == End::Interrupted { 130 } else { 0 });
}

struct Screen(OsSession);

const FIX: &str = "Apply this fix?";

impl Screen {
    fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "on_a_terminal", "--ignored", "--nocapture"]);
        command.env(MARK, "1").env("TERM", "xterm");
        let mut session = Session::spawn(command).unwrap();
        session.set_expect_timeout(Some(Duration::from_secs(20)));
        session.get_process_mut().set_window_size(100, 40).unwrap();
        let mut screen = Self(session);
        screen.sees("title of one");
        screen.sees(FIX);
        screen
    }

    fn sees(&mut self, text: &str) {
        if let Err(error) = self.0.expect(text) {
            let mut rest = [0; 4096];
            let count = self.0.try_read(&mut rest).unwrap_or(0);
            panic!("waited for {text:?}: {error}; there is {:?}", String::from_utf8_lossy(&rest[..count]));
        }
    }

    fn press(&mut self, keys: &str) {
        self.0.send(keys).unwrap();
    }

    fn ctrl_c(&mut self) {
        self.0.send(ControlCode::EndOfText).unwrap();
    }

    /// Waits for the end; what was still shown, and the exit code.
    fn ends(mut self) -> (String, i32) {
        let rest = self.0.expect(Eof).unwrap();
        let rest = String::from_utf8_lossy(rest.as_bytes()).into_owned();
        match self.0.get_process().wait().unwrap() {
            WaitStatus::Exited(_, code) => (rest, code),
            other => panic!("{other:?} after {rest}"),
        }
    }

    fn ends_interrupted(self) {
        let (rest, code) = self.ends();
        assert!(rest.contains("end: Interrupted"), "{rest}");
        assert_eq!(code, 130);
        let hidden = rest.rfind("\u{1b}[?25l");
        assert!(rest.rfind("\u{1b}[?25h") >= hidden, "the cursor stays hidden: {rest:?}");
    }
}

#[test]
fn yes_and_no_and_write() {
    let mut screen = Screen::start();
    screen.press("\r\n");
    screen.press("x");
    screen.sees("? all keys");
    screen.press("?");
    screen.sees("undo the last answer");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("title of two");
    screen.press("n");
    screen.sees("write 1 file?");
    screen.press("y");
    let (rest, code) = screen.ends();
    assert!(rest.contains("decided one: Yes { answers: [], confirmed: false }"), "{rest}");
    assert!(rest.contains("decided two: No") && rest.contains("end: Write"), "{rest}");
    assert_eq!(code, 0);
}

#[test]
fn the_keys_for_many_never_take_what_is_hazardous() {
    for keys in ["a", "A"] {
        let mut screen = Screen::start();
        screen.press(keys);
        screen.sees("title of two");
        screen.press(keys);
        screen.sees("only by y");
        screen.press("D");
        screen.sees("write 1 file?");
        screen.press("n");
        let (rest, _) = screen.ends();
        assert!(rest.contains("decided two: No") && rest.contains("end: Nothing"), "{rest}");
    }
    let mut screen = Screen::start();
    screen.press("d");
    screen.sees("title of two");
    screen.press("q");
    let (rest, _) = screen.ends();
    assert!(rest.contains("Nothing was taken") && rest.contains("end: Nothing"), "{rest}");
}

#[test]
fn values_reasons_and_confirmations_are_typed() {
    let mut screen = Screen::start();
    screen.press("w");
    screen.sees("all about proxy_batch_write_at");
    screen.press("e");
    screen.sees("seconds [60]");
    screen.press("90\r");
    screen.sees("edited to Int(90)");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("title of two");
    screen.press("u");
    screen.sees("title of one");
    screen.press("i");
    screen.sees("Reason");
    screen.press("ticket 42\r");
    screen.sees("a comment says ticket 42");
    screen.sees("title of two");
    screen.press("y");
    screen.sees("Type salt_key");
    screen.press("salt_key\r");
    screen.sees("write 2 files?");
    screen.press("y");
    let (rest, code) = screen.ends();
    assert!(rest.contains("decided one: Ignore { reason: \"ticket 42\" }"), "{rest}");
    assert!(rest.contains("decided two: Yes { answers: [], confirmed: true }"), "{rest}");
    assert_eq!(code, 0);
}

#[test]
fn ctrl_c_ends_every_prompt() {
    let mut screen = Screen::start();
    screen.ctrl_c();
    screen.ends_interrupted();
    for (key, prompt) in [("e", "seconds [60]"), ("i", "Reason")] {
        let mut screen = Screen::start();
        screen.press(key);
        screen.sees(prompt);
        screen.ctrl_c();
        screen.ends_interrupted();
    }
    let mut screen = Screen::start();
    screen.press("yq");
    screen.sees("write 1 file?");
    screen.ctrl_c();
    screen.ends_interrupted();
}

#[test]
fn an_interrupt_from_outside_ends_it_too() {
    let mut screen = Screen::start();
    let pid = screen.0.get_process().pid().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    // The harness runs the review on a thread that the signal does not wake; the next key does.
    std::thread::sleep(Duration::from_millis(200));
    screen.press("x");
    screen.ends_interrupted();
}
