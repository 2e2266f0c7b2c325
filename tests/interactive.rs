//! The review on a real terminal, with the real program: every key, and Ctrl-C at every moment.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in helpers of tests too")]

use std::process::Command;
use std::time::Duration;

use expectrl::process::unix::{Signal, WaitStatus};
use expectrl::session::OsSession;
use expectrl::{ControlCode, Eof, Expect, Session};

mod common;

use common::{Files, Place};

/// The fixes that are asked about, in this order.
const IDS: [&str; 4] = ["retry_policy", "allowed_fails_policy", "proxy_batch_write_at", "debug_mode"];
/// One fix of each of them.
const CONFIG: &str = "\
model_list:
  - model_name: chat
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
  - model_name: chat
    litellm_params:
      model: azure/gpt-4o
      api_key: os.environ/AZURE_API_KEY
litellm_settings:
  request_timeout: 600
  set_verbose: true
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
  database_url: os.environ/DATABASE_URL
";
const FIRST: &str = "first.yaml";
const SECOND: &str = "second.yaml";
const FIX: &str = "Apply this fix?";
const PATIENCE: Duration = Duration::from_secs(60);

struct Screen {
    session: OsSession,
    place: Place,
}

/// How a review ended.
struct Ended {
    rest: String,
    code: i32,
    files: Files,
}

impl Screen {
    /// A review of the eight fixes of two files with the same text.
    fn start() -> Self {
        let mut screen = Self::over(untouched(), &["--select", &IDS.join(","), "."]);
        screen.sees_fix(1, "retry_policy");
        screen
    }

    fn over<F: AsRef<std::path::Path>>(
        files: impl IntoIterator<Item = (F, String)>,
        options: &[&str],
    ) -> Self {
        let place = Place::new(files);
        // expectrl turns the echo off; a user has it on.
        let mut command = Command::new("sh");
        command.args(["-c", "stty echo && exec \"$0\" --interactive \"$@\""]);
        command.arg(env!("CARGO_BIN_EXE_litellm-fix")).args(options).current_dir(place.folder.path());
        command.env("LITELLM_FIX_STATE_DIR", place.state.path()).env("TERM", "xterm").env("NO_COLOR", "1");
        let mut session = Session::spawn(command).unwrap();
        session.set_expect_timeout(Some(PATIENCE));
        session.get_process_mut().set_window_size(100, 20).unwrap();
        Self { session, place }
    }

    fn sees(&mut self, text: &str) {
        if let Err(error) = self.session.expect(text) {
            let mut rest = [0; 4096];
            let count = self.session.try_read(&mut rest).unwrap_or(0);
            panic!("waited for {text:?}: {error}; there is {:?}", String::from_utf8_lossy(&rest[..count]));
        }
    }

    fn sees_fix(&mut self, number: usize, id: &str) {
        self.sees(&format!("({number}/8)"));
        self.sees(&format!("[{id}]"));
        self.sees(FIX);
    }

    fn press(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
    }

    fn ctrl_c(&mut self) {
        self.session.send(ControlCode::EndOfText).unwrap();
    }

    /// What `kill -INT` does.
    fn interrupt(&mut self) {
        self.session.get_process_mut().kill(Signal::SIGINT).unwrap();
    }

    /// Leaves fixes until the one with this number is asked about.
    fn go_to(&mut self, number: usize) {
        for next in 2..=number {
            self.press("n");
            self.sees_fix(next, IDS[(next - 1) % 4]);
        }
    }

    fn ends(mut self) -> Ended {
        let rest = self.session.expect(Eof).unwrap();
        let rest = String::from_utf8_lossy(rest.as_bytes()).into_owned();
        let code = match self.session.get_process().wait().unwrap() {
            WaitStatus::Exited(_, code) => code,
            other => panic!("{other:?} after {rest}"),
        };
        assert!(self.session.get_process().get_echo().unwrap(), "the terminal is not as it was found");
        Ended { rest, code, files: self.place.files() }
    }

