//! The exit code does not depend on who reads the output; one that cannot be written is said, and is an error.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails like the test")]

mod common;

use std::fs::{File, OpenOptions};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use common::{Place, Ran, command};

const CONFIG: &str = "model_list: []\nlitellm_settings:\n  set_verbose: true\ngeneral_settings:\n  \
                      database_url: os.environ/DATABASE_URL\n";
const WRITE: [&str; 2] = ["--write", "--include-review"];
/// Each with the code that it ends with.
const COMMANDS: [(&[&str], i32); 19] = [
    (&["."], 1),
    (&["--include-review", "-v", "."], 1),
    (&["--format", "json", "."], 1),
    (&["--format", "diff", "."], 1),
    (&["--exit-zero", "."], 0),
    (&WRITE, 0),
    (&["undo"], 0),
    (&["list"], 0),
    (&["list", "--installations", "."], 0),
    (&["preferences"], 0),
    (&["preferences", "schema"], 0),
    (&["explain", "retry_policy"], 0),
    (&["explain", "debug_mode", ".", "--format", "json"], 0),
    (&["completions", "bash"], 0),
    (&["completions", "zsh"], 0),
    (&["completions", "fish"], 0),
    (&["completions", "powershell"], 0),
    (&["--help"], 0),
    (&["--version"], 0),
];

/// Where an undo has something to do.
fn place(arguments: &[&str]) -> Place {
    let place = Place::new([("config.yaml", CONFIG)]);
    if arguments == ["undo"] {
        assert_eq!(place.run(&WRITE).code, 0);
    }
    place
}

fn program(place: &Place, arguments: &[&str]) -> Command {
    let mut program = command(place.folder.path(), place.state.path());
    program.args(arguments);
    program
}

/// The same, started by a shell that closes a file descriptor.
fn closing(place: &Place, arguments: &[&str], closed: &str) -> Command {
    let program = program(place, arguments);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec \"$0\" \"$@\" {closed}>&-")]).arg(program.get_program());
    shell.args(program.get_args()).current_dir(place.folder.path());
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell
}

fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

/// A pipe that nobody reads.
fn unread() -> Stdio {
    std::io::pipe().unwrap().1.into()
}

#[test]
fn an_output_that_nobody_reads_changes_no_code() {
    for (arguments, code) in COMMANDS {
        let fresh = || place(arguments);
        assert_eq!(Ran::of(&mut program(&fresh(), arguments)).code, code, "{arguments:?}");
        for both in [false, true] {
            let place = fresh();
            let mut run = program(&place, arguments);
            run.stdin(Stdio::null()).stdout(unread());
            let output = run.stderr(if both { unread() } else { Stdio::piped() }).output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{arguments:?}: {:?}", output.status.signal());
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
            assert!(arguments != WRITE || place.files()["config.yaml"] != CONFIG);
            assert!(arguments != ["undo"] || place.files()["config.yaml"] == CONFIG);
        }
        for closed in ["1", "2"] {
            let place = fresh();
            assert_eq!(Ran::of(&mut closing(&place, arguments, closed)).code, code, "{arguments:?} {closed}");
        }
    }
}

#[test]
fn an_output_that_cannot_be_written_is_said_and_exits_with_4() {
    for (arguments, _) in COMMANDS {
        let place = place(arguments);
        let output = program(&place, arguments).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {said}");
        assert!(
            said.contains("error: the output could not be written: No space left"),
            "{arguments:?}: {said}"
        );
        assert!(!said.contains("this is a bug"), "{arguments:?}: {said}");
        // The files are as they were to be, and that is said too.
        let written = "; before that these files were written: config.yaml";
        let writes = arguments == WRITE || arguments == ["undo"];
        assert_eq!(said.contains(written), writes, "{arguments:?}: {said}");
        assert!(arguments != WRITE || place.files()["config.yaml"] != CONFIG);
        assert!(arguments != ["undo"] || place.files()["config.yaml"] == CONFIG);
    }
}

#[test]
fn errors_keep_their_code_wherever_they_go() {
    for (arguments, code) in [(&["--no-such-option"][..], 2), (&["undo"], 2), (&["--select", "x"], 2)] {
        for output in [true, false] {
            let place = Place::new([("config.yaml", CONFIG)]);
            let mut run = program(&place, arguments);
            run.stdout(full()).stderr(if output { Stdio::from(full()) } else { unread() });
            assert_eq!(run.status().unwrap().code(), Some(code), "{arguments:?}");
        }
    }
    // A warning that cannot be written is an output that cannot be written.
    let place = Place::new([("nginx.yaml", "a: 1\n")]);
    assert_eq!(place.run(&["."]).code, 3);
    let mut run = program(&place, &[".", "--format", "concise"]);
    assert_eq!(run.stdout(Stdio::null()).stderr(full()).status().unwrap().code(), Some(4));
}
