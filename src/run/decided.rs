//! `--decisions` and `--save-decisions`: what was said in a review, used again.

use anyhow::Context;

use super::loaded::{Loaded, given};
use super::outputs;
use crate::cli::RunArgs;
use crate::commit::git;
use crate::plan::{Decisions, Plan, Transform};
use crate::preferences::{self, Decided, Reviewed};
use crate::project::repository;
use crate::report::ReportedProblem;

/// The decisions that are to be used again.
///
/// # Errors
/// A file that holds none, or one that is wrong.
pub(super) fn open(args: &RunArgs, transforms: &[Transform]) -> anyhow::Result<Option<Decided>> {
    let Some(path) = &args.decisions else { return Ok(None) };
    let decided = Decided::open(path, transforms)?;
    Ok(Some(decided))
}

/// The decisions that say nothing here: those that expired, and those that match nothing.
pub(super) fn remarks(decided: &Decided) -> impl Iterator<Item = ReportedProblem> {
    let expired = decided.expired.iter().map(|(line, id, date)| ReportedProblem {
        file: decided.file.clone(),
        line: Some(*line),
        reason: format!("the decision about {id} was in force until {date}: it decides nothing any more"),
        remedy: "decide anew, or take it out".into(),
        ..ReportedProblem::default()
    });
    let unused = decided.replay.unused().map(|one| {
        let line = one.written.rsplit(':').next().and_then(|line| line.parse().ok());
        let what = format!("{} ({}, {})", one.id, one.setting, one.state);
        ReportedProblem {
            file: decided.file.clone(),
            line,
            reason: format!("the decision about {what} matches nothing here"),
            ..ReportedProblem::default()
        }
    });
    expired.chain(unused).collect::<Vec<_>>().into_iter()
}

/// Refuses a file that decisions could not be added to, before anybody is asked.
///
/// # Errors
/// Such a file.
pub(super) fn check(args: &RunArgs, transforms: &[Transform]) -> anyhow::Result<()> {
    match &args.save_decisions {
        Some(path) if path.exists() => Decided::open(path, transforms).map(|_| ()),
        Some(path) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(std::path::Path::new("."));
            std::fs::metadata(folder)
                .map(|_| ())
                .with_context(|| format!("--save-decisions {}", path.display()))
        }
        None => Ok(()),
    }
}

/// Writes down what was said in a review.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn save(
    args: &RunArgs,
    loaded: &Loaded,
    first: &Plan,
    decisions: &Decisions,
) -> anyhow::Result<()> {
    let Some(path) = &args.save_decisions else { return Ok(()) };
    // Those of before are written down already.
    let reviewed: Vec<Reviewed<'_>> = (first.items.iter())
        .filter_map(|item| {
            let decision = decisions.get(&item.fingerprint)?;
            (first.recorded.get(&item.fingerprint) != Some(decision)).then_some(Reviewed { item, decision })
        })
        .collect();
    let by = given(args).iter().find_map(|path| git::who(&repository(path)?));
    let by = by.or_else(|| std::env::var("USER").ok()).filter(|by| !by.is_empty());
    let text =
        preferences::save(path, &reviewed, by.as_deref(), &loaded.masker.hiding(), &loaded.transforms)?;
    outputs::replace(path, &text).with_context(|| format!("--save-decisions {}", path.display()))
}