    fn ends_written(self) -> Files {
        let Ended { rest, code, files } = self.ends();
        assert_eq!(code, 0, "{rest}");
        files
    }

    fn ends_untouched(self) {
        let Ended { rest, code, files } = self.ends();
        assert!(rest.contains("Nothing was written."), "{rest}");
        assert_eq!((code, files), (0, untouched()), "{rest}");
    }

    fn ends_interrupted(self) {
        let Ended { rest, code, files } = self.ends();
        assert_eq!((code, files), (130, untouched()), "{rest}");
        let hidden = rest.rfind("\u{1b}[?25l");
        assert!(rest.rfind("\u{1b}[?25h") >= hidden, "the cursor stays hidden: {rest:?}");
        assert!(rest.contains("interrupted: nothing is written"), "{rest}");
    }
}

fn untouched() -> Files {
    [FIRST, SECOND].map(|file| (file.to_owned(), CONFIG.to_owned())).into()
}

#[test]
fn yes_no_and_write() {
    let mut screen = Screen::start();
    screen.press("\r\n");
    screen.press("x");
    // Enter has said nothing and decided nothing: the hint is the answer to x, and the first fix is still asked about.
    screen.sees("? all keys");
    screen.sees(FIX);
    screen.press("?");
    screen.sees("undo the last answer");
    screen.sees(FIX);
    screen.press("n");
    screen.sees_fix(2, "allowed_fails_policy");
    screen.press("n");
    screen.sees_fix(3, "proxy_batch_write_at");
    screen.press("y");
    screen.sees_fix(4, "debug_mode");
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("y");
    let files = screen.ends_written();
    assert_eq!(files[FIRST], format!("{CONFIG}  proxy_batch_write_at: 60\n"));
    assert_eq!(files[SECOND], CONFIG);
}

#[test]
fn no_at_the_end_writes_nothing() {
    let mut screen = Screen::start();
    screen.press("y");
    screen.sees_fix(2, "allowed_fails_policy");
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("\r");
    screen.press("n");
    screen.ends_untouched();
}

#[test]
fn quit_writes_nothing() {
    let mut screen = Screen::start();
    screen.press("q");
    screen.sees("Nothing was taken");
    screen.ends_untouched();
}

#[test]
fn the_keys_for_many() {
    let mut screen = Screen::start();
    screen.press("A");
    screen.sees_fix(2, "allowed_fails_policy");
    screen.press("D");
    screen.sees_fix(3, "proxy_batch_write_at");
    screen.press("a");
    screen.sees_fix(7, "proxy_batch_write_at");
    screen.press("d");
    screen.sees("write 2 files?");
    screen.press("y");
    let files = screen.ends_written();
    let has = |file: &str, text: &str| files[file].contains(text);
    for file in [FIRST, SECOND] {
        assert!(has(file, "TimeoutErrorRetries") && !has(file, "allowed_fails"), "{files:?}");
    }
    assert!(has(FIRST, "proxy_batch_write_at: 60") && has(FIRST, "set_verbose: false"), "{files:?}");
    assert!(!has(SECOND, "proxy_batch_write_at") && has(SECOND, "set_verbose: true"), "{files:?}");
}

#[test]
fn a_value_is_edited() {
    let mut screen = Screen::start();
    screen.go_to(3);
    screen.press("e");
    screen.sees("seconds [60]");
    screen.press("soon\r");
    screen.sees("type a whole number");
    screen.sees("seconds [60]");
    screen.press("90\r");
    screen.sees("proxy_batch_write_at: 90");
    screen.sees(FIX);
    screen.press("y");
    screen.sees_fix(4, "debug_mode");
    screen.press("e");
    screen.sees("no value to edit");
    screen.sees(FIX);
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("y");
    assert_eq!(screen.ends_written()[FIRST], format!("{CONFIG}  proxy_batch_write_at: 90\n"));
}

