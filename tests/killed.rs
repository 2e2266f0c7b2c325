//! The real program, killed before its system calls, and with somebody else who writes between them: nothing is lost, nothing is half.
//!
//! A kill is tried before the first call of each kind of state that the file system comes to: between two changes it makes no difference, nor does
//! the number of the file (of an undo and a recovery, before every fifth of these). Somebody else's edit is tried before each call that changes something beside the files, of one file after the other.
//! `LITELLM_FIX_EVERY_CALL=1` tries both before every call of the commit, of every file and each way to edit, which takes minutes.
//! `LITELLM_FIX_SKIP_TRACING=1` goes without, where processes cannot be traced.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails like the test")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use common::{Place, Ran, command, in_parallel, read_all};

type Bytes = BTreeMap<String, Vec<u8>>;

const PROXY: &str = "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n\
    litellm_settings:\n  set_verbose: true\ngeneral_settings:\n  master_key: os.environ/LITELLM_MASTER_KEY\n  \
    database_url: os.environ/DATABASE_URL\n";
const EDGE: &str =
    "model_list: []\r\nlitellm_settings:\r\n  request_timeout: 6000\r\n  set_verbose: true\r\n";
const COMPOSE: &str = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:main-v1.80.15-stable\n    \
    env_file: .env\n    volumes: [./proxy/config.yaml:/app/config.yaml]\n    command: [--config, /app/config.yaml]\n";
const ENV: &str =
    "LITELLM_MASTER_KEY=sk-canary-0001\nDATABASE_URL=postgresql://u:canary-pw@db/x\nLITELLM_LOG=DEBUG\n";
/// What a run writes, with its modes; the compose file is read.
const WRITTEN: [(&str, u32); 3] =
    [(".env", 0o600), ("edge/config.yaml", 0o664), ("proxy/config.yaml", 0o644)];
/// What is found and mended needs no more than this, and it is quicker.
const WRITE: [&str; 4] = ["--write", "--include-review", "--select", "debug_mode,litellm_log"];
const LOOK: [&str; 2] = ["--select", "debug_mode,litellm_log"];
const NEVER_REACHED: i32 = 99;

/// A repository as it was, and the ways to look at it.
struct Scene(Place);

