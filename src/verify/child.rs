//! Runs the probe once: a process group of its own, a private folder, an end to waiting.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::protocol::{LoadStage, Request, Response};
use super::runtime::Interpreter;

/// An answer is far smaller.
const LONGEST_ANSWER: u64 = 64_000_000;
/// Of what is printed besides.
const LONGEST_WORDS: u64 = 64_000;
/// What has left the group of the process may hold its pipes open.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Asks the probe about one proxy.
///
/// # Errors
/// It cannot be started, the container engine fails, or the user interrupts. A probe that does not answer is an answer: it does not load.
pub fn ask(
    runtime: &Interpreter,
    mut question: Request<'_>,
    timeout: Duration,
    interrupted: &AtomicBool,
) -> anyhow::Result<Response> {
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
    let input = child.stdin.take();
    // Not waited for: a probe that ends early leaves the rest of its question.
    thread::spawn(move || input.map(|mut input| input.write_all(&text)));
    let (output, errors) =
        (reading(child.stdout.take(), LONGEST_ANSWER), reading(child.stderr.take(), LONGEST_WORDS));
    let ended = wait(&mut child, timeout, interrupted);
    // What it has started goes with it, also where it has come to its end by itself.
    let status = end(&mut child, runtime, matches!(ended, Ok(true)))?;
    let said = |text: Receiver<Vec<u8>>| text.recv_timeout(LAST_WORDS).unwrap_or_default();
    let (answer, told) = (said(output), said(errors));
    let stopped =
        |error: String| Response { error: Some(error), stage: Some(LoadStage::Load), ..Response::default() };
    if !ended? {
        return Ok(stopped(format!("it did not load within {} s (--timeout)", timeout.as_secs())));
    }
    match serde_json::from_slice::<Response>(&answer) {
        Ok(answer) if answer.is_one() => Ok(answer),
        // What Python prints may hold secrets; an engine tells of itself.
        _ if runtime.container.is_some() && status.code().is_some_and(|code| (125..=127).contains(&code)) => {
            let told = String::from_utf8_lossy(&told);
            bail!("{}: {}", runtime.program.to_string_lossy(), told.trim())
        }
        _ => Ok(stopped(format!("Python ended without an answer ({status})"))),
    }
}

fn start(runtime: &Interpreter, folder: &std::path::Path) -> anyhow::Result<Child> {
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

/// Reads a pipe to its end; keeps so many bytes.
fn reading(pipe: Option<impl Read + Send + 'static>, most: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.by_ref().take(most).read_to_end(&mut text);
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        }
        sender.send(text)
    });
    receiver
}

/// Whether it has ended by itself before its time is over.
fn wait(child: &mut Child, timeout: Duration, interrupted: &AtomicBool) -> anyhow::Result<bool> {
    let begun = Instant::now();
    loop {
        if has_ended(child)? {
            return Ok(true);
        }
        if interrupted.load(Ordering::Relaxed) {
            bail!(Interrupted);
        }
        if begun.elapsed() > timeout {
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Nothing else gets its number before it is waited for.
#[cfg(unix)]
fn has_ended(child: &Child) -> anyhow::Result<bool> {
    use rustix::process::{WaitId, WaitIdOptions, waitid};

    let Some(id) = group(child) else { return Ok(true) };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    Ok(waitid(WaitId::Pid(id), options)?.is_some())
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> anyhow::Result<bool> {
    Ok(child.try_wait()?.is_some())
}

#[cfg(unix)]
fn group(child: &Child) -> Option<rustix::process::Pid> {
    i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw)
}

/// Ends the child and all of its group.
fn end(child: &mut Child, runtime: &Interpreter, by_itself: bool) -> std::io::Result<ExitStatus> {
    if let Some(name) = runtime.container.as_ref().filter(|_| !by_itself) {
        let _ = Command::new(&runtime.program)
            .args(["kill", name])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
    #[cfg(unix)]
    if let Some(group) = group(child) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    child.wait()
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