#[test]
fn explained_undone_and_ignored() {
    let mut screen = Screen::start();
    screen.press("w");
    screen.sees("-- more");
    screen.press("q");
    screen.sees_fix(1, "retry_policy");
    screen.press("u");
    screen.sees("no answer to undo");
    screen.sees(FIX);
    screen.go_to(4);
    screen.press("y");
    screen.sees_fix(5, "retry_policy");
    screen.press("u");
    screen.sees_fix(4, "debug_mode");
    screen.press("i");
    screen.sees("Reason");
    screen.press("\r");
    screen.sees("not ignored");
    screen.sees(FIX);
    screen.press("i");
    screen.sees("Reason");
    screen.press("ticket 42\r");
    screen.sees("will be written");
    screen.sees_fix(5, "retry_policy");
    screen.press("q");
    screen.sees("write 1 file?");
    screen.press("y");
    let files = screen.ends_written();
    assert!(files[FIRST].contains("# litellm-fix: ignore[debug_mode] ticket 42"), "{files:?}");
    assert!(files[FIRST].contains("set_verbose: true"), "{files:?}");
    assert_eq!(files[SECOND], CONFIG);
}

#[test]
fn ctrl_c_ends_every_prompt() {
    let mut screen = Screen::start();
    screen.ctrl_c();
    screen.ends_interrupted();
    for (key, prompt) in [("e", "timeout [3]"), ("i", "Reason"), ("w", "-- more")] {
        let mut screen = Screen::start();
        screen.press(key);
        screen.sees(prompt);
        screen.ctrl_c();
        screen.ends_interrupted();
    }
    let mut screen = Screen::start();
    screen.press("y");
    screen.sees_fix(2, "allowed_fails_policy");
    screen.press("q");
    screen.sees("write 1 file?");
    screen.ctrl_c();
    screen.ends_interrupted();
}

/// The moments at which no key is being waited for are short, so each is tried often.
#[test]
fn an_interrupt_is_never_missed() {
    for _ in 0..12 {
        let mut screen = Screen::start();
        screen.interrupt();
        screen.ends_interrupted();
        for (key, prompt) in [("e", "timeout [3]"), ("i", "Reason")] {
            let mut screen = Screen::start();
            screen.press(key);
            screen.sees(prompt);
            screen.press("7");
            screen.sees("7");
            screen.interrupt();
            // Where the line took the 7 at that moment, it sees the signal when it ends.
            screen.press("\r");
            screen.ends_interrupted();
        }
        let mut screen = Screen::start();
        screen.press("y");
        screen.interrupt();
        screen.ends_interrupted();
        let mut screen = Screen::start();
        screen.press("y\u{3}");
        screen.ends_interrupted();
    }
}

#[test]
fn an_interrupt_ends_a_line_that_waits() {
    for (key, prompt) in [("e", "timeout [3]"), ("i", "Reason")] {
        let mut screen = Screen::start();
        screen.press(key);
        screen.sees(prompt);
        // The first one is enough, unless it came before the line waited.
        let ended = (0..500).any(|round| {
            if round % 100 == 0 {
                screen.interrupt();
            }
            std::thread::sleep(Duration::from_millis(10));
            screen.session.is_matched("interrupted").unwrap()
        });
        assert!(ended, "{key}");
        screen.ends_interrupted();
    }
}

#[test]
fn ctrl_c_overtakes_what_was_typed_ahead() {
    let mut screen = Screen::start();
    screen.press("yye");
    screen.ctrl_c();
    screen.ends_interrupted();
}

#[test]
fn ctrl_c_ends_a_line_that_is_being_typed() {
    for (key, prompt, typed) in [("e", "timeout [3]", "30\u{1b}[D"), ("i", "Reason", "ticket 42")] {
        for _ in 0..12 {
            let mut screen = Screen::start();
            screen.press(key);
            screen.sees(prompt);
            // Enough that the line is busy with it when Ctrl-C comes.
            screen.press(&typed.repeat(20));
            screen.ctrl_c();
            screen.ends_interrupted();
        }
    }
}

