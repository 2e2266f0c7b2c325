//! The program on a terminal, and what a user sees and presses there.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use expectrl::process::unix::{Signal, WaitStatus};
use expectrl::session::OsSession;
use expectrl::{ControlCode, Eof, Expect, Session};

use crate::common::{Files, Place};

/// The fixes that are asked about, in this order.
pub const IDS: [&str; 3] = ["retry_policy", "proxy_batch_write_at", "debug_mode"];
/// One fix of each of them.
pub const CONFIG: &str = "\
model_list:
  - model_name: chat
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
  - model_name: chat
    litellm_params:
      model: azure/gpt-4o
      api_key: os.environ/AZURE_API_KEY
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
  database_url: os.environ/DATABASE_URL
litellm_settings:
  request_timeout: 600
  set_verbose: true
";
pub const FIRST: &str = "first.yaml";
pub const SECOND: &str = "second.yaml";
pub const PREFERENCES: &str = ".litellm-fix.yaml";
pub const FIX: &str = "Apply this fix?";
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Screen {
    pub session: OsSession,
    place: Place,
}

/// How a review ended.
pub struct Ended {
    pub rest: String,
    pub code: i32,
    pub files: Files,
}

impl Screen {
    /// A review of the six fixes of two files with the same text.
    pub fn start() -> Self {
        let mut screen = Self::over(untouched(), &["--select", &IDS.join(","), "."]);
        screen.sees_fix(1, "retry_policy");
        screen
    }

    pub fn over<F: AsRef<Path>>(files: impl IntoIterator<Item = (F, String)>, options: &[&str]) -> Self {
        Self::run("exec \"$0\" --interactive \"$@\"", (100, 20), "xterm", files, options)
    }

    /// A review by a script of a shell, on a terminal with so many columns and rows.
    pub fn run<F: AsRef<Path>>(
        script: &str,
        (columns, rows): (u16, u16),
        term: &str,
        files: impl IntoIterator<Item = (F, String)>,
        options: &[&str],
    ) -> Self {
        let place = Place::new(files);
        let mut command = Command::new("sh");
        // expectrl turns the echo off; a user has it on. The program begins once the window has its size.
        command.args(["-c", &format!("stty echo && read -r _ && {script}")]);
        command.arg(env!("CARGO_BIN_EXE_litellm-fix")).args(options).current_dir(place.folder.path());
        command.env("LITELLM_FIX_STATE_DIR", place.state.path()).env("TERM", term);
        // A dumb terminal has none by itself.
        command.env("NO_COLOR", if term == "dumb" { "" } else { "1" }).env_remove("CLICOLOR_FORCE");
        let mut session = Session::spawn(command).unwrap();
        session.set_expect_timeout(Some(PATIENCE));
        session.get_process_mut().set_window_size(columns, rows).unwrap();
        session.send("\n").unwrap();
        Self { session, place }
    }

    pub fn sees(&mut self, text: &str) {
        if let Err(error) = self.session.expect(text) {
            let mut rest = [0; 4096];
            let count = self.session.try_read(&mut rest).unwrap_or(0);
            panic!("waited for {text:?}: {error}; there is {:?}", String::from_utf8_lossy(&rest[..count]));
        }
    }

    pub fn sees_fix(&mut self, number: usize, id: &str) {
        self.sees(&format!("({number}/6)"));
        self.sees(&format!("[{id}]"));
        self.sees(FIX);
    }

    pub fn press(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
    }

    /// What is shown until this text is, that included.
    pub fn until(&mut self, text: &str) -> String {
        let found = self.session.expect(text).unwrap();
        format!("{}{text}", String::from_utf8_lossy(found.before()))
    }

    pub fn ctrl_c(&mut self) {
        self.session.send(ControlCode::EndOfText).unwrap();
    }

    /// What `kill -INT` does.
    pub fn interrupt(&mut self) {
        self.session.get_process_mut().kill(Signal::SIGINT).unwrap();
    }

    /// Leaves fixes until the one with this number is asked about.
    pub fn go_to(&mut self, number: usize) {
        for next in 2..=number {
            self.press("n");
            self.sees_fix(next, IDS[(next - 1) % 3]);
        }
    }

    pub fn ends(mut self) -> Ended {
        let mut rest = self.session.expect(Eof).unwrap().as_bytes().to_vec();
        // Linux tells of the end also where the last words came in that very moment: these are there to be read after it.
        let mut last = [0; 4096];
        while let Ok(count @ 1..) = self.session.try_read(&mut last) {
            rest.extend_from_slice(&last[..count]);
        }
        let rest = String::from_utf8_lossy(&rest).into_owned();
        let code = match self.session.get_process().wait().unwrap() {
            WaitStatus::Exited(_, code) => code,
            other => panic!("{other:?} after {rest}"),
        };
        assert!(self.session.get_process().get_echo().unwrap(), "the terminal is not as it was found");
        Ended { rest, code, files: self.place.files() }
    }

    pub fn ends_written(self) -> Files {
        let Ended { rest, code, files } = self.ends();
        assert_eq!(code, 0, "{rest}");
        files
    }

    pub fn ends_untouched(self) {
        let Ended { rest, code, files } = self.ends();
        assert!(rest.contains("Left: "), "{rest}");
        assert_eq!((code, files), (0, untouched()), "{rest}");
    }

    pub fn ends_interrupted(self) {
        let Ended { rest, code, files } = self.ends();
        assert_eq!((code, files), (130, untouched()), "{rest}");
        let hidden = rest.rfind("\u{1b}[?25l");
        assert!(rest.rfind("\u{1b}[?25h") >= hidden, "the cursor stays hidden: {rest:?}");
        assert!(rest.contains("interrupted: nothing is written"), "{rest}");
    }
}

pub fn untouched() -> Files {
    [FIRST, SECOND].map(|file| (file.to_owned(), CONFIG.to_owned())).into()
}

/// The configuration with the value that is proposed, or another one.
pub fn with_batches_of(seconds: u32) -> String {
    let before = "  database_url: os.environ/DATABASE_URL\n";
    CONFIG.replace(before, &format!("{before}  proxy_batch_write_at: {seconds}\n"))
}
