//! Runs the probe once: a process group of its own, a private folder, an end to waiting.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::protocol::{Answer, Question, Stage};
use super::runtime::Runtime;

/// An answer is far smaller.
const LONGEST_ANSWER: u64 = 64_000_000;

/// Asks the probe about one proxy.
///
/// # Errors
/// It cannot be started, the container engine fails, or the user interrupts. A probe that does not answer is an answer: it does not load.
pub fn ask(
    runtime: &Runtime,
    mut question: Question<'_>,
    timeout: Duration,
    interrupted: &AtomicBool,
) -> anyhow::Result<Answer> {
    // It is removed when it is dropped, whatever happens; only its owner may look into it.
    let mut private = tempfile::Builder::new();
    private.prefix("litellm-fix-verify-");
    #[cfg(unix)]
    private.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let folder = private.tempdir()?;
    if runtime.container.is_none() {
        question.folder = Some(folder.path().to_owned());
    }
    let text = serde_json::to_vec(&question)?;
    let mut child = start(runtime, folder.path())?;
    let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (ended, answer, told) = thread::scope(|scope| {
        let writer = scope.spawn(move || input.map(|mut input| input.write_all(&text)));
        let reader = scope.spawn(move || read(output));
        let errors = scope.spawn(move || read(errors));
        let ended = wait(&mut child, timeout, interrupted);
        if !matches!(ended, Ok(Some(_))) {
            kill(&mut child, runtime);
        }
        // A probe that ends early leaves the rest of its question.
        let _ = writer.join();
        (ended, reader.join().unwrap_or_default(), errors.join().unwrap_or_default())
    });
    let stopped =
        |error: String| Answer { error: Some(error), stage: Some(Stage::Load), ..Answer::default() };
    let Some(status) = ended? else {
        return Ok(stopped(format!("it did not load within {} s (--timeout)", timeout.as_secs())));
    };
    match serde_json::from_slice(&answer) {
        Ok(answer) => Ok(answer),
        // What Python prints may hold secrets; an engine tells of itself.
        Err(_)
            if runtime.container.is_some()
                && status.code().is_some_and(|code| (125..=127).contains(&code)) =>
        {
            let told = String::from_utf8_lossy(&told);
            bail!("{}: {}", runtime.program.to_string_lossy(), told.trim())
        }
        Err(_) => Ok(stopped(format!("Python ended without an answer ({status})"))),
    }
}

fn start(runtime: &Runtime, folder: &std::path::Path) -> anyhow::Result<Child> {
    let mut command = Command::new(&runtime.program);
    command.args(&runtime.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if runtime.container.is_none() {
        let kept = ["PATH", "SYSTEMROOT", "LANG", "LC_ALL"];
        let kept = kept.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.env_clear().envs(kept).env("HOME", folder).env("TMPDIR", folder).current_dir(folder);
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().with_context(|| format!("{} cannot be started", runtime.program.to_string_lossy()))
}

fn read(pipe: Option<impl Read>) -> Vec<u8> {
    let mut text = Vec::new();
    let _ = pipe.map(|pipe| pipe.take(LONGEST_ANSWER).read_to_end(&mut text));
    text
}

/// How it ended; [`None`] where it takes too long.
fn wait(
    child: &mut Child,
    timeout: Duration,
    interrupted: &AtomicBool,
) -> anyhow::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if interrupted.load(Ordering::Relaxed) {
            bail!(Interrupted);
        }
        if begun.elapsed() > timeout {
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Ends the child and all that it has started.
fn kill(child: &mut Child, runtime: &Runtime) {
    if let Some(name) = &runtime.container {
        let _ = Command::new(&runtime.program)
            .args(["kill", name])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The user interrupts.
#[derive(Debug)]
pub struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}