/// It is typed where the answers before it are not taken yet; nothing asks after the last one.
#[test]
fn ctrl_c_behind_the_last_answer_counts() {
    let mut screen = Screen::start();
    screen.go_to(3);
    screen.press("e");
    screen.sees("seconds [60]");
    screen.press("90\ryqy\u{3}");
    let Ended { rest, code, files } = screen.ends();
    assert!(rest.contains("write 1 file? [y/n] y"), "{rest}");
    assert_eq!((code, files), (130, untouched()), "{rest}");
}

#[test]
fn a_line_is_corrected_while_it_is_typed() {
    let mut screen = Screen::start();
    screen.go_to(3);
    screen.press("e");
    screen.sees("seconds [60]");
    // Longer than the line of the terminal, so that the correction goes over its begin.
    screen.press(&"1".repeat(120));
    screen.press(&"\u{7f}".repeat(121));
    // 14|, 1|4, 18|4, 1|84, |84, |84, 7|84, 78|4, 784|, 78|
    screen.press("14\u{1b}[D8\u{1b}[D\u{7f}\u{1b}[D7\u{1b}[C\u{1b}[C\u{7f}\r");
    screen.sees("proxy_batch_write_at: 78");
    screen.sees(FIX);
    screen.press("q");
    screen.ends_untouched();
}

#[test]
fn the_end_of_an_unknown_key_is_no_answer() {
    let mut screen = Screen::start();
    // Ctrl with an arrow, an arrow of the application mode, F5: A and D would answer for many fixes.
    for key in ["\u{1b}[1;5A", "\u{1b}[1;5D", "\u{1b}OA", "\u{1b}[15~", "\u{1b}[A", "\u{1b}"] {
        screen.press(key);
        screen.sees("? all keys");
        screen.sees(FIX);
    }
    screen.press("q");
    screen.sees("Nothing was taken");
    screen.ends_untouched();
}

/// In flow style no comment can stand.
const FLOW: &str = "{model_list: [{model_name: chat, litellm_params: {model: openai/gpt-4o}}], litellm_settings: {set_verbose: true}}\n";
const PREFERENCES: &str = ".litellm-fix.yaml";

fn ignores_in_flow_style(more: Option<&str>) -> Files {
    let flow = ("flow.yaml", FLOW.to_owned());
    let files = [flow].into_iter().chain(more.map(|text| (PREFERENCES, text.to_owned())));
    let mut screen = Screen::over(files, &["--select", "debug_mode", "--format", "diff", "."]);
    screen.sees(FIX);
    screen.press("i");
    screen.sees("Reason");
    screen.press("ticket 42\r");
    screen.sees("no comment can stand there");
    screen.sees("0 fixes taken, 1 ignored for good, 1 file to write");
    screen.sees("write 1 file?");
    screen.press("y");
    screen.ends_written()
}

#[test]
fn what_cannot_have_a_comment_is_ignored_by_path() {
    let files = ignores_in_flow_style(None);
    let entry =
        "  - paths:\n      - /flow.yaml\n    ignore:\n      # debug_mode: ticket 42\n      - debug_mode\n";
    assert_eq!(files[PREFERENCES], format!("overrides:\n{entry}"));
    assert_eq!(files["flow.yaml"], FLOW);
    let ran = Place::new([("flow.yaml", FLOW), ("other.yaml", FLOW), (PREFERENCES, &files[PREFERENCES])])
        .run(&["."]);
    let found: Vec<_> = ran.out.split("[debug_mode]").skip(1).collect();
    assert!(found.len() == 1 && found[0].contains("--> other.yaml:1"), "{}{}", ran.out, ran.err);
    let before = "ignore: [alerting] # no Slack here\n";
    let files = ignores_in_flow_style(Some(before));
    // The list that is there is in flow style, and so are the new ones.
    let entry = "  - paths: [/flow.yaml]\n    # debug_mode: ticket 42\n    ignore: [debug_mode]\n";
    assert_eq!(files[PREFERENCES], format!("{before}overrides:\n{entry}"));
}

