//! What was there before: the findings of an earlier report, or of a revision.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail, ensure};
use serde_json::Value as Json;

use super::Run;
use super::loaded::given;
use super::revision::Revision;
use crate::cli::RunArgs;
use crate::plan::fingerprints;
use crate::preferences::Standing;
use crate::project::{Document, Project, repository};
use crate::report::JSON_VERSION;

/// More than the report of any deployment has.
const LIMIT: u64 = 256_000_000;

/// The fingerprints that the baseline knows; [`None`] without one.
///
/// # Errors
/// A file that is no report, a revision that is none, or git that cannot be run.
pub(super) fn known(
    run: &Run<'_>,
    args: &RunArgs,
    project: &Project,
) -> anyhow::Result<Option<HashSet<String>>> {
    match (&args.baseline, &args.baseline_ref) {
        (Some(file), _) => Ok(Some(of_report(file)?)),
        (None, Some(name)) => Ok(Some(of_revision(run, args, project, name)?)),
        (None, None) => Ok(None),
    }
}

fn of_report(file: &Path) -> anyhow::Result<HashSet<String>> {
    let known = bytes_of(file).and_then(|bytes| in_report(&bytes));
    known.map_err(|error| {
        anyhow!(
            "--baseline {}: {error:#}; it takes what `litellm-fix --format json` printed before, without a baseline",
            file.display()
        )
    })
}

fn bytes_of(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // As text: that it cannot be read is a wrong use, not a failed run.
    let read = File::open(file).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes));
    read.map_err(|error| anyhow!("{error}"))?;
    ensure!(bytes.len() as u64 <= LIMIT, "it is larger than {LIMIT} bytes");
    Ok(bytes)
}

/// The findings of a report that were open when it was made.
fn in_report(bytes: &[u8]) -> anyhow::Result<HashSet<String>> {
    let report: Json = serde_json::from_slice(bytes)
        .map_err(|error| anyhow!("it is not JSON (line {}, column {})", error.line(), error.column()))?;
    let ours = report["tool"]["name"] == "litellm-fix";
    let findings = report["findings"].as_array().filter(|_| ours);
    let findings = findings.context("it is JSON, but not a report of litellm-fix")?;
    let version = &report["version"];
    ensure!(
        *version == JSON_VERSION,
        "it is a report of version {version}, and version {JSON_VERSION} is read"
    );
    ensure!(
        report["baseline"].is_null(),
        "it was itself made with a baseline, so it lacks the findings of that one"
    );
    let written = report["mode"] != "preview";
    let mut known = HashSet::new();
    for finding in findings {
        let (Some(fingerprint), Some(status)) = (finding["fingerprint"].as_str(), finding["status"].as_str())
        else {
            bail!("a finding in it has no fingerprint or no status");
        };
        let closed = match status {
            "suppressed" => true,
            "applied" | "mended" => written,
            _ => false,
        };
        if !closed {
            known.insert(fingerprint.to_owned());
        }
    }
    Ok(known)
}

/// What the files of a revision give, with the same options and the preferences of that revision. Env files that git does not track are
/// taken as they are today: no revision has them.
fn of_revision(
    run: &Run<'_>,
    args: &RunArgs,
    project: &Project,
    name: &str,
) -> anyhow::Result<HashSet<String>> {
    let here = std::fs::canonicalize(".")?;
    let mut revision = Revision::new(name, args.max_file_size)?;
    let mut paths = Vec::new();
    for path in given(args) {
        let real = std::fs::canonicalize(&path)?;
        let root = repository(&real).with_context(|| {
            format!(
                "{} is not in a git repository, so there is no revision for --baseline-ref",
                path.display()
            )
        })?;
        revision.check_out(&root)?;
        paths.push(real);
    }
    for (id, file) in project.files.iter() {
        let untracked = matches!(file.document, Document::Env(_) | Document::Unit(_)) && !file.tracked;
        if untracked && let Ok(real) = std::fs::canonicalize(&file.path) {
            revision.add_beside(&real, project.files.text(id))?;
        }
    }
    let paths: Vec<PathBuf> =
        paths.iter().map(|path| revision.place_of(path)).filter(|path| path.exists()).collect();
    if paths.is_empty() {
        return Ok(HashSet::new());
    }
    let standing = Standing::new(&paths);
    let args = RunArgs { paths, ..args.clone() };
    let before = run.load_with(&args, &standing, &revision.place_of(&here))?;
    let installations = &before.project.installations;
    fingerprints(&before.project.files, installations, &before.transforms, &before.rules)
        .map_err(anyhow::Error::msg)
}
