//! The review on a real terminal, with the real program: every key, and Ctrl-C at every prompt.
//!
//! A key is pressed only once its prompt is seen and the terminal is raw. Before that, a Ctrl-C would be a signal.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in helpers of tests too")]

use std::process::Command;
use std::time::{Duration, Instant};

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{ControlCode, Eof, Expect, Session};

mod common;

use common::{Files, Place, command};

/// Four fixes, in this order: `retry_policy`, `allowed_fails_policy`, `proxy_batch_write_at`, `debug_mode`.
const CONFIG: &str = "\
model_list:
  - model_name: chat
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
litellm_settings:
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
        let place = Place::new(untouched());
        let mut command = command(place.folder.path(), place.state.path());
        command.args(["--interactive", "."]).env("TERM", "xterm");
        let mut session = Session::spawn(command).unwrap();
        session.set_expect_timeout(Some(PATIENCE));
        session.get_process_mut().set_window_size(100, 20).unwrap();
        let mut screen = Self { session, place };
        screen.sees_fix(1, "retry_policy");
        screen
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
        self.is_raw();
        self.session.send(keys).unwrap();
    }

    fn ctrl_c(&mut self) {
        self.is_raw();
        self.session.send(ControlCode::EndOfText).unwrap();
    }

    fn is_raw(&self) {
        let start = Instant::now();
        while self.session.get_process().get_echo().unwrap() {
            assert!(start.elapsed() < PATIENCE, "nothing is asked");
            std::thread::yield_now();
        }
    }

    /// Leaves fixes until the one with this number is asked about.
    fn go_to(&mut self, number: usize) {
        let ids = ["retry_policy", "allowed_fails_policy", "proxy_batch_write_at", "debug_mode"];
        for next in 2..=number {
            self.press("n");
            self.sees_fix(next, ids[(next - 1) % 4]);
        }
    }

    fn ends(mut self) -> Ended {
        let rest = self.session.expect(Eof).unwrap();
        let rest = String::from_utf8_lossy(rest.as_bytes()).into_owned();
        let code = match self.session.get_process().wait().unwrap() {
            WaitStatus::Exited(_, code) => code,
            other => panic!("{other:?} after {rest}"),
        };
        Ended { rest, code, files: self.place.files() }
    }

    /// Says yes to the summary; what was written.
    fn writes(mut self, count: &str) -> Files {
        self.sees(&format!("write {count}?"));
        self.press("y");
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
    let files = screen.writes("1 file");
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
    let files = screen.writes("2 files");
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
    assert_eq!(screen.writes("1 file")[FIRST], format!("{CONFIG}  proxy_batch_write_at: 90\n"));
}

#[test]
fn explained_undone_and_ignored() {
    let mut screen = Screen::start();
    screen.press("w");
    screen.sees("-- more");
    screen.press("q");
    screen.sees(FIX);
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
    let files = screen.writes("1 file");
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

#[test]
fn an_interrupt_from_outside_ends_it_too() {
    let mut screen = Screen::start();
    screen.is_raw();
    let pid = screen.session.get_process().pid().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    // If the signal came just before the program waits for a key, the next key wakes it; it may be gone already.
    drop(screen.session.send("x"));
    screen.ends_interrupted();
}