#[test]
fn what_preferences_make_hazardous_wants_its_id() {
    let files = [(FIRST, CONFIG.to_owned()), (PREFERENCES, "safety: {debug_mode: hazardous}\n".to_owned())];
    let mut screen = Screen::over(files, &["--select", "debug_mode", "."]);
    screen.sees("hazardous");
    screen.sees(FIX);
    screen.press("A");
    screen.sees("only by y");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("Type debug_mode");
    screen.press("yes\r");
    screen.sees("not confirmed");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("Type debug_mode");
    screen.press("debug_mode\r");
    screen.sees("write 1 file?");
    screen.press("y");
    assert!(screen.ends_written()[FIRST].contains("set_verbose: false"));
}

/// A move that lets requests in, behind a fix of the same file.
const OPENS: &str = "\
model_list: []
litellm_settings:
  set_verbose: true
  allow_requests_on_db_unavailable: true
";

fn review_of_a_hazardous_move(first: &str) -> Screen {
    let mut screen =
        Screen::over([(FIRST, OPENS.to_owned())], &["--select", "debug_mode,db_unavailable", "."]);
    screen.sees("(1/2)");
    screen.sees("[debug_mode]");
    screen.sees(FIX);
    screen.press(first);
    screen.sees("(2/2)");
    screen.sees("[db_unavailable]");
    screen.sees("hazardous");
    screen.sees(FIX);
    screen
}

#[test]
fn no_key_for_many_takes_what_is_hazardous() {
    let mut screen = review_of_a_hazardous_move("a");
    for key in ["a", "A"] {
        screen.press(key);
        screen.sees("only by y");
        screen.sees(FIX);
    }
    screen.press("n");
    screen.sees("1 fix taken");
    screen.sees("write 1 file?");
    screen.press("y");
    assert_eq!(screen.ends_written()[FIRST], OPENS.replace("set_verbose: true", "set_verbose: false"));
}

#[test]
fn what_is_hazardous_is_taken_by_its_id() {
    let mut screen = review_of_a_hazardous_move("n");
    screen.press("y");
    screen.sees("Type db_unavailable");
    screen.press("y\r");
    screen.sees("not confirmed");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("Type db_unavailable");
    screen.press("db_unavailable\r");
    screen.sees("write 1 file?");
    screen.press("y");
    let expected = "model_list: []\nlitellm_settings:\n  set_verbose: true\ngeneral_settings:\n  \
                    allow_requests_on_db_unavailable: true\n";
    assert_eq!(screen.ends_written()[FIRST], expected);
}

#[test]
fn a_hazardous_fix_asks_first_and_wants_its_id_then() {
    let values = "masterkeySecretName: litellm-master\nproxy_config:\n  model_list: []\n";
    let mut screen = Screen::over([("values.yaml", values.to_owned())], &["--select", "salt_key", "."]);
    screen.sees("hazardous");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("secret_name [litellm-salt-key]");
    screen.press("litellm-salt\r");
    screen.sees("entry [LITELLM_SALT_KEY]");
    screen.press("\r");
    screen.sees("name: litellm-salt");
    screen.sees(FIX);
    screen.press("a");
    screen.sees("only by y");
    screen.sees(FIX);
    screen.press("y");
    screen.sees("Type salt_key");
    screen.press("salt_key\r");
    screen.sees("write 1 file?");
    screen.press("y");
    let entry = "extraEnvVars:\n  - name: LITELLM_SALT_KEY\n    valueFrom:\n      secretKeyRef:\n        \
                 name: litellm-salt\n        key: LITELLM_SALT_KEY\n";
    assert_eq!(screen.ends_written()["values.yaml"], format!("{values}{entry}"));
}
