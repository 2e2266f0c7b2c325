//! The pipeline: discover, load, assess, plan, prove, review, commit, report.

mod commands;
mod host;
mod loaded;
mod told;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::CommandFactory;
use host::ReviewHost;
use loaded::{Loaded, load};
use told::{format, next_commands, problems, style, summaries};

use crate::cli::{Cli, Command, RunArgs};
use crate::commit::{Change, Journal, commit};
use crate::exit::Exit;
use crate::plan::{Fate, FileChange, Plan, Remedy, Transform, plan, score};
use crate::policy;
use crate::project::Project;
use crate::report::{self, Mode, Problem, Report};
use crate::review::{Console, End, Host, review};
use crate::transforms::registry;

/// Does what the command line asks for.
///
/// # Errors
/// Usage, configuration and internal errors (exit code 2).
pub fn run(cli: Cli, out: &mut dyn Write, err: &mut dyn Write) -> anyhow::Result<Exit> {
    let transforms = registry();
    match cli.command {
        None => main_job(&cli.run, &transforms, &[], out, err),
        Some(Command::List { installations: false, .. }) => commands::list(&transforms, out),
        Some(Command::List { paths, .. }) => {
            commands::list_installations(&RunArgs { paths, ..cli.run }, &transforms, out, err)
        }
        Some(Command::Explain { id, path, litellm_version, format }) => {
            let args = RunArgs { litellm_version, format, ..cli.run };
            commands::explain(&id, path, args, &transforms, out, err)
        }
        Some(Command::Undo) => commands::undo(out),
        Some(Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut Cli::command(), "litellm-fix", &mut &mut *out);
            Ok(Exit::Done)
        }
    }
}

/// `explained` names the settings whose provenance is shown.
fn main_job(
    args: &RunArgs,
    transforms: &[Transform],
    explained: &[&str],
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Exit> {
    if args.interactive && !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        bail!(
            "--interactive needs a terminal on standard input and output. Without one, use\n  litellm-fix --dry-run PATH                 to see the diff\n  litellm-fix --write PATH                   to apply what is safe\n  litellm-fix --write --include-review PATH  to apply what changes behaviour too"
        );
    }
    let mut remarks = Vec::new();
    if args.write || args.interactive {
        remarks.extend(Journal::open_default()?.recover()?.iter().map(ToString::to_string));
    }
    let mut loaded = load(args, transforms)?;
    let installations = summaries(&loaded.project, explained);
    let (plan, mut mode) = if args.interactive {
        match interactive(args, &loaded, transforms)? {
            (_, End::Interrupted) => return Ok(Exit::Interrupted),
            (_, End::Nothing) => {
                writeln!(out, "Nothing was written.")?;
                return Ok(Exit::Done);
            }
            (plan, End::Write) => (plan, Mode::Interactive),
        }
    } else {
        let files = std::mem::take(&mut loaded.project.files);
        let plan = plan(files, &loaded.project.installations, transforms, &loaded.rules, None)
            .map_err(anyhow::Error::msg)?;
        (plan, if args.write { Mode::Write } else { Mode::Preview })
    };
    let mut problems = problems(&loaded.project);
    let mut written = Vec::new();
    if mode != Mode::Preview {
        match write(args, &plan) {
            Ok(files) => written = files,
            Err(error) => {
                // What was not written is reported as what it is: a preview.
                mode = Mode::Preview;
                problems.push(Problem {
                    file: plan.changes.first().map(|change| change.shown.clone()).unwrap_or_default(),
                    reason: format!("{error:#}"),
                    remedy: "nothing was written; the diff is what would have been".into(),
                    fatal: true,
                    ..Problem::default()
                });
            }
        }
    }
    let notes: Vec<String> = remarks
        .into_iter()
        .chain(loaded.project.notes.iter().map(|(file, what)| format!("{file}: {what}")))
        .collect();
    let next = next_commands(args, &plan, mode);
    // Some transforms alone do not tell how a deployment stands.
    let whole = args.select.is_empty();
    let card = score(&plan, transforms, installations.len()).filter(|_| whole);
    let report = Report {
        mode,
        installations: &installations,
        plan: &plan,
        card: card.as_ref(),
        problems: &problems,
        notes: &notes,
        next,
        written: &written,
        version: env!("CARGO_PKG_VERSION"),
    };
    report::render(&report, format(args), &loaded.masker, &style(args), out, err)?;
    let exit = exit(args, &loaded.project, &plan, &problems, mode);
    if exit == Exit::Nothing {
        writeln!(
            err,
            "warning: no configuration of LiteLLM was found in the folders given; -v tells what each file was taken for"
        )?;
    }
    Ok(exit)
}

