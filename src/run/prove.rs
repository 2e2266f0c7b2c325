//! Proofs by the user's own LiteLLM: the command for it, and the gate before a write.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{bail, ensure};

use super::loaded::Loaded;
use super::told::problems;
use super::{Run, exit, many};
use crate::cli::{FormatArg, ProofArgs, RunArgs};
use crate::exit::Exit;
use crate::plan::{Plan, plan};
use crate::project::Files;
use crate::report::{self, Masker, Mode};
use crate::verify::compare::Comparison;
use crate::verify::runtime::Provider;
use crate::verify::{Interrupted, ProofOptions, Prover, Verified, words};

/// Whether a run of the main job is to be proven, and how.
///
/// # Errors
/// The options contradict each other, or do not say where LiteLLM comes from.
pub(super) fn asked(args: &RunArgs) -> anyhow::Result<Option<ProofOptions>> {
    let ProofArgs { verify, python, image, install, trust_code, .. } = &args.proof;
    if !verify {
        let given = python.is_some() || image.is_some() || *install || *trust_code;
        ensure!(
            !given,
            "--python, --image, --install and --trust-code go with `litellm-fix verify` or `--write --verify`"
        );
        return Ok(None);
    }
    ensure!(
        args.write || args.interactive,
        "--verify goes with --write; `litellm-fix verify` proves without writing"
    );
    how(&args.proof).map(Some)
}

/// Of many repositories nobody can say at once that their code may run.
pub(super) fn check_many(args: &RunArgs) -> anyhow::Result<()> {
    asked(args)?;
    ensure!(!args.proof.trust_code, "--trust-code is for one repository, whose code you know");
    Ok(())
}

fn how(args: &ProofArgs) -> anyhow::Result<ProofOptions> {
    let source = match (&args.python, &args.image, args.install) {
        // A path is not looked for on the PATH, and the load has a folder of its own.
        (Some(python), ..) if python.components().count() > 1 => {
            Provider::Python(std::path::absolute(python)?)
        }
        (Some(python), ..) => Provider::Python(python.clone()),
        (_, Some(image), _) => Provider::Image(image.clone()),
        (.., true) => Provider::Install,
        _ => bail!(
            "it is not said which LiteLLM to load it in. There are three ways:\n  --python EXECUTABLE   a Python that has LiteLLM, such as .venv/bin/python\n  --image IMAGE         an image of LiteLLM, run by docker, podman or nerdctl\n  --install             the version that the files show, installed from PyPI into the cache folder"
        ),
    };
    Ok(ProofOptions { source, timeout: Duration::from_secs(args.timeout.max(1)), trust: args.trust_code })
}

/// Every proxy of the paths, before and after the fixes that a preview with these options shows.
pub(super) fn verify(
    run: &Run<'_>,
    args: &RunArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    ensure!(
        !args.write && !args.interactive,
        "`litellm-fix verify` writes nothing; `--write --verify` proves and writes"
    );
    ensure!(
        args.format == FormatArg::Human && args.output.is_empty(),
        "`litellm-fix verify` prints text only"
    );
    let how = how(&args.proof)?;
    ensure!(
        many::units(args)?.is_none(),
        "`litellm-fix verify` is for one repository: run it for each, or use `--write --verify`"
    );
    let loaded = run.load(args)?;
    let before = loaded.project.files.clone();
    let plan = plan(before.clone(), &loaded.project.installations, &loaded.transforms, &loaded.rules, None)
        .map_err(anyhow::Error::msg)?;
    let show = |text: &str| report::visible(text).into_owned();
    let mut all = Vec::new();
    let interrupted = interrupts()?;
    let prover =
        Prover { how: &how, before: &before, plan: &plan, only_changed: false, interrupted: &interrupted };
    for (index, parts) in loaded.project.installations.iter().enumerate() {
        let proven = match prover.prove(index, parts) {
            Err(error) if error.is::<Interrupted>() => return Ok(Exit::Interrupted),
            proven => proven?,
        };
        for one in &proven {
            words::lines(one, &loaded.masker).iter().try_for_each(|line| writeln!(out, "{}", show(line)))?;
        }
        out.flush()?;
        all.extend(proven);
    }
    writeln!(out, "{}", words::summary(&all))?;
    let problems = problems(&loaded.project);
    for problem in &problems {
        let mask = |text: &str| show(&loaded.masker.mask(text));
        writeln!(err, "{}: {}; {}", mask(&problem.file), mask(&problem.reason), mask(&problem.remedy))?;
    }
    Ok(match exit(args, &loaded.project, &Plan::default(), &problems, Mode::Preview) {
        Exit::Done if all.iter().any(|one| !one.outcome.loads()) => Exit::Failed,
        Exit::Done if all.iter().any(|one| !one.outcome.is_as_announced()) => Exit::Findings,
        other => other,
    })
}

/// Proves what is about to be written, and gives a line for each proxy that changes.
///
/// # Errors
/// A proxy does not load with it, something else than what was announced is effective, or there is no LiteLLM to prove it in.
pub(super) fn before_write(
    how: &ProofOptions,
    loaded: &Loaded,
    before: &Files,
    plan: &Plan,
) -> anyhow::Result<Vec<String>> {
    let interrupted = interrupts()?;
    let prover = Prover { how, before, plan, only_changed: true, interrupted: &interrupted };
    let mut told = Vec::new();
    if plan.changes.is_empty() {
        return Ok(told);
    }
    for (index, parts) in loaded.project.installations.iter().enumerate() {
        for one in prover.prove(index, parts)? {
            let text = in_one_line(&one, &loaded.masker);
            ensure!(one.outcome.is_as_announced(), NotProven(text));
            told.push(format!("proven: {text}"));
        }
    }
    // It may come when the last load has ended.
    ensure!(!interrupted.load(Ordering::Relaxed), Interrupted);
    Ok(told)
}

fn in_one_line(one: &Verified, masker: &Masker) -> String {
    let lines = words::lines(one, masker);
    let most =
        if matches!(one.outcome, Comparison::Compared(_)) && !one.outcome.is_as_announced() { 8 } else { 2 };
    lines.iter().take(most).map(|line| line.trim()).collect::<Vec<_>>().join(": ")
}

/// Turned on by Ctrl-C and by a request to end, so that what was begun is ended and removed. One for all repositories of a run: what is
/// registered for a signal stays.
fn interrupts() -> anyhow::Result<Arc<AtomicBool>> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    if let Some(flag) = FLAG.get() {
        return Ok(flag.clone());
    }
    let flag = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, flag.clone())?;
    }
    Ok(FLAG.get_or_init(|| flag).clone())
}

/// What LiteLLM does not take as it was announced, so that it is not written.
#[derive(Debug)]
pub(super) struct NotProven(String);

impl std::fmt::Display for NotProven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not proven: {}", self.0)
    }
}

impl std::error::Error for NotProven {}
