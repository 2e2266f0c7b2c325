//! Replacing several files, all or none.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow};

use super::files::{self, Target};
use super::record::Run;
use super::{Journal, Moment, place};

/// Replaces all targets, and gives the run's name. Checks, and holds the lock: the caller.
pub(super) fn execute(
    targets: &[Target],
    root: &Path,
    undoes: Option<&str>,
    journal: &Journal,
    on_step: &mut dyn FnMut(Moment) -> io::Result<()>,
) -> Result<String> {
    let run = Run::create(journal.dir())?;
    if let Err(error) = run.write(targets, root, undoes) {
        return Err(with_cleanup(error.context("nothing was written"), &run));
    }
    let mut replaced = 0;
    match replace_all(targets, &run, &mut replaced, on_step) {
        Ok(()) => {
            // The files are right, so a mark that fails is no failure: the next run sees that all are new.
            let _ = run.mark_done();
            Ok(run.id)
        }
        Err(error) => Err(put_back(targets, &run, replaced, error)),
    }
}

fn replace_all(
    targets: &[Target],
    run: &Run,
    replaced: &mut usize,
    on_step: &mut dyn FnMut(Moment) -> io::Result<()>,
) -> Result<()> {
    on_step(Moment::Journaled)?;
    for (number, target) in targets.iter().enumerate() {
        let failed = || format!("cannot write {}", target.shown.display());
        if let Some(new) = &target.new {
            let temp = run.temp(number, &target.real);
            files::stage(&temp, &target.real, new).with_context(failed)?;
            run.note_made(&temp)?;
        }
        on_step(Moment::Staged(number)).with_context(failed)?;
    }
    for (number, target) in targets.iter().enumerate() {
        let failed = || format!("cannot write {}", target.shown.display());
        let temp = run.temp(number, &target.real);
        files::check_unchanged(target)?;
        on_step(Moment::Replacing(number)).with_context(failed)?;
        place::take(&temp, target).with_context(failed)?;
        // It is in its place, even if making that last fails.
        *replaced = number + 1;
        place::settle(&temp, target).with_context(failed)?;
        on_step(Moment::Replaced(number)).with_context(failed)?;
    }
    on_step(Moment::Complete)?;
    Ok(())
}

/// Puts back what was replaced, and tells so in the error.
fn put_back(targets: &[Target], run: &Run, replaced: usize, error: Error) -> Error {
    for (number, target) in targets.iter().enumerate() {
        place::discard(&run.temp(number, &target.real), target);
    }
    let mut restored: Vec<PathBuf> = Vec::new();
    let mut failed = Vec::new();
    for (number, target) in targets.iter().enumerate().take(replaced) {
        match roll_back(target, run, number) {
            Ok(true) => restored.push(target.shown.clone()),
            Ok(false) => {}
            Err(error) => failed.push(format!("{} ({error:#})", target.shown.display())),
        }
    }
    if !failed.is_empty() {
        let names = failed.join(", ");
        let dir = run.dir().display();
        return error.context(format!("could not be put back: {names}; the old bytes are in {dir}"));
    }
    let message = match restored.len() {
        0 => "nothing was written".to_owned(),
        _ => format!("nothing is changed: put back {}", list(&restored)),
    };
    with_cleanup(error.context(message), run)
}

fn with_cleanup(error: Error, run: &Run) -> Error {
    match run.remove() {
        Ok(()) => error,
        Err(cleanup) => anyhow!("{error:#} (and {cleanup:#})"),
    }
}

/// Gives a target its old bytes back; false where it has them already. A target with bytes that are neither old nor
/// new is not touched: somebody else wrote them.
pub(super) fn roll_back(target: &Target, run: &Run, number: usize) -> Result<bool> {
    let present = files::read(&target.real)?;
    if present.as_deref() == target.old.as_deref() {
        return Ok(false);
    }
    if present.as_deref() != target.new.as_deref() {
        return Err(anyhow!("somebody else has changed it meanwhile"));
    }
    let temp = run.temp(number, &target.real);
    let back = target.clone().reversed();
    let staged = match &target.old {
        Some(old) => files::stage(&temp, &target.real, old).and_then(|()| run.note_made(&temp)),
        None => Ok(()),
    };
    let replaced = staged.and_then(|()| place::take(&temp, &back));
    replaced.and_then(|()| Ok(place::settle(&temp, &back)?)).inspect_err(|_| place::discard(&temp, &back))?;
    Ok(true)
}

/// File names for a sentence.
pub(super) fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