impl Scene {
    fn new() -> Self {
        let place = Place::new([
            ("proxy/config.yaml", PROXY),
            ("edge/config.yaml", EDGE),
            ("compose.yaml", COMPOSE),
            (".env", ENV),
            (".gitignore", ".env\n"),
        ]);
        for (name, mode) in WRITTEN {
            fs::set_permissions(place.folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        let scene = Self(place);
        scene.git(&["init", "-q"]);
        scene.git(&["add", "-A"]);
        scene
    }

    /// After an undisturbed run.
    fn written() -> Self {
        let scene = Self::new();
        assert_eq!(scene.run(&WRITE).code, 0);
        scene
    }

    fn git(&self, words: &[&str]) -> String {
        let mut git = Command::new("git");
        let output = git.current_dir(self.0.folder.path()).args(words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.0.run(arguments)
    }

    fn start(&self, arguments: &[&str]) -> std::process::Child {
        let mut run = command(self.0.folder.path(), self.0.state.path());
        run.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        run.spawn().unwrap()
    }

    /// Runs below the tracer; see there.
    fn traced(&self, unit: &str, act: &[&str], arguments: &[&str]) -> Ran {
        let (folder, state) = (self.0.folder.path(), self.0.state.path());
        let program = command(folder, state);
        let mut tracer = Command::new(python());
        tracer.args(["-I", "-S", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/killed/tracer.py")]);
        tracer.arg(format!("{},{}", state.display(), folder.display())).arg(unit).args(act).arg("--");
        tracer.arg(program.get_program()).args(arguments).current_dir(folder);
        tracer.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let ran = Ran::of(&mut tracer);
        assert_ne!(ran.code, 98, "{} (LITELLM_FIX_SKIP_TRACING=1 goes without these tests)", ran.err);
        ran
    }

    /// How many there are, and of calls which change the files, of changes which lead to a state of a new kind.
    fn count(&self, unit: &str, arguments: &[&str]) -> (usize, Vec<usize>) {
        let report = tempfile::NamedTempFile::new().unwrap();
        let ran = self.traced(unit, &["count", report.path().to_str().unwrap()], arguments);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let report = fs::read_to_string(report.path()).unwrap();
        let (count, changing) = report.split_once('\n').unwrap();
        (count.parse().unwrap(), changing.split_whitespace().map(|number| number.parse().unwrap()).collect())
    }

    fn bytes(&self) -> Bytes {
        read_all(self.0.folder.path())
    }

    /// What a kill leaves beside the files is for nobody else: in a folder that only its owner can look into, with no name that a glob
    /// for configurations takes. Gives the files themselves.
    fn own_bytes(&self, at: &str) -> Bytes {
        let (mut own, mut left) = (Bytes::new(), Vec::new());
        for (name, bytes) in self.bytes() {
            match name.split('/').find(|part| part.ends_with(".tmp")) {
                Some(part) => left.push((name.clone(), part.to_owned())),
                None => drop(own.insert(name, bytes)),
            }
        }
        for (name, part) in left {
            assert!(part.starts_with(".litellm-fix-"), "{at}: {name}");
            assert!(name.ends_with("/new") || name.ends_with("/.gitignore"), "{at}: {name}");
            let folder: PathBuf = name.split_inclusive(&part).next().unwrap().into();
            assert_eq!(mode(&self.0.folder.path().join(folder)), 0o700, "{at}: {name}");
        }
        // Between the making of the file that git goes by and its first byte git sees that, empty.
        for taken in self.git(&["ls-files", "--others", "--exclude-standard"]).lines() {
            let path = self.0.folder.path().join(taken);
            assert!(taken.ends_with("/.gitignore") && fs::read(path).unwrap().is_empty(), "{at}: {taken}");
        }
        own
    }

    fn assert_modes(&self, at: &str) {
        for (name, wanted) in WRITTEN {
            assert_eq!(mode(&self.0.folder.path().join(name)), wanted, "{at}: {name}");
        }
    }

    /// Whether the journal holds a run that began to write and did not end.
    fn is_half_done(&self) -> bool {
        let Ok(entries) = fs::read_dir(self.0.state.path().join("journal")) else { return false };
        let mut runs = entries.map(|entry| entry.unwrap().path());
        runs.any(|run| run.join("run.json").exists() && !run.join("done").exists())
    }
}

/// The interpreter itself: what is called `python3` may be a script that looks for it each time.
fn python() -> &'static str {
    static FOUND: LazyLock<String> = LazyLock::new(|| {
        let mut python = Command::new("python3");
        let output = python.args(["-I", "-S", "-c", "import sys; print(sys.executable)"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    });
    &FOUND
}

/// Whether a report says something, wherever its lines break.
fn says(report: &str, what: &str) -> bool {
    report.split_whitespace().collect::<Vec<_>>().join(" ").contains(what)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn skipped() -> bool {
    let skip = std::env::var_os("LITELLM_FIX_SKIP_TRACING").is_some_and(|value| value == "1");
    if skip {
        let _ =
            writeln!(std::io::stderr(), "LITELLM_FIX_SKIP_TRACING=1: no run is stopped at its system calls");
    }
    skip
}

fn every_call() -> bool {
    std::env::var_os("LITELLM_FIX_EVERY_CALL").is_some_and(|value| value == "1")
}

/// The bytes before and after an undisturbed run.
fn both() -> [Bytes; 2] {
    let scene = Scene::new();
    let old = scene.bytes();
    assert_eq!(scene.run(&WRITE).code, 0);
    let new = scene.own_bytes("undisturbed");
    for name in old.keys() {
        assert_eq!(old[name] != new[name], WRITTEN.iter().any(|(written, _)| written == name), "{name}");
    }
    scene.assert_modes("undisturbed");
    [old, new]
}

/// Where a command is killed: what is counted, and how many there are.
fn kill_points(scene: &Scene, arguments: &[&str], step: usize) -> (&'static str, Vec<usize>) {
    let unit = if every_call() { "calls" } else { "changes" };
    let (count, kinds) = scene.count(unit, arguments);
    assert!(count > 15 && (every_call() || kinds.len() > 8), "{arguments:?}: {count}, {kinds:?}");
    let some = || kinds.into_iter().step_by(step).collect();
    (unit, if every_call() { (0..count).collect() } else { some() })
}

fn tell(what: &str, count: usize) {
    let _ = writeln!(std::io::stderr(), "{what}: {count} points");
}

/// A run of `arguments` from a scene is killed at each point (or each of so many); `after` looks at what it leaves, which is each file old or new.
fn killed_everywhere(
    what: &str,
    scene: impl Fn() -> Scene + Sync,
    arguments: &[&str],
    step: usize,
    after: impl Fn(&Scene, &str, &Bytes) + Sync,
) {
    let (unit, points) = kill_points(&scene(), arguments, step);
    tell(what, points.len());
    let [old, new] = both();
    in_parallel(&points, |number| {
        let (scene, at) = (scene(), format!("{what}, killed at {number} of the {unit}"));
        let ran = scene.traced(unit, &["kill", &number.to_string()], arguments);
        if ran.code == NEVER_REACHED && *number + 4 >= *points.last().unwrap() {
            return;
        }
        assert_eq!(ran.code, 137, "{at}: {}", ran.err);
        let own = scene.own_bytes(&at);
        assert!(own.keys().eq(old.keys()), "{at}: {own:?}");
        for (name, bytes) in &own {
            assert!(*bytes == old[name] || *bytes == new[name], "{at}: {name} is a mixture: {bytes:?}");
        }
        scene.assert_modes(&at);
        after(&scene, &at, &own);
        scene.assert_modes(&at);
        assert_eq!(scene.bytes(), old, "{at}");
        assert!(!scene.is_half_done(), "{at}");
    });
}

/// The next preview tells of what a killed write left, the next write mends it and writes the rest, and undo takes all of it back.
fn recovers(scene: &Scene, at: &str, own: &Bytes, [old, new]: &[Bytes; 2]) {
    let half_done = scene.is_half_done();
    assert!(half_done || own == new || own == old, "{at}");
    let ran = scene.run(&LOOK);
    let told = ran.err.contains("half done; the next --write puts them right first");
    assert_eq!(told, half_done, "{at}: {}", ran.err);
    let ran = scene.run(&WRITE);
    assert_eq!((ran.code, ran.err.contains("warning: a killed run")), (0, half_done), "{at}: {}", ran.err);
    assert_eq!(scene.bytes(), *new, "{at}");
    let ran = scene.run(&["undo"]);
    assert_eq!(ran.code, 0, "{at}: {}", ran.err);
}

#[test]
fn a_killed_write_is_recovered_and_undone() {
    if skipped() {
        return;
    }
    let both = both();
    killed_everywhere("a write", Scene::new, &WRITE, 1, |scene, at, own| recovers(scene, at, own, &both));
}

#[test]
fn a_killed_undo_is_recovered() {
    if skipped() {
        return;
    }
    let [old, _] = both();
    killed_everywhere("an undo", Scene::written, &["undo"], 5, |scene, at, _| {
        let half_done = scene.is_half_done();
        let ran = scene.run(&LOOK);
        assert_eq!(ran.err.contains("half done"), half_done, "{at}: {}", ran.err);
        let ran = scene.run(&["undo"]);
        assert_eq!(ran.out.contains("a killed run"), half_done, "{at}: {}{}", ran.out, ran.err);
        // Nothing is left to undo where the killed one had come to its end.
        let done = scene.bytes() == old && ran.err.contains("nothing to undo");
        assert!(ran.code == 0 || done, "{at}: {}", ran.err);
    });
}

#[test]
fn a_killed_recovery_is_recovered() {
    if skipped() {
        return;
    }
    let both = both();
    let killed_at = |number: usize| {
        let scene = Scene::new();
        scene.traced("changes", &["kill", &number.to_string()], &WRITE);
        scene
    };
    let written = |scene: &Scene| {
        let own = scene.own_bytes("half done");
        WRITTEN.iter().filter(|(name, _)| own[*name] == both[1][*name]).count()
    };
    // The later the kill, the more is written.
    let (mut low, mut high) = (0, Scene::new().count("changes", &WRITE).0 - 1);
    while low < high {
        let middle = usize::midpoint(low, high);
        if written(&killed_at(middle)) == 0 { low = middle + 1 } else { high = middle }
    }
    let half = low;
    assert_eq!(written(&killed_at(half)), 1);
    killed_everywhere(
        "a recovery",
        || killed_at(half),
        &WRITE,
        5,
        |scene, at, own| {
            recovers(scene, at, own, &both);
        },
    );
}

const THEIRS: [(&str, &str); 3] = [
    (".env", "LITELLM_LOG=INFO\n"),
    ("edge/config.yaml", "model_list: []\n"),
    ("proxy/config.yaml", "model_list: []\n# theirs\n"),
];
/// The run does not write it, but judges by it.
const JUDGED_BY: (&str, &str) = ("compose.yaml", "services: {}\n");
const HOW: [&str; 2] = ["over", "instead"];

#[test]
fn what_somebody_else_writes_meanwhile_is_never_lost() {
    if skipped() {
        return;
    }
    let (count, changing) = Scene::new().count("calls", &WRITE);
    let mut points = Vec::new();
    let files: Vec<_> = THEIRS.iter().chain([&JUDGED_BY]).collect();
    let numbers = (0..count).filter(|number| every_call() || changing.contains(number));
    for (at, number) in numbers.enumerate() {
        for (file, theirs) in files.iter().enumerate() {
            let is_in_turn = |how: usize| at % files.len() == file && (at / files.len()) % HOW.len() == how;
            let hows = HOW.iter().enumerate().filter(|(how, _)| every_call() || is_in_turn(*how));
            points.extend(hows.map(|(_, how)| (number, **theirs, *how)));
        }
    }
    assert!(points.len() > 20, "{points:?}");
    tell("an edit", points.len());
    let both = both();
    in_parallel(&points, |(number, theirs, how)| edited(*number, count, *theirs, how, &both));
}

/// Somebody else writes one of the files at a call of the run.
fn edited(number: usize, count: usize, (name, text): (&str, &str), how: &str, [old, new]: &[Bytes; 2]) {
    let scene = Scene::new();
    let at = format!("{name} written {how} before call {number}");
    let path = scene.0.folder.path().join(name);
    let ran =
        scene.traced("calls", &["edit", &number.to_string(), how, path.to_str().unwrap(), text], &WRITE);
    if ran.code == NEVER_REACHED && number + 4 >= count {
        return;
    }
    let said = format!("{at}: {}{}", ran.out, ran.err);
    let own = scene.bytes();
    assert_eq!(own[name], text.as_bytes(), "{said}");
    assert!(!scene.is_half_done(), "{said}");
    let others = match ran.code {
        // It was written, and then came the other.
        0 => new,
        4 => old,
        code => panic!("{code}: {said}"),
    };
    let told = says(&ran.out, &format!("{name} has changed since it was read"));
    assert_eq!(told, ran.code == 4, "{said}");
    for (other, bytes) in &own {
        assert!(other == name || *bytes == others[other], "{said}: {other}");
    }
    assert!(own.keys().eq(old.keys()), "{said}: {own:?}");
    scene.assert_modes(&at);
    if ran.code == 0 && name != JUDGED_BY.0 {
        let ran = scene.run(&["undo"]);
        assert!(ran.code != 0 && ran.err.contains("nothing was undone"), "{at}: {}", ran.err);
        assert_eq!(scene.bytes(), own, "{at}");
    }
}

/// Two commands are started at once, some time apart; both end.
fn race(scene: &Scene, first: &[&str], second: &[&str], apart: u64) -> [Ran; 2] {
    let one = scene.start(first);
    std::thread::sleep(std::time::Duration::from_millis(apart));
    let two = scene.start(second);
    [one, two].map(|run| Ran::from(run.wait_with_output().unwrap()))
}

#[test]
fn of_two_writes_at_once_one_writes_and_the_other_tells_why_not() {
    let [old, new] = both();
    in_parallel(&[0, 0, 0, 5, 10, 15, 20, 30], |apart| {
        let scene = Scene::new();
        let ran = race(&scene, &WRITE, &WRITE, *apart);
        assert!(ran.iter().any(|ran| ran.code == 0), "{ran:?}");
        for ran in &ran {
            let told = ["has changed since it was read; run again", "another litellm-fix is writing"];
            assert!(ran.code == 0 || ran.code == 4 && told.iter().any(|t| says(&ran.out, t)), "{ran:?}");
        }
        assert_eq!(scene.bytes(), new);
        scene.assert_modes("after a race");
        assert_eq!(scene.run(&["undo"]).code, 0);
        assert_eq!(scene.bytes(), old);
    });
}

#[test]
fn a_write_and_an_undo_at_once_leave_all_old_or_all_new() {
    let [old, new] = both();
    in_parallel(&[0, 0, 1, 2, 3, 5, 10, 20], |apart| {
        let scene = Scene::written();
        let ran = if apart % 2 == 0 {
            race(&scene, &["undo"], &WRITE, *apart)
        } else {
            race(&scene, &WRITE, &["undo"], *apart)
        };
        let now = scene.bytes();
        // Of each installation; one is a matter of its own.
        for files in [&[".env", "proxy/config.yaml"][..], &["edge/config.yaml"]] {
            let all = |wanted: &Bytes| files.iter().all(|name| now[*name] == wanted[*name]);
            assert!(all(&old) || all(&new), "{ran:?}: {now:?}");
        }
        for ran in &ran {
            assert!(ran.code == 0 || !(ran.out.clone() + &ran.err).contains("this is a bug"), "{ran:?}");
        }
        scene.assert_modes("after a race");
    });
}