fn exit(args: &RunArgs, project: &Project, plan: &Plan, problems: &[Problem], mode: Mode) -> Exit {
    let failed = plan.items.iter().any(|item| matches!(item.fate, Fate::Failed(_)));
    let folders = args.paths.is_empty() || args.paths.iter().any(|path| path.is_dir());
    let nothing = project.installations.is_empty() && problems.is_empty() && folders;
    let open = plan
        .items
        .iter()
        .any(|item| !matches!(item.fate, Fate::Suppressed(_) | Fate::Applied | Fate::Mended(_)));
    let findings = (mode == Mode::Preview && !plan.changes.is_empty())
        || (args.strict
            && (open || plan.items.iter().any(|item| mode == Mode::Preview && item.fate == Fate::Applied)));
    if failed || problems.iter().any(|problem| problem.fatal) {
        Exit::Failed
    } else if nothing {
        Exit::Nothing
    } else if findings && !args.exit_zero {
        Exit::Findings
    } else {
        Exit::Done
    }
}

/// The folder that all given paths lie in, and the preferences to be written; of a repository its root, so that one
/// commit covers context files too.
fn root(args: &RunArgs, plan: &Plan) -> anyhow::Result<PathBuf> {
    let here = [PathBuf::from(".")];
    let given = if args.paths.is_empty() { here.as_slice() } else { &args.paths };
    let preferences =
        plan.changes.iter().map(|change| &change.path).filter(|path| path.ends_with(policy::FILE));
    let mut common: Option<PathBuf> = None;
    for path in given.iter().chain(preferences) {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let real = std::fs::canonicalize(folder).with_context(|| path.display().to_string())?;
        common = Some(match common {
            None => real,
            Some(other) => {
                other.ancestors().find(|up| real.starts_with(up)).map(Path::to_owned).unwrap_or_default()
            }
        });
    }
    let common = common.unwrap_or_default();
    Ok(common.ancestors().find(|up| up.join(".git").exists()).map(Path::to_owned).unwrap_or(common))
}

fn write(args: &RunArgs, plan: &Plan) -> anyhow::Result<Vec<String>> {
    if plan.changes.is_empty() {
        return Ok(Vec::new());
    }
    let change = |change: &FileChange| {
        let before = (!change.is_new()).then(|| change.before().as_bytes().into());
        Change { path: change.path.clone(), before, after: change.after().as_bytes().into() }
    };
    let changes: Vec<Change> = plan.changes.iter().map(change).collect();
    commit(&changes, &root(args, plan)?, &Journal::open_default()?)?;
    Ok(plan.changes.iter().map(|change| change.shown.clone()).collect())
}

fn interactive(args: &RunArgs, loaded: &Loaded, transforms: &[Transform]) -> anyhow::Result<(Plan, End)> {
    let Loaded { project, rules, .. } = loaded;
    let first = plan(project.files.clone(), &project.installations, transforms, rules, None)
        .map_err(anyhow::Error::msg)?;
    let fixable = |item: &&crate::plan::Item| {
        matches!(item.finding.remedy, Remedy::Fix(_))
            && matches!(item.fate, Fate::Applied | Fate::LeftOut(_) | Fate::Mended(_))
    };
    let items: Vec<_> = first.items.iter().filter(fixable).cloned().collect();
    if items.is_empty() {
        return Ok((first, End::Write));
    }
    let mut host = ReviewHost { loaded, transforms, items: items.clone() };
    let mut console = Console::new(style(args))?;
    let mut outcome = review(&items, &mut host, &loaded.masker, &mut console)?;
    if console.close() {
        outcome.end = End::Interrupted;
    }
    let plan = if outcome.end == End::Write { host.combined(&outcome.decisions)? } else { first };
    Ok((plan, outcome.end))
}
