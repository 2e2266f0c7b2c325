//! The commands beside the main job.

use std::io::Write;
use std::path::PathBuf;

use anyhow::ensure;

use super::told::{problems, summaries};
use super::{Run, exit, main_job};
use crate::cli::{FormatArg, RunArgs};
use crate::commit::Journal;
use crate::exit::Exit;
use crate::plan::{Plan, Transform};
use crate::preferences;
use crate::project::shown;
use crate::report::{self, Mode};

pub(super) fn list(transforms: &[Transform], out: &mut dyn Write) -> anyhow::Result<Exit> {
    for transform in transforms {
        writeln!(
            out,
            "{:<24} {:<8} {}",
            transform.meta.id,
            transform.meta.severity.name(),
            transform.meta.title
        )?;
    }
    Ok(Exit::Done)
}

pub(super) fn list_installations(
    run: &Run<'_>,
    args: &RunArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let loaded = run.load(args)?;
    let mask = |text: &str| report::visible(&loaded.masker.mask(text)).into_owned();
    for summary in summaries(&loaded.project, &[]) {
        writeln!(out, "{}\n  LiteLLM {}", mask(&summary.name), mask(&summary.litellm))?;
        for member in &summary.members {
            writeln!(out, "  {:<24} {} ({})", mask(&member.kind), mask(&member.shown), mask(&member.link))?;
        }
        for remark in &summary.remarks {
            writeln!(out, "  note: {}", mask(remark))?;
        }
    }
    let problems = problems(&loaded.project);
    for problem in &problems {
        writeln!(err, "{}: {}; {}", mask(&problem.file), mask(&problem.reason), mask(&problem.remedy))?;
    }
    Ok(exit(args, &loaded.project, &Plan::default(), &problems, Mode::Preview))
}

pub(super) fn explain(
    run: &Run<'_>,
    id: &str,
    path: Option<PathBuf>,
    args: RunArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let transforms = super::rules::known(run, path.as_deref())?;
    let transforms = transforms.as_slice();
    ensure!(args.format != FormatArg::Jsonl, "jsonl is a format of runs over repositories; use json");
    let id = preferences::known_id(id, transforms)?;
    let mut settings: &[&str] = &[];
    for transform in transforms.iter().filter(|one| one.meta.id == id) {
        settings = transform.meta.settings;
        if path.is_none() || args.format == FormatArg::Human {
            writeln!(out, "{}", transform.page().trim_end())?;
        }
    }
    let Some(path) = path else { return Ok(Exit::Done) };
    if args.format == FormatArg::Human {
        writeln!(out)?;
    }
    let args = RunArgs {
        paths: vec![path],
        select: vec![id.to_owned()],
        exit_zero: true,
        details: true,
        all: true,
        ..args
    };
    main_job(run, &args, settings, out, err)
}

pub(super) fn undo(run: &Run<'_>, drop: Option<&str>, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let journal = Journal::open_default()?;
    for recovered in journal.recover(&[std::env::current_dir()?.canonicalize()?])? {
        writeln!(out, "{}", report::visible(&recovered.to_string()))?;
    }
    let here = std::env::current_dir()?;
    if let Some(id) = drop {
        for file in &journal.drop_run(id, &here)?.files {
            writeln!(out, "left as it is: {}", report::visible(&file.display().to_string()))?;
        }
        return Ok(Exit::Done);
    }
    let report = journal.undo(&here)?;
    let restored: Vec<String> = report.files.iter().map(|file| file.display().to_string()).collect();
    for file in &restored {
        writeln!(out, "restored {}", report::visible(file))?;
    }
    let mut roots: Vec<&PathBuf> = report.commits.iter().map(|commit| &commit.root).collect();
    roots.dedup();
    for root in roots {
        let of_root = report.commits.iter().filter(|commit| commit.root == *root);
        let hashes: Vec<&str> = of_root.map(|commit| commit.hash.as_str()).collect();
        let root = shown(root);
        writeln!(
            out,
            "the commits of that run in {} stay ({}): commit the restored files too, or restore them with git and take the commits back with `git revert`",
            report::visible(&root),
            hashes.join(" ")
        )?;
    }
    run.so_far.written.replace(restored);
    Ok(Exit::Done)
}
